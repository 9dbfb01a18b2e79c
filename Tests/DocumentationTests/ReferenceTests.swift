import Foundation
import PerigeeTesting
import Pipeline
import Testing
import Transform
import Warehouse

/// The pages name everything there is. What there is, the program itself says.
struct ReferenceTests {
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
            let names = (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }
            return [(path, names.filter { $0.kind == "long" }.map { "--\($0.name)" })]
        }
    }

    private static func commands() async throws -> [(path: String, options: [String])] {
        struct Dump: Decodable { var command: Command }
        let folder = try TemporaryFolder()
        let outcome = try await Program.run(["--experimental-dump-help"], in: folder.path)
        return try JSONDecoder().decode(Dump.self, from: Data(outcome.output.utf8)).command.leaves()
    }

    @Test("docs/commands.md and docs/configuration.md are what scripts/reference writes")
    func thePagesAreGenerated() async throws {
        let folder = try TemporaryFolder()
        let script = Pages.root.appendingPathComponent("scripts/reference").path
        let check = try Started(
            executable: "/usr/bin/env", arguments: ["python3", script, Program.path, "--check"], folder: folder.path,
            environment: ["PYTHONDONTWRITEBYTECODE": "1"])
        let outcome = await check.outcome()
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func everyCommandIsDocumented() async throws {
        let page = try Pages.text("docs/commands.md")
        let commands = try await Self.commands()
        #expect(commands.count >= 16)
        for command in commands {
            #expect(page.contains("## `\(command.path)`\n"), "\(command.path) is missing in docs/commands.md")
        }
    }

    @Test func everyOptionIsDocumented() async throws {
        let page = try Pages.text("docs/commands.md")
        for option in Set(try await Self.commands().flatMap(\.options)).sorted() {
            #expect(page.contains("`\(option)`"), "\(option) is missing in docs/commands.md")
        }
    }

    @Test func noPageNamesAnOptionThatDoesNotExist() async throws {
        let known = Set(try await Self.commands().flatMap(\.options) + ["--help", "--version"])
        for page in ["README.md"] + Pages.docs {
            for option in try Pages.text(page).matches(of: /`(--[a-z-]+)[` ]/).map({ String($0.1) }) {
                #expect(known.contains(option), "\(page) names \(option), which no command has")
            }
            // Examples that begin with the program's name.
            for line in try Pages.text(page).matches(of: /(?m)^(?:    |\$ )?perigee [^|;>\n]*/) {
                for option in line.0.matches(of: /\s(--[a-z-]+)/).map({ String($0.1) }) {
                    #expect(known.contains(option), "\(page) has an example with \(option): \(line.0)")
                }
            }
        }
    }

    @Test func noPageNamesACommandThatDoesNotExist() async throws {
        let paths = try await Self.commands().map(\.path)
        // `executor` is hidden: Spark calls it.
        let others = ["perigee help", "perigee executor", "perigee environment"]
        let known = Set(paths.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } + others)
        for page in ["README.md", "CONTRIBUTING.md"] + Pages.docs {
            for name in try Pages.text(page).matches(of: /`(perigee [a-z]+)[` ]/).map({ String($0.1) }) {
                #expect(known.contains(name), "\(page) names \(name), which is not a command")
            }
        }
    }

    @Test func everyVariableIsDocumentedWithItsDefault() async throws {
        let page = try Pages.text("docs/configuration.md")
        let folder = try TemporaryFolder()
        let help = try await Program.run(["help", "environment"], in: folder.path).output
        let variables = help.matches(of: /(?m)^ +((?:PERIGEE|NASA)_[A-Z_]+) +(\S+)?$/)
        #expect(variables.count >= 13)
        for variable in variables {
            let line = page.split(separator: "\n").first { $0.hasPrefix("| `\(variable.1)`") }
            #expect(line != nil, "\(variable.1) is missing in docs/configuration.md")
            guard let value = variable.2 else { continue }
            let isThere = line?.contains(value) == true
            #expect(isThere, "docs/configuration.md has another default for \(variable.1) than \(value)")
        }
    }

    @Test func everyRuleIsDocumented() throws {
        let page = try Pages.text("docs/audit-rules.md")
        for rule in BatchRule.allCases {
            let row = "| `\(rule.rawValue)` | \(rule.severity.rawValue) |"
            #expect(page.contains(row), "\(rule.rawValue) is missing in docs/audit-rules.md")
        }
        for rule in RecordRule.allCases {
            let row = "| `\(rule.rawValue)` | record |"
            #expect(page.contains(row), "\(rule.rawValue) is missing in docs/audit-rules.md")
        }
        #expect(page.contains("The rules have a version, now \(Rules.version)."))
    }

    @Test func everySchemaOfTheJSONOutputIsDocumented() throws {
        let page = try Pages.text("docs/json-output.md")
        let sources = Pages.root.appendingPathComponent("Sources/perigee")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        let sourceFiles = try #require(files).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        let schemas = try sourceFiles.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).matches(of: /schema = "(perigee\.[a-z]+\/\d+)"/)
                .map { String($0.1) }
        }
        #expect(schemas.count >= 8)
        for schema in schemas {
            #expect(page.contains("| `\(schema)` |"), "\(schema) is missing in docs/json-output.md")
        }
    }
}
