import NearEarth

extension SimulatedOrbit {
    /// `orbital_data`: numbers as texts without leading zeros, but for the two counts.
    var json: String {
        let first = CalendarDate(daysSinceEpoch: firstObservation)
        let last = first.adding(days: arcDays)
        let (hour, minute, second) = (determinedAt / 3600, determinedAt / 60 % 60, determinedAt % 60)
        return #"""
            {"orbit_id":"\#(solution)","orbit_determination_date":"\#(last.adding(days: 1)) \#
            \#(twoDigits: hour):\#(twoDigits: minute):\#(twoDigits: second)",\#
            "first_observation_date":"\#(first)","last_observation_date":"\#(last)",\#
            "data_arc_in_days":\#(arcDays),"observations_used":\#(observations),\#
            "orbit_uncertainty":"\#(uncertainty)",\#
            "minimum_orbit_intersection":"\#(intersection, places: 7, leadingZero: false)",\#
            "jupiter_tisserand_invariant":"\#(jupiterTisserand, places: 3, leadingZero: false)",\#
            "epoch_osculation":"\#(Self.epoch, places: 1, leadingZero: false)",\#
            "eccentricity":"\#(eccentricity, places: 14, leadingZero: false)",\#
            "semi_major_axis":"\#(semiMajorAxis, places: 14, leadingZero: false)",\#
            "inclination":"\#(inclination, places: 13, leadingZero: false)",\#
            "ascending_node_longitude":"\#(ascendingNode, places: 13, leadingZero: false)",\#
            "orbital_period":"\#(period, places: 12, leadingZero: false)",\#
            "perihelion_distance":"\#(perihelion, places: 14, leadingZero: false)",\#
            "perihelion_argument":"\#(perihelionArgument, places: 13, leadingZero: false)",\#
            "aphelion_distance":"\#(aphelion, places: 14, leadingZero: false)",\#
            "perihelion_time":"\#(perihelionTime, places: 9, leadingZero: false)",\#
            "mean_anomaly":"\#(meanAnomaly, places: 13, leadingZero: false)",\#
            "mean_motion":"\#(meanMotion, places: 14, leadingZero: false)","equinox":"J2000","orbit_class":{\#
            "orbit_class_type":"\#(kind.code)","orbit_class_description":"\#(kind.meaning)",\#
            "orbit_class_range":"\#(kind.range)"}}
            """#
    }
}
