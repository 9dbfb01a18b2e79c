/// The way of a record through Spark, view by view: lines, objects, records, lines of the processed CSV.
enum ViewSQL {
    /// The landed bodies' lines.
    static func lines(path: String) -> String {
        """
        CREATE OR REPLACE TEMPORARY VIEW neo_lines (\(Rendition.schema)) USING json
        OPTIONS (path \(SQLText.literal(path)), mode 'PERMISSIVE', columnNameOfCorruptRecord '_corrupt_record')
        """
    }

    /// Each object with its violations.
    static let objects = """
        SELECT *, \(RuleSQL.object) AS violations
        FROM (SELECT *, \(RuleSQL.objectDecimals.map(\.fits).joined(separator: ", "))
        FROM (SELECT *, \(RuleSQL.objectDecimals.map(\.value).joined(separator: ", ")) FROM neo_lines))
        """

    /// One row for each approach of an object that keeps the rules, or for the object that does not. `weight` is how many records a row
    /// stands for: an object that breaks a rule takes its approaches with it, one without approaches has none.
    static let records = """
        SELECT batch, file, source, sequence, position, record, id, reference, name, h, diameter_min, diameter_max, hazardous, sentry, date, date_full,
        epoch, kps, au, km, body, date_day, coalesce(size(approaches), 0) AS approaches,
        IF(is_rejected, object_violations, IF(position IS NULL, slice(object_violations, 1, 0), \(RuleSQL.approach))) AS violations,
        concat(object_path, IF(is_rejected OR position IS NULL, '', concat('.close_approach_data[', position, ']'))) AS path,
        IF(is_rejected, greatest(1, coalesce(size(approaches), 0)), IF(position IS NULL, 0, 1)) AS weight
        FROM (SELECT *, \(RuleSQL.approachDecimals.map(\.fits).joined(separator: ", "))
        FROM (SELECT *, \(RuleSQL.approachDecimals.map(\.value).joined(separator: ", ")), \(RuleSQL.dayOfDate), \(RuleSQL.dayOfEpoch), \(RuleSQL.dayOfFullDate)
        FROM (SELECT o.batch, o.file, o.source, o.sequence, o.path AS object_path, o.day, o.record, o.id, o.reference, o.name, o.h, o.diameter_min,
        o.diameter_max, o.hazardous, o.sentry, o.approaches, o.violations AS object_violations, size(o.violations) > 0 AS is_rejected, a.position, a.approach.*
        FROM neo_objects o LATERAL VIEW OUTER posexplode(IF(size(o.violations) > 0, NULL, o.approaches)) a AS position, approach)))
        """

    /// The rows that are published: the columns of `nasa_neo_data` with exact decimals, and the line of the processed CSV.
    static let rows = """
        SELECT batch, file, source, sequence, position,
        \(identity.id) AS id, \(identity.reference) AS neo_reference_id, \(RuleSQL.text("name")) AS name, \(decimal("h")) AS absolute_magnitude_h,
        hazardous = 'true' AS is_potentially_hazardous_asteroid, \(decimal("diameter_max")) AS estimated_diameter_km_max,
        \(decimal("diameter_min")) AS estimated_diameter_km_min, \(RuleSQL.optionalText("date_full")) AS close_approach_date_full,
        \(decimal("kps")) AS velocity_kps, \(decimal("km")) AS miss_distance_km, \(RuleSQL.text("body")) AS orbiting_body,
        date_day AS observation_date, IF(\(RuleSQL.isMissing("sentry")), NULL, sentry = 'true') AS is_sentry_object,
        CAST(IF(\(RuleSQL.isMissing("epoch")), NULL, epoch) AS BIGINT) AS epoch_ms, \(decimal("au")) AS miss_distance_au,
        \(RuleSQL.optionalText("au")) AS miss_distance_au_text, \(csvLine) AS source_record, year(date_day) AS year
        FROM neo_records WHERE position IS NOT NULL AND size(violations) = 0
        """

    private static let identity = (
        id: RuleSQL.text("IF(\(RuleSQL.isMissing("id")), reference, id)"),
        reference: RuleSQL.text("IF(\(RuleSQL.isMissing("reference")), id, reference)")
    )

    private static func decimal(_ column: String) -> String { "CAST(\(RuleSQL.optionalText(column)) AS DECIMAL(38, 18))" }

    /// RFC 4180, as `ProcessedCSV` writes it.
    private static let csvLine: String = {
        func plain(_ column: String) -> String { "coalesce(\(RuleSQL.optionalText(column)), '')" }
        func quoted(_ column: String) -> String {
            let text = RuleSQL.text(column)
            return #"IF(\#(text) RLIKE r'[,"\n\r]', concat('"', replace(\#(text), '"', '""'), '"'), \#(text))"#
        }
        func flag(_ column: String) -> String { "CASE \(column) WHEN 'true' THEN 'True' WHEN 'false' THEN 'False' ELSE '' END" }
        let fields = [
            identity.id, identity.reference, quoted("name"), plain("h"), flag("hazardous"), plain("diameter_max"), plain("diameter_min"), plain("date_full"),
            plain("kps"), plain("km"), quoted("body"), plain("date"), flag("sentry"),
        ]
        return "concat(\(fields.joined(separator: ", ',', ")))"
    }()

    /// The violations, one a row.
    static let rejects = """
        SELECT batch, sequence, coalesce(position, -1) AS position, path AS record_path, weight, approaches, number, v.rule, v.value, v.reason,
        IF(v.field = '', path, concat(path, '.', v.field)) AS path,
        CASE WHEN \(RuleSQL.isString("id")) THEN left(\(RuleSQL.text("id")), 20) WHEN \(RuleSQL.isString("reference"))
        THEN left(\(RuleSQL.text("reference")), 20) END AS spk_id, record
        FROM neo_records LATERAL VIEW posexplode(violations) x AS number, v WHERE size(violations) > 0
        """

    /// The orbits of objects that keep the rules.
    static let orbits = """
        SELECT batch, \(identity.id) AS id, \(RuleSQL.text("name")) AS name, \(RuleSQL.optionalText("designation")) AS designation, orbit
        FROM neo_objects WHERE size(violations) = 0 AND orbit IS NOT NULL
        """
}
