import NearEarth

/// A row as texts that mean the same in every store.
enum PortableRow {
    /// The columns whose digits the record has, and the field of the record that each is.
    private static let recorded = [
        "absolute_magnitude_h": 3, "estimated_diameter_km_max": 5, "estimated_diameter_km_min": 6, "velocity_kps": 8, "miss_distance_km": 9,
    ]

    /// A row read from a store as texts.
    static func texts(_ row: [SQLValue], of table: Table) -> [String?] {
        // A store may have rounded a decimal to its column's scale, or to a Double; the record has every digit.
        let record = table.columns.firstIndex { $0.name == "source_record" }.flatMap { row[$0].string }.map(CSVRecord.fields)
        return zip(table.columns, row).map { column, value in
            if let record, record.count == 13, let field = recorded[column.name] { return record[field].isEmpty ? nil : record[field] }
            return text(value, column.type)
        }
    }

    private static func text(_ value: SQLValue, _ type: ColumnType) -> String? {
        switch type {
        case .bool: value.boolean.map { $0 ? "true" : "false" }
        case .instant: value.instant.map(Timestamp.text)
        case .day: value.calendarDate.map { "\($0)" }
        case .decimal: value.plainDecimal
        default: value.string
        }
    }

    /// The values of a row of texts, for a store to take.
    static func values(_ texts: [String?], of table: Table, _ path: String) throws(ArchiveError) -> [SQLValue] {
        guard texts.count == table.columns.count else { throw .damaged(path: path, cause: "a row of \(table.name) has \(texts.count) values") }
        var values: [SQLValue] = []
        values.reserveCapacity(texts.count)
        for (column, text) in zip(table.columns, texts) {
            guard let text else {
                values.append(.null)
                continue
            }
            switch column.type {
            case .identity, .int, .long:
                guard let number = Int64(text) else { throw .damaged(path: path, cause: "\(column.name) is \(text)") }
                values.append(.integer(number))
            case .bool: values.append(.bool(text == "true"))
            case .decimal: values.append(.decimal(text))
            case .day: values.append(.day(text))
            case .instant: values.append(.instant(text))
            case .key, .text, .longText, .sha256: values.append(.text(text))
            }
        }
        return values
    }
}
