public import Foundation
public import NearEarth

/// Which changes are wanted.
public struct ChangeFilter: Sendable {
    /// Their kinds; none for all.
    public var kinds: Set<ApproachChange.Kind>
    /// Nearer than so many lunar distances, before or after.
    public var within: Double?
    /// The distance moves by so many lunar distances or more.
    public var minShift: Double?

    /// A filter from its parts.
    public init(kinds: Set<ApproachChange.Kind> = [], within: Double? = nil, minShift: Double? = nil) {
        (self.kinds, self.within, self.minShift) = (kinds, within, minShift)
    }

    /// Whether a change is wanted.
    public func includes(_ change: ApproachChange) -> Bool {
        if !kinds.isEmpty, !kinds.contains(change.kind) { return false }
        let distances = [change.before, change.after].compactMap { $0?.lunarDistances }
        if let within, !distances.contains(where: { $0 <= within }) { return false }
        if let minShift, distances.count < 2 || abs(distances[1] - distances[0]) < minShift { return false }
        return true
    }
}

/// A change as it is told: what differs, and by how much; decimals are texts with NASA's digits.
public struct ChangeDetails: Encodable, Sendable {
    public var kind: ApproachChange.Kind
    public var run: RunID
    public var publishedAt: Date
    public var saidAt: Date
    public var file: String
    public var sha256: String
    public var id: String
    public var name: String
    public var orbitingBody: String
    /// The approach now, or as it was before it was retired; and the values of its columns.
    public let approach: CloseApproach
    public var columns: [String: String]
    /// The columns that differ, where there is an old and a new value.
    public var differences: [String: Difference] = [:]
    /// New less old; nil where there are not both.
    public var shift: Shift?

    /// A column's two values.
    public struct Difference: Encodable, Sendable {
        public var old: String?
        public var new: String?
    }

    /// Differences in the units of the columns, lunar distances and minutes.
    public struct Shift: Encodable, Sendable {
        public var missDistanceKm: Double?
        public var missDistanceLd: Double?
        public var minutes: Double?
        public var velocityKps: Double?
        public var absoluteMagnitudeH: Double?
        public var diameterKmMax: Double?
    }

    private enum CodingKeys: String, CodingKey {
        case kind, run, publishedAt, saidAt, file, sha256, id, name, orbitingBody, columns, differences, shift
    }

    /// What a change comes to.
    public init(_ change: ApproachChange) {
        kind = change.kind
        (run, publishedAt, saidAt) = (change.run, change.publishedAt, change.saidAt)
        (file, sha256) = (change.file, change.sha256)
        approach = change.approach
        (id, name, orbitingBody) = (approach.id, approach.name, approach.orbitingBody)
        let stated = zip(ApproachColumn.export, approach.facts.values ?? [])
        columns = Dictionary(stated.compactMap { column, value in value.map { (column.name, $0) } }) { first, _ in first
        }
        guard let before = change.before, let after = change.after else { return }
        let values = zip(before.facts.values ?? [], after.facts.values ?? [])
        for (column, (old, new)) in zip(ApproachColumn.export, values) where old != new {
            differences[column.name] = Difference(old: old, new: new)
        }
        func difference(_ value: (CloseApproach) -> String?) -> Double? {
            guard let old = value(before).flatMap(Double.init), let new = value(after).flatMap(Double.init) else {
                return nil
            }
            return new - old
        }
        let kilometers = difference(\.missDistanceKilometers)
        shift = Shift(
            missDistanceKm: kilometers, missDistanceLd: kilometers.map { $0 / Units.kilometersPerLunarDistance },
            minutes: difference { $0.epochMilliseconds.map(String.init) }.map { $0 / 60_000 },
            velocityKps: difference(\.velocityKilometersPerSecond),
            absoluteMagnitudeH: difference(\.absoluteMagnitude), diameterKmMax: difference(\.diameterMaxKilometers))
    }
}
