import Foundation
import Landing
public import NearEarth
public import NeoWs
public import S3
public import Support
import Transform

/// Raw bodies by the batch that each answers.
public struct RawFiles: Sendable {
    private let input: RawInput
    private let answers: [Batch: [Answer]]
    /// The batches, windows first, in order.
    public let batches: [Batch]

    /// Where the bodies are.
    public var location: String { input.location }

    /// What is kept of an answer until its turn comes: the name of its body, and, where it lies in a landing zone of
    /// Perigee's, that of its manifest there and its revision.
    private struct Answer: Sendable {
        var body: String
        var manifest: String?
        var revision = 0
    }

    /// An answer: the name of its body, and its manifest, if it has one.
    struct Source: Sendable {
        var name: String
        var manifest: LandedBody?
    }

    /// Finds out what each body answers: from the manifests beside it, one an answer, or by reading it. What is not a
    /// NeoWs body is told before anything is begun.
    public init(_ paths: [String], s3: S3Client? = nil) async throws {
        let input = RawInput(paths: paths, s3: s3)
        self.input = input
        let listed = try await input.list()
        guard !listed.bodies.isEmpty else { throw RawFilesError.none(input.location) }
        let manifests = try await sideBySide(listed.manifests) { try await Self.answer($0, input) }
        var answers: [Batch: [Answer]] = [:]
        for case let (batch, answer)? in manifests { answers[batch, default: []].append(answer) }
        // A manifest that can't be read is an answer lost, unless its batch, which its body tells, has a newer one.
        for case (let name, nil) in zip(listed.manifests, manifests) where RawFileName.isLanded(name) {
            let batch = try? await Self.identify(name.replacing(".manifest.json", with: ".json"), input).0
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
        let bare = listed.bodies.filter { !described.contains($0) }
        let others = bare.filter { !(zones.contains(Self.folder(of: $0)) && RawFileName.isLanded($0)) }
        for name in bare
        where !others.contains(name) && !listed.manifests.contains(RawFileName.manifest(beside: name) ?? "") {
            let verdict = name.replacing(RawFileName.prefix, with: RawFileName.verdictPrefix).replacing(
                ".json", with: ".v\(Rules.version).json")
            if (try? await input.read(verdict)) != nil {
                throw LandingError.damaged(path: name, cause: "its manifest is missing, and it was judged")
            }
        }
        for (batch, source) in try await sideBySide(others, { try await Self.identify($0, input) }) {
            answers[batch, default: []].append(source)
        }
        self.answers = answers
        batches = answers.keys.sorted {
            ($0.window?.from.daysSinceEpoch ?? .max, $0.name) < ($1.window?.from.daysSinceEpoch ?? .max, $1.name)
        }
    }

    /// The answers to a batch.
    func sources(of batch: Batch) async throws(LandingError) -> [Source] {
        var sources: [Source] = []
        for answer in answers[batch] ?? [] {
            var source = Source(name: answer.body)
            if let name = answer.manifest {
                source.manifest = LandedBody(manifest: try await input.read(name).bytes)
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
            let body = try await input.read(source.name)
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

    /// The landing zone that an answer with a manifest lies in.
    func zone(of source: Source) async throws(LandingError) -> LandingZone { try await input.zone(of: source.name) }

    /// The answer of a manifest; nil where it is not one of Perigee's, or another folder's.
    private static func answer(_ name: String, _ input: RawInput) async throws(LandingError) -> (Batch, Answer)? {
        guard let manifest = LandedBody(manifest: try await input.read(name).bytes),
            let batch = Batch(name: manifest.batch)
        else { return nil }
        return (batch, Answer(body: folder(of: name) + manifest.file, manifest: name, revision: manifest.revision))
    }

    private static func folder(of name: String) -> String { name.lastIndex(of: "/").map { String(name[...$0]) } ?? "" }

    /// The batch of a body that no manifest describes.
    private static func identify(_ name: String, _ input: RawInput) async throws -> (Batch, Answer) {
        let body = try await input.read(name)
        let summary: ScanSummary
        do throws(ScanError) {
            summary = try BodyScanner.summary(of: BodyBuffer(body.bytes))
        } catch {
            throw RawFilesError.body(error, file: name)
        }
        guard let batch = summary.batch else { throw RawFilesError.unnamed(file: name) }
        return (batch, Answer(body: name))
    }
}

/// Why raw files that were read can't be landed. Nothing was begun.
public enum RawFilesError: UserError {
    /// There are none.
    case none(String)
    /// One is not a NeoWs body.
    case body(ScanError, file: String)
    /// One does not say what it answers.
    case unnamed(file: String)

    /// What a command says of it as it ends.
    public var report: ErrorReport {
        let takeOut = "take it out; nothing was landed"
        return switch self {
        case .none(let path):
            ErrorReport(
                .usage, "there are no raw bodies at \(path)", next: "name files, or folders that hold .json files")
        case .body(let error, let file):
            ErrorReport(.dataRefused, "\(file) is not a NeoWs body: \(error)", next: takeOut)
        case .unnamed(let file):
            ErrorReport(
                .dataRefused, "\(file) lists no day and no object: which days it answers can't be known", next: takeOut)
        }
    }
}
