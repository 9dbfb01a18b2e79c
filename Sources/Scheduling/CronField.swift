/// One of the five fields of a cron expression: which numbers it allows.
struct CronField: Sendable, Hashable {
    /// The allowed numbers, ascending.
    let values: [Int]
    /// Whether it begins with `*`: such a field does not restrict the day, and such an hour follows the clock through
    /// its changes.
    let isWild: Bool

    func contains(_ value: Int) -> Bool { values.contains(value) }

    /// What a field may hold.
    struct Kind: Sendable {
        let name: String
        let range: ClosedRange<Int>
        var names: [String] = []

        static let minute = Kind(name: "minute", range: 0...59)
        static let hour = Kind(name: "hour", range: 0...23)
        static let day = Kind(name: "day of the month", range: 1...31)
        static let month = Kind(
            name: "month", range: 1...12,
            names: ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
        /// 0 and 7 are both Sunday.
        static let weekday = Kind(
            name: "day of the week", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
    }

    /// Reads `*`, `5`, `1-5`, `*/15`, `10-40/10`, `mon-fri` and lists of them; nil with the reason where it can't.
    static func parse(_ text: String, _ kind: Kind) -> Result<CronField, Problem> {
        var allowed: Set<Int> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let range = range(parts[0], kind, isStepped: parts.count == 2) else {
                return .failure(Problem("has \"\(item)\" as its \(kind.name)"))
            }
            var step = 1
            if parts.count == 2 {
                guard let number = Int(parts[1]), number > 0 else {
                    return .failure(Problem("has a step \"\(parts[1])\" in its \(kind.name)"))
                }
                step = number
            }
            allowed.formUnion(stride(from: range.lowerBound, through: range.upperBound, by: step))
        }
        if kind.range.upperBound == 7, allowed.remove(7) != nil { allowed.insert(0) }
        return .success(CronField(values: allowed.sorted(), isWild: text.hasPrefix("*")))
    }

    /// What is wrong with a field.
    struct Problem: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    private static func range(_ text: String, _ kind: Kind, isStepped: Bool) -> ClosedRange<Int>? {
        if text == "*" { return kind.range.upperBound == 7 ? 0...6 : kind.range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map {
            number(String($0), kind)
        }
        guard let first = ends[0] else { return nil }
        // `5/10` means from 5 on, as it does with cron(8)'s successors.
        guard ends.count == 2 else { return first...(isStepped ? kind.range.upperBound : first) }
        guard let last = ends[1], first <= last else { return nil }
        return first...last
    }

    private static func number(_ text: String, _ kind: Kind) -> Int? {
        if let index = kind.names.firstIndex(of: text.lowercased()), !text.isEmpty { return index }
        guard text.allSatisfy(\.isNumber), let number = Int(text), kind.range.contains(number) else { return nil }
        return number
    }
}
