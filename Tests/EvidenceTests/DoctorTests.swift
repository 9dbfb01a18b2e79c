import Foundation
import PerigeeTesting
import Testing

/// `perigee doctor` changes nothing, and lives.
@Suite(.serialized)
struct DoctorTests {
    @Test("A landing folder with a relative name is looked at", arguments: ["l", "l/m", "./l", "../l"])
    func relativeLanding(folder: String) async throws {
        try await Sky.serve([]) { sky, place in
            // The service's clock is checked as well.
            sky.revise { $0.clock = Int(Date().timeIntervalSince1970) }
            let doctor = try await place.perigee("doctor", "--landing", folder, "--json")
            #expect(doctor.status == 0, "\(doctor.errors)\(doctor.output)")
        }
    }
}

/// The same with a Spark cluster: what it is asked must leave nothing in the store.
@Suite(.serialized, .enabled(if: SparkCluster.shared != nil, "\(SparkCluster.notice)"))
struct SparkDoctorTests {
    @Test(
        "Asked about Spark on an empty store of a server, it leaves no table: `run` works after it",
        arguments: StoreKind.servers)
    func emptyStore(store: StoreKind) async throws {
        let spark = try #require(SparkCluster.shared)
        try await Sky.serve([Sky.Approach(id: "3000001", day: "2020-02-03")], store: store) { _, place in
            // The version that wrote by JDBC left its table only where the cluster had the drivers (`-- --conf
            // spark.jars=...`).
            _ = try await place.perigee(
                "doctor", "--engine", "spark", "--spark", spark.url,
                environment: ["PERIGEE_SPARK_TOKEN_FILE": spark.tokenFile])
            let run = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-03")
            #expect(try run["rows.inserted"] == 1)
        }
    }
}
