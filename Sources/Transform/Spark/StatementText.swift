import Foundation
public import NearEarth

/// A statement as text, on its way from an executor to the publisher: a line of JSON with everything but the rows, then
/// a row a line.
public enum StatementText {
    /// The text of a statement.
    static func bytes(_ statement: Statement) throws -> [UInt8] {
        Array(try JSONEncoder().encode(statement)) + [0x0A] + statement.rows.text
    }

    /// The statement of such a text; nil where it is not one, or not whole.
    public static func statement(_ bytes: [UInt8]) -> Statement? {
        guard let end = bytes.firstIndex(of: 0x0A),
            var statement = try? JSONDecoder().decode(Statement.self, from: Data(bytes[..<end])),
            bytes.last == 0x0A
        else { return nil }
        for line in bytes[(end + 1)...].dropLast().split(separator: 0x0A) {
            guard statement.rows.append(line: line) else { return nil }
        }
        return statement.rows.count == statement.records - statement.rejectedRecords ? statement : nil
    }
}
