public import Logging

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
