import Foundation
import PerigeeTesting
import SparkConnect
import Testing

@Suite("Arrow: the texts of an answer")
struct ArrowTextsTests {
    /// Two batches of rows, as pyarrow 26 writes them (`pyarrow.ipc.new_stream`).
    private static let stream: [UInt8] = Array(
        Data(
            base64Encoded: """
                /////3AAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAEAAAAUAAAAEAAUAAgABgAHAAwAAAAQABAAAAAAAAEFEAAAABwAAAAEAAAAAAAAAAYAAABhbnN3ZXIA\
                AAQABAAEAAAA/////5gAAAAUAAAAAAAAAAwAFgAGAAUACAAMAAwAAAAAAwQAGAAAAEgAAAAAAAAAAAAKABgADAAEAAgACgAAAEwAAAAQAAAABQAAAAAAAAAAAAAAAwAAAAAAAAAAAAAAAQAAAAAA\
                AAAIAAAAAAAAABgAAAAAAAAAIAAAAAAAAAAhAAAAAAAAAAAAAAABAAAABQAAAAAAAAABAAAAAAAAAB0AAAAAAAAAAAAAAAUAAAAFAAAABQAAAA0AAAAhAAAAMCBvbmUxIHp3w7ZsZnh4eHh4eHh4\
                eHh4eHh4eHh4eHh4AAAAAAAAAP////+YAAAAFAAAAAAAAAAMABYABgAFAAgADAAMAAAAAAMEABgAAAAQAAAAAAAAAAAACgAYAAwABAAIAAoAAABMAAAAEAAAAAEAAAAAAAAAAAAAAAMAAAAAAAAA\
                AAAAAAAAAAAAAAAAAAAAAAAAAAAIAAAAAAAAAAgAAAAAAAAABAAAAAAAAAAAAAAAAQAAAAEAAAAAAAAAAAAAAAAAAAAAAAAABAAAAGxhc3QAAAAA/////wAAAAA=
                """) ?? Data())

    private static func rows(_ bytes: [UInt8]) throws -> [String?] {
        var rows: [String?] = []
        try ArrowTexts.read(bytes) { rows.append($0.map { String(decoding: $0, as: UTF8.self) }) }
        return rows
    }

    @Test func anotherWritersRowsAreRead() throws {
        #expect(try Self.rows(Self.stream) == ["0 one", nil, "", "1 zwölf", String(repeating: "x", count: 20), "last"])
    }

    /// Whatever comes: rows, or an error.
    @Test(arguments: [31, 32] as [UInt64])
    func damagedBytesAreAnErrorOrRows(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var (read, refused) = (0, 0)
        for _ in 0..<20_000 {
            do {
                read += try Self.rows(Mutation.mutate(Self.stream, &random)).count > 0 ? 1 : 0
            } catch {
                refused += error is SparkError ? 1 : 0
            }
        }
        #expect(read > 1000 && refused > 1000, "\(read) read, \(refused) refused")
    }

    @Test func everyPartOfItIsAnErrorOrFewerRows() throws {
        for end in 0..<Self.stream.count { #expect((try? Self.rows(Array(Self.stream[..<end])).count) ?? 0 <= 6) }
    }
}
