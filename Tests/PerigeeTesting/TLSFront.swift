import Foundation

/// TLS in front of a server that has none of its own, as a proxy in front of Spark's Connect server would have it
/// (HTTP/2 by ALPN), with a certificate for `localhost` of an authority that nobody else knows.
public final class TLSFront: Sendable {
    /// Its port on 127.0.0.1.
    public let port: Int
    /// PEM file with the authority.
    public let authority: String
    private let folder: TemporaryFolder
    private let process: Started

    /// Starts it in front of a port of 127.0.0.1. It closes so many connections first, as a server does that is about to
    /// start.
    public init(toPort target: Int, closing connections: Int = 0) async throws {
        folder = try TemporaryFolder()
        authority = folder("ca.pem")
        let commands = """
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-authority -keyout ca.key -out ca.pem
            openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr
            printf 'subjectAltName=DNS:localhost\\n' >san
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out server.pem
            """
        let made = await
            (try Started(executable: "/bin/sh", arguments: ["-ec", commands], folder: folder.path, environment: [:]))
            .outcome()
        guard made.status == 0 else { throw Failure(message: "no certificate: \(made.errors)") }
        try Self.script.write(toFile: folder("front.py"), atomically: true, encoding: .utf8)
        process = try Python.serve(folder("front.py"), [folder.path, "\(target)", "\(connections)"])
        guard let port = Int(try await process.firstLine()) else {
            throw Failure(message: "no port: \(process.output)")
        }
        self.port = port
    }

    private static let script = """
        import asyncio, ssl, sys

        FOLDER, TARGET, CLOSING = sys.argv[1], int(sys.argv[2]), iter(range(int(sys.argv[3])))


        async def copy(source, sink):
            try:
                while data := await source.read(65536):
                    sink.write(data)
                    await sink.drain()
            except OSError:
                pass
            finally:
                sink.close()


        async def front(reader, writer):
            if next(CLOSING, None) is not None:
                writer.close()
                return
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", TARGET)
            await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))


        async def main():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(FOLDER + "/server.pem", FOLDER + "/server.key")
            context.set_alpn_protocols(["h2"])
            server = await asyncio.start_server(front, "127.0.0.1", 0, ssl=context)
            print(server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()


        asyncio.run(main())
        """
}
