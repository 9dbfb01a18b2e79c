public import S3

/// The objects under a prefix of a bucket.
public struct S3Store: ObjectStore {
    /// The prefix's URL.
    public var location: String { prefix.description }
    private let prefix: S3Location
    private let client: S3Client

    /// No object of a landing zone is larger, in bytes: a raw body has 32 MiB at most, and its CSV is smaller.
    private static let maximumBytes = 64 << 20

    /// The objects under `prefix`, which ends at a slash, written or not. A bucket that can't be used is found out
    /// here, before any request to NASA is spent.
    public init(_ prefix: S3Location, client: S3Client) async throws(LandingError) {
        self.prefix = S3Location(
            bucket: prefix.bucket, key: prefix.key.hasSuffix("/") ? String(prefix.key.dropLast()) : prefix.key)
        self.client = client
        _ = try await inService { () async throws(S3Error) in try await client.list(object(""), limit: 1) }
    }

    /// The objects under a prefix that something was read from already.
    public init(found prefix: S3Location, client: S3Client) {
        self.prefix = prefix
        self.client = client
    }

    /// The object's URL.
    public func path(_ name: String) -> String { object(name).description }

    /// Writes an object unless there is one.
    public func create(_ name: String, _ bytes: [UInt8], _: Durability) async throws(LandingError) -> Bool {
        try await inService { () async throws(S3Error) in
            try await client.create(bytes, at: object(name), contentType: Self.type(name))
        }
    }

    /// Writes an object in place of what is there.
    public func replace(_ name: String, _ bytes: [UInt8]) async throws(LandingError) {
        try await inService { () async throws(S3Error) in
            try await client.put(bytes, to: object(name), contentType: Self.type(name))
        }
    }

    /// An object's bytes, held against the checksum they were stored with.
    public func read(_ name: String) async throws(LandingError) -> [UInt8]? {
        do throws(LandingError) {
            return try await inService { () async throws(S3Error) in
                try await client.get(object(name), limit: Self.maximumBytes)
            }
        } catch .service(let error) where error.kind == .noSuchKey {
            return nil
        }
    }

    /// Whether there is such an object.
    public func exists(_ name: String) async throws(LandingError) -> Bool {
        try await inService { () async throws(S3Error) in try await client.head(object(name)) != nil }
    }

    /// Closes the client's connections.
    public func close() async { await client.shutdown() }

    private func object(_ name: String) -> S3Location {
        S3Location(bucket: prefix.bucket, key: prefix.key.isEmpty ? name : "\(prefix.key)/\(name)")
    }

    private static func type(_ name: String) -> String {
        if name.hasSuffix(".json") { return "application/json" }
        return name.hasSuffix(".csv") ? "text/csv; charset=utf-8" : "application/octet-stream"
    }

    private func inService<Result>(_ body: () async throws(S3Error) -> Result) async throws(LandingError) -> Result {
        do throws(S3Error) {
            return try await body()
        } catch {
            throw error.kind == .damaged ? .damaged(path: error.resource, cause: error.explanation) : .service(error)
        }
    }
}
