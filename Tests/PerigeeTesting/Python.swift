import Foundation

/// Python 3 as the language of servers that share no code with ours.
enum Python {
    /// Serves a script until the returned value goes, or the test's process: the script ends with its standard input.
    static func serve(_ script: String, _ arguments: [String]) throws -> Started {
        let launcher = """
            import os, runpy, sys, threading
            threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
            sys.argv = sys.argv[1:]
            runpy.run_path(sys.argv[0], run_name="__main__")
            """
        return try Started(
            executable: "/usr/bin/env", arguments: ["python3", "-u", "-c", launcher, script] + arguments,
            folder: NSTemporaryDirectory(),
            environment: ["PYTHONDONTWRITEBYTECODE": "1"], isHeld: true)
    }
}
