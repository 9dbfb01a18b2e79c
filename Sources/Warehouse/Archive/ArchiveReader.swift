import Crypto
import Foundation
import NearEarth

/// Reads an archive's lines, in constant memory.
enum ArchiveReader {
    /// What a line is.
    enum Item {
        case header(contentHash: String)
        case table(String)
        case row([String?])
    }

    /// Checks form and checksum from end to end.
    static func verify(_ path: String) throws(ArchiveError) {
        var hash = SHA256()
        var previous: Data?
        var hasHeader = false
        try lines(path) { line throws(ArchiveError) in
            if let previous {
                hash.update(data: previous)
                hash.update(data: [0x0A])
            }
            if !hasHeader {
                _ = try header(line, path)
                hasHeader = true
            }
            previous = line
        }
        guard let previous, let last = try? JSONDecoder().decode([String: String].self, from: previous), let expected = last["sha256"] else {
            throw .damaged(path: path, cause: "its last line, the checksum, is not there")
        }
        guard Hexadecimal.text(hash.finalize()) == expected else { throw .damaged(path: path, cause: "its SHA-256 is not the one it was written with") }
    }

    /// Hands each line on but the checksum.
    static func read(_ path: String, _ take: (Item) throws -> Void) throws {
        var isFirst = true
        var failure: (any Error)?
        let decoder = JSONDecoder()
        try lines(path) { line throws(ArchiveError) in
            guard failure == nil else { return }
            do {
                if isFirst {
                    isFirst = false
                    try take(.header(contentHash: try header(line, path)))
                } else if line.first == UInt8(ascii: "[") {
                    try take(.row(try decoder.decode([String?].self, from: line)))
                } else if let table = try? decoder.decode(TableLine.self, from: line) {
                    try take(.table(table.table))
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private struct TableLine: Decodable {
        var table: String
    }

    private struct HeaderLine: Decodable {
        var version: Int
        var contentHash: String

        enum CodingKeys: String, CodingKey {
            case version = "perigee_archive"
            case contentHash = "content_hash"
        }
    }

    private static func header(_ line: Data, _ path: String) throws(ArchiveError) -> String {
        guard let header = try? JSONDecoder().decode(HeaderLine.self, from: line) else { throw .damaged(path: path, cause: "it is no archive of Perigee's") }
        guard header.version == Archive.version else { throw .otherVersion(path: path, version: header.version) }
        return header.contentHash
    }

    /// The file's lines, without their ends.
    private static func lines(_ path: String, _ take: (Data) throws(ArchiveError) -> Void) throws(ArchiveError) {
        guard let file = FileHandle(forReadingAtPath: path) else { throw .file(path: path, cause: "it can't be read") }
        defer { try? file.close() }
        var rest = Data()
        while true {
            let piece: Data?
            do {
                piece = try file.read(upToCount: 1 << 18)
            } catch {
                throw .file(path: path, cause: error.localizedDescription)
            }
            guard let piece, !piece.isEmpty else { break }
            rest.append(piece)
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: 0x0A) {
                try take(Data(rest[start..<end]))
                start = end + 1
            }
            rest = Data(rest[start...])
        }
        if !rest.isEmpty { throw .damaged(path: path, cause: "it breaks off in mid-line") }
    }
}
