import Foundation
import Logging
import PerigeeTesting
import S3
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

    @Test("Objects of any size, in parts; what comes back is what AWS's own client reads", arguments: TestS3.all)
    func sizes(service: TestS3) async throws {
        try await withClient(service) { client, prefix in
            for (name, count) in [("none", 0), ("one", 1), ("many", 33)] {
                let bytes = (0..<count).flatMap { [UInt8](repeating: UInt8($0), count: 700_000) }
                try await client.put(bytes, to: place(prefix, name))
                #expect(try await client.get(place(prefix, name), limit: 33 << 20) == bytes, "\(name)")
                let digest =
                    "import hashlib; print(hashlib.sha256(s3.get_object(Bucket=sys.argv[1], Key=sys.argv[2])['Body'].read()).hexdigest(), end='')"
                let theirs = try await service.boto3(digest, prefix.bucket, place(prefix, name).key)
                let ours = try #require(try await client.head(place(prefix, name)))
                #expect(ours.bytes == count * 700_000 && theirs.count == 64)
                #expect(ours.sha256 == nil || ours.sha256 == theirs)
            }
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
