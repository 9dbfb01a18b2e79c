import Foundation
import PerigeeTesting
import Pipeline
import Support
import Testing
import Transform
import Warehouse

/// The README names everything there is. What there is, the program itself says.
@Suite struct ReadmeTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../.."
    ).standardizedFileURL

    private static func document(_ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
    }

    /// A command as `--experimental-dump-help` describes it.
    private struct Command: Decodable {
        var commandName: String
        var subcommands: [Command]?
        var arguments: [Argument]?
        var shouldDisplay: Bool?

        struct Argument: Decodable {
            var names: [Name]?
            var shouldDisplay: Bool
        }

        struct Name: Decodable {
            var kind: String
            var name: String
        }

        /// Every command without subcommands, as a user types it, with its long options.
        func leaves(_ prefix: String = "") -> [(path: String, options: [String])] {
            let path = prefix.isEmpty ? commandName : "\(prefix) \(commandName)"
            let below = (subcommands ?? []).filter { $0.commandName != "help" && $0.shouldDisplay != false }
            guard below.isEmpty else { return below.flatMap { $0.leaves(path) } }
            let options = (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }.filter {
                $0.kind == "long"
            }.map { "--\($0.name)" }
            return [(path, options)]
        }
    }

    private static func commands() async throws -> [(path: String, options: [String])] {
        struct Dump: Decodable { var command: Command }
        let folder = try TemporaryFolder()
        let outcome = try await Program.run(["--experimental-dump-help"], in: folder.path)
        return try JSONDecoder().decode(Dump.self, from: Data(outcome.output.utf8)).command.leaves()
    }

    @Test func everyCommandIsInTheReadme() async throws {
        let readme = try Self.document("README.md")
        let commands = try await Self.commands()
        #expect(commands.count >= 16)
        for command in commands {
            #expect(readme.contains("`\(command.path)"), "\(command.path) is missing in README.md")
        }
    }

    @Test func everyOptionIsInTheReadme() async throws {
        let readme = try Self.document("README.md")
        for option in Set(try await Self.commands().flatMap(\.options)).sorted() {
            #expect(readme.contains("`\(option)`"), "\(option) is missing in README.md")
        }
    }

    @Test func theReadmeNamesNoOptionThatDoesNotExist() async throws {
        let known = Set(try await Self.commands().flatMap(\.options) + ["--help", "--version"])
        let table = try #require(
            try Self.document("README.md").components(separatedBy: "### Options").last?.components(
                separatedBy: "### Variables"
            ).first)
        let named = table.matches(of: /`(--[a-z-]+)`/).map { String($0.1) }
        #expect(named.count > 20)
        for option in named { #expect(known.contains(option), "README.md names \(option), which no command has") }
    }

    @Test func everyVariableIsInTheReadmeWithItsDefault() async throws {
        let readme = try Self.document("README.md")
        let folder = try TemporaryFolder()
        let help = try await Program.run(["--help"], in: folder.path).output
        let variables = help.matches(of: /(?m)^ +((?:PERIGEE|NASA)_[A-Z_]+) +(\S+)?$/)
        #expect(variables.count >= 13)
        for variable in variables {
            let line = readme.split(separator: "\n").first { $0.hasPrefix("| `\(variable.1)`") }
            #expect(line != nil, "\(variable.1) is missing in README.md")
            if let value = variable.2 {
                #expect(line?.contains(value) == true, "README.md has another default for \(variable.1) than \(value)")
            }
        }
    }

    @Test func everyExitCodeIsInTheReadmeAndInTheHelp() async throws {
        let readme = try Self.document("README.md")
        let folder = try TemporaryFolder()
        let help = try await Program.run(["--help"], in: folder.path).output.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        for status in ExitStatus.allCases {
            #expect(
                readme.contains("| \(status.rawValue) | \(status.meaning) |"),
                "exit code \(status.rawValue) is missing in README.md, or means something else")
            #expect(help.contains("\(status.rawValue) "), "exit code \(status.rawValue) is missing in perigee --help")
        }
    }

    @Test func everyRuleIsInTheReadme() throws {
        let readme = try Self.document("README.md")
        for rule in BatchRule.allCases {
            #expect(
                readme.contains("| `\(rule.rawValue)` | \(rule.severity.rawValue) |"),
                "\(rule.rawValue) is missing in README.md")
        }
        for rule in RecordRule.allCases {
            #expect(readme.contains("| `\(rule.rawValue)` | record |"), "\(rule.rawValue) is missing in README.md")
        }
    }

    @Test func everySchemaOfTheJSONOutputIsDocumented() throws {
        let documented = try Self.document("docs/json-output.md")
        let sources = Self.root.appendingPathComponent("Sources/perigee")
        let files = try #require(
            FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL })
        let schemas = try files.filter { $0.pathExtension == "swift" }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).matches(of: /var schema = "(perigee\.[a-z]+\/\d+)"/).map {
                String($0.1)
            }
        }
        #expect(schemas.count >= 8)
        for schema in schemas {
            #expect(documented.contains("| `\(schema)` |"), "\(schema) is missing in docs/json-output.md")
        }
    }

    @Test func theHeaderOfTheProcessedCSVIsInTheReadme() throws {
        #expect(try Self.document("README.md").contains("`\(ProcessedCSV.columns.joined(separator: ","))`"))
    }
}
