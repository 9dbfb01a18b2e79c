public import SparkConnect

/// A table that executors fill by JDBC.
public struct ExternalTable: Sendable {
    /// JDBC URL, without user and password.
    public var url: String
    /// Java class of the driver.
    public var driver: String
    /// User.
    public var user: String
    /// Password; nil where none is needed.
    public var password: String?
    /// The table's name.
    public var name: String
    /// Its columns in order: `batch`, then such of `nasa_neo_data`, each with its type in SQL.
    public var columns: [(name: String, type: String)]

    /// A table from its parts.
    public init(url: String, driver: String, user: String, password: String?, name: String, columns: [(name: String, type: String)]) {
        self.url = url
        self.driver = driver
        self.user = user
        self.password = password
        self.name = name
        self.columns = columns
    }

    /// What executors need to write there, with `SparkSession.hidesPasswords`. A task's rows are committed together.
    public var write: SparkWrite {
        var options = [
            "url": url, "dbtable": name, "user": user, "driver": driver, "batchsize": "2000", "isolationLevel": "READ_COMMITTED", "numPartitions": "4",
        ]
        options["password"] = password
        return SparkWrite(.source(format: "jdbc"), mode: .append, options: options)
    }

    /// The rows in the table's columns and types.
    func select(from rows: String) -> String {
        let list = columns.map { column in
            switch column.type {
            case let type where type.hasPrefix("DECIMAL"): "CAST(\(column.name) AS \(type)) AS \(column.name)"
            default: column.name
            }
        }
        return "SELECT /*+ COALESCE(4) */ \(list.joined(separator: ", ")) FROM \(rows)"
    }
}

extension ExternalTable: CustomStringConvertible, CustomReflectable {
    /// Never the password.
    public var description: String { "\(url), \(name)" }
    /// Without the password.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Texts in Spark's SQL.
enum SQLText {
    /// A string literal.
    static func literal(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
