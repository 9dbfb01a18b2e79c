import NearEarth

/// Every simulated object of one seed, computed when asked for; nothing is stored.
struct SimulatedSky: Sendable {
    /// What tells this sky from another.
    let seed: UInt64

    /// The most objects that pass Earth in one day; the fewest are 8.
    static let mostObjectsInADay = 20

    /// How many objects pass Earth on a day: 8 to 20, mostly about 14; none outside 1900 to 2200.
    func objectCount(on day: CalendarDate) -> Int {
        guard SimulatedID.days.contains(day.daysSinceEpoch) else { return 0 }
        var random = RandomStream(seed: seed, for: .countOfDay, day.daysSinceEpoch)
        return 8 + random.below(7) + random.below(7)
    }

    /// The objects that pass Earth on a day.
    func objects(on day: CalendarDate) -> [SimulatedObject] {
        (0..<objectCount(on: day)).map { SimulatedObject(SimulatedID(day: day, index: $0), seed: seed) }
    }

    /// The object of an ID, or nil where the sky has none.
    func object(_ id: SimulatedID) -> SimulatedObject? {
        id.index < objectCount(on: id.day) ? SimulatedObject(id, seed: seed) : nil
    }

    /// A window's days in an order that is not theirs, since NeoWs does not sort its dates.
    func shuffled(_ window: DateWindow) -> [CalendarDate] {
        var days = window.days
        var random = RandomStream(seed: seed, for: .dateOrder, window.from.daysSinceEpoch, days.count)
        for last in stride(from: days.count - 1, to: 0, by: -1) {
            days.swapAt(last, random.below(last + 1))
        }
        if days.count > 1, days == window.days { days.swapAt(0, days.count - 1) }
        return days
    }
}
