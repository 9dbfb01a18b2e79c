import Foundation
import NIOCore

/// An element of S3's answers: enough XML for those, without the libxml2 that Foundation's parser would bring along.
///
/// S3 sends elements, text and the five predefined entities or character references; declarations and comments are
/// passed over, attributes ignored.
struct XMLElement {
    private(set) var name: String
    private(set) var text = ""
    private(set) var children: [XMLElement] = []

    /// The text of the child with this name.
    subscript(name: String) -> String? { children.first { $0.name == name }?.text }

    /// The children with this name.
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// Nesting that no answer of S3's has; what is deeper is not from S3.
    private static let maximumDepth = 32

    /// The root element of a document, or nil where it is none.
    init?(document: ByteBuffer) {
        var rest = Substring(String(buffer: document))
        var open: [XMLElement] = []
        while let start = rest.firstIndex(of: "<") {
            if !open.isEmpty { open[open.count - 1].text += Self.decoded(rest[..<start]) }
            rest = rest[rest.index(after: start)...]
            if rest.hasPrefix("!--") {
                guard let end = rest.range(of: "-->") else { return nil }
                rest = rest[end.upperBound...]
                continue
            }
            guard let end = rest.firstIndex(of: ">") else { return nil }
            var tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("?") || tag.hasPrefix("!") { continue }
            let isClosing = tag.hasPrefix("/")
            let isEmpty = tag.hasSuffix("/")
            if isClosing { tag = tag.dropFirst() }
            if isEmpty { tag = tag.dropLast() }
            let name = String(tag.prefix { !$0.isWhitespace })
            if !isClosing {
                guard open.count < Self.maximumDepth else { return nil }
                open.append(XMLElement(name: name))
            }
            guard isClosing || isEmpty else { continue }
            guard let done = open.popLast(), done.name == name else { return nil }
            guard !open.isEmpty else {
                self = done
                return
            }
            open[open.count - 1].children.append(done)
        }
        return nil
    }

    private init(name: String) { self.name = name }

    private static func decoded(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        return String(text).replacing(/&([^;]*);/) { entity($0.1) ?? String($0.0) }
    }

    private static let predefined: [Substring: String] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

    private static func entity(_ name: Substring) -> String? {
        guard name.hasPrefix("#") else { return predefined[name] }
        let digits = name.dropFirst()
        let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
    }

    /// A text as it may stand in an element.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
            "\"", with: "&quot;")
    }
}
