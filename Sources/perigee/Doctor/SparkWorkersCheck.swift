import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import SparkConnect
import Support

/// The workers of a standalone cluster, as its master lists them (`/json/` of its web UI, in every version of Spark's
/// standalone mode).
enum SparkWorkersCheck {
    private struct MasterState: Decodable {
        var aliveworkers: Int
        var cores: Int
        var coresused: Int
    }

    /// The port of a master's web UI where nothing else was set (spark.master.ui.port).
    private static let defaultPort = 8080

    /// Nothing where the cluster is none of a master and workers.
    static func look(_ spark: SparkSession, _ settings: Settings) async throws(SparkError) -> [Finding] {
        guard let master = URLComponents(string: try await spark.setting("spark.master") ?? ""),
            master.scheme == "spark"
        else { return [] }
        let named = settings[.sparkMasterUi]
        let page = named.isEmpty ? "http://\(master.host ?? "localhost"):\(defaultPort)" : named
        do {
            let state = try await state(page)
            let workers = "\(state.aliveworkers) worker\(state.aliveworkers == 1 ? "" : "s")"
            let detail = "\(page): \(workers) alive, \(state.cores) cores, \(state.coresused) in use"
            guard state.aliveworkers == 0 else { return [.ok("workers", detail)] }
            let next = "start workers for \(master.string ?? "the master")"
            return [.failed("workers", .unavailable, detail, next: next)]
        } catch {
            let detail = "the master's page \(page) does not answer as a master's does"
            let next = "set \(Setting.sparkMasterUi.variable) to the address of the master's web UI"
            return [
                named.isEmpty
                    ? .warning("workers", detail, next: next) : .failed("workers", .unavailable, detail, next: next)
            ]
        }
    }

    private static func state(_ page: String) async throws -> MasterState {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: page + "/json/"), timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 16 << 20)
        return try JSONDecoder().decode(MasterState.self, from: body)
    }
}
