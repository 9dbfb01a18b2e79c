#!/usr/bin/env python3
"""Runs a program in a pseudo-terminal, as a person would, and says what happened as one line of JSON.

    terminal.py --columns 80 STEPS PROGRAM [ARGUMENT...]

STEPS is a JSON array of steps, carried out one after the other:
    {"expect": REGEX, "within": SECONDS}   waits until what is on the terminal since the last step has that
    {"send": TEXT}                         types; "\\u0003" is Ctrl-C
    {"resize": COLUMNS}                    makes the window narrower or wider
    {"sleep": SECONDS}
    {"exit": null, "within": SECONDS}      waits for the end
    {"lines": null}                        checks that no line on the terminal was ever wider than the window

The answer has `failure` (null, or what went wrong), `status` (the exit code; minus a signal's number), `output` (every byte, as
text), and `seconds`, how long each step took. Needs Python 3 and nothing else.
"""
import argparse
import errno
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time


class Terminal:
    def __init__(self, columns, command):
        self.output = b""
        self.mark = 0
        self.status = None
        self.columns = columns
        # Where in the output the window got which width.
        self.widths = [(0, columns)]
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # The parent's size comes before the program looks.
            self.size(0, columns)
            os.environ.setdefault("TERM", "xterm-256color")
            os.execvp(command[0], command)

    @staticmethod
    def size(fd, columns):
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def resize(self, columns):
        self.size(self.fd, columns)
        self.widths.append((len(self.output), columns))

    def read(self, seconds):
        """Reads what comes within the time; False once the program has closed the terminal."""
        ready, _, _ = select.select([self.fd], [], [], max(0, seconds))
        if not ready:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            data = b""
        self.output += data
        return bool(data)

    def expect(self, pattern, within):
        end = time.monotonic() + within
        while True:
            found = re.search(pattern, self.output[self.mark:].decode("utf-8", "replace"))
            if found:
                self.mark = len(self.output)
                return None
            left = end - time.monotonic()
            if left <= 0 or not self.read(min(left, 0.05)):
                found = re.search(pattern, self.output[self.mark:].decode("utf-8", "replace"))
                return None if found else f"{pattern} did not come: {self.output[self.mark:][-500:]!r}"

    def end(self, within):
        end = time.monotonic() + within
        while self.status is None:
            self.read(0.005)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                return f"it did not end within {within} s: {self.output[-500:]!r}"
        while self.read(0) and select.select([self.fd], [], [], 0)[0]:
            pass
        return None

    def too_wide(self):
        """A line that is drawn over with CR must fit; one that ends with LF may wrap in a table of another kind, but ours fit, too."""
        for index, (start, columns) in enumerate(self.widths):
            stop = self.widths[index + 1][0] if index + 1 < len(self.widths) else len(self.output)
            text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", self.output[start:stop].decode("utf-8", "replace"))
            for line in re.split(r"[\r\n]+", text):
                if len(line) > columns:
                    return f"{len(line)} characters in {columns} columns: {line!r}"
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--columns", type=int, default=80)
    parser.add_argument("steps")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    terminal = Terminal(options.columns, options.command)
    failure, seconds = None, []
    for step in json.loads(options.steps):
        began = time.monotonic()
        if "expect" in step:
            failure = terminal.expect(step["expect"], step.get("within", 10))
        elif "send" in step:
            os.write(terminal.fd, step["send"].encode())
        elif "resize" in step:
            terminal.resize(step["resize"])
        elif "sleep" in step:
            terminal.expect("(?!)", step["sleep"])
        elif "exit" in step:
            failure = terminal.end(step.get("within", 10))
        elif "lines" in step:
            failure = terminal.too_wide()
        seconds.append(round(time.monotonic() - began, 3))
        if failure:
            break
    if terminal.status is None:
        os.kill(terminal.pid, signal.SIGKILL)
        os.waitpid(terminal.pid, 0)
    print(json.dumps({"failure": failure, "status": terminal.status, "seconds": seconds, "output": terminal.output.decode("utf-8", "replace")}))


if __name__ == "__main__":
    sys.exit(main())
