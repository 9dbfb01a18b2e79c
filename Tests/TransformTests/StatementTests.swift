import NearEarth
import PerigeeTesting
import Testing
import Transform

/// What an answer says, and of what: a pure function of its bytes.
@Suite("Statement")
struct StatementTests {
    @Test func aFeedSpeaksOfTheDaysThatItListsInItsOrder() throws {
        let statement = try transform(
            Sample.feed([("2020-02-04", []), ("2020-02-03", [Sample.object(), Sample.object(id: "7")])])
        ).statement
        #expect(statement.kind == .feed)
        #expect(statement.days.map { "\($0.date) \($0.listed)" } == ["2020-02-04 0", "2020-02-03 2"])
        #expect(statement.elementCount == 2)
        #expect(statement.listed == 2)
        #expect(statement.rows.keys.map(\.description) == ["3000001 Earth 2020-02-03", "7 Earth 2020-02-03"])
        #expect(statement.spkID == nil)
        #expect(statement.page == nil)
        #expect(statement.objects.isEmpty)
    }

    @Test func aLookupSpeaksOfItsObject() throws {
        let statement = try transform(try Sample.lookup(id: "2099942")).statement
        #expect(statement.kind == .lookup)
        #expect(statement.spkID == "2099942")
        #expect(statement.objects == ["2099942"])
        #expect(statement.days.isEmpty)
        #expect(statement.orbits.map(\.id) == ["2099942"])
    }

    @Test func aLookupWithoutApproachesStillSpeaksOfItsObject() throws {
        let statement = try transform(try Sample.object().changing("[\(Sample.approach())]", to: "[]")).statement
        #expect(statement.objects == ["3000001"])
        #expect(statement.rows.count == 0)
        #expect(statement.records == 0)
    }

    @Test func aPageSpeaksOfWhatItShows() throws {
        let statement = try transform(
            Sample.browse([Sample.object(id: "1"), try Sample.lookup(id: "2")], page: 3, pages: 7)
        ).statement
        #expect(statement.kind == .page)
        #expect(statement.page == 3)
        #expect(statement.objects == ["1", "2"])
        #expect(statement.orbits.map(\.id) == ["2"])
        #expect(statement.listed == 2)
    }

    @Test func theSameBytesSayTheSame() throws {
        let (one, other) = (try transform(Sample.week).statement, try transform(Sample.week).statement)
        #expect(one.rows == other.rows)
        #expect(one.days == other.days)
    }

    // MARK: What could not be read

    @Test func aRejectedRecordMayHoldAnyApproachOfItsObject() throws {
        let statement = try transform(
            Sample.day(try Sample.object().changing(":20.0,", to: #":"bright","#), Sample.object(id: "2"))
        ).statement
        #expect(statement.unreadable.mayHold("3000001"))
        #expect(!statement.unreadable.mayHold("2"))
        #expect(!statement.unreadable.hasAnonymous)
    }

    @Test func aRejectedApproachToo() throws {
        let statement = try transform(Sample.day(try Sample.object().changing("10.0000000000", to: "fast"))).statement
        #expect(statement.unreadable.ids == ["3000001"])
    }

    @Test func aRecordThatDoesNotSayWhoseItIsMayHoldAnybodys() throws {
        let statement = try transform(Sample.day(try Sample.object().changing(RecordRuleTests.both, to: #""x":1"#)))
            .statement
        #expect(statement.unreadable.hasAnonymous)
        #expect(statement.unreadable.mayHold("2"))
    }

    @Test func whereAllIsReadNothingIsUnreadable() throws {
        #expect(try transform(Sample.week).statement.unreadable.isEmpty)
    }

    @Test func aRejectedRecordSaysTheDayThatListsIt() throws {
        let bad = try Sample.object().changing(":20.0,", to: #":"bright","#)
        #expect(try transform(Sample.day(bad)).statement.rejected.map { $0.day?.description } == ["2020-02-03"])
        #expect(try transform(bad).statement.rejected.map(\.day) == [nil])
    }

    @Test func whatIsKeptOfARejectedRecordHasNoControlCharacters() throws {
        let rejected = try #require(
            try transform(Sample.day(Sample.object(name: "a\u{7f}\u{9b}b"))).statement.rejected.first)
        #expect(rejected.value == #"a\u007f\u009bb"#)
        #expect(!"\(rejected.record)\(rejected.description)".unicodeScalars.contains(where: PlainText.isControl))
    }

    @Test func whatIsKeptOfARejectedRecordHasItsBounds() throws {
        let long = String(repeating: "é", count: 20_000)
        let rejected = try #require(try transform(Sample.day(Sample.object(name: long))).statement.rejected.first)
        #expect(rejected.value.unicodeScalars.count == RejectedRecord.maximumValue)
        #expect(rejected.record.unicodeScalars.count == RejectedRecord.maximumRecord)
    }
}

/// Orbits: what keeps the rules is part of the statement, what does not goes to quarantine without its object.
@Suite("Orbit rules")
struct OrbitRuleTests {
    private func lookup(_ old: String, _ new: String) throws -> Statement {
        try transform(try Sample.lookup(orbit: try Sample.orbit.changing(old, to: new))).statement
    }

    @Test func everyDigitStays() throws {
        let orbit = try #require(
            try lookup(#""eccentricity":".1998442218734283""#, #""eccentricity":".19984422187342831234567890""#).orbits
                .first)
        #expect(orbit.elements["eccentricity"] == ".19984422187342831234567890")
        #expect(orbit.elements["minimum_orbit_intersection"] == ".171871")
        #expect(orbit.designation == "2020 AB")
    }

    @Test func nullsAreLeftOut() throws {
        let orbit = try #require(try transform(try Sample.lookup()).statement.orbits.first)
        #expect(orbit.elements["first_observation_date"] == nil)
        #expect(orbit.elements["observations_used"] == "12")
    }

    /// What has to be rejected: the value, the element, and what is wrong with it.
    static let wrong: [(element: String, old: String, new: String, rule: String)] = [
        ("eccentricity", #"".1998442218734283""#, #""-0.1""#, "field-range"),
        ("eccentricity", #"".1998442218734283""#, #""1e300""#, "field-range"),
        ("eccentricity", #"".1998442218734283""#, #""NaN""#, "field-type"),
        ("eccentricity", #"".1998442218734283""#, "true", "field-type"),
        ("eccentricity", #"".1998442218734283""#, #"".\#(String(repeating: "1", count: 40))""#, "field-range"),
        ("inclination", #""5.0""#, #""180.5""#, "field-range"),
        ("ascending_node_longitude", #""160.5""#, #""361""#, "field-range"),
        ("orbital_period", #""480.1""#, #""-1""#, "field-range"),
        ("semi_major_axis", #""1.2""#, #""1.2 au""#, "field-type"),
        ("epoch_osculation", #""2457574.5""#, #""1e10""#, "field-range"),
        ("equinox", #""J2000""#, #""J\u00002000""#, "control-characters"),
        ("orbit_id", #""orbit_id":"1""#, #""orbit_id":"\#(String(repeating: "1", count: 256))""#, "field-range"),
        ("observations_used", ":12,", ":1\(String(repeating: "0", count: 255)),", "field-range"),
    ]

    @Test(arguments: wrong)
    func anImpossibleValueGoesToQuarantineWithItsOrbitAlone(
        _ wrong: (element: String, old: String, new: String, rule: String)
    ) throws {
        let statement = try lookup(wrong.old, wrong.new)
        #expect(statement.rejected.map(\.rule) == [wrong.rule])
        #expect(statement.rejected.map(\.path) == ["$.orbital_data.\(wrong.element)"])
        #expect(statement.orbits.isEmpty)
        #expect(statement.rows.count == 1)
        #expect(statement.objects == ["3000001"])
        // An orbit holds no approaches, so that their absence still says something.
        #expect(statement.unreadable.isEmpty)
    }

    @Test func theLimitsThemselvesAreFine() throws {
        #expect(try lookup(#""inclination":"5.0""#, #""inclination":"180""#).orbits.count == 1)
        #expect(try lookup(#""eccentricity":".1998442218734283""#, #""eccentricity":"0""#).orbits.count == 1)
        #expect(
            try lookup(#""orbit_id":"1""#, #""orbit_id":"\#(String(repeating: "1", count: 255))""#).orbits.count == 1)
    }

    @Test func whatTheStoreDoesNotKeepMayBeAnything() throws {
        let orbit = try #require(
            try lookup(#""equinox":"J2000""#, #""equinox":"J2000","albedo":"\u0000","more":[1]"#).orbits.first)
        #expect(orbit.elements["equinox"] == "J2000")
    }

    @Test func aPagesBadOrbitIsItsOwn() throws {
        let bad = try Sample.lookup(id: "2").changing(#""inclination":"5.0""#, to: #""inclination":"181""#)
        let statement = try transform(Sample.browse([try Sample.lookup(id: "1"), bad])).statement
        #expect(statement.orbits.map(\.id) == ["1"])
        #expect(statement.rejected.map(\.path) == ["$.near_earth_objects[1].orbital_data.inclination"])
        #expect(statement.objects == ["1", "2"])
    }
}

/// Dates that a store's DATE can't hold.
@Suite("Years")
struct YearTests {
    private func day(_ date: String, epoch: String, full: String) throws -> Statement {
        let object = try Sample.object().changing(
            #""close_approach_date":"2020-02-03""#, to: #""close_approach_date":"\#(date)""#
        )
        .changing("1580702700000", to: epoch).changing("2020-Feb-03 04:05", to: full)
        return try transform(object).statement
    }

    @Test(arguments: [
        ("1000-01-01", "-30610224000000", "1000-Jan-01 00:00"), ("9999-12-31", "253402300799999", "9999-Dec-31 23:59"),
    ])
    func theFirstAndTheLastDayAreRows(date: String, epoch: String, full: String) throws {
        let statement = try day(date, epoch: epoch, full: full)
        #expect(statement.rejected.isEmpty, "\(statement.rejected)")
        #expect(statement.rows.keys.map { "\($0.date)" } == [date])
    }

    @Test(arguments: [
        ("0999-12-31", "-30610310400000", "0999-Dec-31 00:00"), ("0001-01-01", "-62135596800000", "0001-Jan-01 00:00"),
    ])
    func earlierOnesAreNot(date: String, epoch: String, full: String) throws {
        let statement = try day(date, epoch: epoch, full: full)
        #expect(statement.rejected.map(\.rule) == ["field-range"])
        #expect(statement.rejected.map(\.reason) == ["outside of the years 1000 to 9999"])
    }

    @Test(arguments: ["9223372036854775807", "-9223372036854775808", "253402300800000"])
    func aMomentBeyondTheCalendarIsSaidToBe(_ epoch: String) throws {
        let statement = try day("9999-12-31", epoch: epoch, full: "9999-Dec-31 23:59")
        #expect(statement.rejected.map(\.reason) == ["falls on no day of the calendar, not on 9999-12-31"])
    }
}
