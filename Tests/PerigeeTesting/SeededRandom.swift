/// Random numbers that are the same in every run (SplitMix64), so that what a fuzz test finds can be found again.
public struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    /// The numbers of a seed.
    public init(seed: UInt64) { state = seed }

    /// The next one.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    public mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(1, bound), using: &self) }
}

/// Damage to a body, of the kinds that networks, disks and programs do.
public enum Mutation {
    private static let alphabet =
        Array("{}[]\",:\\/ \t\r\n0123456789.-+eEtrufalsn\u{0}\u{7f}é".utf8) + [0xFF, 0xC3, 0x80]

    /// One to three damages somewhere in a body.
    public static func mutate(_ body: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = body
        for _ in 0...random.below(3) where !bytes.isEmpty { damage(&bytes, &random) }
        return bytes
    }

    private static func damage(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let place = random.below(bytes.count)
        switch random.below(9) {
        case 0: bytes[place] ^= 1 << UInt8(random.below(8))
        case 1: bytes[place] = UInt8(random.below(256))
        case 2: bytes[place] = alphabet[random.below(alphabet.count)]
        case 3: bytes.insert(alphabet[random.below(alphabet.count)], at: place)
        case 4:
            bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(random.below(20) == 0 ? 200 : 3)))
        case 5: if random.below(3) == 0 { bytes.removeLast(bytes.count - place) }
        case 6: splice(&bytes, at: place, &random)
        case 7: replaceDigit(&bytes, from: place, &random)
        default: bytes.insert([0x20, 0x0A, 0x0D, 0x09][random.below(4)], at: place)
        }
    }

    private static func splice(_ bytes: inout [UInt8], at place: Int, _ random: inout SeededRandom) {
        let start = random.below(bytes.count)
        let piece = bytes[start..<min(bytes.count, start + 1 + random.below(60))]
        bytes.insert(contentsOf: Array(piece), at: place)
    }

    /// Leaves the body valid mostly: other digits.
    private static func replaceDigit(_ bytes: inout [UInt8], from place: Int, _ random: inout SeededRandom) {
        guard let digit = bytes[place...].firstIndex(where: { (48...57).contains($0) }) else { return }
        bytes[digit] = UInt8(48 + random.below(10))
    }
}
