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

    /// All approaches of an object, oldest first: the one to Earth, three to ten to planets on other days between 1900
    /// and 2200, and, where Earth is passed within 0.05 au, one to the Moon half a day around it.
    func approaches(of object: SimulatedObject) -> [SimulatedApproach] {
        let earth = object.earthApproach
        var random = RandomStream(seed: seed, for: .otherApproaches, object.id.day.daysSinceEpoch, object.id.index)
        var approaches = [earth]
        var taken: Set<Int> = [earth.day.daysSinceEpoch]
        for _ in 0..<3 + random.below(8) {
            let body = Self.planets[random.below(Self.planets.count)]
            var day = SimulatedID.days.lowerBound + random.below(SimulatedID.days.count)
            while !taken.insert(day).inserted {
                day = day == SimulatedID.days.upperBound ? SimulatedID.days.lowerBound : day + 1
            }
            approaches.append(
                SimulatedApproach(
                    body: body, day: CalendarDate(daysSinceEpoch: day), minute: random.below(1440),
                    distance: Self.nearest + random.below(body == .jupiter ? 4_900_000_000 : 900_000_000),
                    speed: Quantiles.speed.value(at: random.next())))
        }
        if let moon = Self.moonApproach(with: earth, &random) { approaches.append(moon) }
        return approaches.sorted { $0.epochMilliseconds < $1.epochMilliseconds }
    }

    /// 0.0005 au (10⁻¹⁰ au).
    private static let nearest = 5_000_000

    /// The planets, as often as NeoWs's lookups name them: mostly Venus and Mars.
    private static let planets: [SimulatedApproach.Body] = [
        .venus, .venus, .venus, .mars, .mars, .mercury, .mercury, .jupiter,
    ]

    private static func moonApproach(with earth: SimulatedApproach, _ random: inout RandomStream) -> SimulatedApproach?
    {
        guard earth.distance < 500_000_000 else { return nil }
        let minutes = earth.day.daysSinceEpoch * 1440 + earth.minute - 720 + random.below(1441)
        let day = CalendarDate(epochMilliseconds: Int64(minutes) * 60_000)
        guard SimulatedID.days.contains(day.daysSinceEpoch) else { return nil }
        // The Moon is 0.0026 au from Earth, hence the object no farther from the one than that from the other.
        let distance = max(nearest, earth.distance - 25_000_000 + random.below(50_000_000))
        return SimulatedApproach(
            body: .moon, day: day, minute: minutes - day.daysSinceEpoch * 1440, distance: distance,
            speed: max(10_000_000_000, earth.speed - 5_000_000_000 + random.below(10_000_000_000)))
    }
}
