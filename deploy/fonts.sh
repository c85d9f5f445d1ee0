#!/bin/sh
# Builds portal/static/fonts/: Noto Sans SC (OFL) cut down to the characters that our papers use.
# Needs npm, Debian's unicode-data (the list of characters) and fonttools; the results are kept in the repository.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
list=/usr/share/unicode/Unihan_OtherMappings.txt.bz2
[ -f "$list" ] || { echo "Missing $list: apt-get install unicode-data" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent @expo-google-fonts/noto-sans-sc@0.4.3 >/dev/null && tar -xzf ./*.tgz)
"$python" -m portal.press.subset "$work/package" "$list" portal/static/fonts
