import Foundation

/// A file of AWS's: sections of `name = value`, where a value may itself hold indented `name = value` lines.
///
/// "Shared config and credentials files", AWS SDKs and Tools Reference Guide.
struct AWSFile {
    /// Section by its heading; an indented value by `outer.inner`.
    private(set) var sections: [String: [String: String]] = [:]

    /// The file at a path; empty where there is none.
    init(path: String) throws(S3Error) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw S3Error(.configuration, "\(path) can't be read")
        }
        var section: String?
        var outer: String?
        for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            if trimmed.hasPrefix("["), let end = trimmed.firstIndex(of: "]") {
                let heading = trimmed[..<end].dropFirst().split(whereSeparator: \.isWhitespace).joined(separator: " ")
                section = heading
                outer = nil
                sections[heading] = sections[heading] ?? [:]
            } else if let section, let equals = trimmed.firstIndex(of: "=") {
                let name = trimmed[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
                let text = trimmed[equals...].dropFirst()
                let end = text.firstRange(of: /[ \t][#;]/)?.lowerBound ?? text.endIndex
                let value = text[..<end].trimmingCharacters(in: .whitespaces)
                if line.first?.isWhitespace == true, let outer {
                    sections[section]?["\(outer).\(name)"] = value
                } else {
                    sections[section]?[name] = value
                    outer = value.isEmpty ? name : nil
                }
            }
        }
    }
}
