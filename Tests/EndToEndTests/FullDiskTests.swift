import Foundation
import PerigeeTesting
import Testing

/// A disk that is full is said to be that; what was published stays, nothing is half there, and with room the next run
/// completes.
@Suite(.enabled(if: SmallDisk.isAvailable, "\(SmallDisk.notice)"))
struct FullDiskTests {
    /// A back-fill that fails with 74 and says why, then one that completes.
    private func check(_ place: Workplace, _ disk: SmallDisk) async throws {
        let failed = try await place.perigee("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        #expect(failed.status == 74, "\(failed.status) \(failed.errors)")
        #expect(
            failed.errors.contains("full") || failed.errors.contains("No space left")
                || failed.errors.contains("SQLSTATE 53100"), "\(failed.errors)")
        #expect(failed.errors.contains("disk"), "\(failed.errors)")
        try disk.empty()
        _ = try await place.json("backfill", "--from", "2020-01-01", "--to", "2020-12-31")
        let status = try await place.json("status", "--hash")
        #expect(try await status["content_hash"] == UndisturbedYear.shared.contentHash)
        #expect(try await status["summary.approaches"] == Replay.year.count)
    }

    @Test("Under SQLite's file")
    func store() async throws {
        let (replay, disk) = (try await Replay(), try await SmallDisk(kilobytes: 32 << 10))
        try await disk.fill(leaving: 700)
        try await check(
            try Workplace(service: replay.baseURL, environment: ["PERIGEE_STORE": "sqlite:\(disk.path)/neo.sqlite"]),
            disk)
    }

    @Test("Under the landing zone")
    func landing() async throws {
        let (replay, disk) = (try await Replay(), try await SmallDisk(kilobytes: 64 << 10))
        try await disk.fill(leaving: 1000)
        let landing = "\(disk.path)/landing"
        try await check(try Workplace(service: replay.baseURL, environment: ["PERIGEE_LANDING": landing]), disk)
        #expect(try FileManager.default.contentsOfDirectory(atPath: landing).allSatisfy { !$0.hasSuffix(".tmp") })
    }

    /// MariaDB and MySQL end themselves where their redo log has no room, which is a server that is away.
    @Test(
        "Under PostgreSQL's data",
        .enabled(if: TestServer.all.contains { $0.name == "postgres" }, "\(TestServer.notice)"))
    func server() async throws {
        let (replay, disk) = (try await Replay(), try await SmallDisk(kilobytes: 400 << 10))
        let variables = try await PrivateServer.service("start", "postgres", disk.path)
        let url = try #require(variables["PERIGEE_TEST_POSTGRES_URL"])
        let password = try #require(variables["PERIGEE_TEST_POSTGRES_PASSWORD_FILE"])
        let place = try Workplace(
            service: replay.baseURL, environment: ["PERIGEE_STORE": url, "PERIGEE_STORE_PASSWORD_FILE": password])
        try await place.perigee("migrate")
        try await disk.fill(leaving: 1500)
        try await check(place, disk)
        _ = try await PrivateServer.service("stop", "postgres", disk.path, "--purge")
    }
}
