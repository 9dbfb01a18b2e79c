import Foundation
import NearEarth
import NeoWs

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Raw files in folders.
public enum InputFiles {
    /// The manifests of landing zones that a path names: those of a folder in the order of their names, or the one
    /// beside a file.
    public static func manifests(_ path: String) throws(FileTransformError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
        guard isFolder.boolValue else {
            let beside = RawFileName.manifest(beside: path)
            return beside.map { FileManager.default.fileExists(atPath: $0) ? [$0] : [] } ?? []
        }
        do {
            let folder = path.hasSuffix("/") ? path : path + "/"
            return try FileManager.default.contentsOfDirectory(atPath: path).filter(RawFileName.isManifest).sorted().map
            { folder + $0 }
        } catch {
            throw .file(path: path, action: "list", cause: error.localizedDescription)
        }
    }

    /// The files that a path names: the file as it is, of a folder its raw bodies in the order of their names.
    static func list(_ path: String) throws(FileTransformError) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .file(path: path, action: "read", cause: "there is no such file or folder")
        }
        guard isFolder.boolValue else { return [path] }
        do {
            let folder = path.hasSuffix("/") ? path : path + "/"
            return try FileManager.default.contentsOfDirectory(atPath: path).filter(RawFileName.isRawBody).sorted().map
            { folder + $0 }
        } catch {
            throw .file(path: path, action: "list", cause: error.localizedDescription)
        }
    }

    /// Reads a file into the buffer and returns its size.
    static func read(_ path: String, into buffer: inout BodyBuffer) throws(FileTransformError) -> Int {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        let size = Int(status.st_size)
        guard size <= NeoWsClient.maximumBodyBytes else {
            throw .file(
                path: path, action: "read",
                cause: "\(size) bytes are more than a NeoWs body has (\(NeoWsClient.maximumBodyBytes) at most)")
        }
        try buffer.replace(count: size) { target throws(FileTransformError) in
            var count = 0
            while count < size {
                let got = readBytes(descriptor, target, from: count)
                if got < 0 && errno == EINTR { continue }
                guard got >= 0 else { throw failure(path) }
                // Shorter than it was a moment ago: the scanner will say that it is cut.
                if got == 0 { break }
                count += got
            }
            return count
        }
        return buffer.count
    }

    private static func readBytes(_ descriptor: Int32, _ target: UnsafeMutableBufferPointer<UInt8>, from start: Int)
        -> Int
    {
        guard let base = target.baseAddress else { return 0 }
        #if canImport(Glibc)
        return Glibc.read(descriptor, base + start, target.count - start)
        #else
        return Darwin.read(descriptor, base + start, target.count - start)
        #endif
    }

    private static func failure(_ path: String) -> FileTransformError {
        .file(path: path, action: "read", cause: String(cString: strerror(errno)))
    }
}
