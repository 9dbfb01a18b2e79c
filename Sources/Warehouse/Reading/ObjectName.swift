import Foundation

/// An object's name, ready to be searched.
public struct ObjectName: Sendable {
    /// Its SPK-ID.
    public let id: String
    /// Its name, as NASA has it: `99942 Apophis (2004 MN4)`.
    public let name: String
    /// The name's bytes without what people leave out.
    private let plain: [UInt8]

    /// A name.
    public init(id: String, name: String) {
        (self.id, self.name) = (id, name)
        plain = Self.plain(name)
    }

    /// The objects that a person means with a name, a designation, a number or an SPK-ID: one, where it can't be meant
    /// otherwise, else those that begin with it, then those that have it.
    public static func find(_ words: String, in names: [ObjectName], most: Int) -> [ObjectName] {
        let wanted = plain(words)
        guard !wanted.isEmpty else { return [] }
        let numbers = Int(words).map { number in bases.map { "\($0 + number % 1_000_000_000)" } } ?? []
        let exact = names.filter { $0.id == words || $0.plain == wanted || numbers.contains($0.id) }
        if exact.count == 1 { return exact }
        let having = names.filter { $0.has(wanted) }
        let starting = having.filter { $0.plain.starts(with: wanted) }
        return Array((starting + having.filter { !$0.plain.starts(with: wanted) }).prefix(most))
    }

    /// A numbered asteroid's SPK-ID is its number and one of these: of 433 it is 2000433, in newer files 20000433
    /// (https://ssd.jpl.nasa.gov/doc/sbdb.html).
    private static let bases = [2_000_000, 20_000_000]

    /// The SPK-ID of the asteroid with a number; nil for a text that is not a number of up to six digits.
    public static func spkID(ofNumber text: String) -> String? {
        guard (1...6).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let number = Int(text)
        else { return nil }
        return "\(bases[0] + number)"
    }

    /// Without what people leave out: case, brackets, spaces.
    private static func plain(_ text: String) -> [UInt8] {
        text.lowercased().utf8.filter { !" ()-_".utf8.contains($0) }
    }

    /// Whether some bytes are in it.
    private func has(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first, plain.count >= wanted.count else { return false }
        for start in 0...(plain.count - wanted.count) where plain[start] == first {
            if plain[start...].starts(with: wanted) { return true }
        }
        return false
    }
}
