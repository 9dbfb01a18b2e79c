import Foundation

/// A process, so that another one on the same machine can tell whether it still lives.
public struct ProcessIdentity: Sendable, Hashable {
    /// Name of the machine.
    public var host: String
    /// Process id.
    public var pid: Int
    /// When the process started, in the kernel's own units; process ids are used again.
    public var started: Int64

    /// A process from its parts.
    public init(host: String, pid: Int, started: Int64) {
        self.host = host
        self.pid = pid
        self.started = started
    }

    /// This process.
    public static let current = ProcessIdentity(
        host: ProcessInfo.processInfo.hostName, pid: Int(getpid()), started: startTime(of: Int(getpid())) ?? 0)

    /// Whether the process ran on this machine and is gone. False where that can't be known.
    public var isProvablyGone: Bool {
        guard host == Self.current.host else { return false }
        guard kill(pid_t(pid), 0) == 0 || errno == EPERM else { return true }
        guard let now = Self.startTime(of: pid) else { return false }
        return now != started
    }

    /// Field 22 of /proc/PID/stat (proc(5)): clock ticks after boot. Nil where there is no such file.
    private static func startTime(of pid: Int) -> Int64? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        let text = String(decoding: data, as: UTF8.self)
        // The second field, the program's name in parentheses, may itself hold spaces and parentheses.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? Int64(fields[19]) : nil
    }
}
