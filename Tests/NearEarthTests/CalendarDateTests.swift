import Foundation
import NearEarth
import Testing

@Suite("CalendarDate")
struct CalendarDateTests {
    @Test func everyDayFrom1899To2201IsFollowedByTheNextAndReadsBack() throws {
        var number = try #require(CalendarDate("1899-01-01")).daysSinceEpoch
        for year in 1899...2201 {
            for month in 1...12 {
                for day in 1...CalendarDate.days(inMonth: month, of: year) {
                    let date = CalendarDate(daysSinceEpoch: number)
                    let text = String(format: "%04d-%02d-%02d", year, month, day)
                    guard date.description == text, CalendarDate(text) == date,
                        CalendarDate(year: year, month: month, day: day) == date
                    else {
                        Issue.record("day \(number) is \(date), not \(text)")
                        return
                    }
                    number += 1
                }
            }
        }
        #expect(CalendarDate("2202-01-01")?.daysSinceEpoch == number)
    }

    @Test func daysAreThoseOfFoundationsGregorianCalendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for number in stride(from: -25_567, through: 84_370, by: 97) {
            let parts = calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(number) * 86_400))
            let components = CalendarDate(daysSinceEpoch: number).components
            #expect(components == (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0))
        }
    }

    @Test(arguments: [
        "2019-02-29", "1900-02-29", "2100-02-29", "2020-02-30", "2020-04-31", "2020-13-01", "2020-00-10", "2020-01-00",
        "2020-01-32", "0000-01-01",
        "2020-1-01", "20200101", "2020/01/01", "2020-01-01 ", " 2020-01-01", "2020-01-0a", "+020-01-01", "-020-01-01",
        "", "2020-01-0١",
    ])
    func whatTheCalendarDoesNotHaveIsNoDate(_ text: String) {
        #expect(CalendarDate(text) == nil)
    }

    @Test(arguments: ["2000-02-29", "2020-02-29", "1899-12-31", "0001-01-01", "9999-12-31"])
    func realDaysRead(_ text: String) {
        #expect(CalendarDate(text)?.description == text)
    }

    @Test(
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (86_399_999, "1970-01-01"), (86_400_000, "1970-01-02"),
            (-86_400_000, "1969-12-31"),
            (-86_400_001, "1969-12-30"), (-2_208_988_800_000, "1900-01-01"), (-2_208_988_800_001, "1899-12-31"),
            (1_580_702_700_000, "2020-02-03"),
        ] as [(Int64, String)])
    func anInstantFallsOnItsDayBefore1970Too(milliseconds: Int64, day: String) {
        #expect(CalendarDate(epochMilliseconds: milliseconds).description == day)
    }

    @Test func encodesAsTextAndRefusesAnother() throws {
        let date = try #require(CalendarDate("2020-02-03"))
        #expect(String(decoding: try JSONEncoder().encode([date]), as: UTF8.self) == #"["2020-02-03"]"#)
        #expect(try JSONDecoder().decode([CalendarDate].self, from: Data(#"["2020-02-03"]"#.utf8)) == [date])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([CalendarDate].self, from: Data(#"["2020-02-30"]"#.utf8))
        }
    }

    @Test func addingDaysCrossesMonthsAndYears() throws {
        let date = try #require(CalendarDate("2019-12-31"))
        #expect(date.adding(days: 1).description == "2020-01-01")
        #expect(date.adding(days: 60).description == "2020-02-29")
        #expect(date.adding(days: -365).description == "2018-12-31")
        #expect(date < date.adding(days: 1))
    }
}
