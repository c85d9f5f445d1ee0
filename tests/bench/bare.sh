# A bare Debian 12 in a folder, for the scripts here that begin with one; needs root and Debian's package debootstrap.

say() { printf '%s\n' "== $*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

# This machine's settings of pip.
pip_files() { ls /etc/pip.conf /etc/xdg/pip/pip.conf /root/.config/pip/pip.conf 2>/dev/null || true; }

# The folders of this machine that its pip looks into.
folders() {
    for file in $(pip_files); do
        for path in $(grep -o '/[a-z][a-z0-9/._-]*' "$file"); do
            [ ! -d "$path" ] || printf '%s\n' "${path%/simple}"
        done
    done
}

# bare FOLDER PACKAGES: a minimal system there with these packages more, and this machine's own configuration of apt and
# pip, and nothing else of it.
bare() {
    mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*debian* 2>/dev/null |
        sed -n -e 's/^URIs: *//p' -e 's/^deb \(\[[^]]*\] \)\?\([^ ]*\).*/\2/p' | head -n 1)
    debootstrap --variant=minbase --include="$2" bookworm "$1" "$mirror"
    rm -f "$1"/etc/apt/sources.list
    cp /etc/apt/sources.list.d/*debian* "$1"/etc/apt/sources.list.d/ 2>/dev/null || cp /etc/apt/sources.list "$1"/etc/apt/
    for file in $(pip_files); do
        install -D -m 0644 "$file" "$1$file"
        for path in $(grep -o '/[a-z][a-z0-9/._-]*' "$file"); do
            [ ! -f "$path" ] || [ -e "$1$path" ] || install -D -m 0644 "$path" "$1$path"
        done
    done
    cp /usr/local/share/ca-certificates/*.crt "$1/usr/local/share/ca-certificates/" 2>/dev/null || true
    chroot "$1" update-ca-certificates
    for file in /etc/apt/apt.conf.d/99*; do
        [ ! -f "$file" ] || cp "$file" "$1$file"
    done
}

# tree FOLDER: the project's files there, as they are now.
tree() {
    mkdir -p "$1"
    { git ls-files -co --exclude-standard 2>/dev/null || find . -path ./.venv -prune -o -type f -print; } |
        tar -cf - -T - | tar -xf - -C "$1"
}
