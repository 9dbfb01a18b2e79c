"""Runs one command to its end and prints what it took, as JSON.

    python -I -S spawn.py STDERR_FILE COMMAND [ARGUMENT ...]

Linux carries the peak resident set of the spawning process over an exec, so that a child's peak never shows less than its parent's. This
small process is that parent, and imports next to nothing: the least peak that can show is some 8 MB, and it is the same for every program.
The standard streams: no input, output discarded, errors to STDERR_FILE.
"""

import os
import sys
import time


def main(stderr: str, *command: str) -> None:
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, stderr, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
    ]
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start


    import json  # only now, when it can no longer count for the child

    result = {
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_rss_kb": usage.ru_maxrss,
        "exit_code": os.waitstatus_to_exitcode(status),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
