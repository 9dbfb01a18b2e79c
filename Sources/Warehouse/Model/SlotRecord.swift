public import Foundation
public import NearEarth
public import Scheduling

/// A schedule as the ledger has it.
public struct ScheduleRecord: Sendable {
    /// Its name.
    public var name: String
    /// What it is.
    public var definition: ScheduleDefinition
    /// What intervals are counted from, and before which nothing is due.
    public var start: Date
    /// Up to where its turns are dealt with; nil before the first.
    public var processedThrough: Date?
    /// Whether it rests.
    public var isPaused: Bool
}

/// What a slot's life comes to.
public enum SlotState: String, Sendable, Codable {
    /// To be run as soon as nothing else is: asked for by hand, or interrupted.
    case waiting
    case running
    case succeeded
    case failed
    /// Passed over: missed while nothing served.
    case skipped
}

/// What a slot asks for.
public enum SlotTask: String, Sendable, Codable, CaseIterable {
    /// A turn of the schedule.
    case turn
    /// A run of its days, from new answers.
    case trigger
    /// A run of what is missing of its days.
    case backfill
    /// The bodies of open quarantine entries again, under today's rules.
    case replay
}

/// A turn of a schedule as the ledger has it: taken by one server at a time, run once.
public struct SlotRecord: Sendable, Encodable {
    /// The schedule's name.
    public var schedule: String
    /// The slot's own: when it is due, or what was asked for by hand, and when.
    public var slot: String
    /// When it was due.
    public var due: Date
    /// The days it covers, UTC.
    public var from: CalendarDate
    /// Last of them.
    public var to: CalendarDate
    /// How it stands.
    public var state: SlotState
    /// How often it was begun: more than once where a server died at it.
    public var attempts: Int
    /// The run that carried it out.
    public var run: RunID?
    /// Machine and process that took it.
    public var host: String?
    /// Process id.
    public var pid: Int?
    /// When its server last showed that it lives.
    public var heartbeatAt: Date?
    /// When it ended.
    public var finishedAt: Date?
    /// What went wrong.
    public var error: String?
    /// The claim that holds it, which tells it from an earlier one of the same process.
    var token: String?
    /// When the process that took it started.
    var processStarted: Int64?
    /// When the slot was made.
    let createdAt: Date

    /// The days it covers.
    public var window: DateWindow { DateWindow(from: from, to: to) }
    /// What it asks for.
    public var task: SlotTask { slot.split(separator: " ").first.flatMap { SlotTask(rawValue: String($0)) } ?? .turn }
    /// Whether it was asked for by hand.
    public var isByHand: Bool { task != .turn }

    enum CodingKeys: CodingKey {
        case schedule, slot, due, from, to, state, attempts, run, host, pid, error, heartbeatAt, finishedAt
    }
}

/// What became of an attempt to take the next slot.
public enum SlotClaim: Sendable {
    /// This one is ours.
    case granted(SlotRecord)
    /// Another server is at this one.
    case held(SlotRecord)
    /// Nothing is due before this moment; nil where it rests or nothing ever comes.
    case idle(next: Date?)
}

/// How a slot ended.
public struct SlotEnd: Sendable {
    /// `succeeded`, `failed`, or `waiting` where it was interrupted.
    public var state: SlotState
    /// The run that carried it out.
    public var run: RunID?
    /// What went wrong.
    public var error: String?

    /// An end from its parts.
    public init(state: SlotState, run: RunID? = nil, error: String? = nil) {
        self.state = state
        self.run = run
        self.error = error
    }
}
