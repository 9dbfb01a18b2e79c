import SparkConnect
import Synchronization

/// The numbers below a bound that a Spark cluster has squared, as texts: the rows of a query, as they come.
func squares(below bound: Int, _ server: String, token: String?) async throws -> [String] {
    var address = try SparkAddress(server)
    address.token = token
    let rows = Mutex<[String]>([])
    try await SparkSession.with(address) { session in
        try await session.texts(of: "SELECT CAST(id * id AS STRING) FROM range(\(bound))") { text in
            if let text { rows.withLock { $0.append(String(decoding: text, as: UTF8.self)) } }
        }
    }
    return rows.withLock { $0 }
}
