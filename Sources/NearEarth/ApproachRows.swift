/// Approaches on their way from an engine to a store: `DelimitedText`, a line each with the values of `ApproachColumn`,
/// flags as 1 and 0. Databases take it as it is, and no value becomes an object on its way there.
public struct ApproachRows: Sendable, Hashable {
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

    /// Ends the row. False where it does not have a value for each column, or no date: it is removed then.
    @discardableResult
    public mutating func endRow() -> Bool {
        defer { starts.removeAll(keepingCapacity: true) }
        starts.append(text.count)
        func value(_ column: ApproachColumn) -> ArraySlice<UInt8> {
            text[starts[column.rawValue]..<(starts[column.rawValue + 1] - 1)]
        }
        guard starts.count == ApproachColumn.allCases.count + 1, let date = CalendarDate(ascii: value(.date)) else {
            text.removeSubrange(starts[0]...)
            return false
        }
        keys.append(
            ApproachKey(
                id: String(decoding: value(.id), as: UTF8.self),
                orbitingBody: String(decoding: DelimitedText.unescaped(value(.orbitingBody)), as: UTF8.self), date: date
            ))
        text[text.count - 1] = 0x0A
        ends.append(text.count)
        return true
    }

    /// Appends a line as another program wrote it, without its line feed. False where it is not one of ours; nothing
    /// was appended then.
    public mutating func append(line: ArraySlice<UInt8>) -> Bool {
        starts.append(text.count)
        for byte in line {
            text.append(byte)
            if byte == 0x09 { starts.append(text.count) }
        }
        text.append(0x09)
        return endRow()
    }

    // MARK: Reading

    /// A row's line, without its line feed.
    public func line(_ row: Int) -> ArraySlice<UInt8> { text[(row == 0 ? 0 : ends[row - 1])..<(ends[row] - 1)] }

    /// What a row states.
    public func facts(_ row: Int) -> ApproachFacts {
        let values = DelimitedText.values(line(row))
        func value(_ column: ApproachColumn) -> String? { values[column.rawValue] }
        return ApproachFacts(
            record: value(.record) ?? "", epochMilliseconds: value(.epoch).flatMap { Int64($0) },
            missDistanceAU: value(.missDistanceAUDigits))
    }

    /// A row's line of the processed CSV, without its line end: the last value of its line.
    public func record(_ row: Int) -> [UInt8] {
        let line = line(row)
        return DelimitedText.unescaped(line[(line.lastIndex(of: 0x09).map { $0 + 1 } ?? line.startIndex)...])
    }

    /// The rows as approaches.
    public var approaches: [CloseApproach] { (0..<count).compactMap { CloseApproach(facts($0)) } }
}
