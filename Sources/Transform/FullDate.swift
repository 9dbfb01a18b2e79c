import NearEarth

/// NeoWs's `close_approach_date_full`: `2020-Feb-03 04:05`, to the minute, TDB.
enum FullDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The day it names, or nil where it has another form.
    static func day(_ text: String) -> CalendarDate? {
        let bytes = Array(text.utf8)
        guard bytes.count == 17, bytes[4] == UInt8(ascii: "-"), bytes[8] == UInt8(ascii: "-"),
            bytes[11] == UInt8(ascii: " "),
            bytes[14] == UInt8(ascii: ":"),
            let month = months.firstIndex(where: { $0.utf8.elementsEqual(bytes[5..<8]) }),
            let year = number(bytes[0..<4]), let day = number(bytes[9..<11]),
            let hour = number(bytes[12..<14]), let minute = number(bytes[15..<17]), hour < 24, minute < 60
        else { return nil }
        return CalendarDate(year: year, month: month + 1, day: day)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (48...57).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 48)
        }
        return value
    }
}
