import Charts
import NearEarth
import Warehouse

/// A distance on a line from Earth, log, with the Moon marked: the picture's axis, in a row of a table.
enum MiniAxis {
    static func scale(to farthest: Double) -> LogScale { LogScale(DistanceAxis.nearest, farthest) }

    /// What all rows of a table have in common, drawn once: its rows then use it.
    static func shared(to farthest: Double) -> Markup {
        #"<svg class="hidden" aria-hidden="true"><g id="axis">\#(ground(to: farthest))</g></svg>"#
    }

    /// The line, the Moon and Earth.
    private static func ground(to farthest: Double) -> Markup {
        let moon = scale(to: farthest).place(1) * 96 + 2
        return """
            <line class="g" x1="2%" x2="98%" y1="10" y2="10"/><line class="ref" x1="\(moon)%" x2="\(moon)%" y1="5" y2="15"/>\
            <circle class="earth" cx="2%" cy="10" r="3"/>
            """
    }

    /// One approach.
    static func html(_ row: SkyRow, to farthest: Double = 20, isShared: Bool = false) -> Markup {
        let radius = row.meanDiameter.map { min(6, max(3, 0.55 * $0.squareRoot())) } ?? 3
        let kind: Markup = row.diameter == nil ? "u" : "s\(SpeedStep.of(row.speed)) m"
        let place = min(1, max(0, scale(to: farthest).place(row.lunarDistances))) * 96 + 2
        let ground: Markup = isShared ? ##"<use href="#axis"/>"## : ground(to: farthest)
        return """
            <svg class="mini" aria-hidden="true">\(ground)<circle class="\(kind)" cx="\(place)%" cy="10" r="\(radius)"/></svg>
            """
    }

    /// From one distance to another (LD), where either may be missing.
    static func move(from old: Double?, to new: Double?, kind: Markup, farthest: Double = DistanceAxis.farthest)
        -> Markup
    {
        let scale = scale(to: farthest)
        func place(_ value: Double) -> Double { min(1, max(0, scale.place(value))) * 96 + 2 }
        var drawing: Markup = """
            <line class="g" x1="2%" x2="98%" y1="10" y2="10"/><line class="ref" x1="\(place(1))%" x2="\(place(1))%" y1="5" y2="15"/>
            """
        if let old, let new {
            drawing += #"<line class="move" x1="\#(place(old))%" x2="\#(place(new))%" y1="10" y2="10"/>"#
        }
        if let old { drawing += #"<circle class="old" cx="\#(place(old))%" cy="10" r="3.5"/>"# }
        if let new { drawing += #"<circle class="\#(kind)" cx="\#(place(new))%" cy="10" r="4.5"/>"# }
        return #"<svg class="mini" aria-hidden="true">\#(drawing)</svg>"#
    }
}
