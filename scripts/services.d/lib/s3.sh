# shellcheck shell=bash
# What the S3 services have in common: a credentials file with the profiles `default` and `other` (who has no rights on the
# bucket), and the bucket, made by AWS's own client.

PYTHON=${HERE%/*}/.venv/bin/python

# s3_install: AWS's client for Python, and moto.
s3_install() {
    (cd "${HERE%/*}" && scripts/python-environment Tests/requirements.txt) || unavailable 'boto3 and moto could not be installed from PyPI'
    REACH+=("${HERE%/*}/.venv")
}

s3_credentials() {
    [[ ! -e $FOLDER/credentials ]] || return 0
    local user
    (
        umask 077
        for user in default other; do
            printf '[%s]\naws_access_key_id = PERIGEE%s\naws_secret_access_key = %s\n' "$user" "$(openssl rand -hex 8 | tr a-f A-F)" "$(openssl rand -hex 20)"
        done >"$FOLDER/credentials"
    )
}

# s3_key PROFILE NAME: what the credentials file has for it.
s3_key() { sed -n "/^\[$1\]/,/^\[/s/^$2 = //p" "$FOLDER/credentials"; }

# A real query: the bucket, made if need be, and its listing.
ask() {
    env -i PATH="$PATH" HOME="$FOLDER" AWS_SHARED_CREDENTIALS_FILE="$FOLDER/credentials" "$PYTHON" - "http://127.0.0.1:$PORT" <<'SCRIPT'
import sys, boto3, botocore.config
s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1", config=botocore.config.Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 1}))
if not any(bucket["Name"] == "perigee" for bucket in s3.list_buckets()["Buckets"]):
    s3.create_bucket(Bucket="perigee")
s3.list_objects_v2(Bucket="perigee")
SCRIPT
}

variables() {
    variable ENDPOINT "http://127.0.0.1:$PORT"
    variable BUCKET perigee
    variable CREDENTIALS_FILE "$FOLDER/credentials"
    echo '# Your AWS_* variables stay as they are. To have perigee and AWS clients use this service: scripts/services help'
}

no_tls() { :; }
