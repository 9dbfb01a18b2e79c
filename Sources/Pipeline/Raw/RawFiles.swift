import Foundation
public import Landing
public import NearEarth
public import NeoWs

/// Raw bodies by the batch that each answers.
public struct RawFiles: Sendable {
    let input: any RawInput
    private let sources: [Batch: [Source]]
    /// The batches, windows first, in order.
    public let batches: [Batch]

    /// Where the bodies are.
    public var location: String { input.location }

    /// A body's name, and the manifest that says what it is.
    struct Source: Sendable {
        var name: String
        var manifest: LandedBody?
    }

    /// Finds out what each body answers: from the manifest beside it, or by reading it. What is no NeoWs body is told before anything is begun.
    public init(_ input: any RawInput) async throws(RawFilesError) {
        self.input = input
        let files = try await Self.inLanding { () async throws(LandingError) in try await input.list() }
        guard !files.isEmpty else { throw .none(input.location) }
        let width = ProcessInfo.processInfo.activeProcessorCount
        let found = await withTaskGroup(of: (Int, Result<(Batch, Source), RawFilesError>).self) { group in
            var found: [Int: Result<(Batch, Source), RawFilesError>] = [:]
            var begun = 0
            func begin() {
                guard begun < files.count else { return }
                let index = begun
                begun += 1
                group.addTask { (index, await Self.identify(files[index], input)) }
            }
            for _ in 0..<width { begin() }
            while let (index, result) = await group.next() {
                found[index] = result
                begin()
            }
            return found
        }
        var sources: [Batch: [Source]] = [:]
        // In the order of the names: of two bodies of a batch the later one is the newer revision.
        for index in files.indices {
            if let (batch, source) = try found[index]?.get() { sources[batch, default: []].append(source) }
        }
        self.sources = sources
        batches = sources.keys.sorted { ($0.window?.from.daysSinceEpoch ?? .max, $0.name) < ($1.window?.from.daysSinceEpoch ?? .max, $1.name) }
    }

    /// The bodies of a batch, the newest last.
    func bodies(of batch: Batch) async throws(LandingError) -> [(body: RawBody, source: Source)] {
        var bodies: [(RawBody, Source)] = []
        for source in sources[batch] ?? [] {
            let body = try await input.read(source.name)
            guard source.manifest?.describes(body.bytes) ?? true else {
                throw .damaged(path: source.name, cause: "its SHA-256 is not that of the manifest beside it")
            }
            bodies.append((body, source))
        }
        return bodies
    }

    private static func identify(_ name: String, _ input: any RawInput) async -> Result<(Batch, Source), RawFilesError> {
        do throws(RawFilesError) {
            let manifest = try await inLanding { () async throws(LandingError) in try await input.manifest(name) }
            if let manifest, name.hasSuffix(manifest.file), let batch = Batch(name: manifest.batch) {
                return .success((batch, Source(name: name, manifest: manifest)))
            }
            let body = try await inLanding { () async throws(LandingError) in try await input.read(name) }
            let summary: ScanSummary
            do throws(ScanError) {
                summary = try BodyScanner.summary(of: BodyBuffer(body.bytes))
            } catch {
                throw RawFilesError.body(error, file: name)
            }
            guard let batch = summary.batch else { throw .unnamed(file: name) }
            return .success((batch, Source(name: name)))
        } catch {
            return .failure(error)
        }
    }

    private static func inLanding<Value: Sendable>(_ body: () async throws(LandingError) -> Value) async throws(RawFilesError) -> Value {
        do throws(LandingError) {
            return try await body()
        } catch {
            throw .landing(error)
        }
    }
}

/// Why raw files can't be landed. Nothing was begun.
public enum RawFilesError: Error, Sendable, CustomStringConvertible {
    /// There are none.
    case none(String)
    /// They can't be listed or read.
    case landing(LandingError)
    /// One is no NeoWs body.
    case body(ScanError, file: String)
    /// One does not say what it answers.
    case unnamed(file: String)

    /// The error as a sentence.
    public var description: String {
        switch self {
        case .none(let place): "there are no raw bodies at \(place)"
        case .landing(let error): "\(error)"
        case .body(let error, let file): "\(file) is no NeoWs body: \(error)"
        case .unnamed(let file): "\(file) lists no day and no object: which days it answers can't be known"
        }
    }
}
