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
    static func verdict(_ batch: Batch, revision: Int, rules: Int) -> String {
        "\(RawFileName.verdictPrefix)\(numbered(batch, revision)).v\(rules).json"
    }
    static func acceptance(_ batch: Batch, revision: Int) -> String {
        "\(RawFileName.acceptancePrefix)\(numbered(batch, revision)).json"
    }
    static func refused(_ batch: Batch, sha256: String) -> String {
        "nasa_neo_refused_\(batch.fileStem).\(sha256.prefix(12)).body"
    }

    /// The name of the processed CSV that belongs to a raw file of ours.
    static func processed(raw: String) -> String {
        let stem = raw.hasSuffix(".json") ? raw.dropLast(".json".count) : raw[...]
        return
            "nasa_neo_processed_\(stem.hasPrefix(RawFileName.prefix) ? stem.dropFirst(RawFileName.prefix.count) : stem).csv"
    }

    private static func numbered(_ batch: Batch, _ revision: Int) -> String {
        batch.fileStem + (revision == 1 ? "" : ".r\(revision)")
    }
}
