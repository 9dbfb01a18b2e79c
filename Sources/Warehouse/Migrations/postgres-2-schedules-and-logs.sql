CREATE TABLE perigee_schedules (
    schedule_name VARCHAR(40) COLLATE "C" NOT NULL, definition TEXT NOT NULL, starts_at TIMESTAMP(3) NOT NULL,
    settled_at TIMESTAMP(3), paused BOOLEAN NOT NULL, updated_at TIMESTAMP(3) NOT NULL, PRIMARY KEY (schedule_name)
);
CREATE TABLE perigee_slots (
    schedule_name VARCHAR(40) COLLATE "C" NOT NULL, slot VARCHAR(60) COLLATE "C" NOT NULL,
    due_at TIMESTAMP(3) NOT NULL, window_from DATE NOT NULL, window_to DATE NOT NULL, state VARCHAR(12) NOT NULL,
    attempts INTEGER NOT NULL, run_id BIGINT, host VARCHAR(255), pid BIGINT, process_started BIGINT,
    token VARCHAR(40), heartbeat_at TIMESTAMP(3), finished_at TIMESTAMP(3), error TEXT,
    created_at TIMESTAMP(3) NOT NULL, PRIMARY KEY (schedule_name, slot)
);
CREATE INDEX perigee_slots_state ON perigee_slots (schedule_name, state);
CREATE TABLE perigee_logs (
    run_id BIGINT NOT NULL, line INTEGER NOT NULL, logged_at TIMESTAMP(3) NOT NULL, level VARCHAR(10) NOT NULL,
    stage VARCHAR(12), batch VARCHAR(60) COLLATE "C", message TEXT NOT NULL, PRIMARY KEY (run_id, line)
);
