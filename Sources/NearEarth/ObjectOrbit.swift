/// The orbit that a lookup or a page of the catalog gives for an object, as JPL determined it.
public struct ObjectOrbit: Sendable, Hashable, Codable {
    /// JPL SPK-ID.
    public var id: String
    /// Name or designation.
    public var name: String
    /// Designation alone; nil in bodies that leave it out.
    public var designation: String?
    /// NeoWs's `orbital_data`, key by key with NASA's digits: angles in degrees, distances in au, times as Julian dates
    /// (TDB). The members of `orbit_class` stand beside the others. Null values are left out.
    public var elements: [String: String]

    /// An orbit from its parts.
    public init(id: String, name: String, designation: String?, elements: [String: String]) {
        self.id = id
        self.name = name
        self.designation = designation
        self.elements = elements
    }

    /// The members of `orbital_data` that are texts.
    public static let texts = [
        "orbit_id", "orbit_determination_date", "first_observation_date", "last_observation_date", "data_arc_in_days",
        "observations_used", "orbit_uncertainty", "equinox", "orbit_class_type", "orbit_class_description",
        "orbit_class_range",
    ]

    /// Its members that are decimals, and what is possible: au, degrees, days, Julian dates; e and T of Jupiter have no
    /// unit.
    public static let decimals: KeyValuePairs<String, ClosedRange<Double>> = [
        "minimum_orbit_intersection": 0...1e6, "jupiter_tisserand_invariant": -1e6...1e6,
        "epoch_osculation": -1e9...1e9, "eccentricity": 0...1e6, "semi_major_axis": -1e9...1e9, "inclination": 0...180,
        "ascending_node_longitude": -360...360, "orbital_period": 0...1e15, "perihelion_distance": 0...1e6,
        "perihelion_argument": -360...360, "aphelion_distance": -1e9...1e9, "perihelion_time": -1e9...1e9,
        "mean_anomaly": -360...360, "mean_motion": -1e6...1e6,
    ]

    /// Every column of an orbit.
    public static let columns = ["id", "name", "designation"] + texts + decimals.map(\.key)

    /// The values of `columns`; nil for what is not there.
    public var values: [String?] { [id, name, designation] + Self.columns.dropFirst(3).map { elements[$0] } }

    // MARK: As a line

    /// All of it as a line of CSV, every digit kept; columns of a database may round.
    public var record: String { values.map { CSVRecord.field($0 ?? "") }.joined(separator: ",") }

    /// The orbit of such a line, or nil.
    public init?(record: String) {
        let fields = CSVRecord.fields(record)
        guard fields.count == Self.columns.count else { return nil }
        self.init(id: fields[0], name: fields[1], designation: fields[2].isEmpty ? nil : fields[2], elements: [:])
        for (column, field) in zip(Self.columns, fields).dropFirst(3) where !field.isEmpty { elements[column] = field }
    }

    /// Whether both state the same: numbers by what they stand for.
    public func states(theSameAs other: ObjectOrbit) -> Bool { self == other || canonical == other.canonical }

    /// Appends it in the one form that all equal orbits share, a line feed behind it: what the content hash is made
    /// from.
    public func appendCanonical(to output: inout [UInt8]) { DelimitedText.append(canonical, to: &output) }

    private var canonical: [String?] {
        let first = Self.columns.count - Self.decimals.count
        return values.enumerated().map { index, value in index < first ? value : value.map(DecimalDigits.canonical) }
    }
}
