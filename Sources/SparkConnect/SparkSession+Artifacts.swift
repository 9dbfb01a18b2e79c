import Foundation
import SwiftProtobuf

extension SparkSession {
    /// Sends a file to the cluster, piece by piece: every executor that works for this session finds it as
    /// `./SESSION/NAME` below its work folder, without its execute bit. `read` gives the bytes of a range.
    public func addFile(_ name: String, size: Int, _ read: @Sendable @escaping (Range<Int>) throws -> Data)
        async throws(SparkError)
    {
        let starts = Array(stride(from: 0, to: max(size, 1), by: Self.pieceSize))
        let requests = starts.map { start -> @Sendable () throws -> ProtoAddArtifactsRequest in
            { [self] in
                let piece = try read(start..<min(start + Self.pieceSize, size))
                return .with {
                    identify(&$0)
                    let chunk = ProtoAddArtifactsRequest.ArtifactChunk.with {
                        $0.data = piece
                        $0.crc = Int64(CRC32.checksum(piece))
                    }
                    if starts.count == 1 {
                        // A file in pieces has two at least: Spark never closes one of a single piece.
                        $0.batch.artifacts = [
                            .with {
                                $0.name = "files/\(name)"
                                $0.data = chunk
                            }
                        ]
                    } else if start == 0 {
                        $0.beginChunk.name = "files/\(name)"
                        $0.beginChunk.totalBytes = Int64(size)
                        $0.beginChunk.numChunks = Int64(starts.count)
                        $0.beginChunk.initialChunk = chunk
                    } else {
                        $0.chunk = chunk
                    }
                }
            }
        }
        try await reach()
        let answer: ProtoAddArtifactsResponse
        do {
            answer = try await channel.upload("AddArtifacts", requests)
        } catch {
            throw await self.error(error)
        }
        remember(answer.serverSideSessionID)
        guard answer.artifacts.allSatisfy(\.isCrcSuccessful) else {
            throw .unreadable("\(name) was damaged on its way to the cluster")
        }
    }

    /// Bytes of a message.
    private static let pieceSize = 1 << 20
}

/// The checksum of zlib and PNG, which Spark Connect asks for with each piece of a file (polynomial 0xEDB88320,
/// reflected).
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { start in
        (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    /// The checksum of some bytes.
    static func checksum(_ bytes: Data) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            bytes.withUnsafeBytes {
                ~$0.reduce(UInt32.max) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
            }
        }
    }
}
