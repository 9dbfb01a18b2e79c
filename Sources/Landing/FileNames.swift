import NearEarth

/// The names of a batch's files.
enum FileNames {
    static func raw(_ batch: Batch, revision: Int) -> String { "nasa_neo_raw_\(batch.fileStem)\(suffix(revision)).json" }
    static func manifest(_ batch: Batch, revision: Int) -> String { "nasa_neo_raw_\(batch.fileStem)\(suffix(revision)).manifest.json" }
    static func processed(_ batch: Batch, revision: Int) -> String { "nasa_neo_processed_\(batch.fileStem)\(suffix(revision)).csv" }
    static func refused(_ batch: Batch, sha256: String) -> String { "nasa_neo_refused_\(batch.fileStem).\(sha256.prefix(12)).body" }

    private static func suffix(_ revision: Int) -> String { revision == 1 ? "" : ".r\(revision)" }
}
