import NearEarth

/// The record rules in Spark's SQL: what `RecordCheck` says in Swift, condition by condition, in the same order.
///
/// Columns hold values in `Rendition`'s form. Regular expressions end with `\z`: Java's `$` would let a line feed pass.
enum RuleSQL {
    // MARK: Values

    static func isMissing(_ column: String) -> String { "(\(column) IS NULL OR \(column) = 'null')" }
    static func isString(_ column: String) -> String { "coalesce(startswith(\(column), '\"'), false)" }
    /// The value as text: a string's contents, anything else as it stands.
    static func text(_ column: String) -> String { "IF(startswith(\(column), '\"'), substr(\(column), 2), \(column))" }
    /// The same, NULL where it is missing.
    static func optionalText(_ column: String) -> String { "IF(\(isMissing(column)), NULL, \(text(column)))" }

    private static func noun(_ column: String) -> String {
        """
        CASE WHEN \(column) IS NULL THEN 'nothing' WHEN \(column) = 'null' THEN 'null' WHEN left(\(column), 1) = '"' THEN 'a string' \
        WHEN left(\(column), 1) IN ('t', 'f') THEN 'a boolean' WHEN left(\(column), 1) = '{' THEN 'an object' \
        WHEN left(\(column), 1) = '[' THEN 'an array' ELSE 'a number' END
        """
    }

    /// A Double as Swift writes it, between 1e-4 and 1e16.
    private static func double(_ value: String) -> String {
        #"regexp_replace(CAST(CAST(\#(value) AS DECIMAL(38, 20)) AS STRING), r'(\.[0-9]+?)0+$', '$1')"#
    }

    private static func literal(_ value: Double) -> String { "\(value)D" }

    // MARK: Violations

    /// A violation where `condition` holds, else NULL.
    private static func violation(_ rule: RecordRule, _ field: String, _ column: String?, when condition: String, _ reason: String) -> String {
        let value = column.map { "left(coalesce(\(text($0)), ''), \(RejectedRecord.maximumValue))" } ?? "''"
        return """
            CASE WHEN \(condition) THEN named_struct('rule', '\(rule.rawValue)', 'field', '\(field)', 'value', \(value), 'reason', \(reason)) END
            """
    }

    private static func list(_ violations: [String]) -> String {
        "filter(array(\n\(violations.joined(separator: ",\n"))\n), v -> v IS NOT NULL)"
    }

    private static func texts(_ column: String, _ field: String, maximum: Int) -> [String] {
        [
            violation(.fieldRequired, field, column, when: isMissing(column), "'there is none'"),
            violation(
                .fieldType, field, column, when: "NOT \(isMissing(column)) AND NOT \(isString(column))", "concat('expected a string, found ', \(noun(column)))"),
            violation(.fieldRange, field, column, when: "\(column) = '\"'", "'it is empty'"),
            violation(
                .fieldRange, field, column, when: "\(isString(column)) AND length(\(column)) > \(maximum + 1)", "'longer than \(maximum) characters'"),
        ]
    }

    private static func flag(_ column: String, _ field: String, required: Bool) -> [String] {
        (required ? [violation(.fieldRequired, field, column, when: isMissing(column), "'there is none'")] : []) + [
            violation(
                .fieldType, field, column, when: "NOT \(isMissing(column)) AND \(column) NOT IN ('true', 'false')",
                "concat('expected true or false, found ', \(noun(column)))")
        ]
    }

    // MARK: Decimals

    /// A decimal that a rule asks about: `NAME_value` is its approximation (NULL where it is none), `NAME_fits` whether that is possible.
    struct Decimal {
        let column: String
        let name: String
        let field: String
        let integerDigits: Int
        let range: ClosedRange<Double>
        var isRequired = false

        /// The approximation.
        var value: String {
            let text = RuleSQL.text(column)
            let isDecimal = #"\#(text) RLIKE r'^-?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?\z'"#
            return "CASE WHEN \(isDecimal) AND abs(TRY_CAST(\(text) AS DOUBLE)) < double('infinity') THEN TRY_CAST(\(text) AS DOUBLE) END AS \(name)_value"
        }

        /// Whether it is in its range, once `NAME_value` is known.
        var fits: String {
            let text = RuleSQL.text(column)
            let exponent = "coalesce(TRY_CAST(regexp_extract(\(text), r'[eE]([+-]?[0-9]+)\\z', 1) AS INT), 0)"
            let digits = "length(regexp_extract(\(text), r'^-?([0-9]*)', 1)) + \(exponent)"
            return """
                \(name)_value BETWEEN \(literal(range.lowerBound)) AND \(literal(range.upperBound)) AND \(digits) <= \(integerDigits) \
                AND octet_length(\(text)) <= 40 AS \(name)_fits
                """
        }

        var violations: [String] {
            (isRequired ? [violation(.fieldRequired, field, column, when: isMissing(column), "'there is none'")] : []) + [
                violation(
                    .fieldType, field, column, when: "NOT \(isMissing(column)) AND \(name)_value IS NULL",
                    "concat('expected a decimal number, found ', \(noun(column)))"),
                violation(
                    .fieldRange, field, column, when: "\(name)_value IS NOT NULL AND NOT \(name)_fits",
                    "'outside of \(range.lowerBound)...\(range.upperBound), or too long'"),
            ]
        }
    }

    // MARK: The object

    static let objectDecimals = [
        Decimal(column: "h", name: "h", field: "absolute_magnitude_h", integerDigits: 4, range: -10...60),
        Decimal(
            column: "diameter_min", name: "min", field: "estimated_diameter.kilometers.estimated_diameter_min", integerDigits: 9, range: 0...100_000),
        Decimal(
            column: "diameter_max", name: "max", field: "estimated_diameter.kilometers.estimated_diameter_max", integerDigits: 9, range: 0...100_000),
    ]

    /// The violations of an object.
    static let object = list(
        [identity("id", "id"), identity("reference", "neo_reference_id")].flatMap { $0 } + [
            violation(.identity, "id", "id", when: "\(isMissing("id")) AND \(isMissing("reference"))", "'neither id nor neo_reference_id is there'"),
            violation(
                .identity, "neo_reference_id", "reference",
                when: "NOT \(isMissing("id")) AND NOT \(isMissing("reference")) AND \(text("id")) <> \(text("reference"))",
                "concat('differs from id ', \(text("id")))"),
        ] + texts("name", "name", maximum: 255) + flag("hazardous", "is_potentially_hazardous_asteroid", required: true)
            + flag("sentry", "is_sentry_object", required: false) + [
                violation(
                    .fieldRequired, "close_approach_data", "approach_data", when: isMissing("approach_data"),
                    "concat('expected an array, found ', \(noun("approach_data")))"),
                violation(
                    .fieldType, "close_approach_data", "approach_data", when: "NOT \(isMissing("approach_data")) AND approach_data <> '['",
                    "concat('expected an array, found ', \(noun("approach_data")))"),
                violation(
                    .fieldType, "estimated_diameter", "diameter_problem", when: "NOT \(isMissing("diameter_problem"))",
                    "concat('expected an object, found ', \(noun("diameter_problem")))"),
            ] + objectDecimals.flatMap(\.violations) + [
                diameter("min", "diameter_min", AbsoluteMagnitude.brightAlbedo), diameter("max", "diameter_max", AbsoluteMagnitude.darkAlbedo),
            ])

    private static func identity(_ column: String, _ field: String) -> [String] {
        [
            violation(
                .fieldType, field, column, when: "NOT \(isMissing(column)) AND NOT \(isString(column))",
                "concat('expected an SPK-ID as a string, found ', \(noun(column)))"),
            violation(
                .fieldRange, field, column, when: "\(isString(column)) AND NOT \(column) RLIKE r'^\"[0-9]{1,20}\\z'",
                "'an SPK-ID has 1 to 20 digits'"),
        ]
    }

    private static func diameter(_ name: String, _ column: String, _ albedo: Double) -> String {
        let expected = "(\(literal(AbsoluteMagnitude.diameterKilometers(h: 0, albedo: albedo))) * power(10D, -h_value / 5D))"
        return violation(
            .diameterFromH, "estimated_diameter.kilometers.estimated_\(column)", column,
            when: "h_fits AND \(name)_fits AND abs(\(name)_value - \(expected)) > \(literal(RecordCheck.diameterTolerance)) * \(expected) + 1e-10D",
            "concat('H ', \(double("h_value")), ' stands for ', \(double(expected)), ' km')")
    }

    // MARK: The approach

    static let approachDecimals = [
        Decimal(
            column: "kps", name: "kps", field: "relative_velocity.kilometers_per_second", integerDigits: 9, range: 0...1000, isRequired: true),
        Decimal(column: "kph", name: "kph", field: "relative_velocity.kilometers_per_hour", integerDigits: 12, range: 0...3_600_000),
        Decimal(column: "km", name: "km", field: "miss_distance.kilometers", integerDigits: 14, range: 0...1e11, isRequired: true),
        Decimal(column: "lunar", name: "lunar", field: "miss_distance.lunar", integerDigits: 9, range: 0...1e6),
        Decimal(column: "au", name: "au", field: "miss_distance.astronomical", integerDigits: 6, range: 0...1000),
    ]

    /// The violations of an approach.
    static let approach = """
        IF(span <> '{', array(\(violation(.fieldType, "", "span", when: "true", "concat('expected an object, found ', \(noun("span")))"))), \
        \(list(
            texts("body", "orbiting_body", maximum: 50) + dates + approachDecimals[0].violations + approachDecimals[1].violations
                + [unit(.velocityUnits, "relative_velocity.kilometers_per_hour", "kph", "kps", Units.secondsPerHour, slack: "\(literal(RecordCheck.unitTolerance)) * kph_value + 1e-6D", "km/s", "km/h")]
                + approachDecimals[2...].flatMap(\.violations) + [
                    unit(.distanceUnits, "miss_distance.kilometers", "km", "au", Units.kilometersPerAU, slack: slack(Units.kilometersPerAU), "au", "km"),
                    unit(.distanceUnits, "miss_distance.lunar", "lunar", "au", Units.lunarDistancesPerAU, slack: slack(Units.lunarDistancesPerAU), "au", "lunar distances"),
                ])))
        """

    private static func slack(_ factor: Double) -> String {
        "(\(literal(RecordCheck.unitTolerance)) * au_value + \(literal(RecordCheck.printedAU))) * \(literal(factor))"
    }

    /// `column` = `base` × `factor`, within `slack`.
    private static func unit(
        _ rule: RecordRule, _ field: String, _ column: String, _ base: String, _ factor: Double, slack: String, _ baseUnit: String, _ unit: String
    ) -> String {
        let product = "(\(base)_value * \(literal(factor)))"
        return violation(
            rule, field, column, when: "\(base)_fits AND \(column)_fits AND abs(\(column)_value - \(product)) > \(slack)",
            "concat(\(double("\(base)_value")), ' \(baseUnit) are ', \(double(product)), ' \(unit)')")
    }

    /// The day of `date`; NULL where it is none.
    static let dayOfDate =
        #"CASE WHEN date RLIKE r'^"[0-9]{4}-[0-9]{2}-[0-9]{2}\z' AND NOT startswith(date, '"0000') THEN TRY_CAST(substr(date, 2) AS DATE) END AS date_day"#
    /// The day number of `epoch`; NULL where it is no whole number.
    static let dayOfEpoch =
        #"CASE WHEN epoch RLIKE r'^-?[0-9]+\z' AND TRY_CAST(epoch AS BIGINT) IS NOT NULL THEN CAST(floor(CAST(epoch AS DECIMAL(20, 0)) / 86400000BD) AS BIGINT) END AS epoch_day"#
    /// The day of `date_full` as `YYYY-MM-DD`; NULL where it has another form.
    static let dayOfFullDate = #"""
        CASE WHEN date_full RLIKE r'^"[0-9]{4}-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]\z' \#
        THEN concat(substr(date_full, 2, 4), '-', lpad(CAST((instr('JanFebMarAprMayJunJulAugSepOctNovDec', substr(date_full, 7, 3)) + 2) DIV 3 AS STRING), 2, '0'), \#
        '-', substr(date_full, 11, 2)) END AS full_day
        """#

    private static let calendar = RecordCheck.calendar

    private static let dates = [
        violation(.fieldRequired, "close_approach_date", "date", when: isMissing("date"), "'there is none'"),
        violation(
            .fieldType, "close_approach_date", "date", when: "NOT \(isMissing("date")) AND date_day IS NULL", "'expected a date YYYY-MM-DD'"),
        violation(
            .dateCoherent, "close_approach_date", "date", when: "date_day IS NOT NULL AND day <> substr(date, 2)", "concat('listed under ', day)"),
        violation(
            .dateCoherent, "epoch_date_close_approach", "epoch", when: "date_day IS NOT NULL AND epoch_day <> unix_date(date_day)",
            """
            concat('falls on ', IF(epoch_day BETWEEN \(calendar.lowerBound) AND \(calendar.upperBound), CAST(date_from_unix_date(CAST(
            greatest(\(calendar.lowerBound), least(\(calendar.upperBound), epoch_day)) AS INT)) AS STRING), 'no day of the calendar'), ', not on ', substr(date, 2))
            """),
        violation(
            .fieldType, "epoch_date_close_approach", "epoch", when: "date_day IS NOT NULL AND NOT \(isMissing("epoch")) AND epoch_day IS NULL",
            "'expected milliseconds as a whole number'"),
        violation(
            .fieldType, "close_approach_date_full", "date_full",
            when: "date_day IS NOT NULL AND NOT \(isMissing("date_full")) AND NOT \(isString("date_full"))", "'expected a string like 2020-Feb-03 04:05'"),
        violation(
            .fieldRange, "close_approach_date_full", "date_full",
            when: "date_day IS NOT NULL AND \(isString("date_full")) AND octet_length(date_full) > 51", "'longer than 50 bytes'"),
        violation(
            .dateCoherent, "close_approach_date_full", "date_full",
            when: "date_day IS NOT NULL AND \(isString("date_full")) AND octet_length(date_full) <= 51 AND NOT coalesce(full_day = substr(date, 2), false)",
            "concat('is not on ', substr(date, 2))"),
    ]
}
