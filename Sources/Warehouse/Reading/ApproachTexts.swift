public import NearEarth

/// A row of a list of approaches as bytes where they lie, without a copy: they are good for the call that they are
/// handed to, and not beyond.
public struct ApproachTexts {
    /// The line of the processed CSV.
    public var record: UnsafeRawBufferPointer
    /// Milliseconds since 1970 (TDB).
    public var epoch: Int64?
    /// NASA's digits of the distance in au.
    public var missDistanceAU: UnsafeRawBufferPointer?
    /// When a body first listed it, `2020-02-03 04:05:06.789`.
    public var firstSeen: UnsafeRawBufferPointer?
    /// When a body listed it last; nil where it is not asked for.
    public var lastSeen: UnsafeRawBufferPointer?
    /// `feed` or `lookup`.
    public var source: UnsafeRawBufferPointer?
    /// The run that published this version; nil where it is not asked for.
    public var run: Int64?
}

/// Lends texts as bytes, which lie one after the other in one piece of memory.
func withBytes<Result>(of texts: [String?], _ body: ([UnsafeRawBufferPointer?]) throws -> Result) rethrows -> Result {
    let bytes = texts.flatMap { $0.map { Array($0.utf8) } ?? [] }
    return try bytes.withUnsafeBytes { whole in
        var start = 0
        return try body(
            texts.map { text in
                guard let text else { return nil }
                defer { start += text.utf8.count }
                return UnsafeRawBufferPointer(rebasing: whole[start..<start + text.utf8.count])
            })
    }
}

/// What a list of approaches has of each: NASA's facts, and what the store knows of them.
public enum ApproachField: String, Sendable, CaseIterable {
    case id
    case neoReferenceID = "neo_reference_id"
    case name
    case absoluteMagnitude = "absolute_magnitude_h"
    case isPotentiallyHazardous = "is_potentially_hazardous_asteroid"
    case diameterMax = "estimated_diameter_km_max"
    case diameterMin = "estimated_diameter_km_min"
    case dateFull = "close_approach_date_full"
    case velocity = "velocity_kps"
    case missDistance = "miss_distance_km"
    case orbitingBody = "orbiting_body"
    case date = "observation_date"
    case isSentryObject = "is_sentry_object"
    case epoch = "epoch_ms"
    case missDistanceAU = "miss_distance_au"
    case firstSeen = "first_seen"
    case lastSeen = "last_seen"
    case source
    case run

    /// What a list has where nobody says otherwise: what stands in the row itself.
    public static let usual: Set<ApproachField> = Set(allCases).subtracting([.lastSeen, .run])

    /// The column that states it; nil for what the store knows.
    public var column: ApproachColumn? { Self.columns[self] }

    private static let columns = Dictionary(
        ApproachColumn.export.compactMap { column in ApproachField(rawValue: column.name).map { ($0, column) } },
        uniquingKeysWith: { first, _ in first })
}
