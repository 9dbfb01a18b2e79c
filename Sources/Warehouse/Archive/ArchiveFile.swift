import Crypto
import Foundation
import NearEarth

/// An archive's first line.
struct ArchiveHeader: Codable {
    var version: Int
    var contentHash: String

    enum CodingKeys: String, CodingKey {
        case version = "perigee_archive"
        case contentHash = "content_hash"
    }
}

/// Writes an archive's lines, and at last the checksum over them.
final class ArchiveWriter {
    private let file: FileHandle
    private var hash = SHA256()
    private var pending: [UInt8] = []

    init(_ path: String, _ header: ArchiveHeader) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
            throw StoreError.file(path: path, cause: "it can't be written")
        }
        self.file = file
        pending += try JSONEncoder().encode(header) + [0x0A]
    }

    /// Writes a row.
    func row(_ texts: [String?]) throws {
        DelimitedText.append(texts, to: &pending)
        if pending.count > 1 << 18 { try flush() }
    }

    /// Writes a line that is no row.
    func mark(_ words: [String]) {
        pending += Archive.mark.utf8
        DelimitedText.append(words, to: &pending)
    }

    /// Writes the last line.
    func finish() throws {
        try flush()
        mark(["sha256", Hexadecimal.text(hash.finalize())])
        try flush()
        try file.synchronize()
        try file.close()
    }

    private func flush() throws {
        hash.update(data: pending)
        try file.write(contentsOf: pending)
        pending.removeAll(keepingCapacity: true)
    }
}

/// Reads an archive's lines, in constant memory.
enum ArchiveReader {
    /// Checks form and checksum from end to end.
    static func verify(_ path: String) throws {
        var hash = SHA256()
        var last: Data?
        try lines(path) { line in
            if let last { hash.update(data: last + [0x0A]) } else { _ = try header(line, path) }
            last = line
        }
        guard let words = last.flatMap(marked), words.count == 2, words[0] == "sha256" else {
            throw StoreError.damaged(path: path, cause: "its last line, the checksum, is not there")
        }
        guard Hexadecimal.text(hash.finalize()) == words[1] else {
            throw StoreError.damaged(path: path, cause: "its SHA-256 is not the one it was written with")
        }
    }

    /// Hands each line behind the header on.
    static func read(_ path: String, _ take: (Data) throws -> Void) throws -> ArchiveHeader {
        var found: ArchiveHeader?
        try lines(path) { line in
            if found == nil { found = try header(line, path) } else { try take(line) }
        }
        guard let found else { throw StoreError.damaged(path: path, cause: "it is empty") }
        return found
    }

    /// The words of a line that is no row; nil for a row.
    static func marked(_ line: Data) -> [String]? {
        guard line.starts(with: Archive.mark.utf8) else { return nil }
        return DelimitedText.values(line.dropFirst(Archive.mark.utf8.count)).compactMap(\.self)
    }

    private static func header(_ line: Data, _ path: String) throws -> ArchiveHeader {
        guard let header = try? JSONDecoder().decode(ArchiveHeader.self, from: line) else {
            throw StoreError.damaged(path: path, cause: "it is no archive of Perigee's")
        }
        guard header.version == Archive.version else { throw StoreError.otherVersion(path: path, version: header.version) }
        return header
    }

    /// The file's lines, without their ends.
    private static func lines(_ path: String, _ take: (Data) throws -> Void) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { throw StoreError.file(path: path, cause: "it can't be read") }
        defer { try? file.close() }
        var rest = Data()
        while let piece = try file.read(upToCount: 1 << 18), !piece.isEmpty {
            rest.append(piece)
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: 0x0A) {
                try take(Data(rest[start..<end]))
                start = end + 1
            }
            rest = Data(rest[start...])
        }
        if !rest.isEmpty { throw StoreError.damaged(path: path, cause: "it breaks off in mid-line") }
    }
}
