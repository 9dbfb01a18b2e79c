import Foundation
import Landing
import Pipeline
import Support
import SystemPackage
import Transform

/// The landing folder: writable, on a disk with room; or the bucket.
struct LandingCheck: DoctorCheck {
    let subject = "landing"

    /// A year's raw bodies, processed files and some air, bytes.
    private static let room: Int64 = 1 << 30

    func look(_ session: Session) async throws -> [Finding] {
        let folder = session.settings[.landing]
        if BodySource.isInS3(folder) { return try await bucket(session) }
        let existing = Self.existing(above: folder)
        guard Self.isFolder(existing) else {
            return [
                .failed(
                    "landing", .inputOutput, "\(existing) is not a folder", next: "name another folder with --landing")
            ]
        }
        guard await Self.withProbe(existing, { $0 != nil }) else {
            return [
                .failed(
                    "landing", .inputOutput, "\(existing) is not writable",
                    next: "check its permissions and its disk, or name another with --landing")
            ]
        }
        let what = existing == folder ? "\(folder) is writable" : "\(folder) is not there yet: the first run makes it"
        return [.ok("landing", what), Self.space(existing)]
    }

    /// A bucket: found, and its objects may be listed. Whether they may be written shows only when one is.
    private func bucket(_ session: Session) async throws -> [Finding] {
        let landing = try await session.openLanding()
        await landing.close()
        return [.ok("landing", "\(landing.location) can be listed")]
    }

    private static func space(_ folder: String) -> Finding {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return .ok("space", "this file system does not say")
        }
        let text = "\(free >> 20) MiB free for the landing folder"
        return free < room
            ? .warning("space", text, next: "make room: raw bodies take about 20 MB a year") : .ok("space", text)
    }

    /// The folder, or the nearest one above it that is there.
    static func existing(above folder: String) -> String {
        var path = FilePath(folder)
        while !path.isEmpty, !FileManager.default.fileExists(atPath: path.string), path.removeLastComponent() {}
        return path.isEmpty ? "." : path.string
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Lends the path of a file in a folder, which is removed afterwards; nil where the folder takes none. Permissions
    /// don't tell of a full disk or a read-only mount, nor whether another host sees the same folder; a file does.
    static func withProbe<Result, Failure: Error>(_ folder: String, _ body: (String?) async throws(Failure) -> Result)
        async throws(Failure) -> Result
    {
        let probe = "\(folder)/.perigee-doctor-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: probe) }
        return try await body(FileManager.default.createFile(atPath: probe, contents: Data([0x0A])) ? probe : nil)
    }
}
