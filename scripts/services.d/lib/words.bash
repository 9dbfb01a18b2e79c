# shellcheck shell=bash
# What is said to people and to shells.

note() { echo "services: $*" >&2; }

fail() {
    note "$*"
    exit 1
}

# This server is not available on this machine: callers skip what needs it.
unavailable() {
    rmdir "$FOLDER" 2>/dev/null || true # unless there is something in it
    note "$NAME is not available here: $*"
    exit 77
}

fail_with_log() {
    note "$*; the last of $FOLDER/server.log:"
    tail -n 15 "$FOLDER/server.log" >&2
    [[ ! -s $FOLDER/ask.log ]] || sed 's/^/the last answer: /' "$FOLDER/ask.log" | tail -n 3 >&2
    exit 1
}

# variable NAME VALUE: one line for `eval`.
variable() { printf 'export PERIGEE_TEST_%s_%s=%q\n' "${NAME^^}" "$1" "$2"; }
