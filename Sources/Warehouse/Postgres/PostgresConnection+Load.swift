import CPostgres

/// Rows in bulk: COPY.
extension PostgresConnection {
    func load(_ table: String, _ columns: [String], _ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { return }
        let result = pq.PQexec(handle, "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN")
        guard let result, pq.PQresultStatus(result) == PGRES_COPY_IN else {
            try finish(result)
            return
        }
        pq.PQclear(result)
        for start in stride(from: 0, to: bytes.count, by: Self.pieceSize) {
            let piece = bytes[start..<min(bytes.count, start + Self.pieceSize)]
            let sent = piece.withUnsafeBytes { pq.PQputCopyData(handle, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count)) }
            guard sent == 1 else { throw ConnectionLost(cause: Self.oneLine(CStrings.text(pq.PQerrorMessage(handle)))) }
        }
        guard pq.PQputCopyEnd(handle, nil) == 1 else { throw ConnectionLost(cause: Self.oneLine(CStrings.text(pq.PQerrorMessage(handle)))) }
        // To the end even after a failure, or the connection can't be used again.
        var failure: (any Error)?
        while let result = pq.PQgetResult(handle) {
            do { try finish(result) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// Bytes that libpq is given at a time.
    private static let pieceSize = 1 << 16
}
