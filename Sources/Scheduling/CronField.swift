/// One of the five fields of a cron expression: which numbers it allows.
struct CronField: Sendable {
    /// The allowed numbers, ascending.
    let values: [Int]
    /// Whether it begins with `*`: such a field does not restrict the day, and such an hour follows the clock through
    /// its changes.
    let isWild: Bool

    /// Reads `*`, `5`, `1-5`, `*/15`, `10-40/10`, `mon-fri` and lists of them.
    ///
    /// - Parameters:
    ///   - range: the numbers that the field may hold.
    ///   - names: what they may be called, from the first on.
    ///   - expression: the expression whose field it is, for the error.
    init(
        _ text: String, _ name: String, _ range: ClosedRange<Int>, names: [String] = [], of expression: String
    ) throws(ScheduleError) {
        func number(_ text: Substring) -> Int? {
            if let index = names.firstIndex(of: text.lowercased()) { return range.lowerBound + index }
            guard text.allSatisfy(\.isNumber), let number = Int(text), range.contains(number) else { return nil }
            return number
        }
        var allowed: Set<Int> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let ends = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            let first = parts[0] == "*" ? range.lowerBound : number(ends[0])
            // `5/10` means from 5 on, as it does with cron(8)'s successors.
            let isOpen = parts[0] == "*" || (ends.count == 1 && parts.count == 2)
            let last = isOpen ? range.upperBound : number(ends[ends.count - 1])
            guard let first, let last, first <= last else {
                throw .badCron(expression, why: "has \"\(item)\" as its \(name)")
            }
            guard let step = parts.count == 2 ? Int(parts[1]) : 1, step > 0 else {
                throw .badCron(expression, why: "has a step \"\(parts[1])\" in its \(name)")
            }
            allowed.formUnion(stride(from: first, through: last, by: step))
        }
        // The days of the week are 0 to 7, both of which are Sunday.
        values = Set(allowed.map { range.upperBound == 7 ? $0 % 7 : $0 }).sorted()
        isWild = text.hasPrefix("*")
    }
}
