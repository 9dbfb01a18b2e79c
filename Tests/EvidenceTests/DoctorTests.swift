import Foundation
import PerigeeTesting
import Testing

/// `perigee doctor` changes nothing, and lives.
@Suite(.serialized)
struct DoctorTests {
    @Test("Asked about Spark on an empty store of a server, it leaves no table; `migrate` and `run` work after it", arguments: StoreKind.servers)
    func spark(store: StoreKind) async throws {
        try await Sky.serve([Sky.Approach(id: "3000001", day: "2020-02-03")], store: store) { _, place in
            // Nothing listens on port 1: the check of the cluster fails, whatever the store's one found.
            _ = try await place.perigee("doctor", "--engine", "spark", "--spark", "sc://127.0.0.1:1")
            let tables = try await place.json("migrate")
            #expect(try (tables["applied"] as [String]).isEmpty == false)
            let run = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-03")
            #expect(try run["rows.inserted"] == 1)
        }
    }

    @Test("A landing folder with a relative name is looked at", arguments: ["l", "l/m", "./l", "../l"])
    func relativeLanding(folder: String) async throws {
        try await Sky.serve([]) { _, place in
            let doctor = try await place.perigee("doctor", "--landing", folder, "--json")
            #expect(doctor.status == 0, "\(doctor.errors)\(doctor.output)")
        }
    }
}
