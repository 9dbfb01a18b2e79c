/// The names that NeoWs gives to the bodies that are passed.
public enum OrbitingBody {
    /// NeoWs's own, those of the planets cut to five letters.
    public static let names = ["Earth", "Venus", "Mars", "Merc", "Juptr", "Moon", "Satrn", "Urnus", "Neptn"]

    private static let planets = [
        "mercury": "Merc", "jupiter": "Juptr", "saturn": "Satrn", "uranus": "Urnus", "neptune": "Neptn",
    ]

    /// NeoWs's name for what somebody calls it: in any case, and under a planet's full name. Any other text as it is.
    public static func name(_ text: String) -> String {
        let lower = text.lowercased()
        return planets[lower] ?? names.first { $0.lowercased() == lower } ?? text
    }
}
