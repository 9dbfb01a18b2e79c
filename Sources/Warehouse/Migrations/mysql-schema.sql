CREATE TABLE nasa_neo_data (
    id VARCHAR(20) NOT NULL, neo_reference_id VARCHAR(20) NOT NULL, name VARCHAR(255) NOT NULL,
    absolute_magnitude_h DECIMAL(10,6), is_potentially_hazardous_asteroid BOOLEAN NOT NULL,
    estimated_diameter_km_max DECIMAL(15,6), estimated_diameter_km_min DECIMAL(15,6),
    close_approach_date_full VARCHAR(50), velocity_kps DECIMAL(15,6) NOT NULL,
    miss_distance_km DECIMAL(20,6) NOT NULL, orbiting_body VARCHAR(50) NOT NULL, observation_date DATE NOT NULL,
    is_sentry_object BOOLEAN, epoch_ms BIGINT, miss_distance_au DECIMAL(24,18), miss_distance_au_digits VARCHAR(40),
    source_record VARCHAR(1200) NOT NULL, source VARCHAR(10) NOT NULL, created_at DATETIME(3) NOT NULL,
    batch_date DATE NOT NULL, first_seen DATETIME(3) NOT NULL, seen_at DATETIME(3) NOT NULL,
    observation_id BIGINT NOT NULL, feed_observation_id BIGINT, PRIMARY KEY (id, orbiting_body, observation_date)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX nasa_neo_data_observation_date ON nasa_neo_data (observation_date);
CREATE INDEX nasa_neo_data_hazardous ON nasa_neo_data (is_potentially_hazardous_asteroid);
CREATE TABLE nasa_neo_history (
    id VARCHAR(20) NOT NULL, neo_reference_id VARCHAR(20) NOT NULL, name VARCHAR(255) NOT NULL,
    absolute_magnitude_h DECIMAL(10,6), is_potentially_hazardous_asteroid BOOLEAN NOT NULL,
    estimated_diameter_km_max DECIMAL(15,6), estimated_diameter_km_min DECIMAL(15,6),
    close_approach_date_full VARCHAR(50), velocity_kps DECIMAL(15,6) NOT NULL,
    miss_distance_km DECIMAL(20,6) NOT NULL, orbiting_body VARCHAR(50) NOT NULL, observation_date DATE NOT NULL,
    is_sentry_object BOOLEAN, epoch_ms BIGINT, miss_distance_au DECIMAL(24,18), miss_distance_au_digits VARCHAR(40),
    source_record VARCHAR(1200) NOT NULL, source VARCHAR(10) NOT NULL, created_at DATETIME(3) NOT NULL,
    batch_date DATE NOT NULL, first_seen DATETIME(3) NOT NULL, observation_id BIGINT NOT NULL,
    feed_observation_id BIGINT, change_kind VARCHAR(10) NOT NULL, last_seen DATETIME(3) NOT NULL,
    superseded_at DATETIME(3) NOT NULL, superseded_by BIGINT NOT NULL,
    PRIMARY KEY (id, orbiting_body, observation_date, observation_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX nasa_neo_history_observation_date ON nasa_neo_history (observation_date);
CREATE TABLE nasa_neo_orbits (
    id VARCHAR(20) NOT NULL, name VARCHAR(255) NOT NULL, designation VARCHAR(255), orbit_id VARCHAR(255),
    orbit_determination_date VARCHAR(255), first_observation_date VARCHAR(255), last_observation_date VARCHAR(255),
    data_arc_in_days VARCHAR(255), observations_used VARCHAR(255), orbit_uncertainty VARCHAR(255),
    equinox VARCHAR(255), orbit_class_type VARCHAR(255), orbit_class_description VARCHAR(255),
    orbit_class_range VARCHAR(255), minimum_orbit_intersection DECIMAL(38,18),
    jupiter_tisserand_invariant DECIMAL(38,18), epoch_osculation DECIMAL(38,18), eccentricity DECIMAL(38,18),
    semi_major_axis DECIMAL(38,18), inclination DECIMAL(38,18), ascending_node_longitude DECIMAL(38,18),
    orbital_period DECIMAL(38,18), perihelion_distance DECIMAL(38,18), perihelion_argument DECIMAL(38,18),
    aphelion_distance DECIMAL(38,18), perihelion_time DECIMAL(38,18), mean_anomaly DECIMAL(38,18),
    mean_motion DECIMAL(38,18), source_record LONGTEXT NOT NULL, updated_at DATETIME(3) NOT NULL,
    observation_id BIGINT NOT NULL, PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE nasa_neo_orbits_history (
    id VARCHAR(20) NOT NULL, name VARCHAR(255) NOT NULL, designation VARCHAR(255), orbit_id VARCHAR(255),
    orbit_determination_date VARCHAR(255), first_observation_date VARCHAR(255), last_observation_date VARCHAR(255),
    data_arc_in_days VARCHAR(255), observations_used VARCHAR(255), orbit_uncertainty VARCHAR(255),
    equinox VARCHAR(255), orbit_class_type VARCHAR(255), orbit_class_description VARCHAR(255),
    orbit_class_range VARCHAR(255), minimum_orbit_intersection DECIMAL(38,18),
    jupiter_tisserand_invariant DECIMAL(38,18), epoch_osculation DECIMAL(38,18), eccentricity DECIMAL(38,18),
    semi_major_axis DECIMAL(38,18), inclination DECIMAL(38,18), ascending_node_longitude DECIMAL(38,18),
    orbital_period DECIMAL(38,18), perihelion_distance DECIMAL(38,18), perihelion_argument DECIMAL(38,18),
    aphelion_distance DECIMAL(38,18), perihelion_time DECIMAL(38,18), mean_anomaly DECIMAL(38,18),
    mean_motion DECIMAL(38,18), source_record LONGTEXT NOT NULL, updated_at DATETIME(3) NOT NULL,
    observation_id BIGINT NOT NULL, last_seen DATETIME(3) NOT NULL, superseded_at DATETIME(3) NOT NULL,
    superseded_by BIGINT NOT NULL, PRIMARY KEY (id, observation_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE nasa_neo_quarantine (
    quarantine_id BIGINT AUTO_INCREMENT PRIMARY KEY, status VARCHAR(10) NOT NULL, batch VARCHAR(60) NOT NULL,
    rule_name VARCHAR(40) NOT NULL, path VARCHAR(300) NOT NULL, record_path VARCHAR(300) NOT NULL,
    value VARCHAR(400) NOT NULL, reason VARCHAR(400) NOT NULL, spk_id VARCHAR(20), feed_day DATE,
    raw_file VARCHAR(200) NOT NULL, raw_sha256 CHAR(64) NOT NULL, record LONGTEXT NOT NULL, rules INTEGER NOT NULL,
    run_id BIGINT NOT NULL, resolved_run BIGINT, created_at DATETIME(3) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX nasa_neo_quarantine_batch ON nasa_neo_quarantine (batch, status);
CREATE INDEX nasa_neo_quarantine_feed_day ON nasa_neo_quarantine (feed_day);
CREATE TABLE perigee_runs (
    run_id BIGINT AUTO_INCREMENT PRIMARY KEY, command VARCHAR(40) NOT NULL, engine VARCHAR(20) NOT NULL,
    status VARCHAR(12) NOT NULL, range_from DATE, range_to DATE, service VARCHAR(300) NOT NULL,
    host VARCHAR(255) NOT NULL, pid BIGINT NOT NULL, process_started BIGINT NOT NULL,
    started_at DATETIME(3) NOT NULL, heartbeat_at DATETIME(3) NOT NULL, finished_at DATETIME(3),
    planned INTEGER NOT NULL, published INTEGER NOT NULL, skipped INTEGER NOT NULL, failed INTEGER NOT NULL,
    inserted INTEGER NOT NULL, revised INTEGER NOT NULL, retired INTEGER NOT NULL, unchanged INTEGER NOT NULL,
    quarantined INTEGER NOT NULL, requests INTEGER NOT NULL, waited_ms BIGINT NOT NULL, remaining INTEGER,
    exit_code INTEGER, error LONGTEXT
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE perigee_batches (
    batch VARCHAR(60) NOT NULL, window_from DATE, window_to DATE, run_id BIGINT NOT NULL, lease_run BIGINT,
    error LONGTEXT, updated_at DATETIME(3) NOT NULL, PRIMARY KEY (batch)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX perigee_batches_run ON perigee_batches (run_id);
CREATE INDEX perigee_batches_lease ON perigee_batches (lease_run);
CREATE TABLE perigee_observations (
    observation_id BIGINT NOT NULL, batch VARCHAR(60) NOT NULL, service_at DATETIME(3) NOT NULL,
    received_at DATETIME(3) NOT NULL, sha256 CHAR(64) NOT NULL, raw_file VARCHAR(200) NOT NULL,
    revision INTEGER NOT NULL, raw_bytes BIGINT NOT NULL, service VARCHAR(300) NOT NULL,
    request_id VARCHAR(100) NOT NULL, simulated BOOLEAN NOT NULL, state VARCHAR(12) NOT NULL,
    run_id BIGINT NOT NULL, rules INTEGER, processed_file VARCHAR(200), element_count INTEGER, listed INTEGER,
    records INTEGER, rejected INTEGER, staged INTEGER, unreadable LONGTEXT, published_run BIGINT,
    published_at DATETIME(3), inserted INTEGER, revised INTEGER, retired INTEGER, unchanged INTEGER, error LONGTEXT,
    PRIMARY KEY (observation_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX perigee_observations_batch ON perigee_observations (batch);
CREATE INDEX perigee_observations_published ON perigee_observations (published_run);
CREATE TABLE perigee_verdicts (
    observation_id BIGINT NOT NULL, rules INTEGER NOT NULL, accepted BOOLEAN NOT NULL, acceptable BOOLEAN NOT NULL,
    findings LONGTEXT NOT NULL, recorded_at DATETIME(3) NOT NULL, run_id BIGINT NOT NULL,
    PRIMARY KEY (observation_id, rules)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE perigee_acceptances (
    observation_id BIGINT NOT NULL, host VARCHAR(255) NOT NULL, recorded_at DATETIME(3) NOT NULL,
    run_id BIGINT NOT NULL, PRIMARY KEY (observation_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE perigee_days (
    observation_date DATE NOT NULL, observation_id BIGINT NOT NULL, listed INTEGER NOT NULL,
    seen_at DATETIME(3) NOT NULL, is_clean BOOLEAN NOT NULL, PRIMARY KEY (observation_date, observation_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE perigee_objects (
    id VARCHAR(20) NOT NULL, observation_id BIGINT NOT NULL, seen_at DATETIME(3) NOT NULL,
    is_clean BOOLEAN NOT NULL, has_orbit BOOLEAN NOT NULL, PRIMARY KEY (id, observation_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE perigee_quality (
    run_id BIGINT NOT NULL, batch VARCHAR(60) NOT NULL, rule_name VARCHAR(40) NOT NULL,
    severity VARCHAR(10) NOT NULL, passed BOOLEAN NOT NULL, checked INTEGER NOT NULL, failed INTEGER NOT NULL,
    detail VARCHAR(1000) NOT NULL, recorded_at DATETIME(3) NOT NULL, PRIMARY KEY (run_id, batch, rule_name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE perigee_checkpoints (
    name VARCHAR(40) NOT NULL, through_date DATE NOT NULL, run_id BIGINT NOT NULL, updated_at DATETIME(3) NOT NULL,
    PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE perigee_meta (
    name VARCHAR(40) NOT NULL, setting VARCHAR(255) NOT NULL, PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE perigee_schedules (
    schedule_name VARCHAR(40) NOT NULL, definition LONGTEXT NOT NULL, starts_at DATETIME(3) NOT NULL,
    settled_at DATETIME(3), paused BOOLEAN NOT NULL, updated_at DATETIME(3) NOT NULL, PRIMARY KEY (schedule_name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE perigee_slots (
    schedule_name VARCHAR(40) NOT NULL, slot VARCHAR(60) NOT NULL, due_at DATETIME(3) NOT NULL,
    window_from DATE NOT NULL, window_to DATE NOT NULL, state VARCHAR(12) NOT NULL, attempts INTEGER NOT NULL,
    run_id BIGINT, host VARCHAR(255), pid BIGINT, process_started BIGINT, token VARCHAR(40),
    heartbeat_at DATETIME(3), finished_at DATETIME(3), error LONGTEXT, created_at DATETIME(3) NOT NULL,
    PRIMARY KEY (schedule_name, slot)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX perigee_slots_state ON perigee_slots (schedule_name, state);
CREATE TABLE perigee_logs (
    run_id BIGINT NOT NULL, line INTEGER NOT NULL, logged_at DATETIME(3) NOT NULL, level VARCHAR(10) NOT NULL,
    stage VARCHAR(12), batch VARCHAR(60), message LONGTEXT NOT NULL, PRIMARY KEY (run_id, line)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO perigee_meta (name, setting) VALUES ('lock', '');
CREATE VIEW nasa_neo_seen AS
SELECT d.*, o.published_run AS run_id, GREATEST(d.seen_at,
    COALESCE((SELECT MAX(x.seen_at) FROM perigee_days x WHERE x.observation_date = d.observation_date AND x.is_clean
        AND d.source = 'feed' AND d.orbiting_body = 'Earth'), d.seen_at),
    COALESCE((SELECT MAX(y.seen_at) FROM perigee_objects y WHERE y.id = d.id AND y.is_clean), d.seen_at)) AS last_seen
FROM nasa_neo_data d JOIN perigee_observations o ON o.observation_id = d.observation_id;
CREATE VIEW nasa_neo_observations AS
SELECT observation_id, batch, service_at, received_at, sha256, raw_file, service, simulated, state, rules, published_run, published_at, error
FROM perigee_observations;
