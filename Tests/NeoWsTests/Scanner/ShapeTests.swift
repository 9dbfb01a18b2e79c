import NearEarth
import NeoWs
import PerigeeTesting
import Testing

@Suite("Scanner: the shapes of NeoWs's bodies")
struct ShapeTests {
    @Test func aFeedGivesItsDaysInTheBodysOrder() throws {
        let scanned = try Scanned.scan(Sample.week)
        #expect(scanned.summary.shape == .feed)
        #expect(scanned.summary.elementCount == 3)
        #expect(scanned.summary.objects == 3)
        #expect(scanned.summary.days.map { "\($0.date) \($0.listed)" } == ["2020-02-04 1", "2020-02-03 2"])
        #expect(scanned.objects.map(\.id) == ["3000002", "3000001", "2099942"])
        #expect(scanned.objects.map { $0.day?.description } == ["2020-02-04", "2020-02-03", "2020-02-03"])
        #expect(scanned.objects.map(\.index) == [0, 0, 1])
    }

    @Test func everyValueOfAnObjectIsTheBodys() throws {
        let object = try #require(try Scanned.scan(Sample.day(Sample.object())).objects.first)
        #expect(object.id == "3000001" && object.reference == "3000001" && object.name == "(2020 AB)")
        #expect(object.magnitude == "20.0" && object.diameterMin == "0.2658" && object.diameterMax == "0.5943468684")
        #expect(object.isHazardous == .false && object.isSentry == .false)
        #expect(object.span == Sample.object())
        let approach = try #require(object.approaches.first)
        #expect(
            approach.date == "2020-02-03" && approach.dateFull == "2020-Feb-03 04:05"
                && approach.epoch == 1_580_702_700_000)
        #expect(approach.kps == "10.0000000000" && approach.kph == "36000.0000000000")
        #expect(
            approach.au == "0.1000000000" && approach.lunar == "38.9000000000"
                && approach.kilometers == "14959787.000000000")
        #expect(approach.body == "Earth")
    }

    @Test func aPageOfTheCatalogueGivesItsPlace() throws {
        let scanned = try Scanned.scan(
            Sample.browse([Sample.object(), Sample.object(id: "3000002")], page: 3, pages: 1469))
        #expect(scanned.summary.shape == .page)
        #expect(scanned.summary.pageNumber == 3 && scanned.summary.totalPages == 1469)
        #expect(scanned.objects.map(\.id) == ["3000001", "3000002"])
        #expect(scanned.objects.map(\.index) == [0, 1])
        #expect(scanned.objects.allSatisfy { $0.day == nil })
    }

    @Test func aLookupIsOneObjectWithAllItsApproaches() throws {
        let body = try Sample.object().changing(
            Sample.approach(),
            to: Sample.approach() + "," + Sample.approach(date: "1901-01-05", epoch: -2_176_500_000_000, body: "Venus"))
        let scanned = try Scanned.scan(body)
        #expect(scanned.summary.shape == .lookup && scanned.summary.objects == 1)
        #expect(scanned.objects.first?.approaches.map(\.body) == ["Earth", "Venus"])
        #expect(scanned.objects.first?.approaches.map(\.epoch) == [1_580_702_700_000, -2_176_500_000_000])
        #expect(scanned.objects.first?.index == nil)
    }

    @Test func emptyListsAreNoErrors() throws {
        #expect(try Scanned.scan(#"{"element_count":0,"near_earth_objects":{}}"#).summary.days.isEmpty)
        let empty = try Scanned.scan(Sample.feed([("2020-02-03", []), ("2020-02-04", [])]))
        #expect(empty.summary.objects == 0 && empty.summary.days.count == 2 && empty.objects.isEmpty)
        #expect(try Scanned.scan(Sample.browse([])).summary.shape == .page)
        let lookup = try Scanned.scan(try Sample.object().changing(Sample.approach(), to: ""))
        #expect(lookup.objects.first?.approaches.isEmpty == true)
    }

    @Test func elementCountMayStandBehindTheList() throws {
        let objects = Sample.day(Sample.object())
        let behind = try objects.changing(#""element_count":1,"#, to: "").dropLast() + #","element_count":7}"#
        let scanned = try Scanned.scan(String(behind))
        #expect(scanned.summary.elementCount == 7 && scanned.summary.objects == 1)
        #expect(try Scanned.scan(try objects.changing(#""element_count":1,"#, to: "")).summary.elementCount == nil)
    }

    @Test func anObjectsKeysBehindTheListAreNotTakenForALookup() throws {
        let scanned = try Scanned.scan(
            #"{"near_earth_objects":{"2020-02-03":[\#(Sample.object())]},"id":"1","close_approach_data":[]}"#)
        #expect(scanned.summary.shape == .feed)
        #expect(scanned.objects.map(\.id) == ["3000001"])
    }

    @Test(arguments: Specimen.all)
    func wholeFeedsAreRead(_ feed: Specimen) throws {
        let scanned = try Scanned.scan(feed.bytes)
        #expect(scanned.summary.elementCount == feed.objects)
        #expect(scanned.summary.objects == feed.objects)
        #expect(scanned.objects.count == feed.objects)
        #expect(scanned.summary.days.count == feed.days)
        #expect(scanned.objects.allSatisfy { $0.approaches.count == 1 })
    }
}
