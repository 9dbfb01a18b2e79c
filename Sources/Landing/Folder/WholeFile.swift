public import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file's bytes, read at once and only once: no copy is made of them on their way.
public struct WholeFile: Sendable {
    /// All of them.
    public var bytes: [UInt8]
    /// When it was last written.
    public var modifiedAt: Date

    /// The file at `path`; nil where there is none. One larger than `limit` bytes is not read but an error.
    public init?(_ path: String, limit: Int = .max) throws(LandingError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw DiskFile.failure(path, "read")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw DiskFile.failure(path, "read") }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw .file(path: path, action: "read", cause: "it is a folder")
        }
        guard Int(status.st_size) <= limit else {
            throw .file(path: path, action: "read", cause: "it is larger than \(limit) bytes")
        }
        var isWhole = true
        bytes = Array(unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let got = read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if got < 0, errno == EINTR { continue }
                isWhole = got >= 0
                // A file that became shorter in the meantime ends here.
                guard got > 0 else { return }
                count += got
            }
        }
        guard isWhole else { throw DiskFile.failure(path, "read") }
        #if canImport(Glibc)
        let written = status.st_mtim
        #else
        let written = status.st_mtimespec
        #endif
        modifiedAt = Date(timeIntervalSince1970: Double(written.tv_sec) + Double(written.tv_nsec) / 1e9)
    }
}

extension [UInt8] {
    /// Whether both are the same, by memcmp(3): `==` goes byte by byte.
    func isSame(as other: [UInt8]) -> Bool {
        count == other.count && memcmp(self, other, count) == 0
    }
}
