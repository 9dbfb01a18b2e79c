import Foundation
import Logging
import NIOCore
import PerigeeTesting
import S3
import Synchronization
import Testing

/// The client by itself, on each S3 service at hand.
@Suite(.enabled(if: !TestS3.all.isEmpty, "\(TestS3.notice)"))
struct ServiceTests {
    private func withClient(_ service: TestS3, _ body: (S3Client, S3Location) async throws -> Void) async throws {
        let client = try S3Client(
            environment: service.environment(), userAgent: "test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let prefix = try #require(S3Location(service.newPrefix()))
        do {
            try await body(client, prefix)
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    private func place(_ prefix: S3Location, _ name: String) -> S3Location {
        S3Location(bucket: prefix.bucket, key: "\(prefix.key)/\(name)")
    }

    @Test("Keys of any characters", arguments: TestS3.all)
    func keys(service: TestS3) async throws {
        try await withClient(service) { client, prefix in
            let names = ["a b", "a+b", "ü/ẞ☄", "100%", "%20", "a&b=c?d#e", "~.-_", "q\"'<>", "(1)!*"]
            for name in names { try await client.put(Array(name.utf8), to: place(prefix, name)) }
            for name in names {
                #expect(try await client.get(place(prefix, name), limit: 100) == Array(name.utf8), "\(name)")
            }
            let listed = try await client.list(S3Location(bucket: prefix.bucket, key: prefix.key + "/"))
            #expect(
                listed.map { String($0.location.key.dropFirst(prefix.key.count + 1)) }
                    == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        }
    }

    @Test(
        "A stream of unknown length, both ways, in parts; what comes back is what AWS's own client reads",
        arguments: TestS3.all)
    func streams(service: TestS3) async throws {
        try await withClient(service) { client, prefix in
            for (name, count) in [("none", 0), ("one", 1), ("many", 33)] {
                let chunks = AsyncStream<[UInt8]> { continuation in
                    for index in 0..<count { continuation.yield([UInt8](repeating: UInt8(index), count: 700_000)) }
                    continuation.finish()
                }
                try await client.put(chunks, to: place(prefix, name))
                var received: [UInt8] = []
                try await client.stream(place(prefix, name)) { received += Array($0.readableBytesView) }
                #expect(received == (0..<count).flatMap { [UInt8](repeating: UInt8($0), count: 700_000) }, "\(name)")
                let digest =
                    "import hashlib; print(hashlib.sha256(s3.get_object(Bucket=sys.argv[1], Key=sys.argv[2])['Body'].read()).hexdigest(), end='')"
                let theirs = try await service.boto3(digest, prefix.bucket, place(prefix, name).key)
                let ours = try #require(try await client.head(place(prefix, name)))
                #expect(ours.bytes == count * 700_000 && theirs.count == 64)
                #expect(ours.sha256 == nil || ours.sha256 == theirs)
            }
        }
    }

    /// By itself: `PERIGEE_S3_LARGE=1 scripts/test --filter ServiceTests.flat`.
    @Test(
        "A stream of 256 MB, both ways, takes less than 100 MB of memory",
        .enabled(if: ProcessInfo.processInfo.environment["PERIGEE_S3_LARGE"] != nil))
    func flat() async throws {
        let service = try #require(TestS3.strict)
        func peak() throws -> Int {
            let line = try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n").first {
                $0.hasPrefix("VmHWM")
            }
            return try #require(line.flatMap { Int($0.filter(\.isNumber)) }) * 1024
        }
        try await withClient(service) { client, prefix in
            let before = try peak()
            let left = Mutex(256)
            let chunks = AsyncStream<[UInt8]>(unfolding: {
                left.withLock { count in
                    count -= 1
                    return count >= 0 ? [UInt8](repeating: 7, count: 1 << 20) : nil
                }
            })
            try await client.put(chunks, to: place(prefix, "large"))
            let received = Mutex(0)
            try await client.stream(place(prefix, "large")) { piece in received.withLock { $0 += piece.readableBytes } }
            let growth = try peak() - before
            #expect(received.withLock { $0 } == 256 << 20 && growth < 100 << 20, "\(growth >> 20) MiB more")
            print("memory grew by \(growth >> 20) MiB")
        }
    }

    @Test("A listing of more than a page", arguments: TestS3.all)
    func pages(service: TestS3) async throws {
        try await withClient(service) { client, prefix in
            let names = (0..<1100).map { "\(prefix.key)/\(10_000 + $0)" }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, name) in names.enumerated() {
                    if index >= 8 { try await group.next() }
                    group.addTask { try await client.put([], to: S3Location(bucket: prefix.bucket, key: name)) }
                }
                try await group.waitForAll()
            }
            let folder = S3Location(bucket: prefix.bucket, key: prefix.key + "/")
            #expect(try await client.list(folder).map(\.location.key) == names)
            #expect(try await client.list(folder, limit: 3).count == 3)
        }
    }
}
