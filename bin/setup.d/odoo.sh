# Finds Odoo 19 or unpacks it: sets ODOO_ROOT, the folder that holds the package `odoo`,
# and PACKAGES, where Debian's packages were unpacked (fonts, and Odoo unless there was one).

FONT_PACKAGES="fonts-wqy-microhei"
ASSET_PACKAGES="fonts-font-awesome fonts-roboto-unhinted fonts-inconsolata fonts-ocr-b
    libjs-jquery libjs-jquery-form libjs-underscore"
NEW_PACKAGES="fonts-montserrat odoo-19"
INSTEAD="or set ODOO_HOME to an existing Odoo 19"

is_odoo19() { grep -qs "version_info = (19, 0" "$1/odoo/release.py"; }

find_odoo_home() {
    local place
    for place in "$1" "$1/usr/lib/python3/dist-packages" "$(dirname "$1")"; do
        is_odoo19 "$place" && { ODOO_ROOT=$(cd "$place" && pwd -P); return 0; }
    done
    return 1
}

find_odoo() {
    local found
    if [ -n "${ODOO_HOME:-}" ]; then
        find_odoo_home "$ODOO_HOME" || die "ODOO_HOME=$ODOO_HOME holds no Odoo 19 (no odoo/release.py of version 19.0)"
        return 0
    fi
    found=$(cd / && python3 -c 'import importlib.util as u; s = u.find_spec("odoo"); print(next(iter(s.submodule_search_locations)))' 2>/dev/null) &&
        find_odoo_home "$found"
}

apt_private() { APT_CONFIG=$CACHE/apt/apt.conf apt-get -q "$@" </dev/null; }

debian_mirror() {
    apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 2>/dev/null |
        awk '($2 == "Debian" && $3 == "Debian") || ($2 == "Ubuntu" && $3 == "Ubuntu") {print $1, $2; exit}'
}

# A package index of our own beside the machine's, so that nothing on the machine changes.
prepare_apt() {
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || { say "no apt-get and dpkg here"; return 1; }
    rm -rf "$CACHE/apt"; mkdir -p "$CACHE"/apt/{lists,archives}/partial
    cat >"$CACHE/apt/apt.conf" <<CONF
Dir::State::Lists "$CACHE/apt/lists";
Dir::Cache "$CACHE/apt";
Dir::Cache::Archives "$CACHE/apt/archives";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
    local found components=main keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    found=$(debian_mirror)
    # Origins are in the lists: a machine that never updated has none, and ours may be filled by anyone.
    [ -n "$found" ] || { apt_private update >/dev/null 2>&1 || true; found=$(APT_CONFIG=$CACHE/apt/apt.conf debian_mirror); }
    [ -n "$found" ] || { say "apt's sources name no archive of Debian or Ubuntu that can be reached: mend them"; return 1; }
    OWN_SUITE=$(. /etc/os-release && echo "${VERSION_CODENAME:-sid}") NEW_SUITE=sid
    [ "${found#* }" = Debian ] || { components="main universe"; NEW_SUITE=devel; keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg; }
    printf 'deb [signed-by=%s] %s %s %s\n' "$keyring" "${found% *}" "$NEW_SUITE" "$components" \
        "$keyring" "${found% *}" "$OWN_SUITE" "$components" | sort -u >"$CACHE/apt/sources.list"
    printf '%s\n' "Dir::Etc::SourceList \"$CACHE/apt/sources.list\";" 'Dir::Etc::SourceParts "/dev/null";' >>"$CACHE/apt/apt.conf"
    apt_private update >"$CACHE/apt.log" 2>&1 || { say "apt could not read the package index: see $CACHE/apt.log"; return 1; }
}

unpack() { # folder, suite, packages...
    local root=$1 suite=$2 package; shift 2
    for package in "$@"; do
        rm -rf "$root.deb"; mkdir -p "$root.deb"
        (cd "$root.deb" && apt_private download "$package/$suite" >"$CACHE/apt.log" 2>&1) && dpkg -x "$root.deb"/*.deb "$root" ||
            { say "package $package could not be downloaded and unpacked: see $CACHE/apt.log"; return 1; }
    done
    rm -rf "$root.deb"
}

fetch_packages() { # full or fonts
    [ ! -d "$PACKAGES" ] || return 0  # another clone was faster
    rm -rf "$PACKAGES.part"; mkdir -p "$PACKAGES.part"
    prepare_apt && unpack "$PACKAGES.part" "$OWN_SUITE" $FONT_PACKAGES || return 1
    if [ "$1" = full ]; then
        say "unpacking Odoo 19 and what its pages need (once; about 130 MB to download)"
        unpack "$PACKAGES.part" "$OWN_SUITE" $ASSET_PACKAGES && unpack "$PACKAGES.part" "$NEW_SUITE" $NEW_PACKAGES || return 1
    fi
    rm -rf "$CACHE/apt"
    mv "$PACKAGES.part" "$PACKAGES"
}

setup_odoo() {
    local what=full
    ! find_odoo || what=fonts
    PACKAGES=$CACHE/packages-$what-$(printf %s "$FONT_PACKAGES $ASSET_PACKAGES $NEW_PACKAGES" | sha256sum | cut -c1-12)
    if [ ! -d "$PACKAGES" ]; then
        (locked "$CACHE/packages.lock" fetch_packages $what) || {
            [ $what = fonts ] || die "Odoo 19 is missing: mend the above, $INSTEAD"
            say "going on without the Chinese font: PDFs use reportlab's own"
        }
    fi
    [ $what = fonts ] || find_odoo_home "$PACKAGES" ||
        { rm -rf "$PACKAGES"; die "the unpacked Odoo is not complete: run bin/setup again, $INSTEAD"; }
}
