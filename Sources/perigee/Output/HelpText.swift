/// Help as a person reads it: how to call first, then what it does, the options, and examples at the end.
///
/// swift-argument-parser begins with the overview, and its usage names each option.
struct HelpText {
    let text: String

    init(_ help: String) {
        var sections = Self.sections(help)
        func take(_ heading: String) -> [String]? {
            sections.firstIndex { $0.first?.hasPrefix(heading) == true }.map { sections.remove(at: $0) }
        }
        let usage = take("USAGE:").map { [Self.shortened($0)] } ?? []
        var overview = take("OVERVIEW:") ?? []
        if let first = overview.first { overview[0] = String(first.dropFirst("OVERVIEW: ".count)) }
        let examples = take("EXAMPLE") ?? []
        var rest = sections.filter { $0.first?.contains("perigee help <subcommand>") != true }
        // A command's own options come before those that it shares.
        let own = rest.firstIndex { $0.first == "OPTIONS:" }
        let shared = rest.firstIndex { $0.first != "ARGUMENTS:" }
        if let own, let shared { rest.insert(rest.remove(at: own), at: min(own, shared)) }
        // A heading above commands is one of groups.
        let parts = rest.map { $0.map { $0.replacing(": SUBCOMMANDS:", with: ":") } }
        text = ([usage, overview] + parts + [examples]).filter { !$0.isEmpty }
            .map { Self.trimmed($0).joined(separator: "\n") }.joined(separator: "\n\n")
    }

    /// The parts of a help screen. A heading begins a line, in capitals; the overview goes on over empty lines.
    private static func sections(_ help: String) -> [[String]] {
        var sections: [[String]] = []
        for line in help.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let word = line.prefix { $0 != ":" && !$0.isLowercase }
            let isHeading =
                !line.hasPrefix(" ") && word.count >= 5
                && (line.dropFirst(word.count).first == ":" || word.count == line.count)
            if isHeading || sections.isEmpty { sections.append([]) }
            // What follows the examples' block is text again.
            if let heading = sections.last?.first, heading.hasPrefix("EXAMPLE"), !line.isEmpty, !line.hasPrefix(" "),
                !isHeading
            {
                sections.append([])
            }
            sections[sections.count - 1].append(line)
        }
        return sections.map(trimmed).filter { !$0.isEmpty }
    }

    private static func trimmed(_ lines: [String]) -> [String] {
        let start = lines.drop { $0.isEmpty }
        return Array(start.reversed().drop { $0.isEmpty }.reversed())
    }

    /// `USAGE: perigee backfill --from <date> --to <date> [options]`: what has to be given; the others are listed below.
    private static func shortened(_ usage: [String]) -> String {
        let line = usage.joined(separator: " ").split(separator: " ").joined(separator: " ")
        let needed = line.replacing(/\ \[-[^\]]*\](\ \.\.\.)?/, with: "")
        return needed.hasSuffix("options>") || needed != line
            ? needed.replacing(" <options>", with: "") + " [options]" : line
    }
}
