/// Places texts beside marks so that none covers another, a mark or a line. What has no room is left out, never moved
/// away.
public struct LabelPlacement: Sendable {
    /// A box in pixels.
    public struct Box: Sendable, Hashable {
        /// Left, top, right and bottom edge.
        public var (left, top, right, bottom): (Double, Double, Double, Double)

        /// A box from its edges.
        public init(left: Double, top: Double, right: Double, bottom: Double) {
            (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
        }

        /// A box around a point.
        public init(around x: Double, _ y: Double, radius: Double) {
            self.init(left: x - radius, top: y - radius, right: x + radius, bottom: y + radius)
        }

        func holds(_ other: Box) -> Bool {
            other.left >= left && other.right <= right && other.top >= top && other.bottom <= bottom
        }

        func meets(_ other: Box) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }
    }

    /// Where a text stands, beside its mark.
    public enum Side: CaseIterable, Sendable {
        case right, left, above, below
    }

    /// A wish for a text.
    public struct Wish: Sendable {
        /// The mark's center and radius, pixels.
        public var (x, y, radius): (Double, Double, Double)
        /// The text's width and height, pixels.
        public var (width, height): (Double, Double)
        /// What it is worth to have it.
        public var priority: Double
        /// Whether it may stand on marks and lines where nothing is free: one that has to be there.
        public var coversMarks: Bool

        /// A wish from its parts.
        public init(
            x: Double, y: Double, radius: Double, width: Double, height: Double, priority: Double,
            coversMarks: Bool = false
        ) {
            (self.x, self.y, self.radius) = (x, y, radius)
            (self.width, self.height, self.priority) = (width, height, priority)
            self.coversMarks = coversMarks
        }

        /// The text's box on a side of the mark.
        public func box(_ side: Side) -> Box {
            let gap = radius + 5
            switch side {
            case .right:
                return Box(left: x + gap, top: y - height / 2, right: x + gap + width, bottom: y + height / 2)
            case .left:
                return Box(left: x - gap - width, top: y - height / 2, right: x - gap, bottom: y + height / 2)
            case .above:
                return Box(left: x - width / 2, top: y - gap - height, right: x + width / 2, bottom: y - gap)
            case .below:
                return Box(left: x - width / 2, top: y + gap, right: x + width / 2, bottom: y + gap + height)
            }
        }
    }

    /// Size of the picture, pixels.
    private let frame: Box
    /// What must stay free: marks, lines, other texts.
    private let taken: [Box]
    /// So much room stays around a text, pixels.
    private static let air = 3.0
    private static let tries = 60

    /// A placement in a picture of that size, where these boxes are taken.
    public init(width: Double, height: Double, taken: [Box]) {
        frame = Box(left: 0, top: 0, right: width, bottom: height)
        self.taken = taken
    }

    /// The side of each wish's text; nil where it has no room. Of a fixed number of tries, in orders that depend on
    /// the input alone, the one of the greatest total priority; at most `count` texts.
    public func place(_ wishes: [Wish], atMost count: Int) -> [Side?] {
        // What a wish may have, whatever the others get.
        let free = wishes.enumerated().map { index, wish in
            let free = Side.allCases.filter { isFree(wish.box($0), of: wish) }
            return free.isEmpty && wish.coversMarks ? Side.allCases.filter { frame.holds(wish.box($0)) } : free
        }
        var best: (sides: [Side?], total: Double) = (Array(repeating: nil, count: wishes.count), -1)
        var random = SplitMix(seed: 1)
        for attempt in 0..<Self.tries {
            let order = wishes.indices.sorted {
                (-wishes[$0].priority, $0) < (-wishes[$1].priority, $1)
            }
            var placed: [Box] = []
            var sides: [Side?] = Array(repeating: nil, count: wishes.count)
            var total = 0.0
            for index in order where placed.count < count {
                let options = attempt == 0 ? free[index] : free[index].shuffled(using: &random)
                guard
                    let side = options.first(where: { side in
                        let box = wishes[index].box(side)
                        return !placed.contains { $0.meets(box) }
                    })
                else { continue }
                sides[index] = side
                placed.append(Self.widened(wishes[index].box(side)))
                total += wishes[index].priority
            }
            if total > best.total { best = (sides, total) }
        }
        return best.sides
    }

    private func isFree(_ box: Box, of wish: Wish) -> Bool {
        guard frame.holds(box) else { return false }
        let own = Box(around: wish.x, wish.y, radius: wish.radius)
        let wide = Self.widened(box)
        return !taken.contains { $0 != own && $0.meets(wide) }
    }

    private static func widened(_ box: Box) -> Box {
        Box(left: box.left - air, top: box.top - air, right: box.right + air, bottom: box.bottom + air)
    }
}

/// A generator whose numbers depend on its seed alone (Steele, Lea and Flood 2014, SplitMix64).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
