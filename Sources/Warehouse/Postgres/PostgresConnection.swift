import CPostgres
import NearEarth

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

// @unchecked: addresses of functions, written once.
extension CPostgres: @retroactive @unchecked Sendable {}

/// A connection through libpq.
final class PostgresConnection: ServerConnection {
    let dialect = SQLDialect.postgres
    private let pq: CPostgres
    private let handle: OpaquePointer
    private let location: String
    /// Statements with their `?` turned into `$1`, `$2`, ...
    private var numbered: [String: String] = [:]
    /// The types of a query's columns.
    private var types: [String: [Oid]] = [:]

    /// How long a statement, and a wait for a lock, may take.
    private static let setUp =
        "SET statement_timeout = '300s'; SET lock_timeout = '30s'; SET TIME ZONE 'UTC'; SET client_min_messages = warning"

    /// The database that a URL (`postgres://user@host:port/database?sslmode=...`, libpq's own form) names. Nothing is
    /// opened yet.
    static func database(_ url: String, _ credentials: StoreCredentials) throws(StoreError) -> ServerDatabase {
        let location = StoreURL.redacted(url)
        var functions = CPostgres()
        if let problem = cpostgres_load(&functions) {
            throw .unavailable(store: location, cause: String(cString: problem))
        }
        return ServerDatabase(location: location) { [functions] in
            try PostgresConnection(url: url, location: location, credentials: credentials, library: functions)
        }
    }

    /// Opens a connection. libpq itself reads the `PG*` variables and `.pgpass` for what the URL leaves out.
    private init(url: String, location: String, credentials: StoreCredentials, library pq: CPostgres) throws {
        self.pq = pq
        self.location = location
        // A later parameter wins over the URL's own; an empty one leaves what the URL or the environment says.
        let parameters = [
            ("dbname", url), ("password", credentials.password ?? ""), ("client_encoding", "UTF8"),
            ("fallback_application_name", "perigee"), ("tcp_user_timeout", "60000"),
        ]
        let opened = CStrings.withPointers(parameters.map(\.0)) { names in
            CStrings.withPointers(parameters.map(\.1)) { values in pq.PQconnectStartParams(names, values, 1) }
        }
        guard let opened else { throw StoreError.unavailable(store: location, cause: "out of memory") }
        // So that libpq's text of a refusal holds the SQLSTATE, which no language changes; there is no other way to it.
        _ = pq.PQsetErrorVerbosity(opened, PQERRORS_VERBOSE)
        handle = opened
        guard
            try Self.finishConnecting(
                opened, pq, within: credentials.environment["PGCONNECT_TIMEOUT"].flatMap { Int32($0) } ?? 10)
        else {
            let refusal = PostgresRefusal(
                CStrings.text(pq.PQerrorMessage(opened)), lacksPassword: pq.PQconnectionNeedsPassword(opened) != 0)
            pq.PQfinish(opened)
            throw refusal.error(location)
        }
        _ = pq.PQsetErrorVerbosity(opened, PQERRORS_DEFAULT)
        // Notices go nowhere: standard error is not theirs.
        _ = pq.PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try finish(pq.PQexec(handle, Self.setUp))
    }

    /// Waits until the server has let us in; false where it has not.
    private static func finishConnecting(_ handle: OpaquePointer, _ pq: CPostgres, within seconds: Int32) throws -> Bool
    {
        let deadline = ContinuousClock.now + .seconds(Int(max(2, seconds)))
        var state = PGRES_POLLING_WRITING
        while pq.PQstatus(handle) != CONNECTION_BAD {
            guard state != PGRES_POLLING_OK else { return true }
            guard state != PGRES_POLLING_FAILED else { return false }
            let left = ContinuousClock.now.duration(to: deadline)
            var wanted = pollfd(
                fd: pq.PQsocket(handle), events: Int16(state == PGRES_POLLING_READING ? POLLIN : POLLOUT), revents: 0)
            guard left > .zero, poll(&wanted, 1, Int32(left.components.seconds * 1000 + 1)) != 0 else {
                throw ConnectionLost(cause: "the server did not answer within \(seconds) s")
            }
            state = pq.PQconnectPoll(handle)
        }
        return false
    }

    func close() {
        pq.PQfinish(handle)
    }

    // MARK: Transactions

    func begin(_ mode: TransactionMode) throws {
        switch mode {
        case .read: try execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        case .write, .schema: try execute("BEGIN ISOLATION LEVEL READ COMMITTED")
        }
        // Any number will do, as long as every Perigee takes the same.
        if mode == .schema { try execute("SELECT pg_advisory_xact_lock(5060570)") }
    }

    func commit() throws { try execute("COMMIT") }
    func rollback() throws { try execute("ROLLBACK") }

    // MARK: Statements

    @discardableResult
    func execute(_ sql: String, _ values: [SQLValue]) throws -> Int {
        let result = CStrings.withPointers(values.map { String(sql: $0) }) { texts in
            pq.PQexecParams(handle, prepared(sql), Int32(values.count), Self.types(values), texts, nil, nil, 0)
        }
        return try finish(result)
    }

    func query(_ sql: String, _ values: [SQLValue], _ row: (SQLRow) throws -> Void) throws {
        let sent = CStrings.withPointers(values.map { String(sql: $0) }) { texts in
            pq.PQsendQueryParams(handle, prepared(sql), Int32(values.count), Self.types(values), texts, nil, nil, 0)
        }
        guard sent == 1 else { throw lost }
        // Row by row: a result need not fit into memory.
        _ = pq.PQsetSingleRowMode(handle)
        var positions: [String: Int]?
        try readResults { result in
            guard pq.PQresultStatus(result) == PGRES_SINGLE_TUPLE else { return }
            let known =
                positions
                ?? SQLRow.positions(of: (0..<pq.PQnfields(result)).map { CStrings.text(pq.PQfname(result, $0)) })
            positions = known
            try row(SQLRow(positions: known, all: self.values(of: result)))
        }
    }

    /// Loads rows in bulk: COPY.
    func load(_ table: String, _ columns: [String], _ pieces: some Sequence<[UInt8]>) throws {
        let names = columns.joined(separator: ", ")
        var rows = PostgresRows(types: try types(of: names, table))
        let form = rows == nil ? "" : " (FORMAT binary)"
        let result = pq.PQexec(handle, "COPY \(table) (\(names)) FROM STDIN\(form)")
        guard let result, pq.PQresultStatus(result) == PGRES_COPY_IN else {
            try finish(result)
            return
        }
        pq.PQclear(result)
        do {
            if rows != nil { try send(PostgresRows.header) }
            for piece in pieces { try send(rows?.binary(piece) ?? piece) }
            if rows != nil { try send(PostgresRows.trailer) }
        } catch StoreError.unreadable(let value) {
            // The server undoes what it has; the connection can go on.
            guard pq.PQputCopyEnd(handle, "the rows can't be read") == 1 else { throw lost }
            try? readResults { _ in }
            throw StoreError.failed(store: location, cause: "\(table) does not take \(value)")
        }
        guard pq.PQputCopyEnd(handle, nil) == 1 else { throw lost }
        try readResults { _ in }
    }

    private func send(_ bytes: [UInt8]) throws(ConnectionLost) {
        let sent = bytes.withUnsafeBytes {
            pq.PQputCopyData(handle, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count))
        }
        guard sent == 1 else { throw lost }
    }

    /// The types of a table's columns by their OIDs.
    private func types(of columns: String, _ table: String) throws -> [Oid] {
        let sql = "SELECT \(columns) FROM \(table) LIMIT 0"
        if let known = types[sql] { return known }
        guard let result = pq.PQexec(handle, sql) else { throw lost }
        defer { pq.PQclear(result) }
        try check(result)
        let found = (0..<pq.PQnfields(result)).map { pq.PQftype(result, $0) }
        types[sql] = found
        return found
    }

    /// Reads all results that are to come, also after a failure: else the connection can't be used again.
    private func readResults(_ body: (OpaquePointer) throws -> Void) throws {
        var failure: (any Error)?
        while let result = pq.PQgetResult(handle) {
            do {
                if failure == nil { try body(result) }
                try check(result)
            } catch {
                failure = failure ?? error
            }
            pq.PQclear(result)
        }
        if let failure { throw failure }
    }

    func lastInsertedID() throws -> Int64 {
        guard let id = try first("SELECT lastval() AS id")?["id"] as Int64? else {
            throw StoreError.failed(store: location, cause: "no row was inserted")
        }
        return id
    }

    // MARK: Values

    private func prepared(_ sql: String) -> String {
        if let known = numbered[sql] { return known }
        let parts = sql.split(separator: "?", omittingEmptySubsequences: false)
        let text = parts.enumerated().map { $0 == 0 ? "\($1)" : "$\($0)\($1)" }.joined()
        numbered[sql] = text
        return text
    }

    private func values(of result: OpaquePointer) -> [SQLValue] {
        (0..<pq.PQnfields(result)).map { column in
            guard pq.PQgetisnull(result, 0, column) == 0, let text = pq.PQgetvalue(result, 0, column) else {
                return .null
            }
            return .text(String(cString: text))
        }
    }

    /// The values' types by their OIDs in `pg_type.dat`; 0, for NULL, leaves one to the server.
    private static func types(_ values: [SQLValue]) -> [Oid] {
        values.map { value in
            switch value {
            case .null: 0
            case .integer: 20
            case .real: 701
            case .text: 25
            case .decimal: 1700
            case .bool: 16
            case .day: 1082
            case .instant: 1114
            }
        }
    }

    // MARK: Errors

    /// The error after a call that sent or got nothing.
    private var lost: ConnectionLost { ConnectionLost(cause: Self.oneLine(CStrings.text(pq.PQerrorMessage(handle)))) }

    /// Takes a result: its count of rows changed, or its error.
    @discardableResult
    private func finish(_ result: OpaquePointer?) throws -> Int {
        guard let result else { throw lost }
        defer { pq.PQclear(result) }
        try check(result)
        return Int(CStrings.text(pq.PQcmdTuples(result))) ?? 0
    }

    private func check(_ result: OpaquePointer) throws {
        switch pq.PQresultStatus(result) {
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: break
        default: return
        }
        // 'C' is PG_DIAG_SQLSTATE, 'M' PG_DIAG_MESSAGE_PRIMARY, which has no values of rows in it, unlike the detail.
        let state = pq.PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { CStrings.text($0) } ?? ""
        let message = pq.PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { CStrings.text($0) }
        let cause = Self.oneLine(message ?? CStrings.text(pq.PQresultErrorMessage(result)))
        if pq.PQstatus(handle) != CONNECTION_OK || state.hasPrefix("57P") || state.hasPrefix("08") {
            throw ConnectionLost(cause: cause)
        }
        switch state {
        case "40P01", "40001": throw Deadlocked()
        case "55P03": throw StoreError.busy(store: location)
        case "42501", "25006": throw StoreError.denied(store: location, cause: cause)
        default: throw StoreError.failed(store: location, cause: "\(cause) (SQLSTATE \(state))")
        }
    }

    static func oneLine(_ message: String) -> String {
        message.split(whereSeparator: \.isNewline).map { String($0.drop(while: \.isWhitespace)) }.joined(
            separator: "; ")
    }
}

/// Why PostgreSQL did not let us in, from libpq's text in its verbose form: `FATAL:  28P01: ...`. What the text says is
/// in the server's language; the SQLSTATE is in none.
struct PostgresRefusal {
    /// The last SQLSTATE in the text; empty where the server did not speak.
    let state: String
    private let message: String
    private let lacksPassword: Bool

    init(_ text: String, lacksPassword: Bool) {
        // Two blanks come before it, one before "FATAL". Where several addresses were tried, the last one has the last
        // word.
        state = text.matches(of: /: {2}([0-9A-Z]{5}):\s/).last.map { String($0.1) } ?? ""
        // The lines that name the server's source files say nothing to a user.
        message = PostgresConnection.oneLine(
            text.split(separator: "\n").filter {
                $0.firstMatch(of: /^[^ ]+: +[A-Za-z0-9_]+, [a-z0-9_]+\.c:[0-9]+$/) == nil
            }.joined(separator: "\n"))
        self.lacksPassword = lacksPassword
    }

    /// The error for a store at `location`.
    func error(_ location: String) -> any Error {
        switch state {
        case "3D000": StoreError.noDatabase(store: location, cause: message)
        case "28P01", "28000", "42501": StoreError.denied(store: location, cause: message)
        // Starting, stopping, crashing or full: worth another attempt. So is a server that is not there yet.
        case "57P01", "57P02", "57P03", "53300", "08006", "08001": ConnectionLost(cause: message)
        case "" where lacksPassword: StoreError.denied(store: location, cause: message)
        case "" where Self.isPassing(message): ConnectionLost(cause: message)
        default: StoreError.unavailable(store: location, cause: message)
        }
    }

    /// Whether libpq's own words, which are always English here, tell of a server that is just not there.
    private static func isPassing(_ message: String) -> Bool {
        ["refused", "closed the connection", "reset by peer"].contains(where: message.contains)
    }
}
