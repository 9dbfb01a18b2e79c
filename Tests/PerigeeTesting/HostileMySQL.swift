import Foundation

/// A server that speaks just enough of MySQL's protocol to ask its client for what it must not have.
public final class HostileMySQL: Sendable {
    /// What it is after.
    public enum Wish: Sendable {
        /// A file of the user, in answer to any statement.
        case file(String)
        /// The password in clear text.
        case password
        /// A login without TLS, which it does not have.
        case login
    }

    /// Its port on 127.0.0.1.
    public let port: Int
    private let folder: TemporaryFolder
    private let process: Started

    /// Starts it.
    public init(_ wish: Wish) async throws {
        folder = try TemporaryFolder()
        try Self.script.write(toFile: folder("hostile.py"), atomically: true, encoding: .utf8)
        let arguments =
            switch wish {
            case .file(let path): ["file", path]
            case .password: ["password", ""]
            case .login: ["login", ""]
            }
        process = try Python.serve(folder("hostile.py"), arguments)
        guard let port = Int(try await process.firstLine()) else {
            throw Failure(message: "no port: \(process.output)")
        }
        self.port = port
    }

    /// The packets that clients have sent so far, each as `KIND BYTES`: bytes that are not printable ASCII as `.`.
    public var received: [String] { process.output.split(separator: "\n").dropFirst().map(String.init) }

    private static let script = #"""
        import socket, struct, sys, threading

        WISH, PATH = sys.argv[1], sys.argv[2]
        # PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, LOCAL_FILES, TRANSACTIONS, CONNECT_WITH_DB, LONG_PASSWORD; not SSL.
        CAPABILITIES = 0x200 | 0x8000 | 0x80000 | 0x80 | 0x2000 | 0x8 | 0x1
        OK = b"\x00\x00\x00\x02\x00\x00\x00"


        def tell(kind, data):
            print(kind, "".join(chr(b) if 32 <= b < 127 else "." for b in data), flush=True)


        def serve(connection):
            number = 0

            def send(body):
                nonlocal number
                connection.sendall(struct.pack("<I", len(body))[:3] + bytes([number]) + body)
                number = (number + 1) % 256

            def exactly(count):
                data = b""
                while len(data) < count:
                    some = connection.recv(count - len(data))
                    if not some:
                        raise EOFError
                    data += some
                return data

            def receive():
                nonlocal number
                head = exactly(4)
                number = (head[3] + 1) % 256
                return exactly(int.from_bytes(head[:3], "little"))

            try:
                send(b"\x0a8.0.40\x00" + struct.pack("<I", 7) + b"abcdefgh\x00" + struct.pack("<H", CAPABILITIES & 0xFFFF) + b"\x2d\x02\x00"
                     + struct.pack("<H", CAPABILITIES >> 16) + b"\x15" + bytes(10) + b"ijklmnopqrst\x00" + b"mysql_native_password\x00")
                tell("login", receive())
                if WISH == "password":
                    send(b"\xfemysql_clear_password\x00")
                    tell("password", receive())
                    return
                send(OK)
                while True:
                    number = 0
                    statement = receive()
                    tell("statement", statement)
                    if statement[:1] == b"\x01":
                        return
                    send(b"\xfb" + PATH.encode())
                    while True:
                        piece = receive()
                        tell("file", piece)
                        if not piece:
                            break
                    send(OK)
            except (EOFError, OSError):
                pass
            finally:
                connection.close()


        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """#
}
