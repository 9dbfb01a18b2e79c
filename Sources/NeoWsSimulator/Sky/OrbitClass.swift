/// JPL's classes of near-Earth asteroids, in NeoWs's words.
enum OrbitClass: String {
    case atira = "IEO"
    case aten = "ATE"
    case apollo = "APO"
    case amor = "AMO"

    /// What the class means.
    var meaning: String {
        switch self {
        case .atira: "An asteroid orbit contained entirely within the orbit of the Earth"
        case .aten: "Near-Earth asteroid orbits similar to that of 2062 Aten"
        case .apollo: "Near-Earth asteroid orbits which cross the Earth’s orbit similar to that of 1862 Apollo"
        case .amor: "Near-Earth asteroid orbits similar to that of 1221 Amor"
        }
    }

    /// The bounds of the elements (au).
    var range: String {
        switch self {
        case .atira: "Q (aphelion) < 0.983 AU"
        case .aten: "a (semi-major axis) < 1.0 AU; Q (aphelion) > 0.983 AU"
        case .apollo: "a (semi-major axis) > 1.0 AU; q (perihelion) < 1.017 AU"
        case .amor: "1.017 AU < q (perihelion) < 1.3 AU"
        }
    }
}
