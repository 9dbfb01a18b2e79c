import NearEarth

/// Renders a sky as NeoWs's bodies, with the caller's key echoed into every link, as NeoWs does.
struct BodyWriter {
    /// What there is to tell.
    let sky: SimulatedSky
    /// The key as the query had it, or `DEMO_KEY` where it came in a header.
    let echoedKey: String

    /// NeoWs's links name this host whatever host was asked, and without TLS.
    private static let base = "http://api.nasa.gov\(Simulator.pathPrefix)"

    /// How much of an object a body tells.
    enum Detail {
        /// The feed: one approach, no orbit.
        case brief
        /// The feed with `detailed=true`: one approach and the orbit.
        case withOrbit
        /// A lookup or a page of the catalogue: all approaches and the orbit.
        case full
    }

    /// A link, as a member of an object.
    func link(_ name: String, _ pathAndQuery: String, in json: inout JSONText) {
        json.raw("\"\(name)\":\"\(Self.base)")
        json.escaped(pathAndQuery)
        json.raw(pathAndQuery.contains("?") ? "&api_key=" : "?api_key=")
        json.escaped(echoedKey)
        json.raw("\"")
    }

    /// One object.
    ///
    /// - Parameter isBroken: leaves `id` out and writes a text for the magnitude (the fault `badrecord`).
    func object(_ object: SimulatedObject, _ detail: Detail, isBroken: Bool = false, in json: inout JSONText) {
        let id = String(object.id.number)
        let designation = object.id.designation
        json.raw("{\"links\":{")
        link("self", "/neo/\(id)", in: &json)
        json.raw("},")
        if !isBroken { json.raw("\"id\":\"\(id)\",") }
        json.raw("\"neo_reference_id\":\"\(id)\",\"name\":\"(\(designation))\",")
        if detail != .brief {
            json.raw("\"name_limited\":\"\(designation)\",\"designation\":\"\(designation)\",")
        }
        json.raw(
            "\"nasa_jpl_url\":\"https://ssd.jpl.nasa.gov/tools/sbdb_lookup.html#/?sstr=\(id)\",\"absolute_magnitude_h\":"
        )
        if isBroken {
            json.raw("\"bright\"")
        } else {
            json.fixedPoint(object.magnitude, places: 2, .atLeastOne)
        }
        json.raw(",\"estimated_diameter\":{")
        diameters(ofMagnitude: Double(object.magnitude) / 100, in: &json)
        json.raw("},\"is_potentially_hazardous_asteroid\":\(object.isPotentiallyHazardous),\"close_approach_data\":[")
        let approaches = detail == .full ? sky.approaches(of: object) : [object.earthApproach]
        for (index, approach) in approaches.enumerated() {
            if index > 0 { json.raw(",") }
            json.approach(approach)
        }
        json.raw("]")
        if detail != .brief {
            json.raw(",\"orbital_data\":")
            json.orbit(SimulatedOrbit(of: object, seed: sky.seed), of: object)
        }
        json.raw(",\"is_sentry_object\":\(object.isSentryObject)")
        if object.isSentryObject {
            json.raw(",")
            link("sentry_data", "/neo/sentry/\(id)", in: &json)
        }
        json.raw("}")
    }

    private func diameters(ofMagnitude h: Double, in json: inout JSONText) {
        let smallest = AbsoluteMagnitude.diameterKilometers(h: h, albedo: AbsoluteMagnitude.brightAlbedo)
        let largest = AbsoluteMagnitude.diameterKilometers(h: h, albedo: AbsoluteMagnitude.darkAlbedo)
        for (index, (unit, ratio)) in Self.diameterUnits.enumerated() {
            json.raw(index == 0 ? "\"\(unit)\":" : ",\"\(unit)\":")
            json.raw("{\"estimated_diameter_min\":")
            json.decimal(smallest * ratio, places: 10, .atLeastOne)
            json.raw(",\"estimated_diameter_max\":")
            json.decimal(largest * ratio, places: 10, .atLeastOne)
            json.raw("}")
        }
    }

    /// Units in a kilometre, as recorded bodies have them (to nine digits).
    private static let diameterUnits = [("kilometers", 1), ("meters", 1000), ("miles", 0.621371), ("feet", 3280.84)]
}
