import Foundation
import NearEarth
import NeoWs
import PerigeeTesting
import SparkConnect
import Testing
import Transform

/// Both engines on the same bodies: the same lines, rows, counts and rejects, to the byte.
@Suite("Spark engine: what the embedded engine says", .enabled(if: SparkCluster.shared != nil, "\(SparkCluster.notice)"), .serialized)
struct SparkGoldenTests {
    /// Transforms bodies on the cluster, all in one job; the outputs and the CSVs in the bodies' order.
    static func spark(_ bodies: [[UInt8]]) async throws -> [(output: SparkJob.Output, csv: [UInt8], rows: [CloseApproach])] {
        let cluster = try #require(SparkCluster.shared)
        let folder = try TemporaryFolder()
        var address = try SparkAddress(cluster.url)
        address.token = try cluster.token()
        let job = try SparkJob(landing: folder.path)
        let batches = bodies.indices.map { Batch.browse(page: $0) }
        for (batch, body) in zip(batches, bodies) {
            try await job.add(try Rendition(BodyBuffer(body), batch: batch, file: "\(batch.fileStem).csv"), batch: batch, file: "\(batch.fileStem).csv")
        }
        let outputs = try await SparkSession.with(address) { try await job.run($0, table: nil) { _ in } }
        let results = try batches.map { batch in
            let output = try #require(outputs[batch.name])
            let csv = try Data(contentsOf: URL(fileURLWithPath: folder("\(batch.fileStem).csv")))
            return (output, Array(csv), try SparkJob.approaches(of: output))
        }
        await job.discard()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasSuffix(".tmp") })
        return results
    }

    static func expectTheSame(_ bodies: [[UInt8]]) async throws {
        let found = try await spark(bodies)
        for (index, body) in bodies.enumerated() {
            let expected = try EmbeddedEngine.transform(BodyBuffer(body))
            let (output, csv, rows) = found[index]
            #expect(String(decoding: csv, as: UTF8.self) == String(decoding: ProcessedCSV.header + expected.csv, as: UTF8.self))
            #expect(rows == expected.approaches)
            #expect(output.records == expected.records && output.rejectedRecords == expected.rejectedRecords)
            #expect(output.rejected == expected.rejected)
            #expect(output.summary == expected.summary)
            #expect(Set(output.orbits) == Set(expected.orbits) && output.orbits.count == expected.orbits.count)
        }
    }

    @Test(.enabled(if: Shared.isAvailable, "\(Shared.notice)"))
    func recordedBodies() async throws {
        try await Self.expectTheSame(try GoldenTests.captures.map { Array(try Shared.capture($0.0)) })
    }

    /// Every rule broken in every way that its own tests know, and many that nobody thought of.
    @Test func malformedRecords() async throws {
        try await Self.expectTheSame(SpoiltBodies.all)
    }

    @Test func fuzzedRecords() async throws {
        try await Self.expectTheSame(SpoiltBodies.fuzzed(count: 40))
    }
}
