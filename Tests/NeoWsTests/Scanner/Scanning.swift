import NearEarth
import NeoWs

/// What a scan handed over, copied out of the body.
struct Scanned {
    struct Object {
        var id: String?
        var reference: String?
        var name: String?
        var magnitude: String?
        var diameterMin: String?
        var diameterMax: String?
        var isHazardous: TokenKind
        var isSentry: TokenKind
        var day: CalendarDate?
        var index: Int?
        var span: String
        var approaches: [Approach]
    }

    struct Approach {
        var date: String?
        var dateFull: String?
        var epoch: Int64?
        var kps: String?
        var kph: String?
        var au: String?
        var lunar: String?
        var kilometers: String?
        var body: String?
    }

    var summary: ScanSummary
    var objects: [Object]

    /// Scans a body, or throws the scanner's error.
    static func scan(_ text: String) throws(ScanError) -> Scanned { try scan(Array(text.utf8)) }

    static func scan(_ bytes: [UInt8]) throws(ScanError) -> Scanned {
        let buffer = BodyBuffer(bytes)
        return try scan(buffer)
    }

    static func scan(_ buffer: borrowing BodyBuffer) throws(ScanError) -> Scanned {
        try buffer.withBytes { body throws(ScanError) in
            var sink = Sink()
            let summary = try BodyScanner.scan(body, into: &sink)
            return Scanned(summary: summary, objects: sink.objects)
        }
    }

    /// The error of a body that must have one; nil where it is accepted.
    static func error(_ text: String) -> ScanError? { error(Array(text.utf8)) }

    static func error(_ bytes: [UInt8]) -> ScanError? { error(in: BodyBuffer(bytes)) }

    static func error(in buffer: borrowing BodyBuffer) -> ScanError? {
        do throws(ScanError) {
            _ = try scan(buffer)
            return nil
        } catch {
            return error
        }
    }

    private struct Sink: ObjectSink {
        var objects: [Object] = []

        mutating func take(_ object: borrowing ScannedObject, at place: borrowing ObjectPath, in body: BodyBytes) {
            objects.append(
                Object(
                    id: body.optionalText(object.id), reference: body.optionalText(object.neoReferenceID),
                    name: body.optionalText(object.name),
                    magnitude: body.optionalText(object.absoluteMagnitude),
                    diameterMin: body.optionalText(object.diameterMin),
                    diameterMax: body.optionalText(object.diameterMax), isHazardous: object.isPotentiallyHazardous.kind,
                    isSentry: object.isSentryObject.kind, day: place.day, index: place.index,
                    span: body.text(object.span),
                    approaches: object.approaches.map { approach in
                        Approach(
                            date: body.optionalText(approach.date), dateFull: body.optionalText(approach.dateFull),
                            epoch: body.integer(approach.epoch),
                            kps: body.optionalText(approach.kilometersPerSecond),
                            kph: body.optionalText(approach.kilometersPerHour),
                            au: body.optionalText(approach.astronomical), lunar: body.optionalText(approach.lunar),
                            kilometers: body.optionalText(approach.kilometers),
                            body: body.optionalText(approach.orbitingBody))
                    }))
        }
    }
}

extension ScanError.Problem {
    /// The kind of problem, without its words.
    var kind: String {
        switch self {
        case .truncated: "truncated"
        case .syntax: "syntax"
        case .encoding: "encoding"
        case .duplicateKey: "duplicateKey"
        case .wrongType: "wrongType"
        case .errorEnvelope: "errorEnvelope"
        case .notNeoWs: "notNeoWs"
        }
    }
}
