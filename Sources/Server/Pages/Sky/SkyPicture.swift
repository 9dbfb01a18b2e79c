import Charts
import Foundation
import NearEarth
import Warehouse

/// Approaches as circles: time across, distance upward on a log scale, size by diameter, color by speed. One drawing fits
/// every width: places across are percentages, all else is in pixels.
struct SkyPicture {
    /// A mark, and where a click on it leads.
    struct Mark {
        var row: SkyRow
        var isNew = false
        var isSelected = false
    }

    /// Days of which the picture is not the whole truth.
    struct Gap {
        var days: DateWindow
        var kind: DayState.Kind
        /// Whether nothing at all is published of them.
        var isUnknown: Bool
        /// What is said of it.
        var note: String
    }

    let range: DateWindow
    let unit: DistanceUnit
    let zone: Zone
    /// Now (days since 1970, TDB).
    let now: Double
    let marks: [Mark]
    let cells: [SkyCell: Int]
    let cellDays: Int
    let gaps: [Gap]
    let isSimulated: Bool
    /// Whether marks say the year.
    let year: Int?
    let title: String
    let description: String
    /// Where a click on a mark leads.
    let link: (SkyRow) -> String

    private static let height = 520.0
    /// Room above and below the plot for words.
    private static let (head, foot) = (28.0, 24.0)
    private static let linked = 250
    /// The least radius of the area around a mark that a pointer hits, where no other mark is near; and the width that
    /// nearness is told by: on half of it areas may meet, and still none covers another one's mark.
    static let (hit, hitWidth) = (12.0, 660.0)
    /// Widths of the plot that labels are placed for, and how many at most.
    private static let widths = [("only-l", 1268.0, 20), ("only-m", 660.0, 14), ("only-s", 330.0, 6)]

    private var axis: DistanceAxis { DistanceAxis(unit, height: Self.height) }
    private var days: DayScale { DayScale(first: range.from.daysSinceEpoch, end: range.to.daysSinceEpoch + 1) }

    private func y(_ lunarDistances: Double) -> Double { axis.y(lunarDistances) }

    /// Where a moment lies, percent.
    private func x(_ day: Double) -> Double { days.place(day) * 100 }

    private static func radius(_ row: SkyRow) -> Double {
        guard let diameter = row.meanDiameter else { return 5 }
        let whole = min(22, max(3, 0.9 * diameter.squareRoot()))
        return row.lunarDistances > 20 ? max(1.5, whole / 2) : whole
    }

    // MARK: The drawing

    /// For a page: the scale beside the plot, and the plot.
    var html: Markup {
        """
        <div class="chart sky with-axis"><svg class="y" width="44" height="\(total)" aria-hidden="true"><g transform="translate(36 \(Self.head))">\
        \(scaleLabels)</g></svg>\
        <svg height="\(total)" role="group" aria-labelledby="sky-title sky-about"><title id="sky-title">\(title)</title><desc id="sky-about">\(description)</desc>\
        \(patterns)<svg y="\(Self.head)" height="\(Self.height)" width="100%" overflow="visible">\(plot)</svg></svg></div>
        """
    }

    /// A file of its own, with its style.
    func file(style: String) -> Markup {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="1312" height="\(total + 40)" viewBox="0 0 1312 \(total + 40)" role="img" \
        aria-labelledby="t d"><title id="t">\(title)</title><desc id="d">\(description)</desc><style>\(Markup(trusted: style))</style>\
        <rect class="page" width="1312" height="\(total + 40)"/><text x="8" y="20" class="lb key">\(isSimulated ? "Simulated: " : "")\(title)</text>\(patterns)\
        <g transform="translate(44 \(40 + Self.head))"><g transform="translate(-8 0)" class="y">\(scaleLabels)</g>\
        <svg width="1260" height="\(Self.height)" overflow="visible">\(plot)</svg></g></svg>
        """
    }

    private var total: Double { Self.head + Self.height + Self.foot }

    private var patterns: Markup {
        """
        <defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
        <path class="hatch" d="M0 0v6"/></pattern><pattern id="hatch-bad" width="6" height="6" patternUnits="userSpaceOnUse" \
        patternTransform="rotate(45)"><path class="hatch-bad" d="M0 0v6"/></pattern><pattern id="hatch-none" width="5" height="5" \
        patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><path class="hatch-none" d="M0 0v5"/></pattern></defs>
        """
    }

    private var scaleLabels: Markup { axis.labels(decadesOnly: unit == .kilometers) }

    private var plot: Markup {
        let plotHeight = Self.height - DistanceAxis.band
        var plot = axis.past(x(now)) + axis.grid + timeAxis + Self.references.map(line).joined()
        plot += gapMarks(plotHeight) + axis.earth
        plot += cellMarks
        plot += dropLine(plotHeight) + circles + nowLine + Self.references.map(words).joined()
        for (name, width, count) in Self.widths { plot += labels(name, width, count) }
        return plot
    }

    /// Distances that people know.
    private struct Reference {
        var lunarDistances: Double
        var words, short: String
        var isSolid = false
    }

    private static let references = [
        Reference(
            lunarDistances: 1, words: "The Moon’s distance, 1 LD", short: "The Moon’s distance", isSolid: true),
        Reference(
            lunarDistances: 42_164 / Units.kilometersPerLunarDistance, words: "Geostationary satellites, 0.11 LD",
            short: "Geostationary satellites"),
        Reference(lunarDistances: 20, words: "20 LD, about 0.05 au: the usual limit of “close”", short: "20 LD"),
    ]

    private func line(_ reference: Reference) -> Markup {
        let y = y(reference.lunarDistances)
        return #"<line class="ref\#(reference.isSolid ? "" : " dots")" x2="100%" y1="\#(y)" y2="\#(y)"/>"#
    }

    /// Their words stand on what is drawn.
    private func words(_ reference: Reference) -> Markup {
        let y = y(reference.lunarDistances) - 6
        return """
            <text class="end halo only-l" x="100%" dx="-6" y="\(y)">\(reference.words)</text>\
            <text class="end halo only-ms" x="100%" dx="-6" y="\(y)">\(reference.short)</text>
            """
    }

    /// From the headline's object to its date.
    private func dropLine(_ height: Double) -> Markup {
        guard let mark = marks.first(where: \.isSelected) else { return .none }
        let place = x(mark.row.day)
        let top = y(mark.row.lunarDistances) + Self.radius(mark.row) + 6
        return #"<line class="drop" x1="\#(place)%" x2="\#(place)%" y1="\#(top)" y2="\#(height)"/>"#
    }

    // MARK: Time

    private var timeAxis: Markup {
        let step = days.step
        let isCrowded = if case .years = step { false } else { true }
        return days.ticks(every: step).enumerated().map { index, day -> Markup in
            let date = CalendarDate(daysSinceEpoch: day)
            let text =
                switch step {
                // The year where it begins.
                case .days, .weeks:
                    Words.short(
                        date, year: date.components.month == 1 && date.components.day <= 7 ? year : date.components.year
                    )
                case .months:
                    date.components.month == 1
                        ? "\(date.components.year)" : String(Words.short(date, year: date.components.year).prefix(3))
                case .years: "\(date.components.year)"
                }
            let place = x(Double(day))
            // At the edges a text would stick out.
            let anchor = place < 2 ? "" : place > 97 ? " class=\"end\"" : " class=\"mid\""
            let odd = index % 3 != 0 && isCrowded ? " class=\"odd\"" : ""
            return """
                <g\(Markup(trusted: odd))><line class="g" x1="\(place)%" x2="\(place)%" y2="\(Self.height - DistanceAxis.band)"/>\
                <text\(Markup(trusted: anchor)) x="\(place)%" y="\(Self.height + 16)">\(text)</text></g>
                """
        }.joined()
    }

    private var nowLine: Markup {
        let place = x(now)
        let passed: Markup = place > 12 ? #"<text class="end only-l" x="-30" y="-14">← Passed</text>"# : .none
        let coming: Markup = place < 88 ? #"<text class="only-l" x="30" y="-14">Coming →</text>"# : .none
        return axis.now(place, passed + coming)
    }

    /// The least width of a gap, percent: two pixels or three on a desk.
    private static let narrowest = 0.2

    private func gapMarks(_ plotHeight: Double) -> Markup {
        gaps.map { gap -> Markup in
            let (from, to) = (x(Double(gap.days.from.daysSinceEpoch)), x(Double(gap.days.to.daysSinceEpoch + 1)))
            let pattern = gap.kind == .missing ? "hatch-none" : gap.kind == .refused ? "hatch-bad" : "hatch"
            guard to > 0, from < 100 else { return .none }
            // A day of many years is narrower than a pixel, and has to be seen.
            let left = min(max(0, from), 100 - Self.narrowest)
            let width = max(Self.narrowest, min(100, to) - left)
            // Where nothing is published the whole of it is hatched, an empty sky never looks so.
            let depth = gap.isUnknown ? plotHeight : 9
            let middle = left + width / 2
            let anchor = middle < 8 ? "" : middle > 92 ? "end" : "mid"
            let place = middle < 8 ? left : middle > 92 ? left + width : middle
            // A narrow one has no room for words; they stand in its title.
            let words: Markup =
                width < 5
                ? .none : #"<text class="\#(anchor)" x="\#(place)%" y="\#(plotHeight - 14)">\#(gap.note)</text>"#
            return """
                <rect fill="url(#\(pattern))" x="\(left)%" y="\(plotHeight - depth)" width="\(width)%" height="\(depth)"><title>\(gap.note)</title></rect>\(words)
                """
        }.joined()
    }

    // MARK: Marks

    /// How many steps of strength cells have.
    private static let strengths = 8

    /// Cells as squares of a drawing of their own, a unit each, that is stretched to where they are: a path for each
    /// strength.
    private var cellMarks: Markup {
        guard let most = cells.values.max(), let first = cells.keys.map(\.day).min(),
            let last = cells.keys.map(\.day).max(),
            let lowest = cells.keys.map(\.band).min(), let highest = cells.keys.map(\.band).max()
        else { return .none }
        var paths = Array(repeating: "", count: Self.strengths + 1)
        for (cell, count) in cells.sorted(by: { ($0.key.day, $0.key.band) < ($1.key.day, $1.key.band) }) {
            let strength = Int((Double(count) / Double(most)).squareRoot() * Double(Self.strengths))
            paths[strength] += "M\((cell.day - first) / cellDays) \(highest - cell.band)h1v1h-1z"
        }
        let columns = (last - first) / cellDays + 1
        let (left, right) = (x(Double(first)), x(Double(last + cellDays)))
        // Beyond the scale's end nothing is drawn; the drawing is cut at the plot's top.
        let (top, bottom) = (axis.freeY(SkyScene.bounds(highest).farthest), axis.freeY(SkyScene.bounds(lowest).nearest))
        let shapes = paths.enumerated().map { strength, path -> Markup in
            path.isEmpty
                ? .none
                : #"<path class="cell" fill-opacity="\#(0.08 + 0.5 * Double(strength) / Double(Self.strengths))" d="\#(path)"/>"#
        }
        return """
            <svg width="100%" height="\(Self.height)" overflow="hidden" aria-hidden="true"><svg x="\(left)%" y="\(top)" width="\(right - left)%" height="\(bottom - top)" \
            viewBox="0 0 \(columns) \(highest - lowest + 1)" preserveAspectRatio="none">\(shapes)</svg></svg>
            """
    }

    /// The nearest ones are links; of all, the largest are drawn first.
    private var circles: Markup {
        let byDistance = marks.indices.sorted { marks[$0].row.kilometers < marks[$1].row.kilometers }
        let linked = Set(byDistance.prefix(Self.linked))
        let others = marks.indices.filter { !linked.contains($0) }.sorted {
            Self.radius(marks[$0].row) > Self.radius(marks[$1].row)
        }
        var drawing: Markup =
            #"<g aria-hidden="true">"# + others.map { circle(marks[$0], hit: nil) }.joined() + "</g>"
        // Those that are links follow each other in time, for the keyboard.
        let links = marks.indices.filter(linked.contains).map { marks[$0] }
        let radii = HitAreas.radii(
            links.map { mark in
                (
                    days.place(mark.row.day) * Self.hitWidth, y(mark.row.lunarDistances),
                    max(Self.hit, Self.radius(mark.row))
                )
            })
        drawing += zip(links, radii).map { circle($0, hit: $1) }.joined()
        return drawing
    }

    /// A mark; with an area that a pointer hits it is a link.
    private func circle(_ mark: Mark, hit: Double?) -> Markup {
        let row = mark.row
        let (x, y, radius) = (x(row.day), y(row.lunarDistances), Self.radius(row))
        let isFar = row.lunarDistances > 20
        let kind: Markup =
            row.diameter == nil
            ? "u" : "s\(SpeedStep.of(row.speed)) m\(isFar ? " f" : "")\(row.day < now ? " p" : "")"
        let circle: Markup = #"<circle class="\#(kind)" cx="\#(x)%" cy="\#(y)" r="\#(radius)"/>"#
        var extra = Markup.none
        if row.isHazardous, !isFar { extra += #"<circle class="ring" cx="\#(x)%" cy="\#(y)" r="\#(radius + 3)"/>"# }
        if mark.isSelected { extra += #"<circle class="sel" cx="\#(x)%" cy="\#(y)" r="\#(radius + 5)"/>"# }
        if mark.isNew {
            extra += """
                <svg x="\(x)%" y="\(y)" overflow="visible"><path class="new" d="M\(radius * 0.7 + 4) \(-radius * 0.7 - 7.5)l3.5 3.5-3.5 3.5-3.5-3.5z"/></svg>
                """
        }
        guard let hit else { return circle + extra }
        return
            #"<a href="\#(link(row))"><circle class="hit" cx="\#(x)%" cy="\#(y)" r="\#(hit)"/>\#(circle)\#(extra)<title>\#(Self.words(row, zone, unit, year))</title></a>"#
    }

    /// A mark in words; a script makes the details of them.
    private static func words(_ row: SkyRow, _ zone: Zone, _ unit: DistanceUnit, _ year: Int?) -> String {
        let when =
            row.epoch.map { epoch -> String in
                let (day, time) = zone.show(epoch)
                // Of hundreds of marks: a long name of a zone stands at the table alone.
                return "\(Words.weekdayAndDay(day, year: year)), \(time)\(zone.label.count > 3 ? "" : " \(zone.label)")"
            } ?? Words.weekdayAndDay(row.date, year: year)
        let size = row.diameter == nil ? "size unknown" : Words.diameter(row.diameter)
        let flags = [row.isHazardous ? "; potentially hazardous" : "", row.isSentry ? "; on the Sentry list" : ""]
            .joined()
        return
            "\(row.name): \(when); \(unit.withUnit(row.kilometers)); \(size); \(Words.decimal(row.speed)) km/s\(flags)"
    }

    // MARK: Labels

    /// Names beside the marks that matter most, as many as have room at a width.
    private func labels(_ name: String, _ width: Double, _ count: Int) -> Markup {
        func px(_ mark: Mark) -> Double { days.place(mark.row.day) * width }
        let drawn = marks.filter { $0.row.lunarDistances <= 20 }
        var taken = drawn.map {
            LabelPlacement.Box(around: px($0), y($0.row.lunarDistances), radius: Self.radius($0.row))
        }
        // Lines with their words at the right, Earth, and the now line.
        for line in Self.references.map({ y($0.lunarDistances) }) {
            taken.append(.init(left: 0, top: line - 1, right: width, bottom: line + 1))
            taken.append(
                .init(left: width - (name == "only-l" ? 300 : 150), top: line - 20, right: width, bottom: line))
        }
        let nowPlace = days.place(now) * width
        taken.append(.init(left: nowPlace - 2, top: 0, right: nowPlace + 2, bottom: Self.height))
        taken.append(.init(left: 0, top: Self.height - DistanceAxis.band - 26, right: width, bottom: Self.height))
        let wanted = drawn.map { ($0, priority($0)) }.filter { $0.1 > 0 }.sorted { $0.1 > $1.1 }.prefix(4 * count)
        let texts = wanted.map { mark, _ in (Self.shortName(mark.row.name), unit.withUnit(mark.row.kilometers)) }
        let wishes = zip(wanted, texts).map { wanted, text in
            LabelPlacement.Wish(
                x: px(wanted.0), y: y(wanted.0.row.lunarDistances), radius: Self.radius(wanted.0.row),
                width: 6.6 * Double(text.0.count + text.1.count + 1), height: 14, priority: wanted.1,
                coversMarks: wanted.0.isSelected)
        }
        let placement = LabelPlacement(width: width, height: Self.height - DistanceAxis.band, taken: taken)
        let sides = placement.place(wishes, atMost: count)
        return #"<g class="\#(name)" aria-hidden="true">"#
            + zip(zip(wanted, texts), sides).map { item, side -> Markup in
                guard let side else { return .none }
                let ((mark, _), (name, distance)) = item
                let radius = Self.radius(mark.row) + 5
                let (anchor, dx, dy): (Markup, Double, Double) =
                    switch side {
                    case .right: ("", radius, 4)
                    case .left: (" end", -radius, 4)
                    case .above: (" mid", 0, -radius - 3)
                    case .below: (" mid", 0, radius + 11)
                    }
                return """
                    <text class="lb\(anchor)\(mark.isSelected ? " key" : "")" x="\(x(mark.row.day))%" dx="\(dx)" \
                    y="\(y(mark.row.lunarDistances) + dy)"><tspan>\(name)</tspan> \(distance)</text>
                    """
            }.joined() + "</g>"
    }

    /// The headline's object, then the closest to come, passes within the Moon's distance, hazardous ones, then closest.
    private func priority(_ mark: Mark) -> Double {
        let row = mark.row
        let nearness = 1 / (1 + row.lunarDistances)
        if mark.isSelected { return 1000 }
        if row.day >= now { return (row.isHazardous ? 20 : 10) + 50 * nearness }
        if row.lunarDistances <= 1 { return 30 + nearness }
        return row.isHazardous ? 8 : 4 * nearness
    }

    /// `2020 PY2` of `(2020 PY2)`, `433 Eros` of `433 Eros (A898 PA)`.
    static func shortName(_ name: String) -> String {
        if name.hasPrefix("("), name.hasSuffix(")") { return String(name.dropFirst().dropLast()) }
        if let open = name.firstIndex(of: "("), name.contains(/[A-Za-z].*\(/) {
            return String(name[..<open]).trimmingCharacters(in: .whitespaces)
        }
        return name
    }
}
