import NearEarth

/// The SPK-ID of a simulated object: `9`, six digits for the day of its approach to Earth, two for its place in the
/// day.
///
/// It needs no catalogue to be decoded. The days from 1900 to 2200 leave the second digit at 0 or 1, where JPL has
/// nothing: its IDs in nine digits from 9 are the primaries of binaries, 92... (numbered) and 95... (provisional).
struct SimulatedID: Hashable, Sendable {
    /// The day on which the object passes Earth.
    let day: CalendarDate
    /// The object's place among the day's, from 0.
    let index: Int

    /// The days that have objects: 1900-01-01 to 2200-12-31.
    static let days = -25_567...84_370

    /// The nine digits as a number.
    var number: Int {
        900_000_000 + (day.daysSinceEpoch - Self.days.lowerBound) * 100 + index
    }

    /// A provisional designation in the Minor Planet Center's style, marked as simulated: `SIM 2020 AB1`.
    ///
    /// First letter: the half-month; second letter and number: the order within it.
    var designation: String {
        let (year, month, dayOfMonth) = day.components
        let isSecondHalf = dayOfMonth > 15
        let order = (dayOfMonth - (isSecondHalf ? 16 : 1)) * SimulatedSky.mostObjectsInADay + index
        let half = Self.letters[(month - 1) * 2 + (isSecondHalf ? 1 : 0)]
        let cycle = order / Self.letters.count
        return "SIM \(year) \(half)\(Self.letters[order % Self.letters.count])\(cycle == 0 ? "" : String(cycle))"
    }

    /// The letters of designations: no I, which reads as a one.
    private static let letters = Array("ABCDEFGHJKLMNOPQRSTUVWXYZ")
}

extension SimulatedID {
    /// The object that nine digits name, or nil. Whether the day has that many objects is for the sky to say.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count == 9, text.hasPrefix("9"), let number = Int(text) else { return nil }
        let day = Self.days.lowerBound + (number - 900_000_000) / 100
        guard Self.days.contains(day) else { return nil }
        self.init(day: CalendarDate(daysSinceEpoch: day), index: number % 100)
    }
}
