# shellcheck shell=bash
# What MariaDB and MySQL have in common.

# The socket is in the data folder by a short name: a whole path may be too long for a socket.
mysql_serve() { # mysql_serve PROGRAM ARGUMENT...
    launch "$@" --datadir="$FOLDER/data" --tmpdir="$FOLDER/tmp" --socket=server.sock \
        --bind-address=127.0.0.1 --port="$PORT" --skip-name-resolve --local-infile=ON --character-set-server=utf8mb4 \
        --ssl-ca="$FOLDER/ca.pem" --ssl-cert="$FOLDER/tls/server.pem" --ssl-key="$FOLDER/tls/server.key"
}

# mysql_prepare INITIALIZE: passwords, certificates and the data, which INITIALIZE (given the folder, and an SQL file to run) fills.
mysql_prepare() {
    make_passwords
    make_certificates
    rm -f "$FOLDER"/data/server.sock* # of a killed server
    [[ -e $FOLDER/tmp ]] || server_folder "$FOLDER/tmp"
    [[ ! -e $FOLDER/data ]] || return 0
    rm -rf "$FOLDER/data.new"
    server_folder "$FOLDER/data.new"
    (umask 077 && mysql_users >"$FOLDER/users.sql")
    give_to_server "$FOLDER/users.sql"
    "$1" "$FOLDER/data.new" "$FOLDER/users.sql"
    rm "$FOLDER/users.sql"
    mv "$FOLDER/data.new" "$FOLDER/data"
}

# The user may make databases of its own, by names that begin with perigee.
mysql_users() {
    local host quoted
    quoted=$(quote "$FOLDER/password")
    echo 'FLUSH PRIVILEGES;' # has users work at this early point
    echo 'CREATE DATABASE IF NOT EXISTS perigee CHARACTER SET utf8mb4;'
    for host in 127.0.0.1 localhost; do
        echo "CREATE USER IF NOT EXISTS perigee@'$host' IDENTIFIED BY $quoted;"
        echo "GRANT ALL ON \`perigee%\`.* TO perigee@'$host';"
    done
    quoted=$(quote "$FOLDER/admin-password")
    echo "CREATE USER IF NOT EXISTS root@'127.0.0.1';"
    echo "GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;"
    echo "ALTER USER root@'127.0.0.1' IDENTIFIED BY $quoted, root@localhost IDENTIFIED BY $quoted;"
}

# The file's first line as a literal, for MySQL's SQL and for its option files.
quote() {
    local text
    IFS= read -r text <"$1" || [[ -n $text ]]
    text=${text//\\/\\\\}
    printf "'%s'" "${text//\'/\\\'}"
}

# Asks through client.cnf, which is what any client needs to get in as perigee: `mariadb --defaults-file=.../client.cnf`.
mysql_ask() { # mysql_ask CLIENT...: without options of its own, --defaults-file must come first
    (
        umask 077
        printf '%s\n' '[client]' user=perigee host=127.0.0.1 protocol=tcp port="$PORT" password="$(quote "$FOLDER/password")" \
            '[mysql]' database=perigee "${CLIENT_OPTIONS[@]}" >"$FOLDER/client.cnf"
    )
    echo 'SELECT COUNT(*) FROM information_schema.tables' | "$@" --defaults-file="$FOLDER/client.cnf"
}

CLIENT_OPTIONS=() # in client.cnf, of one of the two

variables() { database_variables mysql root; }
