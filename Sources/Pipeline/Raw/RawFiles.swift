import Foundation
import Landing
public import NearEarth
import NeoWs
public import S3
import Support
import Transform

/// Raw bodies by the batch that each answers.
///
/// Somebody else has fetched them: they are files and folders of `.json` files, or, with a client for it, objects in S3
/// and the `.json` objects directly under prefixes.
public struct RawFiles: Sendable {
    private let paths: [String]
    private let s3: S3Client?
    private var answers: [Batch: [Answer]] = [:]

    /// The batches, windows first, in order.
    public var batches: [Batch] {
        answers.keys.sorted {
            ($0.window?.from.daysSinceEpoch ?? .max, $0.name) < ($1.window?.from.daysSinceEpoch ?? .max, $1.name)
        }
    }

    /// How many batches have about so many answers: at least one.
    func batches(holding count: Int) -> Int {
        max(1, count * answers.count / max(1, answers.values.reduce(0) { $0 + $1.count }))
    }

    /// Where the bodies are, without credentials.
    var location: String { (s3 == nil ? "file:" : "") + paths.joined(separator: ",") }

    /// What is kept of an answer until its turn comes: the name of its body, and, where it lies in a landing zone of
    /// Perigee's, that of its manifest there and its revision.
    private struct Answer: Sendable {
        var body: String
        var manifest: String?
        var revision = 0
        var isSimulated = false
    }

    /// Leaves out what a simulator made up where it lies beside NASA's answers, or NASA's where the store's data is made
    /// up: they never mix. How many answers were left out.
    mutating func keep(only origin: String?) -> Int {
        let all = answers.values.joined()
        guard all.contains(where: \.isSimulated), all.contains(where: { !$0.isSimulated }) else { return 0 }
        let isSimulated = origin == "simulated"
        let kept = answers.mapValues { $0.filter { $0.isSimulated == isSimulated } }.filter { !$0.value.isEmpty }
        defer { answers = kept }
        return all.count - kept.values.joined().count
    }

    /// An answer: the name of its body, and its manifest, if it has one.
    typealias Source = (name: String, manifest: LandedBody?)

    /// Finds out what each body answers: from the manifests beside it, one an answer, or by reading it. What is not a
    /// NeoWs response is told before anything is begun.
    public init(_ paths: [String], s3: S3Client? = nil) async throws {
        self.paths = paths
        self.s3 = s3
        let listed = try await BodySource.contents(paths, s3: s3)
        guard !listed.bodies.isEmpty else {
            throw CommandFailure(
                .usage, "there are no raw bodies at \(location)", next: "name files, or folders that hold .json files")
        }
        let manifests = try await sideBySide(listed.manifests) { [self] name in
            try Task.checkCancellation()
            return try await answer(name)
        }
        for case let (batch, answer)? in manifests { answers[batch, default: []].append(answer) }
        // A manifest that can't be read is an answer lost, unless its batch, which its body tells, has a newer one.
        for case (let name, nil) in zip(listed.manifests, manifests) where RawFileName.isLanded(name) {
            let batch = try? await identify(name.replacing(".manifest.json", with: ".json")).0
            let revision = name.firstMatch(of: /\.r(\d+)\.manifest/).flatMap { Int($0.1) } ?? 1
            let later = batch.flatMap { answers[$0] }?.first {
                Self.folder(of: $0.body) == Self.folder(of: name) && $0.revision > revision
            }
            if later == nil { throw LandingError.damaged(path: name, cause: "it is not a manifest of Perigee's") }
        }
        let described = Set(manifests.compactMap { $0?.1.body })
        // In a landing zone, a body that no manifest describes is what a run left that died while it landed it, no
        // answer yet; or when it was answered can't be known any more.
        let zones = Set(listed.manifests.map(Self.folder(of:)))
        let isStray = { (name: String) in zones.contains(Self.folder(of: name)) && RawFileName.isLanded(name) }
        let bare = listed.bodies.filter { !described.contains($0) }
        let names = Set(listed.manifests)
        for name in bare where isStray(name) && !names.contains(RawFileName.manifest(beside: name) ?? "") {
            let verdict = name.replacing(RawFileName.prefix, with: RawFileName.verdictPrefix).replacing(
                ".json", with: ".v\(Rules.version).json")
            if (try? await read(verdict)) != nil {
                throw LandingError.damaged(path: name, cause: "its manifest is missing, and it was judged")
            }
        }
        for (batch, source) in try await sideBySide(bare.filter { !isStray($0) }, { [self] in try await identify($0) })
        {
            answers[batch, default: []].append(source)
        }
    }

    /// The answers to a batch.
    func sources(of batch: Batch) async throws(LandingError) -> [Source] {
        var sources: [Source] = []
        for answer in answers[batch] ?? [] {
            var source: Source = (answer.body, nil)
            if let name = answer.manifest {
                source.manifest = LandedBody(manifest: try await read(name).bytes)
                guard source.manifest?.batch == batch.name else {
                    throw .damaged(path: name, cause: "it was changed meanwhile")
                }
            }
            sources.append(source)
        }
        return sources
    }

    /// An answer's body. One that was damaged since is taken from another answer with the same bytes, if there is one.
    func read(_ source: Source) async throws(LandingError) -> (bytes: [UInt8], modifiedAt: Date) {
        let failure: LandingError
        do throws(LandingError) {
            let body = try await read(source.name)
            guard let manifest = source.manifest, !manifest.describes(body.bytes) else { return body }
            failure = .damaged(path: source.name, cause: "its SHA-256 is not that of the manifest beside it")
        } catch {
            failure = error
        }
        guard let manifest = source.manifest, let bytes = try? await zone(of: source).read(manifest) else {
            throw failure
        }
        return (bytes, manifest.receivedAt)
    }

    /// A body or a manifest, and when it was written.
    private func read(_ name: String) async throws(LandingError) -> (bytes: [UInt8], modifiedAt: Date) {
        guard let s3 else {
            guard let file = try WholeFile(name, limit: NeoWsClient.maximumBodyBytes) else {
                throw .file(path: name, action: "read", cause: "it is not there")
            }
            return (file.bytes, file.modifiedAt)
        }
        let object = try Self.object(name)
        do throws(S3Error) {
            let (object, bytes) = try await s3.read(object, limit: NeoWsClient.maximumBodyBytes)
            return (bytes, object.modifiedAt)
        } catch {
            throw .service(error)
        }
    }

    /// The landing zone that an answer with a manifest lies in.
    func zone(of source: Source) throws(LandingError) -> LandingZone {
        let folder = Self.folder(of: source.name)
        guard let s3 else { return LandingZone(try FolderStore(folder.isEmpty ? "." : folder)) }
        return LandingZone(S3Store(found: try Self.object(String(folder.dropLast())), client: s3))
    }

    private static func object(_ name: String) throws(LandingError) -> S3Location {
        guard let object = S3Location(name) else { throw .badURL("s3://BUCKET/KEY") }
        return object
    }

    /// The answer of a manifest; nil where it is not one of Perigee's, or another folder's.
    private func answer(_ name: String) async throws(LandingError) -> (Batch, Answer)? {
        guard let manifest = LandedBody(manifest: try await read(name).bytes), let batch = Batch(name: manifest.batch)
        else { return nil }
        return (
            batch,
            Answer(
                body: Self.folder(of: name) + manifest.file, manifest: name, revision: manifest.revision,
                isSimulated: manifest.simulated)
        )
    }

    /// The name's part up to the last slash, which is among it; empty where there is none.
    private static func folder(of name: String) -> String { name.lastIndex(of: "/").map { String(name[...$0]) } ?? "" }

    /// The batch of a body that no manifest describes.
    private func identify(_ name: String) async throws -> (Batch, Answer) {
        let takeOut = "take it out; nothing was landed"
        try Task.checkCancellation()
        let body = try await read(name)
        let summary: ScanSummary
        do throws(ScanError) {
            summary = try BodyScanner.summary(of: BodyBuffer(body.bytes))
        } catch {
            throw CommandFailure(.dataRefused, "\(name) is not a NeoWs response: \(error)", next: takeOut)
        }
        guard let batch = summary.batch else {
            throw CommandFailure(
                .dataRefused, "\(name) lists no day and no object: which days it answers can't be known", next: takeOut)
        }
        return (batch, Answer(body: name))
    }
}
