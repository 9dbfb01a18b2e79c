import Crypto
import Foundation
public import NearEarth
public import NeoWs

/// A landed body that an executor is to transform, as a line of the task's input, and the file that its statement goes to.
public struct ExecutorTask: Sendable {
    /// The body's file, as executors reach it.
    public var file: String
    /// The digest that its manifest names.
    public var sha256: String
    /// Where the statement goes.
    public var target: String

    /// A task from its parts.
    public init(file: String, sha256: String, target: String) {
        self.file = file
        self.sha256 = sha256
        self.target = target
    }

    /// A task from a line, without its line feed; nil where it is none.
    public init?(line: String) {
        let values = DelimitedText.values(line.utf8)
        guard values.count == 3, let sha256 = values[0], let file = values[1], let target = values[2] else { return nil }
        self.init(file: file, sha256: sha256, target: target)
    }

    /// The task as a line.
    public var line: [UInt8] {
        var line: [UInt8] = []
        DelimitedText.append([sha256, file, target], to: &line)
        return line
    }

    /// Transforms the body. A task that is carried out twice writes the same file twice; it is whole at any time. Returns false, and writes
    /// nothing, where the body is not what was landed or can't be scanned: the caller meets the same and says what it is.
    public func perform() throws(FileTransformError) -> Bool {
        var body = BodyBuffer()
        _ = try InputFiles.read(file, into: &body)
        guard Hexadecimal.text(body.withBytes { $0.withUnsafeBytes { SHA256.hash(data: $0) } }) == sha256 else { return false }
        let result: EmbeddedEngine.Result
        do throws(ScanError) {
            result = try EmbeddedEngine.transform(body)
        } catch {
            return false
        }
        do {
            try Data(StatementFile.bytes(result.statement)).write(to: URL(fileURLWithPath: target), options: .atomic)
        } catch {
            throw .file(path: target, action: "write", cause: error.localizedDescription)
        }
        return true
    }
}
