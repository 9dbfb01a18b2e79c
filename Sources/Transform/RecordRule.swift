/// What each record has to fulfil. A record that breaks a rule goes to quarantine; the rest of its body is published.
public enum RecordRule: String, Sendable, CaseIterable {
    /// `id` and `neo_reference_id` are the same SPK-ID, and one of them at least is there (bodies before 2018 have no `id`).
    case identity
    /// The fields without which a row means nothing are there: name, hazard flag, date, speed, distance, body.
    case fieldRequired = "field-required"
    /// Each field has the type NeoWs documents; numbers may be strings where NeoWs writes them so.
    case fieldType = "field-type"
    /// Each value is possible, and fits its column.
    case fieldRange = "field-range"
    /// `close_approach_date` = UTC date of the epoch = the day of the full date = the feed's key.
    case dateCoherent = "date-coherent"
    /// km = au × 149,597,870.0 and lunar = au × 389.
    case distanceUnits = "distance-units"
    /// km/h = 3600 × km/s.
    case velocityUnits = "velocity-units"
    /// Diameters are those of H for albedos of 0.25 and 0.05.
    case diameterFromH = "diameter-from-h"
}

/// A record that was not published, and why.
public struct RejectedRecord: Sendable, Hashable {
    /// The rule it breaks.
    public var rule: RecordRule
    /// JSON path of the offending value in the raw body.
    public var path: String
    /// JSON path of the record: of the object, or of one of its approaches. Violations of one record share it.
    public var recordPath: String
    /// The offending value as it stands in the body, at most 200 Unicode scalars (what a database counts as characters); empty where
    /// there is none.
    public var value: String
    /// What is wrong with it.
    public var reason: String
    /// SPK-ID, where the record gives one.
    public var spkID: String?
    /// The object as it stands in the body, at most 16,384 Unicode scalars.
    public var record: String

    /// Bounds of `value` and `record`, Unicode scalars.
    static let maximumValue = 200
    /// Bound of `record`.
    static let maximumRecord = 16_384

    /// A rejected record from its parts.
    public init(rule: RecordRule, path: String, recordPath: String, value: String, reason: String, spkID: String?, record: String) {
        self.rule = rule
        self.path = path
        self.recordPath = recordPath
        self.value = value
        self.reason = reason
        self.spkID = spkID
        self.record = record
    }
}

extension RejectedRecord: CustomStringConvertible {
    /// Path, rule, reason and value in a line.
    public var description: String {
        "\(path): \(rule.rawValue): \(reason) (value \(value.isEmpty ? "absent" : value))"
    }
}
