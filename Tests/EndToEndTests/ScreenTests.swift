import Foundation
import PerigeeTesting
import Testing

/// What people see: each command's help and output, at 80 and at 100 columns, with and without color. The texts are in
/// `Golden/`; `PERIGEE_GOLDEN=write` writes them anew, to be looked at in the change.
@Suite(.serialized)
struct ScreenTests {
    /// A store with a week of the simulator's, revised once, with an open quarantine entry.
    private static let scene = Task {
        let simulator = try Program.start(["simulate", "--port", "0"], in: NSTemporaryDirectory())
        let place = try Workplace(service: try await simulator.firstLine())
        _ = try await place.json("run", "--from", "2020-02-03", "--to", "2020-02-10")
        _ = try await place.json("lookup", try await Self.object(place))
        return (place: place, simulator: simulator)
    }

    /// The object that is looked up: the nearest of the week.
    private static func object(_ place: Workplace) async throws -> String {
        try await place.json("approaches", "--sort", "distance", "--limit", "1").list("approaches")[0]["id"]
    }

    /// What is run, by the name of its file. `OBJECT` stands for the nearest object's SPK-ID.
    static let calls: [(name: String, arguments: String)] = [
        ("run-again", "run --from 2020-02-03 --to 2020-02-10"),
        ("approaches", "approaches --sort distance --limit 8"),
        ("approaches-none", "approaches --within 0.0001"),
        ("object", "object OBJECT"),
        ("changes", "changes --since 2020-01-01 --within 5"),
        ("next", "next"),
        ("status", "status --hash"),
        ("runs", "runs"),
        ("show", "show 1"),
        ("quality", "quality --from 2020-02-03 --to 2020-02-10"),
        ("quarantine", "quarantine"),
        ("config", "config"),
        ("doctor", "doctor"),
        ("migrate", "migrate --dry-run"),
        ("token-list", "token list"),
        ("error", "approaches --object nobody"),
        ("error-command", "aproaches"),
        ("error-option", "approaches --form 2020-02-03"),
    ]

    @Test("Output", arguments: calls.map(\.name))
    func output(name: String) async throws {
        let place = try await Self.scene.value.place
        let call = try #require(Self.calls.first { $0.name == name }).arguments
        let words = try await call.replacing("OBJECT", with: Self.object(place)).split(separator: " ").map(String.init)
        var text = ""
        for (columns, color) in [(80, "never"), (80, "always"), (100, "never"), (100, "always")] {
            // An option that is not known is met before the color is.
            let more = name.hasPrefix("error-") ? [] : ["--color", color]
            let outcome = try await Program.run(
                words + more, in: place.folder.path,
                environment: place.environment.merging(["COLUMNS": "\(columns)"]) { $1 })
            text += "== \(columns) columns, color \(color): exit code \(outcome.status)\n"
            text += try Self.normalized(outcome.output)
            if !outcome.errors.isEmpty { text += try "-- standard error\n" + Self.normalized(outcome.errors) }
            if columns == 80, color == "never", !name.hasPrefix("error"), name != "config" {
                let wide = outcome.output.split(separator: "\n").filter { $0.count > 80 }
                #expect(wide.isEmpty, "wider than 80: \(wide)")
            }
        }
        try Self.compare(text, "\(name).txt")
    }

    @Test("At 40 columns tables fit: columns are left out in their order, then names are cut")
    func narrow() async throws {
        let place = try await Self.scene.value.place
        // Approaches to come, too.
        let coming = try Workplace(environment: place.environment)
        _ = try await coming.json("run", "--ahead", "10")
        var text = ""
        for (call, place) in [
            ("approaches --sort distance --limit 8", place), ("changes --since 2020-01-01 --within 5", place),
            ("runs", place), ("config", place), ("object \(try await Self.object(place))", place), ("next", coming),
            ("show", coming),
        ] {
            let outcome = try await Program.run(
                call.split(separator: " ").map(String.init), in: place.folder.path,
                environment: place.environment.merging(["COLUMNS": "40"]) { $1 })
            #expect(outcome.status == 0)
            let lines = outcome.output.components(separatedBy: "\n")
            let rule = try #require(lines.firstIndex { $0.hasPrefix("---") }, "\(call): \(outcome.output)")
            let wide = lines[(rule - 1)...].prefix { !$0.isEmpty }.filter { $0.count > 40 }
            #expect(wide.isEmpty, "\(call): \(wide)")
            // These golden texts are of stores that do not change while the suite runs.
            if ["approaches", "changes"].contains(where: call.hasPrefix) {
                text += try "== \(call)\n" + Self.normalized(outcome.output)
            }
        }
        try Self.compare(text, "narrow.txt")
    }

    @Test("Help", arguments: [80, 100])
    func help(columns: Int) async throws {
        let folder = try TemporaryFolder()
        var text = ""
        for command in try await Self.commands() {
            let outcome = try await Program.run(
                ["help"] + command, in: folder.path, environment: ["COLUMNS": "\(columns)"])
            #expect(outcome.status == 0)
            text += "== perigee \(command.joined(separator: " "))\n\(outcome.output)\n"
            // A default that is a URL, or a list of columns, does not break.
            let wide = outcome.output.split(separator: "\n").filter { $0.count > columns }
            #expect(wide.isEmpty, "help \(command) is wider than \(columns): \(wide)")
            // An example that was broken into two lines can't be pasted.
            let lines = outcome.output.components(separatedBy: "\n")
            let examples = lines.drop { !$0.hasPrefix("EXAMPLE") }.dropFirst()
            #expect(examples.allSatisfy { $0.isEmpty || $0.hasPrefix("  ") }, "\(command): \(examples)")
        }
        try Self.compare(text, "help-\(columns).txt")
    }

    /// Every command, by the words that call it.
    private static func commands() async throws -> [[String]] {
        let dump = try await Program.run(["--experimental-dump-help"], in: NSTemporaryDirectory())
        let root = try #require(
            (try JSONSerialization.jsonObject(with: Data(dump.output.utf8)) as? [String: Any])?["command"]
                as? [String: Any])
        func all(_ command: [String: Any], _ path: [String]) -> [[String]] {
            let below = (command["subcommands"] as? [[String: Any]] ?? []).filter {
                $0["commandName"] as? String != "help" && ($0["shouldDisplay"] as? Bool ?? true)
            }
            return [path] + below.flatMap { all($0, path + [$0["commandName"] as? String ?? ""]) }
        }
        return all(root, []) + [["environment"]]
    }

    /// The same text, whenever and wherever it was printed: what differs becomes zeros of the same length.
    private static func normalized(_ text: String) throws -> String {
        var text = text
        for pattern in [
            #"20[2-9][0-9]-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?"#,
            #"127\.0\.0\.1:[0-9]+"#,
            #"[0-9]+ MiB"#, #"By process [0-9]+ on [^,]+"#, #"[0-9]+ left this hour"#, #"the first is 20[0-9-]+"#,
            #"SQLite [0-9.]+"#, #"-?[0-9]+ s (behind|ahead of) the"#, #"[0-9]+ requests left"#,
        ] {
            text = text.replacing(try Regex(pattern)) { match in
                let found = String(text[match.range])
                if found.hasPrefix("By ") { return "By process 0 on HOST" }
                if found.hasSuffix("MiB") { return "0 MiB" }
                if found.hasSuffix(" the") { return "0 s ahead of the" }
                if found.hasSuffix("requests left") { return "N requests left" }
                return found.map { $0.isNumber ? "0" : "\($0)" }.joined()
            }
        }
        return text
    }

    private static func compare(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
        let file = folder.appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["PERIGEE_GOLDEN"] == "write" {
            try text.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        guard text != expected else { return }
        let (found, wanted) = (text.components(separatedBy: "\n"), expected.components(separatedBy: "\n"))
        let line =
            zip(found, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(found.count, wanted.count)
        Issue.record(
            "\(name), line \(line + 1): \(line < found.count ? found[line] : "(nothing)") instead of \(line < wanted.count ? wanted[line] : "(nothing)")",
            sourceLocation: sourceLocation)
    }
}
