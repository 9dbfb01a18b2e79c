/// Rows in the form in which a database takes many of them.
public struct BulkRows: Sendable {
    /// How the rows are written.
    public enum Form: Sendable {
        /// `DelimitedText`; flags are 1 and 0.
        case text
        /// COPY's binary form.
        case postgresBinary
    }

    /// What the values are.
    public let columns: [Column]
    /// How they are written.
    public let form: Form
    /// The rows.
    public let bytes: [UInt8]

    /// Rows of `DelimitedText`.
    @Sendable static func text(_ text: [UInt8], _ columns: [Column]) -> BulkRows { BulkRows(columns: columns, form: .text, bytes: text) }
}
