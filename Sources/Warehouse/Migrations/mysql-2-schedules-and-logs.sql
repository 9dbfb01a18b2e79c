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
