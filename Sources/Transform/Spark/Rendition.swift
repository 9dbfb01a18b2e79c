import NearEarth
public import NeoWs

/// A body as Spark's executors read it: NDJSON, one object a line, so that what is wrong with one record spoils no other.
///
/// A line holds the object as it stands in the body (`record`) and the values that the rules ask about. Each of these is a text: a
/// string's begins with a quotation mark, any other value is as it stands in the body, and what is absent is left out. So the executors
/// see every digit, and tell `"1"` from `1` and from null, which a JSON reader with a schema does not.
public struct Rendition: Sendable {
    /// What the input has, for holding what Spark counted against.
    public struct Counts: Sendable, Equatable {
        /// Lines.
        public var objects = 0
        /// Elements of `close_approach_data`.
        public var approaches = 0
        /// Objects that come with an orbit.
        public var orbits = 0

        /// Nothing yet.
        public init() {}

        /// The sums.
        public static func + (left: Self, right: Self) -> Self {
            var sum = left
            sum.objects += right.objects
            sum.approaches += right.approaches
            sum.orbits += right.orbits
            return sum
        }
    }

    /// The lines, each with its line feed.
    public private(set) var lines: [UInt8] = []
    /// What they hold.
    public private(set) var counts = Counts()
    /// What the body said of itself.
    public private(set) var summary: ScanSummary

    /// Renders a body. `file` is the name of its processed CSV.
    public init(_ buffer: borrowing BodyBuffer, batch: Batch, file: String) throws(ScanError) {
        (summary, lines, counts) = try buffer.withBytes { body throws(ScanError) in
            var sink = Sink(batch: batch.name, file: file, source: batch.source.rawValue)
            sink.lines.reserveCapacity(body.count * 2)
            let summary = try BodyScanner.scan(body, into: &sink)
            return (summary, sink.lines, sink.counts)
        }
    }

    private struct Sink: ObjectSink {
        let batch: String
        let file: String
        let source: String
        var lines: [UInt8] = []
        var counts = Counts()

        mutating func take(_ object: borrowing ScannedObject, at place: borrowing ObjectPlace, in body: BodyBytes) {
            var line = JSONLine()
            line.text("batch", batch)
            line.text("file", file)
            line.text("source", source)
            line.number("sequence", counts.objects)
            line.text("path", place.path(in: body))
            if let day = place.day { line.text("day", "\(day)") }
            line.value("id", object.id, body)
            line.value("reference", object.neoReferenceID, body)
            line.value("name", object.name, body)
            line.value("designation", object.designation, body)
            line.value("h", object.absoluteMagnitude, body)
            line.value("diameter_min", object.diameterMin, body)
            line.value("diameter_max", object.diameterMax, body)
            line.value("diameter_problem", object.diameterProblem, body)
            line.value("hazardous", object.isPotentiallyHazardous, body)
            line.value("sentry", object.isSentryObject, body)
            if object.approachData.kind == .array {
                line.text("approach_data", "[")
                line.array("approaches", object.approaches.indices) { Self.write(object.approaches[$0], body, to: &$1) }
            } else {
                line.value("approach_data", object.approachData, body)
            }
            if object.orbitalData.kind == .object {
                line.object("orbit", OrbitScanner.elements(object.orbitalData, in: body))
                counts.orbits += 1
            }
            line.text("record", String(body.text(object.span).unicodeScalars.prefix(RejectedRecord.maximumRecord)))
            line.end(into: &lines)
            counts.objects += 1
            counts.approaches += object.approaches.count
        }

        private static func write(_ approach: borrowing ScannedApproach, _ body: BodyBytes, to line: inout JSONLine) {
            if approach.span.kind == .object { line.text("span", "{") } else { line.value("span", approach.span, body) }
            line.value("date", approach.date, body)
            line.value("date_full", approach.dateFull, body)
            line.value("epoch", approach.epoch, body)
            line.value("kps", approach.kilometersPerSecond, body)
            line.value("kph", approach.kilometersPerHour, body)
            line.value("au", approach.astronomical, body)
            line.value("lunar", approach.lunar, body)
            line.value("km", approach.kilometers, body)
            line.value("body", approach.orbitingBody, body)
        }
    }

    /// The lines' schema, in Spark's DDL.
    static let schema = """
        batch STRING, file STRING, source STRING, sequence INT, path STRING, day STRING, id STRING, reference STRING, name STRING, \
        designation STRING, h STRING, diameter_min STRING, diameter_max STRING, diameter_problem STRING, hazardous STRING, sentry STRING, \
        approach_data STRING, approaches ARRAY<STRUCT<span: STRING, date: STRING, date_full: STRING, epoch: STRING, kps: STRING, kph: STRING, \
        au: STRING, lunar: STRING, km: STRING, body: STRING>>, orbit MAP<STRING, STRING>, record STRING, _corrupt_record STRING
        """
}
