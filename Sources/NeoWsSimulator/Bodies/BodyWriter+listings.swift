import NearEarth

extension BodyWriter {
    /// The body of `/feed` for a window.
    ///
    /// - Parameter hasBadRecord: breaks the first object of the first day that has any.
    func feed(_ window: DateWindow, isDetailed: Bool, hasBadRecord: Bool) -> JSONText {
        let counts = window.days.map(sky.objectCount(on:))
        let total = counts.reduce(0, +)
        var json = JSONText(capacity: 1024 + total * (isDetailed ? 2600 : 1400))
        let span = window.dayCount - 1
        let detailed = isDetailed ? "true" : "false"
        let links = [
            ("next", window.to, window.to.adding(days: span)),
            ("previous", window.from.adding(days: -span), window.from),
            ("self", window.from, window.to),
        ]
        json.raw("{\"links\":{")
        for (index, (name, from, to)) in links.enumerated() {
            if index > 0 { json.raw(",") }
            link(name, "/feed?start_date=\(from)&end_date=\(to)&detailed=\(detailed)", in: &json)
        }
        json.raw("},\"element_count\":\(total),\"near_earth_objects\":{")
        let brokenDay = hasBadRecord ? zip(window.days, counts).first { $0.1 > 0 }?.0 : nil
        for (index, day) in sky.shuffled(window).enumerated() {
            json.raw(index == 0 ? "\"\(day)\":[" : ",\"\(day)\":[")
            for (index, object) in sky.objects(on: day).enumerated() {
                if index > 0 { json.raw(",") }
                self.object(
                    object, isDetailed ? .withOrbit : .brief, isBroken: index == 0 && day == brokenDay, in: &json)
            }
            json.raw("]")
        }
        json.raw("}}")
        return json
    }

    /// The body of `/neo/{id}`.
    func lookup(_ object: SimulatedObject) -> JSONText {
        var json = JSONText(capacity: 8192)
        self.object(object, .full, in: &json)
        return json
    }

    /// The body of `/neo/browse` for one page.
    func browse(_ catalogue: Catalogue, page: Int, size: Int) -> JSONText {
        let pages = (catalogue.count + size - 1) / size
        var json = JSONText(capacity: 1024 + size * 7000)
        json.raw("{\"links\":{")
        if page + 1 < pages {
            link("next", "/neo/browse?page=\(page + 1)&size=\(size)", in: &json)
            json.raw(",")
        }
        if page > 0 {
            link("previous", "/neo/browse?page=\(page - 1)&size=\(size)", in: &json)
            json.raw(",")
        }
        link("self", "/neo/browse?page=\(page)&size=\(size)", in: &json)
        json.raw(
            "},\"page\":{\"size\":\(size),\"total_elements\":\(catalogue.count),\"total_pages\":\(pages),\"number\":\(page)}"
        )
        json.raw(",\"near_earth_objects\":[")
        for (index, id) in catalogue.ids(page: page, size: size).enumerated() {
            if index > 0 { json.raw(",") }
            object(SimulatedObject(id, seed: sky.seed), .full, in: &json)
        }
        json.raw("]}")
        return json
    }
}
