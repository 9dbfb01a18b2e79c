/// The rules that records and batches are held against.
public enum Rules {
    /// Their version. A body that was judged under an earlier one is judged again by `perigee replay`. 1: up to the
    /// first evidence log. 2: control characters, orbits, what an answer may take back, whose answer it is.
    public static let version = 2
    /// The first version whose verdicts are landed.
    public static let firstWithVerdicts = 2
}

/// What each record has to fulfill. A record that breaks a rule goes to quarantine; the rest of its body is published.
public enum RecordRule: String, Sendable, CaseIterable {
    /// `id` and `neo_reference_id` are the same SPK-ID, and one of them at least is there (bodies before 2018 have no
    /// `id`).
    case identity
    /// The fields without which a row means nothing are there: name, hazard flag, date, speed, distance, body.
    case fieldRequired = "field-required"
    /// Each field has the type NeoWs documents; numbers may be strings where NeoWs writes them so.
    case fieldType = "field-type"
    /// Each value is possible, and fits its column.
    case fieldRange = "field-range"
    /// Texts have no control characters: databases refuse NUL, and terminals obey the others.
    case controlCharacters = "control-characters"
    /// `close_approach_date` = UTC date of the epoch = the day of the full date = the feed's key.
    case dateCoherent = "date-coherent"
    /// km = au × 149,597,870.0 and lunar = au × 389.
    case distanceUnits = "distance-units"
    /// km/h = 3600 × km/s.
    case velocityUnits = "velocity-units"
    /// Diameters are those of H for albedos of 0.25 and 0.05.
    case diameterFromH = "diameter-from-h"
}
