# Sourced by every script in bin/: where things are, and how a failure is told.
set -euo pipefail
REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
CACHE=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/serial-dossier
INSTANCE=$REPO/.odoo
CONF=$INSTANCE/odoo.conf
ADDON=$INSTANCE/addons/serial_dossier

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }

# The key of a set of files: a folder named after it is right until one of them changes.
key_of() { cat "$@" | sha256sum | cut -c1-12; }

# One at a time: locked FILE COMMAND... The lock goes with the shell: as the last command, or in ( ).
# Daemons started inside must close descriptor 9.
locked() {
    exec 9>"$1"; shift
    flock -n 9 || { say "waiting for another run of bin/setup"; flock 9; }
    "$@"
}

# The virtual environment alone: enough for bin/lint and bin/test pure.
load_python() {
    [ -f "$INSTANCE/env.python" ] || die "run bin/setup first"
    # shellcheck disable=SC1091
    . "$INSTANCE/env.python"
}

# Whatever bin/setup found out (ODOO_ROOT, PYTHON, PG_PORT ...), for the other scripts.
load_env() {
    [ -f "$INSTANCE/env" ] || die "run bin/setup first"
    # shellcheck disable=SC1091
    . "$INSTANCE/env"
    export ODOO_ROOT PYTHON PYTHONPATH=$INSTANCE/lib FONTCONFIG_FILE=$INSTANCE/fonts.conf AXE_JS
    export PGHOST=127.0.0.1 PGPORT=$PG_PORT PGUSER=odoo PGPASSFILE=$INSTANCE/pgpass
}

odoo() { "$PYTHON" "$INSTANCE/lib/odoo-bin" "$@"; }
database() { "$PYTHON" "$REPO/bin/setup.d/database.py" "$@"; }

# Installs Debian packages when this user may; tells the caller by its exit status.
apt_install() {
    local sudo=
    command -v apt-get >/dev/null || return 1
    is_root || { sudo -n true 2>/dev/null && sudo=sudo || return 1; }
    set -- $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@"
    "$@" >/dev/null 2>&1 </dev/null && return 0
    $sudo apt-get -qq update >/dev/null 2>&1 </dev/null || true
    "$@" >/dev/null 2>&1 </dev/null
}
