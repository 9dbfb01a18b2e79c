/// A stream of pseudo-random numbers that is a function of its keys: the same on every machine, in any order of use.
///
/// SplitMix64 (Steele, Lea & Flood 2014); Swift's own generators promise no such reproducibility.
struct RandomStream {
    private var state: UInt64

    /// What a stream is drawn for, so that two uses with the same other keys are independent.
    enum Purpose: Int {
        case countOfDay, object, orbit, otherApproaches, dateOrder
    }

    /// The stream of a seed and keys such as the day and the object's index in it.
    init(seed: UInt64, for purpose: Purpose, _ first: Int, _ second: Int = 0) {
        state = Self.scrambled(seed &+ 0x9E37_79B9_7F4A_7C15)
        for key in [purpose.rawValue, first, second] {
            state = Self.scrambled(state ^ Self.scrambled(UInt64(bitPattern: Int64(key)) &+ 0x9E37_79B9_7F4A_7C15))
        }
    }

    /// 64 uniform bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.scrambled(state)
    }

    /// A uniform integer of `0..<bound`.
    mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A uniform number of `[0, 1)`, a multiple of 2⁻⁵³.
    mutating func fraction() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A uniform number between two.
    mutating func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * fraction()
    }

    private static func scrambled(_ bits: UInt64) -> UInt64 {
        var bits = bits
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
