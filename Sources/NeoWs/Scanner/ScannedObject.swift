public import NearEarth

/// One near-Earth object as it stands in a body: where each of its values is, none of them judged yet.
public struct ScannedObject {
    /// The whole object, braces included.
    public var span = Token.absent
    /// SPK-ID, a string; absent before 2018.
    public var id = Token.absent
    /// SPK-ID, a string.
    public var neoReferenceID = Token.absent
    /// Name or designation.
    public var name = Token.absent
    /// Designation, where the body gives it by itself.
    public var designation = Token.absent
    /// H (mag), a number.
    public var absoluteMagnitude = Token.absent
    /// Kilometres.
    public var diameterMin = Token.absent
    /// Kilometres.
    public var diameterMax = Token.absent
    /// The value of `estimated_diameter`, when it is not an object.
    public var diameterProblem = Token.absent
    /// The PHA flag.
    public var isPotentiallyHazardous = Token.absent
    /// The Sentry flag.
    public var isSentryObject = Token.absent
    /// The value of `orbital_data`, whole.
    public var orbitalData = Token.absent
    /// The value of `close_approach_data`, whole.
    public var approachData = Token.absent
    /// Its elements.
    public var approaches: [ScannedApproach] = []

    /// The SPK-ID under the one name or the other.
    public var anyID: Token { id.isMissing ? neoReferenceID : id }

    mutating func reset() {
        approaches.removeAll(keepingCapacity: true)
        self = ScannedObject(approaches: approaches)
    }
}

/// One element of `close_approach_data` as it stands in a body.
public struct ScannedApproach {
    /// The whole element.
    public var span = Token.absent
    /// `YYYY-MM-DD`.
    public var date = Token.absent
    /// `2020-Feb-03 04:05`.
    public var dateFull = Token.absent
    /// Milliseconds since 1970.
    public var epoch = Token.absent
    /// Relative velocity (km/s), a string.
    public var kilometersPerSecond = Token.absent
    /// Relative velocity (km/h), a string.
    public var kilometersPerHour = Token.absent
    /// Miss distance (au), a string.
    public var astronomical = Token.absent
    /// Miss distance (lunar distances), a string.
    public var lunar = Token.absent
    /// Miss distance (km), a string.
    public var kilometers = Token.absent
    /// The body approached.
    public var orbitingBody = Token.absent
}

/// Where an object was listed: its day in a feed, its position in the list.
public struct ObjectPath {
    /// The feed's key that the object stands under; absent in a lookup or a page of the catalogue.
    public var dayKey = Token.absent
    /// That key as a date; nil outside a feed.
    public var day: CalendarDate?
    /// Zero-based place in its list; nil in a lookup, whose body is the object.
    public var index: Int?
}

/// Takes the objects of a body as the scanner comes by them.
public protocol ObjectSink {
    /// One object. Its tokens and `body` are valid during the call only.
    mutating func take(_ object: borrowing ScannedObject, at position: borrowing ObjectPath, in body: BodyBytes)
}

/// What a body said of itself.
public struct ScanSummary: Sendable, Equatable {
    /// Which of NeoWs's endpoints the body is from, by its keys.
    public var shape: Statement.Kind
    /// The feed's own `element_count`; nil where it has none.
    public var elementCount: Int?
    /// How many objects were listed.
    public var objects = 0
    /// The feed's days and how many objects each listed, in the body's order (NeoWs does not sort them).
    public var days: [Statement.ListedDay] = []
    /// The catalogue's `page.total_pages`.
    public var totalPages: Int?
    /// The catalogue's `page.number`, zero-based.
    public var pageNumber: Int?
    /// The SPK-ID of a lookup's object.
    public var spkID: String?

    /// The batch that a body like this answers: the window is the days it lists, which NeoWs does for empty ones too.
    /// Nil where it does not say.
    public var batch: Batch? {
        switch shape {
        case .feed:
            guard let first = days.map(\.date).min(), let last = days.map(\.date).max() else { return nil }
            return .feed(DateWindow(from: first, to: last))
        case .page: return pageNumber.map(Batch.browse)
        case .lookup: return spkID.map(Batch.lookup)
        }
    }
}
