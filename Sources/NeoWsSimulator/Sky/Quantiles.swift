/// A distribution given by equally spaced quantiles, linear between them, in integers.
struct Quantiles {
    /// Ascending, the first the minimum, the last the maximum.
    let points: [Int]

    /// The value at a share of the population, `share` being a fraction of 2⁶⁴.
    func value(at share: UInt64) -> Int {
        let (slot, rest) = share.multipliedFullWidth(by: UInt64(points.count - 1))
        let low = points[Int(slot)]
        return low + Int(UInt64(points[Int(slot) + 1] - low).multipliedFullWidth(by: rest).high)
    }

    // Deciles of the 4,700 approaches to Earth within 0.5 au that JPL lists for 2020; the tails cut short.

    /// Absolute magnitude H (0.01 mag).
    static let magnitude = Quantiles(points: [1600, 1979, 2104, 2200, 2300, 2388, 2461, 2531, 2610, 2710, 3000])
    /// Distance to Earth (10⁻¹⁰ au), 0.0005 au at least.
    static let earthDistance = Quantiles(
        points: [5, 199, 459, 876, 1363, 1912, 2544, 3129, 3738, 4393, 4999].map { $0 * 1_000_000 })
    /// Relative speed (10⁻¹⁰ km/s).
    static let speed = Quantiles(
        points: [73, 500, 666, 809, 973, 1155, 1350, 1575, 1822, 2207, 4000].map { $0 * 100_000_000 })
}
