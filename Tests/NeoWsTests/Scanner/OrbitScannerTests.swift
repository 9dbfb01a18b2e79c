import NeoWs
import PerigeeTesting
import Testing

@Suite("OrbitScanner")
struct OrbitScannerTests {
    private struct Sink: ObjectSink {
        var elements: [String: String]?

        mutating func take(_ object: borrowing ScannedObject, at place: borrowing ObjectPath, in body: BodyBytes) {
            elements = OrbitScanner.elements(object.orbitalData, in: body).mapValues { body.text($0) }
        }
    }

    private func elements(_ orbit: String) throws -> [String: String] {
        let buffer = BodyBuffer(Array(#"{"id":"1","orbital_data":\#(orbit),"close_approach_data":[]}"#.utf8))
        return try buffer.withBytes { body in
            var sink = Sink()
            _ = try BodyScanner.scan(body, into: &sink)
            return try #require(sink.elements)
        }
    }

    @Test func keepsDigitsAndLeavesNullsOut() throws {
        let found = try elements(
            #"{"orbit_id":"1","eccentricity":".3261181517160773","data_arc_in_days":4210,"first_observation_date":null,"equinox":"J2000"}"#
        )
        #expect(
            found == [
                "orbit_id": "1", "eccentricity": ".3261181517160773", "data_arc_in_days": "4210", "equinox": "J2000",
            ])
    }

    @Test func setsTheClassBesideTheElements() throws {
        let found = try elements(
            #"{"orbit_class":{"orbit_class_type":"APO","orbit_class_range":"a > 1.0 AU; \u0071 < 1.017"},"inclination":"1.5"}"#
        )
        #expect(
            found == ["orbit_class_type": "APO", "orbit_class_range": "a > 1.0 AU; q < 1.017", "inclination": "1.5"])
    }

    @Test(arguments: [
        "null", "{}", "[]", "\"none\"", #"{"orbit_class":null}"#, #"{"orbit_class":[]}"#, #"{"new":{"x":"1"}}"#,
    ])
    func hasNothingWhereThereIsNothing(_ orbit: String) throws {
        #expect(try elements(orbit).isEmpty)
    }
}
