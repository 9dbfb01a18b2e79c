import Support

/// A session that ends its transaction once the work is cancelled: before each statement, and between the rows of one.
struct CancellableSession: SQLSession {
    private let session: any SQLSession
    private let flag: CancellationFlag

    init(_ session: any SQLSession, _ flag: CancellationFlag) {
        (self.session, self.flag) = (session, flag)
    }

    var dialect: SQLDialect { session.dialect }
    var isCancelled: Bool { flag.isSet }

    func execute(_ sql: String, _ values: [SQLValue]) throws -> Int {
        try flag.check()
        return try session.execute(sql, values)
    }

    func load(_ table: String, _ columns: [String], _ pieces: some Sequence<[UInt8]>) throws {
        try session.load(table, columns, pieces.lazy.prefix { _ in !flag.isSet })
        // The pieces that were left out: what came before them is undone.
        try flag.check()
    }

    func query(_ sql: String, _ values: [SQLValue], _ row: (SQLRow) throws -> Void) throws {
        try flag.check()
        try session.query(sql, values) { found in
            try flag.check()
            try row(found)
        }
    }

    func scan(_ sql: String, _ values: [SQLValue], _ row: ([UnsafeRawBufferPointer?]) throws -> Bool) throws {
        try flag.check()
        try session.scan(sql, values) { found in
            try flag.check()
            return try row(found)
        }
    }

    func lastInsertedID() throws -> Int64 { try session.lastInsertedID() }
}
