import Foundation
public import SparkConnect

extension SparkJob {
    /// The address of the application's UI; nil where the cluster does not say.
    public static func userInterface(_ session: SparkSession) async throws(SparkError) -> String? {
        guard let host = try await session.setting("spark.driver.host") else { return nil }
        return "http://\(host):\(try await session.setting("spark.ui.port") ?? "4040")"
    }

    /// Has executors read a line from a folder and write it back there: whether they and this machine share it.
    public static func probe(_ session: SparkSession, folder: String) async throws(SparkEngineError) {
        let work = try WorkFolder(in: folder)
        defer { work.discard() }
        let mark = UUID().uuidString
        var lines = LineFiles(folder: work.path + "/lines")
        try lines.append(Array("{\"mark\":\"\(mark)\"}\n".utf8))
        try lines.flush()
        do throws(SparkError) {
            try await session.run("CREATE OR REPLACE TEMPORARY VIEW neo_probe (mark STRING) USING json OPTIONS (path \(SQLText.literal(work.url("lines"))))")
            try await session.write(SparkQuery("SELECT mark AS value FROM neo_probe"), SparkWrite(.files(format: "text", path: work.url("echo"))))
        } catch {
            throw SparkEngineError(error, folder: work.landing)
        }
        guard try work.lines("echo").map({ String(decoding: $0, as: UTF8.self) }) == [mark] else {
            throw .invisible(folder: work.landing, cause: "what they wrote is not what they were to read")
        }
    }
}
