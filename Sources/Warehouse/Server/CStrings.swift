/// Lends Swift texts to C as arrays of pointers.
enum CStrings {
    /// A text of C's; empty where there is none.
    static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }

    /// Calls `body` with the texts as a null-terminated array, null pointers where there is no text.
    static func withPointers<Result>(_ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result)
        -> Result
    {
        // All texts in one block, each behind its terminating zero.
        var bytes: [CChar] = []
        var starts: [Int?] = []
        for text in texts {
            starts.append(text == nil ? nil : bytes.count)
            if let text { bytes.append(contentsOf: text.utf8CString) }
        }
        bytes.append(0)
        return bytes.withUnsafeBufferPointer { block in
            let pointers: [UnsafePointer<CChar>?] =
                starts.map { start in start.flatMap { block.baseAddress?.advanced(by: $0) } } + [nil]
            return pointers.withUnsafeBufferPointer { list in
                // An array with an element always has an address.
                guard let base = list.baseAddress else { preconditionFailure("an empty list of pointers") }
                return body(base)
            }
        }
    }
}
