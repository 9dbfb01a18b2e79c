import Crypto
import Foundation
import NearEarth

/// The steps of the schema's history: literal SQL for each database, in files of this folder that are never edited once
/// released. Which ones a store has had stands in its table `perigee_migrations`.
enum Migrations {
    /// The steps' names, oldest first. Each has a script but the first, which every store has had; an empty store gets
    /// the schema as the last of them leaves it.
    static let steps = ["1-approaches-and-ledger", "2-schedules-and-logs", "3-evidence"]

    /// The schema, and the scripts of the steps from the second on.
    private static func scripts(_ dialect: SQLDialect) -> (schema: [UInt8], steps: [[UInt8]]) {
        switch dialect {
        case .sqlite:
            (
                PackageResources.sqlite_schema_sql,
                [PackageResources.sqlite_2_schedules_and_logs_sql, PackageResources.sqlite_3_evidence_sql]
            )
        case .postgres:
            (
                PackageResources.postgres_schema_sql,
                [PackageResources.postgres_2_schedules_and_logs_sql, PackageResources.postgres_3_evidence_sql]
            )
        case .mysql:
            (
                PackageResources.mysql_schema_sql,
                [PackageResources.mysql_2_schedules_and_logs_sql, PackageResources.mysql_3_evidence_sql]
            )
        }
    }

    /// The steps that a store has had; none for an empty one.
    static func applied(_ session: any SQLSession) throws -> [String] {
        let tables = Set(try session.rows(session.dialect.tablesQuery).map { try $0["name"] as String })
        // SQLite stores of the first two steps kept their list where GRDB keeps it.
        for (table, column) in [("perigee_migrations", "name"), ("grdb_migrations", "identifier")]
        where tables.contains(table) {
            let names = try session.rows("SELECT \(column) AS name FROM \(table) ORDER BY \(column)").map {
                try $0["name"] as String
            }
            if !names.isEmpty { return names.filter { !$0.contains("/") } }
        }
        return []
    }

    /// Applies the steps to come. Where the database ends a transaction at each change of its schema, each statement is
    /// noted when it is done, so that an upgrade that was broken off goes on behind the last one. What a statement sets
    /// for the session is set again.
    static func apply(_ session: any SQLSession) throws {
        let dialect = session.dialect
        let applied = try applied(session)
        try session.execute(
            "CREATE TABLE IF NOT EXISTS perigee_migrations (name VARCHAR(100) NOT NULL PRIMARY KEY)\(dialect.tableSuffix)"
        )
        let noted = Set(try session.rows("SELECT name FROM perigee_migrations").map { try $0["name"] as String })
        func note(_ name: String) throws {
            if !noted.contains(name) { try session.execute("INSERT INTO perigee_migrations (name) VALUES (?)", name) }
        }
        func run(_ name: String, _ script: [UInt8]) throws {
            for (index, statement) in statements(of: String(decoding: script, as: UTF8.self)).enumerated() {
                let mark = "\(name)/\(index)"
                guard !noted.contains(mark) else { continue }
                try session.execute(statement)
                if dialect.commitsSchemaChanges, !statement.hasPrefix("SET SESSION ") { try note(mark) }
            }
        }
        let scripts = scripts(dialect)
        if applied.isEmpty {
            try run("schema", scripts.schema)
        } else {
            for (step, script) in zip(steps.dropFirst(), scripts.steps) where !applied.contains(step) {
                try run(step, script)
            }
        }
        for step in steps { try note(step) }
        if dialect.commitsSchemaChanges { try session.execute("DELETE FROM perigee_migrations WHERE name LIKE '%/%'") }
    }

    /// The statements of a script; a semicolon stands nowhere but at their ends.
    static func statements(of script: String) -> [String] {
        script.utf8.split(separator: UInt8(ascii: ";")).map { String(Substring($0.drop { $0 <= UInt8(ascii: " ") })) }
            .filter { !$0.isEmpty }
    }
}

extension SQLDatabase {
    /// The schema's steps: those applied, and those to come. Only looks, for a user that may not do more.
    public func migrations() async throws(StoreError) -> (applied: [String], pending: [String]) {
        let applied = try await read { try Migrations.applied($0) }
        return (applied, Migrations.steps.filter { !applied.contains($0) })
    }

    /// Applies the steps to come. Two programs that do so at once wait for each other. Nothing is written where nothing
    /// is to come.
    public func migrate() async throws(StoreError) {
        guard try await !migrations().pending.isEmpty else { return }
        try await transaction(.schema) { try Migrations.apply($0) }
    }
}

extension Observation {
    /// The observation's number in every store: the first 63 bits of the SHA-256 of what tells it from others. A
    /// function of the evidence alone, so that a store and its rebuild call it the same. `Migrations/*-3-evidence.sql`
    /// compute it too.
    public var id: Int64 {
        let moments = [stamp.service, stamp.received].map { Timestamp.text(Timestamp.date(milliseconds: $0)) }
        return Self.id("\(batch.name) \(moments[0]) \(moments[1]) \(stamp.sha256)")
    }

    static func id(_ text: String) -> Int64 {
        let number = SHA256.hash(data: Data(text.utf8)).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int64(number & 0x7FFF_FFFF_FFFF_FFFF)
    }
}
