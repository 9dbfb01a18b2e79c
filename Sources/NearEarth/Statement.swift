/// What one answer says under a version of the rules: a pure function of its bytes.
public struct Statement: Sendable, Codable {
    /// The three kinds of answer: `/feed`, objects by day; `/neo/{id}`, one object; `/neo/browse`, a page of objects.
    public enum Kind: String, Sendable, Codable {
        case feed, lookup, page
    }

    /// What kind of answer it is.
    public var kind = Kind.feed
    /// The object that a lookup is of; nil for the others.
    public var spkID: String?
    /// The feed's days and how many objects each lists, in the body's order. The statement speaks of these days and no
    /// others.
    public var days: [ListedDay] = []
    /// The objects that a lookup or a page of the catalog shows, by SPK-ID: it speaks of all their approaches.
    public var objects: [String] = []
    /// The page's own number; nil where it has none.
    public var page: Int?
    /// The body's own `element_count`; nil where it has none.
    public var elementCount: Int?
    /// Objects listed.
    public var listed = 0
    /// Records held against the rules.
    public var records = 0
    /// Those of them that broke one.
    public var rejectedRecords = 0
    /// The approaches.
    public var rows = ApproachRows()
    /// Orbits of a lookup's or a page's objects.
    public var orbits: [ObjectOrbit] = []
    /// What was wrong with the rejected records.
    public var rejected: [RejectedRecord] = []
    /// Whose approaches the statement may list without our being able to read them.
    public var unreadable = Unreadable()

    /// A day of a feed.
    public struct ListedDay: Sendable, Hashable, Codable {
        /// The day.
        public var date: CalendarDate
        /// Objects listed.
        public var listed: Int

        /// A day and how many objects it lists.
        public init(date: CalendarDate, listed: Int) {
            self.date = date
            self.listed = listed
        }
    }

    /// Records that could not be read: an approach may be among them, so that its absence says nothing.
    public struct Unreadable: Sendable, Hashable, Codable {
        /// SPK-IDs of such records.
        public var ids: Set<String> = []
        /// Whether one does not even say whose it is.
        public var hasAnonymous = false

        /// None.
        public init() {}

        /// Whether there is none.
        public var isEmpty: Bool { ids.isEmpty && !hasAnonymous }
        /// Whether an approach of this object may be among them.
        public func mayHold(_ id: String) -> Bool { hasAnonymous || ids.contains(id) }
    }

    /// A statement that says nothing yet.
    public init() {}

    /// Everything but the rows, which have a form of their own.
    private enum CodingKeys: String, CodingKey {
        case kind, spkID, days, objects, page, elementCount, listed, records, rejectedRecords, orbits, rejected,
            unreadable
    }
}

/// A record that was not published, and why.
public struct RejectedRecord: Sendable, Hashable, Codable {
    /// Name of the rule it breaks.
    public var rule: String
    /// JSON path of the offending value in the raw body.
    public var path: String
    /// JSON path of the record: of the object, of one of its approaches, or of its orbit. Violations of one record
    /// share it.
    public var recordPath: String
    /// The offending value, control characters escaped as in JSON, at most 200 Unicode scalars; empty where there is
    /// none.
    public var value: String
    /// What is wrong with it.
    public var reason: String
    /// SPK-ID, where the record gives one.
    public var spkID: String?
    /// The feed's day that lists it; nil outside of a feed.
    public var day: CalendarDate?
    /// The object as it stands in the body, at most 16,384 Unicode scalars.
    public var record: String

    /// Bound of `value`, Unicode scalars: what a database counts as characters.
    public static let maximumValue = 200
    /// Bound of `record`.
    public static let maximumRecord = 16_384

    /// A rejected record from its parts.
    public init(
        rule: String, path: String, recordPath: String, value: String, reason: String, spkID: String?,
        day: CalendarDate?, record: String
    ) {
        self.rule = rule
        self.path = path
        self.recordPath = recordPath
        self.value = value
        self.reason = reason
        self.spkID = spkID
        self.day = day
        self.record = record
    }
}

extension RejectedRecord: CustomStringConvertible {
    /// Path, rule, reason and value in a line.
    public var description: String { "\(path): \(rule): \(reason) (value \(value.isEmpty ? "absent" : value))" }
}

/// Texts that may hold anything, made safe for a terminal, a log and a database: NUL is refused by PostgreSQL and ends
/// a text in SQLite.
public enum PlainText {
    /// Whether a character is one of C0, DEL or C1.
    public static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }

    /// Whether a character prints nothing of its own, and may change how others are shown: a control, a direction of
    /// writing, a zero width, a separator of lines.
    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// The text with each control character written as JSON would, `\u0000`.
    public static func escaped(_ text: String) -> String { escaped(text, where: isControl) }

    /// The text as a terminal may show it: no character in it is invisible or moves others, `\u202e`.
    public static func visible(_ text: String) -> String { escaped(text, where: isUnprintable) }

    private static func escaped(_ text: String, where isEscaped: (Unicode.Scalar) -> Bool) -> String {
        guard text.unicodeScalars.contains(where: isEscaped) else { return text }
        var plain = ""
        for scalar in text.unicodeScalars {
            if isEscaped(scalar) {
                plain += "\\u" + zeroPadded(Int(scalar.value), 4, radix: 16)
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }
}
