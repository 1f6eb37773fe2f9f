# The virtual environment: sets PYTHON. Kept in the cache, named after what is in it.

find_python() {
    local candidate
    for candidate in ${SERIAL_DOSSIER_PYTHON:-} python3 python3.12 python3.11 python3.13 python3.10; do
        "$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null &&
            { command -v "$candidate"; return 0; }
    done
    die "no Python 3.10 to 3.13 found: install python3, or name one in SERIAL_DOSSIER_PYTHON"
}

make_venv() { # python, folder
    "$1" -m venv "$2" >/dev/null 2>&1 && return 0
    rm -rf "$2"
    apt_install python3-venv && "$1" -m venv "$2" && return 0
    rm -rf "$2"
    "$1" -m virtualenv -q "$2" 2>/dev/null || die "$1 cannot make a virtual environment: install python3-venv"
}

setup_python() {
    local here=$REPO/bin/setup.d python venv wants
    python=$(find_python)
    wants=("$here/requirements-odoo.txt" "$here/requirements-dev.txt" "$REPO/requirements.txt")
    [ "$PG_FROM" = machine ] || wants+=("$here/requirements-postgres.txt")
    venv=$CACHE/venv-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-$(key_of "${wants[@]}")
    if [ ! -f "$venv/complete" ]; then
        say "installing the Python packages (once)"
        make_venv "$python" "$venv"
        "$venv/bin/pip" install -q --disable-pip-version-check $(printf -- '-r %q ' "${wants[@]}") >"$CACHE/pip.log" 2>&1 ||
            { tail -n 5 "$CACHE/pip.log" >&2; die "pip failed: see $CACHE/pip.log"; }
        touch "$venv/complete"
    fi
    PYTHON=$venv/bin/python
}
