/// A row of a query, read by the names of its columns.
public struct SQLRow: Sendable {
    /// Where the columns stand that have a name.
    let positions: [String: Int]
    /// Every value, in the query's order.
    public let all: [SQLValue]

    /// The places of a query's columns.
    static func positions(of names: [String]) -> [String: Int] {
        Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A column's value. One that is missing where there has to be one, or of another form than it has to be, is an
    /// error.
    subscript<Value: SQLConvertible>(_ name: String) -> Value {
        get throws(StoreError) {
            guard let position = positions[name] else { throw .unreadable("no column \(name) in an answer") }
            let value = all[position]
            guard let converted = Value(sql: value) else {
                throw .unreadable(
                    "\(String(sql: value) ?? "nothing") in \(name)\(value == .null ? ", where there has to be a value" : "")"
                )
            }
            return converted
        }
    }
}
