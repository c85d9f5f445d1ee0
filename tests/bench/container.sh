#!/bin/sh
# Builds deploy/Containerfile and does in the container what the head of deploy/compose.yaml says, by the image's own
# user: the tables, the office's page, the first of the staff, web and jobs, the health check, a backup and its drill.
# The image below it, debian:12-slim, is a bare Debian 12 made here. Says what it did; ends at the first thing that fails.
#
#     sudo sh tests/bench/container.sh
#
# Needs root and Debian's packages debootstrap and buildah. Each command runs in a chroot: a registry, compose, the read-only
# file system and nginx's container are not tried. Takes three minutes and 3 GB in /var/tmp; removes them.
set -eu
cd "$(dirname "$0")/../.."
. tests/bench/bare.sh
work=$(mktemp -d /var/tmp/haohuo-container.XXXXXX)
port=${PORT:-8460}

finish() {
    trap - EXIT INT TERM
    pkill -TERM -f "$work/images" || true # web and jobs
    wait
    umount "$work/base/proc" 2>/dev/null || true # debootstrap, cut off
    rm -rf --one-file-system "$work" || say "something of $work is left"
    exit "$1"
}
trap 'finish $?' EXIT
trap 'finish 130' INT TERM

[ "$(id -u)" = 0 ] || stop "container.sh: this needs root"
for program in debootstrap buildah; do
    command -v "$program" >/dev/null || stop "container.sh: $program is missing"
done

builder() { TMPDIR="$work" buildah --root "$work/images" --runroot "$work/run" --storage-driver vfs "$@"; }

# inside COMMAND...: one command in a container of the image, as compose starts it.
inside() {
    builder run --isolation chroot --volume "$work/home:/var/lib/haohuo" --volume "$work/office:/etc/haohuo:ro" \
        --env PORTAL_SECRET="$secret" --env PORTAL_URL=https://shop.example.gov.cn --env PORTAL_CODES=counter \
        --env HOST=127.0.0.1 --env PORT="$port" "$container" "$@"
}

say "A bare Debian 12"
bare "$work/base" ca-certificates >"$work/log" 2>&1
base=$(builder from scratch)
builder add --quiet "$base" "$work/base" / >/dev/null
builder commit --quiet --rm "$base" docker.io/library/debian:12-slim >/dev/null

say "The image"
tree "$work/tree"
volumes=$(for path in $(folders); do printf ' --volume %s:%s:ro' "$path" "$path"; done)
# shellcheck disable=SC2086  # one word for each volume
builder build --isolation chroot --pull-never $volumes --tag haohuo --file "$work/tree/deploy/Containerfile" "$work/tree" \
    >"$work/build" 2>&1 || { tail -n 40 "$work/build"; stop "it does not build"; }
container=$(builder from --pull-never localhost/haohuo)
builder config --volume /var/lib/haohuo- "$container" # buildah would mount its own over ours, now and then
secret=$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')
mkdir -p -m 0700 "$work/home" "$work/office"
chmod 0755 "$work" "$work/office"
sed -n "/office.toml <<'END'/,/^END/p" docs/handbook/en/first-day.md | sed '1d;$d' >"$work/office/office.toml"
chown "$(inside id -u):$(inside id -g)" "$work/home"

say "It does not run as root: $(inside id -un)"
[ "$(inside id -u)" != 0 ]
inside flask db upgrade
say "It does not open while the office's page is empty"
inside sh deploy/serve '--proxy=*' >"$work/empty" 2>&1 && stop "it opens"
sed -n 1p "$work/empty"
inside haohuo office fill /etc/haohuo/office.toml
inside haohuo staff add 张三 zhang --role admin --place 黎平县

say "Web and jobs"
inside sh deploy/serve '--proxy=*' >"$work/web" 2>&1 &
inside flask jobs run >"$work/jobs" 2>&1 &
for _ in $(seq 60); do
    sleep 1
    inside sh -c ". deploy/needs.sh && answers 127.0.0.1 $port" && break
done
python3 - "$port" <<'END'
import sys, urllib.request
headers = {"Host": "shop.example.gov.cn", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
asked = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/", headers=headers)
assert "示例县农村电商服务中心" in urllib.request.urlopen(asked, timeout=20).read().decode()
END
inside sh -c "haohuo backup && haohuo backup drill"
inside sh -c '[ -z "$(find /opt /etc /usr /var -xdev -newer /var/lib/haohuo/mode -type f \
    -not -path "/var/lib/haohuo/*" -not -path "/etc/host*" -not -path /etc/resolv.conf 2>/dev/null)" ]'
say "The container was built, opened and backed up; nothing was written but in /var/lib/haohuo and /tmp"
