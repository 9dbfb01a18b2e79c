import Foundation
import HTTPTypes
import Hummingbird
import NearEarth
import Warehouse

/// A parameter of a route: how it is read, and what the OpenAPI document says of it.
struct Parameter: Sendable {
    /// Where it stands.
    enum Place: String {
        case query, path
    }

    /// What it may be.
    enum Kind {
        /// A day.
        case day
        /// A whole number.
        case count(ClosedRange<Int>)
        /// A decimal in a range.
        case decimal(ClosedRange<Double>)
        /// `true` or `false`.
        case flag
        /// One of these words.
        case word([String])
        /// Some of these words, with commas between them.
        case words([String])
        /// A moment of the store's history; one that stays where it is, unless it may be so long ago.
        case moment(mayBeRelative: Bool)
        /// A text of so many characters, by a pattern.
        case text(pattern: String, longest: Int)
    }

    let name: String
    let kind: Kind
    let meaning: String
    var place = Place.query
    /// The value where none is given, for the document.
    var usual: JSON?
    var example: JSON?

    /// What a value has to be, for a message.
    var wanted: String {
        switch kind {
        case .day: "a day YYYY-MM-DD"
        case .count(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .decimal(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .words(let words): "some of \(words.joined(separator: ", ")), with commas between them"
        case .moment(let mayBeRelative): mayBeRelative ? Moment.forms : Moment.fixedForms
        case .text(let pattern, _): "of the form \(pattern)"
        }
    }

    /// Whether a text is a value.
    func allows(_ text: String) -> Bool {
        switch kind {
        case .day: CalendarDate(text) != nil
        case .count(let range): Self.isWhole(text) && Int(text).map(range.contains) ?? false
        case .decimal(let range): Self.isNumber(text) && Double(text).map(range.contains) ?? false
        case .flag: ["true", "false"].contains(text)
        case .word(let words): words.contains(text)
        case .words(let words):
            text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { words.contains(String($0)) }
        case .moment(let mayBeRelative):
            text.utf8.count <= 40
                && Moment(text).map { Self.isCovered($0) && (mayBeRelative || !$0.isRelative) } ?? false
        case .text(let pattern, let longest):
            !text.isEmpty && text.unicodeScalars.count <= longest
                && text.wholeMatch(of: (try? Regex(pattern)) ?? Regex(verbatim: "")) != nil
        }
    }

    /// A day that NeoWs covers.
    static func day(_ text: String) -> CalendarDate? {
        CalendarDate(text).flatMap { (1900...2200).contains($0.components.year) ? $0 : nil }
    }

    private static func isWhole(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { $0 &- 0x30 < 10 } }

    private static func isNumber(_ text: String) -> Bool {
        text.utf8.count <= 40 && text.utf8.allSatisfy { $0 &- 0x30 < 10 || ".eE+-".utf8.contains($0) }
    }

    /// An instant that every database's calendar has.
    private static func isCovered(_ moment: Moment) -> Bool {
        guard case .at(let date) = moment else { return true }
        return (-62_135_596_800..<253_402_300_800).contains(date.timeIntervalSince1970)
    }

    /// Its schema in the OpenAPI document.
    var schema: JSON {
        var schema: [String: JSON] =
            switch kind {
            case .day: ["type": "string", "format": "date"]
            case .count(let range):
                ["type": "integer", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
            case .decimal(let range):
                ["type": "number", "minimum": .decimal(range.lowerBound), "maximum": .decimal(range.upperBound)]
            case .flag: ["type": "boolean"]
            case .word(let words): ["type": "string", "enum": .array(words.map(JSON.text))]
            case .words(let words):
                [
                    "type": "array", "minItems": 1,
                    "items": ["type": "string", "enum": .array(words.map(JSON.text))],
                ]
            case .moment(let mayBeRelative):
                [
                    "type": "string", "maxLength": 40,
                    "anyOf": .array(
                        [
                            ["pattern": "^[1-9][0-9]{0,17}$"], ["format": "date"],
                            ["format": "date-time", "pattern": "Z$"],
                        ] + (mayBeRelative ? [["pattern": "^[1-9][0-9]{0,5}[dh]$"]] : [])),
                ]
            case .text(let pattern, let longest):
                ["type": "string", "pattern": .text("^\(pattern)$"), "minLength": 1, "maxLength": .number(longest)]
            }
        if let usual { schema["default"] = usual }
        return .object(schema)
    }
}

/// The values that a request gives to a route's parameters, all of them checked.
struct Arguments: Sendable {
    private let values: [String: String]

    /// Reads a query and the path's own values, or says which parameter is wrong.
    ///
    /// In a page's query a parameter without a value counts as not given: a form sends its empty fields.
    init(query: String?, path: [String: String], _ parameters: [Parameter], emptyIsAbsent: Bool = false)
        throws(Problem)
    {
        var values = path
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count > 1 ? parts[1] : "") else {
                throw Problem(.badRequest, "the query is not percent-encoded UTF-8")
            }
            if emptyIsAbsent, value.isEmpty { continue }
            guard parameters.contains(where: { $0.name == name && $0.place == .query }) else {
                let known = parameters.filter { $0.place == .query }.map(\.name).joined(separator: ", ")
                throw Problem(
                    .badRequest, known.isEmpty ? "there are no parameters here" : "the parameters are \(known)",
                    parameter: String(name.prefix(40)))
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem(.badRequest, "\(name) is given twice", parameter: name)
            }
        }
        for parameter in parameters {
            guard let value = values[parameter.name] else { continue }
            guard parameter.allows(value) else { throw .value(parameter.name, parameter.wanted) }
        }
        self.values = values
    }

    /// Percent-decoded UTF-8 without NUL; a plus is a space. Nil for anything else.
    static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst(), let low = rest.popFirst(),
                    let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16),
                    high != UInt8(ascii: "+")
                else { return nil }
                bytes.append(value)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    subscript(_ name: String) -> String? { values[name] }

    func day(_ name: String) -> CalendarDate? { values[name].flatMap { CalendarDate($0) } }
    func count(_ name: String) -> Int? { values[name].flatMap(Int.init) }
    func decimal(_ name: String) -> Double? { values[name].flatMap(Double.init) }
    func flag(_ name: String) -> Bool { values[name] == "true" }
    func words(_ name: String) -> [String] { values[name]?.split(separator: ",").map(String.init) ?? [] }
    /// The unit that distances are shown in.
    var unit: DistanceUnit { values["unit"].flatMap(DistanceUnit.init) ?? .lunar }
    func moment(_ name: String) -> Moment? { values[name].flatMap { Moment($0) } }

    /// The clock that times are shown in.
    func zone() throws(Problem) -> Zone {
        guard let name = values["tz"], name != "TDB" else { return .dynamical }
        guard let zone = Zone(name) else {
            throw .value("tz", "TDB, or a time zone of the tz database such as Europe/Berlin")
        }
        return zone
    }
}
