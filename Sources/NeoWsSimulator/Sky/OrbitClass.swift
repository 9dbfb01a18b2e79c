/// One of JPL's classes of near-Earth asteroids, in NeoWs's words.
struct OrbitClass {
    let code: String
    let meaning: String
    /// The bounds of the elements (au).
    let range: String

    static let atira = OrbitClass(
        code: "IEO", meaning: "An asteroid orbit contained entirely within the orbit of the Earth",
        range: "Q (aphelion) < 0.983 AU")
    static let aten = OrbitClass(
        code: "ATE", meaning: "Near-Earth asteroid orbits similar to that of 2062 Aten",
        range: "a (semi-major axis) < 1.0 AU; Q (aphelion) > 0.983 AU")
    static let apollo = OrbitClass(
        code: "APO",
        meaning: "Near-Earth asteroid orbits which cross the Earth’s orbit similar to that of 1862 Apollo",
        range: "a (semi-major axis) > 1.0 AU; q (perihelion) < 1.017 AU")
    static let amor = OrbitClass(
        code: "AMO", meaning: "Near-Earth asteroid orbits similar to that of 1221 Amor",
        range: "1.017 AU < q (perihelion) < 1.3 AU")
}
