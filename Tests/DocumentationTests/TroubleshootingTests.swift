import Foundation
import PerigeeTesting
import Support
import Testing

/// docs/troubleshooting.md has what the program says.
struct TroubleshootingTests {
    private static let page = "docs/troubleshooting.md"

    @Test("Every exit code is there and in the help")
    func exitCodes() async throws {
        let page = try Pages.text(Self.page)
        let folder = try TemporaryFolder()
        let help = try await Program.run(["--help"], in: folder.path).output.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        for status in ExitStatus.allCases {
            let row = "| \(status.rawValue) | \(status.meaning) |"
            #expect(page.contains(row), "exit code \(status.rawValue) is missing, or means something else")
            #expect(help.contains("\(status.rawValue) "), "exit code \(status.rawValue) is missing in perigee --help")
        }
    }

    @Test("Every message is one that the program has")
    func messages() throws {
        let sources = try Self.sources()
        var count = 0
        for row in try Pages.text(Self.page).split(separator: "\n") where row.hasPrefix("| ") {
            let symptom = row.dropFirst(2).prefix { $0 != "|" }
            for message in symptom.matches(of: /`([^`]+)`/) {
                // Between the dots are the parts that do not change.
                for part in String(message.1).components(separatedBy: "...") {
                    let part = part.trimmingCharacters(in: .whitespaces)
                    guard part.count >= 8 else { continue }
                    count += 1
                    #expect(sources.contains(part), "no source has \(part), of the message \(message.1)")
                }
            }
        }
        #expect(count >= 25)
    }

    /// The texts of all sources, one after the other; what is generated is left out.
    private static func sources() throws -> String {
        let folder = Pages.root.appendingPathComponent("Sources")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        let isWritten = { (file: URL) in
            ["swift", "c"].contains(file.pathExtension) && !file.lastPathComponent.hasSuffix(".pb.swift")
        }
        return try #require(files).compactMap { $0 as? URL }.filter(isWritten)
            .map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
    }
}
