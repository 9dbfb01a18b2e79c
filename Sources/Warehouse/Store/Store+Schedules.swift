public import Foundation
public import NearEarth
public import Scheduling

/// The schedules, and the one transaction in which a server takes a slot.
extension Store {
    /// A schedule, or nil.
    public func schedule(_ name: String) async throws(StoreError) -> ScheduleRecord? {
        try await database.read { session in try Self.schedule(name, session) }
    }

    /// Makes a schedule, or gives one another definition.
    public func define(_ name: String, _ definition: ScheduleDefinition, start: Date?) async throws(StoreError) -> ScheduleRecord {
        let moment = now()
        return try await database.write { session in
            let known = try Self.schedule(name, session)
            let record = ScheduleRecord(
                name: name, definition: definition,
                // Whole seconds: turns are then due at times that read well.
                start: start ?? known?.start ?? Date(timeIntervalSince1970: moment.timeIntervalSince1970.rounded(.down)), settled: known?.settled,
                isPaused: known?.isPaused ?? false)
            let row: [SQLValue] = [
                .text(name), .text(try Self.text(definition)), .timestamp(record.start), .timestamp(record.settled), .bool(record.isPaused),
                .timestamp(moment),
            ]
            let columns = ["schedule_name", "definition", "starts_at", "settled_at", "paused", "updated_at"]
            try upsert("perigee_schedules", key: ["schedule_name"], columns: columns, [row], session)
            return record
        }
    }

    /// Has a schedule rest, or go on.
    public func setPaused(_ name: String, _ isPaused: Bool) async throws(StoreError) -> Bool {
        let moment = SQLValue.timestamp(now())
        return try await database.write { session in
            guard try Self.schedule(name, session) != nil else { return false }
            try session.execute("UPDATE perigee_schedules SET paused = ?, updated_at = ? WHERE schedule_name = ?", [.bool(isPaused), moment, .text(name)])
            return true
        }
    }

    /// Asks for a run of these days.
    public func trigger(_ name: String, _ window: DateWindow) async throws(StoreError) -> SlotRecord {
        let moment = now()
        // The name is settled before the transaction: one that is begun anew writes the same row.
        let slot = "\(SlotRecord.triggered)\(Timestamp.text(moment)) \(UUID().uuidString.prefix(4))"
        return try await database.write { session in
            let record = Self.record(name, slot, Turn(due: moment, window: window), .waiting)
            guard try session.count("SELECT COUNT(*) AS count FROM perigee_slots WHERE schedule_name = ? AND slot = ?", [.text(name), .text(slot)]) == 0 else {
                return record
            }
            try Self.insert(record, at: moment, session)
            return record
        }
    }

    /// Takes the next slot. Repeated after a commit whose answer was lost, it finds the slot it took.
    public func claimSlot(of name: String, by holder: SlotHolder) async throws(StoreError) -> SlotClaim {
        let moment = now()
        return try await database.write { session in
            guard let schedule = try Self.schedule(name, session) else { return .idle(next: nil) }
            if let running = try Self.slots(name, "state = 'running' ORDER BY created_at, slot LIMIT 1", session).first {
                if running.token == holder.token { return .granted(running) }
                if Self.lives(running, at: moment) { return .held(running) }
                return .granted(try Self.take(running, holder, at: moment, session))
            }
            // While a schedule rests, only what is asked for by hand is run.
            let hand = schedule.isPaused ? "AND slot LIKE '\(SlotRecord.triggered)%'" : ""
            if let waiting = try Self.slots(name, "state = 'waiting' \(hand) ORDER BY created_at, slot LIMIT 1", session).first {
                return .granted(try Self.take(waiting, holder, at: moment, session))
            }
            guard !schedule.isPaused else { return .idle(next: nil) }
            let backlog = try Backlog(schedule.definition, start: schedule.start, settled: schedule.settled, now: moment)
            if backlog.settled != schedule.settled {
                try session.execute(
                    "UPDATE perigee_schedules SET settled_at = ?, updated_at = ? WHERE schedule_name = ?",
                    [.timestamp(backlog.settled), .timestamp(moment), .text(name)])
            }
            if let skipped = backlog.skipped {
                try Self.insert(Self.record(name, Timestamp.text(skipped.due), skipped, .skipped), at: moment, session)
            }
            guard let due = backlog.due else { return .idle(next: backlog.next) }
            let record = Self.record(name, Timestamp.text(due.due), due, .waiting)
            try Self.insert(record, at: moment, session)
            return .granted(try Self.take(record, holder, at: moment, session))
        }
    }

    /// Shows that a slot's server lives.
    public func heartbeat(_ slot: SlotRecord, by holder: SlotHolder) async throws(StoreError) -> Bool {
        let moment = SQLValue.timestamp(now())
        return try await database.write { session in
            try session.execute("UPDATE perigee_slots SET heartbeat_at = ? \(Self.held)", [moment] + Self.hold(slot, holder)) == 1
        }
    }

    /// Ends a slot.
    public func finish(_ slot: SlotRecord, by holder: SlotHolder, _ end: SlotEnd) async throws(StoreError) -> Bool {
        let moment = SQLValue.timestamp(now())
        return try await database.write { session in
            try session.execute(
                "UPDATE perigee_slots SET state = ?, run_id = ?, error = ?, finished_at = ? \(Self.held)",
                [.text(end.state.rawValue), .optional(end.run), .optional(end.error), end.state == .waiting ? .null : moment] + Self.hold(slot, holder)) == 1
        }
    }

    /// The newest slots first.
    public func slots(of name: String, limit: Int) async throws(StoreError) -> [SlotRecord] {
        try await database.read { session in
            // By time of making, and the name where many were made at once.
            try Self.slots(name, "1 = 1 ORDER BY created_at DESC, slot DESC LIMIT \(limit)", session)
        }
    }

    // MARK: Rows

    private static let held = "WHERE schedule_name = ? AND slot = ? AND token = ? AND state = 'running'"

    private static func hold(_ slot: SlotRecord, _ holder: SlotHolder) -> [SQLValue] {
        [.text(slot.schedule), .text(slot.slot), .text(holder.token)]
    }

    private static func lives(_ slot: SlotRecord, at moment: Date) -> Bool {
        let process = ProcessIdentity(host: slot.host ?? "", pid: slot.pid ?? 0, started: slot.processStarted ?? 0)
        return moment.timeIntervalSince(slot.heartbeatAt ?? .distantPast) < leaseSeconds && !process.isProvablyGone
    }

    private static func record(_ name: String, _ slot: String, _ turn: Turn, _ state: SlotState) -> SlotRecord {
        SlotRecord(schedule: name, slot: slot, due: turn.due, from: turn.window.from, to: turn.window.to, state: state, attempts: 0)
    }

    private static func insert(_ record: SlotRecord, at moment: Date, _ session: any SQLSession) throws {
        try session.execute(
            """
            INSERT INTO perigee_slots (schedule_name, slot, due_at, window_from, window_to, state, attempts, created_at, error)
            VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)
            """,
            [
                .text(record.schedule), .text(record.slot), .timestamp(record.due), .date(record.from), .date(record.to), .text(record.state.rawValue),
                .timestamp(moment), record.state == .skipped ? .text("missed while nothing served") : .null,
            ])
    }

    private static func take(_ record: SlotRecord, _ holder: SlotHolder, at moment: Date, _ session: any SQLSession) throws -> SlotRecord {
        var taken = record
        taken.state = .running
        taken.attempts += 1
        (taken.host, taken.pid, taken.processStarted) = (holder.process.host, holder.process.pid, holder.process.started)
        (taken.token, taken.heartbeatAt) = (holder.token, moment)
        try session.execute(
            """
            UPDATE perigee_slots SET state = 'running', attempts = ?, host = ?, pid = ?, process_started = ?, token = ?, heartbeat_at = ?
            WHERE schedule_name = ? AND slot = ?
            """,
            [
                .int(taken.attempts), .text(holder.process.host), .int(holder.process.pid), .integer(holder.process.started), .text(holder.token),
                .timestamp(moment), .text(taken.schedule), .text(taken.slot),
            ])
        return taken
    }

    private static func schedule(_ name: String, _ session: any SQLSession) throws -> ScheduleRecord? {
        guard
            let row = try session.first("SELECT definition, starts_at, settled_at, paused FROM perigee_schedules WHERE schedule_name = ?", [.text(name)])
        else { return nil }
        guard let definition = try? JSONDecoder().decode(ScheduleDefinition.self, from: Data(try row.text("definition").utf8)) else {
            throw StoreError.unreadable("a schedule \(name) of another form")
        }
        return ScheduleRecord(
            name: name, definition: definition, start: try row.instant("starts_at"), settled: try row.optionalInstant("settled_at"),
            isPaused: try row.bool("paused"))
    }

    private static func text(_ definition: ScheduleDefinition) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(definition), as: UTF8.self)
    }

    /// A schedule's slots that fulfill a condition.
    private static func slots(_ name: String, _ condition: String, _ session: any SQLSession) throws -> [SlotRecord] {
        try session.rows("SELECT * FROM perigee_slots WHERE schedule_name = ? AND \(condition)", [.text(name)]).map { row in
            SlotRecord(
                schedule: name, slot: try row.text("slot"), due: try row.instant("due_at"), from: try row.day("window_from"), to: try row.day("window_to"),
                state: try row.word("state"), attempts: try row.int("attempts"), run: try row.optionalInt64("run_id"), host: try row.optionalText("host"),
                pid: try row.optionalInt("pid"), heartbeatAt: try row.optionalInstant("heartbeat_at"), finishedAt: try row.optionalInstant("finished_at"),
                error: try row.optionalText("error"), token: try row.optionalText("token"), processStarted: try row.optionalInt64("process_started"))
        }
    }
}
