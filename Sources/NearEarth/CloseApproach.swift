/// One close approach of a near-Earth object to a body: a row of `nasa_neo_data`.
///
/// Numbers are texts with the digits NASA sent; nothing here was rounded through a binary float.
public struct CloseApproach: Sendable, Hashable {
    /// JPL SPK-ID, such as `2099942`.
    public var id: String
    /// The same SPK-ID under its second name; equal to `id` in every recorded body.
    public var neoReferenceID: String
    /// Name or designation, such as `99942 Apophis (2004 MN4)`.
    public var name: String
    /// Absolute magnitude H (mag). Nil where JPL has none.
    public var absoluteMagnitude: String?
    /// JPL's PHA flag: MOID ≤ 0.05 au and H ≤ 22; a property of the orbit, not of the approach.
    public var isPotentiallyHazardous: Bool
    /// Largest diameter (km), for an albedo of 0.05. Nil without H.
    public var diameterMaxKilometers: String?
    /// Smallest diameter (km), for an albedo of 0.25. Nil without H.
    public var diameterMinKilometers: String?
    /// `2020-Feb-03 04:05`, TDB. Nil in bodies of 2017 and before.
    public var approachDateFull: String?
    /// Speed relative to the body (km/s).
    public var velocityKilometersPerSecond: String
    /// Nominal distance at the approach, centre to centre (km).
    public var missDistanceKilometers: String
    /// The same distance (au), the unit that the others are derived from. Nil where the body left it out. The CSV does
    /// not have it.
    public var missDistanceAU: String?
    /// The body approached: `Earth`, `Venus`, `Merc`, `Juptr`, ...
    public var orbitingBody: String
    /// The day of the approach. NeoWs calls it UTC; it is JPL's TDB day.
    public var observationDate: CalendarDate
    /// The instant of the approach, milliseconds since 1970 on the same TDB clock; negative before 1970.
    public var epochMilliseconds: Int64?
    /// Whether JPL's Sentry system lists a possible impact. Nil in bodies that do not say.
    public var isSentryObject: Bool?
    /// The line of the processed CSV that this approach is: every digit, the same in every store.
    public var record: String

    /// The approach that facts state; nil where their record is not a line of the processed CSV.
    public init?(_ facts: ApproachFacts) {
        guard let values = facts.values, let date = values[ApproachColumn.date.rawValue].flatMap({ CalendarDate($0) })
        else { return nil }
        self.init(facts, values, date)
    }

    /// The approach that facts state whose record is known to be a line of the processed CSV.
    public init(_ facts: ApproachFacts, on date: CalendarDate) { self.init(facts, facts.values ?? [], date) }

    private init(_ facts: ApproachFacts, _ values: [String?], _ date: CalendarDate) {
        func value(_ column: ApproachColumn) -> String? { values.isEmpty ? nil : values[column.rawValue] }
        id = value(.id) ?? ""
        neoReferenceID = value(.neoReferenceID) ?? ""
        name = value(.name) ?? ""
        absoluteMagnitude = value(.absoluteMagnitude)
        isPotentiallyHazardous = value(.isPotentiallyHazardous) == "1"
        diameterMaxKilometers = value(.diameterMax)
        diameterMinKilometers = value(.diameterMin)
        approachDateFull = value(.dateFull)
        velocityKilometersPerSecond = value(.velocity) ?? ""
        missDistanceKilometers = value(.missDistance) ?? ""
        missDistanceAU = facts.missDistanceAU
        orbitingBody = value(.orbitingBody) ?? ""
        observationDate = date
        epochMilliseconds = facts.epochMilliseconds
        isSentryObject = value(.isSentryObject).map { $0 == "1" }
        record = facts.record
    }

    /// What NASA states of it.
    public var facts: ApproachFacts {
        ApproachFacts(record: record, epochMilliseconds: epochMilliseconds, missDistanceAU: missDistanceAU)
    }

    /// The nominal miss distance in NeoWs's lunar distances, to eight decimals (4 m); nil where its digits are no number.
    public var lunarDistances: Double? {
        Double(missDistanceKilometers).map { ($0 / Units.kilometersPerLunarDistance * 1e8).rounded() / 1e8 }
    }
}
