import NearEarth
import Warehouse

/// `perigee approaches --json`: schema `perigee.approaches/1`. Decimals are texts with NASA's digits.
struct ApproachesOutput: Encodable {
    var schema = "perigee.approaches/1"
    var count: Int
    var approaches: [PublishedApproach]
}

extension PublishedApproach: Encodable {
    /// Named in full: a list can be long, and deriving the keys would take a sixth of its time.
    private enum CodingKeys: String, CodingKey {
        case id, name, source, run
        case absoluteMagnitude = "absolute_magnitude_h"
        case isPotentiallyHazardous = "is_potentially_hazardous_asteroid"
        case isSentryObject = "is_sentry_object"
        case diameterMin = "estimated_diameter_km_min"
        case diameterMax = "estimated_diameter_km_max"
        case date = "observation_date"
        case dateFull = "close_approach_date_full"
        case epoch = "epoch_ms"
        case velocity = "velocity_kps"
        case distance = "miss_distance_km"
        case orbitingBody = "orbiting_body"
        case firstSeen = "first_seen"
        case lastSeen = "last_seen"
    }

    /// What NASA says, and where it comes from, in one object.
    public func encode(to encoder: any Encoder) throws {
        var item = encoder.container(keyedBy: CodingKeys.self)
        try item.encode(approach.id, forKey: .id)
        try item.encode(approach.name, forKey: .name)
        try item.encodeIfPresent(approach.absoluteMagnitude, forKey: .absoluteMagnitude)
        try item.encode(approach.isPotentiallyHazardous, forKey: .isPotentiallyHazardous)
        try item.encodeIfPresent(approach.isSentryObject, forKey: .isSentryObject)
        try item.encodeIfPresent(approach.diameterMinKilometers, forKey: .diameterMin)
        try item.encodeIfPresent(approach.diameterMaxKilometers, forKey: .diameterMax)
        try item.encode(approach.observationDate, forKey: .date)
        try item.encodeIfPresent(approach.approachDateFull, forKey: .dateFull)
        try item.encodeIfPresent(approach.epochMilliseconds, forKey: .epoch)
        try item.encode(approach.velocityKilometersPerSecond, forKey: .velocity)
        try item.encode(approach.missDistanceKilometers, forKey: .distance)
        try item.encode(approach.orbitingBody, forKey: .orbitingBody)
        try item.encode(source, forKey: .source)
        try item.encode(firstSeen, forKey: .firstSeen)
        try item.encode(lastSeen, forKey: .lastSeen)
        try item.encode(run, forKey: .run)
    }
}

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
            approach.orbitingBody, approach.lunarDistances.map { Decimals.text($0, 2) } ?? "",
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
