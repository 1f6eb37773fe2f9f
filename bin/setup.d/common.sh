# Sourced by every script in bin/: where things are, and how a failure is told.
set -euo pipefail
REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/serial-dossier
INSTANCE=$REPO/.odoo
CONF=$INSTANCE/odoo.conf
ADDON=$INSTANCE/addons/serial_dossier

say() { printf '%s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }

# The key of a set of files: a folder named after it is right until one of them changes.
key_of() { cat "$@" | sha256sum | cut -c1-12; }

# Whatever bin/setup found out (ODOO_ROOT, PYTHON, PG_PORT ...), for the other scripts.
load_env() {
    [ -f "$INSTANCE/env" ] || die "run bin/setup first"
    # shellcheck disable=SC1091
    . "$INSTANCE/env"
    export PYTHONPATH=$ODOO_ROOT PYTHONDONTWRITEBYTECODE=${PYTHONDONTWRITEBYTECODE:-}
    export PGHOST=127.0.0.1 PGPORT=$PG_PORT PGUSER=odoo PGPASSFILE=$INSTANCE/pgpass
}

# The virtual environment alone: enough for bin/lint and bin/test pure.
load_python() {
    # shellcheck disable=SC1091
    . "$INSTANCE/env.python"
}

odoo() { "$PYTHON" -m odoo "$@"; }

# Installs Debian packages when this user may; tells the caller by its exit status.
apt_install() {
    local sudo=
    command -v apt-get >/dev/null || return 1
    is_root || { sudo -n true 2>/dev/null && sudo=sudo || return 1; }
    $sudo apt-get -qq install -y --no-install-recommends "$@" >/dev/null 2>&1 && return 0
    $sudo apt-get -qq update >/dev/null 2>&1 || true
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null 2>&1
}
