import ArgumentParser
import Foundation
import NearEarth
import Support
import Warehouse

/// `perigee object`: one object's approaches, each with its versions.
struct ObjectCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "object", abstract: "Show one object's approaches, each with what NASA said of it before.",
        discussion: """
            EXAMPLES
              perigee object Apophis
              perigee object 2099942 --as-of 2026-01-01 --json
            """)

    @Argument(help: ArgumentHelp("The object: its SPK-ID, number, designation or name.", valueName: "object"))
    var id: String

    @Option(help: .asOf) var asOf: String?

    @OptionGroup var options: StoreOptions

    static var onlyLooks: Bool { true }

    func run(_ session: Session) async throws -> ExitStatus {
        let object = try await session.withStore { store in
            let id = try await store.spkID(id, "the object") ?? id
            guard let object = try await store.object(id, asOf: try await MomentOption.cut(asOf, store)) else {
                let next =
                    asOf != nil ? "leave --as-of out, or name a later moment" : "ask NASA with `perigee lookup \(id)`"
                throw CommandFailure(
                    .usage, "\(store.location) knows no object with SPK-ID \(id)\(asOf.map { " as of \($0)" } ?? "")",
                    next: next)
            }
            return object
        }
        let line = #"{"schema":"perigee.object/1","# + String(decoding: object.json.dropFirst(), as: UTF8.self)
        Terminal.print(session.json ? line : Self.text(object, session.screen))
        return .success
    }

    private static func text(_ object: ObjectHistory, _ screen: Screen) -> String {
        let rows = object.approaches.flatMap { pass in
            pass.versions.reversed().map { version in row(pass, version) }
        }
        var lines = ["\(PlainText.visible(object.name)), SPK-ID \(object.id)"]
        if let orbit = object.orbit, let kind = orbit.elements["orbit_class_type"] {
            lines.append("Orbit class \(kind)")
        }
        let table = TextTable(
            [
                .date, .init("body", yields: .drop(4)), .distance, .init("km", .right, yields: .drop(1)), .speed,
                .magnitude, .init("said (UTC)", yields: .drop(5)), .init("until", yields: .shorten(9, to: 10)),
                .init("run", .right, yields: .drop(0)),
            ], rows
        ).text(screen)
        return (lines + (rows.isEmpty ? [] : ["", table])).joined(separator: "\n")
    }

    private static func row(_ pass: ObjectHistory.Pass, _ version: ObjectHistory.PassVersion) -> [String] {
        let approach = version.approach
        return [
            approach.approachDateFull ?? "\(approach.observationDate)", approach.orbitingBody,
            approach.lunarDistances.map { Decimals.text($0, 2) } ?? "",
            Decimals.text(Double(approach.missDistanceKilometers) ?? 0, 0),
            Decimals.text(Double(approach.velocityKilometersPerSecond) ?? 0, 2), approach.absoluteMagnitude ?? "",
            version.since.saidAt.toTheMinute,
            version.ended.map { "\($0.by.saidAt.toTheMinute) \($0.kind)" } ?? "now",
            version.since.run.map(String.init) ?? "",
        ]
    }
}
