import Foundation

/// Small bodies as NeoWs writes them, made by hand, with round numbers that agree with each other:
/// H 20 (0.2658 to 0.5943 km), 10 km/s, 0.1 au.
public enum Sample {
    /// An object with one approach to Earth.
    public static func object(
        id: String = "3000001", name: String = "(2020 AB)", date: String = "2020-02-03",
        epoch: Int64 = 1_580_702_700_000,
        full: String = "2020-Feb-03 04:05", body: String = "Earth", hazardous: Bool = false
    ) -> String {
        """
        {"links":{"self":"http://api.nasa.gov/neo/rest/v1/neo/\(id)?api_key=DEMO_KEY"},"id":"\(id)","neo_reference_id":"\(id)",\
        "name":"\(name)","nasa_jpl_url":"https://ssd.jpl.nasa.gov/tools/sbdb_lookup.html#/?sstr=\(id)","absolute_magnitude_h":20.0,\
        "estimated_diameter":{"kilometers":{"estimated_diameter_min":0.2658,"estimated_diameter_max":0.5943468684},\
        "meters":{"estimated_diameter_min":265.8,"estimated_diameter_max":594.3468684}},\
        "is_potentially_hazardous_asteroid":\(hazardous),"close_approach_data":[\(approach(date: date, epoch: epoch, full: full, body: body))],\
        "is_sentry_object":false}
        """
    }

    /// An element of `close_approach_data`.
    public static func approach(
        date: String = "2020-02-03", epoch: Int64 = 1_580_702_700_000, full: String = "2020-Feb-03 04:05",
        body: String = "Earth"
    ) -> String {
        """
        {"close_approach_date":"\(date)","close_approach_date_full":"\(full)","epoch_date_close_approach":\(epoch),\
        "relative_velocity":{"kilometers_per_second":"10.0000000000","kilometers_per_hour":"36000.0000000000","miles_per_hour":"22369.0"},\
        "miss_distance":{"astronomical":"0.1000000000","lunar":"38.9000000000","kilometers":"14959787.000000000","miles":"9295580.6"},\
        "orbiting_body":"\(body)"}
        """
    }

    /// A feed of days, each with its objects; `count` stands in for the right `element_count`.
    public static func feed(_ days: [(day: String, objects: [String])], count: Int? = nil) -> String {
        let listed = days.map { "\"\($0.day)\":[\($0.objects.joined(separator: ","))]" }.joined(separator: ",")
        let total = count ?? days.reduce(0) { $0 + $1.objects.count }
        return """
            {"links":{"next":"http://api.nasa.gov/neo/rest/v1/feed?api_key=DEMO_KEY","previous":"http://api.nasa.gov/neo/rest/v1/feed?api_key=DEMO_KEY",\
            "self":"http://api.nasa.gov/neo/rest/v1/feed?api_key=DEMO_KEY"},"element_count":\(total),"near_earth_objects":{\(listed)}}
            """
    }

    /// A feed of one day with these objects.
    public static func day(_ objects: String...) -> String { feed([("2020-02-03", objects)]) }

    /// A feed of two days, not in their order, with three objects.
    public static let week = feed([
        (
            "2020-02-04",
            [
                object(
                    id: "3000002", name: "(2020 CD)", date: "2020-02-04", epoch: 1_580_789_100_000,
                    full: "2020-Feb-04 04:05", hazardous: true)
            ]
        ),
        ("2020-02-03", [object(), object(id: "2099942", name: "99942 Apophis (2004 MN4)")]),
    ])

    /// A feed in the form of 2015, with orbits: whole kilometers, no full dates, no Sentry flag, nulls among the
    /// elements.
    public static let detailed: String = {
        func object(_ id: String, _ name: String, _ date: String, _ epoch: Int64) -> String {
            """
            {"links":{"self":"https://api.nasa.gov/neo/rest/v1/neo/\(id)?api_key=DEMO_KEY"},"id":"\(id)","neo_reference_id":"\(id)","name":"\(name)",\
            "nasa_jpl_url":"http://ssd.jpl.nasa.gov/sbdb.cgi?sstr=\(id)","absolute_magnitude_h":20.0,\
            "estimated_diameter":{"kilometers":{"estimated_diameter_min":0.2658,"estimated_diameter_max":0.5943468684}},\
            "is_potentially_hazardous_asteroid":false,"close_approach_data":[{"close_approach_date":"\(date)","epoch_date_close_approach":\(epoch),\
            "relative_velocity":{"kilometers_per_second":"10.0000000000","kilometers_per_hour":"36000.0000000000","miles_per_hour":"22369.0"},\
            "miss_distance":{"astronomical":"0.1000000000","lunar":"38.900001526","kilometers":"14959787","miles":"9295581"},"orbiting_body":"Earth"}],\
            "orbital_data":\(orbit)}
            """
        }
        return """
            {"links":{"next":"https://api.nasa.gov/neo/rest/v1/feed?detailed=true&api_key=DEMO_KEY",\
            "prev":"https://api.nasa.gov/neo/rest/v1/feed?detailed=true&api_key=DEMO_KEY",\
            "self":"https://api.nasa.gov/neo/rest/v1/feed?detailed=true&api_key=DEMO_KEY"},"element_count":2,"near_earth_objects":{\
            "2015-09-08":[\(object("3000003", "(2016 NZ)", "2015-09-08", 1_441_695_600_000))],\
            "2015-09-07":[\(object("2000004", #"4 \"O'Neill\", again (2001 XX)"#, "2015-09-07", 1_441_609_200_000))]}}
            """
    }()

    /// An orbit as `orbital_data` has it.
    public static let orbit = """
        {"orbit_id":"1","orbit_determination_date":"2016-07-06 20:12:03","first_observation_date":null,"last_observation_date":null,\
        "data_arc_in_days":null,"observations_used":12,"orbit_uncertainty":"8","minimum_orbit_intersection":".171871",\
        "jupiter_tisserand_invariant":"5.477","epoch_osculation":"2457574.5","eccentricity":".1998442218734283","semi_major_axis":"1.2","inclination":"5.0",\
        "ascending_node_longitude":"160.5","orbital_period":"480.1","perihelion_distance":".96","perihelion_argument":"20.5","aphelion_distance":"1.44",\
        "perihelion_time":"2457500.5","mean_anomaly":"55.5","mean_motion":".75","equinox":"J2000"}
        """

    /// A lookup of an object with its orbit.
    public static func lookup(id: String = "3000001", orbit: String = Sample.orbit) throws -> String {
        try object(id: id).changing(
            ",\"is_sentry_object\"", to: ",\"designation\":\"2020 AB\",\"orbital_data\":\(orbit),\"is_sentry_object\"")
    }

    /// A page of the catalogue.
    public static func browse(_ objects: [String], page: Int = 0, pages: Int = 1) -> String {
        """
        {"links":{"self":"http://api.nasa.gov/neo/rest/v1/neo/browse?page=\(page)&size=20&api_key=DEMO_KEY"},\
        "page":{"size":20,"total_elements":\(objects.count),"total_pages":\(pages),"number":\(page)},"near_earth_objects":[\(objects.joined(separator: ","))]}
        """
    }
}

extension String {
    /// The text with its only occurrence of `old` replaced: a test whose text changed under it fails instead of passing
    /// in vain.
    public func changing(_ old: String, to new: String) throws -> String {
        let parts = components(separatedBy: old)
        guard parts.count == 2 else { throw Failure(message: "\(old) occurs \(parts.count - 1) times") }
        return parts.joined(separator: new)
    }

    /// The offset of the first byte of `text`'s first occurrence, plus `more`.
    public func offset(of text: String, plus more: Int = 0) throws -> Int {
        guard let range = range(of: text) else { throw Failure(message: "\(text) does not occur") }
        return utf8.distance(from: startIndex, to: range.lowerBound) + more
    }
}
