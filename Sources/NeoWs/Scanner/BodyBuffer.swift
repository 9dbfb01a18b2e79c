/// The bytes of one response body, owned, with room behind them.
///
/// `padding` zero bytes follow the body, so that the scanner may load whole words without asking for the end each time:
/// a NUL is not part of any JSON token, so it stops every loop, and only then is the position compared with the end.
public struct BodyBuffer: ~Copyable {
    /// Zero bytes kept behind the body; the scanner reads at most 16 beyond its position.
    static let padding = 64

    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    /// Bytes of the body.
    public private(set) var count: Int

    /// An empty buffer that can hold `capacity` bytes before it grows.
    public init(capacity: Int = 1 << 18) {
        self.capacity = max(1024, capacity)
        self.memory = .allocate(byteCount: self.capacity + Self.padding, alignment: 16)
        self.count = 0
        // What lies behind the padding is written before it is read.
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.padding)
    }

    /// A buffer holding a copy of `bytes`.
    public init(_ bytes: some Collection<UInt8>) {
        self.init(capacity: bytes.count)
        replace(count: bytes.count) { $0.initialize(fromContentsOf: bytes) }
    }

    deinit {
        memory.deallocate()
    }

    /// Fills the buffer anew: `body` gets room for `count` bytes and returns how many it wrote.
    public mutating func replace<Failure: Error>(
        count needed: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Int
    ) throws(Failure) {
        if needed > capacity {
            memory.deallocate()
            capacity = needed + needed / 2
            memory = .allocate(byteCount: capacity + Self.padding, alignment: 16)
        }
        count = 0
        let target = UnsafeMutableBufferPointer(
            start: memory.bindMemory(to: UInt8.self, capacity: needed), count: needed)
        let written = try body(target)
        precondition((0...needed).contains(written), "wrote \(written) bytes into room for \(needed)")
        count = written
        (memory + written).initializeMemory(as: UInt8.self, repeating: 0, count: Self.padding)
    }

    /// Lends the bytes; the view must not outlive the call.
    public borrowing func withBytes<Result, Failure: Error>(_ body: (BodyBytes) throws(Failure) -> Result)
        throws(Failure) -> Result
    {
        try body(BodyBytes(base: UnsafePointer(memory.assumingMemoryBound(to: UInt8.self)), count: count))
    }
}
