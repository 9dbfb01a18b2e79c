import Crypto
public import Logging
public import NearEarth
import S3

/// Where raw bodies are kept as evidence, and processed files beside them: a folder, or a prefix of an S3 bucket.
///
/// What is landed is never edited. A body that differs from the one landed before for the same batch becomes a new revision
/// (`nasa_neo_raw_2020-02-10.r2.json`); an identical one is not landed twice.
public struct LandingZone: Sendable {
    private let objects: any ObjectStore

    /// The landing zone in a place.
    public init(_ objects: any ObjectStore) {
        self.objects = objects
    }

    /// The landing zone that a setting names: `s3://bucket/prefix`, or a folder. `environment` has AWS's variables.
    public static func open(_ location: String, environment: [String: String], userAgent: String, logger: Logger) async throws(LandingError) -> LandingZone {
        guard S3Location.isURL(location) else { return LandingZone(try FolderStore(location)) }
        guard let prefix = S3Location(location) else { throw .badURL("s3://BUCKET/PREFIX") }
        let client: S3Client
        do throws(S3Error) {
            var configuration = try S3Configuration(environment: environment)
            configuration.userAgent = userAgent
            client = S3Client(configuration: configuration, logger: logger)
        } catch {
            throw .service(error)
        }
        do throws(LandingError) {
            return LandingZone(try await S3Store(prefix, client: client))
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Where this is, without credentials.
    public var location: String { objects.location }

    /// Gives up what it holds open.
    public func close() async { await objects.close() }

    /// Keeps a body: the raw file first, then the manifest. The batch counts as landed from the moment its manifest is complete,
    /// not before.
    public func land(_ body: [UInt8], of batch: Batch, receipt: Receipt) async throws(LandingError) -> LandedBody {
        let digest = Self.digest(body)
        // One that was damaged since is no reason not to keep this one.
        if let latest = try await latest(batch), latest.sha256 == digest, (try? await bytes(of: latest.file))?.isSame(as: body) ?? false { return latest }
        var revision = 1
        while true {
            let landed = LandedBody(
                batch: batch.name, from: batch.window?.from, to: batch.window?.to, file: FileNames.raw(batch, revision: revision),
                revision: revision, sha256: digest, bytes: body.count, receivedAt: receipt.receivedAt, requestID: receipt.requestID,
                service: receipt.service, simulated: receipt.isSimulated)
            if try await keep(body, landed, manifest: FileNames.manifest(batch, revision: revision)) { return landed }
            revision += 1
        }
    }

    /// False where another body has this name.
    private func keep(_ body: [UInt8], _ landed: LandedBody, manifest: String) async throws(LandingError) -> Bool {
        guard try await !objects.exists(manifest) else { return false }
        if try await !objects.create(landed.file, body) {
            // A raw file without manifest was left by a run that died in between: ours to finish if it is the same body.
            guard try await bytes(of: landed.file) == body else { return false }
        }
        let text = try landed.manifest()
        if try await objects.create(manifest, text) { return true }
        // Written by us all the same, where a service's answer was lost and the second try met the first one's object.
        return try await objects.read(manifest) == text
    }

    /// The newest revision that was landed for a batch, or nil.
    public func latest(_ batch: Batch) async throws(LandingError) -> LandedBody? {
        var found: LandedBody?
        var revision = 1
        while true {
            let manifest = FileNames.manifest(batch, revision: revision)
            if let text = try await objects.read(manifest) {
                guard let landed = LandedBody(manifest: text) else {
                    throw .damaged(path: objects.path(manifest), cause: "it is no manifest of Perigee's")
                }
                // Windows that end on the same day share a name; the manifest tells them apart.
                if landed.batch == batch.name { found = landed }
            } else if try await !objects.exists(FileNames.raw(batch, revision: revision)) {
                return found
            }
            revision += 1
        }
    }

    /// A landed body's bytes, if they still have the manifest's SHA-256.
    public func read(_ landed: LandedBody) async throws(LandingError) -> [UInt8] {
        let body = try await bytes(of: landed.file)
        guard landed.describes(body) else {
            throw .damaged(path: objects.path(landed.file), cause: "its SHA-256 is not the manifest's")
        }
        return body
    }

    /// Keeps the processed CSV that belongs to a landed body, in place of an earlier one made from the same body.
    /// Returns the file's name. It is whole from the first moment; that it outlives a power cut, `settle` sees to.
    public func keepProcessed(_ csv: [UInt8], for landed: LandedBody) async throws(LandingError) -> String {
        guard let batch = Batch(name: landed.batch) else { throw .damaged(path: landed.file, cause: "its manifest names no batch") }
        let name = FileNames.processed(batch, revision: landed.revision)
        try await objects.replace(name, csv)
        return name
    }

    /// Returns once all processed files kept so far would outlive a power cut: before the ledger names them.
    public func settle() async throws(LandingError) { try await objects.settle() }

    /// Keeps an answer that is no NeoWs body, for whoever wants to know what came, under a name with its SHA-256. Returns the
    /// file's name.
    public func keepRefused(_ body: [UInt8], of batch: Batch) async throws(LandingError) -> String {
        let name = FileNames.refused(batch, sha256: Self.digest(body))
        _ = try await objects.create(name, body)
        return name
    }

    /// Where a landed body's raw file is: its path, or its URL.
    public func path(of landed: LandedBody) -> String { objects.path(landed.file) }

    private func bytes(of name: String) async throws(LandingError) -> [UInt8] {
        guard let bytes = try await objects.read(name) else {
            throw .file(path: objects.path(name), action: "read", cause: "it is not there")
        }
        return bytes
    }

    private static func digest(_ bytes: [UInt8]) -> String { Hexadecimal.text(SHA256.hash(data: bytes)) }
}
