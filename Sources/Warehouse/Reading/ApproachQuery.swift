public import Foundation
public import NearEarth

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

    /// First day.
    public var from: CalendarDate?
    /// Last day, included.
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
    /// Order of the rows.
    public var order = Order.date
    /// At most this many rows; nil for all.
    public var limit: Int?
    /// Where the evidence is cut; nil for what is published now.
    public var asOf: Cut?

    /// All approaches, by date.
    public init() {}
}

/// A published row with what the ledger knows of it.
public struct PublishedApproach: Sendable {
    /// What NASA says.
    public var approach: CloseApproach
    /// When a body first listed it, and last.
    public var firstSeen: Date
    /// When a body listed it last.
    public var lastSeen: Date
    /// `feed` or `lookup`.
    public var source: String
    /// The run that published this version.
    public var run: RunID
}

/// What a store holds, in figures.
public struct StoreSummary: Sendable, Codable {
    /// Rows of `nasa_neo_data`.
    public var approaches: Int
    /// Distinct SPK-IDs.
    public var objects: Int
    /// Rows of potentially hazardous asteroids.
    public var hazardous: Int
    /// Distinct days with an approach.
    public var days: Int
    /// Earliest day.
    public var firstDay: CalendarDate?
    /// Latest day.
    public var lastDay: CalendarDate?
    /// Versions that were replaced, and approaches that vanished.
    public var revisions: Int
    /// Approaches that vanished.
    public var retired: Int
    /// Violations open in the quarantine.
    public var openQuarantine: Int
    /// How far the schedule's runs have published; back-fills do not move it.
    public var checkpoint: CalendarDate?
    /// `nasa`, `simulated` or nil while the store is empty.
    public var origin: String?
    /// Objects with an orbit.
    public var orbits: Int
}
