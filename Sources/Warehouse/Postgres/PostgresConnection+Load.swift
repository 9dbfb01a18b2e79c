import CPostgres

/// Rows in bulk: COPY.
extension PostgresConnection {
    func load(_ table: String, _ columns: [String], _ pieces: some Sequence<[UInt8]>) throws {
        let result = pq.PQexec(handle, "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN")
        guard let result, pq.PQresultStatus(result) == PGRES_COPY_IN else {
            try finish(result)
            return
        }
        pq.PQclear(result)
        for piece in pieces {
            let sent = piece.withUnsafeBytes {
                pq.PQputCopyData(handle, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count))
            }
            guard sent == 1 else { throw ConnectionLost(cause: Self.oneLine(CStrings.text(pq.PQerrorMessage(handle)))) }
        }
        guard pq.PQputCopyEnd(handle, nil) == 1 else {
            throw ConnectionLost(cause: Self.oneLine(CStrings.text(pq.PQerrorMessage(handle))))
        }
        // To the end even after a failure, or the connection can't be used again.
        var failure: (any Error)?
        while let result = pq.PQgetResult(handle) {
            do { try finish(result) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }
}
