# What `run`, `test` and `install` have in common; read by them with `.` from the project's folder. POSIX sh.
# Installs only what is missing, through the machine's own package managers and their configuration.

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        stop "This needs root, and there is no sudo here. Please have an administrator run: $*"
    fi
}

# need_debian PACKAGE...: nothing is asked of the network when all are there.
need_debian() {
    missing=""
    for package in "$@"; do
        case "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" in
            "install ok installed" | "hold ok installed") ;;
            *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    say "Installing$missing"
    as_root apt-get update -qq
    # shellcheck disable=SC2086  # one word for each package
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# need_brew FORMULA...: the same with Homebrew.
need_brew() {
    command -v brew >/dev/null 2>&1 || stop "Please install Homebrew first; it brings the libraries that paper needs."
    for formula in "$@"; do
        brew list "$formula" >/dev/null 2>&1 || brew install --quiet "$formula"
    done
}

# need_system "DEBIAN PACKAGES" "HOMEBREW FORMULAS"
need_system() {
    if command -v apt-get >/dev/null 2>&1; then
        # shellcheck disable=SC2086  # one word for each package
        need_debian $1
    elif [ "$(uname)" = Darwin ]; then
        # shellcheck disable=SC2086  # one word for each formula
        need_brew $2
        # A Python that is not Homebrew's own does not look into its library folder.
        DYLD_FALLBACK_LIBRARY_PATH="$(brew --prefix)/lib:${DYLD_FALLBACK_LIBRARY_PATH:-/usr/local/lib:/usr/lib}"
        export DYLD_FALLBACK_LIBRARY_PATH
    else
        say "This system has neither apt-get nor Homebrew; what Debian calls $1 must already be there."
    fi
}

# Prints the first Python that is new enough, or nothing.
new_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            say "$candidate"
            return 0
        fi
    done
}

need_environment() {
    # An environment whose Python has moved or gone is made anew.
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        return 0
    fi
    python=$(new_python)
    [ -n "$python" ] || need_system "python3 python3-venv" "python@3.13"
    python=$(new_python)
    [ -n "$python" ] || stop "Python 3.11 or newer is needed."
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || need_system "python3-venv" "python@3.13"
    say "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

# need_packages LOCK: pip works only when the lock has changed; its copy in .venv says what was installed.
need_packages() {
    need_environment
    if cmp -s "deploy/$1" ".venv/$1"; then
        return 0
    fi
    say "Installing the packages of deploy/$1"
    # Wheels only: nothing is compiled, and nothing is run while installing.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
        -r "deploy/$1" || stop "The packages of deploy/$1 could not be installed; see above."
    cp "deploy/$1" ".venv/$1"
}

need_runtime_libraries() {
    # libharfbuzz-subset0: without it fonts are cut down in Python, twelve times slower and without a word.
    need_system "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" "pango"
}

# answers HOST PORT: whether a portal answers there and reaches its database.
answers() {
    .venv/bin/python - "$1" "$2" <<'PYTHON'
import http.client, sys
host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(sys.argv[1], sys.argv[1])
connection = http.client.HTTPConnection(host, int(sys.argv[2]), timeout=5)
try:
    connection.request("GET", "/healthz")
    sys.exit(connection.getresponse().status >= 500)
except OSError:
    sys.exit(1)
PYTHON
}
