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
    /// The run that published it.
    public var run: RunID?

    /// A filter from its parts.
    public init(
        kinds: Set<ApproachChange.Kind> = [], within: Double? = nil, minShift: Double? = nil, run: RunID? = nil
    ) {
        (self.kinds, self.within, self.minShift, self.run) = (kinds, within, minShift, run)
    }

    /// Whether a change is wanted.
    public func includes(_ change: ApproachChange) -> Bool {
        if !kinds.isEmpty, !kinds.contains(change.kind) { return false }
        if let run, change.run != run { return false }
        let distances = [change.before, change.after].compactMap { $0?.lunarDistances }
        if let within, !distances.contains(where: { $0 <= within }) { return false }
        if let minShift, distances.count < 2 || abs(distances[1] - distances[0]) < minShift { return false }
        return true
    }
}

/// A change as it is told: what differs, and by how much; decimals are texts with NASA's digits.
public struct ChangeDetails: Encodable, Sendable {
    /// What kind of change.
    public var kind: ApproachChange.Kind
    /// The run that published it.
    public var run: RunID
    /// When it was published.
    public var publishedAt: Date
    /// When NASA gave the answer that says so.
    public var saidAt: Date
    /// That answer's landed file.
    public var file: String
    /// SHA-256 of its body.
    public var sha256: String
    /// SPK-ID.
    public var id: String
    /// Name or designation.
    public var name: String
    /// The body approached.
    public var orbitingBody: String
    /// The approach now, or as it was before it was retired.
    public let approach: CloseApproach
    /// The values of the approach's columns, as it is since, or as it was before it was retired.
    public var columns: [String: String]
    /// The columns that differ, where there is an old and a new value.
    public var differences: [String: Difference] = [:]
    /// New less old; nil where there are not both.
    public var shift: Shift?

    /// A column's two values.
    public struct Difference: Encodable, Sendable {
        /// The value before; nil for none.
        public var old: String?
        /// The value since; nil for none.
        public var new: String?
    }

    /// Differences in the units of the columns, lunar distances and minutes.
    public struct Shift: Encodable, Sendable {
        /// Distance (km).
        public var missDistanceKm: Double?
        /// Distance (lunar distances).
        public var missDistanceLd: Double?
        /// Instant (minutes).
        public var minutes: Double?
        /// Speed (km/s).
        public var velocityKps: Double?
        /// H (mag).
        public var absoluteMagnitudeH: Double?
        /// Largest diameter (km).
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
