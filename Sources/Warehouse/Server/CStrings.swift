import Foundation

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
        let copies = texts.map { text -> UnsafeMutablePointer<CChar>? in
            guard let text else { return nil }
            guard let copy = strdup(text) else { preconditionFailure("out of memory") }
            return copy
        }
        defer { for copy in copies { free(copy) } }
        return body(copies.map { UnsafePointer($0) } + [nil])
    }
}
