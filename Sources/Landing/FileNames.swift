import NearEarth

/// The names of a batch's files. A batch's observations are numbered from 1; the first one's files have no number.
/// Windows that end on the same day share their numbers, so a manifest also says which batch it is of.
enum FileNames {
    static func raw(_ batch: Batch, revision: Int) -> String {
        "\(RawFileName.prefix)\(numbered(batch, revision)).json"
    }
    static func manifest(_ batch: Batch, revision: Int) -> String {
        "\(RawFileName.prefix)\(numbered(batch, revision)).manifest.json"
    }
    /// Nil, as with `acceptance`, where the manifest names no batch.
    static func verdict(of landed: LandedBody, rules: Int) -> String? {
        Batch(name: landed.batch).map {
            "\(RawFileName.verdictPrefix)\(numbered($0, landed.revision)).v\(rules).json"
        }
    }
    static func acceptance(of landed: LandedBody) -> String? {
        Batch(name: landed.batch).map { "\(RawFileName.acceptancePrefix)\(numbered($0, landed.revision)).json" }
    }
    static func refused(_ batch: Batch, sha256: String) -> String {
        "\(refusedPrefix)\(batch.fileStem).\(sha256.prefix(12)).body"
    }
    static func isRefused(_ file: String) -> Bool {
        file.hasPrefix(refusedPrefix) && file.hasSuffix(".body") && !file.contains("/")
    }
    private static let refusedPrefix = "nasa_neo_refused_"

    /// The name of the processed CSV that belongs to a raw file of ours.
    static func processed(raw: String) -> String {
        let stem = raw.hasSuffix(".json") ? raw.dropLast(".json".count) : raw[...]
        return "nasa_neo_processed_\(stem.trimmingPrefix(RawFileName.prefix)).csv"
    }

    private static func numbered(_ batch: Batch, _ revision: Int) -> String {
        batch.fileStem + (revision == 1 ? "" : ".r\(revision)")
    }
}
