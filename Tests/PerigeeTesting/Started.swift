import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A process under way, killed when the value goes. Its output goes to files, so that no pipe can fill up.
///
/// Started with posix_spawn(3) rather than Foundation's `Process`, which on Linux learns of a child's end from a socket
/// that other children, started at the same moment, can inherit and keep open.
public final class Started: Sendable {
    /// The process's number.
    public let pid: Int32
    private let folder: TemporaryFolder
    private let ending: Task<Int32, Never>
    private let hasEnded = Mutex(false)
    private let held: FileHandle?

    /// Starts a program. With `isHeld` its standard input stays open for as long as this value (or the test's process)
    /// lives.
    public init(
        executable: String, arguments: [String], folder: String, environment: [String: String], isHeld: Bool = false
    ) throws {
        let own = try TemporaryFolder()
        self.folder = own
        let inherited = ProcessInfo.processInfo.environment
        let variables = ["PATH": inherited["PATH"] ?? "/usr/bin:/bin", "HOME": folder].merging(environment) { $1 }
        let (number, input) = try Spawn.process(
            executable, arguments, variables.map { "\($0)=\($1)" }, folder: folder, isHeld: isHeld, output: own("out"),
            errors: own("err"))
        pid = number
        held = input
        ending = Task.detached {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    var status: Int32 = 0
                    while waitpid(number, &status, 0) < 0, errno == EINTR {}
                    continuation.resume(returning: status)
                }
            }
        }
    }

    deinit {
        signal(SIGKILL)
    }

    /// Sends a signal, unless the process has ended.
    public func signal(_ number: Int32) {
        hasEnded.withLock { if !$0 { _ = kill(pid, number) } }
    }

    /// What it has printed so far.
    public var output: String { (try? String(contentsOfFile: folder("out"), encoding: .utf8)) ?? "" }

    /// What it has printed to standard error so far.
    public var errors: String { (try? String(contentsOfFile: folder("err"), encoding: .utf8)) ?? "" }

    /// The first line it prints.
    public func firstLine() async throws -> String {
        for _ in 0..<3000 {
            if let end = output.firstIndex(of: "\n") { return String(output[..<end]) }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure(message: "nothing was printed: \(errors)")
    }

    /// Waits for its end.
    public func outcome() async -> Program.Outcome {
        let status = await ending.value
        hasEnded.withLock { $0 = true }
        // wait(2): the low seven bits are the signal, the next byte is the exit code.
        return Program.Outcome(
            status: status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F), output: output, errors: errors)
    }
}

/// posix_spawn(3) with what tests want of it.
private enum Spawn {
    #if canImport(Glibc)
    typealias Actions = posix_spawn_file_actions_t
    typealias Attributes = posix_spawnattr_t
    #else
    typealias Actions = posix_spawn_file_actions_t?
    typealias Attributes = posix_spawnattr_t?
    #endif

    /// One at a time, so that no child inherits another one's pipe.
    private static let turn = Mutex(())

    /// The process's number and, for one that is held, the open end of its standard input.
    static func process(
        _ executable: String, _ arguments: [String], _ environment: [String], folder: String, isHeld: Bool,
        output: String, errors: String
    ) throws -> (Int32, FileHandle?) {
        try turn.withLock { _ in
            guard isHeld else {
                return (try spawn(executable, arguments, environment, folder, input: nil, output, errors), nil)
            }
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw Failure(message: "no pipe: \(String(cString: strerror(errno)))") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            let held = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
            defer { close(ends[0]) }
            return (try spawn(executable, arguments, environment, folder, input: ends[0], output, errors), held)
        }
    }

    private static func spawn(
        _ executable: String, _ arguments: [String], _ environment: [String], _ folder: String, input: Int32?,
        _ output: String, _ errors: String
    ) throws -> Int32 {
        #if canImport(Glibc)
        var actions = Actions()
        var attributes = Attributes()
        #else
        var actions: Actions = nil
        var attributes: Attributes = nil
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // The threads of a task pool block signals, and a child would inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        // The shell changes the folder and becomes the program: posix_spawn itself can't do that everywhere.
        let argv = (["sh", "-c", #"cd "$0" && exec "$@""#, folder, executable] + arguments).map { strdup($0) } + [nil]
        let envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, "/bin/sh", &actions, &attributes, argv, envp)
        guard result == 0 else {
            throw Failure(message: "\(executable) did not start: \(String(cString: strerror(result)))")
        }
        return pid
    }
}
