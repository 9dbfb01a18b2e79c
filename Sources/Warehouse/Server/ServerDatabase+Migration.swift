/// The schema's steps on a server: a table of the names of those applied.
extension ServerDatabase {
    /// The schema's steps: those applied, and those to come. Only looks, for a user that may not do more. A server that can't be reached is not
    /// tried again.
    func migrations() async throws(StoreError) -> (applied: [String], pending: [String]) {
        let applied = try await perform(.read, attempts: 1) { session in
            let tables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = \(dialect.currentSchema) AND table_name = 'perigee_migrations'"
            guard try session.count(tables) > 0 else { return .commit([String]()) }
            var names: [String] = []
            try session.query("SELECT name FROM perigee_migrations ORDER BY name", []) { names.append($0[0].string ?? "") }
            return .commit(names)
        }
        return (applied, Schema.migrations.map(\.name).filter { !applied.contains($0) })
    }

    /// Applies the steps to come. Two programs that do so at once wait for each other.
    func migrate() async throws(StoreError) {
        guard try await !migrations().pending.isEmpty else { return }
        try await perform(.schema, attempts: 1) { session in
            try session.execute(
                "CREATE TABLE IF NOT EXISTS perigee_migrations (name VARCHAR(100) NOT NULL PRIMARY KEY)\(dialect.tableSuffix)")
            for migration in Schema.migrations {
                let name = SQLValue.text(migration.name)
                guard try session.first("SELECT name FROM perigee_migrations WHERE name = ?", [name]) == nil else { continue }
                for statement in migration.statements(dialect) { try session.execute(statement) }
                try session.execute("INSERT INTO perigee_migrations (name) VALUES (?)", [name])
            }
            return .commit(())
        }
    }
}
