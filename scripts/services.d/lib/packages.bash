# shellcheck shell=bash
# Debian packages, installed without starting the services that come with them.

can_be_root() { [[ $(id -u) -eq 0 ]] || command -v sudo >/dev/null; }

as_root() { if [[ $(id -u) -eq 0 ]]; then "$@"; else sudo "$@"; fi; }

# need FILE PACKAGE...: installs the packages unless the file is there.
need() {
    [[ ! -e $1 ]] || return 0
    command -v apt-get >/dev/null || unavailable "no $1, and no apt-get to install ${*:2} with"
    can_be_root || unavailable "${*:2} missing, and no root or sudo to install it"
    note "installing ${*:2}"
    local policy=/usr/sbin/policy-rc.d ours=no status=0
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod 755 $policy
        ours=yes
    fi
    { as_root apt-get update -qq &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            -o DPkg::Lock::Timeout=300 "${@:2}" 9<&-; } >/dev/null || status=$?
    [[ $ours == no ]] || as_root rm $policy
    [[ $status -eq 0 && -e $1 ]] || unavailable "${*:2} could not be installed"
}
