import Foundation
public import NearEarth
public import S3

/// A landed body whose rows an executor is to give to Spark, and which of them: a line of a Spark task's input.
public struct ExportTask: Sendable, Codable {
    /// The body's file or object, as executors reach it.
    public var location: String
    /// The digest that it must have.
    public var sha256: String
    /// How many rows it gives.
    public var rows: Int
    /// The keys of these, as texts; nil for all of its rows.
    public var keys: [String]?

    /// A task from its parts.
    public init(location: String, sha256: String, rows: Int, keys: [ApproachKey]?) {
        self.location = location
        self.sha256 = sha256
        self.rows = rows
        self.keys = keys?.map(\.description)
    }

    /// The columns of a row and their types in Spark: the store's, numbers as the nearest binary float.
    public static let columns = ApproachColumn.export.map { column in
        let type =
            switch column.kind {
            case .text: "STRING"
            case .decimal: "DOUBLE"
            case .flag: "BOOLEAN"
            case .day: "DATE"
            case .milliseconds: "BIGINT"
            }
        return (name: column.name, type: type)
    }

    /// The rows as lines, columns between tabs. A body that is not what was published is an error: nothing may be left
    /// out.
    public func lines(_ s3: S3Client?) async throws -> [UInt8] {
        let body = try await ExecutorTask.body(location, s3)
        guard ExecutorTask.digest(body) == sha256 else {
            throw ExportError(description: "\(location) was changed since it was landed")
        }
        let rows = try EmbeddedEngine.transform(body).statement.rows
        let wanted = keys.map(Set.init)
        var lines: [UInt8] = []
        var count = 0
        for row in 0..<rows.count where wanted?.contains(rows.keys[row].description) ?? true {
            Self.append(rows.line(row), to: &lines)
            lines[lines.count - 1] = 0x0A
            count += 1
        }
        guard count == self.rows else {
            throw ExportError(
                description: "\(location) gives \(count) of the \(self.rows) rows that the store has of it")
        }
        return lines
    }

    /// A row's first columns, a tab behind each. Escapes, which Spark does not know, are rare: NULL is one for both.
    private static func append(_ line: ArraySlice<UInt8>, to lines: inout [UInt8]) {
        let start = lines.count
        var columns = columns.count
        for byte in line {
            lines.append(byte)
            if byte == 0x09 { columns -= 1 }
            if columns == 0 { break }
        }
        guard lines[start...].contains(UInt8(ascii: "\\")) else { return }
        let fields = lines[start...].dropLast().split(separator: 0x09, omittingEmptySubsequences: false)
        lines.removeSubrange(start...)
        for field in fields {
            lines +=
                field.elementsEqual(DelimitedText.null)
                ? Array(field) : DelimitedText.unescaped(field).map { $0 < 0x20 ? 0x20 : $0 }
            lines.append(0x09)
        }
    }
}

/// The rows of a landed body are not those that were published: it was changed, or it has other rows than the store
/// says.
public struct ExportError: Error, CustomStringConvertible {
    /// The error as a sentence.
    public let description: String
}
