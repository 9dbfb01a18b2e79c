# shellcheck shell=bash
# The server as a process: who it runs as, and how it is found again and ended. A process is known by its id and the moment of
# its start, so that another that got the same id later is never taken for it.

# Servers refuse to run as root: root's run as nobody. Where nobody can't reach a folder (a private one of root's), the server
# gets the capability to pass it, not the folder other permissions.
as_server() { # as_server PROGRAM ARGUMENT...
    identity
    "${IDENTITY[@]}" "$@"
}

# Starts the server, with the options from the command line behind its own and nothing of the caller's: environment, terminal,
# open files (our lock of the folder is one of them).
launch() { # launch PROGRAM ARGUMENT...
    local options=()
    [[ ! -e $FOLDER/options ]] || mapfile -t options <"$FOLDER/options"
    identity
    (
        for fd in /proc/self/fd/*; do
            fd=${fd##*/}
            ((fd < 3)) || exec {fd}>&-
        done
        exec setsid env -i PATH="$PATH" LANG=C.UTF-8 "${IDENTITY[@]}" "$@" "${options[@]}" </dev/null >>"$FOLDER/server.log" 2>&1
    ) &
    remember_process $!
}

identity() { # puts into IDENTITY what goes before a server's command line
    IDENTITY=()
    [[ $(id -u) -eq 0 && $AS_CALLER == no ]] || return 0
    IDENTITY=(setpriv --reuid nobody --regid nogroup --clear-groups)
    local place
    for place in "$FOLDER" "${REACH[@]}"; do
        "${IDENTITY[@]}" test -x "$place" && continue
        IDENTITY+=(--inh-caps +dac_override --ambient-caps +dac_override)
        return
    done
}
AS_CALLER=no # yes for a server that does not mind to run as root
REACH=() # what the server must reach besides its folder

# A private folder or file of the server's.
server_folder() { # server_folder FOLDER
    mkdir -m 700 "$1"
    give_to_server "$1"
}

give_to_server() { [[ $(id -u) -ne 0 ]] || chown -R nobody:nogroup "$@"; }

# When a process started; fails for one that is gone or only waits to be reaped. While it dies, thread by thread, it may still hold
# files and ports: that is waited for.
started() { # started PID
    local line field threads
    while
        line=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
        read -ra field <<<"${line##*) }" # behind the name, which may hold spaces
        [[ ${field[0]} == [ZX] ]]
    do
        threads=("/proc/$1/task/"*)
        ((${#threads[@]} > 1)) || return 1
        sleep 0.02
    done
    echo "${field[19]}"
}

remember_process() { # remember_process PID
    PID=$1
    echo "$PID $(started "$PID")" >"$FOLDER/process"
}

# Whether the server runs that was started for this folder; its id in PID.
running() {
    local start
    read -r PID start 2>/dev/null <"$FOLDER/process" || return 1
    [[ -n $start && $(started "$PID") == "$start" ]]
}

descendants() { # descendants PID
    local children child
    children=$(cat "/proc/$1/task/"*/children 2>/dev/null) || true
    for child in $children; do
        echo "$child"
        descendants "$child"
    done
}

# SIGKILL for the server and all below it. Stopped first: it can't start more of them meanwhile.
kill_all() {
    running || return 0
    kill -STOP "$PID"
    local all
    mapfile -t all < <(descendants "$PID")
    kill -KILL "$PID" "${all[@]}" 2>/dev/null || true
    local process
    for process in "$PID" "${all[@]}"; do
        while started "$process" >/dev/null; do sleep 0.02; done
    done
}
