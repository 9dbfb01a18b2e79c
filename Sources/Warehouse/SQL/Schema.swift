/// The tables, common to all stores but for the dialect's words. Migrations are named and only ever added.
enum Schema {
    /// A step of the schema's history.
    struct Migration: Sendable {
        let name: String
        /// Tables that it adds.
        var adds: [Table] = []
        let statements: @Sendable (SQLDialect) -> [String]
    }

    /// The tables that these steps add.
    static func tables(of steps: [String]) -> [Table] { migrations.filter { steps.contains($0.name) }.flatMap(\.adds) }

    /// All steps, oldest first. Once released, a step is never edited: one that alters a table is written out beside it, and the
    /// tables below then describe the outcome.
    static let migrations = [
        Migration(name: "1-approaches-and-ledger") { dialect in
            (first + staging).flatMap { $0.statements(dialect) } + [
                // The row that writers on a server queue up at.
                "INSERT INTO perigee_meta (name, setting) VALUES ('lock', '')",
                """
                CREATE VIEW nasa_neo_seen AS
                SELECT d.*, COALESCE(CASE WHEN d.source = 'feed' THEN x.received_at END, d.first_seen) AS last_seen
                FROM nasa_neo_data d LEFT JOIN perigee_days x ON x.observation_date = d.observation_date
                """,
            ]
        },
        Migration(name: "2-schedules-and-logs", adds: serving) { dialect in serving.flatMap { $0.statements(dialect) } },
    ]

    /// The tables of the first step. The two for staging come last: an archive leaves them out.
    private static let first = [data, history, orbits, quarantine, runs, batches, days, quality, checkpoints, meta]

    /// Every table.
    static let tables = first + serving + staging

    // MARK: What users query

    /// The key of an approach: SPK-ID, orbiting body, approach date.
    static let key = ["id", "orbiting_body", "observation_date"]

    /// What NASA says of an approach: the columns that staging, data and history share, in the table's order.
    static let factColumns = [
        Column("id", .key(20)), Column("neo_reference_id", .text(20)), Column("name", .text(255)),
        Column("absolute_magnitude_h", .decimal(10, 6), optional: true), Column("is_potentially_hazardous_asteroid", .bool),
        Column("estimated_diameter_km_max", .decimal(15, 6), optional: true), Column("estimated_diameter_km_min", .decimal(15, 6), optional: true),
        Column("close_approach_date_full", .text(50), optional: true), Column("velocity_kps", .decimal(15, 6)),
        Column("miss_distance_km", .decimal(20, 6)), Column("orbiting_body", .key(50)), Column("observation_date", .day),
        Column("is_sentry_object", .bool, optional: true), Column("epoch_ms", .long, optional: true),
        Column("miss_distance_au", .decimal(24, 18), optional: true), Column("source", .text(10)), Column("source_record", .key(1200)),
    ]
    static let facts = factColumns.map(\.name)

    /// What the store adds to a row of `nasa_neo_data`.
    static let bookkeepingColumns = [
        Column("created_at", .instant), Column("batch_date", .day), Column("first_seen", .instant), Column("run_id", .long),
    ]
    static let bookkeeping = bookkeepingColumns.map(\.name)

    private static let data = Table(
        name: "nasa_neo_data", columns: factColumns + bookkeepingColumns, key: key,
        indexes: [("observation_date", ["observation_date"]), ("hazardous", ["is_potentially_hazardous_asteroid"])])

    private static let history = Table(
        name: "nasa_neo_history",
        columns: [Column("history_id", .identity)] + factColumns + bookkeepingColumns + [
            Column("change_kind", .text(10)), Column("last_seen", .instant), Column("superseded_run", .long), Column("superseded_at", .instant),
        ], indexes: [("key", key)])

    /// `orbital_data`'s members that are decimals; angles in degrees, distances in au, times as Julian dates (TDB).
    static let orbitDecimals = [
        "minimum_orbit_intersection", "jupiter_tisserand_invariant", "epoch_osculation", "eccentricity", "semi_major_axis", "inclination",
        "ascending_node_longitude", "orbital_period", "perihelion_distance", "perihelion_argument", "aphelion_distance", "perihelion_time",
        "mean_anomaly", "mean_motion",
    ]

    /// Its other members.
    static let orbitTexts = [
        "orbit_id", "orbit_determination_date", "first_observation_date", "last_observation_date", "data_arc_in_days", "observations_used",
        "orbit_uncertainty", "equinox", "orbit_class_type", "orbit_class_description", "orbit_class_range",
    ]

    private static let orbitFields =
        [Column("id", .key(20)), Column("name", .text(255)), Column("designation", .text(255), optional: true)]
        + orbitTexts.map { Column($0, .text(255), optional: true) } + orbitDecimals.map { Column($0, .decimal(38, 18), optional: true) }

    /// Every column of an orbit but the bookkeeping.
    static let orbitColumns = orbitFields.map(\.name)

    private static let orbits = Table(
        name: "nasa_neo_orbits", columns: orbitFields + [Column("updated_at", .instant), Column("run_id", .long)], key: ["id"])

    private static let quarantine = Table(
        name: "nasa_neo_quarantine",
        columns: [
            Column("quarantine_id", .identity), Column("status", .text(10)), Column("batch", .key(60)), Column("rule_name", .text(40)),
            Column("path", .text(300)), Column("record_path", .text(300)), Column("value", .text(400)), Column("reason", .text(400)),
            Column("spk_id", .text(20), optional: true), Column("raw_file", .text(200)), Column("raw_sha256", .sha256), Column("record", .longText),
            Column("run_id", .long), Column("resolved_run", .long, optional: true), Column("created_at", .instant),
        ], indexes: [("batch", ["batch", "status"])])

    // MARK: The ledger

    private static let runs = Table(
        name: "perigee_runs",
        columns: [
            Column("run_id", .identity), Column("command", .text(40)), Column("engine", .text(20)), Column("status", .text(12)),
            Column("range_from", .day, optional: true), Column("range_to", .day, optional: true), Column("service", .text(300)),
            Column("host", .text(255)), Column("pid", .long), Column("process_started", .long), Column("started_at", .instant),
            Column("heartbeat_at", .instant), Column("finished_at", .instant, optional: true), Column("planned", .int), Column("published", .int),
            Column("skipped", .int), Column("failed", .int), Column("inserted", .int), Column("revised", .int), Column("retired", .int),
            Column("unchanged", .int), Column("quarantined", .int), Column("requests", .int), Column("waited_ms", .long),
            Column("remaining", .int, optional: true), Column("exit_code", .int, optional: true), Column("error", .longText, optional: true),
        ])

    private static let batches = Table(
        name: "perigee_batches",
        columns: [
            Column("batch", .key(60)), Column("state", .text(12)), Column("run_id", .long), Column("lease_run", .long, optional: true),
            Column("window_from", .day, optional: true), Column("window_to", .day, optional: true), Column("raw_file", .text(200), optional: true),
            Column("raw_sha256", .sha256, optional: true), Column("raw_bytes", .long, optional: true), Column("received_at", .instant, optional: true),
            Column("request_id", .text(100), optional: true), Column("simulated", .bool, optional: true),
            Column("processed_file", .text(200), optional: true), Column("element_count", .int, optional: true), Column("listed", .int, optional: true),
            Column("records", .int, optional: true), Column("rejected", .int, optional: true), Column("staged", .int, optional: true),
            Column("days", .longText, optional: true), Column("published_sha256", .sha256, optional: true),
            Column("published_at", .instant, optional: true), Column("published_run", .long, optional: true), Column("inserted", .int, optional: true),
            Column("revised", .int, optional: true), Column("retired", .int, optional: true), Column("unchanged", .int, optional: true),
            Column("error", .longText, optional: true), Column("updated_at", .instant),
        ], key: ["batch"], indexes: [("run", ["run_id"]), ("lease", ["lease_run"])])

    private static let days = Table(
        name: "perigee_days",
        columns: [Column("observation_date", .day), Column("listed", .int), Column("received_at", .instant), Column("run_id", .long)],
        key: ["observation_date"])

    private static let quality = Table(
        name: "perigee_quality",
        columns: [
            Column("run_id", .long), Column("batch", .key(60)), Column("rule_name", .key(40)), Column("severity", .text(10)), Column("passed", .bool),
            Column("checked", .int), Column("failed", .int), Column("detail", .text(1000)), Column("recorded_at", .instant),
        ], key: ["run_id", "batch", "rule_name"])

    private static let checkpoints = Table(
        name: "perigee_checkpoints",
        columns: [Column("name", .key(40)), Column("through_date", .day), Column("run_id", .long), Column("updated_at", .instant)], key: ["name"])

    private static let meta = Table(name: "perigee_meta", columns: [Column("name", .key(40)), Column("setting", .text(255))], key: ["name"])

    // MARK: Serving

    private static let schedules = Table(
        name: "perigee_schedules",
        columns: [
            Column("schedule_name", .key(40)), Column("definition", .longText), Column("starts_at", .instant), Column("settled_at", .instant, optional: true),
            Column("paused", .bool), Column("updated_at", .instant),
        ], key: ["schedule_name"])

    private static let slots = Table(
        name: "perigee_slots",
        columns: [
            Column("schedule_name", .key(40)), Column("slot", .key(60)), Column("due_at", .instant), Column("window_from", .day), Column("window_to", .day),
            Column("state", .text(12)), Column("attempts", .int), Column("run_id", .long, optional: true), Column("host", .text(255), optional: true),
            Column("pid", .long, optional: true), Column("process_started", .long, optional: true), Column("token", .text(40), optional: true),
            Column("heartbeat_at", .instant, optional: true), Column("finished_at", .instant, optional: true), Column("error", .longText, optional: true),
            Column("created_at", .instant),
        ], key: ["schedule_name", "slot"], indexes: [("state", ["schedule_name", "state"])])

    private static let logs = Table(
        name: "perigee_logs",
        columns: [
            Column("run_id", .long), Column("line", .int), Column("logged_at", .instant), Column("level", .text(10)),
            Column("stage", .text(12), optional: true), Column("batch", .key(60), optional: true), Column("message", .longText),
        ], key: ["run_id", "line"])

    /// The tables of the second step.
    private static let serving = [schedules, slots, logs]

    // MARK: On the way

    static let staging = [
        Table(
            name: "perigee_staging", columns: [Column("batch", .key(60))] + factColumns,
            indexes: [("batch", ["batch", "id", "orbiting_body", "observation_date"])]),
        Table(name: "perigee_staging_orbits", columns: [Column("batch", .key(60))] + orbitFields, key: ["batch", "id"]),
    ]

    /// The rows that a transaction is about: a temporary table, made where it is needed. `batch_date` and `seen_at` are their batch's.
    static let incoming = Table(
        name: "perigee_incoming", columns: [Column("batch", .key(60)), Column("batch_date", .day), Column("seen_at", .instant)] + factColumns)
}
