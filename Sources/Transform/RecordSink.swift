import NearEarth
import NeoWs

/// Judges each object that the scanner finds, and turns the good approaches into lines and rows.
struct RecordSink: ObjectSink {
    let output: EmbeddedEngine.Output
    private var check: RecordCheck
    private(set) var csv: [UInt8] = []
    private(set) var statement = Statement()

    init(body: BodyBytes, output: EmbeddedEngine.Output) {
        self.output = output
        check = RecordCheck(body: body)
        // A processed line is about an eighth of its record in a feed.
        csv.reserveCapacity(body.count / 6)
    }

    mutating func take(_ object: borrowing ScannedObject, at position: borrowing ObjectPath, in body: BodyBytes) {
        check.object(object)
        guard check.violations.isEmpty else {
            return reject(object, position.text(in: body), position, body, weight: max(1, object.approaches.count))
        }
        for index in object.approaches.indices {
            let approach = object.approaches[index]
            check.approach(approach, feedDay: position.day)
            guard check.violations.isEmpty else {
                reject(object, "\(position.text(in: body)).close_approach_data[\(index)]", position, body, weight: 1)
                continue
            }
            statement.records += 1
            let start = csv.count
            ProcessedCSV.append(object, approach, of: body, to: &csv)
            if output == .rows { append(object, approach, record: csv[start...], body) }
            csv.append(0x0D)
            csv.append(0x0A)
        }
        if output == .rows, position.day == nil { shown(object, position, body) }
    }

    /// An object of a lookup or of a page: the statement is about it, and has its orbit where there is one that keeps
    /// the rules.
    private mutating func shown(_ object: borrowing ScannedObject, _ position: borrowing ObjectPath, _ body: BodyBytes)
    {
        let id = body.text(object.anyID)
        statement.objects.append(id)
        guard object.orbitalData.kind == .object else { return }
        let elements = OrbitScanner.elements(object.orbitalData, in: body)
        check.orbit(elements, object)
        guard check.violations.isEmpty else {
            return reject(object, "\(position.text(in: body)).orbital_data", position, body, weight: 1, isOrbit: true)
        }
        statement.orbits.append(
            ObjectOrbit(
                id: id, name: body.text(object.name), designation: body.optionalText(object.designation),
                elements: elements.mapValues { body.text($0) }))
    }

    private mutating func append(
        _ object: borrowing ScannedObject, _ approach: borrowing ScannedApproach, record: ArraySlice<UInt8>,
        _ body: BodyBytes
    ) {
        for column in ApproachColumn.allCases {
            let token = column.token(object, approach)
            switch token.kind {
            case _ where column == .record: statement.rows.append { $0 += record }
            case .absent, .null: statement.rows.appendNull()
            case .true, .false: statement.rows.append { $0.append(UInt8(ascii: token.kind == .true ? "1" : "0")) }
            default: statement.rows.append { body.append(token, to: &$0) }
            }
        }
        statement.rows.endRow()
    }

    /// Counts a record, and keeps what was wrong with it.
    private mutating func reject(
        _ object: borrowing ScannedObject, _ path: String, _ position: borrowing ObjectPath, _ body: BodyBytes,
        weight: Int, isOrbit: Bool = false
    ) {
        statement.records += weight
        statement.rejectedRecords += weight
        let identity = [object.id, object.neoReferenceID].first { $0.isString }.map { Self.bounded(body.text($0), 20) }
        let record = Self.bounded(body.text(object.span), RejectedRecord.maximumRecord)
        if !isOrbit {
            if let identity {
                statement.unreadable.ids.insert(identity)
            } else {
                statement.unreadable.hasAnonymous = true
            }
        }
        for violation in check.violations {
            statement.rejected.append(
                RejectedRecord(
                    rule: violation.rule.rawValue, path: violation.field.isEmpty ? path : "\(path).\(violation.field)",
                    recordPath: path,
                    value: violation.token.kind == .absent
                        ? "" : Self.bounded(body.text(violation.token), RejectedRecord.maximumValue),
                    reason: PlainText.escaped(violation.reason), spkID: identity, day: position.day, record: record))
        }
        check.reset()
    }

    private static func bounded(_ text: String, _ maximum: Int) -> String {
        String(PlainText.escaped(String(text.unicodeScalars.prefix(maximum))).unicodeScalars.prefix(maximum))
    }
}

extension ObjectPath {
    /// JSON path of the object.
    func text(in body: BodyBytes) -> String {
        guard let index else { return "$" }
        return dayKey.kind == .absent
            ? "$.near_earth_objects[\(index)]" : "$.near_earth_objects[\"\(body.text(dayKey))\"][\(index)]"
    }
}
