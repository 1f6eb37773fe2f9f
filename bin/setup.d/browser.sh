# A Chromium for the browser tests: found, else installed when this user may.

find_browser() {
    local name
    for name in google-chrome chromium chromium-browser google-chrome-stable; do
        command -v "$name" && return 0
    done
    say "installing Chromium (once)" >&2
    apt_install chromium && command -v chromium
}

# Odoo looks for google-chrome first: it finds this, which reaches no other machine than this one.
wrap_browser() {
    mkdir -p "$INSTANCE/bin"
    cat >"$INSTANCE/bin/google-chrome" <<SH
#!/bin/sh
exec '$1' --disable-quic --disable-component-update --disable-sync --disable-domain-reliability \\
    --host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost' "\$@"
SH
    chmod +x "$INSTANCE/bin/google-chrome"
}
