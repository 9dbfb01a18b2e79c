public import NearEarth
public import Foundation

/// Which published approaches to show, and in which order.
public struct ApproachQuery: Sendable {
    /// Orders of the list.
    public enum Order: String, Sendable, CaseIterable {
        /// By day and time, earliest first.
        case date
        /// Nearest first.
        case distance
        /// Fastest first.
        case velocity
        /// Largest first.
        case size
        /// Brightest (smallest H) first.
        case magnitude
        /// By name.
        case name
    }

    public var from: CalendarDate?
    public var to: CalendarDate?
    /// Potentially hazardous asteroids alone.
    public var hazardousOnly = false
    /// Sentry objects alone.
    public var sentryOnly = false
    /// Nearer than this, in lunar distances as NeoWs counts them.
    public var withinLunarDistances: Double?
    /// One object, by SPK-ID.
    public var id: String?
    /// One body: `Earth`, `Venus`, ...
    public var orbitingBody: String?
    public var order = Order.date
    /// At most this many rows; nil for all.
    public var limit: Int?

    /// All approaches, by date.
    public init() {}
}

/// A published row with what the ledger knows of it.
public struct PublishedApproach: Sendable {
    public var approach: CloseApproach
    /// When a body first listed it, and last.
    public var firstSeen: Date
    public var lastSeen: Date
    public var createdAt: Date
    public var batchDate: CalendarDate
    /// `feed` or `lookup`.
    public var source: String
    /// The run that published this version.
    public var run: RunID
}

/// What a store holds, in figures.
public struct StoreSummary: Sendable, Codable {
    public var approaches: Int
    public var objects: Int
    public var hazardous: Int
    public var days: Int
    public var firstDay: CalendarDate?
    public var lastDay: CalendarDate?
    /// Versions that were replaced, and approaches that vanished.
    public var revisions: Int
    public var retired: Int
    public var openQuarantine: Int
    /// How far the schedule's runs have published; back-fills do not move it.
    public var checkpoint: CalendarDate?
    /// `nasa`, `simulated` or nil while the store is empty.
    public var origin: String?
    public var orbits: Int

    enum CodingKeys: String, CodingKey {
        case approaches, objects, hazardous, days, revisions, retired, checkpoint, origin, orbits
        case firstDay = "first_day"
        case lastDay = "last_day"
        case openQuarantine = "open_quarantine"
    }
}
