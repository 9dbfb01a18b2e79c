import Foundation
public import Logging
import NearEarth
import Synchronization
import Warehouse

/// A run's log on its way into the store: lines are collected as they come and kept a few at a time.
final class RunJournal: Sendable {
    /// What the current task is about: set around a run and around each stage, so that a line needs not to say it.
    struct Context: Sendable {
        var journal: RunJournal
        var batch: Batch?
        var stage: Stage?
    }

    @TaskLocal static var context: Context?

    /// A line may have so many characters.
    private static let longest = 4000

    private let waiting = Mutex<(lines: [LogLine], count: Int)>(([], 0))

    /// Adds a line about what the current task is at.
    func add(_ level: Logger.Level, _ message: String, _ context: Context) {
        waiting.withLock { state in
            state.count += 1
            state.lines.append(
                LogLine(
                    line: state.count, at: Date(), level: level.rawValue, stage: context.stage?.rawValue,
                    batch: context.batch?.name,
                    message: String(message.prefix(Self.longest))))
        }
    }

    /// Keeps what has come since the last time. A store that is away must not stop the run: the lines wait for the next
    /// time.
    func keep(in store: Store, of run: RunID) async {
        let lines = waiting.withLock { state in
            defer { state.lines = [] }
            return state.lines
        }
        do throws(StoreError) {
            try await store.keep(lines, of: run)
        } catch {
            waiting.withLock { $0.lines = lines + $0.lines }
        }
    }
}

/// Writes what is logged during a run into that run's journal, whoever logs it.
public struct JournalLogHandler: LogHandler {
    /// From this level on.
    public var logLevel = Logger.Level.info
    /// What every line carries besides.
    public var metadata: Logger.Metadata = [:]

    /// A handler that needs nothing: the task says which run it is about.
    public init() {}

    /// One value of the metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a line: the message, and what is known beyond batch and stage, which have columns of their own.
    public func log(event: LogEvent) {
        guard let context = RunJournal.context else { return }
        let details = metadata.merging(event.metadata ?? [:]) { $1 }.filter { $0.key != "batch" && $0.key != "stage" }
        let text = details.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        context.journal.add(event.level, "\(event.message)\(text)", context)
    }
}
