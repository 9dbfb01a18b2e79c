import NearEarth

extension SimulatedApproach {
    /// The entry of `close_approach_data`. Every unit is computed, in integers, from the printed au and km/s.
    var json: String {
        let (year, month, dayOfMonth) = day.components
        // NeoWs's own ratios: 389 lunar distances, 149,597,870 km and 92,955,806 miles in an au; in recorded bodies
        // 1 km/s is 2236.9 mph, not 2236.936.
        return #"""
            {"close_approach_date":"\#(day)","close_approach_date_full":"\#(year)-\#(CalendarDate.monthNames[month - 1])-\#
            \#(twoDigits: dayOfMonth) \#(twoDigits: minute / 60):\#(twoDigits: minute % 60)",\#
            "epoch_date_close_approach":\#(epochMilliseconds),"relative_velocity":{\#
            "kilometers_per_second":"\#(speed, places: 10)",\#
            "kilometers_per_hour":"\#(speed * 3600, places: 10)",\#
            "miles_per_hour":"\#((speed * 22_369 + 5) / 10, places: 10)"},"miss_distance":{\#
            "astronomical":"\#(distance, places: 10)",\#
            "lunar":"\#(distance * Int(Units.lunarDistancesPerAU), places: 10)",\#
            "kilometers":"\#(distance * Int(Units.kilometersPerAU), places: 10)",\#
            "miles":"\#(distance * 92_955_806, places: 10)"},"orbiting_body":"\#(body.rawValue)"}
            """#
    }
}
