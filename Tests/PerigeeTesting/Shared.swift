import Foundation

/// The folder `../shared`, whose server and recorded bodies are independent of our code. It may be away: `Replay` and
/// `Specimen` then have what stands in for them.
public enum Shared {
    /// The folder's path; `PERIGEE_SHARED` names another.
    public static let folder: String =
        ProcessInfo.processInfo.environment["PERIGEE_SHARED"]
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared")
        .standardizedFileURL.path

    /// Whether it is there.
    public static let isAvailable = FileManager.default.fileExists(atPath: folder + "/neows/neows-replay")

    /// What a skipped test says.
    public static let notice = "../shared is away: nothing to test against"

    /// A recorded body, by its name in `captures/`.
    public static func capture(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/neows/captures/\(name)"))
    }
}
