import Charts
import Foundation
import NearEarth
import Warehouse

/// One object's passes through the years, on the axis of the sky picture.
struct ScatterPicture {
    let rows: [SkyRow]
    /// The first and the last year.
    let (first, last): (Int, Int)
    let unit: DistanceUnit
    /// Now (days since 1970, TDB).
    let now: Double
    let selected: SkyRow?
    let body: String
    let title: String
    /// Where a click on a pass leads.
    let link: (SkyRow) -> String

    private static let height = 240.0
    private static let (head, foot) = (28.0, 24.0)

    /// To Earth 0.5 au at most are listed; to other bodies it may be more.
    private var axis: DistanceAxis {
        let farthest = (rows.map(\.lunarDistances).max() ?? 0) * 1.1
        return DistanceAxis(unit, height: Self.height, to: max(DistanceAxis.farthest, farthest))
    }
    private var isEarth: Bool { body == "Earth" }
    private var days: DayScale {
        DayScale(
            first: CalendarDate(year: first, month: 1, day: 1)?.daysSinceEpoch ?? 0,
            end: CalendarDate(year: last, month: 1, day: 1)?.daysSinceEpoch ?? 1)
    }

    private func y(_ lunarDistances: Double) -> Double { axis.y(lunarDistances) }

    var html: Markup {
        let total = Self.head + Self.height + Self.foot
        return """
            <div class="chart with-axis"><svg class="y" width="44" height="\(total)" aria-hidden="true"><g transform="translate(36 \(Self.head))">\(labels)</g></svg>\
            <svg height="\(total)" role="group" aria-labelledby="passes-title passes-about"><title id="passes-title">\(title)</title>\
            <desc id="passes-about">Years across, distance upward on a log scale. The table below lists the same passes.</desc>\
            <svg y="\(Self.head)" width="100%" height="\(Self.height)" overflow="visible">\(plot)</svg></svg></div>
            """
    }

    func file(style: String) -> Markup {
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="1312" height="340" viewBox="0 0 1312 340" role="img" aria-labelledby="t"><title id="t">\(title)</title>\
        <style>\(Markup(trusted: style))</style><rect class="page" width="1312" height="340"/><text x="8" y="20" class="lb key">\(title)</text>\
        <g transform="translate(44 60)"><g transform="translate(-8 0)" class="y">\(labels)</g><svg width="1260" height="\(Self.height)" overflow="visible">\(plot)</svg></g></svg>
        """
    }

    private var labels: Markup { axis.labels(decadesOnly: true) }

    private var plot: Markup {
        let (axis, bottom) = (axis, Self.height - DistanceAxis.band)
        let nowPlace = days.place(now) * 100
        var plot = axis.past(nowPlace) + axis.grid
        plot += days.ticks(every: days.step).enumerated().map { index, day -> Markup in
            let place = days.place(Double(day)) * 100
            return """
                <g\(index % 2 == 1 ? #" class="odd""# as Markup : .none)><line class="g" x1="\(place)%" x2="\(place)%" y2="\(bottom)"/>\
                <text class="\(place < 2 ? "" : place > 97 ? "end" : "mid")" x="\(place)%" y="\(Self.height + 16)">\(CalendarDate(daysSinceEpoch: day).components.year)</text></g>
                """
        }.joined()
        if isEarth {
            let moon = y(1)
            plot += """
                <line class="ref" x2="100%" y1="\(moon)" y2="\(moon)"/><text class="end" x="100%" dx="-6" y="\(moon - 6)">The Moon’s distance</text>
                """ + axis.earth
        }
        let linked = rows.indices.sorted { rows[$0].kilometers < rows[$1].kilometers }.prefix(250)
        let radii = HitAreas.radii(
            linked.map { (days.place(rows[$0].day) * SkyPicture.hitWidth, y(rows[$0].lunarDistances), SkyPicture.hit) })
        let hits = Dictionary(uniqueKeysWithValues: zip(linked, radii))
        plot += rows.indices.map { index -> Markup in
            let row = rows[index]
            let circle = circle(row)
            guard let hit = hits[index] else { return circle }
            let words = "\(Words.day(row.date)); \(unit.withUnit(row.kilometers)); \(Words.decimal(row.speed)) km/s"
            return
                #"<a href="\#(link(row))"><circle class="hit" cx="\#(days.place(row.day) * 100)%" cy="\#(y(row.lunarDistances))" r="\#(hit)"/>\#(circle)<title>\#(words)</title></a>"#
        }.joined()
        plot += axis.now(nowPlace)
        return plot
    }

    private func circle(_ row: SkyRow) -> Markup {
        let (x, y) = (days.place(row.day) * 100, y(row.lunarDistances))
        let ring: Markup = row == selected ? #"<circle class="sel" cx="\#(x)%" cy="\#(y)" r="10"/>"# : .none
        return
            #"<circle class="s\#(SpeedStep.of(row.speed)) m\#(row.day < now ? " p" : "")" cx="\#(x)%" cy="\#(y)" r="5"/>"#
            + ring
    }
}
