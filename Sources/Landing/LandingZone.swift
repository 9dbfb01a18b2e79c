import Crypto
public import Logging
public import NearEarth
import S3

/// Where raw bodies and what is known of them are kept as evidence, and processed files beside them: a folder, or a
/// prefix of an S3 bucket.
///
/// What is landed is never edited. Each answer of the service is an observation with a manifest of its own; a body that
/// differs from those landed before for the same batch gets a file (`nasa_neo_raw_2020-02-10.r2.json`), an identical
/// one shares theirs.
public struct LandingZone: Sendable {
    private let objects: any ObjectStore

    /// The landing zone in a place.
    public init(_ objects: any ObjectStore) {
        self.objects = objects
    }

    /// The landing zone that a setting names: `s3://bucket/prefix`, or a folder. `environment` has AWS's variables.
    public static func open(_ location: String, environment: [String: String], userAgent: String, logger: Logger)
        async throws(LandingError) -> LandingZone
    {
        guard S3Location.isURL(location) else { return LandingZone(try FolderStore(location)) }
        guard let prefix = S3Location(location) else { throw .badURL("s3://BUCKET/PREFIX") }
        let client: S3Client
        do throws(S3Error) {
            client = try S3Client(environment: environment, userAgent: userAgent, logger: logger)
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

    // MARK: Observations

    /// Keeps an answer: the raw file first, unless the same bytes are there, then the manifest. The observation counts
    /// as landed from the moment its manifest is complete, not before. One that is landed already is not landed twice.
    public func land(_ body: [UInt8], of batch: Batch, _ metadata: FetchMetadata) async throws(LandingError)
        -> LandedBody
    {
        let digest = Hexadecimal.text(SHA256.hash(data: body))
        let earlier = try await survey(batch).landed
        let last = earlier.last?.revision ?? 0
        var landed = LandedBody(batch, file: "", revision: last, sha256: digest, bytes: body.count, metadata)
        if let same = earlier.first(where: { $0.stamp == landed.stamp }) { return same }
        // A file that was damaged since is not a reason not to keep these bytes.
        for other in earlier.reversed() where other.sha256 == digest {
            if (try? await objects.read(other.file))??.isSame(as: body) ?? false {
                landed.file = other.file
                break
            }
        }
        let sharesFile = !landed.file.isEmpty
        while true {
            landed.revision += 1
            if !sharesFile { landed.file = FileNames.raw(batch, revision: landed.revision) }
            if try await keep(sharesFile ? nil : body, landed, of: batch) { return landed }
        }
    }

    /// False where another observation has this number.
    private func keep(_ body: [UInt8]?, _ landed: LandedBody, of batch: Batch) async throws(LandingError) -> Bool {
        let manifest = FileNames.manifest(batch, revision: landed.revision)
        guard try await !objects.exists(manifest) else { return false }
        if let body, try await !objects.create(landed.file, body, .withNext) {
            // A raw file without manifest was left by a run that died in between: ours to finish if it is the same
            // body.
            guard let there = try await objects.read(landed.file) else {
                throw .file(path: objects.path(landed.file), action: "read", cause: "it is not there")
            }
            guard there.isSame(as: body) else { return false }
        }
        let text = try EvidenceFile.encode(landed, landed.file)
        if try await objects.create(manifest, text, .now) { return true }
        // Written by us all the same, where a service's answer was lost and the second try met the first one's object.
        return try await objects.read(manifest) == text
    }

    /// The batch's observations, the latest numbers last. A manifest that can't be read is an error where no readable
    /// one of a later number is of the batch: what NASA said last is not known then.
    public func observations(of batch: Batch) async throws(LandingError) -> [LandedBody] {
        let found = try await survey(batch)
        if let damaged = found.damaged, damaged.revision > found.landed.last?.revision ?? 0 {
            throw .damaged(path: objects.path(damaged.name), cause: "it is not a manifest of Perigee's")
        }
        return found.landed
    }

    private func survey(_ batch: Batch) async throws(LandingError) -> (
        landed: [LandedBody], damaged: (name: String, revision: Int)?
    ) {
        var landed: [LandedBody] = []
        var damaged: (name: String, revision: Int)?
        var revision = 1
        while true {
            let manifest = FileNames.manifest(batch, revision: revision)
            if let text = try await objects.read(manifest) {
                if let found = LandedBody(manifest: text) {
                    if found.batch == batch.name { landed.append(found) }
                } else {
                    damaged = (manifest, revision)
                }
            } else if try await !objects.exists(FileNames.raw(batch, revision: revision)) {
                return (landed, damaged)
            }
            revision += 1
        }
    }

    /// A landed body's bytes, if they still have the manifest's SHA-256; else those of another file of the batch that
    /// has it.
    public func read(_ landed: LandedBody) async throws(LandingError) -> [UInt8] {
        let body = try await objects.read(landed.file)
        if let body, landed.describes(body) { return body }
        if let batch = Batch(name: landed.batch) {
            for other in try await survey(batch).landed where other.sha256 == landed.sha256 && other.file != landed.file
            {
                if let body = try await objects.read(other.file), landed.describes(body) { return body }
            }
        }
        throw .damaged(
            path: objects.path(landed.file),
            cause: body == nil ? "it is not there" : "its SHA-256 is not the manifest's")
    }

    /// The bytes of a landed body by its file's name, if they still have the manifest's SHA-256; nil where there is no
    /// such body.
    public func body(_ file: String) async throws(LandingError) -> [UInt8]? {
        guard RawFileName.isRawBody(file), !file.contains("/"), let manifest = RawFileName.manifest(beside: file),
            let text = try await objects.read(manifest), let landed = LandedBody(manifest: text)
        else { return nil }
        return try await read(landed)
    }

    // MARK: What was said of them

    /// What the audit said of an observation under a version of the rules, and whether it was overruled; nil where it
    /// was not judged.
    public func judgment(of landed: LandedBody, rules: Int) async throws(LandingError) -> Judgment? {
        let name = FileNames.verdict(of: landed, rules: rules)
        guard let verdict: Verdict = try await word(name, about: landed) else { return nil }
        return Judgment(verdict, acceptance: try await verdict.isAccepted ? nil : acceptance(of: landed))
    }

    /// The same under the last version of the rules before one that judged it.
    public func judgment(of landed: LandedBody, before rules: Int, from first: Int) async throws(LandingError)
        -> Judgment?
    {
        for earlier in stride(from: rules - 1, through: first, by: -1) {
            if let judgment = try await judgment(of: landed, rules: earlier) { return judgment }
        }
        return nil
    }

    /// Keeps a verdict unless there is one; returns the one that counts. `sync` makes it last.
    public func keep(_ verdict: Verdict, of landed: LandedBody) async throws(LandingError) -> Verdict {
        try await keep(verdict, FileNames.verdict(of: landed, rules: verdict.rules), about: landed)
    }

    /// Whether somebody has accepted what the audit refused.
    public func acceptance(of landed: LandedBody) async throws(LandingError) -> Acceptance? {
        try await word(FileNames.acceptance(of: landed), about: landed)
    }

    /// Keeps an acceptance unless there is one; returns the one that counts.
    public func keep(_ acceptance: Acceptance, of landed: LandedBody) async throws(LandingError) -> Acceptance {
        try await keep(acceptance, FileNames.acceptance(of: landed), about: landed)
    }

    private func word<Word: Codable>(_ name: String?, about landed: LandedBody) async throws(LandingError) -> Word? {
        guard let name, let bytes = try await objects.read(name) else { return nil }
        guard let found = EvidenceFile.decode(LandedEvidence<Word>.self, bytes), found.isAbout(landed) else {
            throw .damaged(path: objects.path(name), cause: "it does not say what was said of \(landed.file)")
        }
        return found.word
    }

    private func keep<Word: Codable>(_ new: Word, _ name: String?, about landed: LandedBody) async throws(LandingError)
        -> Word
    {
        guard let name else { return new }
        let bytes = try EvidenceFile.encode(LandedEvidence(new, of: landed), name)
        if try await objects.create(name, bytes, .atSync) { return new }
        return try await word(name, about: landed) ?? new
    }

    /// Takes over what another landing zone has on an observation that is landed here too.
    public func adopt(from zone: LandingZone, _ theirs: LandedBody, as ours: LandedBody, rules: ClosedRange<Int>)
        async throws(LandingError)
    {
        for version in rules {
            if let judgment = try await zone.judgment(of: theirs, rules: version) {
                _ = try await keep(judgment.verdict, of: ours)
            }
        }
        if let acceptance = try await zone.acceptance(of: theirs) { _ = try await keep(acceptance, of: ours) }
    }

    // MARK: Other files

    /// Keeps the processed CSV that belongs to a landed body, in place of an earlier one made from the same body.
    /// Returns the file's name. It is whole from the first moment; that it outlives a power cut, `sync` sees to.
    public func keepProcessed(_ csv: [UInt8], for landed: LandedBody) async throws(LandingError) -> String {
        try await objects.replace(landed.processedFile, csv)
        return landed.processedFile
    }

    /// Returns once all verdicts and processed files kept so far would outlive a power cut: before the ledger names
    /// them.
    public func sync() async throws(LandingError) { try await objects.sync() }

    /// Keeps an answer that is not a NeoWs response, for whoever wants to know what came, under a name with its
    /// SHA-256. Returns the file's name.
    public func keepRefused(_ body: [UInt8], of batch: Batch) async throws(LandingError) -> String {
        let name = FileNames.refused(batch, sha256: Hexadecimal.text(SHA256.hash(data: body)))
        _ = try await objects.create(name, body, .now)
        return name
    }

    /// The bytes of such an answer by its file's name; nil where there is none.
    public func refusedBody(_ file: String) async throws(LandingError) -> [UInt8]? {
        FileNames.isRefused(file) ? try await objects.read(file) : nil
    }

    /// Where a landed body's raw file is: its path, or its URL.
    public func path(of landed: LandedBody) -> String { path(landed.file) }

    /// Where a file of that name is.
    public func path(_ file: String) -> String { objects.path(file) }
}
