DROP VIEW nasa_neo_seen;
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
CREATE TABLE perigee_objects (
    id VARCHAR(20) NOT NULL, observation_id BIGINT NOT NULL, seen_at DATETIME(3) NOT NULL,
    is_clean BOOLEAN NOT NULL, has_orbit BOOLEAN NOT NULL, PRIMARY KEY (id, observation_id)
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
CREATE TABLE perigee_upgrade_versions (
    id VARCHAR(20) NOT NULL, orbiting_body VARCHAR(50) NOT NULL, observation_date DATE NOT NULL, history_id BIGINT NOT NULL,
    source VARCHAR(10) NOT NULL, since DATETIME(3) NOT NULL, PRIMARY KEY (id, orbiting_body, observation_date, history_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO perigee_upgrade_versions
SELECT v.id, v.orbiting_body, v.observation_date, v.history_id, v.source,
    CASE WHEN v.earlier_kind IS NULL THEN v.first_seen WHEN v.earlier_kind = 'retired' THEN COALESCE(r.started_at, v.earlier_at) ELSE v.earlier_at END
FROM (SELECT u.*, LAG(change_kind) OVER w AS earlier_kind, LAG(superseded_at) OVER w AS earlier_at
    FROM (SELECT id, orbiting_body, observation_date, history_id, source, first_seen, run_id, change_kind, superseded_at FROM nasa_neo_history
        UNION ALL SELECT id, orbiting_body, observation_date, 9223372036854775807, source, first_seen, run_id, NULL, NULL FROM nasa_neo_data) u
    WINDOW w AS (PARTITION BY id, orbiting_body, observation_date ORDER BY history_id)) v
LEFT JOIN perigee_runs r ON r.run_id = v.run_id;
CREATE TABLE perigee_upgrade_points (
    kind VARCHAR(10) NOT NULL, observation_date DATE, id VARCHAR(20), seen_at DATETIME(3) NOT NULL,
    has_orbit BOOLEAN NOT NULL, observation_id BIGINT, INDEX (kind, seen_at, observation_date)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO perigee_upgrade_points (kind, observation_date, id, seen_at, has_orbit)
SELECT DISTINCT 'feed', observation_date, '', since, FALSE FROM perigee_upgrade_versions WHERE source = 'feed'
UNION SELECT 'feed', observation_date, '', superseded_at, FALSE FROM nasa_neo_history WHERE source = 'feed'
UNION SELECT 'feed', observation_date, '', received_at, FALSE FROM perigee_days;
INSERT INTO perigee_upgrade_points (kind, observation_date, id, seen_at, has_orbit)
SELECT 'lookup', NULL, p.id, p.seen_at, EXISTS (SELECT 1 FROM nasa_neo_orbits o WHERE o.id = p.id AND o.updated_at = p.seen_at)
FROM (SELECT id, since AS seen_at FROM perigee_upgrade_versions WHERE source = 'lookup'
    UNION SELECT id, superseded_at FROM nasa_neo_history WHERE source = 'lookup' UNION SELECT id, updated_at FROM nasa_neo_orbits) p;
INSERT INTO perigee_observations (observation_id, batch, service_at, received_at, sha256, raw_file, revision, raw_bytes, service, request_id,
    simulated, state, run_id, rules, processed_file, element_count, listed, records, rejected, staged, published_run, published_at, inserted, revised,
    retired, unchanged)
SELECT CAST(CONV(SUBSTR(SHA2(CONCAT(batch, ' ', LEFT(DATE_FORMAT(received_at, '%Y-%m-%d %H:%i:%s.%f'), 23), ' ', LEFT(DATE_FORMAT(received_at, '%Y-%m-%d %H:%i:%s.%f'), 23), ' ', published_sha256), 256), 1, 16), 16, 10) AS UNSIGNED) & 9223372036854775807,
    batch, received_at, received_at, published_sha256, raw_file, 0, raw_bytes, '', COALESCE(request_id, ''), COALESCE(simulated, FALSE), 'published', run_id, 1,
    processed_file, element_count, listed, records, rejected, staged, published_run, published_at, inserted, revised, retired, unchanged
FROM perigee_batches WHERE published_sha256 = raw_sha256 AND received_at IS NOT NULL;
SET SESSION group_concat_max_len = 1000000;
CREATE INDEX perigee_upgrade_received ON perigee_observations (received_at);
UPDATE perigee_observations SET unreadable = (SELECT CASE WHEN COUNT(*) > COUNT(q.spk_id) THEN '*' ELSE GROUP_CONCAT(q.spk_id SEPARATOR ' ') END
    FROM (SELECT DISTINCT batch, raw_sha256, spk_id FROM nasa_neo_quarantine) q
    WHERE q.batch = perigee_observations.batch AND q.raw_sha256 = perigee_observations.sha256) WHERE rejected > 0;
UPDATE perigee_upgrade_points SET observation_id = (SELECT MIN(o.observation_id) FROM perigee_observations o
    JOIN perigee_batches b ON b.batch = o.batch WHERE o.received_at = perigee_upgrade_points.seen_at
    AND perigee_upgrade_points.observation_date BETWEEN b.window_from AND b.window_to) WHERE kind = 'feed';
UPDATE perigee_upgrade_points SET observation_id = (SELECT o.observation_id FROM perigee_observations o
    WHERE o.received_at = perigee_upgrade_points.seen_at AND o.batch = CONCAT('lookup ', perigee_upgrade_points.id)) WHERE kind = 'lookup';
UPDATE perigee_upgrade_points SET observation_id = CAST(CONV(SUBSTR(SHA2(CONCAT(kind, ' ', id, ' ', LEFT(DATE_FORMAT(seen_at, '%Y-%m-%d %H:%i:%s.%f'), 23)), 256), 1, 16), 16, 10) AS UNSIGNED) & 9223372036854775807 WHERE observation_id IS NULL;
INSERT INTO perigee_observations (observation_id, batch, service_at, received_at, sha256, raw_file, revision, raw_bytes, service, request_id,
    simulated, state, run_id, rules, published_run, published_at)
SELECT p.observation_id, CONCAT('feed ', CAST(MIN(p.observation_date) AS CHAR), '..', CAST(MAX(p.observation_date) AS CHAR)), MIN(p.seen_at), MIN(p.seen_at),
    '0000000000000000000000000000000000000000000000000000000000000000', '', 0, 0, '', '', FALSE, 'published',
    COALESCE(MIN(r.run_id), 0), 1, COALESCE(MIN(r.run_id), 0), MIN(p.seen_at)
FROM perigee_upgrade_points p LEFT JOIN perigee_observations o ON o.observation_id = p.observation_id
LEFT JOIN perigee_runs r ON r.started_at <= p.seen_at AND r.finished_at >= p.seen_at
WHERE p.kind = 'feed' AND o.observation_id IS NULL GROUP BY p.observation_id;
INSERT INTO perigee_observations (observation_id, batch, service_at, received_at, sha256, raw_file, revision, raw_bytes, service, request_id,
    simulated, state, run_id, rules, published_run, published_at)
SELECT p.observation_id, CONCAT('lookup ', MIN(p.id)), MIN(p.seen_at), MIN(p.seen_at),
    '0000000000000000000000000000000000000000000000000000000000000000', '', 0, 0, '', '', FALSE, 'published',
    COALESCE(MIN(r.run_id), 0), 1, COALESCE(MIN(r.run_id), 0), MIN(p.seen_at)
FROM perigee_upgrade_points p LEFT JOIN perigee_observations o ON o.observation_id = p.observation_id
LEFT JOIN perigee_runs r ON r.started_at <= p.seen_at AND r.finished_at >= p.seen_at
WHERE p.kind = 'lookup' AND o.observation_id IS NULL GROUP BY p.observation_id;
DROP INDEX perigee_upgrade_received ON perigee_observations;
ALTER TABLE perigee_days RENAME TO perigee_upgrade_days;
CREATE TABLE perigee_days (
    observation_date DATE NOT NULL, observation_id BIGINT NOT NULL, listed INTEGER NOT NULL,
    seen_at DATETIME(3) NOT NULL, is_clean BOOLEAN NOT NULL, PRIMARY KEY (observation_date, observation_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO perigee_days (observation_date, observation_id, listed, seen_at, is_clean)
SELECT p.observation_date, p.observation_id, COALESCE(MAX(x.listed), 0), MIN(p.seen_at), COALESCE(MAX(o.rejected), 0) = 0
FROM perigee_upgrade_points p JOIN perigee_observations o ON o.observation_id = p.observation_id
LEFT JOIN perigee_upgrade_days x ON x.observation_date = p.observation_date
WHERE p.kind = 'feed' GROUP BY p.observation_date, p.observation_id;
INSERT INTO perigee_objects (id, observation_id, seen_at, is_clean, has_orbit)
SELECT p.id, p.observation_id, MIN(p.seen_at), TRUE, MAX(p.has_orbit) FROM perigee_upgrade_points p WHERE p.kind = 'lookup' GROUP BY p.id, p.observation_id;
INSERT INTO perigee_verdicts (observation_id, rules, accepted, acceptable, findings, recorded_at, run_id)
SELECT observation_id, 1, TRUE, FALSE, '', published_at, run_id FROM perigee_observations;
ALTER TABLE nasa_neo_data ADD COLUMN miss_distance_au_digits VARCHAR(40);
ALTER TABLE nasa_neo_data ADD COLUMN seen_at DATETIME(3);
ALTER TABLE nasa_neo_data ADD COLUMN observation_id BIGINT;
ALTER TABLE nasa_neo_data ADD COLUMN feed_observation_id BIGINT;
UPDATE nasa_neo_data SET miss_distance_au_digits = TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(miss_distance_au AS CHAR))),
    seen_at = (SELECT u.since FROM perigee_upgrade_versions u WHERE u.id = nasa_neo_data.id AND u.orbiting_body = nasa_neo_data.orbiting_body
        AND u.observation_date = nasa_neo_data.observation_date AND u.history_id = 9223372036854775807);
UPDATE nasa_neo_data SET observation_id = (SELECT MIN(p.observation_id) FROM perigee_upgrade_points p WHERE p.kind = nasa_neo_data.source AND p.seen_at = nasa_neo_data.seen_at
        AND (p.observation_date = nasa_neo_data.observation_date OR p.id = nasa_neo_data.id)),
    feed_observation_id = CASE WHEN source = 'feed' THEN (SELECT MIN(p.observation_id) FROM perigee_upgrade_points p WHERE p.kind = nasa_neo_data.source AND p.seen_at = (SELECT MIN(u.since) FROM perigee_upgrade_versions u WHERE u.id = nasa_neo_data.id AND u.orbiting_body = nasa_neo_data.orbiting_body
        AND u.observation_date = nasa_neo_data.observation_date AND u.source = 'feed')
        AND (p.observation_date = nasa_neo_data.observation_date OR p.id = nasa_neo_data.id)) END;
ALTER TABLE nasa_neo_data MODIFY seen_at DATETIME(3) NOT NULL, MODIFY observation_id BIGINT NOT NULL, DROP COLUMN run_id;
DROP INDEX nasa_neo_history_key ON nasa_neo_history;
ALTER TABLE nasa_neo_history RENAME TO perigee_upgrade_history;
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
INSERT INTO nasa_neo_history (id, neo_reference_id, name, absolute_magnitude_h, is_potentially_hazardous_asteroid, estimated_diameter_km_max, estimated_diameter_km_min, close_approach_date_full, velocity_kps, miss_distance_km, orbiting_body, observation_date, is_sentry_object, epoch_ms, miss_distance_au, miss_distance_au_digits, source_record, source, created_at, batch_date, first_seen, observation_id, feed_observation_id, change_kind, last_seen, superseded_at, superseded_by)
SELECT h.id, h.neo_reference_id, h.name, h.absolute_magnitude_h, h.is_potentially_hazardous_asteroid, h.estimated_diameter_km_max, h.estimated_diameter_km_min, h.close_approach_date_full, h.velocity_kps, h.miss_distance_km, h.orbiting_body, h.observation_date, h.is_sentry_object, h.epoch_ms, h.miss_distance_au, TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(h.miss_distance_au AS CHAR))), h.source_record, h.source, h.created_at, h.batch_date, h.first_seen, (SELECT MIN(p.observation_id) FROM perigee_upgrade_points p WHERE p.kind = h.source AND p.seen_at = (SELECT u.since FROM perigee_upgrade_versions u WHERE u.id = h.id AND u.orbiting_body = h.orbiting_body
        AND u.observation_date = h.observation_date AND u.history_id = h.history_id)
        AND (p.observation_date = h.observation_date OR p.id = h.id)), CASE WHEN h.source = 'feed' THEN (SELECT MIN(p.observation_id) FROM perigee_upgrade_points p WHERE p.kind = h.source AND p.seen_at = (SELECT MIN(u.since) FROM perigee_upgrade_versions u WHERE u.id = h.id AND u.orbiting_body = h.orbiting_body
        AND u.observation_date = h.observation_date AND u.source = 'feed')
        AND (p.observation_date = h.observation_date OR p.id = h.id)) END, h.change_kind, h.last_seen, h.superseded_at, (SELECT MIN(p.observation_id) FROM perigee_upgrade_points p WHERE p.kind = h.source AND p.seen_at = h.superseded_at
        AND (p.observation_date = h.observation_date OR p.id = h.id))
FROM perigee_upgrade_history h;
ALTER TABLE nasa_neo_orbits ADD COLUMN source_record LONGTEXT;
ALTER TABLE nasa_neo_orbits ADD COLUMN observation_id BIGINT;
UPDATE nasa_neo_orbits SET source_record = CONCAT_WS(',', COALESCE(CONCAT('"', REPLACE(id, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(name, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(designation, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(orbit_id, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(orbit_determination_date, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(first_observation_date, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(last_observation_date, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(data_arc_in_days, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(observations_used, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(orbit_uncertainty, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(equinox, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(orbit_class_type, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(orbit_class_description, '"', '""'), '"'), ''),
    COALESCE(CONCAT('"', REPLACE(orbit_class_range, '"', '""'), '"'), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(minimum_orbit_intersection AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(jupiter_tisserand_invariant AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(epoch_osculation AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(eccentricity AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(semi_major_axis AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(inclination AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(ascending_node_longitude AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(orbital_period AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(perihelion_distance AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(perihelion_argument AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(aphelion_distance AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(perihelion_time AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(mean_anomaly AS CHAR))), ''),
    COALESCE(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(mean_motion AS CHAR))), '')),
    observation_id = (SELECT MIN(p.observation_id) FROM perigee_upgrade_points p WHERE p.kind = 'lookup' AND p.id = nasa_neo_orbits.id AND p.seen_at = nasa_neo_orbits.updated_at);
ALTER TABLE nasa_neo_orbits MODIFY source_record LONGTEXT NOT NULL, MODIFY observation_id BIGINT NOT NULL, DROP COLUMN run_id;
ALTER TABLE nasa_neo_quarantine ADD COLUMN feed_day DATE;
ALTER TABLE nasa_neo_quarantine ADD COLUMN rules INTEGER NOT NULL DEFAULT 1;
ALTER TABLE nasa_neo_quarantine ALTER COLUMN rules DROP DEFAULT;
UPDATE nasa_neo_quarantine SET feed_day = CAST(SUBSTR(path, 23, 10) AS DATE) WHERE path LIKE '$.near_earth_objects["____-__-__"]%';
CREATE INDEX nasa_neo_quarantine_feed_day ON nasa_neo_quarantine (feed_day);
DROP INDEX perigee_batches_run ON perigee_batches;
DROP INDEX perigee_batches_lease ON perigee_batches;
ALTER TABLE perigee_batches RENAME TO perigee_upgrade_batches;
CREATE TABLE perigee_batches (
    batch VARCHAR(60) NOT NULL, window_from DATE, window_to DATE, run_id BIGINT NOT NULL, lease_run BIGINT,
    error LONGTEXT, updated_at DATETIME(3) NOT NULL, PRIMARY KEY (batch)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX perigee_batches_run ON perigee_batches (run_id);
CREATE INDEX perigee_batches_lease ON perigee_batches (lease_run);
INSERT INTO perigee_batches (batch, window_from, window_to, run_id, lease_run, error, updated_at)
SELECT batch, window_from, window_to, run_id, NULL, NULL, updated_at FROM perigee_upgrade_batches;
DROP TABLE perigee_upgrade_versions;
DROP TABLE perigee_upgrade_points;
DROP TABLE perigee_upgrade_days;
DROP TABLE perigee_upgrade_history;
DROP TABLE perigee_upgrade_batches;
DROP TABLE perigee_staging;
DROP TABLE perigee_staging_orbits;
CREATE VIEW nasa_neo_seen AS
SELECT d.*, o.published_run AS run_id, GREATEST(d.seen_at,
    COALESCE((SELECT MAX(x.seen_at) FROM perigee_days x WHERE x.observation_date = d.observation_date AND x.is_clean
        AND d.source = 'feed' AND d.orbiting_body = 'Earth'), d.seen_at),
    COALESCE((SELECT MAX(y.seen_at) FROM perigee_objects y WHERE y.id = d.id AND y.is_clean), d.seen_at)) AS last_seen
FROM nasa_neo_data d JOIN perigee_observations o ON o.observation_id = d.observation_id;
CREATE VIEW nasa_neo_observations AS
SELECT observation_id, batch, service_at, received_at, sha256, raw_file, service, simulated, state, rules, published_run, published_at, error
FROM perigee_observations;
