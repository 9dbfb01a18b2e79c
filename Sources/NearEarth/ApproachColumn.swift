/// What a row of `nasa_neo_data` states of an approach: the columns in their order, with their types. The processed CSV,
/// the rows of an engine and Spark's export have all of them or the first.
public enum ApproachColumn: Int, Sendable, CaseIterable {
    case id, neoReferenceID, name, absoluteMagnitude, isPotentiallyHazardous, diameterMax, diameterMin, dateFull
    case velocity, missDistance, orbitingBody, date, isSentryObject
    case epoch, missDistanceAU
    /// NASA's digits of the au, and the line of CSV: a column of numbers may round.
    case missDistanceAUDigits, record

    /// What a column holds.
    public enum Kind: Sendable {
        case text, decimal, flag, day, milliseconds
    }

    /// The columns of the processed CSV.
    public static let csv = Array(allCases[...isSentryObject.rawValue])
    /// The columns of an export, whose numbers are binary floats.
    public static let export = Array(allCases[...missDistanceAU.rawValue])

    /// The column's name in every store.
    public var name: String { definition.name }
    /// What it holds.
    public var kind: Kind { definition.kind }
    /// Whether every row has a value.
    public var isRequired: Bool { definition.isRequired }

    private var definition: (name: String, kind: Kind, isRequired: Bool) {
        switch self {
        case .id: ("id", .text, true)
        case .neoReferenceID: ("neo_reference_id", .text, true)
        case .name: ("name", .text, true)
        case .absoluteMagnitude: ("absolute_magnitude_h", .decimal, false)
        case .isPotentiallyHazardous: ("is_potentially_hazardous_asteroid", .flag, true)
        case .diameterMax: ("estimated_diameter_km_max", .decimal, false)
        case .diameterMin: ("estimated_diameter_km_min", .decimal, false)
        case .dateFull: ("close_approach_date_full", .text, false)
        case .velocity: ("velocity_kps", .decimal, true)
        case .missDistance: ("miss_distance_km", .decimal, true)
        case .orbitingBody: ("orbiting_body", .text, true)
        case .date: ("observation_date", .day, true)
        case .isSentryObject: ("is_sentry_object", .flag, false)
        case .epoch: ("epoch_ms", .milliseconds, false)
        case .missDistanceAU: ("miss_distance_au", .decimal, false)
        case .missDistanceAUDigits: ("miss_distance_au_digits", .text, false)
        case .record: ("source_record", .text, true)
        }
    }
}
