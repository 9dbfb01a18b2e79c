import Foundation

/// A file system of a few megabytes in memory, so that a disk can be full. Mounting takes root.
public final class SmallDisk: Sendable {
    private let folder: TemporaryFolder

    /// Whether there can be one.
    public static let isAvailable = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/bin/mount")
    /// What a skipped test says.
    public static let notice = "mounting a small file system needs root"

    /// Where it is mounted.
    public var path: String { folder("disk") }

    /// Mounts one of `kilobytes`.
    public init(kilobytes: Int) async throws {
        folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        try FileManager.default.createDirectory(atPath: folder("disk"), withIntermediateDirectories: true)
        let options = ["-t", "tmpfs", "-o", "size=\(kilobytes)k,mode=755", "none", folder("disk")]
        let outcome = await
            (try Started(executable: "/bin/mount", arguments: options, folder: folder.path, environment: [:])).outcome()
        guard outcome.status == 0 else { throw Failure(message: "no mount: \(outcome.errors)") }
    }

    /// Takes all its room but for so many kilobytes. A program of its own writes the file: one that another test starts
    /// at this moment would inherit ours while it is open, and keep the room taken.
    public func fill(leaving kilobytes: Int) async throws {
        let free =
            (try FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        let command = ["-ec", #"head -c "$0" /dev/zero >ballast"#, "\(max(0, free - kilobytes << 10))"]
        let outcome = await (try Started(executable: "/bin/sh", arguments: command, folder: path, environment: [:]))
            .outcome()
        guard outcome.status == 0 else { throw Failure(message: "not filled: \(outcome.errors)") }
    }

    /// Gives it back.
    public func empty() throws { try FileManager.default.removeItem(atPath: "\(path)/ballast") }

    deinit {
        umount2(path, Int32(MNT_DETACH))
    }
}
