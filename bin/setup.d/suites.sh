# The three suites of bin/test. Each adds to PASSED, FAILED and SKIPPED and never ends the run.
PASSED=0 FAILED=0 SKIPPED=0
OUT=$INSTANCE/test

count() { PASSED=$((PASSED + $1)) FAILED=$((FAILED + $2)) SKIPPED=$((SKIPPED + ${3:-0})); }
check() { # what, 0 if it holds
    if [ "$2" = 0 ]; then count 1 0; say "$1: ok"; else count 0 1; say "$1: FAILED"; fi
}

# Runs pytest and adds up its report; a run that executed no test has failed.
run_pytest() { # suite, options...
    local suite=$1 report=$OUT/$1.xml numbers status=0; shift
    rm -f "$report"
    timeout -k 30 "${SERIAL_DOSSIER_TEST_TIMEOUT:-3000}" "$PYTHON" -m pytest -rs -p no:cacheprovider \
        --junitxml="$report" "$@" || status=$?
    numbers=$("$PYTHON" - "$report" <<'PY'
import sys
import xml.etree.ElementTree as etree

try:
    suites = etree.parse(sys.argv[1]).getroot().iter("testsuite")
except (OSError, etree.ParseError):
    sys.exit(print("0 0 0"))
total = failed = skipped = 0
for suite in suites:
    total += int(suite.get("tests"))
    failed += int(suite.get("failures")) + int(suite.get("errors"))
    skipped += int(suite.get("skipped"))
print(max(total - failed - skipped, 0), failed, skipped)
PY
)
    # shellcheck disable=SC2086
    set -- $numbers
    count "$@"
    [ $(($1 + $2 + $3)) -gt 0 ] || { say "$suite: no test was run (pytest's exit code $status)"; count 0 1; return; }
    [ "$status" = 0 ] || [ "$2" -gt 0 ] || { say "$suite: pytest ended with exit code $status"; count 0 1; }
}

run_pure() {
    say "== pure: core/ alone, without Odoo and PostgreSQL"
    cd "$REPO"
    PYTHONPATH='' run_pytest pure -q -c tests/pure/pytest.ini tests/pure
}

# Runs Odoo and fails if it logged a warning or an error.
quiet_odoo() { # name of the log, options...
    local log=$OUT/$1.log status=0 findings; shift
    odoo "$@" >"$log" 2>&1 </dev/null || status=$?
    findings=$(grep -nE '^[0-9-]+ [0-9:,]+ [0-9]+ (WARNING|ERROR|CRITICAL) |^Traceback' "$log") || true
    [ -z "$findings" ] || { printf '%s\n' "$findings" | head -n 40; status=1; }
    [ "$status" = 0 ] || { tail -n 15 "$log"; say "see $log"; }
    return "$status"
}

install_module() { quiet_odoo "$1" -c "$CONF" -d "$DB" -i serial_dossier --stop-after-init --no-http --log-level=warn; }
uninstall_module() {
    local left
    quiet_odoo uninstall module uninstall -c "$CONF" -d "$DB" serial_dossier || return 1
    left=$(database leftovers "$DB")
    [ -z "$left" ] || { say "the uninstall left behind:"; say "$left"; return 1; }
}

# A fresh database with the module in it; installing, removing and installing again are tests too.
prepare_odoo() { # checked or plain
    local status=0
    DB=serial_dossier_test
    say "== odoo: the module in a fresh database"
    database create "$DB"
    install_module install || status=$?
    check "install without a warning" $status
    [ "$1" = checked ] || return 0
    status=0; uninstall_module || status=$?
    check "uninstall without a warning, nothing left" $status
    status=0; install_module install-again || status=$?
    check "install again without a warning" $status
}

pytest_odoo() { # suite, options...
    local suite=$1; shift
    cd "$INSTANCE/addons"
    mkdir -p "$INSTANCE/screenshots"
    export SERIAL_DOSSIER_SCREENSHOTS=$INSTANCE/screenshots
    run_pytest "$suite" -q --tb=short -W "ignore::DeprecationWarning:passlib.utils" --odoo-config="$CONF" --odoo-database="$DB" --odoo-http \
        --odoo-extra="screenshots=$INSTANCE/screenshots" "$@"
}

run_odoo() {
    pytest_odoo odoo serial_dossier/tests --ignore=serial_dossier/tests/pure --ignore-glob='*/test_browser_*.py'
}

run_browser() {
    local tests=() browser
    cd "$INSTANCE/addons"
    mapfile -t tests < <(find serial_dossier/tests/ -maxdepth 1 -name 'test_browser_*.py' | sort)
    [ ${#tests[@]} -gt 0 ] || { say "browser: there is no tests/test_browser_*.py yet"; return 0; }
    if ! browser=$(find_browser); then
        say "browser: no Chromium here and none could be installed (apt-get install chromium); skipped:"
        printf '  %s\n' "${tests[@]}"
        if [ -n "${SERIAL_DOSSIER_REQUIRE_BROWSER:-}" ]; then count 0 ${#tests[@]}; else count 0 0 ${#tests[@]}; fi
        return 0
    fi
    say "== browser: pages and tours in $browser"
    wrap_browser "$browser"
    PATH=$INSTANCE/bin:$PATH pytest_odoo browser "${tests[@]}"
}
