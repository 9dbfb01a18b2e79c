import NearEarth

extension JSONText {
    /// One entry of `close_approach_data`. Every unit is computed, in integers, from the printed au and km/s.
    mutating func approach(_ approach: SimulatedApproach) {
        raw("{\"close_approach_date\":\"")
        date(approach.day)
        raw("\",\"close_approach_date_full\":\"")
        let (year, month, day) = approach.day.components
        padded(year, width: 4)
        raw(Self.months[month - 1])
        padded(day, width: 2)
        raw(" ")
        padded(approach.minute / 60, width: 2)
        raw(":")
        padded(approach.minute % 60, width: 2)
        raw("\",\"epoch_date_close_approach\":")
        integer(approach.epochMilliseconds)
        raw(",\"relative_velocity\":{\"kilometers_per_second\":\"")
        fixedPoint(approach.speed, places: 10)
        raw("\",\"kilometers_per_hour\":\"")
        fixedPoint(approach.speed * 3600, places: 10)
        raw("\",\"miles_per_hour\":\"")
        // Recorded bodies have 2236.9 mph for 1 km/s, not 2236.936.
        fixedPoint((approach.speed * 22_369 + 5) / 10, places: 10)
        raw("\"},\"miss_distance\":{\"astronomical\":\"")
        fixedPoint(approach.distance, places: 10)
        raw("\",\"lunar\":\"")
        fixedPoint(approach.distance * Self.lunarDistances, places: 10)
        raw("\",\"kilometers\":\"")
        fixedPoint(approach.distance * Self.kilometers, places: 10)
        raw("\",\"miles\":\"")
        fixedPoint(approach.distance * 92_955_806, places: 10)
        raw("\"},\"orbiting_body\":\"")
        raw(approach.body.rawValue)
        raw("\"}")
    }

    /// A date, `YYYY-MM-DD`.
    mutating func date(_ date: CalendarDate) {
        let (year, month, day) = date.components
        padded(year, width: 4)
        raw("-")
        padded(month, width: 2)
        raw("-")
        padded(day, width: 2)
    }

    /// NeoWs's lunar distances and kilometres in an au, both whole numbers; 92,955,806 miles is its recorded ratio too.
    private static let lunarDistances = Int(Units.lunarDistancesPerAU)
    private static let kilometers = Int(Units.kilometersPerAU)

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map
    { "-\($0)-" }
}
