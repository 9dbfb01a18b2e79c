import Charts
import Foundation
import NearEarth

/// An orbit seen from the north of the ecliptic, beside Earth's, and edge-on. Two-body motion from the elements of the
/// lookup: good to see, not to compute with.
struct OrbitPicture {
    private let semiMajorAxis, eccentricity, inclination, node, perihelion: Double
    private let meanAnomaly, epoch, period: Double
    private let name: String
    /// Today as a Julian date.
    private let now: Double

    private static let size = 400.0

    /// Nil for an orbit that lacks what it takes, or is not an ellipse.
    init?(_ orbit: ObjectOrbit, name: String, now: Date) {
        func value(_ column: String) -> Double? { orbit.elements[column].flatMap(Double.init) }
        guard let a = value("semi_major_axis"), let e = value("eccentricity"), let i = value("inclination"),
            let node = value("ascending_node_longitude"), let w = value("perihelion_argument"),
            let m = value("mean_anomaly"), let epoch = value("epoch_osculation"), let period = value("orbital_period"),
            a > 0, e >= 0, e < 0.999, period > 0
        else { return nil }
        (semiMajorAxis, eccentricity, meanAnomaly, self.epoch, self.period) = (a, e, m, epoch, period)
        (inclination, self.node, perihelion) = (i * .pi / 180, node * .pi / 180, w * .pi / 180)
        self.name = name
        self.now = now.timeIntervalSince1970 / 86_400 + 2_440_587.5
    }

    /// The object at a true anomaly, au, ecliptic of J2000.
    private func place(_ anomaly: Double) -> (x: Double, y: Double, z: Double) {
        let radius = semiMajorAxis * (1 - eccentricity * eccentricity) / (1 + eccentricity * cos(anomaly))
        let u = perihelion + anomaly
        return (
            radius * (cos(node) * cos(u) - sin(node) * sin(u) * cos(inclination)),
            radius * (sin(node) * cos(u) + cos(node) * sin(u) * cos(inclination)), radius * sin(u) * sin(inclination)
        )
    }

    /// The true anomaly at a Julian date, by Kepler's equation.
    private func anomaly(_ date: Double) -> Double {
        let mean = (meanAnomaly / 360 + (date - epoch) / period) * 2 * .pi
        let wrapped = mean - (mean / (2 * .pi)).rounded() * 2 * .pi
        var eccentric = eccentricity > 0.8 ? (wrapped < 0 ? -Double.pi : .pi) : wrapped
        for _ in 0..<50 {
            let step = (eccentric - eccentricity * sin(eccentric) - wrapped) / (1 - eccentricity * cos(eccentric))
            eccentric -= step
            if abs(step) < 1e-10 { break }
        }
        return 2
            * atan2(
                (1 + eccentricity).squareRoot() * sin(eccentric / 2),
                (1 - eccentricity).squareRoot() * cos(eccentric / 2))
    }

    /// Earth's ecliptic longitude at a Julian date: the Astronomical Almanac's low-precision Sun, good to 0.01 degrees.
    private static func earth(_ date: Double) -> (x: Double, y: Double) {
        let days = date - 2_451_545
        let mean = (357.528 + 0.985_600_3 * days) * .pi / 180
        let sun = (280.46 + 0.985_647_4 * days + 1.915 * sin(mean) + 0.02 * sin(2 * mean)) * .pi / 180
        let radius = 1.000_14 - 0.016_71 * cos(mean) - 0.000_14 * cos(2 * mean)
        return (-radius * cos(sun), -radius * sin(sun))
    }

    var html: Markup {
        let aphelion = semiMajorAxis * (1 + eccentricity)
        let scale = Self.size * 0.46 / max(1.05, min(aphelion, 6))
        func px(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
            (Self.size / 2 + point.x * scale, Self.size / 2 - point.y * scale)
        }
        func path(_ points: [(x: Double, y: Double)]) -> String {
            points.enumerated().map { index, point in
                "\(index == 0 ? "M" : "L")\(Coordinate.text(point.x)) \(Coordinate.text(point.y))"
            }.joined()
        }
        let earthPath = path(
            (0...96).map { index in
                px(Self.earth(now + 365.25 * Double(index) / 96))
            })
        // Where it is above Earth's plane and where below: pieces between its nodes.
        func arc(_ from: Double, _ to: Double) -> String {
            path(
                (0...96).map { index in
                    let point = place(from + (to - from) * Double(index) / 96)
                    return px((point.x, point.y))
                })
        }
        let above = arc(-perihelion, .pi - perihelion)
        let below = arc(.pi - perihelion, 2 * .pi - perihelion)
        let (earthNow, own) = (px(Self.earth(now)), place(anomaly(now)))
        let ownNow = px((own.x, own.y))
        let nearest = place(0)
        let nearestPlace = px((nearest.x, nearest.y))
        let isCut = aphelion > 6
        let side: Markup = ownNow.x > Self.size * 0.6 ? "end" : ""
        let dx: Double = ownNow.x > Self.size * 0.6 ? -9 : 9
        return """
            <svg class="orbit-plan" viewBox="0 0 \(Self.size) \(Self.size + 70)" role="img" aria-labelledby="orbit-title orbit-about">\
            <title id="orbit-title">The orbit of \(name) beside Earth’s</title><desc id="orbit-about">Seen from the north of Earth’s plane, and \
            edge-on. Inclination \(Words.decimal(inclination * 180 / .pi)) degrees, perihelion \(Words.significant(semiMajorAxis * (1 - eccentricity))) au, \
            aphelion \(Words.significant(aphelion)) au.</desc>\
            <svg width="\(Self.size)" height="\(Self.size)" overflow="\(isCut ? "hidden" : "visible")"><path class="orbit-earth" d="\(earthPath)"/><path class="orbit-above" d="\(above)"/><path class="orbit-below" d="\(below)"/>\
            <circle class="sun" cx="\(Self.size / 2)" cy="\(Self.size / 2)" r="6"/><text x="\(Self.size / 2 + 10)" y="\(Self.size / 2 + 4)">Sun</text>\
            <circle class="old" cx="\(nearestPlace.x)" cy="\(nearestPlace.y)" r="2.5"/>\
            <circle class="dot-earth" cx="\(earthNow.x)" cy="\(earthNow.y)" r="5"/><text class="lb key" x="\(earthNow.x + 9)" y="\(earthNow.y - 6)">Earth</text>\
            <circle class="dot-object" cx="\(ownNow.x)" cy="\(ownNow.y)" r="5"/><text class="lb key \(side)" x="\(ownNow.x + dx)" y="\(ownNow.y + 16)">\(name)</text></svg>\
            <path class="ref" d="M8 \(Self.size - 8)h\(scale)"/><text x="\(scale + 14)" y="\(Self.size - 4)">1 au</text>\(edge)</svg>
            """
    }

    /// Both planes from the side.
    private var edge: Markup {
        let (middle, y, half) = (Self.size / 2, Self.size + 36, 110.0)
        let tilt = min(inclination, .pi / 2)
        let (dx, dy) = (half * cos(tilt), min(34, half * sin(tilt)))
        return """
            <text x="0" y="\(y + 4)">Edge-on</text><line class="orbit-earth" x1="\(middle - half)" x2="\(middle + half)" y1="\(y)" y2="\(y)"/>\
            <line class="orbit-above" x1="\(middle - dx)" x2="\(middle + dx)" y1="\(y + dy)" y2="\(y - dy)"/><circle class="sun" cx="\(middle)" cy="\(y)" r="4"/>\
            <text x="\(middle + half + 12)" y="\(y + 4)">tilted \(Words.decimal(inclination * 180 / .pi))°</text>
            """
    }
}
