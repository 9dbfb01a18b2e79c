import Foundation

/// Percent-encoding as SigV4 wants it: all but RFC 3986's unreserved characters, upper-case digits.
enum PercentEncoding {
    /// ASCII's letters and digits, and `-._~`.
    static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    private static let ofPaths = unreserved.union(["/"])

    /// Encodes a text; of a path, the slashes stay.
    static func encode(_ text: String, keepingSlashes: Bool = false) -> String {
        text.addingPercentEncoding(withAllowedCharacters: keepingSlashes ? ofPaths : unreserved) ?? text
    }

    /// Decodes what a listing with `encoding-type=url` gives; a `+` there is a space.
    static func decode(_ text: String) -> String {
        text.replacing("+", with: " ").removingPercentEncoding ?? text
    }
}
