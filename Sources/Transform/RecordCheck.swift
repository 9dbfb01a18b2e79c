import Foundation
import NearEarth
import NeoWs

/// Holds one record against the record rules.
///
/// Figures are compared as approximations: the rules ask whether NeoWs agrees with itself, to a tolerance far above the
/// error of a Double. What is published are the digits.
struct RecordCheck {
    /// Relative tolerance of the unit rules: bodies of 2015 carry distances in single precision (6e-8).
    static let unitTolerance = 1e-6
    /// NeoWs prints au with 10 decimals; for the nearest approaches that is the coarser bound.
    static let printedAU = 1e-10
    /// Relative tolerance of the diameters, printed with 10 decimals of a kilometre.
    static let diameterTolerance = 1e-5

    /// The days of the years 1 to 9999, counted from 1970-01-01.
    static let calendar = -719_162...2_932_896

    /// The days of the years 1000 to 9999: what a DATE of every store holds.
    private static let days = -354_285...2_932_896

    /// One violation, before it is put together with its record.
    struct Violation {
        let rule: RecordRule
        /// Field below the object or approach, dotted.
        let field: String
        let token: Token
        let reason: String
    }

    let body: BodyBytes
    private(set) var violations: [Violation] = []

    init(body: BodyBytes) {
        self.body = body
    }

    /// Forgets what was found.
    mutating func reset() {
        if !violations.isEmpty { violations.removeAll() }
    }

    private mutating func fail(_ rule: RecordRule, _ field: String, _ token: Token, _ reason: String) {
        violations.append(Violation(rule: rule, field: field, token: token, reason: reason))
    }

    private mutating func wrongType(_ field: String, _ token: Token, _ expected: String) {
        fail(.fieldType, field, token, "expected \(expected), found \(token.kind.noun)")
    }

    // MARK: The object

    mutating func object(_ object: borrowing ScannedObject) {
        identity(object)
        text(object.name, "name", maximum: 255)
        flag(object.isPotentiallyHazardous, "is_potentially_hazardous_asteroid", required: true)
        flag(object.isSentryObject, "is_sentry_object")
        if object.approachData.kind != .array {
            fail(
                object.approachData.isMissing ? .fieldRequired : .fieldType, "close_approach_data", object.approachData,
                "expected an array, found \(object.approachData.kind.noun)")
        }
        if !object.diameterProblem.isMissing { wrongType("estimated_diameter", object.diameterProblem, "an object") }
        let h = decimal(object.absoluteMagnitude, "absolute_magnitude_h", integerDigits: 4, range: -10...60)
        diameter(
            object.diameterMin, "estimated_diameter.kilometers.estimated_diameter_min", h,
            albedo: AbsoluteMagnitude.brightAlbedo)
        diameter(
            object.diameterMax, "estimated_diameter.kilometers.estimated_diameter_max", h,
            albedo: AbsoluteMagnitude.darkAlbedo)
    }

    private mutating func diameter(_ token: Token, _ field: String, _ h: Double?, albedo: Double) {
        guard let value = decimal(token, field, integerDigits: 9, range: 0...100_000), let h else { return }
        let expected = AbsoluteMagnitude.diameterKilometers(h: h, albedo: albedo)
        if abs(value - expected) > Self.diameterTolerance * expected + 1e-10 {
            fail(.diameterFromH, field, token, "H \(h) stands for \(expected) km")
        }
    }

    private mutating func identity(_ object: borrowing ScannedObject) {
        for (token, field) in [(object.id, "id"), (object.neoReferenceID, "neo_reference_id")] where !token.isMissing {
            let digits = token.isString ? body.text(token) : ""
            if !token.isString {
                wrongType(field, token, "an SPK-ID as a string")
            } else if digits.isEmpty || digits.utf8.count > 20 || !digits.utf8.allSatisfy({ (48...57).contains($0) }) {
                fail(.fieldRange, field, token, "an SPK-ID has 1 to 20 digits")
            }
        }
        if object.anyID.isMissing {
            fail(.identity, "id", object.id, "neither id nor neo_reference_id is there")
        } else if !object.id.isMissing, !object.neoReferenceID.isMissing, !body.same(object.id, object.neoReferenceID) {
            fail(.identity, "neo_reference_id", object.neoReferenceID, "differs from id \(body.text(object.id))")
        }
    }

    // MARK: The orbit

    /// The members of `orbital_data` that the store keeps. Others may hold anything.
    mutating func orbit(_ elements: [String: Token], _ object: borrowing ScannedObject) {
        if !object.designation.isMissing { text(object.designation, "designation", maximum: 255) }
        for name in ObjectOrbit.texts {
            guard let token = elements[name] else { continue }
            if token.isString {
                text(token, name, maximum: 255)
            } else if token.kind == .number, token.end - token.start > 255 {
                fail(.fieldRange, name, token, "longer than 255 characters")
            }
        }
        for (name, range) in ObjectOrbit.decimals {
            guard let token = elements[name] else { continue }
            _ = decimal(token, name, integerDigits: 20, range: range)
        }
    }

    // MARK: The approach

    mutating func approach(_ approach: borrowing ScannedApproach, feedDay: CalendarDate?) {
        guard approach.span.kind == .object else {
            return wrongType("", approach.span, "an object")
        }
        text(approach.orbitingBody, "orbiting_body", maximum: 50)
        dates(approach, feedDay)
        let kps = decimal(
            approach.kilometersPerSecond, "relative_velocity.kilometers_per_second", integerDigits: 9, range: 0...1000,
            required: true)
        let kph = decimal(
            approach.kilometersPerHour, "relative_velocity.kilometers_per_hour", integerDigits: 12, range: 0...3_600_000
        )
        if let kps, let kph, abs(kph - kps * Units.secondsPerHour) > Self.unitTolerance * kph + 1e-6 {
            fail(
                .velocityUnits, "relative_velocity.kilometers_per_hour", approach.kilometersPerHour,
                "\(kps) km/s are \(kps * Units.secondsPerHour) km/h")
        }
        let kilometers = decimal(
            approach.kilometers, "miss_distance.kilometers", integerDigits: 14, range: 0...1e11, required: true)
        let lunar = decimal(approach.lunar, "miss_distance.lunar", integerDigits: 9, range: 0...1e6)
        let au = decimal(approach.astronomical, "miss_distance.astronomical", integerDigits: 6, range: 0...1000)
        guard let au else { return }
        let slack = Self.unitTolerance * au + Self.printedAU
        if let kilometers, abs(kilometers - au * Units.kilometersPerAU) > slack * Units.kilometersPerAU {
            fail(
                .distanceUnits, "miss_distance.kilometers", approach.kilometers,
                "\(au) au are \(au * Units.kilometersPerAU) km")
        }
        if let lunar, abs(lunar - au * Units.lunarDistancesPerAU) > slack * Units.lunarDistancesPerAU {
            fail(
                .distanceUnits, "miss_distance.lunar", approach.lunar,
                "\(au) au are \(au * Units.lunarDistancesPerAU) lunar distances")
        }
    }

    private mutating func dates(_ approach: borrowing ScannedApproach, _ feedDay: CalendarDate?) {
        guard isPresent(approach.date, "close_approach_date", required: true) else { return }
        guard let date = body.date(approach.date) else {
            return fail(.fieldType, "close_approach_date", approach.date, "expected a date YYYY-MM-DD")
        }
        guard Self.days.contains(date.daysSinceEpoch) else {
            return fail(.fieldRange, "close_approach_date", approach.date, "outside of the years 1000 to 9999")
        }
        if let feedDay, feedDay != date {
            fail(.dateCoherent, "close_approach_date", approach.date, "listed under \(feedDay)")
        }
        if let epoch = body.integer(approach.epoch) {
            let day = CalendarDate(epochMilliseconds: epoch)
            if day != date {
                let name = Self.calendar.contains(day.daysSinceEpoch) ? "\(day)" : "no day of the calendar"
                fail(.dateCoherent, "epoch_date_close_approach", approach.epoch, "falls on \(name), not on \(date)")
            }
        } else if !approach.epoch.isMissing {
            fail(.fieldType, "epoch_date_close_approach", approach.epoch, "expected milliseconds as a whole number")
        }
        let full = approach.dateFull
        if full.isMissing || body.dayOfFullDate(full) == date { return }
        if !full.isString {
            fail(.fieldType, "close_approach_date_full", full, "expected a string like 2020-Feb-03 04:05")
        } else if body.text(full).utf8.count > 50 {
            fail(.fieldRange, "close_approach_date_full", full, "longer than 50 bytes")
        } else {
            fail(.dateCoherent, "close_approach_date_full", full, "is not on \(date)")
        }
    }

    // MARK: Fields

    /// Whether there is a value; where it is required and there is none, the record fails.
    private mutating func isPresent(_ token: Token, _ field: String, required: Bool) -> Bool {
        if token.isMissing && required { fail(.fieldRequired, field, token, "there is none") }
        return !token.isMissing
    }

    private mutating func text(_ token: Token, _ field: String, maximum: Int) {
        guard isPresent(token, field, required: true) else { return }
        if !token.isString {
            wrongType(field, token, "a string")
        } else if token.start == token.end {
            fail(.fieldRange, field, token, "it is empty")
        } else if token.end - token.start > maximum, body.text(token).unicodeScalars.count > maximum {
            fail(.fieldRange, field, token, "longer than \(maximum) characters")
        } else if body.hasControlCharacters(token) {
            fail(.controlCharacters, field, token, "it has a control character")
        }
    }

    private mutating func flag(_ token: Token, _ field: String, required: Bool = false) {
        guard isPresent(token, field, required: required) else { return }
        if token.kind != .true && token.kind != .false { wrongType(field, token, "true or false") }
    }

    private mutating func decimal(
        _ token: Token, _ field: String, integerDigits: Int, range: ClosedRange<Double>, required: Bool = false
    ) -> Double? {
        guard isPresent(token, field, required: required) else { return nil }
        guard let decimal = body.decimal(token) else {
            wrongType(field, token, "a decimal number")
            return nil
        }
        guard range.contains(decimal.value), decimal.integerDigits <= integerDigits, token.end - token.start <= 40
        else {
            fail(.fieldRange, field, token, "outside of \(range.lowerBound)...\(range.upperBound), or too long")
            return nil
        }
        return decimal.value
    }
}
