import Foundation
import NearEarth

/// Maps values to places between 0 and 1.
public protocol Scale: Sendable {
    /// Where a value lies; outside 0 to 1 where it is outside the scale.
    func place(_ value: Double) -> Double
}

/// Equal steps are equal distances.
public struct LinearScale: Scale {
    /// The values at 0 and at 1.
    public let (first, last): (Double, Double)

    /// A scale of a range that is not empty.
    public init(_ first: Double, _ last: Double) {
        (self.first, self.last) = (first, last > first ? last : first + 1)
    }

    /// Where a value lies.
    public func place(_ value: Double) -> Double { (value - first) / (last - first) }
}

/// Equal ratios are equal distances.
public struct LogScale: Scale {
    /// The values at 0 and at 1; both above 0.
    public let (first, last): (Double, Double)

    /// A scale of a range above 0.
    public init(_ first: Double, _ last: Double) {
        (self.first, self.last) = (max(first, .leastNormalMagnitude), max(last, first * 1.001))
    }

    /// Where a value lies; what is not above 0 lies at the beginning.
    public func place(_ value: Double) -> Double {
        value > 0 ? log(value / first) / log(last / first) : 0
    }

    /// The values 1, 2 and 5 times a power of ten inside the scale, and whether each is a power of ten.
    public var ticks: [(value: Double, isDecade: Bool)] {
        let decades = Int(floor(log10(first)))...Int(ceil(log10(last)))
        return decades.flatMap { decade in
            [1.0, 2, 5].map { (value: $0 * pow(10, Double(decade)), isDecade: $0 == 1) }
        }.filter { $0.value >= first * 0.999 && $0.value <= last * 1.001 }
    }
}

/// Days of the calendar, from the first moment of one to the last of another.
public struct DayScale: Scale {
    /// Days since 1970: the first one, and the one behind the last.
    public let (first, end): (Int, Int)

    /// A scale of at least one day.
    public init(first: Int, end: Int) {
        (self.first, self.end) = (first, max(end, first + 1))
    }

    /// Where a moment lies, in days since 1970.
    public func place(_ day: Double) -> Double { (day - Double(first)) / Double(end - first) }

    /// How far the marks of its axis are apart.
    public enum Step: Sendable {
        case days, weeks, months, years(Int)
    }

    /// The step that leaves room for a label at each mark, of about 14 at most.
    public var step: Step {
        switch end - first {
        case ...14: .days
        case ...120: .weeks
        case ...800: .months
        case let days: .years([1, 2, 5, 10, 20, 50, 100].first { days / 366 / $0 <= 14 } ?? 200)
        }
    }

    /// The days at which its marks stand: each day, each Monday, the first of each month or year.
    public func ticks(every step: Step) -> [Int] {
        switch step {
        case .days: return Array(first..<end)
        // 1970-01-01 was a Thursday.
        case .weeks: return (first..<end).filter { ($0 + 3) % 7 == 0 }
        case .months:
            return (first..<end).filter { CalendarDate(daysSinceEpoch: $0).components.day == 1 }
        case .years(let count):
            let years = [first, end].map { CalendarDate(daysSinceEpoch: $0).components.year }
            return (years[0]...years[1]).filter { $0 % count == 0 }
                .compactMap { CalendarDate(year: $0, month: 1, day: 1)?.daysSinceEpoch }
                .filter { $0 >= first && $0 < end }
        }
    }
}
