/// What tells one approach from another: the object, the body it passes and the day.
public struct ApproachKey: Sendable, Hashable {
    /// JPL SPK-ID.
    public var id: String
    /// The body approached: `Earth`, `Venus`, ...
    public var orbitingBody: String
    /// The day of the approach (TDB).
    public var date: CalendarDate

    /// A key from its parts.
    public init(id: String, orbitingBody: String, date: CalendarDate) {
        self.id = id
        self.orbitingBody = orbitingBody
        self.date = date
    }
}

extension ApproachKey: Comparable {
    /// By day, then SPK-ID, then body: the order of the content hash.
    public static func < (left: ApproachKey, right: ApproachKey) -> Bool {
        (left.date, left.id, left.orbitingBody) < (right.date, right.id, right.orbitingBody)
    }
}

extension ApproachKey: CustomStringConvertible {
    /// `3989676 Earth 2020-02-04`
    public var description: String { "\(id) \(orbitingBody) \(date)" }
}
