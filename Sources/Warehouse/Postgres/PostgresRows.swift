import CPostgres
import NearEarth

/// `DelimitedText` in the binary form of PostgreSQL's COPY, which spares the server the reading of numbers and times.
/// (PostgreSQL's documentation: "COPY", "Binary Format"; values are as the types' `recv` functions read them, big-endian.)
struct PostgresRows {
    /// The columns' types; of days and instants the last value as it was read and as it was written, which is most
    /// often the next row's, too.
    private var columns: [(type: Oid, field: [UInt8], value: [UInt8])]

    /// `PGCOPY`, bytes that a text transfer would damage, no flags, no header extension.
    static let header = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    /// What stands behind the last row.
    static let trailer: [UInt8] = [0xFF, 0xFF]

    /// For columns of these types; nil where the binary form of one is not known here: somebody has altered the column.
    init?(types: [Oid]) {
        guard types.allSatisfy(Self.known.contains) else { return nil }
        columns = types.map { ($0, [], []) }
    }

    /// The rows of a text.
    mutating func binary(_ text: [UInt8]) throws(StoreError) -> [UInt8] {
        var binary: [UInt8] = []
        binary.reserveCapacity(text.count + text.count / 4)
        var (start, column) = (0, 0)
        for at in text.indices where text[at] == 0x09 || text[at] == 0x0A {
            guard column < columns.count, (text[at] == 0x0A) == (column == columns.count - 1) else {
                throw .unreadable("a row with another number of values than columns")
            }
            if column == 0 { Self.append(Int16(columns.count), to: &binary) }
            try append(text[start..<at], column, to: &binary)
            (start, column) = (at + 1, text[at] == 0x0A ? 0 : column + 1)
        }
        return binary
    }

    /// Appends a value behind its length.
    private mutating func append(_ field: ArraySlice<UInt8>, _ column: Int, to binary: inout [UInt8])
        throws(StoreError)
    {
        if !columns[column].value.isEmpty, field.elementsEqual(columns[column].field) {
            binary += columns[column].value
            return
        }
        let isEscaped = field.contains(UInt8(ascii: "\\"))
        if isEscaped, field.elementsEqual(DelimitedText.null) {
            Self.append(Int32(-1), to: &binary)
            return
        }
        let start = binary.count
        Self.append(Int32(0), to: &binary)
        let type = columns[column].type
        let plain = isEscaped ? DelimitedText.unescaped(field)[...] : field
        guard Self.append(plain, type, to: &binary) else {
            throw .unreadable("a value \(String(decoding: field, as: UTF8.self)) for a column of another type")
        }
        Self.put(Int32(binary.count - start - 4), at: start, of: &binary)
        if type == Self.day || type == Self.instant {
            (columns[column].field, columns[column].value) = (Array(field), Array(binary[start...]))
        }
    }

    // MARK: Values

    // Types by their OIDs in `pg_type.dat`. The binary form of texts is the text.
    private static let (bool, int8, int4, day, instant, numeric): (Oid, Oid, Oid, Oid, Oid, Oid) = (
        16, 20, 23, 1082, 1114, 1700
    )

    private static let (text, bpchar, varchar): (Oid, Oid, Oid) = (25, 1042, 1043)
    private static let known: Set<Oid> = [bool, int8, int4, day, instant, numeric, text, bpchar, varchar]

    /// Appends a value; false where it is not of the type's form.
    private static func append(_ field: ArraySlice<UInt8>, _ type: Oid, to binary: inout [UInt8]) -> Bool {
        switch type {
        case bool:
            guard field.elementsEqual([0x30]) || field.elementsEqual([0x31]) else { return false }
            binary.append(field.elementsEqual([0x31]) ? 1 : 0)
        case int8:
            guard let number = Int64(String(decoding: field, as: UTF8.self)) else { return false }
            append(number, to: &binary)
        case int4:
            guard let number = Int32(String(decoding: field, as: UTF8.self)) else { return false }
            append(number, to: &binary)
        case day:
            guard let day = CalendarDate(ascii: field) else { return false }
            append(Int32(day.daysSinceEpoch - epoch), to: &binary)
        case instant:
            guard let instant = Timestamp.date(String(decoding: field, as: UTF8.self)) else { return false }
            append((Timestamp.milliseconds(instant) - Int64(epoch) * 86_400_000) * 1000, to: &binary)
        case numeric: return appendDecimal(field, to: &binary)
        default: binary += field
        }
        return true
    }

    /// PostgreSQL counts from 2000-01-01: so many days after 1970-01-01.
    private static let epoch = 10_957

    /// A decimal: how many groups of four digits, the first one's weight in powers of 10,000, the sign, how many digits
    /// stand behind the point, and the groups, counted from the point.
    private static func appendDecimal(_ field: ArraySlice<UInt8>, to binary: inout [UInt8]) -> Bool {
        let isNegative = field.first == UInt8(ascii: "-")
        let mantissa = field.prefix { $0 | 0x20 != UInt8(ascii: "e") }.dropFirst(isNegative ? 1 : 0)
        let power = field[mantissa.endIndex...].dropFirst()
        let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.endIndex
        let zeros = mantissa.prefix { $0 == 0x30 || $0 == UInt8(ascii: ".") }
        let digits = mantissa[zeros.endIndex...]
        // No power makes another number of zero. 16,383 digits may stand behind the point.
        guard let exponent = power.isEmpty || digits.isEmpty ? 0 : Int(String(decoding: power, as: UTF8.self)),
            abs(exponent) < 16_000
        else { return false }
        // How many digits stand before the point from the first that is not 0 on; negative for zeros behind the point.
        let before = point - digits.startIndex + (digits.startIndex > point ? 1 : 0) + exponent
        let behind = max(0, mantissa.endIndex - min(point + 1, mantissa.endIndex) - exponent)
        // The group of the first digit: the power of 10,000 that counts it.
        let weight = digits.isEmpty ? 0 : (before - 1) >> 2
        let header = binary.count
        append(Int64(0), to: &binary)
        var (group, left, count) = (0, before - 4 * weight, 0)
        for at in digits.indices where at != point {
            let byte = digits[at]
            guard byte >= 0x30, byte <= 0x39 else { return false }
            group = group * 10 + Int(byte - 0x30)
            left -= 1
            guard left == 0 else { continue }
            append(Int16(group), to: &binary)
            (group, left, count) = (0, 4, count + 1)
        }
        if !digits.isEmpty, left < 4 {
            for _ in 0..<left { group *= 10 }
            append(Int16(group), to: &binary)
            count += 1
        }
        for (index, number) in [count, weight, isNegative ? 0x4000 : 0, behind].enumerated() {
            put(Int16(number), at: header + 2 * index, of: &binary)
        }
        return !mantissa.isEmpty
    }

    private static func append(_ number: some FixedWidthInteger, to binary: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { binary += $0 }
    }

    private static func put(_ number: some FixedWidthInteger, at index: Int, of binary: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes in
            for (offset, byte) in bytes.enumerated() { binary[index + offset] = byte }
        }
    }
}
