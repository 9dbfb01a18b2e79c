# shellcheck shell=bash
# Ports below those that the system gives to clients (32768 and up): while a server is down, none of them takes its port, and
# no client that tries again and again gets connected to itself.

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

new_port() { # new_port [TAKEN]
    [[ -z ${1:-} ]] || note "port $1 is taken: moving to another"
    local port
    while
        port=$((20000 + RANDOM % 10000))
        ! port_is_free "$port"
    do :; done
    echo "$port"
}
