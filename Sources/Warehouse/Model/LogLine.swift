public import Foundation

/// A line of a run's log.
public struct LogLine: Sendable, Codable {
    /// Its place in the run's log, from 1.
    public var line: Int
    /// When it was written.
    public var at: Date
    /// `info`, `notice`, `warning` or `error`.
    public var level: String
    /// The stage it is about; nil where it is about the run.
    public var stage: String?
    /// The batch it is about.
    public var batch: String?
    /// What happened.
    public var message: String

    /// A line from its parts.
    public init(line: Int, at: Date, level: String, stage: String?, batch: String?, message: String) {
        self.line = line
        self.at = at
        self.level = level
        self.stage = stage
        self.batch = batch
        self.message = message
    }
}
