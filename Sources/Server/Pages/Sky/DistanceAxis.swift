import Charts
import Foundation
import NearEarth

/// Distances upward on a log scale, Earth at the foot: the axis that all pictures share.
struct DistanceAxis {
    /// Earth's surface (LD): where the axis begins.
    static let nearest = 6378 / Units.kilometersPerLunarDistance
    /// Beyond 0.5 au, which NeoWs lists to (LD).
    static let farthest = 230.0
    /// Earth's band at the foot, pixels.
    static let band = 16.0

    private let scale: LogScale
    private let unit: DistanceUnit
    /// Pixels above Earth's band.
    private let height: Double

    /// An axis of so many pixels with Earth's band.
    init(_ unit: DistanceUnit, height: Double, to farthest: Double = DistanceAxis.farthest) {
        scale = LogScale(Self.nearest, farthest)
        (self.unit, self.height) = (unit, height - Self.band)
    }

    /// The height of a distance (LD) in pixels, the farthest at 0.
    func y(_ lunarDistances: Double) -> Double { min(height, max(0, freeY(lunarDistances))) }

    /// The same, also where that is outside the axis.
    func freeY(_ lunarDistances: Double) -> Double { (1 - scale.place(lunarDistances)) * height }

    /// Round values of the unit: 1, 2 and 5 times a power of ten, or powers alone.
    private var ticks: [(lunarDistances: Double, text: String, isDecade: Bool)] {
        let perLunar = unit.value(Units.kilometersPerLunarDistance)
        return LogScale(scale.first * perLunar, scale.last * perLunar).ticks.map {
            ($0.value / perLunar, Self.text($0.value), $0.isDecade)
        }
    }

    private static func text(_ value: Double) -> String {
        if value >= 999_999 { return "\(Coordinate.text(value / 1_000_000))M" }
        if value >= 9999 { return "\(Coordinate.text(value / 1000))k" }
        return Decimals.text(value, max(0, Int(-log10(value * 1.0001).rounded(.down))))
    }

    /// The unit and the values, right-aligned at 0.
    func labels(decadesOnly: Bool) -> Markup {
        #"<text x="0" y="-14">\#(unit.label)</text>"#
            + ticks.filter { (!decadesOnly || $0.isDecade) && y($0.lunarDistances) < height - 12 }.map { tick in
                #"<text x="0" y="\#(y(tick.lunarDistances) + 4)">\#(tick.text)</text>"#
            }.joined()
    }

    /// A line at each power of ten.
    var grid: Markup {
        ticks.filter(\.isDecade).map { tick in
            #"<line class="g" x2="100%" y1="\#(y(tick.lunarDistances))" y2="\#(y(tick.lunarDistances))"/>"#
        }.joined()
    }

    /// Earth's band.
    var earth: Markup {
        """
        <rect class="earth" y="\(height)" width="100%" height="\(Self.band)"/><text class="earth-text" x="100%" dx="-8" \
        y="\(height + Self.band - 4)">Earth’s surface</text>
        """
    }

    /// The tint of what has passed, up to a place in percent.
    func past(_ place: Double) -> Markup {
        place > 0 ? #"<rect class="past" width="\#(min(100, place))%" height="\#(height)"/>"# : .none
    }

    /// The line at now, at a place in percent, with words beside its pill.
    func now(_ place: Double, _ beside: Markup = .none) -> Markup {
        guard (0...100).contains(place) else { return .none }
        return """
            <g data-clock aria-hidden="true"><line class="now" x1="\(place)%" x2="\(place)%" y1="-8" y2="\(height)"/>\
            <svg x="\(place)%" overflow="visible"><rect class="now-pill" x="-22" y="-28" width="44" height="20" rx="10"/>\
            <text class="now-text" y="-14">Now</text>\(beside)</svg></g>
            """
    }
}
