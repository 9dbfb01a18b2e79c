public import Foundation

/// Something that the work waits for.
public struct Wait: Sendable, Hashable {
    /// In words: `waiting for another writer`.
    public var reason: String
    /// When it is over; nil where nobody knows.
    public var until: Date?
    /// What came before, such as why something is tried again.
    public var cause: String?
    /// What a person can do about it, where it takes long.
    public var hint: String?

    /// A wait.
    public init(_ reason: String, until: Date? = nil, cause: String? = nil, hint: String? = nil) {
        (self.reason, self.until, self.cause, self.hint) = (reason, until, cause, hint)
    }

    /// What is shown of it: `quota: next request in 40 s`.
    public func text(now: Date) -> String {
        let time = until.map { " in \(max(0, Int($0.timeIntervalSince(now).rounded(.up)))) s" } ?? ""
        return reason + time + (cause.map { " (\($0))" } ?? "")
    }
}

/// Who wants to know what the work waits for.
public protocol WaitObserver: AnyObject, Sendable {
    /// A wait began, or ended.
    func note(_ wait: Wait, isOver: Bool)
}

/// Tells whoever shows progress what the work waits for.
public enum Waiting {
    /// Who wants to know.
    @TaskLocal public static var observer: (any WaitObserver)?

    /// Tells of a wait while `body` waits.
    public static func `for`<Result, Failure: Error>(_ wait: Wait, _ body: () async throws(Failure) -> Result)
        async throws(Failure) -> Result
    {
        observer?.note(wait, isOver: false)
        defer { observer?.note(wait, isOver: true) }
        return try await body()
    }
}
