import CPostgres
import NearEarth

/// Rows in bulk: COPY, and INSERTs whose values come as an array a column.
extension PostgresConnection {
    func load(_ table: String, _ columns: [Column], _ text: [UInt8]) throws {
        guard !text.isEmpty else { return }
        // In the binary form, which spares the server the reading of numbers; as text where that can't be made of it.
        let binary = PostgresBinaryRows.encode(text, columns.map(\.type))
        try copy(table, columns.map(\.name), binary ?? text, options: binary == nil ? "" : " (FORMAT binary)")
    }

    /// One statement for any number of rows: planning a list of thousands of values takes longer than writing them.
    func insert(_ table: String, _ columns: [String], _ rows: some Sequence<[SQLValue]>, _ clause: String) throws {
        let arrays = PostgresArrays(columns, rows)
        guard arrays.count > 0 else { return }
        let statement = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) \(arrays.query) \(clause)"
        let result = CStrings.withOptionalPointers(arrays.texts) { texts in
            pq.PQexecParams(handle, statement, Int32(arrays.texts.count), arrays.types, texts, nil, nil, 0)
        }
        try finish(result)
    }

    private func copy(_ table: String, _ columns: [String], _ bytes: [UInt8], options: String) throws {
        let result = pq.PQexec(handle, "COPY \(table) (\(columns.joined(separator: ", "))) FROM STDIN\(options)")
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
