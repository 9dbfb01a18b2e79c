/// A literal of Spark's: what a metric came to.
public enum SparkValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// BYTE, SHORT, INTEGER and LONG.
    case integer(Int64)
    /// FLOAT and DOUBLE.
    case double(Double)
    /// A decimal's digits.
    case decimal(String)
    case string(String)
    case binary([UInt8])
    /// Days since 1970-01-01.
    case date(Int32)
    /// Microseconds since 1970-01-01 00:00, UTC or without a zone.
    case timestamp(Int64)
    /// A literal of a type that this client does not read.
    case other

    init(_ literal: ProtoLiteral) {
        switch literal.literalType {
        case .null: self = .null
        case .binary(let value): self = .binary(Array(value))
        case .boolean(let value): self = .boolean(value)
        case .byte(let value), .short(let value), .integer(let value): self = .integer(Int64(value))
        case .long(let value): self = .integer(value)
        case .float(let value): self = .double(Double(value))
        case .double(let value): self = .double(value)
        case .decimal(let value): self = .decimal(value.value)
        case .string(let value): self = .string(value)
        case .date(let value): self = .date(value)
        case .timestamp(let value), .timestampNtz(let value): self = .timestamp(value)
        case nil: self = .other
        }
    }
}
