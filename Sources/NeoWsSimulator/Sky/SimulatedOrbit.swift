import Foundation
import NearEarth

/// A Keplerian orbit that agrees with what the feed says of its object: class, MOID, third law.
struct SimulatedOrbit {
    /// Class by semi-major axis, perihelion and aphelion.
    let kind: OrbitClass
    /// Semi-major axis (au).
    let semiMajorAxis: Double
    /// Perihelion distance (au).
    let perihelion: Double
    /// Inclination to the ecliptic (degrees).
    let inclination: Double
    /// Longitude of the ascending node (degrees).
    let ascendingNode: Double
    /// Argument of the perihelion (degrees).
    let perihelionArgument: Double
    /// Mean anomaly at the epoch (degrees).
    let meanAnomaly: Double
    /// How often the orbit was determined.
    let solution: Int
    /// Least distance between the orbit and Earth's, the MOID (10⁻⁷ au).
    let intersection: Int
    /// Days from the first observation to the last.
    let arcDays: Int
    /// First observation, days since 1970-01-01.
    let firstObservation: Int
    /// Number of observations.
    let observations: Int
    /// Seconds of the day at which the orbit was determined, the day after the last observation.
    let determinedAt: Int

    /// Epoch of the elements, 2025-Nov-21.0 TDB (Julian date).
    static let epoch = 2_461_000.5

    /// Eccentricity.
    var eccentricity: Double { 1 - perihelion / semiMajorAxis }
    /// Aphelion distance (au).
    var aphelion: Double { 2 * semiMajorAxis - perihelion }
    /// Sidereal period (days): Kepler's third law with the Gaussian year.
    var period: Double { 365.256_898_3 * semiMajorAxis * semiMajorAxis.squareRoot() }
    /// Mean motion (degrees a day).
    var meanMotion: Double { 360 / period }
    /// The passage through perihelion that is nearest to the epoch (Julian date, TDB).
    var perihelionTime: Double {
        Self.epoch - (meanAnomaly > 180 ? meanAnomaly - 360 : meanAnomaly) / meanMotion
    }
    /// Tisserand's parameter with respect to Jupiter, whose semi-major axis is 5.2044 au.
    var jupiterTisserand: Double {
        let ratio = semiMajorAxis / 5.2044
        return 1 / ratio + 2 * cos(inclination * .pi / 180) * (ratio * (1 - eccentricity * eccentricity)).squareRoot()
    }
    /// JPL's orbit condition code, 0 (well known) to 9: the longer the arc, the smaller.
    var uncertainty: Int {
        switch arcDays {
        case ..<3: 9
        case ..<8: 8
        case ..<20: 7
        case ..<60: 6
        case ..<200: 5
        case ..<700: 3
        case ..<2000: 1
        default: 0
        }
    }

    /// The orbit of an object in the sky of a seed.
    init(of object: SimulatedObject, seed: UInt64) {
        var random = RandomStream(seed: seed, for: .orbit, object.id.day.daysSinceEpoch, object.id.index)
        intersection = object.orbitIntersection
        let moid = Double(intersection) / 10_000_000
        // Shares as among JPL's approaches of 2020. Where the MOID is small, an orbit outside or inside Earth's touches
        // it nearly.
        switch random.below(100) {
        case ..<56:
            kind = .apollo
            semiMajorAxis = random.between(1.05, 2.9)
            perihelion = random.between(0.25, 1.01)
        case ..<80:
            kind = .amor
            semiMajorAxis = random.between(1.4, 3.1)
            perihelion = random.between(1.0171, 1.0171 + min(moid, 0.28))
        case ..<99:
            kind = .aten
            semiMajorAxis = random.between(0.75, 0.98)
            perihelion = 2 * semiMajorAxis - random.between(0.99, 1.39)
        default:
            kind = .atira
            semiMajorAxis = random.between(0.6, 0.75)
            perihelion = 2 * semiMajorAxis - random.between(0.9829 - min(moid, 0.2), 0.9829)
        }
        let tilt = random.fraction()
        inclination = 0.05 + 40 * tilt * tilt
        ascendingNode = random.between(0, 360)
        perihelionArgument = random.between(0, 360)
        meanAnomaly = random.between(0, 360)
        // Most objects are seen for days, few for decades; all observations fall in 1995-01-01 to 2025-11-20.
        let share = random.fraction()
        arcDays = 1 + Int(9_000 * share * share * share * share)
        firstObservation = 9_131 + random.below(20_412 - 9_131 - arcDays)
        observations = 12 + arcDays / 6 + random.below(60)
        solution = 1 + arcDays / 60 + random.below(12)
        determinedAt = random.below(86_400)
    }
}
