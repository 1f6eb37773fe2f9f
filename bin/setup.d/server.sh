# The demo's server: start, wait until it answers, stop it with all its children.
PIDFILE=$INSTANCE/demo.pid
LOG=$INSTANCE/demo.log

# The pid file may outlive its process: only a process with our configuration counts.
server_pid() {
    local pid port
    [ -f "$PIDFILE" ] && read -r pid port <"$PIDFILE" || return 1
    tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF -- "$CONF" && echo "$pid $port"
}

# Whether ours runs at this port already.
serves() { # port
    local running
    running=$(server_pid) && [ "${running#* }" = "$1" ]
}

stop_server() {
    local pid tries=0
    pid=$(server_pid) && pid=${pid% *} || { rm -f "$PIDFILE"; return 0; }
    kill -TERM -- "-$pid" 2>/dev/null || true
    while kill -0 -- "-$pid" 2>/dev/null && [ $((tries += 1)) -le 100 ]; do sleep 0.2; done
    kill -KILL -- "-$pid" 2>/dev/null || true
    rm -f "$PIDFILE"
}

free_port() {
    "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

need_free_port() {
    "$PYTHON" - "$1" <<'PY' || die "port $1 of 127.0.0.1 is taken: choose another, for example PORT=8070 bin/demo"
import socket, sys
probe = socket.socket()
probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    probe.bind(("127.0.0.1", int(sys.argv[1])))
except OSError:
    sys.exit(1)
PY
}

# Two workers for requests, one for background work (minting), one for websockets, and the relay before
# them; a process group of its own.
start_server() { # database, port
    local http websocket
    need_free_port "$2"
    http=$(free_port) websocket=$(free_port)
    : >"$LOG"
    setsid "$PYTHON" "$REPO/bin/setup.d/relay.py" "$2" "$http" "$websocket" \
        "$PYTHON" "$INSTANCE/lib/odoo-bin" -c "$CONF" -d "$1" --proxy-mode \
        --workers=2 --max-cron-threads=1 --http-port="$http" --gevent-port="$websocket" \
        --limit-time-cpu=900 --limit-time-real=1800 >>"$LOG" 2>&1 </dev/null 9>&- &
    echo "$! $2" >"$PIDFILE"
}

wait_for_server() { # address
    "$PYTHON" - "$1" "$(cut -d" " -f1 "$PIDFILE")" <<'PY' || { tail -n 20 "$LOG" >&2; stop_server; die "the server does not answer: see $LOG"; }
import os, sys, time, urllib.request

end = time.monotonic() + 120
while time.monotonic() < end:
    try:
        os.kill(int(sys.argv[2]), 0)
        for page in ("/web/login", "/websocket/health"):
            urllib.request.urlopen(sys.argv[1] + page, timeout=60).read()
        sys.exit(0)
    except ProcessLookupError:
        break
    except OSError:
        time.sleep(0.5)
sys.exit(1)
PY
}
