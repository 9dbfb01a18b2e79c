public import Foundation

/// A headless Chromium that looks at pages (`Tests/Browser/browse.py`).
public enum Browser {
    private static let tools = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Browser/browse.py").path

    /// Whether there is one: Debian's package `chromium-headless-shell`, which `make test` installs.
    public static var isAvailable: Bool {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium-headless-shell")
            && FileManager.default.isExecutableFile(atPath: TestS3.python)
    }

    /// Looks at pages in light and dark, at three widths, with and without a script, by keyboard and with axe; what is
    /// wrong, a line each.
    public static func problems(_ base: String, _ pages: [String], widths: String = "360,768,1440") async throws
        -> [String]
    {
        let outcome = try await run(["check", "--base", base, "--widths", widths] + pages)
        guard outcome.status == 0 else { throw Failure(message: "browse.py check: \(outcome.errors)") }
        let lines = outcome.output.split(separator: "\n")
        let views = widths.split(separator: ",").count * 2
        guard lines.count == pages.count * views else {
            throw Failure(message: "\(lines.count) views of \(pages.count) pages: \(outcome.errors)")
        }
        return try lines.flatMap { line -> [String] in
            let view = Answer(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:])
            let place = "\(try view["page"] as String) \(try view["scheme"] as String) \(try view["width"] as Int)"
            let status: Int = try view["status"]
            let problems: [String] = try view["problems"]
            return (status == 200 ? [] : ["\(place): status \(status)"]) + problems.map { "\(place): \($0)" }
        }
    }

    /// Takes steps in a page, one after the other; what went wrong, nil for nothing.
    public static func walk(
        _ base: String, _ steps: [[String: Any]], script: Bool = true, environment: [String: String] = [:]
    ) async throws -> String? {
        let folder = try TemporaryFolder()
        try JSONSerialization.data(withJSONObject: steps).write(to: URL(fileURLWithPath: folder("steps.json")))
        let outcome = try await run(
            ["walk", "--base", base, folder("steps.json")] + (script ? [] : ["--no-script"]), environment)
        return outcome.status == 0 ? nil : "\(outcome.output.suffix(600))\(outcome.errors.suffix(600))"
    }

    private static func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws
        -> Program.Outcome
    {
        try await Started(
            executable: TestS3.python, arguments: [tools] + arguments, folder: NSTemporaryDirectory(),
            environment: environment
        ).outcome()
    }
}

extension APIServer {
    /// The URL of its start page, without a slash at its end.
    public var root: String { base.replacingOccurrences(of: "/api/v1", with: "") }

    /// A page as its text.
    public func page(_ path: String, headers: [String: String] = [:]) async throws -> (
        status: Int, headers: [String: String], text: String
    ) {
        let (status, headers, body) = try await Web.answer("GET", root + path, headers: headers)
        return (status, headers, String(decoding: body, as: UTF8.self))
    }

    /// Sends a form.
    public func form(_ path: String, _ fields: [String: String], headers: [String: String] = [:]) async throws -> (
        status: Int, headers: [String: String], text: String
    ) {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~/")
        let body = fields.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
        let type = ["Content-Type": "application/x-www-form-urlencoded"]
        let (status, answer, bytes) = try await Web.answer(
            "POST", root + path, headers: type.merging(headers) { $1 }, body: Data(body.joined(separator: "&").utf8))
        return (status, answer, String(decoding: bytes, as: UTF8.self))
    }
}
