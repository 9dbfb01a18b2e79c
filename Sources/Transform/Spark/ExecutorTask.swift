import Crypto
import Foundation
public import NearEarth
import NeoWs
public import S3

/// A landed body that an executor is to transform: a line of a Spark task's input. Its answer is a line of the task's
/// output.
public struct ExecutorTask: Sendable {
    /// Its number in the job, which the answer begins with: Spark gives answers in any order.
    public var number: Int
    /// The digest that its manifest names.
    public var sha256: String
    /// The body's file or object, as executors reach it.
    public var location: String

    /// A task from its parts.
    public init(number: Int, sha256: String, location: String) {
        self.number = number
        self.sha256 = sha256
        self.location = location
    }

    /// A task from a line, without its line feed; nil where it is none.
    public init?(line: String) {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, let number = Int(parts[0]) else { return nil }
        let location = String(decoding: DelimitedText.unescaped(parts[2].utf8), as: UTF8.self)
        self.init(number: number, sha256: String(parts[1]), location: location)
    }

    /// The task as a line, without its line feed: no tabs, which Spark would take for the ends of columns.
    public var line: String {
        var escaped: [UInt8] = []
        DelimitedText.append([location], to: &escaped)
        return "\(number) \(sha256) \(String(decoding: escaped.dropLast(), as: UTF8.self))"
    }

    /// Transforms the body: the answer's line, without its line feed. It is the number alone where the body can't be
    /// read, is not what was landed or can't be scanned: whoever asks then meets the same, and says what it is.
    public func answer(_ s3: S3Client?) async -> [UInt8] {
        var answer = Array("\(number) ".utf8)
        guard let body = try? await Self.body(location, s3), Self.digest(body) == sha256,
            let statement = try? EmbeddedEngine.transform(body).statement,
            let bytes = try? Self.text(of: statement)
        else { return answer }
        DelimitedText.append([String(decoding: bytes, as: UTF8.self)], to: &answer)
        answer.removeLast()
        return answer
    }

    /// A body in a file or in S3.
    static func body(_ location: String, _ s3: S3Client?) async throws(FileTransformError) -> BodyBuffer {
        var body = BodyBuffer()
        try await BodySource(location, s3).load(into: &body)
        return body
    }

    /// Its SHA-256.
    static func digest(_ body: borrowing BodyBuffer) -> String {
        Hexadecimal.text(body.withBytes { $0.withUnsafeBytes { SHA256.hash(data: $0) } })
    }

    /// The number and the statement of an answer's line; the statement is nil where there is none. Nil for what is not
    /// an answer, or not whole.
    public static func read(_ line: ArraySlice<UInt8>) -> (number: Int, statement: Statement?)? {
        guard let end = line.firstIndex(of: UInt8(ascii: " ")),
            let number = Int(String(decoding: line[..<end], as: UTF8.self))
        else { return nil }
        let rest = line[(end + 1)...]
        if rest.isEmpty { return (number, nil) }
        return statement(DelimitedText.unescaped(rest)).map { (number, $0) }
    }

    /// A statement as text, on its way from an executor to the publisher: a line of JSON with everything but the rows,
    /// then a row a line.
    private static func text(of statement: Statement) throws -> [UInt8] {
        Array(try JSONEncoder().encode(statement)) + [0x0A] + statement.rows.text
    }

    /// The statement of such a text; nil where it is not one, or not whole.
    private static func statement(_ bytes: [UInt8]) -> Statement? {
        guard let end = bytes.firstIndex(of: 0x0A), bytes.last == 0x0A,
            var statement = try? JSONDecoder().decode(Statement.self, from: Data(bytes[..<end]))
        else { return nil }
        for line in bytes[(end + 1)...].dropLast().split(separator: 0x0A) {
            guard statement.rows.append(line: line) else { return nil }
        }
        return statement.rows.count == statement.records - statement.rejectedRecords ? statement : nil
    }
}
