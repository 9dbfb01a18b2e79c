import Foundation
import SystemPackage

/// Where text for people goes: how wide it is, and whether it has color.
struct Screen: Sendable {
    /// Columns; nil where there is no bound: in a file or a pipe, or because `--wide` asks for all.
    var width: Int?
    /// Whether escape sequences color it.
    var hasColor = false

    /// When text has color.
    enum ColorChoice: String, CaseIterable {
        /// On a terminal, unless NO_COLOR is set (https://no-color.org) or TERM is `dumb`.
        case auto
        case always, never
    }

    /// What a text is meant to say beside its words. Color alone never says anything.
    enum Tone: String {
        case plain = ""
        case heading = "1"
        case faint = "2"
        case good = "32"
        case warning = "33"
        case bad = "31"
    }

    /// The screen behind a descriptor. `COLUMNS` says how wide it is, as other programs have it, else the terminal.
    init(
        _ descriptor: FileDescriptor, color: ColorChoice = .auto, wide: Bool = false,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        let isTerminal = isatty(descriptor.rawValue) == 1
        let columns = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        width = wide ? nil : columns ?? (isTerminal ? Self.columns(of: descriptor) : nil)
        hasColor =
            switch color {
            case .always: true
            case .never: false
            case .auto:
                isTerminal && environment["NO_COLOR"].map(\.isEmpty) ?? true && environment["TERM"] != "dumb"
            }
    }

    /// A screen without bounds and color.
    init() {}

    /// The text in lines that fit, those behind the first one indented by so many columns; the first one begins there.
    func wrapped(_ text: String, indent: Int) -> String {
        guard let width, width > indent + 20 else { return text }
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width - indent {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }

    /// The text in a tone.
    func text(_ text: some StringProtocol, _ tone: Tone) -> String {
        hasColor && tone != .plain && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : String(text)
    }

    /// What a terminal says; 80 where it does not say.
    private static func columns(of descriptor: FileDescriptor) -> Int {
        var size = winsize()
        guard ioctl(descriptor.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
