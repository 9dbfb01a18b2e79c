import Foundation
import NearEarth
import Warehouse

/// `perigee approaches --json`: schema `perigee.approaches/1`. Decimals are texts with NASA's digits.
struct ApproachesOutput: Encodable {
    var schema = "perigee.approaches/1"
    var count: Int
    var approaches: [Item]

    init(_ found: [PublishedApproach]) {
        count = found.count
        approaches = found.map(Item.init)
    }

    struct Item: Encodable {
        var id: String
        var name: String
        var absoluteMagnitude: String?
        var isPotentiallyHazardous: Bool
        var isSentryObject: Bool?
        var diameterMin: String?
        var diameterMax: String?
        var date: CalendarDate
        var dateFull: String?
        var epoch: Int64?
        var velocity: String
        var distance: String
        var orbitingBody: String
        var source: String
        var firstSeen: Date
        var lastSeen: Date
        var run: RunID

        /// Named in full: a list can be long, and deriving the keys would take a sixth of its time.
        enum CodingKeys: String, CodingKey {
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

        init(_ published: PublishedApproach) {
            let approach = published.approach
            id = approach.id
            name = approach.name
            absoluteMagnitude = approach.absoluteMagnitude
            isPotentiallyHazardous = approach.isPotentiallyHazardous
            isSentryObject = approach.isSentryObject
            diameterMin = approach.diameterMinKilometers
            diameterMax = approach.diameterMaxKilometers
            date = approach.observationDate
            dateFull = approach.approachDateFull
            epoch = approach.epochMilliseconds
            velocity = approach.velocityKilometersPerSecond
            distance = approach.missDistanceKilometers
            orbitingBody = approach.orbitingBody
            source = published.source
            firstSeen = published.firstSeen
            lastSeen = published.lastSeen
            run = published.run
        }
    }
}
