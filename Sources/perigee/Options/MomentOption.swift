import ArgumentParser
import Foundation
import NearEarth
import Support
import Warehouse

/// Options that name a moment of the store's history.
enum MomentOption {
    /// The moment that an option names.
    static func moment(_ text: String, _ option: String, _ store: Store) async throws -> Date {
        let moment = try parsed(text, option)
        return try await store.date(of: moment, now: Date()).get { number in failure(of: number, option) }
    }

    /// Where --as-of cuts the evidence: behind what a run had published, or what NASA had said by a time.
    static func cut(_ text: String?, _ store: Store) async throws -> Cut? {
        guard let text else { return nil }
        let moment = try parsed(text, "--as-of")
        let date = try await store.date(of: moment, now: Date()).get { number in failure(of: number, "--as-of") }
        return moment.isRun ? .published(by: date) : .said(by: date)
    }

    private static func parsed(_ text: String, _ option: String) throws -> Moment {
        if let moment = Moment(text) { return moment }
        throw CommandFailure(.usage, "\(option) \(text) is not a moment", next: "give \(Moment.forms)")
    }

    private static func failure(of run: RunID, _ option: String) -> CommandFailure {
        CommandFailure(
            .usage, "\(option): there is no run \(run) that has ended",
            next: "see `perigee runs`, or name an earlier one")
    }
}

extension Result where Failure == UnknownRun {
    /// The value, or an error of the caller's.
    fileprivate func get(_ failure: (RunID) -> CommandFailure) throws -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let unknown): throw failure(unknown.run)
        }
    }
}

extension ArgumentHelp {
    /// The help of --as-of.
    static var asOf: ArgumentHelp {
        ArgumentHelp(
            "As it was: \(Moment.forms). A run: what was published when it ended; a time: what NASA had said by then.",
            valueName: "moment")
    }
}
