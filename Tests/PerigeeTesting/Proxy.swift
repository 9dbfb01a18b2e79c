import Foundation

/// A server in front of another one that changes what comes back: what `neows-replay` does not do of itself.
public final class Proxy: Sendable {
    /// The base URL for `--api-url`.
    public let baseURL: String
    private let folder: TemporaryFolder
    private let process: Started

    /// Starts it in front of `target`, a base URL. `edit` is the body of a Python function of `path`, `asked` (the
    /// request's headers), `key`, `number` (of the request, from 1), `status`, `headers` and `body`; it returns the
    /// last three, or None to close the connection without a word.
    public init(to target: String, edit: String) async throws {
        folder = try TemporaryFolder()
        let function = edit.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(
            separator: "\n")
        try Self.script.replacingOccurrences(of: "    # EDIT", with: function).write(
            toFile: folder("proxy.py"), atomically: true, encoding: .utf8)
        process = try Python.serve(folder("proxy.py"), [target])
        baseURL = try await process.firstLine()
    }

    private static let script = """
        import gzip, itertools, json, sys, threading, time, urllib.error, urllib.request
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        TARGET = sys.argv[1]
        COUNT = itertools.count(1)
        STATE = {}


        def edit(path, asked, key, number, status, headers, body):
            # EDIT


        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                path = self.path.replace("/neo/rest/v1", "", 1)
                key = self.headers.get("X-Api-Key", "")
                request = urllib.request.Request(TARGET + path, headers={"X-Api-Key": key} if key else {})
                try:
                    with urllib.request.urlopen(request) as answer:
                        status, headers, body = answer.status, dict(answer.headers), answer.read()
                except urllib.error.HTTPError as error:
                    status, headers, body = error.code, dict(error.headers), error.read()
                kept = {k: v for k, v in headers.items() if k.lower().startswith("x-") or k.lower() in ("content-type", "retry-after")}
                changed = edit(path, self.headers, key, next(COUNT), status, kept, body)
                if changed is None:
                    self.close_connection = True
                    return
                status, headers, body = changed
                # An answer has one Date, an edited one before the server's own.
                self.send_response_only(status)
                headers.setdefault("Date", self.date_time_string())
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)


        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        print(f"http://127.0.0.1:{server.server_port}/neo/rest/v1", flush=True)
        server.serve_forever()
        """
}
