# shellcheck shell=bash
# Passwords and certificates.

# make_passwords: DIR/NAME/password (of the user perigee) and admin-password, unless they are there.
make_passwords() {
    local file
    for file in "$FOLDER"/{,admin-}password; do
        [[ -s $file ]] || (umask 077 && openssl rand -hex 16 >"$file")
        chmod 600 "$file"
    done
}

# make_certificates: FOLDER/ca.pem, and FOLDER/tls/server.{pem,key} for 127.0.0.1 and localhost, signed by it.
make_certificates() {
    [[ ! -e $FOLDER/tls ]] || return 0
    local work
    work=$(mktemp -d -p "$FOLDER" tls.XXXXXX)
    (
        cd "$work" || exit
        curve=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
        openssl req -x509 "${curve[@]}" -keyout ca.key -out ca.pem -days 3650 -subj "/CN=Perigee tests, $NAME" \
            -addext keyUsage=critical,keyCertSign,cRLSign
        openssl req -new "${curve[@]}" -keyout server.key -out server.csr -subj /CN=localhost
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 3650 -extfile /dev/stdin <<EXTENSIONS
subjectAltName=IP:127.0.0.1,DNS:localhost
basicConstraints=critical,CA:FALSE
extendedKeyUsage=serverAuth
authorityKeyIdentifier=keyid
EXTENSIONS
        mv ca.pem ..
        chmod 644 ../ca.pem
        rm ca.* server.csr # no key of the CA stays behind
    )
    give_to_server "$work"
    mv "$work" "$FOLDER/tls"
}

# database_variables SCHEME ADMIN: what the three databases print.
database_variables() {
    variable URL "$1://perigee@127.0.0.1:$PORT/perigee"
    variable PASSWORD_FILE "$FOLDER/password"
    variable CA "$FOLDER/ca.pem"
    variable ADMIN_URL "$1://$2@127.0.0.1:$PORT/perigee"
    variable ADMIN_PASSWORD_FILE "$FOLDER/admin-password"
}
