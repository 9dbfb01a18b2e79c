import NearEarth
import NeoWs

/// Judges each object that the scanner finds, and turns the good approaches into lines and rows.
struct RecordSink: ObjectSink {
    let output: EmbeddedEngine.Output
    private var check: RecordCheck
    private(set) var csv: [UInt8] = []
    private(set) var rows = ApproachRows()
    private(set) var orbits: [ObjectOrbit] = []
    private(set) var rejected: [RejectedRecord] = []
    private(set) var records = 0
    private(set) var rejectedRecords = 0

    init(body: BodyBytes, output: EmbeddedEngine.Output) {
        self.output = output
        check = RecordCheck(body: body)
        // A processed line is about an eighth of its record in a feed.
        csv.reserveCapacity(body.count / 6)
    }

    mutating func take(_ object: borrowing ScannedObject, at place: borrowing ObjectPlace, in body: BodyBytes) {
        check.reset()
        check.object(object)
        guard check.violations.isEmpty else {
            records += max(1, object.approaches.count)
            rejectedRecords += max(1, object.approaches.count)
            reject(object, path: place.path(in: body), recordPath: place.path(in: body), body)
            return
        }
        for index in object.approaches.indices {
            let approach = object.approaches[index]
            records += 1
            check.approach(approach, feedDay: place.day)
            guard check.violations.isEmpty else {
                rejectedRecords += 1
                let path = "\(place.path(in: body)).close_approach_data[\(index)]"
                reject(object, path: path, recordPath: path, body)
                check.reset()
                continue
            }
            let start = csv.count
            ProcessedCSV.append(object, approach, of: body, to: &csv)
            if output == .rows { append(object, approach, source: place.day == nil ? .lookup : .feed, record: csv[start...], body) }
            csv.append(0x0D)
            csv.append(0x0A)
        }
        if output == .rows, object.orbitalData.kind == .object {
            orbits.append(
                ObjectOrbit(
                    id: body.text(object.id.isMissing ? object.neoReferenceID : object.id), name: body.text(object.name),
                    designation: body.optionalText(object.designation), elements: OrbitScanner.elements(object.orbitalData, in: body)))
        }
    }

    /// The values of `ApproachRows.columns`.
    private mutating func append(
        _ object: borrowing ScannedObject, _ approach: borrowing ScannedApproach, source: Batch.Source, record: ArraySlice<UInt8>, _ body: BodyBytes
    ) {
        append(object.id.isMissing ? object.neoReferenceID : object.id, body)
        append(object.neoReferenceID.isMissing ? object.id : object.neoReferenceID, body)
        append(object.name, body)
        append(object.absoluteMagnitude, body)
        append(flag: object.isPotentiallyHazardous)
        append(object.diameterMax, body)
        append(object.diameterMin, body)
        append(approach.dateFull, body)
        append(approach.kilometersPerSecond, body)
        append(approach.kilometers, body)
        append(approach.orbitingBody, body)
        append(approach.date, body)
        append(flag: object.isSentryObject)
        append(approach.epoch, body)
        append(approach.astronomical, body)
        rows.append { $0 += source.rawValue.utf8 }
        rows.append { $0 += record }
        rows.endRow()
    }

    private mutating func append(_ token: Token, _ body: BodyBytes) {
        if token.isMissing { rows.appendNull() } else { rows.append { body.append(token, to: &$0) } }
    }

    private mutating func append(flag token: Token) {
        if token.isMissing { rows.appendNull() } else { rows.append { $0.append(UInt8(ascii: token.kind == .true ? "1" : "0")) } }
    }

    private mutating func reject(_ object: borrowing ScannedObject, path: String, recordPath: String, _ body: BodyBytes) {
        let identity = [object.id, object.neoReferenceID].first { $0.isString }.map { String(body.text($0).unicodeScalars.prefix(20)) }
        let record = String(body.text(object.span).unicodeScalars.prefix(RejectedRecord.maximumRecord))
        for violation in check.violations {
            rejected.append(
                RejectedRecord(
                    rule: violation.rule, path: violation.field.isEmpty ? path : "\(path).\(violation.field)", recordPath: recordPath,
                    value: violation.token.kind == .absent ? "" : String(body.text(violation.token).unicodeScalars.prefix(RejectedRecord.maximumValue)),
                    reason: violation.reason,
                    spkID: identity, record: record))
        }
    }
}

extension ObjectPlace {
    /// JSON path of the object.
    func path(in body: BodyBytes) -> String {
        guard let index else { return "$" }
        return dayKey.kind == .absent ? "$.near_earth_objects[\(index)]" : "$.near_earth_objects[\"\(body.text(dayKey))\"][\(index)]"
    }
}
