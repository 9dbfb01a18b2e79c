/// Approaches on their way from an engine to a store: `DelimitedText`, a line each, flags as 1 and 0. Databases take it
/// as it is, and no value becomes an object on its way there.
public struct ApproachRows: Sendable, Hashable {
    /// The columns of a line: the facts, then the au's digits and the CSV's line, which keep what a column may round.
    public static let columns = [
        "id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid",
        "estimated_diameter_km_max",
        "estimated_diameter_km_min", "close_approach_date_full", "velocity_kps", "miss_distance_km", "orbiting_body",
        "observation_date",
        "is_sentry_object", "epoch_ms", "miss_distance_au", "miss_distance_au_digits", "source_record",
    ]

    /// Where the values that are looked at here stand in a line.
    private enum Position {
        static let id = 0
        static let orbitingBody = 10
        static let date = 11
        static let epoch = 13
        static let digits = 15
        static let record = 16
    }

    /// The lines.
    public private(set) var text: [UInt8] = []
    /// The key of each line.
    public private(set) var keys: [ApproachKey] = []
    /// Where each line ends, behind its line feed.
    private var ends: [Int] = []
    /// Where the values of the row under way begin.
    private var starts: [Int] = []

    /// No rows yet.
    public init() {}

    /// How many there are.
    public var count: Int { keys.count }

    /// Rows of these approaches.
    public init(_ approaches: [CloseApproach]) {
        for approach in approaches {
            for value in approach.values {
                if let value { append { $0 += value.utf8 } } else { appendNull() }
            }
            endRow()
        }
    }

    // MARK: Writing, value by value

    /// Appends a value of the row under way; `write` appends its bytes.
    public mutating func append(_ write: (inout [UInt8]) -> Void) {
        let start = text.count
        starts.append(start)
        write(&text)
        DelimitedText.escape(&text, from: start)
        text.append(0x09)
    }

    /// Appends NULL.
    public mutating func appendNull() {
        starts.append(text.count)
        text += DelimitedText.null
        text.append(0x09)
    }

    /// Ends the row. Its id, body and date were checked by the record rules.
    public mutating func endRow() {
        text[text.count - 1] = 0x0A
        starts.append(text.count)
        func value(_ position: Int) -> ArraySlice<UInt8> { text[starts[position]..<(starts[position + 1] - 1)] }
        note(
            ApproachKey(
                id: String(decoding: value(Position.id), as: UTF8.self),
                orbitingBody: String(decoding: DelimitedText.unescaped(value(Position.orbitingBody)), as: UTF8.self),
                date: CalendarDate(ascii: value(Position.date)) ?? CalendarDate(daysSinceEpoch: 0)))
        starts.removeAll(keepingCapacity: true)
    }

    /// Appends a line as another program wrote it, without its line feed. False where it is not one of ours; nothing
    /// was appended then.
    public mutating func append(line: some Sequence<UInt8>) -> Bool {
        let start = text.count
        text += line
        let fields = text[start...].split(separator: 0x09, omittingEmptySubsequences: false)
        guard fields.count == Self.columns.count, let date = CalendarDate(ascii: fields[Position.date]) else {
            text.removeSubrange(start...)
            return false
        }
        let key = ApproachKey(
            id: String(decoding: fields[Position.id], as: UTF8.self),
            orbitingBody: String(decoding: DelimitedText.unescaped(fields[Position.orbitingBody]), as: UTF8.self),
            date: date)
        text.append(0x0A)
        note(key)
        return true
    }

    private mutating func note(_ key: ApproachKey) {
        keys.append(key)
        ends.append(text.count)
    }

    // MARK: Reading

    /// A row's line, without its line feed.
    public func line(_ row: Int) -> ArraySlice<UInt8> { text[(row == 0 ? 0 : ends[row - 1])..<(ends[row] - 1)] }

    /// A row's values; nil for NULL.
    public func values(_ row: Int) -> [String?] { DelimitedText.values(line(row)) }

    /// What a row states.
    public func facts(_ row: Int) -> ApproachFacts {
        let values = values(row)
        return ApproachFacts(
            record: values[Position.record] ?? "", epochMilliseconds: values[Position.epoch].flatMap { Int64($0) },
            missDistanceAU: values[Position.digits])
    }

    /// A row's line of the processed CSV, without its line end: the last value of its line.
    public func record(_ row: Int) -> [UInt8] {
        let line = line(row)
        return DelimitedText.unescaped(line[(line.lastIndex(of: 0x09).map { $0 + 1 } ?? line.startIndex)...])
    }

    /// The rows as approaches.
    public var approaches: [CloseApproach] { (0..<count).compactMap { CloseApproach(facts($0)) } }
}
