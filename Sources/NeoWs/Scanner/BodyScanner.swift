import NearEarth

/// Reads a NeoWs body (feed, page of the catalogue or lookup) front to back and hands each object to a sink.
///
/// Nothing of the document is kept but the one object under way. Key order, white space, escapes, unknown keys, absent
/// and null values are all as NeoWs may send them; what is not a NeoWs response is a `ScanError` with offset and path.
public struct BodyScanner {
    private var cursor: JSONCursor
    private let body: BodyBytes
    private var object = ScannedObject()
    private var summary = ScanSummary(shape: .lookup)
    /// Value of `near_earth_objects`, once seen; its kind tells feed from catalogue.
    private var listKind = TokenKind.absent
    private var errorText = Token.absent
    private var days: [Token] = []

    private init(_ body: BodyBytes) {
        self.body = body
        self.cursor = JSONCursor(body)
    }

    /// Scans `body`, each object into `sink`, and returns what the body said of itself.
    public static func scan(_ body: BodyBytes, into sink: inout some ObjectSink) throws(ScanError) -> ScanSummary {
        if let offset = body.firstInvalidOffset {
            throw ScanError(problem: .encoding, offset: offset, path: JSONPath.locate(offset: offset, in: body))
        }
        var scanner = BodyScanner(body)
        do throws(JSONCursor.Fault) {
            return try scanner.document(&sink)
        } catch {
            throw ScanError(
                problem: error.problem, offset: error.offset, path: JSONPath.locate(offset: error.offset, in: body))
        }
    }

    /// What a body says of itself, and whether it is whole and valid.
    public static func summary(of buffer: borrowing BodyBuffer) throws(ScanError) -> ScanSummary {
        try buffer.withBytes { bytes throws(ScanError) in
            var nothing = NoSink()
            return try scan(bytes, into: &nothing)
        }
    }

    private struct NoSink: ObjectSink {
        mutating func take(_: borrowing ScannedObject, at _: borrowing ObjectPath, in _: BodyBytes) {}
    }

    // MARK: The document

    private mutating func document(_ sink: inout some ObjectSink) throws(JSONCursor.Fault) -> ScanSummary {
        cursor.skipSpace()
        guard body.count > cursor.at else { throw cursor.fault(.truncated) }
        try expect(.object, "an object")
        let start = cursor.at
        var walk = try cursor.enterObject()
        while let (key, _) = try cursor.nextKey(&walk) {
            switch key {
            case .nearEarthObjects: try list(&sink)
            case .elementCount: summary.elementCount = try count()
            case .page: try page()
            case .error, .errorMessage, .httpError:
                let value = try cursor.value()
                if errorText.kind == .absent || key == .errorMessage { errorText = value }
            default: try objectField(key)
            }
        }
        object.span = Token(kind: .object, start: start, end: cursor.at)
        try cursor.expectEnd()
        switch listKind {
        case .object: summary.shape = .feed
        case .array: summary.shape = .page
        default:
            guard errorText.kind == .absent else {
                throw cursor.fault(.errorEnvelope(String(body.text(errorText).prefix(300))), at: errorText.start)
            }
            guard object.approachData.kind != .absent, !object.anyID.isMissing else {
                throw cursor.fault(.notNeoWs("neither near_earth_objects nor an object's fields in it"), at: start)
            }
            summary.shape = .lookup
            summary.objects = 1
            summary.spkID = body.text(object.anyID)
            sink.take(object, at: ObjectPath(), in: body)
        }
        return summary
    }

    /// A number of things; nil for null, which NeoWs uses for "not known".
    private mutating func count() throws(JSONCursor.Fault) -> Int? {
        let token = try cursor.value()
        if token.kind == .null { return nil }
        guard let number = body.integer(token), number >= 0 else {
            throw cursor.fault(.wrongType(expected: "a whole number", found: token.kind.noun), at: token.start)
        }
        return Int(number)
    }

    private mutating func page() throws(JSONCursor.Fault) {
        guard try cursor.peekKind() == .object else {
            _ = try cursor.value()
            return
        }
        var walk = try cursor.enterObject()
        while let (key, _) = try cursor.nextKey(&walk) {
            switch key {
            case .totalPages: summary.totalPages = try count()
            case .number: summary.pageNumber = try count()
            default: _ = try cursor.value()
            }
        }
    }

    private mutating func list(_ sink: inout some ObjectSink) throws(JSONCursor.Fault) {
        listKind = try cursor.peekKind()
        switch listKind {
        case .array:
            summary.objects = try objects(&sink, ObjectPath())
        case .object:
            var walk = try cursor.enterObject()
            while let (key, token) = try cursor.nextKey(&walk) {
                guard key == .other, let day = body.date(token) else {
                    let found = "\"\(body.text(token).prefix(40))\""
                    throw cursor.fault(.wrongType(expected: "a day YYYY-MM-DD as key", found: found), at: token.start)
                }
                let count = try objects(&sink, ObjectPath(dayKey: token, day: day))
                summary.days.append(.init(date: day, listed: count))
                summary.objects += count
            }
        default: throw cursor.fault(.wrongType(expected: "an object or an array", found: listKind.noun))
        }
    }

    private mutating func objects(_ sink: inout some ObjectSink, _ start: ObjectPath) throws(JSONCursor.Fault) -> Int {
        try expect(.array, "an array of objects")
        var position = start
        var index = 0
        var walk = try cursor.enterArray()
        while try cursor.nextElement(&walk) {
            try expect(.object, "an object")
            object.reset()
            let begin = cursor.at
            var fields = try cursor.enterObject()
            while let (key, _) = try cursor.nextKey(&fields) { try objectField(key) }
            object.span = Token(kind: .object, start: begin, end: cursor.at)
            position.index = index
            sink.take(object, at: position, in: body)
            index += 1
        }
        // So that a list behind which more keys follow is not taken for a lookup's fields.
        object.reset()
        return index
    }

    // MARK: An object

    @inline(__always)
    private mutating func objectField(_ key: Key) throws(JSONCursor.Fault) {
        switch key {
        case .id: object.id = try cursor.value()
        case .neoReferenceID: object.neoReferenceID = try cursor.value()
        case .name: object.name = try cursor.value()
        case .designation: object.designation = try cursor.value()
        case .absoluteMagnitudeH: object.absoluteMagnitude = try cursor.value()
        case .estimatedDiameter: try diameter()
        case .isPotentiallyHazardous: object.isPotentiallyHazardous = try cursor.value()
        case .isSentryObject: object.isSentryObject = try cursor.value()
        case .orbitalData: object.orbitalData = try cursor.value()
        case .closeApproachData: try approachList()
        default: _ = try cursor.value()
        }
    }

    private mutating func diameter() throws(JSONCursor.Fault) {
        guard try cursor.peekKind() == .object else {
            object.diameterProblem = try cursor.value()
            return
        }
        var walk = try cursor.enterObject()
        while let (key, _) = try cursor.nextKey(&walk) {
            guard key == .kilometers, try cursor.peekKind() == .object else {
                _ = try cursor.value()
                continue
            }
            var inner = try cursor.enterObject()
            while let (bound, _) = try cursor.nextKey(&inner) {
                switch bound {
                case .diameterMin: object.diameterMin = try cursor.value()
                case .diameterMax: object.diameterMax = try cursor.value()
                default: _ = try cursor.value()
                }
            }
        }
    }

    private mutating func approachList() throws(JSONCursor.Fault) {
        let start = cursor.at
        guard try cursor.peekKind() == .array else {
            object.approachData = try cursor.value()
            return
        }
        var walk = try cursor.enterArray()
        while try cursor.nextElement(&walk) {
            object.approaches.append(try approach())
        }
        object.approachData = Token(kind: .array, start: start, end: cursor.at)
    }

    private mutating func approach() throws(JSONCursor.Fault) -> ScannedApproach {
        var approach = ScannedApproach()
        guard try cursor.peekKind() == .object else {
            approach.span = try cursor.value()
            return approach
        }
        let start = cursor.at
        var walk = try cursor.enterObject()
        while let (key, _) = try cursor.nextKey(&walk) {
            switch key {
            case .closeApproachDate: approach.date = try cursor.value()
            case .closeApproachDateFull: approach.dateFull = try cursor.value()
            case .epoch: approach.epoch = try cursor.value()
            case .orbitingBody: approach.orbitingBody = try cursor.value()
            case .relativeVelocity, .missDistance: try figures(key, &approach)
            default: _ = try cursor.value()
            }
        }
        approach.span = Token(kind: .object, start: start, end: cursor.at)
        return approach
    }

    /// Reads the figures of a relative velocity or a miss distance.
    private mutating func figures(_ parent: Key, _ approach: inout ScannedApproach) throws(JSONCursor.Fault) {
        guard try cursor.peekKind() == .object else {
            let value = try cursor.value()
            if parent == .missDistance { approach.kilometers = value } else { approach.kilometersPerSecond = value }
            return
        }
        var walk = try cursor.enterObject()
        while let (key, _) = try cursor.nextKey(&walk) {
            let value = try cursor.value()
            switch (parent, key) {
            case (.relativeVelocity, .kilometersPerSecond): approach.kilometersPerSecond = value
            case (.relativeVelocity, .kilometersPerHour): approach.kilometersPerHour = value
            case (.missDistance, .kilometers): approach.kilometers = value
            case (.missDistance, .astronomical): approach.astronomical = value
            case (.missDistance, .lunar): approach.lunar = value
            default: break
            }
        }
    }

    private func expect(_ kind: TokenKind, _ expected: String) throws(JSONCursor.Fault) {
        let found = try cursor.peekKind()
        guard found == kind else { throw cursor.fault(.wrongType(expected: expected, found: found.noun)) }
    }
}
