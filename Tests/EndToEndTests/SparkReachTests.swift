import Foundation
import PerigeeTesting
import Testing

/// A cluster that is not there, or is and says nothing. No cluster is needed for these.
struct SparkReachTests {
    /// A socket that takes connections in and never answers.
    private final class SilentServer: Sendable {
        private let descriptor: Int32
        let port: UInt16

        init() throws {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
                        && getsockname(descriptor, $0, &size) == 0
                }
            }
            try #require(isBound)
            self.descriptor = descriptor
            port = UInt16(bigEndian: address.sin_port)
        }

        deinit { close(descriptor) }
    }

    @Test("A server whose name nobody knows is an error, not a wait")
    func unknownName() async throws {
        let place = try Workplace(environment: ["PERIGEE_SPARK_PROGRAM": Program.path])
        let outcome = try await place.perigee("run", "--engine", "spark", "--spark", "sc://nobody.invalid")
        #expect(outcome.status == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains("sc://nobody.invalid"))
    }

    @Test("Ctrl-C ends the wait for a server that says nothing")
    func silentServer() async throws {
        let server = try SilentServer()
        let place = try Workplace(environment: ["PERIGEE_SPARK_PROGRAM": Program.path])
        let started = try place.start(
            "run", "--engine", "spark", "--spark", "sc://127.0.0.1:\(server.port)")
        try await Task.sleep(for: .seconds(2))
        started.signal(SIGINT)
        let outcome = await started.outcome()
        #expect(outcome.status == 130, "\(outcome.errors)")
    }
}
