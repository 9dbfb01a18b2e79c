import NearEarth

/// Renders a sky as NeoWs's bodies, with the caller's key echoed into every link, as NeoWs does.
struct BodyWriter {
    /// The objects to write about.
    let sky: SimulatedSky
    /// The key in the links, escaped for JSON.
    let echoedKey: String

    /// NeoWs's links name this host whatever host was asked, and without TLS.
    private static let base = "http://api.nasa.gov\(Simulator.pathPrefix)"

    /// The body of `/feed` for a window.
    ///
    /// - Parameter hasBadRecord: breaks the first object of the first day that has any.
    func feed(_ window: DateWindow, isDetailed: Bool, hasBadRecord: Bool) -> String {
        func link(_ name: String, _ from: CalendarDate, _ to: CalendarDate) -> String {
            self.link(name, "/feed?start_date=\(from)&end_date=\(to)&detailed=\(isDetailed)")
        }
        let brokenDay = hasBadRecord ? window.days.first { sky.objectCount(on: $0) > 0 } : nil
        var count = 0
        let days = sky.shuffled(window).map { day in
            let objects = sky.objects(on: day).map { object in
                self.object(
                    object, [object.earthApproach], hasOrbit: isDetailed,
                    isBroken: day == brokenDay && object.id.index == 0)
            }
            count += objects.count
            return #""\#(day)":[\#(list: objects)]"#
        }
        let (from, to, span) = (window.from, window.to, window.dayCount - 1)
        let links = [
            link("next", to, to.adding(days: span)), link("previous", from.adding(days: -span), from),
            link("self", from, to),
        ]
        return #"{"links":{\#(list: links)},"element_count":\#(count),"near_earth_objects":{\#(list: days)}}"#
    }

    /// The body of `/neo/{id}`: all approaches and the orbit.
    func lookup(_ object: SimulatedObject) -> String {
        self.object(object, sky.approaches(of: object), hasOrbit: true)
    }

    /// The body of `/neo/browse` for one page of the catalogue, counted from 0; no objects beyond the last.
    func browse(_ catalogue: [SimulatedObject], page: Int, size: Int) -> String {
        let pages = (catalogue.count + size - 1) / size
        let links = [("next", page + 1), ("previous", page - 1), ("self", page)]
            .filter { name, page in page >= 0 && (name != "next" || page < pages) }
            .map { name, page in link(name, "/neo/browse?page=\(page)&size=\(size)") }
        let objects = catalogue.dropFirst(page * size).prefix(size).map(lookup)
        return #"""
            {"links":{\#(list: links)},"page":{"size":\#(size),"total_elements":\#(catalogue.count),\#
            "total_pages":\#(pages),"number":\#(page)},"near_earth_objects":[\#(list: objects)]}
            """#
    }

    /// A link, as a member of an object.
    private func link(_ name: String, _ pathAndQuery: String) -> String {
        let separator = pathAndQuery.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return #""\#(name)":"\#(Self.base)\#(pathAndQuery)\#(separator)api_key=\#(echoedKey)""#
    }

    /// One object.
    ///
    /// - Parameter isBroken: leaves `id` out and writes a text for the magnitude (the fault `badrecord`).
    private func object(
        _ object: SimulatedObject, _ approaches: [SimulatedApproach], hasOrbit: Bool, isBroken: Bool = false
    ) -> String {
        let (id, designation) = (String(object.id.number), object.id.designation)
        let idMember = isBroken ? "" : #""id":"\#(id)","#
        let names = hasOrbit ? #""name_limited":"\#(designation)","designation":"\#(designation)","# : ""
        let magnitude = isBroken ? #""bright""# : "\(object.magnitude, places: 2, atLeast: 1)"
        let orbit = hasOrbit ? #","orbital_data":\#(SimulatedOrbit(of: object, seed: sky.seed).json)"# : ""
        let sentry = object.isSentryObject ? "," + link("sentry_data", "/neo/sentry/\(id)") : ""
        return #"""
            {"links":{\#(link("self", "/neo/\(id)"))},\#(idMember)"neo_reference_id":"\#(id)",\#
            "name":"(\#(designation))",\#(names)\#
            "nasa_jpl_url":"https://ssd.jpl.nasa.gov/tools/sbdb_lookup.html#/?sstr=\#(id)",\#
            "absolute_magnitude_h":\#(magnitude),"estimated_diameter":{\#(list: diameters(of: object))},\#
            "is_potentially_hazardous_asteroid":\#(object.isPotentiallyHazardous),\#
            "close_approach_data":[\#(list: approaches.map(\.json))]\#(orbit),\#
            "is_sentry_object":\#(object.isSentryObject)\#(sentry)}
            """#
    }

    private func diameters(of object: SimulatedObject) -> [String] {
        let h = Double(object.magnitude) / 100
        let smallest = AbsoluteMagnitude.diameterKilometers(h: h, albedo: AbsoluteMagnitude.brightAlbedo)
        let largest = AbsoluteMagnitude.diameterKilometers(h: h, albedo: AbsoluteMagnitude.darkAlbedo)
        return Self.diameterUnits.map { unit, ratio in
            #"""
            "\#(unit)":{"estimated_diameter_min":\#(smallest * ratio, places: 10, atLeast: 1),\#
            "estimated_diameter_max":\#(largest * ratio, places: 10, atLeast: 1)}
            """#
        }
    }

    /// Units in a kilometer, as recorded bodies have them (to nine digits).
    private static let diameterUnits = [("kilometers", 1), ("meters", 1000), ("miles", 0.621371), ("feet", 3280.84)]
}
