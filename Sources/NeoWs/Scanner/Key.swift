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
        /// Whether the bytes are those of a text of the same length.
        @inline(__always) func eq(_ text: StaticString) -> Bool {
            var index = 0
            while index < bytes.count {
                if bytes[index] != text.utf8Start[index] { return false }
                index += 1
            }
            return true
        }
        switch bytes.count {
        case 2 where eq("id"): self = .id
        case 4 where eq("name"): self = .name
        case 4 where eq("self"): self = .self
        case 4 where eq("feet"): self = .feet
        case 4 where eq("next"): self = .next
        case 4 where eq("prev"): self = .prev
        case 4 where eq("page"): self = .page
        case 5 where eq("links"): self = .links
        case 5 where eq("miles"): self = .miles
        case 5 where eq("lunar"): self = .lunar
        case 5 where eq("error"): self = .error
        case 6 where eq("meters"): self = .meters
        case 6 where eq("number"): self = .number
        case 10 where eq("kilometers"): self = .kilometers
        case 10 where eq("http_error"): self = .httpError
        case 11 where eq("designation"): self = .designation
        case 11 where eq("sentry_data"): self = .sentryData
        case 11 where eq("total_pages"): self = .totalPages
        case 12 where eq("nasa_jpl_url"): self = .nasaJPLURL
        case 12 where eq("astronomical"): self = .astronomical
        case 12 where eq("orbital_data"): self = .orbitalData
        case 12 where eq("name_limited"): self = .nameLimited
        case 13 where eq("miss_distance"): self = .missDistance
        case 13 where eq("orbiting_body"): self = .orbitingBody
        case 13 where eq("element_count"): self = .elementCount
        case 13 where eq("error_message"): self = .errorMessage
        case 14 where eq("miles_per_hour"): self = .milesPerHour
        case 16 where eq("neo_reference_id"): self = .neoReferenceID
        case 16 where eq("is_sentry_object"): self = .isSentryObject
        case 17 where eq("relative_velocity"): self = .relativeVelocity
        case 18 where eq("estimated_diameter"): self = .estimatedDiameter
        case 18 where eq("near_earth_objects"): self = .nearEarthObjects
        case 19 where eq("close_approach_data"): self = .closeApproachData
        case 19 where eq("close_approach_date"): self = .closeApproachDate
        case 19 where eq("kilometers_per_hour"): self = .kilometersPerHour
        case 20 where eq("absolute_magnitude_h"): self = .absoluteMagnitudeH
        case 21 where eq("kilometers_per_second"): self = .kilometersPerSecond
        case 22 where eq("estimated_diameter_min"): self = .diameterMin
        case 22 where eq("estimated_diameter_max"): self = .diameterMax
        case 24 where eq("close_approach_date_full"): self = .closeApproachDateFull
        case 25 where eq("epoch_date_close_approach"): self = .epoch
        case 33 where eq("is_potentially_hazardous_asteroid"): self = .isPotentiallyHazardous
        default: self = .other
        }
    }
}
