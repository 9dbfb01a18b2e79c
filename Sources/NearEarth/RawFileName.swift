/// The names of a landing zone's files, as far as others than the landing zone have to know them.
public enum RawFileName {
    /// What the names of raw bodies and their manifests begin with.
    public static let prefix = "nasa_neo_raw_"
    /// What the names of verdicts begin with.
    public static let verdictPrefix = "nasa_neo_verdict_"
    /// What the names of acceptances begin with.
    public static let acceptancePrefix = "nasa_neo_accepted_"

    /// Whether a name is that of a manifest.
    public static func isManifest(_ name: String) -> Bool { name.hasSuffix(".manifest.json") }

    /// The name of the first manifest beside a raw file; nil for what is not one.
    public static func manifest(beside name: String) -> String? {
        name.hasSuffix(".json") ? name.dropLast(".json".count) + ".manifest.json" : nil
    }

    /// Whether a landing zone names its raw bodies so.
    public static func isLanded(_ name: String) -> Bool { (name.split(separator: "/").last ?? "").hasPrefix(prefix) }

    /// Whether a name, met in a folder, is that of a raw body, and not of what a landing zone knows of one.
    public static func isRawBody(_ name: String) -> Bool {
        let file = name.split(separator: "/").last ?? name[...]
        return file.hasSuffix(".json") && !isManifest(name) && !file.hasPrefix(verdictPrefix)
            && !file.hasPrefix(acceptancePrefix)
    }
}
