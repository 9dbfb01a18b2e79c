import Charts
import Foundation
import NearEarth
import Warehouse

/// The table beneath the picture, with its filters.
extension SkyPage {
    var table: Markup {
        guard context.overview.covered != nil else { return .none }
        let shown = listed.prefix(view.rows)
        let within = view.within.map { " within \(Coordinate.text($0)) LD" } ?? ""
        let heading =
            switch time {
            case .coming: "Coming approaches\(within)"
            case .passed: "Passed approaches\(within)"
            case .all: "Approaches\(within)"
            }
        let inTime = time == .all ? scene.count : nil
        let total = inTime.map { " of \(Words.count($0))" } ?? ""
        let scope = tableDays == range ? "" : ", \(Words.range(tableDays.from, tableDays.to, year: context.year))"
        let more: Markup =
            listed.count > shown.count && view.rows >= SkyView.mostRows
            ? #"<p class="more second">\#(Words.count(listed.count - shown.count)) more are in the <a href="\#(view.url("/sky.csv"))">CSV</a>.</p>"#
            : listed.count > shown.count
                ? """
                <p class="more"><a class="button" href="\(view.url(anchor: "#table") { $0.rows = min(SkyView.mostRows, view.rows + 34) })">Show \
                \(Words.count(min(SkyView.mostRows, listed.count, view.rows + 34) - shown.count)) more</a></p>
                """ : .none
        let content: Markup =
            shown.isEmpty
            ? #"<p class="second">No approach matches. <a href="\#(SkyView().url(anchor: "#table") { $0.time = .all; $0.within = nil; $0.zoom = view.zoom; $0.at = view.at })">Clear the filters</a></p>"#
            : """
            \(MiniAxis.shared(to: farthest))<div class="scroll"><table class="fold"><thead><tr>\(column(.time, "Closest, \(view.zone.label)"))<th class="d960" scope="col">\
            <span class="hidden">Time to go</span></th>\(column(.name, "Object"))\(column(.distance, view.unit.label, "n"))\
            <th class="d960" scope="col">Earth to \(Int(farthest)) LD, Moon marked</th>\(view.unit == .kilometers ? .none : #"<th class="n d1340" scope="col">km</th>"# as Markup)\(column(.size, "Diameter", "n"))\(column(.speed, "km/s", "n"))\
            \(column(.magnitude, "H", "n d960"))<th class="n d1340" scope="col">First seen here</th></tr></thead><tbody>\(shown.map(line))</tbody></table></div>
            """
        return """
            <section aria-labelledby="table"><div class="head"><h2 id="table">\(heading)</h2>\
            <span class="note">\(Words.count(shown.count)) of \(Controls.number(listed.count, view.url("/sky.csv")))\(total)\(scope)</span>\
            <div class="tools"><a href="\(view.url("/sky.csv"))">CSV</a></div></div>
            \(filters)\(content)\(more)</section>
            """
    }

    private var farthest: Double { view.within.map { $0 <= 20 ? 20 : 230 } ?? 230 }

    private func column(_ sort: SkyView.Sort, _ words: String, _ kind: String = "") -> Markup {
        let isOn = view.sort == sort
        let target = view.url(anchor: "#table") {
            $0.descending = isOn ? !view.descending : false
            $0.sort = sort
        }
        let arrow = isOn ? (view.descending ? " ↓" : " ↑") : ""
        let state: Markup = isOn ? #" aria-sort="\#(view.descending ? "descending" : "ascending")""# : .none
        return #"<th scope="col" class="\#(kind)"\#(state)><a href="\#(target)">\#(words)\#(arrow)</a></th>"#
    }

    private func line(_ row: SkyRow) -> Markup {
        let (day, time) = row.epoch.map(view.zone.show) ?? (row.date, "")
        return """
            <tr><td class="r3 nowrap">\(Words.weekdayAndDay(day, year: context.year)) <span class="quiet">\(time)</span></td>\
            <td class="d960 d720 quiet nowrap">\(row.epoch.map { Clock.toGo($0, context.now) })</td>\
            <td class="r1"><a href="\(view.objectURL(row.id))">\(SkyPicture.shortName(row.name))</a> \(chips(row))</td>\
            <td class="n r2 unit" data-unit=" \(view.unit.label)">\(view.unit.text(row.kilometers))</td>\
            <td class="d960 d720">\(MiniAxis.html(row, to: farthest, isShared: true))</td>\
            \(view.unit == .kilometers ? .none : #"<td class="n d1340 d720">\#(DistanceUnit.kilometers.text(row.kilometers))</td>"# as Markup)\
            <td class="n r4">\(Words.diameter(row.diameter))</td><td class="n d720">\(Words.decimal(row.speed))</td>\
            <td class="n d960 d720">\(row.magnitude.map(Words.decimal) ?? "unknown")</td>\
            <td class="n d1340 d720 quiet">\(Words.short(CalendarDate(epochMilliseconds: Timestamp.milliseconds(row.firstSeen)), year: context.year))</td></tr>
            """
    }

    private var filters: Markup {
        func option(_ value: String, _ words: String, _ isOn: Bool) -> Markup {
            #"<option value="\#(value)"\#(isOn ? " selected" as Markup : .none)>\#(words)</option>"#
        }
        func select(_ name: String, _ label: String, _ isSet: Bool, _ options: [Markup]) -> Markup {
            #"<label class="filter\#(isSet ? " set" : "")">\#(label) <select name="\#(name)">\#(options)</select></label>"#
        }
        func check(_ name: String, _ label: String, _ isOn: Bool) -> Markup {
            """
            <label class="filter check\(isOn ? " set" : "")"><input type="checkbox" name="\(name)" value="true"\(isOn ? " checked" as Markup : .none)>\(label)</label>
            """
        }
        // What the form does not ask for goes along.
        let asked = ["time", "within", "size", "speed", "hazardous", "new", "sentry", "tz", "rows"]
        let others = view.values.filter { !asked.contains($0.name) }.map { item -> Markup in
            #"<input type="hidden" name="\#(item.name)" value="\#(item.value)">"#
        }
        var zones = [
            "TDB", "UTC", "America/Los_Angeles", "America/New_York", "Europe/London", "Europe/Berlin", "Asia/Kolkata",
            "Asia/Tokyo", "Australia/Sydney",
        ]
        if let own = view.zone.identifier, !zones.contains(own) { zones.append(own) }
        return """
            <form class="filters" action="/#table" autocomplete="off" data-auto>\(others)\
            \(select("time", "Time", time != .all, SkyView.Time.allCases.map {
                option($0.rawValue, $0.rawValue.prefix(1).uppercased() + $0.rawValue.dropFirst(), $0 == time)
            }))\(select("within", "Within", view.within != nil, [option("any", "any distance", view.within == nil)]
                + Self.choices(SkyView.distances, view.within).map { option(Coordinate.text($0), "\(Coordinate.text($0)) LD", $0 == view.within) }))\
            \(select("size", "At least", view.size != nil, [option("0", "any size", view.size == nil)]
                + Self.choices(SkyView.sizes, view.size).map { option("\($0)", "\($0) m", $0 == view.size) }))\
            \(select("speed", "Faster than", view.speed != nil, [option("0", "any speed", view.speed == nil)]
                + Self.choices(SkyView.speeds, view.speed).map { option("\($0)", "\($0) km/s", $0 == view.speed) }))\
            \(check("hazardous", "Hazardous", view.hazardousOnly))\(check("new", "New", view.newOnly))\(check("sentry", "Sentry", view.sentryOnly))\
            \(select("tz", "Times in", view.zone.identifier != nil, zones.map { option($0, $0.replacing("_", with: " "), $0 == view.zone.identifier ?? "TDB") }))\
            <button type="submit" data-script-only>Apply</button></form>
            """
    }

    /// What can be chosen, with the value that is.
    private static func choices<Value: Comparable>(_ usual: [Value], _ own: Value?) -> [Value] {
        guard let own, !usual.contains(own) else { return usual }
        return (usual + [own]).sorted()
    }
}
