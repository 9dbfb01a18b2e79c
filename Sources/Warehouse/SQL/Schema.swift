/// The tables, common to all stores but for the dialect's words. Migrations are named and only ever added.
enum Schema {
    /// A step of the schema's history.
    struct Migration: Sendable {
        let name: String
        let statements: @Sendable (SQLDialect) -> [String]
    }

    /// All steps, oldest first. A released step is never edited.
    static let migrations = [Migration(name: "1-approaches-and-ledger", statements: first)]

    /// The key of an approach: SPK-ID, orbiting body, approach date.
    static let key = ["id", "orbiting_body", "observation_date"]

    /// What NASA says of an approach: the columns that staging, data and history share, in the table's order.
    static let facts = [
        "id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid", "estimated_diameter_km_max",
        "estimated_diameter_km_min", "close_approach_date_full", "velocity_kps", "miss_distance_km", "orbiting_body", "observation_date",
        "is_sentry_object", "epoch_ms", "miss_distance_au", "source", "source_record",
    ]

    /// What the store adds to a row of `nasa_neo_data`.
    static let bookkeeping = ["created_at", "batch_date", "first_seen", "run_id"]

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

    /// Every column of an orbit but the bookkeeping.
    static let orbitColumns = ["id", "name", "designation"] + orbitTexts + orbitDecimals

    /// The fact columns as DDL.
    private static func factColumns(_ dialect: SQLDialect) -> String {
        """
        id \(dialect.keyText(20)) NOT NULL,
        neo_reference_id VARCHAR(20) NOT NULL,
        name VARCHAR(255) NOT NULL,
        absolute_magnitude_h DECIMAL(10,6),
        is_potentially_hazardous_asteroid BOOLEAN NOT NULL,
        estimated_diameter_km_max DECIMAL(15,6),
        estimated_diameter_km_min DECIMAL(15,6),
        close_approach_date_full VARCHAR(50),
        velocity_kps DECIMAL(15,6) NOT NULL,
        miss_distance_km DECIMAL(20,6) NOT NULL,
        orbiting_body \(dialect.keyText(50)) NOT NULL,
        observation_date DATE NOT NULL,
        is_sentry_object BOOLEAN,
        epoch_ms BIGINT,
        miss_distance_au DECIMAL(24,18),
        source VARCHAR(10) NOT NULL,
        source_record VARCHAR(700) NOT NULL
        """
    }

    private static func orbitFields(_ dialect: SQLDialect) -> String {
        (["id \(dialect.keyText(20)) NOT NULL", "name VARCHAR(255) NOT NULL", "designation VARCHAR(255)"]
            + orbitTexts.map { "\($0) VARCHAR(255)" } + orbitDecimals.map { "\($0) DECIMAL(38,18)" }).joined(separator: ",\n")
    }

    private static let bookkeepingColumns: @Sendable (SQLDialect) -> String = { dialect in
        """
        created_at \(dialect.timestamp) NOT NULL,
        batch_date DATE NOT NULL,
        first_seen \(dialect.timestamp) NOT NULL,
        run_id BIGINT NOT NULL
        """
    }

    @Sendable private static func first(_ dialect: SQLDialect) -> [String] {
        [
            """
            CREATE TABLE nasa_neo_data (
            \(factColumns(dialect)),
            \(bookkeepingColumns(dialect)),
            PRIMARY KEY (id, orbiting_body, observation_date)
            )\(dialect.tableSuffix)
            """,
            "CREATE INDEX nasa_neo_data_observation_date ON nasa_neo_data (observation_date)",
            "CREATE INDEX nasa_neo_data_hazardous ON nasa_neo_data (is_potentially_hazardous_asteroid)",
            """
            CREATE TABLE nasa_neo_history (
            history_id \(dialect.autoIncrement),
            \(factColumns(dialect)),
            \(bookkeepingColumns(dialect)),
            change_kind VARCHAR(10) NOT NULL,
            last_seen \(dialect.timestamp) NOT NULL,
            superseded_run BIGINT NOT NULL,
            superseded_at \(dialect.timestamp) NOT NULL
            )\(dialect.tableSuffix)
            """,
            "CREATE INDEX nasa_neo_history_key ON nasa_neo_history (id, orbiting_body, observation_date)",
            """
            CREATE TABLE perigee_staging (
            batch \(dialect.keyText(60)) NOT NULL,
            \(factColumns(dialect))
            )\(dialect.tableSuffix)
            """,
            "CREATE INDEX perigee_staging_batch ON perigee_staging (batch, id, orbiting_body, observation_date)",
            """
            CREATE TABLE nasa_neo_orbits (
            \(orbitFields(dialect)),
            updated_at \(dialect.timestamp) NOT NULL,
            run_id BIGINT NOT NULL,
            PRIMARY KEY (id)
            )\(dialect.tableSuffix)
            """,
            """
            CREATE TABLE perigee_staging_orbits (
            batch \(dialect.keyText(60)) NOT NULL,
            \(orbitFields(dialect)),
            PRIMARY KEY (batch, id)
            )\(dialect.tableSuffix)
            """,
            """
            CREATE TABLE nasa_neo_quarantine (
            quarantine_id \(dialect.autoIncrement),
            status VARCHAR(10) NOT NULL,
            batch \(dialect.keyText(60)) NOT NULL,
            rule_name VARCHAR(40) NOT NULL,
            path VARCHAR(300) NOT NULL,
            record_path VARCHAR(300) NOT NULL,
            value VARCHAR(400) NOT NULL,
            reason VARCHAR(400) NOT NULL,
            spk_id VARCHAR(20),
            raw_file VARCHAR(200) NOT NULL,
            raw_sha256 CHAR(64) NOT NULL,
            record \(dialect.longText) NOT NULL,
            run_id BIGINT NOT NULL,
            resolved_run BIGINT,
            created_at \(dialect.timestamp) NOT NULL
            )\(dialect.tableSuffix)
            """,
            "CREATE INDEX nasa_neo_quarantine_batch ON nasa_neo_quarantine (batch, status)",
            """
            CREATE TABLE perigee_runs (
            run_id \(dialect.autoIncrement),
            command VARCHAR(40) NOT NULL,
            engine VARCHAR(20) NOT NULL,
            status VARCHAR(12) NOT NULL,
            range_from DATE,
            range_to DATE,
            service VARCHAR(300) NOT NULL,
            host VARCHAR(255) NOT NULL,
            pid BIGINT NOT NULL,
            process_started BIGINT NOT NULL,
            started_at \(dialect.timestamp) NOT NULL,
            heartbeat_at \(dialect.timestamp) NOT NULL,
            finished_at \(dialect.timestamp),
            planned INTEGER NOT NULL,
            published INTEGER NOT NULL,
            skipped INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            inserted INTEGER NOT NULL,
            revised INTEGER NOT NULL,
            retired INTEGER NOT NULL,
            unchanged INTEGER NOT NULL,
            quarantined INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            waited_ms BIGINT NOT NULL,
            remaining INTEGER,
            exit_code INTEGER,
            error \(dialect.longText)
            )\(dialect.tableSuffix)
            """,
            """
            CREATE TABLE perigee_batches (
            batch \(dialect.keyText(60)) NOT NULL,
            state VARCHAR(12) NOT NULL,
            run_id BIGINT NOT NULL,
            lease_run BIGINT,
            window_from DATE,
            window_to DATE,
            raw_file VARCHAR(200),
            raw_sha256 CHAR(64),
            raw_bytes BIGINT,
            received_at \(dialect.timestamp),
            request_id VARCHAR(100),
            simulated BOOLEAN,
            processed_file VARCHAR(200),
            element_count INTEGER,
            listed INTEGER,
            records INTEGER,
            rejected INTEGER,
            staged INTEGER,
            days \(dialect.longText),
            published_sha256 CHAR(64),
            published_at \(dialect.timestamp),
            published_run BIGINT,
            inserted INTEGER,
            revised INTEGER,
            retired INTEGER,
            unchanged INTEGER,
            error \(dialect.longText),
            updated_at \(dialect.timestamp) NOT NULL,
            PRIMARY KEY (batch)
            )\(dialect.tableSuffix)
            """,
            "CREATE INDEX perigee_batches_run ON perigee_batches (run_id)",
            "CREATE INDEX perigee_batches_lease ON perigee_batches (lease_run)",
            """
            CREATE TABLE perigee_days (
            observation_date DATE NOT NULL,
            listed INTEGER NOT NULL,
            received_at \(dialect.timestamp) NOT NULL,
            run_id BIGINT NOT NULL,
            PRIMARY KEY (observation_date)
            )\(dialect.tableSuffix)
            """,
            """
            CREATE TABLE perigee_quality (
            run_id BIGINT NOT NULL,
            batch \(dialect.keyText(60)) NOT NULL,
            rule_name VARCHAR(40) NOT NULL,
            severity VARCHAR(10) NOT NULL,
            passed BOOLEAN NOT NULL,
            checked INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            detail VARCHAR(1000) NOT NULL,
            recorded_at \(dialect.timestamp) NOT NULL,
            PRIMARY KEY (run_id, batch, rule_name)
            )\(dialect.tableSuffix)
            """,
            "CREATE TABLE perigee_checkpoints (name VARCHAR(40) NOT NULL, through_date DATE NOT NULL, run_id BIGINT NOT NULL, "
                + "updated_at \(dialect.timestamp) NOT NULL, PRIMARY KEY (name))\(dialect.tableSuffix)",
            "CREATE TABLE perigee_meta (name VARCHAR(40) NOT NULL, setting VARCHAR(255) NOT NULL, PRIMARY KEY (name))\(dialect.tableSuffix)",
            // The row that writers on a server queue up at.
            "INSERT INTO perigee_meta (name, setting) VALUES ('lock', '')",
            """
            CREATE VIEW nasa_neo_seen AS
            SELECT d.*, COALESCE(CASE WHEN d.source = 'feed' THEN x.received_at END, d.first_seen) AS last_seen
            FROM nasa_neo_data d LEFT JOIN perigee_days x ON x.observation_date = d.observation_date
            """,
        ]
    }
}
