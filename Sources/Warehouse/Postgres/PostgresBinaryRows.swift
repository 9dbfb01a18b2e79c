import NearEarth

/// `DelimitedText` in the binary form of PostgreSQL's COPY (its documentation, "COPY", "Binary Format"; the values are as the types' `recv`
/// functions read them, big-endian).
enum PostgresBinaryRows {
    /// The rows; nil where a value is not of its column's form, or a row has another number of values: COPY of text then says what is wrong.
    static func encode(_ text: [UInt8], _ columns: [ColumnType]) -> [UInt8]? {
        var binary: [UInt8] = []
        binary.reserveCapacity(text.count + text.count / 4)
        binary += signature
        var at = 0
        while at < text.count {
            append(Int16(columns.count), to: &binary)
            for index in columns.indices {
                let start = at
                let end: UInt8 = index == columns.count - 1 ? 0x0A : 0x09
                var hasEscapes = false
                while at < text.count, text[at] != end {
                    guard text[at] != 0x0A, text[at] != 0x09 else { return nil }
                    hasEscapes = hasEscapes || text[at] == UInt8(ascii: "\\")
                    at += 1
                }
                guard at < text.count else { return nil }
                let field = text[start..<at]
                at += 1
                if hasEscapes {
                    if field.elementsEqual(DelimitedText.null) {
                        append(Int32(-1), to: &binary)
                    } else if !append(DelimitedText.unescaped(field)[...], columns[index], to: &binary) {
                        return nil
                    }
                } else if !append(field, columns[index], to: &binary) {
                    return nil
                }
            }
        }
        append(Int16(-1), to: &binary)
        return binary
    }

    /// `PGCOPY`, bytes that a text transfer would damage, no flags, no header extension.
    private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    // MARK: Values

    /// Appends a value behind its length; false where it is not of the type's form.
    private static func append(_ field: ArraySlice<UInt8>, _ type: ColumnType, to binary: inout [UInt8]) -> Bool {
        switch type {
        case .text:
            append(Int32(field.count), to: &binary)
            binary += field
        case .bool:
            guard field.count == 1, let flag = field.first, flag == UInt8(ascii: "0") || flag == UInt8(ascii: "1") else { return false }
            append(Int32(1), to: &binary)
            binary.append(flag - UInt8(ascii: "0"))
        case .int:
            guard let number = integer(field), let short = Int32(exactly: number) else { return false }
            append(Int32(4), to: &binary)
            append(short, to: &binary)
        case .long, .identity:
            guard let number = integer(field) else { return false }
            append(Int32(8), to: &binary)
            append(number, to: &binary)
        case .day:
            guard let day = CalendarDate(ascii: field) else { return false }
            append(Int32(4), to: &binary)
            append(Int32(day.daysSinceEpoch - epoch), to: &binary)
        case .instant:
            guard let instant = microseconds(field) else { return false }
            append(Int32(8), to: &binary)
            append(instant, to: &binary)
        case .decimal: return appendDecimal(field, to: &binary)
        }
        return true
    }

    /// PostgreSQL counts from 2000-01-01: so many days after 1970-01-01.
    private static let epoch = 10_957

    private static func append(_ number: some FixedWidthInteger, to binary: inout [UInt8]) {
        var shift = number.bitWidth
        while shift > 0 {
            shift -= 8
            binary.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    private static func integer(_ field: ArraySlice<UInt8>) -> Int64? {
        let isNegative = field.first == UInt8(ascii: "-")
        let digits = isNegative ? field.dropFirst() : field
        guard !digits.isEmpty, digits.count <= 19 else { return nil }
        var number: UInt64 = 0
        for byte in digits {
            guard byte >= 48, byte <= 57 else { return nil }
            number = number * 10 + UInt64(byte - 48)
        }
        // 19 digits fit into 64 bits, but not always into 63.
        return Int64(exactly: number).map { isNegative ? -$0 : $0 }
    }

    /// `YYYY-MM-DD HH:MM:SS.fff`.
    private static func microseconds(_ field: ArraySlice<UInt8>) -> Int64? {
        let at = field.startIndex
        guard field.count == 23, let day = CalendarDate(ascii: field[at..<at + 10]), field[at + 10] == 0x20, field[at + 13] == 0x3A, field[at + 16] == 0x3A,
            field[at + 19] == 0x2E, let hours = integer(field[at + 11..<at + 13]), let minutes = integer(field[at + 14..<at + 16]),
            let seconds = integer(field[at + 17..<at + 19]), let fraction = integer(field[at + 20..<at + 23])
        else { return nil }
        return ((Int64(day.daysSinceEpoch - epoch) * 24 + hours) * 60 + minutes) * 60_000_000 + seconds * 1_000_000 + fraction * 1000
    }

    /// A plain decimal: its digits in groups of four from the point, the first group's weight in powers of 10,000, the sign, and how many
    /// digits stand behind the point.
    private static func appendDecimal(_ field: ArraySlice<UInt8>, to binary: inout [UInt8]) -> Bool {
        var digits = field
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        let point = digits.firstIndex(of: UInt8(ascii: ".")) ?? digits.endIndex
        let whole = digits[..<point].drop { $0 == 48 }
        let fraction = digits[point...].dropFirst()
        let isPlain = point == digits.endIndex || (digits.count > 1 && !fraction.isEmpty)
        guard !digits.isEmpty, isPlain, whole.count < 100, fraction.count < 100 else { return false }
        let wholeGroups = (whole.count + 3) / 4
        append(Int32(8 + 2 * (wholeGroups + (fraction.count + 3) / 4)), to: &binary)
        let header = binary.count
        append(Int64(0), to: &binary)
        var groups = 0
        var weight = wholeGroups - 1
        var group: Int16 = 0
        var left = whole.isEmpty ? 4 : (whole.count - 1) % 4 + 1
        func put(_ byte: UInt8) -> Bool {
            guard byte >= 48, byte <= 57 else { return false }
            group = group * 10 + Int16(byte - 48)
            left -= 1
            if left == 0 { close() }
            return true
        }
        func close() {
            append(group, to: &binary)
            groups += 1
            (group, left) = (0, 4)
        }
        for byte in whole where !put(byte) { return false }
        left = 4
        for byte in fraction where !put(byte) { return false }
        if left < 4 {
            while left > 0 {
                group *= 10
                left -= 1
            }
            close()
        }
        if groups == 0 { weight = 0 }
        for (offset, number) in [Int16(groups), Int16(weight), isNegative ? 0x4000 : 0, Int16(fraction.count)].enumerated() {
            binary[header + 2 * offset] = UInt8(truncatingIfNeeded: number >> 8)
            binary[header + 2 * offset + 1] = UInt8(truncatingIfNeeded: number)
        }
        return true
    }
}
