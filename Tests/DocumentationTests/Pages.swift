import Foundation

/// The repository's pages, as tests read them.
enum Pages {
    /// The repository.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
        .standardizedFileURL

    /// What users and contributors read, by paths from the root.
    static let all = ["README.md", "CONTRIBUTING.md"] + docs

    /// The pages of `docs/`.
    static let docs: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("docs").path)
        return (names ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
    }()

    /// A file's text.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// A page's lines outside of blocks of code, with their numbers.
    static func prose(_ path: String) throws -> [(number: Int, line: Substring)] {
        var isCode = false
        var found: [(number: Int, line: Substring)] = []
        for (index, line) in try text(path).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                isCode.toggle()
            } else if !isCode, !line.hasPrefix("    ") {
                found.append((index + 1, line))
            }
        }
        return found
    }

    /// The anchors of a page's headings, as GitHub makes them.
    static func anchors(_ path: String) throws -> Set<String> {
        Set(
            try headings(path).map { heading in
                let kept = heading.lowercased().filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }
                return kept.replacing(" ", with: "-")
            })
    }

    /// The texts of a page's headings.
    static func headings(_ path: String) throws -> [String] {
        try prose(path).map(\.line).filter { $0.hasPrefix("#") }.map { line in
            String(line.drop { $0 == "#" }.drop { $0 == " " })
        }
    }

    /// What a page's links lead to, as they are written.
    static func links(_ path: String) throws -> [String] {
        try prose(path).flatMap { prose in
            prose.line.replacing(/`[^`]*`/, with: "code").matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
        }
    }

    /// The file that a relative link of a page leads to, by its path from the root, and the anchor in it.
    static func target(of link: String, on page: String) -> (path: String, anchor: String?) {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let file = parts.first, !file.isEmpty else { return (page, parts.last.map(String.init)) }
        let folder = root.appendingPathComponent(page).deletingLastPathComponent()
        let path = folder.appendingPathComponent(String(file)).standardizedFileURL.path
        let fromRoot = path.hasPrefix(root.path + "/") ? String(path.dropFirst(root.path.count + 1)) : path
        return (fromRoot, parts.count > 1 ? String(parts[1]) : nil)
    }
}
