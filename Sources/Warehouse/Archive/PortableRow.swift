import NearEarth

/// A row as texts that mean the same in every store.
enum PortableRow {
    /// A row read from a store as texts.
    static func texts(_ row: SQLRow, of table: Table) throws -> [String?] {
        let exact = try exactValues(row, of: table)
        return zip(table.columns, row.all).map { column, value in exact[column.name] ?? text(value, column.type) }
    }

    /// The values that a store may have rounded to its column's scale, or to a Double: the record has every digit.
    private static func exactValues(_ row: SQLRow, of table: Table) throws -> [String: String?] {
        guard table.columns.contains(where: { $0.name == "source_record" }) else { return [:] }
        let record = try row.text("source_record")
        let values: [(String, String?)]
        if table.name.hasPrefix("nasa_neo_orbits") {
            guard let orbit = ObjectOrbit(record: record) else { throw StoreError.unreadable("the orbit \(record)") }
            values = Array(zip(ObjectOrbit.columns, orbit.values))
        } else {
            guard let approach = CloseApproach(try ApproachFacts(row)) else { throw StoreError.unreadable("the record \(record)") }
            values = Array(zip(ApproachRows.columns, approach.values))
        }
        let decimals = Set(table.columns.filter { $0.type == .decimal }.map(\.name))
        return Dictionary(values.filter { decimals.contains($0.0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func text(_ value: SQLValue, _ type: ColumnType) -> String? {
        switch type {
        case .bool: value.boolean.map { $0 ? "1" : "0" }
        case .instant: value.instant.map(Timestamp.text)
        case .day: value.calendarDate.map { "\($0)" }
        default: value.string
        }
    }

    /// Appends a row of texts as `DelimitedText`, for a store to take.
    static func append(_ texts: [String?], of table: Table, _ path: String, to output: inout [UInt8]) throws(ArchiveError) {
        guard texts.count == table.columns.count else { throw .damaged(path: path, cause: "a row of \(table.name) has \(texts.count) values") }
        DelimitedText.append(texts, to: &output)
    }
}
