# Finds Odoo 19 or unpacks it: sets ODOO_ROOT, the folder that holds the package `odoo`.

is_odoo19() { grep -qs "version_info = (19, 0" "$1/odoo/release.py"; }

find_odoo_home() {
    local place
    for place in "$1" "$1/usr/lib/python3/dist-packages" "$(dirname "$1")"; do
        is_odoo19 "$place" && { ODOO_ROOT=$place; return 0; }
    done
    return 1
}

apt_private() { APT_CONFIG=$CACHE/apt/apt.conf apt-get -q "$@"; }

debian_mirror() {
    apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 2>/dev/null |
        awk '($2 == "Debian" && $3 == "Debian") || ($2 == "Ubuntu" && $3 == "Ubuntu") {print $1, $2; exit}'
}

# A package index of our own beside the machine's, so that nothing on the machine changes.
prepare_apt() {
    command -v apt-get >/dev/null || die "no apt-get here: set ODOO_HOME to an existing Odoo 19"
    mkdir -p "$CACHE"/apt/{lists,archives}/partial
    cat >"$CACHE/apt/apt.conf" <<CONF
Dir::State::Lists "$CACHE/apt/lists";
Dir::Cache "$CACHE/apt";
Dir::Cache::Archives "$CACHE/apt/archives";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
CONF
    local found components=main suite=sid keyring
    found=$(debian_mirror)
    [ -n "$found" ] || { apt_private update >/dev/null 2>&1 || true; found=$(APT_CONFIG=$CACHE/apt/apt.conf debian_mirror); }
    [ -n "$found" ] || die "apt names no Debian or Ubuntu archive in its sources: add one, or set ODOO_HOME to an existing Odoo 19"
    OWN_SUITE=$(. /etc/os-release && echo "$VERSION_CODENAME")
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ "${found#* }" = Debian ] || { components="main universe"; suite=devel; keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg; }
    NEW_SUITE=$suite
    printf 'deb [signed-by=%s] %s %s %s\n' "$keyring" "${found% *}" "$suite" "$components" \
        "$keyring" "${found% *}" "$OWN_SUITE" "$components" >"$CACHE/apt/sources.list"
    printf '%s\n' "Dir::Etc::SourceList \"$CACHE/apt/sources.list\";" 'Dir::Etc::SourceParts "/dev/null";' >>"$CACHE/apt/apt.conf"
    apt_private update >"$CACHE/apt/update.log" 2>&1 || die "apt could not read the package index: see $CACHE/apt/update.log"
}

unpack() { # suite, packages...
    local suite=$1 package; shift
    for package in "$@"; do
        (cd "$CACHE/apt/archives" && apt_private download "$package/$suite" >/dev/null 2>"$CACHE/apt/download.log") ||
            die "package $package could not be downloaded (see $CACHE/apt/download.log); or set ODOO_HOME to an existing Odoo 19"
        dpkg -x "$(ls -t "$CACHE/apt/archives/${package}"_*.deb | head -n 1)" "$PACKAGES.part"
    done
}

setup_odoo() {
    PACKAGES=$CACHE/packages-$(key_of "$REPO/bin/setup.d/odoo.sh")
    if [ ! -d "$PACKAGES" ]; then
        say "unpacking fonts and Odoo 19 (once; about 130 MB to download)"
        rm -rf "$PACKAGES.part"; mkdir -p "$PACKAGES.part"
        if [ -n "${ODOO_HOME:-}" ] && ! command -v apt-get >/dev/null; then :; else
            prepare_apt
            unpack "$OWN_SUITE" fonts-wqy-microhei
            [ -n "${ODOO_HOME:-}" ] || {
                unpack "$OWN_SUITE" fonts-font-awesome fonts-roboto-unhinted fonts-inconsolata \
                    fonts-ocr-b libjs-jquery libjs-jquery-form libjs-underscore
                unpack "$NEW_SUITE" fonts-montserrat odoo-19
            }
            rm -f "$CACHE"/apt/archives/*.deb
        fi
        mv "$PACKAGES.part" "$PACKAGES"
    fi
    if [ -n "${ODOO_HOME:-}" ]; then
        find_odoo_home "$ODOO_HOME" || die "ODOO_HOME=$ODOO_HOME holds no Odoo 19 (no odoo/release.py of version 19.0)"
    elif ! find_odoo_home "$(python3 -c 'import importlib.util as u; s = u.find_spec("odoo"); print(next(iter(s.submodule_search_locations)) if s else "/nowhere")' 2>/dev/null)"; then
        find_odoo_home "$PACKAGES" || { rm -rf "$PACKAGES"; die "the unpacked Odoo is not complete: run bin/setup again"; }
    fi
}
