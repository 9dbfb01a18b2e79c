import NearEarth
import Warehouse

/// Approaches as a table for people; the digits are shortened, the store has them all.
enum ApproachTable {
    static func text(_ approaches: [PublishedApproach]) -> String {
        TextTable.text(
            [
                ("date (TDB)", .left), ("SPK-ID", .left), ("name", .left), ("body", .left), ("LD", .right),
                ("km", .right), ("km/s", .right), ("H", .right), ("diameter km", .right), ("PHA", .left),
                ("Sentry", .left),
            ],
            approaches.map { row($0.approach) })
    }

    private static func row(_ approach: CloseApproach) -> [String] {
        let kilometers = Double(approach.missDistanceKilometers) ?? 0
        return [
            approach.approachDateFull ?? "\(approach.observationDate)", approach.id, approach.name,
            approach.orbitingBody, Decimals.text(kilometers / Units.kilometersPerLunarDistance, 2),
            Decimals.text(kilometers, 0), Decimals.text(Double(approach.velocityKilometersPerSecond) ?? 0, 2),
            approach.absoluteMagnitude ?? "", diameter(approach), approach.isPotentiallyHazardous ? "yes" : "",
            approach.isSentryObject == true ? "yes" : "",
        ]
    }

    private static func diameter(_ approach: CloseApproach) -> String {
        let bounds = [approach.diameterMinKilometers, approach.diameterMaxKilometers].compactMap {
            $0.flatMap(Double.init)
        }
        return bounds.count == 2 ? bounds.map { Decimals.text($0, 3) }.joined(separator: " to ") : ""
    }
}

/// Numbers with a fixed count of decimals, without a locale.
enum Decimals {
    static func text(_ value: Double, _ places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        guard value.isFinite, abs(value * scale) < 1e18 else { return "\(value)" }
        let scaled = Int64((abs(value) * scale).rounded())
        let whole = scaled / Int64(scale)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(whole)" }
        let fraction = String(scaled % Int64(scale))
        return "\(sign)\(whole).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }
}
