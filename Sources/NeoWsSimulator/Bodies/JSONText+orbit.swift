import NearEarth

extension JSONText {
    /// `orbital_data`: numbers as texts without leading zeros, but for the two counts.
    mutating func orbit(_ orbit: SimulatedOrbit, of object: SimulatedObject) {
        let first = CalendarDate(daysSinceEpoch: orbit.firstObservation)
        let last = first.adding(days: orbit.arcDays)
        raw("{\"orbit_id\":\"")
        integer(orbit.solution)
        raw("\",\"orbit_determination_date\":\"")
        date(last.adding(days: 1))
        raw(" ")
        clock(orbit.determinedAt)
        raw("\",\"first_observation_date\":\"")
        date(first)
        raw("\",\"last_observation_date\":\"")
        date(last)
        raw("\",\"data_arc_in_days\":")
        integer(orbit.arcDays)
        raw(",\"observations_used\":")
        integer(orbit.observations)
        raw(",\"orbit_uncertainty\":\"")
        integer(orbit.uncertainty)
        raw("\",\"minimum_orbit_intersection\":\"")
        fixedPoint(object.orbitIntersection, places: 7, leadingZero: false)
        element("jupiter_tisserand_invariant", orbit.jupiterTisserand, places: 3)
        element("epoch_osculation", SimulatedOrbit.epoch, places: 1)
        element("eccentricity", orbit.eccentricity, places: 14)
        element("semi_major_axis", orbit.semiMajorAxis, places: 14)
        element("inclination", orbit.inclination, places: 13)
        element("ascending_node_longitude", orbit.ascendingNode, places: 13)
        element("orbital_period", orbit.period, places: 12)
        element("perihelion_distance", orbit.perihelion, places: 14)
        element("perihelion_argument", orbit.perihelionArgument, places: 13)
        element("aphelion_distance", orbit.aphelion, places: 14)
        element("perihelion_time", orbit.perihelionTime, places: 9)
        element("mean_anomaly", orbit.meanAnomaly, places: 13)
        element("mean_motion", orbit.meanMotion, places: 14)
        raw("\",\"equinox\":\"J2000\",\"orbit_class\":{")
        member("orbit_class_type", orbit.kind.rawValue)
        raw(",")
        member("orbit_class_description", orbit.kind.meaning)
        raw(",")
        member("orbit_class_range", orbit.kind.range)
        raw("}}")
    }

    /// Ends the text before it and starts an element, whose text the next one ends.
    private mutating func element(_ key: String, _ value: Double, places: Int) {
        raw("\",\"")
        raw(key)
        raw("\":\"")
        decimal(value, places: places, leadingZero: false)
    }

    /// A time of day, `hh:mm:ss`, of seconds since midnight.
    private mutating func clock(_ seconds: Int) {
        padded(seconds / 3600, width: 2)
        raw(":")
        padded(seconds / 60 % 60, width: 2)
        raw(":")
        padded(seconds % 60, width: 2)
    }
}
