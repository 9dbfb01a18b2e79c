extension Duration {
    /// In seconds, to the millisecond.
    public var seconds: Double { Double(milliseconds) / 1000 }
    /// In whole milliseconds.
    public var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
