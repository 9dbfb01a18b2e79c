/// Reads an object's `orbital_data`.
public enum OrbitScanner {
    /// Its members by name, `orbit_class`'s own among them; null values left out.
    /// Anything nested otherwise is left out too: NeoWs has nothing such.
    public static func elements(_ token: Token, in body: BodyBytes) -> [String: Token] {
        guard token.kind == .object else { return [:] }
        var found: [String: Token] = [:]
        var cursor = JSONCursor(body, at: token.start)
        // The scanner has walked these bytes already, so nothing can fail here.
        try? read(&cursor, body, &found)
        return found
    }

    private static func read(_ cursor: inout JSONCursor, _ body: BodyBytes, _ found: inout [String: Token])
        throws(JSONCursor.Fault)
    {
        var walk = try cursor.enterObject()
        while let (_, name) = try cursor.nextKey(&walk) {
            let key = body.text(name)
            if key == "orbit_class", try cursor.peekKind() == .object {
                try read(&cursor, body, &found)
                continue
            }
            let value = try cursor.value()
            if !value.isMissing, value.kind != .object, value.kind != .array, value.start < value.end {
                found[key] = value
            }
        }
    }
}
