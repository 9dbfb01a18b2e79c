import ArgumentParser
import Support

/// A call that can't be parsed, told like every other error.
struct UsageFailure: UserError {
    let report: ErrorReport

    /// Nil for what is no such error: help, the version.
    init?(_ error: any Error, _ call: [String]) {
        guard Perigee.exitCode(for: error) == .validationFailure else { return nil }
        let path = Self.command(call)
        let help = "see `perigee\(path.isEmpty ? "" : " " + path.joined(separator: " ")) --help`"
        var message = Perigee.message(for: error).split(separator: "\n").joined(separator: " ")
        while message.hasSuffix(".") { message.removeLast() }
        if let failure = Self.dashed(message, call) {
            report = failure
            return
        }
        let names = Self.names(below: path)
        guard let word = call.dropFirst(path.count).first, !word.hasPrefix("-"), !names.isEmpty else {
            report = ErrorReport(.usage, message.isEmpty ? "the call can't be understood" : message, next: help)
            return
        }
        report = Self.unknown(word, path, names, help)
    }

    /// `--days -3`: what begins with a dash is read as an option.
    private static func dashed(_ message: String, _ call: [String]) -> ErrorReport? {
        guard let option = message.firstMatch(of: /Missing value for '(-[^ ']+)/).map({ String($0.1) }),
            let place = call.firstIndex(of: option), let value = call.dropFirst(place + 1).first,
            value.wholeMatch(of: /-[0-9.]+/) != nil
        else { return nil }
        return ErrorReport(
            .usage, "\(option) \(value) is not understood: a value must not be negative, or begin with a dash",
            next: "give a value of 0 or more, or write \(option)=\(value) if you mean it")
    }

    /// A word where a command is due, behind `help`; nil where the words are commands.
    init?(unknown words: [String]) {
        let path = Self.command(words)
        let names = Self.names(below: path)
        guard let word = words.dropFirst(path.count).first, !names.isEmpty, word != "environment" else { return nil }
        report = Self.unknown(word, path, names, "see `perigee --help`")
    }

    private static func unknown(_ word: String, _ path: [String], _ names: [String], _ help: String) -> ErrorReport {
        let near = names.map { (name: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= 2 || $0.name.hasPrefix(word) }.min { $0.distance < $1.distance }
        return ErrorReport(
            .usage, "there is no command `perigee \((path + [word]).joined(separator: " "))`",
            next: near.map { "did you mean `perigee \((path + [$0.name]).joined(separator: " "))`?" } ?? help)
    }

    /// The command that a call names.
    private static func command(_ call: [String]) -> [String] {
        var path: [String] = []
        for word in call {
            guard names(below: path).contains(word) else { break }
            path.append(word)
        }
        return path
    }

    private static func names(below path: [String]) -> [String] {
        var command: any ParsableCommand.Type = Perigee.self
        for name in path {
            guard let next = subcommands(command).first(where: { $0._commandName == name }) else { return [] }
            command = next
        }
        return subcommands(command).compactMap { $0.configuration.shouldDisplay ? $0._commandName : nil }
    }

    private static func subcommands(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        let configuration = command.configuration
        return configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
    }

    /// Levenshtein's distance between two words.
    private static func distance(_ left: String, _ right: String) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var (corner, next) = (i, [i + 1])
            for (j, b) in right.enumerated() {
                next.append(min(next[j] + 1, row[j + 1] + 1, corner + (a == b ? 0 : 1)))
                corner = row[j + 1]
            }
            row = next
        }
        return row[right.count]
    }
}
