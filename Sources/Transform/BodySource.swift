import Foundation
import NearEarth
import NeoWs
public import S3

/// Where a raw body is that somebody names: a file, or an object in S3.
public struct BodySource: Sendable {
    /// Its path or URL.
    public let name: String
    /// The client, where it is an object.
    private let s3: S3Client?

    /// The file of a path, or the object of a URL where there is a client for it.
    init(_ name: String, _ s3: S3Client?) {
        self.name = name
        self.s3 = s3
    }

    /// Whether a path means S3.
    public static func isInS3(_ path: String) -> Bool { S3Location.isURL(path) }

    /// The bodies that paths name, in the order of the paths: each file or object as it is; of a folder, or of a
    /// prefix, what lies directly in it and ends in `.json`, but for the landing zone's manifests, in the order of
    /// their names. `s3` is needed where a path is one of S3's.
    public static func list(_ paths: [String], s3: S3Client?) async throws(FileTransformError) -> [BodySource] {
        var bodies: [BodySource] = []
        for path in paths.map(normalized) {
            let found = try await names(in: path, s3)?.filter(RawFileName.isRawBody) ?? [path]
            bodies += found.map { BodySource($0, s3) }
        }
        return bodies
    }

    /// The names of the bodies, and those of the manifests of landing zones among them: those directly in a folder or
    /// under a prefix, or the one beside a file or an object.
    public static func contents(_ paths: [String], s3: S3Client?) async throws(FileTransformError)
        -> (bodies: [String], manifests: [String])
    {
        var (bodies, manifests): ([String], [String]) = ([], [])
        for path in paths.map(normalized) {
            if let names = try await names(in: path, s3) {
                bodies += names.filter(RawFileName.isRawBody)
                manifests += names.filter(RawFileName.isManifest)
            } else {
                bodies.append(path)
                if let beside = RawFileName.manifest(beside: path), try await exists(beside, s3) {
                    manifests.append(beside)
                }
            }
        }
        return (bodies, manifests)
    }

    private static func normalized(_ path: String) -> String { S3Location(path)?.description ?? path }

    /// The bodies and manifests that lie directly in a folder, or under a prefix, in the order of the names; nil for a
    /// file or an object.
    private static func names(in path: String, _ s3: S3Client?) async throws(FileTransformError) -> [String]? {
        guard let s3, isInS3(path) else { return try files(in: path) }
        guard var folder = S3Location(path) else { throw .badURL }
        if !folder.key.isEmpty, !folder.key.hasSuffix("/") {
            if try await exists(path, s3) { return nil }
            folder = S3Location(bucket: folder.bucket, key: folder.key + "/")
        }
        do throws(S3Error) {
            let found = try await s3.list(folder, delimiter: "/")
            guard !found.isEmpty else {
                throw S3Error(.noSuchKey, action: "read", resource: path, "there is no such object or prefix")
            }
            return found.map(\.location.description).filter(isBodyOrManifest)
        } catch {
            throw .service(error)
        }
    }

    private static func files(in path: String) throws(FileTransformError) -> [String]? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw .file(path: path, action: "read", cause: "there is no such file or folder")
        }
        guard isFolder.boolValue else { return nil }
        do {
            let folder = path.hasSuffix("/") ? path : path + "/"
            return try FileManager.default.contentsOfDirectory(atPath: path).filter(isBodyOrManifest).sorted()
                .map { folder + $0 }
        } catch {
            throw .file(path: path, action: "list", cause: error.localizedDescription)
        }
    }

    private static func isBodyOrManifest(_ name: String) -> Bool {
        RawFileName.isRawBody(name) || RawFileName.isManifest(name)
    }

    private static func exists(_ name: String, _ s3: S3Client?) async throws(FileTransformError) -> Bool {
        guard let s3, let location = S3Location(name) else { return FileManager.default.fileExists(atPath: name) }
        do throws(S3Error) {
            return try await s3.head(location) != nil
        } catch {
            throw .service(error)
        }
    }

    /// Reads it into the buffer.
    func load(into buffer: inout BodyBuffer) async throws(FileTransformError) {
        guard let s3, let location = S3Location(name) else { return try loadFile(into: &buffer) }
        do throws(S3Error) {
            let bytes = try await s3.get(location, limit: NeoWsClient.maximumBodyBytes)
            buffer.replace(count: bytes.count) { $0.initialize(fromContentsOf: bytes) }
        } catch {
            throw .service(error)
        }
    }

    private func loadFile(into buffer: inout BodyBuffer) throws(FileTransformError) {
        let descriptor = open(name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        let size = Int(status.st_size)
        guard size <= NeoWsClient.maximumBodyBytes else {
            throw failure("\(size) bytes are more than a NeoWs body has (\(NeoWsClient.maximumBodyBytes) at most)")
        }
        try buffer.replace(count: size) { target throws(FileTransformError) in
            var count = 0
            while count < size {
                let got = read(descriptor, target.baseAddress?.advanced(by: count), size - count)
                if got < 0 && errno == EINTR { continue }
                guard got >= 0 else { throw failure() }
                // Shorter than it was a moment ago: the scanner will say that it is cut.
                if got == 0 { break }
                count += got
            }
            return count
        }
    }

    private func failure(_ cause: String = String(cString: strerror(errno))) -> FileTransformError {
        .file(path: name, action: "read", cause: cause)
    }
}
