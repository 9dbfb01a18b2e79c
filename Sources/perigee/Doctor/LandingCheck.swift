import Foundation
import Landing
import Support
import SystemPackage
import Transform

/// The landing folder: writable, on a disk with room; or the bucket.
enum LandingCheck {
    /// A year's raw bodies, processed files and some air, bytes.
    private static let room: Int64 = 1 << 30

    static func look(_ session: Session) async throws -> [Finding] {
        let folder = session.settings[.landing]
        if BodySource.isInS3(folder) {
            // The bucket is found, and its objects may be listed. Whether they may be written shows only when one is.
            return try await session.withLanding { [.ok("landing", "\($0.location) can be listed")] }
        }
        let existing = existing(above: folder)
        func unusable(_ trouble: String, next: String) -> [Finding] {
            [.failed("landing", .inputOutput, "\(existing) is not \(trouble)", next: next)]
        }
        guard isFolder(existing) else { return unusable("a folder", next: "name another folder with --landing") }
        guard isWritable(existing) else {
            return unusable(
                "writable", next: "check its permissions and its disk, or name another with --landing")
        }
        let what = existing == folder ? "\(folder) is writable" : "\(folder) is not there yet: the first run makes it"
        return [.ok("landing", what), space(existing)]
    }

    private static func space(_ folder: String) -> Finding {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
            return .ok("space", "this file system does not say")
        }
        return .warning(
            "space", "\(free >> 20) MiB free for the landing folder", if: free < room,
            next: "make room: raw bodies take about 20 MB a year")
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

    /// Whether files may be made in a folder: its permissions and its mount, as faccessat(2) knows them. A file of ours
    /// would tell of more, and change the folder.
    static func isWritable(_ folder: String) -> Bool {
        faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0
    }
}
