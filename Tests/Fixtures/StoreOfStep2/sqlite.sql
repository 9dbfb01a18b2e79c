CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
CREATE TABLE nasa_neo_data ( id VARCHAR(20) NOT NULL, neo_reference_id VARCHAR(20) NOT NULL, name VARCHAR(255) NOT NULL, absolute_magnitude_h DECIMAL(10,6),
    is_potentially_hazardous_asteroid BOOLEAN NOT NULL, estimated_diameter_km_max DECIMAL(15,6), estimated_diameter_km_min DECIMAL(15,6),
    close_approach_date_full VARCHAR(50), velocity_kps DECIMAL(15,6) NOT NULL, miss_distance_km DECIMAL(20,6) NOT NULL, orbiting_body VARCHAR(50) NOT NULL,
    observation_date DATE NOT NULL, is_sentry_object BOOLEAN, epoch_ms BIGINT, miss_distance_au DECIMAL(24,18), source VARCHAR(10) NOT NULL, source_record
    VARCHAR(1200) NOT NULL, created_at TIMESTAMP NOT NULL, batch_date DATE NOT NULL, first_seen TIMESTAMP NOT NULL, run_id BIGINT NOT NULL, PRIMARY KEY (id,
    orbiting_body, observation_date) );
CREATE TABLE nasa_neo_history ( history_id INTEGER PRIMARY KEY AUTOINCREMENT, id VARCHAR(20) NOT NULL, neo_reference_id VARCHAR(20) NOT NULL, name
    VARCHAR(255) NOT NULL, absolute_magnitude_h DECIMAL(10,6), is_potentially_hazardous_asteroid BOOLEAN NOT NULL, estimated_diameter_km_max DECIMAL(15,6),
    estimated_diameter_km_min DECIMAL(15,6), close_approach_date_full VARCHAR(50), velocity_kps DECIMAL(15,6) NOT NULL, miss_distance_km DECIMAL(20,6) NOT
    NULL, orbiting_body VARCHAR(50) NOT NULL, observation_date DATE NOT NULL, is_sentry_object BOOLEAN, epoch_ms BIGINT, miss_distance_au DECIMAL(24,18),
    source VARCHAR(10) NOT NULL, source_record VARCHAR(1200) NOT NULL, created_at TIMESTAMP NOT NULL, batch_date DATE NOT NULL, first_seen TIMESTAMP NOT NULL,
    run_id BIGINT NOT NULL, change_kind VARCHAR(10) NOT NULL, last_seen TIMESTAMP NOT NULL, superseded_run BIGINT NOT NULL, superseded_at TIMESTAMP NOT NULL
    );
CREATE TABLE nasa_neo_orbits ( id VARCHAR(20) NOT NULL, name VARCHAR(255) NOT NULL, designation VARCHAR(255), orbit_id VARCHAR(255), orbit_determination_date
    VARCHAR(255), first_observation_date VARCHAR(255), last_observation_date VARCHAR(255), data_arc_in_days VARCHAR(255), observations_used VARCHAR(255),
    orbit_uncertainty VARCHAR(255), equinox VARCHAR(255), orbit_class_type VARCHAR(255), orbit_class_description VARCHAR(255), orbit_class_range VARCHAR(255),
    minimum_orbit_intersection DECIMAL(38,18), jupiter_tisserand_invariant DECIMAL(38,18), epoch_osculation DECIMAL(38,18), eccentricity DECIMAL(38,18),
    semi_major_axis DECIMAL(38,18), inclination DECIMAL(38,18), ascending_node_longitude DECIMAL(38,18), orbital_period DECIMAL(38,18), perihelion_distance
    DECIMAL(38,18), perihelion_argument DECIMAL(38,18), aphelion_distance DECIMAL(38,18), perihelion_time DECIMAL(38,18), mean_anomaly DECIMAL(38,18),
    mean_motion DECIMAL(38,18), updated_at TIMESTAMP NOT NULL, run_id BIGINT NOT NULL, PRIMARY KEY (id) );
CREATE TABLE nasa_neo_quarantine ( quarantine_id INTEGER PRIMARY KEY AUTOINCREMENT, status VARCHAR(10) NOT NULL, batch VARCHAR(60) NOT NULL, rule_name
    VARCHAR(40) NOT NULL, path VARCHAR(300) NOT NULL, record_path VARCHAR(300) NOT NULL, value VARCHAR(400) NOT NULL, reason VARCHAR(400) NOT NULL, spk_id
    VARCHAR(20), raw_file VARCHAR(200) NOT NULL, raw_sha256 CHAR(64) NOT NULL, record TEXT NOT NULL, run_id BIGINT NOT NULL, resolved_run BIGINT, created_at
    TIMESTAMP NOT NULL );
CREATE TABLE perigee_batches ( batch VARCHAR(60) NOT NULL, state VARCHAR(12) NOT NULL, run_id BIGINT NOT NULL, lease_run BIGINT, window_from DATE, window_to
    DATE, raw_file VARCHAR(200), raw_sha256 CHAR(64), raw_bytes BIGINT, received_at TIMESTAMP, request_id VARCHAR(100), simulated BOOLEAN, processed_file
    VARCHAR(200), element_count INTEGER, listed INTEGER, records INTEGER, rejected INTEGER, staged INTEGER, days TEXT, published_sha256 CHAR(64), published_at
    TIMESTAMP, published_run BIGINT, inserted INTEGER, revised INTEGER, retired INTEGER, unchanged INTEGER, error TEXT, updated_at TIMESTAMP NOT NULL, PRIMARY
    KEY (batch) );
CREATE TABLE perigee_checkpoints ( name VARCHAR(40) NOT NULL, through_date DATE NOT NULL, run_id BIGINT NOT NULL, updated_at TIMESTAMP NOT NULL, PRIMARY KEY
    (name) );
CREATE TABLE perigee_days ( observation_date DATE NOT NULL, listed INTEGER NOT NULL, received_at TIMESTAMP NOT NULL, run_id BIGINT NOT NULL, PRIMARY KEY
    (observation_date) );
CREATE TABLE perigee_logs ( run_id BIGINT NOT NULL, line INTEGER NOT NULL, logged_at TIMESTAMP NOT NULL, level VARCHAR(10) NOT NULL, stage VARCHAR(12), batch
    VARCHAR(60), message TEXT NOT NULL, PRIMARY KEY (run_id, line) );
CREATE TABLE perigee_meta ( name VARCHAR(40) NOT NULL, setting VARCHAR(255) NOT NULL, PRIMARY KEY (name) );
CREATE TABLE perigee_quality ( run_id BIGINT NOT NULL, batch VARCHAR(60) NOT NULL, rule_name VARCHAR(40) NOT NULL, severity VARCHAR(10) NOT NULL, passed
    BOOLEAN NOT NULL, checked INTEGER NOT NULL, failed INTEGER NOT NULL, detail VARCHAR(1000) NOT NULL, recorded_at TIMESTAMP NOT NULL, PRIMARY KEY (run_id,
    batch, rule_name) );
CREATE TABLE perigee_runs ( run_id INTEGER PRIMARY KEY AUTOINCREMENT, command VARCHAR(40) NOT NULL, engine VARCHAR(20) NOT NULL, status VARCHAR(12) NOT NULL,
    range_from DATE, range_to DATE, service VARCHAR(300) NOT NULL, host VARCHAR(255) NOT NULL, pid BIGINT NOT NULL, process_started BIGINT NOT NULL,
    started_at TIMESTAMP NOT NULL, heartbeat_at TIMESTAMP NOT NULL, finished_at TIMESTAMP, planned INTEGER NOT NULL, published INTEGER NOT NULL, skipped
    INTEGER NOT NULL, failed INTEGER NOT NULL, inserted INTEGER NOT NULL, revised INTEGER NOT NULL, retired INTEGER NOT NULL, unchanged INTEGER NOT NULL,
    quarantined INTEGER NOT NULL, requests INTEGER NOT NULL, waited_ms BIGINT NOT NULL, remaining INTEGER, exit_code INTEGER, error TEXT );
CREATE TABLE perigee_schedules ( schedule_name VARCHAR(40) NOT NULL, definition TEXT NOT NULL, starts_at TIMESTAMP NOT NULL, settled_at TIMESTAMP, paused
    BOOLEAN NOT NULL, updated_at TIMESTAMP NOT NULL, PRIMARY KEY (schedule_name) );
CREATE TABLE perigee_slots ( schedule_name VARCHAR(40) NOT NULL, slot VARCHAR(60) NOT NULL, due_at TIMESTAMP NOT NULL, window_from DATE NOT NULL, window_to
    DATE NOT NULL, state VARCHAR(12) NOT NULL, attempts INTEGER NOT NULL, run_id BIGINT, host VARCHAR(255), pid BIGINT, process_started BIGINT, token
    VARCHAR(40), heartbeat_at TIMESTAMP, finished_at TIMESTAMP, error TEXT, created_at TIMESTAMP NOT NULL, PRIMARY KEY (schedule_name, slot) );
CREATE TABLE perigee_staging ( batch VARCHAR(60) NOT NULL, id VARCHAR(20) NOT NULL, neo_reference_id VARCHAR(20) NOT NULL, name VARCHAR(255) NOT NULL,
    absolute_magnitude_h DECIMAL(10,6), is_potentially_hazardous_asteroid BOOLEAN NOT NULL, estimated_diameter_km_max DECIMAL(15,6), estimated_diameter_km_min
    DECIMAL(15,6), close_approach_date_full VARCHAR(50), velocity_kps DECIMAL(15,6) NOT NULL, miss_distance_km DECIMAL(20,6) NOT NULL, orbiting_body
    VARCHAR(50) NOT NULL, observation_date DATE NOT NULL, is_sentry_object BOOLEAN, epoch_ms BIGINT, miss_distance_au DECIMAL(24,18), source VARCHAR(10) NOT
    NULL, source_record VARCHAR(1200) NOT NULL );
CREATE TABLE perigee_staging_orbits ( batch VARCHAR(60) NOT NULL, id VARCHAR(20) NOT NULL, name VARCHAR(255) NOT NULL, designation VARCHAR(255), orbit_id
    VARCHAR(255), orbit_determination_date VARCHAR(255), first_observation_date VARCHAR(255), last_observation_date VARCHAR(255), data_arc_in_days
    VARCHAR(255), observations_used VARCHAR(255), orbit_uncertainty VARCHAR(255), equinox VARCHAR(255), orbit_class_type VARCHAR(255), orbit_class_description
    VARCHAR(255), orbit_class_range VARCHAR(255), minimum_orbit_intersection DECIMAL(38,18), jupiter_tisserand_invariant DECIMAL(38,18), epoch_osculation
    DECIMAL(38,18), eccentricity DECIMAL(38,18), semi_major_axis DECIMAL(38,18), inclination DECIMAL(38,18), ascending_node_longitude DECIMAL(38,18),
    orbital_period DECIMAL(38,18), perihelion_distance DECIMAL(38,18), perihelion_argument DECIMAL(38,18), aphelion_distance DECIMAL(38,18), perihelion_time
    DECIMAL(38,18), mean_anomaly DECIMAL(38,18), mean_motion DECIMAL(38,18), PRIMARY KEY (batch, id) );
CREATE INDEX nasa_neo_data_hazardous ON nasa_neo_data (is_potentially_hazardous_asteroid);
CREATE INDEX nasa_neo_data_observation_date ON nasa_neo_data (observation_date);
CREATE INDEX nasa_neo_history_key ON nasa_neo_history (id, orbiting_body, observation_date);
CREATE INDEX nasa_neo_quarantine_batch ON nasa_neo_quarantine (batch, status);
CREATE INDEX perigee_batches_lease ON perigee_batches (lease_run);
CREATE INDEX perigee_batches_run ON perigee_batches (run_id);
CREATE INDEX perigee_slots_state ON perigee_slots (schedule_name, state);
CREATE INDEX perigee_staging_batch ON perigee_staging (batch, id, orbiting_body, observation_date);
CREATE VIEW nasa_neo_seen AS SELECT d.*, COALESCE(CASE WHEN d.source = 'feed' THEN x.received_at END, d.first_seen) AS last_seen FROM nasa_neo_data d LEFT
    JOIN perigee_days x ON x.observation_date = d.observation_date;
INSERT INTO grdb_migrations VALUES ('1-approaches-and-ledger');
INSERT INTO grdb_migrations VALUES ('2-schedules-and-logs');
INSERT INTO perigee_meta (name, setting) VALUES ('lock', '');
