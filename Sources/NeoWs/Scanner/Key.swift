/// The keys of NeoWs's bodies that the scanner knows, at whatever depth.
enum Key: UInt8 {
    case other
    // The body
    case links, elementCount, nearEarthObjects, page, error, errorMessage, httpError, code, message, request
    case size, totalElements, totalPages, number, next, prev, previous, `self`
    // An object
    case id, neoReferenceID, name, nameLimited, designation, nasaJPLURL, absoluteMagnitudeH, estimatedDiameter
    case isPotentiallyHazardous, closeApproachData, orbitalData, isSentryObject, sentryData
    case kilometers, meters, miles, feet, diameterMin, diameterMax
    // An approach
    case closeApproachDate, closeApproachDateFull, epoch, relativeVelocity, missDistance, orbitingBody
    case kilometersPerSecond, kilometersPerHour, milesPerHour, astronomical, lunar

    /// The key of these bytes, `other` for one that is not in the list.
    @inline(__always)
    init(bytes: UnsafePointer<UInt8>?, count: Int) {
        guard let bytes else {
            self = .other
            return
        }
        @inline(__always) func eq(_ text: StaticString) -> Bool {
            compare(bytes, text.utf8Start, count)
        }
        switch count {
        case 2: self = eq("id") ? .id : .other
        case 4:
            self =
                eq("name")
                ? .name
                : eq("self")
                    ? .self
                    : eq("feet")
                        ? .feet
                        : eq("next")
                            ? .next
                            : eq("prev") ? .prev : eq("page") ? .page : eq("size") ? .size : eq("code") ? .code : .other
        case 5:
            self = eq("links") ? .links : eq("miles") ? .miles : eq("lunar") ? .lunar : eq("error") ? .error : .other
        case 6: self = eq("meters") ? .meters : eq("number") ? .number : .other
        case 7: self = eq("message") ? .message : eq("request") ? .request : .other
        case 8: self = eq("previous") ? .previous : .other
        case 10: self = eq("kilometers") ? .kilometers : eq("http_error") ? .httpError : .other
        case 11:
            self =
                eq("designation")
                ? .designation : eq("sentry_data") ? .sentryData : eq("total_pages") ? .totalPages : .other
        case 12:
            self =
                eq("nasa_jpl_url")
                ? .nasaJPLURL
                : eq("astronomical")
                    ? .astronomical : eq("orbital_data") ? .orbitalData : eq("name_limited") ? .nameLimited : .other
        case 13:
            self =
                eq("miss_distance")
                ? .missDistance
                : eq("orbiting_body")
                    ? .orbitingBody : eq("element_count") ? .elementCount : eq("error_message") ? .errorMessage : .other
        case 14: self = eq("miles_per_hour") ? .milesPerHour : eq("total_elements") ? .totalElements : .other
        case 16: self = eq("neo_reference_id") ? .neoReferenceID : eq("is_sentry_object") ? .isSentryObject : .other
        case 17: self = eq("relative_velocity") ? .relativeVelocity : .other
        case 18:
            self = eq("estimated_diameter") ? .estimatedDiameter : eq("near_earth_objects") ? .nearEarthObjects : .other
        case 19:
            self =
                eq("close_approach_data")
                ? .closeApproachData
                : eq("close_approach_date")
                    ? .closeApproachDate : eq("kilometers_per_hour") ? .kilometersPerHour : .other
        case 20: self = eq("absolute_magnitude_h") ? .absoluteMagnitudeH : .other
        case 21: self = eq("kilometers_per_second") ? .kilometersPerSecond : .other
        case 22:
            self = eq("estimated_diameter_min") ? .diameterMin : eq("estimated_diameter_max") ? .diameterMax : .other
        case 24: self = eq("close_approach_date_full") ? .closeApproachDateFull : .other
        case 25: self = eq("epoch_date_close_approach") ? .epoch : .other
        case 33: self = eq("is_potentially_hazardous_asteroid") ? .isPotentiallyHazardous : .other
        default: self = .other
        }
    }
}

/// Whether `count` bytes are the same; both must have that many.
@inline(__always)
private func compare(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var index = 0
    while index < count {
        if left[index] != right[index] { return false }
        index += 1
    }
    return true
}
