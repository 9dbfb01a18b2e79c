public import Foundation
public import NearEarth
public import Scheduling
public import Support

/// The schedules, and the one transaction in which a server takes a slot.
extension Store {
    /// A schedule, or nil.
    public func schedule(_ name: String) async throws(StoreError) -> ScheduleRecord? {
        try await database.read { session in try Self.schedule(name, session) }
    }

    /// Makes a schedule, or gives one another definition.
    public func define(_ name: String, _ definition: ScheduleDefinition, start: Date?) async throws(StoreError)
        -> ScheduleRecord
    {
        let moment = now()
        return try await database.write { session in
            let known = try Self.schedule(name, session)
            let record = ScheduleRecord(
                name: name, definition: definition,
                // Whole seconds: turns are then due at times that read well.
                start: start ?? known?.start
                    ?? Date(timeIntervalSince1970: moment.timeIntervalSince1970.rounded(.down)),
                processedThrough: known?.processedThrough, isPaused: known?.isPaused ?? false)
            try session.upsert(
                "perigee_schedules",
                [
                    [
                        "schedule_name": name, "definition": try Self.text(definition), "starts_at": record.start,
                        "settled_at": record.processedThrough, "paused": record.isPaused, "updated_at": moment,
                    ]
                ])
            return record
        }
    }

    /// Has a schedule rest, or go on.
    public func setPaused(_ name: String, _ isPaused: Bool) async throws(StoreError) -> Bool {
        let moment = now()
        return try await database.write { session in
            let sql = "UPDATE perigee_schedules SET paused = ?, updated_at = ? WHERE schedule_name = ?"
            return try session.execute(sql, isPaused, moment, name) == 1
        }
    }

    /// Asks for something by hand, about these days. Asked for twice while it waits, it is done once. Nil where a replay
    /// is asked for and one has not ended yet.
    public func ask(_ task: SlotTask, _ window: DateWindow, of name: String) async throws(StoreError) -> SlotRecord? {
        let moment = now()
        // The name is chosen before the transaction: one that is begun anew writes the same row.
        let slot = "\(task.rawValue) \(Timestamp.text(moment)) \(UUID().uuidString.prefix(4))"
        return try await database.write { session in
            if let known = try Self.slots(name, "slot = ?", slot, in: session).first { return known }
            let open = try Self.slots(name, "state IN ('waiting', 'running')", in: session).filter { $0.task == task }
            if task == .replay, !open.isEmpty { return nil }
            if let same = open.first(where: { $0.state == .waiting && $0.window == window }) { return same }
            return try Self.write(SlotRecord(name, slot, Turn(due: moment, window: window), at: moment), session)
        }
    }

    /// Takes the next slot. Repeated with the same `token`, as after a commit whose answer was lost, it finds the slot
    /// it took.
    public func claimSlot(
        of name: String, by process: ProcessIdentity = .current, token: String = UUID().uuidString
    ) async throws(StoreError) -> SlotClaim {
        let moment = now()
        return try await database.write { session in
            func take(_ record: SlotRecord) throws -> SlotClaim {
                var taken = record
                taken.state = .running
                taken.attempts += 1
                (taken.host, taken.pid, taken.processStarted) = (process.host, process.pid, process.started)
                (taken.token, taken.heartbeatAt) = (token, moment)
                return .granted(try Self.write(taken, session))
            }
            guard let schedule = try Self.schedule(name, session) else { return .idle(next: nil) }
            let byAge = "ORDER BY created_at, slot LIMIT 1"
            if let running = try Self.slots(name, "state = 'running' \(byAge)", in: session).first {
                if running.token == token { return .granted(running) }
                return Self.lives(running, at: moment) ? .held(running) : try take(running)
            }
            // While a schedule rests, only what is asked for by hand is run.
            let waiting = try Self.slots(name, "state = 'waiting' ORDER BY created_at, slot", in: session)
            if let first = waiting.first(where: { $0.isByHand || !schedule.isPaused }) { return try take(first) }
            guard !schedule.isPaused else { return .idle(next: nil) }
            let backlog = try Backlog(
                schedule.definition, start: schedule.start, processedThrough: schedule.processedThrough, now: moment)
            if backlog.processedThrough != schedule.processedThrough {
                try session.execute(
                    "UPDATE perigee_schedules SET settled_at = ?, updated_at = ? WHERE schedule_name = ?",
                    backlog.processedThrough, moment, name)
            }
            if let skipped = backlog.skipped {
                var record = SlotRecord(name, Timestamp.text(skipped.due), skipped, at: moment)
                (record.state, record.error) = (.skipped, "missed while nothing served")
                _ = try Self.write(record, session)
            }
            guard let due = backlog.due else { return .idle(next: backlog.next) }
            return try take(SlotRecord(name, Timestamp.text(due.due), due, at: moment))
        }
    }

    /// Shows that the server of a slot that it was granted lives; false where another one has taken the slot over.
    public func heartbeat(_ slot: SlotRecord) async throws(StoreError) -> Bool {
        let moment = now()
        return try await database.write { session in
            try session.execute(
                "UPDATE perigee_slots SET heartbeat_at = ? \(Self.held)", moment, slot.schedule, slot.slot, slot.token
            ) == 1
        }
    }

    /// Ends a slot that was granted; false where another server has taken it over.
    public func finish(_ slot: SlotRecord, _ end: SlotEnd) async throws(StoreError) -> Bool {
        let finished = end.state == .waiting ? nil : now()
        return try await database.write { session in
            try session.execute(
                "UPDATE perigee_slots SET state = ?, run_id = ?, error = ?, finished_at = ? \(Self.held)",
                end.state, end.run, end.error, finished, slot.schedule, slot.slot, slot.token) == 1
        }
    }

    /// The newest slots first.
    public func slots(of name: String, limit: Int) async throws(StoreError) -> [SlotRecord] {
        try await database.read { session in
            // By time of making, and the name where many were made at once.
            try Self.slots(name, "1 = 1 ORDER BY created_at DESC, slot DESC LIMIT \(limit)", in: session)
        }
    }

    // MARK: Rows

    private static let held = "WHERE schedule_name = ? AND slot = ? AND token = ? AND state = 'running'"

    private static func lives(_ slot: SlotRecord, at moment: Date) -> Bool {
        let process = ProcessIdentity(host: slot.host ?? "", pid: slot.pid ?? 0, started: slot.processStarted ?? 0)
        return moment.timeIntervalSince(slot.heartbeatAt ?? .distantPast) < leaseSeconds && !process.isProvablyGone
    }

    private static func write(_ record: SlotRecord, _ session: any SQLSession) throws -> SlotRecord {
        try session.upsert("perigee_slots", [record.fields])
        return record
    }

    private static func schedule(_ name: String, _ session: any SQLSession) throws -> ScheduleRecord? {
        let sql = "SELECT * FROM perigee_schedules WHERE schedule_name = ?"
        guard let row = try session.first(sql, name) else { return nil }
        let text: String = try row["definition"]
        guard let definition = try? JSONDecoder().decode(ScheduleDefinition.self, from: Data(text.utf8)) else {
            throw StoreError.unreadable("a schedule \(name) of another form")
        }
        return try ScheduleRecord(
            name: name, definition: definition, start: row["starts_at"], processedThrough: row["settled_at"],
            isPaused: row["paused"])
    }

    private static func text(_ definition: ScheduleDefinition) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(definition), as: UTF8.self)
    }

    /// A schedule's slots that fulfill a condition.
    private static func slots(
        _ name: String, _ condition: String, _ values: any SQLConvertible..., in session: any SQLSession
    ) throws -> [SlotRecord] {
        var slots: [SlotRecord] = []
        let sql = "SELECT * FROM perigee_slots WHERE schedule_name = ? AND \(condition)"
        try session.query(sql, [name.sql] + values.map(\.sql)) { slots.append(try SlotRecord($0)) }
        return slots
    }
}

extension SlotRecord {
    /// A slot that waits for its turn.
    fileprivate init(_ schedule: String, _ slot: String, _ turn: Turn, at moment: Date) {
        self.init(
            schedule: schedule, slot: slot, due: turn.due, from: turn.window.from, to: turn.window.to, state: .waiting,
            attempts: 0, createdAt: moment)
    }

    /// The slot of a row of `perigee_slots`.
    fileprivate init(_ row: SQLRow) throws(StoreError) {
        try self.init(
            schedule: row["schedule_name"], slot: row["slot"], due: row["due_at"], from: row["window_from"],
            to: row["window_to"], state: row["state"], attempts: row["attempts"], run: row["run_id"], host: row["host"],
            pid: row["pid"], heartbeatAt: row["heartbeat_at"], finishedAt: row["finished_at"], error: row["error"],
            token: row["token"], processStarted: row["process_started"], createdAt: row["created_at"])
    }

    fileprivate var fields: SQLFields {
        [
            "schedule_name": schedule, "slot": slot, "due_at": due, "window_from": from, "window_to": to,
            "state": state, "attempts": attempts, "run_id": run, "host": host, "pid": pid, "heartbeat_at": heartbeatAt,
            "finished_at": finishedAt, "error": error, "token": token, "process_started": processStarted,
            "created_at": createdAt,
        ]
    }
}
