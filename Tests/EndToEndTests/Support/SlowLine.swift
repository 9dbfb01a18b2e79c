import Foundation
import PerigeeTesting

/// A TCP line to a server on this machine with so many bytes a second: time enough to kill somebody in the middle.
final class SlowLine: Sendable {
    /// `http://127.0.0.1:PORT`.
    let baseURL: String
    private let folder: TemporaryFolder
    private let process: Started

    init(to port: Int, bytesPerSecond: Int) async throws {
        folder = try TemporaryFolder()
        try Self.script.write(toFile: folder("line.py"), atomically: true, encoding: .utf8)
        process = try Started(
            executable: "/usr/bin/env",
            arguments: ["python3", "-u", folder("line.py"), "\(port)", "\(bytesPerSecond)"], folder: folder.path,
            environment: [:], isHeld: true)
        baseURL = try await process.firstLine()
    }

    private static let script = """
        import os, socket, sys, threading, time
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
        port, rate = int(sys.argv[1]), int(sys.argv[2])

        def carry(source, sink, slowly):
            try:
                while data := source.recv(65536):
                    if slowly:
                        time.sleep(len(data) / rate)
                    sink.sendall(data)
            except OSError:
                pass
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        line = socket.create_server(("127.0.0.1", 0))
        print(f"http://127.0.0.1:{line.getsockname()[1]}", flush=True)
        while True:
            near, _ = line.accept()
            far = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=carry, args=(near, far, True), daemon=True).start()
            threading.Thread(target=carry, args=(far, near, False), daemon=True).start()
        """
}
