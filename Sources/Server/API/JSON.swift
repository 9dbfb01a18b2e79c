/// A JSON value, for what is written by hand: the OpenAPI document.
indirect enum JSON: Sendable, Encodable {
    case text(String)
    case number(Int)
    case decimal(Double)
    case flag(Bool)
    case array([JSON])
    case object([String: JSON])

    func encode(to encoder: any Encoder) throws {
        switch self {
        // A dictionary's keys stay as they are.
        case .object(let members): try single(members, encoder)
        case .array(let values): try single(values, encoder)
        case .text(let value): try single(value, encoder)
        case .number(let value): try single(value, encoder)
        case .decimal(let value): try single(value, encoder)
        case .flag(let value): try single(value, encoder)
        }
    }

    private func single(_ value: some Encodable, _ encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}

extension JSON: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self = .text(value) }
}

extension JSON: ExpressibleByIntegerLiteral {
    init(integerLiteral value: Int) { self = .number(value) }
}

extension JSON: ExpressibleByBooleanLiteral {
    init(booleanLiteral value: Bool) { self = .flag(value) }
}

extension JSON: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}
