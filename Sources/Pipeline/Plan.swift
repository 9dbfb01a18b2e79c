public import Foundation
import Landing
public import NearEarth

/// The steps of a batch's way, in order.
public enum Stage: String, Sendable, CaseIterable, Comparable, Codable {
    case extract, transform, audit, publish

    /// In the order of the work.
    public static func < (left: Stage, right: Stage) -> Bool {
        allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }
}

/// What a run is to do.
public struct Plan: Sendable {
    /// The command that asks, as the ledger shows it.
    public var command: String
    /// The batches, in order.
    public var batches: [Batch]
    /// The range of dates they cover; nil outside the feed.
    public var range: DateWindow?
    /// The stages to go through.
    public var stages: ClosedRange<Stage> = .extract ... .publish
    /// Whether what is landed already is asked for again.
    public var refresh = false
    /// Bodies received before this moment are asked for again; nil: none because of their age.
    public var freshSince: Date?
    /// How a stage deals with a failure.
    public var policy = StagePolicy()
    /// Whether all landed bodies are gone through again, also those that are published.
    public var again = false
    /// Whether a person accepts that an answer takes back more than the rules allow.
    public var acceptsRemovals = false
    /// What a person demands of each answer.
    public var demand = AnswerDemand()
    /// Bodies to land in place of asking for them; nil where the service is asked.
    public var raw: RawFiles?
    /// Up to which day publications move the schedule's checkpoint: what is still to come is not done with. Nil where
    /// they do not move it, as back-fills.
    public var checkpointLimit: CalendarDate?

    /// A plan for a range of dates, cut into windows that one request each can answer.
    public init(command: String, range: DateWindow) {
        self.init(command: command, batches: range.windows().map(Batch.feed))
        self.range = range
    }

    /// A plan for these batches.
    public init(command: String, batches: [Batch]) {
        self.command = command
        self.batches = batches
    }

    /// Whether what is landed is too old, so that the service is to be asked again.
    func isTooOld(_ landed: [LandedBody]) -> Bool {
        guard let freshSince else { return false }
        return landed.allSatisfy { $0.receivedAt < freshSince }
    }

    /// Whether no service is waited for.
    var isBulk: Bool { raw != nil || !stages.contains(.extract) }
}
