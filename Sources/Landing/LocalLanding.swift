import Crypto
import Foundation
public import NearEarth

/// A folder as landing zone.
public struct LocalLanding: LandingZone {
    /// The folder's path.
    public let location: String

    /// The landing zone in `folder`, which is made where it does not exist.
    public init(folder: String) throws(LandingError) {
        location = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .file(path: folder, action: "make the folder", cause: AtomicFile.cause(of: error))
        }
    }

    /// Keeps a body: the raw file first, then the manifest that makes it count.
    public func land(_ body: [UInt8], of batch: Batch, receipt: Receipt) async throws(LandingError) -> LandedBody {
        let digest = Self.hex(SHA256.hash(data: body))
        // One that was damaged since is no reason not to keep this one.
        if let latest = try await latest(batch), latest.sha256 == digest, (try? await read(latest)) != nil { return latest }
        var revision = 1
        while true {
            let landed = LandedBody(
                batch: batch.name, from: batch.window?.from, to: batch.window?.to, file: FileNames.raw(batch, revision: revision),
                revision: revision, sha256: digest, bytes: body.count, receivedAt: receipt.receivedAt, requestID: receipt.requestID,
                service: receipt.service, simulated: receipt.isSimulated)
            if try keep(body, digest, landed, manifest: FileNames.manifest(batch, revision: revision)) { return landed }
            revision += 1
        }
    }

    /// False where another body has this name.
    private func keep(_ body: [UInt8], _ digest: String, _ landed: LandedBody, manifest: String) throws(LandingError) -> Bool {
        guard !exists(manifest) else { return false }
        if try AtomicFile.create(path(landed.file), with: body) == .exists {
            // A raw file without manifest was left by a run that died in between: ours to finish if it is the same body.
            guard Self.hex(SHA256.hash(data: try bytes(of: landed.file))) == digest else { return false }
        }
        return try AtomicFile.create(path(manifest), with: Self.encode(landed)) == .written
    }

    /// The newest revision whose manifest names this batch.
    public func latest(_ batch: Batch) async throws(LandingError) -> LandedBody? {
        var found: LandedBody?
        var revision = 1
        while true {
            let manifest = FileNames.manifest(batch, revision: revision)
            if exists(manifest) {
                let landed = try decode(manifest)
                // Windows that end on the same day share a name; the manifest tells them apart.
                if landed.batch == batch.name { found = landed }
            } else if !exists(FileNames.raw(batch, revision: revision)) {
                return found
            }
            revision += 1
        }
    }

    /// The raw file's bytes, if they still have the manifest's SHA-256.
    public func read(_ landed: LandedBody) async throws(LandingError) -> [UInt8] {
        let body = try bytes(of: landed.file)
        guard Self.hex(SHA256.hash(data: body)) == landed.sha256 else {
            throw .damaged(path: path(landed.file), cause: "its SHA-256 is not the manifest's")
        }
        return body
    }

    /// Writes the processed CSV in place of an earlier one.
    public func keepProcessed(_ csv: [UInt8], for landed: LandedBody) async throws(LandingError) -> String {
        guard let batch = Batch(name: landed.batch) else { throw .damaged(path: landed.file, cause: "its manifest names no batch") }
        let name = FileNames.processed(batch, revision: landed.revision)
        try AtomicFile.replace(path(name), with: csv)
        return name
    }

    /// Keeps a refused answer under a name with its SHA-256.
    public func keepRefused(_ body: [UInt8], of batch: Batch) async throws(LandingError) -> String {
        let name = FileNames.refused(batch, sha256: Self.hex(SHA256.hash(data: body)))
        _ = try AtomicFile.create(path(name), with: body)
        return name
    }

    // MARK: Files

    private func path(_ name: String) -> String { "\(location)/\(name)" }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    private func bytes(of name: String) throws(LandingError) -> [UInt8] {
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
        } catch {
            throw .file(path: path(name), action: "read", cause: AtomicFile.cause(of: error))
        }
    }

    private func decode(_ name: String) throws(LandingError) -> LandedBody {
        guard let landed = LandedBody(manifest: try bytes(of: name)) else {
            throw .damaged(path: path(name), cause: "it is no manifest of Perigee's")
        }
        return landed
    }

    private static func encode(_ landed: LandedBody) throws(LandingError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom(Timestamp.encode)
        do {
            return Array(try encoder.encode(landed)) + [0x0A]
        } catch {
            throw .file(path: landed.file, action: "describe", cause: "\(error)")
        }
    }

    private static func hex(_ digest: SHA256.Digest) -> String {
        Hexadecimal.text(digest)
    }
}
