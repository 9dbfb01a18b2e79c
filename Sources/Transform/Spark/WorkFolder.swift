import Foundation

/// A folder in the landing zone for one job: the input's lines, and what executors write until it is complete and takes its place.
struct WorkFolder: Sendable {
    /// The landing zone's folder, absolute.
    let landing: String
    /// This job's.
    let path: String

    init(in landing: String) throws(SparkEngineError) {
        self.landing = URL(fileURLWithPath: landing).standardizedFileURL.path
        // Spark takes these for patterns.
        guard !self.landing.contains(where: "{}[]*?\\".contains) else {
            throw .file(path: self.landing, action: "give Spark", cause: "its path has a character that Spark takes for a pattern")
        }
        Self.removeStale(in: self.landing)
        path = "\(self.landing)/spark-\(UUID().uuidString.lowercased()).tmp"
        try Self.make("\(path)/lines")
    }

    /// The place of one part, as Spark is told it.
    func url(_ part: String) -> String { "file://\(path)/\(part)" }

    /// What a job that was killed left behind, a day ago or more.
    private static func removeStale(in landing: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: landing)) ?? [] where name.hasPrefix("spark-") && name.hasSuffix(".tmp") {
            let changed = (try? FileManager.default.attributesOfItem(atPath: "\(landing)/\(name)"))?[.modificationDate] as? Date
            if let changed, changed.timeIntervalSinceNow < -86_400 { try? FileManager.default.removeItem(atPath: "\(landing)/\(name)") }
        }
    }

    func discard() { try? FileManager.default.removeItem(atPath: path) }

    /// The files that executors wrote for each value of the innermost partition column, by that value.
    func files(_ part: String, by column: String) throws(SparkEngineError) -> [String: [String]] {
        var found: [String: [String]] = [:]
        let root = "\(path)/\(part)"
        guard let walk = FileManager.default.enumerator(atPath: root) else {
            throw .invisible(folder: landing, cause: "what they wrote is not there")
        }
        for case let name as String in walk {
            let parts = name.split(separator: "/")
            guard let file = parts.last, file.hasPrefix("part-"), parts.count > 1, parts[parts.count - 2].hasPrefix("\(column)=") else { continue }
            let value = parts[parts.count - 2].dropFirst(column.count + 1)
            found[value.removingPercentEncoding ?? String(value), default: []].append("\(root)/\(name)")
        }
        return found
    }

    /// The lines of the text files of a part that is not partitioned.
    func lines(_ part: String) throws(SparkEngineError) -> [Data] {
        let root = "\(path)/\(part)"
        do {
            return try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.hasPrefix("part-") }.sorted().flatMap { name in
                try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(name)")).split(separator: 0x0A)
            }
        } catch {
            throw .invisible(folder: landing, cause: "what they wrote is not there")
        }
    }

    static func size(_ file: String) throws(SparkEngineError) -> Int {
        do {
            return (try FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber)?.intValue ?? 0
        } catch {
            throw .file(path: file, action: "read", cause: error.localizedDescription)
        }
    }

    static func make(_ folder: String) throws(SparkEngineError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .file(path: folder, action: "make", cause: error.localizedDescription)
        }
    }

    /// A complete file takes its place, on disk before it has its name.
    static func move(_ file: String, to target: String) throws(SparkEngineError) {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(file, "read") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL, rename(file, target) == 0 else { throw failure(target, "write") }
    }

    private static func failure(_ path: String, _ action: String) -> SparkEngineError {
        .file(path: path, action: action, cause: String(cString: strerror(errno)))
    }
}
