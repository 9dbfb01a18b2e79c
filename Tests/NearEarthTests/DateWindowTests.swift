import NearEarth
import Testing

@Suite("DateWindow and Batch")
struct DateWindowTests {
    private func window(_ from: String, _ to: String) throws -> DateWindow {
        DateWindow(from: try #require(CalendarDate(from)), to: try #require(CalendarDate(to)))
    }

    @Test func aYearIs46WindowsOf8DaysThatMeetWithoutOverlap() throws {
        let windows = try window("2020-01-01", "2020-12-31").windows()
        #expect(windows.count == 46)
        #expect(windows.dropLast().allSatisfy { $0.dayCount == 8 })
        #expect(windows.first?.description == "2020-01-01..2020-01-08")
        #expect(windows.last?.description == "2020-12-26..2020-12-31")
        for (left, right) in zip(windows, windows.dropFirst()) { #expect(left.to.adding(days: 1) == right.from) }
        #expect(windows.reduce(0) { $0 + $1.dayCount } == 366)
    }

    @Test func aRangeThatOneRequestAnswersStaysWhole() throws {
        #expect(try window("2020-02-03", "2020-02-10").windows().map(\.description) == ["2020-02-03..2020-02-10"])
        #expect(try window("2020-02-03", "2020-02-03").windows().map(\.dayCount) == [1])
        #expect(try window("2020-02-03", "2020-02-11").windows().map(\.dayCount) == [8, 1])
    }

    @Test func bothEndsBelongToAWindow() throws {
        let window = try window("2020-02-28", "2020-03-01")
        #expect(window.days.map(\.description) == ["2020-02-28", "2020-02-29", "2020-03-01"])
        #expect(window.contains(window.from) && window.contains(window.to))
        #expect(!window.contains(window.from.adding(days: -1)) && !window.contains(window.to.adding(days: 1)))
    }

    @Test(arguments: ["feed 2020-02-03..2020-02-10", "lookup 2099942", "browse 3"])
    func aBatchIsFoundAgainByItsName(_ name: String) throws {
        let batch = try #require(Batch(name: name))
        #expect(batch.name == name)
        #expect("\(batch)" == name)
    }

    @Test(arguments: [
        "", "feed", "feed 2020-02-10..2020-02-03", "feed 2020-02-03", "feed 2020-02-30..2020-03-01", "browse x",
        "other 1", "lookup 1 2",
    ])
    func anotherTextNamesNoBatch(_ name: String) {
        #expect(Batch(name: name) == nil)
    }

    @Test func filesAreNamedAfterTheLastDayTheObjectAndThePage() throws {
        #expect(Batch.feed(try window("2020-02-03", "2020-02-10")).fileStem == "2020-02-10")
        #expect(Batch.lookup(spkID: "2099942").fileStem == "object_2099942")
        #expect(Batch.browse(page: 3).fileStem == "browse_3")
    }

    @Test func aLookupAndAPageOfTheCatalogueShareASourceThatIsNotTheFeeds() throws {
        #expect(Batch.feed(try window("2020-02-03", "2020-02-10")).source == .feed)
        #expect(Batch.lookup(spkID: "1").source == .lookup)
        #expect(Batch.browse(page: 0).source == .lookup)
    }
}
