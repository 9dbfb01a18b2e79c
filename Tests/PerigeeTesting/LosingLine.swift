import Foundation

/// A line to a database server that breaks at the worst moment: the server has carried a COMMIT out, and its answer is
/// lost.
public final class LosingLine: Sendable {
    /// Its port on 127.0.0.1.
    public let port: Int
    private let folder: TemporaryFolder
    private let process: Started

    /// Starts it in front of a port of 127.0.0.1. Once a client has sent `text`, the answer to its next COMMIT is lost,
    /// and the connection with it; once in all.
    public init(toPort target: Int, after text: String) async throws {
        folder = try TemporaryFolder()
        try Self.script.write(toFile: folder("line.py"), atomically: true, encoding: .utf8)
        process = try Python.serve(folder("line.py"), ["\(target)", text])
        guard let port = Int(try await process.firstLine()) else {
            throw Failure(message: "no port: \(process.output)")
        }
        self.port = port
    }

    /// Whether it has happened.
    public var hasLost: Bool { process.output.contains("lost") }

    private static let script = #"""
        import socket, sys, threading

        TARGET, TEXT = int(sys.argv[1]), sys.argv[2].encode()
        LOCK, LOST = threading.Lock(), []


        def serve(client):
            server = socket.create_connection(("127.0.0.1", TARGET))
            state = {"seen": False, "losing": False}

            def up():
                tail = b""
                try:
                    while data := client.recv(65536):
                        tail = (tail + data)[-70000:]
                        state["seen"] = state["seen"] or TEXT in tail
                        with LOCK:
                            if state["seen"] and not LOST and b"COMMIT" in data:
                                LOST.append(True)
                                state["losing"] = True
                        server.sendall(data)
                except OSError:
                    pass
                finally:
                    shut(server)

            def down():
                try:
                    while data := server.recv(65536):
                        if state["losing"]:
                            print("lost", flush=True)
                            break
                        client.sendall(data)
                except OSError:
                    pass
                finally:
                    shut(client)
                    shut(server)

            threading.Thread(target=up, daemon=True).start()
            threading.Thread(target=down, daemon=True).start()


        def shut(connection):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        while True:
            serve(listener.accept()[0])
        """#
}
