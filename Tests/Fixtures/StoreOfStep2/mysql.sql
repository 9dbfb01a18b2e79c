CREATE TABLE nasa_neo_data ( id varchar(20) NOT NULL, neo_reference_id varchar(20) NOT NULL, name varchar(255) NOT NULL, absolute_magnitude_h decimal(10,6)
    DEFAULT NULL, is_potentially_hazardous_asteroid tinyint(1) NOT NULL, estimated_diameter_km_max decimal(15,6) DEFAULT NULL, estimated_diameter_km_min
    decimal(15,6) DEFAULT NULL, close_approach_date_full varchar(50) DEFAULT NULL, velocity_kps decimal(15,6) NOT NULL, miss_distance_km decimal(20,6) NOT
    NULL, orbiting_body varchar(50) NOT NULL, observation_date date NOT NULL, is_sentry_object tinyint(1) DEFAULT NULL, epoch_ms bigint(20) DEFAULT NULL,
    miss_distance_au decimal(24,18) DEFAULT NULL, source varchar(10) NOT NULL, source_record varchar(1200) NOT NULL, created_at datetime(3) NOT NULL,
    batch_date date NOT NULL, first_seen datetime(3) NOT NULL, run_id bigint(20) NOT NULL, PRIMARY KEY (id,orbiting_body,observation_date), KEY
    nasa_neo_data_observation_date (observation_date), KEY nasa_neo_data_hazardous (is_potentially_hazardous_asteroid) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
    COLLATE=utf8mb4_bin;
CREATE TABLE nasa_neo_history ( history_id bigint(20) NOT NULL AUTO_INCREMENT, id varchar(20) NOT NULL, neo_reference_id varchar(20) NOT NULL, name
    varchar(255) NOT NULL, absolute_magnitude_h decimal(10,6) DEFAULT NULL, is_potentially_hazardous_asteroid tinyint(1) NOT NULL, estimated_diameter_km_max
    decimal(15,6) DEFAULT NULL, estimated_diameter_km_min decimal(15,6) DEFAULT NULL, close_approach_date_full varchar(50) DEFAULT NULL, velocity_kps
    decimal(15,6) NOT NULL, miss_distance_km decimal(20,6) NOT NULL, orbiting_body varchar(50) NOT NULL, observation_date date NOT NULL, is_sentry_object
    tinyint(1) DEFAULT NULL, epoch_ms bigint(20) DEFAULT NULL, miss_distance_au decimal(24,18) DEFAULT NULL, source varchar(10) NOT NULL, source_record
    varchar(1200) NOT NULL, created_at datetime(3) NOT NULL, batch_date date NOT NULL, first_seen datetime(3) NOT NULL, run_id bigint(20) NOT NULL,
    change_kind varchar(10) NOT NULL, last_seen datetime(3) NOT NULL, superseded_run bigint(20) NOT NULL, superseded_at datetime(3) NOT NULL, PRIMARY KEY
    (history_id), KEY nasa_neo_history_key (id,orbiting_body,observation_date) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE nasa_neo_orbits ( id varchar(20) NOT NULL, name varchar(255) NOT NULL, designation varchar(255) DEFAULT NULL, orbit_id varchar(255) DEFAULT NULL,
    orbit_determination_date varchar(255) DEFAULT NULL, first_observation_date varchar(255) DEFAULT NULL, last_observation_date varchar(255) DEFAULT NULL,
    data_arc_in_days varchar(255) DEFAULT NULL, observations_used varchar(255) DEFAULT NULL, orbit_uncertainty varchar(255) DEFAULT NULL, equinox varchar(255)
    DEFAULT NULL, orbit_class_type varchar(255) DEFAULT NULL, orbit_class_description varchar(255) DEFAULT NULL, orbit_class_range varchar(255) DEFAULT NULL,
    minimum_orbit_intersection decimal(38,18) DEFAULT NULL, jupiter_tisserand_invariant decimal(38,18) DEFAULT NULL, epoch_osculation decimal(38,18) DEFAULT
    NULL, eccentricity decimal(38,18) DEFAULT NULL, semi_major_axis decimal(38,18) DEFAULT NULL, inclination decimal(38,18) DEFAULT NULL,
    ascending_node_longitude decimal(38,18) DEFAULT NULL, orbital_period decimal(38,18) DEFAULT NULL, perihelion_distance decimal(38,18) DEFAULT NULL,
    perihelion_argument decimal(38,18) DEFAULT NULL, aphelion_distance decimal(38,18) DEFAULT NULL, perihelion_time decimal(38,18) DEFAULT NULL, mean_anomaly
    decimal(38,18) DEFAULT NULL, mean_motion decimal(38,18) DEFAULT NULL, updated_at datetime(3) NOT NULL, run_id bigint(20) NOT NULL, PRIMARY KEY (id) )
    ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE nasa_neo_quarantine ( quarantine_id bigint(20) NOT NULL AUTO_INCREMENT, status varchar(10) NOT NULL, batch varchar(60) NOT NULL, rule_name
    varchar(40) NOT NULL, path varchar(300) NOT NULL, record_path varchar(300) NOT NULL, value varchar(400) NOT NULL, reason varchar(400) NOT NULL, spk_id
    varchar(20) DEFAULT NULL, raw_file varchar(200) NOT NULL, raw_sha256 char(64) NOT NULL, record longtext NOT NULL, run_id bigint(20) NOT NULL, resolved_run
    bigint(20) DEFAULT NULL, created_at datetime(3) NOT NULL, PRIMARY KEY (quarantine_id), KEY nasa_neo_quarantine_batch (batch,status) ) ENGINE=InnoDB
    DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE perigee_batches ( batch varchar(60) NOT NULL, state varchar(12) NOT NULL, run_id bigint(20) NOT NULL, lease_run bigint(20) DEFAULT NULL,
    window_from date DEFAULT NULL, window_to date DEFAULT NULL, raw_file varchar(200) DEFAULT NULL, raw_sha256 char(64) DEFAULT NULL, raw_bytes bigint(20)
    DEFAULT NULL, received_at datetime(3) DEFAULT NULL, request_id varchar(100) DEFAULT NULL, simulated tinyint(1) DEFAULT NULL, processed_file varchar(200)
    DEFAULT NULL, element_count int(11) DEFAULT NULL, listed int(11) DEFAULT NULL, records int(11) DEFAULT NULL, rejected int(11) DEFAULT NULL, staged int(11)
    DEFAULT NULL, days longtext DEFAULT NULL, published_sha256 char(64) DEFAULT NULL, published_at datetime(3) DEFAULT NULL, published_run bigint(20) DEFAULT
    NULL, inserted int(11) DEFAULT NULL, revised int(11) DEFAULT NULL, retired int(11) DEFAULT NULL, unchanged int(11) DEFAULT NULL, error longtext DEFAULT
    NULL, updated_at datetime(3) NOT NULL, PRIMARY KEY (batch), KEY perigee_batches_run (run_id), KEY perigee_batches_lease (lease_run) ) ENGINE=InnoDB
    DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE perigee_checkpoints ( name varchar(40) NOT NULL, through_date date NOT NULL, run_id bigint(20) NOT NULL, updated_at datetime(3) NOT NULL, PRIMARY
    KEY (name) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE perigee_days ( observation_date date NOT NULL, listed int(11) NOT NULL, received_at datetime(3) NOT NULL, run_id bigint(20) NOT NULL, PRIMARY KEY
    (observation_date) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE perigee_logs ( run_id bigint(20) NOT NULL, line int(11) NOT NULL, logged_at datetime(3) NOT NULL, level varchar(10) NOT NULL, stage varchar(12)
    DEFAULT NULL, batch varchar(60) DEFAULT NULL, message longtext NOT NULL, PRIMARY KEY (run_id,line) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
    COLLATE=utf8mb4_bin;
CREATE TABLE perigee_meta ( name varchar(40) NOT NULL, setting varchar(255) NOT NULL, PRIMARY KEY (name) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
    COLLATE=utf8mb4_bin;
CREATE TABLE perigee_migrations ( name varchar(100) NOT NULL, PRIMARY KEY (name) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE perigee_quality ( run_id bigint(20) NOT NULL, batch varchar(60) NOT NULL, rule_name varchar(40) NOT NULL, severity varchar(10) NOT NULL, passed
    tinyint(1) NOT NULL, checked int(11) NOT NULL, failed int(11) NOT NULL, detail varchar(1000) NOT NULL, recorded_at datetime(3) NOT NULL, PRIMARY KEY
    (run_id,batch,rule_name) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE perigee_runs ( run_id bigint(20) NOT NULL AUTO_INCREMENT, command varchar(40) NOT NULL, engine varchar(20) NOT NULL, status varchar(12) NOT NULL,
    range_from date DEFAULT NULL, range_to date DEFAULT NULL, service varchar(300) NOT NULL, host varchar(255) NOT NULL, pid bigint(20) NOT NULL,
    process_started bigint(20) NOT NULL, started_at datetime(3) NOT NULL, heartbeat_at datetime(3) NOT NULL, finished_at datetime(3) DEFAULT NULL, planned
    int(11) NOT NULL, published int(11) NOT NULL, skipped int(11) NOT NULL, failed int(11) NOT NULL, inserted int(11) NOT NULL, revised int(11) NOT NULL,
    retired int(11) NOT NULL, unchanged int(11) NOT NULL, quarantined int(11) NOT NULL, requests int(11) NOT NULL, waited_ms bigint(20) NOT NULL, remaining
    int(11) DEFAULT NULL, exit_code int(11) DEFAULT NULL, error longtext DEFAULT NULL, PRIMARY KEY (run_id) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
    COLLATE=utf8mb4_bin;
CREATE TABLE perigee_schedules ( schedule_name varchar(40) NOT NULL, definition longtext NOT NULL, starts_at datetime(3) NOT NULL, settled_at datetime(3)
    DEFAULT NULL, paused tinyint(1) NOT NULL, updated_at datetime(3) NOT NULL, PRIMARY KEY (schedule_name) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
    COLLATE=utf8mb4_bin;
CREATE TABLE perigee_slots ( schedule_name varchar(40) NOT NULL, slot varchar(60) NOT NULL, due_at datetime(3) NOT NULL, window_from date NOT NULL, window_to
    date NOT NULL, state varchar(12) NOT NULL, attempts int(11) NOT NULL, run_id bigint(20) DEFAULT NULL, host varchar(255) DEFAULT NULL, pid bigint(20)
    DEFAULT NULL, process_started bigint(20) DEFAULT NULL, token varchar(40) DEFAULT NULL, heartbeat_at datetime(3) DEFAULT NULL, finished_at datetime(3)
    DEFAULT NULL, error longtext DEFAULT NULL, created_at datetime(3) NOT NULL, PRIMARY KEY (schedule_name,slot), KEY perigee_slots_state
    (schedule_name,state) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE perigee_staging ( batch varchar(60) NOT NULL, id varchar(20) NOT NULL, neo_reference_id varchar(20) NOT NULL, name varchar(255) NOT NULL,
    absolute_magnitude_h decimal(10,6) DEFAULT NULL, is_potentially_hazardous_asteroid tinyint(1) NOT NULL, estimated_diameter_km_max decimal(15,6) DEFAULT
    NULL, estimated_diameter_km_min decimal(15,6) DEFAULT NULL, close_approach_date_full varchar(50) DEFAULT NULL, velocity_kps decimal(15,6) NOT NULL,
    miss_distance_km decimal(20,6) NOT NULL, orbiting_body varchar(50) NOT NULL, observation_date date NOT NULL, is_sentry_object tinyint(1) DEFAULT NULL,
    epoch_ms bigint(20) DEFAULT NULL, miss_distance_au decimal(24,18) DEFAULT NULL, source varchar(10) NOT NULL, source_record varchar(1200) NOT NULL, KEY
    perigee_staging_batch (batch,id,orbiting_body,observation_date) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE perigee_staging_orbits ( batch varchar(60) NOT NULL, id varchar(20) NOT NULL, name varchar(255) NOT NULL, designation varchar(255) DEFAULT NULL,
    orbit_id varchar(255) DEFAULT NULL, orbit_determination_date varchar(255) DEFAULT NULL, first_observation_date varchar(255) DEFAULT NULL,
    last_observation_date varchar(255) DEFAULT NULL, data_arc_in_days varchar(255) DEFAULT NULL, observations_used varchar(255) DEFAULT NULL,
    orbit_uncertainty varchar(255) DEFAULT NULL, equinox varchar(255) DEFAULT NULL, orbit_class_type varchar(255) DEFAULT NULL, orbit_class_description
    varchar(255) DEFAULT NULL, orbit_class_range varchar(255) DEFAULT NULL, minimum_orbit_intersection decimal(38,18) DEFAULT NULL,
    jupiter_tisserand_invariant decimal(38,18) DEFAULT NULL, epoch_osculation decimal(38,18) DEFAULT NULL, eccentricity decimal(38,18) DEFAULT NULL,
    semi_major_axis decimal(38,18) DEFAULT NULL, inclination decimal(38,18) DEFAULT NULL, ascending_node_longitude decimal(38,18) DEFAULT NULL, orbital_period
    decimal(38,18) DEFAULT NULL, perihelion_distance decimal(38,18) DEFAULT NULL, perihelion_argument decimal(38,18) DEFAULT NULL, aphelion_distance
    decimal(38,18) DEFAULT NULL, perihelion_time decimal(38,18) DEFAULT NULL, mean_anomaly decimal(38,18) DEFAULT NULL, mean_motion decimal(38,18) DEFAULT
    NULL, PRIMARY KEY (batch,id) ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE VIEW nasa_neo_seen AS select d.id AS id,d.neo_reference_id AS neo_reference_id,d.name AS name,d.absolute_magnitude_h AS
    absolute_magnitude_h,d.is_potentially_hazardous_asteroid AS is_potentially_hazardous_asteroid,d.estimated_diameter_km_max AS
    estimated_diameter_km_max,d.estimated_diameter_km_min AS estimated_diameter_km_min,d.close_approach_date_full AS close_approach_date_full,d.velocity_kps
    AS velocity_kps,d.miss_distance_km AS miss_distance_km,d.orbiting_body AS orbiting_body,d.observation_date AS observation_date,d.is_sentry_object AS
    is_sentry_object,d.epoch_ms AS epoch_ms,d.miss_distance_au AS miss_distance_au,d.source AS source,d.source_record AS source_record,d.created_at AS
    created_at,d.batch_date AS batch_date,d.first_seen AS first_seen,d.run_id AS run_id,coalesce(case when d.source = 'feed' then x.received_at
    end,d.first_seen) AS last_seen from (nasa_neo_data d left join perigee_days x on(x.observation_date = d.observation_date));
INSERT INTO perigee_migrations VALUES ('1-approaches-and-ledger');
INSERT INTO perigee_migrations VALUES ('2-schedules-and-logs');
INSERT INTO perigee_meta (name, setting) VALUES ('lock', '');
