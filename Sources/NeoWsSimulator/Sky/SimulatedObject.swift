import NearEarth

/// A simulated near-Earth object: what the feed says of it.
struct SimulatedObject {
    /// SPK-ID and designation.
    let id: SimulatedID
    /// Absolute magnitude H (0.01 mag), 16 to 30 mag.
    let magnitude: Int
    /// Least distance between its orbit and Earth's, the MOID (10⁻⁷ au); never more than the approach's distance.
    let orbitIntersection: Int
    /// Whether the impact monitoring lists it.
    let isSentryObject: Bool
    /// Its one approach to Earth.
    let earthApproach: SimulatedApproach

    /// JPL's definition of a PHA: MOID ≤ 0.05 au and H ≤ 22 mag.
    var isPotentiallyHazardous: Bool {
        orbitIntersection <= 500_000 && magnitude <= 2200
    }

    /// The object of an ID in the sky of a seed.
    init(_ id: SimulatedID, seed: UInt64) {
        var random = RandomStream(seed: seed, for: .object, id.day.daysSinceEpoch, id.index)
        self.id = id
        magnitude = Quantiles.magnitude.value(at: random.next())
        let shares = (random.next(), random.next())
        // Faint objects are only seen when they pass near.
        let distance = Quantiles.earthDistance.value(at: magnitude > 2450 ? min(shares.0, shares.1) : shares.0)
        earthApproach = SimulatedApproach(
            body: .earth, day: id.day, minute: random.below(1440), distance: distance,
            speed: Quantiles.speed.value(at: random.next()))
        orbitIntersection = random.below(distance) / 1000
        isSentryObject = orbitIntersection < 100_000 && random.below(4) == 0
    }
}
