import Foundation
import NearEarth

/// A line of `ViewSQL.rejects`.
struct RejectLine: Decodable {
    let batch: String
    let sequence: Int
    let position: Int
    let number: Int
    let weight: Int
    let approaches: Int
    let record: RejectedRecord

    private enum Key: String, CodingKey {
        case batch, sequence, position, number, weight, approaches, rule, path, value, reason, record
        case recordPath = "record_path"
        case spkID = "spk_id"
    }

    init(from decoder: any Decoder) throws {
        let line = try decoder.container(keyedBy: Key.self)
        batch = try line.decode(String.self, forKey: .batch)
        sequence = try line.decode(Int.self, forKey: .sequence)
        position = try line.decode(Int.self, forKey: .position)
        number = try line.decode(Int.self, forKey: .number)
        weight = try line.decode(Int.self, forKey: .weight)
        approaches = try line.decode(Int.self, forKey: .approaches)
        guard let rule = RecordRule(rawValue: try line.decode(String.self, forKey: .rule)) else {
            throw DecodingError.dataCorruptedError(forKey: .rule, in: line, debugDescription: "no rule of Perigee's")
        }
        record = RejectedRecord(
            rule: rule, path: try line.decode(String.self, forKey: .path), recordPath: try line.decode(String.self, forKey: .recordPath),
            value: try line.decode(String.self, forKey: .value), reason: try line.decode(String.self, forKey: .reason),
            spkID: try line.decodeIfPresent(String.self, forKey: .spkID), record: try line.decode(String.self, forKey: .record))
    }

    static func read(_ data: Data) throws(SparkEngineError) -> RejectLine {
        do {
            return try JSONDecoder().decode(RejectLine.self, from: data)
        } catch {
            throw .mismatch("a rejected record can't be read: \(error)")
        }
    }
}

/// A line of `ViewSQL.orbits`.
enum OrbitLine {
    private struct Line: Decodable {
        let batch: String
        let id: String
        let name: String
        let designation: String?
        let orbit: [String: String]?
    }

    static func read(_ data: Data) throws(SparkEngineError) -> (batch: String, orbit: ObjectOrbit) {
        do {
            let line = try JSONDecoder().decode(Line.self, from: data)
            return (line.batch, ObjectOrbit(id: line.id, name: line.name, designation: line.designation, elements: line.orbit ?? [:]))
        } catch {
            throw .mismatch("an orbit can't be read: \(error)")
        }
    }
}

/// A row for a store that executors can't reach: the line of the processed CSV and the two figures that it has not, tabs between.
enum StagedLine {
    /// The rows as lines.
    static let query = #"""
        SELECT concat(coalesce(CAST(epoch_ms AS STRING), ''), '\t', coalesce(miss_distance_au_text, ''), '\t',
        replace(replace(replace(source_record, r'\', r'\\'), '\n', r'\n'), '\r', r'\r')) AS value, file
        FROM neo_rows DISTRIBUTE BY file SORT BY file, sequence, position
        """#

    static func approaches(_ file: String) throws(SparkEngineError) -> [CloseApproach] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw .file(path: file, action: "read", cause: error.localizedDescription)
        }
        return try data.split(separator: 0x0A).map { line throws(SparkEngineError) in try approach(line) }
    }

    private static func approach(_ line: Data) throws(SparkEngineError) -> CloseApproach {
        let parts = line.split(separator: 0x09, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .mismatch("a row can't be read") }
        func given(_ text: String) -> String? { text.isEmpty ? nil : text }
        let record = unescaped(parts[2])
        let fields = CSVRecord.fields(record)
        guard fields.count == ProcessedCSV.columns.count, let day = CalendarDate(fields[11]) else { throw .mismatch("a row can't be read: \(record)") }
        return CloseApproach(
            id: fields[0], neoReferenceID: fields[1], name: fields[2], absoluteMagnitude: given(fields[3]), isPotentiallyHazardous: fields[4] == "True",
            diameterMaxKilometers: given(fields[5]), diameterMinKilometers: given(fields[6]), approachDateFull: given(fields[7]),
            velocityKilometersPerSecond: fields[8], missDistanceKilometers: fields[9],
            missDistanceAU: given(String(decoding: parts[1], as: UTF8.self)), orbitingBody: fields[10], observationDate: day,
            epochMilliseconds: Int64(String(decoding: parts[0], as: UTF8.self)), isSentryObject: given(fields[12]).map { $0 == "True" }, record: record)
    }

    private static func unescaped(_ bytes: Data) -> String {
        guard bytes.contains(0x5C) else { return String(decoding: bytes, as: UTF8.self) }
        var text: [UInt8] = []
        var isEscaped = false
        for byte in bytes {
            switch byte {
            case _ where isEscaped:
                text.append(byte == UInt8(ascii: "n") ? 0x0A : byte == UInt8(ascii: "r") ? 0x0D : byte)
                isEscaped = false
            case 0x5C: isEscaped = true
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
