/// The keys of NeoWs's bodies that the scanner knows, at whatever depth: those that it reads, and the others of every
/// object, so that a key which comes twice is found by a bit.
enum Key: UInt8 {
    case other
    // The body
    case links, elementCount, nearEarthObjects, page, totalPages, number, next, prev, `self`
    case error, errorMessage, httpError
    // An object
    case id, neoReferenceID, name, nameLimited, designation, nasaJPLURL, absoluteMagnitudeH, estimatedDiameter
    case isPotentiallyHazardous, closeApproachData, orbitalData, isSentryObject, sentryData
    case kilometers, meters, miles, feet, diameterMin, diameterMax
    // An approach
    case closeApproachDate, closeApproachDateFull, epoch, relativeVelocity, missDistance, orbitingBody
    case kilometersPerSecond, kilometersPerHour, milesPerHour, astronomical, lunar

    /// The key of these bytes, `other` for one that is not in the list.
    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        /// The key where the bytes are those of its text, which must have as many.
        @inline(__always) func key(_ text: StaticString, _ key: Key) -> Key? {
            for index in 0..<bytes.count where bytes[index] != text.utf8Start[index] { return nil }
            return key
        }
        let known: Key? =
            switch bytes.count {
            case 2: key("id", .id)
            case 4:
                key("name", .name) ?? key("self", .self) ?? key("feet", .feet) ?? key("next", .next)
                    ?? key("prev", .prev) ?? key("page", .page)
            case 5: key("links", .links) ?? key("miles", .miles) ?? key("lunar", .lunar) ?? key("error", .error)
            case 6: key("meters", .meters) ?? key("number", .number)
            case 10: key("kilometers", .kilometers) ?? key("http_error", .httpError)
            case 11:
                key("designation", .designation) ?? key("sentry_data", .sentryData) ?? key("total_pages", .totalPages)
            case 12:
                key("nasa_jpl_url", .nasaJPLURL) ?? key("astronomical", .astronomical)
                    ?? key("orbital_data", .orbitalData) ?? key("name_limited", .nameLimited)
            case 13:
                key("miss_distance", .missDistance) ?? key("orbiting_body", .orbitingBody)
                    ?? key("element_count", .elementCount) ?? key("error_message", .errorMessage)
            case 14: key("miles_per_hour", .milesPerHour)
            case 16: key("neo_reference_id", .neoReferenceID) ?? key("is_sentry_object", .isSentryObject)
            case 17: key("relative_velocity", .relativeVelocity)
            case 18: key("estimated_diameter", .estimatedDiameter) ?? key("near_earth_objects", .nearEarthObjects)
            case 19:
                key("close_approach_data", .closeApproachData) ?? key("close_approach_date", .closeApproachDate)
                    ?? key("kilometers_per_hour", .kilometersPerHour)
            case 20: key("absolute_magnitude_h", .absoluteMagnitudeH)
            case 21: key("kilometers_per_second", .kilometersPerSecond)
            case 22: key("estimated_diameter_min", .diameterMin) ?? key("estimated_diameter_max", .diameterMax)
            case 24: key("close_approach_date_full", .closeApproachDateFull)
            case 25: key("epoch_date_close_approach", .epoch)
            case 33: key("is_potentially_hazardous_asteroid", .isPotentiallyHazardous)
            default: nil
            }
        self = known ?? .other
    }
}
