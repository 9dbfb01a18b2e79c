public import NearEarth
import NeoWs

/// The processed CSV: RFC 4180 (CRLF included), UTF-8, every digit that NASA sent, `True`/`False` for the flags,
/// nothing for what is absent.
public enum ProcessedCSV {
    /// The columns, in order.
    public static let columns = ApproachColumn.csv.map { $0 == .date ? "date" : $0.name }

    /// The header line, line end included.
    public static let header = Array((columns.joined(separator: ",") + "\r\n").utf8)

    /// The file of a statement's rows, header included.
    public static func file(_ rows: ApproachRows) -> [UInt8] {
        (0..<rows.count).reduce(into: header) { file, row in
            file += rows.record(row)
            file += [0x0D, 0x0A]
        }
    }

    /// Appends one approach as a line, without its line end.
    static func append(
        _ object: borrowing ScannedObject, _ approach: borrowing ScannedApproach, of body: BodyBytes,
        to output: inout [UInt8]
    ) {
        for column in ApproachColumn.csv {
            let token = column.token(object, approach)
            if column != .id { output.append(UInt8(ascii: ",")) }
            switch token.kind {
            case .absent, .null: break
            case .true: output.append(contentsOf: trueText)
            case .false: output.append(contentsOf: falseText)
            default:
                let start = output.count
                body.append(token, to: &output)
                if column.kind == .text { CSVRecord.quote(&output, from: start) }
            }
        }
    }

    private static let trueText = Array("True".utf8)
    private static let falseText = Array("False".utf8)
}

extension ApproachColumn {
    /// Where an object's or an approach's value of the column stands in a body; absent for the record, which is made
    /// here.
    @inline(__always)
    func token(_ object: borrowing ScannedObject, _ approach: borrowing ScannedApproach) -> Token {
        switch self {
        case .id: object.anyID
        case .neoReferenceID: object.neoReferenceID.isMissing ? object.id : object.neoReferenceID
        case .name: object.name
        case .absoluteMagnitude: object.absoluteMagnitude
        case .isPotentiallyHazardous: object.isPotentiallyHazardous
        case .diameterMax: object.diameterMax
        case .diameterMin: object.diameterMin
        case .dateFull: approach.dateFull
        case .velocity: approach.kilometersPerSecond
        case .missDistance: approach.kilometers
        case .orbitingBody: approach.orbitingBody
        case .date: approach.date
        case .isSentryObject: object.isSentryObject
        case .epoch: approach.epoch
        case .missDistanceAU, .missDistanceAUDigits: approach.astronomical
        case .record: .absent
        }
    }
}
