public import NearEarth
import NeoWs

/// The processed CSV: RFC 4180 (CRLF included), UTF-8, every digit that NASA sent, `True`/`False` for the flags,
/// nothing for what is absent.
public enum ProcessedCSV {
    /// The columns, in order.
    public static let columns = [
        "id", "neo_reference_id", "name", "absolute_magnitude_h", "is_potentially_hazardous_asteroid",
        "estimated_diameter_km_max",
        "estimated_diameter_km_min", "close_approach_date_full", "velocity_kps", "miss_distance_km", "orbiting_body",
        "date", "is_sentry_object",
    ]

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
        let id = object.id.isMissing ? object.neoReferenceID : object.id
        let reference = object.neoReferenceID.isMissing ? object.id : object.neoReferenceID
        body.append(id, to: &output)
        output.append(comma)
        body.append(reference, to: &output)
        output.append(comma)
        appendText(object.name, of: body, to: &output)
        output.append(comma)
        appendPlain(object.absoluteMagnitude, of: body, to: &output)
        output.append(comma)
        appendFlag(object.isPotentiallyHazardous, to: &output)
        output.append(comma)
        appendPlain(object.diameterMax, of: body, to: &output)
        output.append(comma)
        appendPlain(object.diameterMin, of: body, to: &output)
        output.append(comma)
        appendPlain(approach.dateFull, of: body, to: &output)
        output.append(comma)
        appendPlain(approach.kilometersPerSecond, of: body, to: &output)
        output.append(comma)
        appendPlain(approach.kilometers, of: body, to: &output)
        output.append(comma)
        appendText(approach.orbitingBody, of: body, to: &output)
        output.append(comma)
        appendPlain(approach.date, of: body, to: &output)
        output.append(comma)
        appendFlag(object.isSentryObject, to: &output)
    }

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let trueText = Array("True".utf8)
    private static let falseText = Array("False".utf8)

    /// A value that the rules leave no room for commas or quotes in.
    @inline(__always)
    private static func appendPlain(_ token: Token, of body: BodyBytes, to output: inout [UInt8]) {
        if !token.isMissing { body.append(token, to: &output) }
    }

    private static func appendFlag(_ token: Token, to output: inout [UInt8]) {
        switch token.kind {
        case .true: output.append(contentsOf: trueText)
        case .false: output.append(contentsOf: falseText)
        default: break
        }
    }

    private static func appendText(_ token: Token, of body: BodyBytes, to output: inout [UInt8]) {
        guard body.needsQuotes(token) else {
            body.append(token, to: &output)
            return
        }
        output.append(quote)
        for byte in body.text(token).utf8 {
            if byte == quote { output.append(quote) }
            output.append(byte)
        }
        output.append(quote)
    }
}
