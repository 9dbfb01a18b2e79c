import NearEarth

/// What `/neo/browse` pages through: the objects of the first quarter of 2020, in order of approach.
///
/// Finite on purpose: all 300 years would be a million and a half objects.
struct Catalogue: Sendable {
    private let ids: [SimulatedID]

    /// The catalogue of a sky.
    init(of sky: SimulatedSky) {
        let first = 18_262  // 2020-01-01; the last is 2020-03-31
        ids = (first...first + 90).flatMap { number in
            let day = CalendarDate(daysSinceEpoch: number)
            return (0..<sky.objectCount(on: day)).map { SimulatedID(day: day, index: $0) }
        }
    }

    /// How many objects there are.
    var count: Int { ids.count }

    /// The objects of a page, counted from 0; none beyond the last.
    func ids(page: Int, size: Int) -> ArraySlice<SimulatedID> {
        let (start, isTooFar) = page.multipliedReportingOverflow(by: size)
        guard !isTooFar, start < ids.count else { return [] }
        return ids[start..<min(start + size, ids.count)]
    }
}
