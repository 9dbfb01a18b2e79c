import Foundation

/// A PostgreSQL server that lets nobody in and says why in its own language.
public final class RefusingPostgres: Sendable {
    /// Its port on 127.0.0.1.
    public let port: Int
    private let folder: TemporaryFolder
    private let process: Started

    /// Starts it; `severity` and `text` are as `lc_messages` has them, `state` is the SQLSTATE.
    public init(severity: String, state: String, text: String) async throws {
        folder = try TemporaryFolder()
        try Self.script.write(toFile: folder("refusing.py"), atomically: true, encoding: .utf8)
        process = try Python.serve(folder("refusing.py"), [severity, state, text])
        guard let port = Int(try await process.firstLine()) else {
            throw Failure(message: "no port: \(process.output)")
        }
        self.port = port
    }

    private static let script = #"""
        import socket, struct, sys

        SEVERITY, STATE, TEXT = sys.argv[1:4]
        FIELDS = {"S": SEVERITY, "V": "FATAL", "C": STATE, "M": TEXT, "F": "auth.c", "L": "326", "R": "auth_failed"}
        BODY = b"".join(k.encode() + v.encode() + b"\x00" for k, v in FIELDS.items()) + b"\x00"

        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        while True:
            connection = listener.accept()[0]
            try:
                while head := connection.recv(8):
                    length, code = struct.unpack("!II", head)
                    # A request for TLS or GSSAPI, of which it has neither; then the client's wishes.
                    if code in (80877103, 80877104):
                        connection.sendall(b"N")
                        continue
                    connection.recv(length - 8)
                    connection.sendall(b"E" + struct.pack("!I", len(BODY) + 4) + BODY)
                    break
            except OSError:
                pass
            connection.close()
        """#
}
