#!/bin/sh
# Installs Haohuo in a bare Debian 12 with the handbook alone, and lives through its first days: every command of the
# boxes marked `sh` in docs/handbook is copied out and run, page after page, under a real systemd (systemd-nspawn), with
# nginx in front and the units' own hardening. Says what it did; ends at the first command that fails.
#
#     sudo sh tests/bench/install.sh [zh|en]
#
# Needs root and Debian's packages debootstrap, systemd-container and slirp4netns (the machine inside reaches the
# packages through this one and is reached by nobody). Takes ten minutes and 3 GB in /var/tmp; removes them.
set -eu
cd "$(dirname "$0")/../.."
. tests/bench/bare.sh
language=${1:-zh}
work=$(mktemp -d /var/tmp/haohuo-install.XXXXXX)
root=$work/root machine="" network=""

finish() {
    trap - EXIT INT TERM
    [ -z "$network" ] || kill "$network" 2>/dev/null || true
    [ -z "$machine" ] || kill "$machine" 2>/dev/null || true
    wait 2>/dev/null || true
    umount "$root/proc" 2>/dev/null || true # debootstrap, cut off
    rm -rf --one-file-system "$work" || say "something of $work is left"
    exit "$1"
}
trap 'finish $?' EXIT
trap 'finish 130' INT TERM

[ "$(id -u)" = 0 ] || stop "install.sh: this needs root"
for program in debootstrap systemd-nspawn slirp4netns nsenter; do
    command -v "$program" >/dev/null || stop "install.sh: $program is missing (debootstrap, systemd-container, slirp4netns)"
done

# The tree as it is, in a bare system of its own.
prepare() {
    say "A bare Debian 12"
    bare "$root" systemd,systemd-sysv,dbus,ca-certificates >"$work/log" 2>&1
    binds=$(for path in $(folders); do printf ' --bind-ro=%s' "$path"; done)
    echo "nameserver 10.0.2.3" >"$root/etc/resolv.conf"
    printf '127.0.0.1 localhost shop.example.gov.cn\n' >"$root/etc/hosts"
    tree "$root/root/haohuo"
}

boot() {
    say "Booting it"
    # shellcheck disable=SC2086  # one word for each bind
    systemd-nspawn --quiet --directory="$root" --boot --register=no --keep-unit --private-users=no --private-network \
        --resolv-conf=off --hostname=shop $binds >"$work/console" 2>&1 </dev/null &
    machine=$!
    for _ in $(seq 60); do
        sleep 1
        leader=$(pgrep -P "$machine" | head -n 1) || continue
        [ "$(inside 'systemctl is-system-running' 2>/dev/null)" != "" ] || continue
        inside 'systemctl is-active dbus multi-user.target' >/dev/null 2>&1 && break
    done
    inside 'systemctl is-active multi-user.target' >/dev/null || { cat "$work/console"; stop "it does not boot"; }
    slirp4netns --configure --mtu=65520 "$leader" tap0 >"$work/network" 2>&1 &
    network=$!
    sleep 2
}

# Runs lines of shell in the machine, as root there would.
inside() {
    nsenter --target "$leader" --mount --uts --ipc --net --pid --root --wdns=/root -- \
        env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive sh -euc "$1" </dev/null
}

# The commands of a page of the handbook, as they stand there.
boxes() { awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on' "docs/handbook/$language/$1"; }

page() {
    say "docs/handbook/$language/$1"
    boxes "$1" >"$root/root/page.sh"
    inside 'set -x; . /root/page.sh' >"$work/page" 2>&1 || { tail -n 60 "$work/page"; stop "a command of $1 failed"; }
    sed -n 's/^+ /    /p' "$work/page" | head -n 40
}

# Both services run, and are not started again and again.
both_run() {
    inside 'restarts() { systemctl show -p NRestarts --value haohuo-web haohuo-jobs; }
        before=$(restarts)
        sleep 8
        systemctl is-active --quiet haohuo-web haohuo-jobs
        [ "$(restarts)" = "$before" ]'
}

# The portal answers through nginx, over https, with the office's own name.
open_() {
    for _ in $(seq 60); do
        inside 'python3 - <<END
import ssl, urllib.request
context = ssl._create_unverified_context()
page = urllib.request.urlopen("https://shop.example.gov.cn/", context=context, timeout=20).read().decode()
assert "示例县农村电商服务中心" in page, page
END' 2>/dev/null && both_run && return 0
        sleep 1
    done
    inside 'journalctl --no-pager -n 60 -u haohuo-web -u haohuo-jobs' || true
    stop "the portal does not answer"
}

# A seller's first day through https, by the processes as systemd runs them; see tests/bench/first_day.py.
first_day() {
    say "A seller's first day: $1"
    inside 'rm -rf /srv/check; cp -r /root/haohuo /srv/check; chmod -R go=rX /srv/check; cd /srv/check
        while IFS= read -r line; do case $line in PORTAL_*=*) export "$line" ;; esac; done </etc/haohuo/env
        setpriv --reuid=haohuo --regid=haohuo --init-groups /opt/haohuo/current/.venv/bin/python -m tests.bench.first_day '"$1" ||
        { inside 'journalctl --no-pager -n 60 -u haohuo-web -u haohuo-jobs'; stop "the first day went wrong"; }
}

prepare
boot
inside 'apt-get update -qq; apt-get install -y -qq --no-install-recommends python3 >/dev/null'
page install.md
page first-day.md
open_
first_day begin
page backup.md

say "The nightly units do it too, hardened as they are"
inside 'systemctl start haohuo-backup.service; systemctl start haohuo-drill.service; systemctl is-active haohuo-backup.timer haohuo-drill.timer'

say "A damaged backup is refused, and nothing of it stays"
inside 'newest=$(ls /var/lib/haohuo/backups/*.age | tail -n 1)
    cp -p "$newest" /var/lib/haohuo/backups/haohuo-20991231-000000.age
    printf x | dd of=/var/lib/haohuo/backups/haohuo-20991231-000000.age bs=1 seek=5000 conv=notrunc status=none
    haohuo restore --into /var/lib/haohuo/restored && exit 1
    [ ! -e /var/lib/haohuo/restored ]
    haohuo backup drill && exit 1
    rm /var/lib/haohuo/backups/haohuo-20991231-000000.age'

page restore.md
open_
first_day look
page staff.md
page keys.md
open_
first_day look
page leak.md
page trouble.md

say "A newer version, by update.md"
inside 'cp -r /root/haohuo /root/haohuo-new; echo "- A newer version." >>/root/haohuo-new/CHANGELOG.md; readlink /opt/haohuo/current'
page update.md
open_
inside 'readlink /opt/haohuo/current'

say "A version that does not start goes back by itself"
inside 'cp -r /root/haohuo-new /root/haohuo-bad
    # Its commands work, its web server does not: the tables are brought up to date before anybody notices.
    echo "assert \"FLASK_RUN_FROM_CLI\" in os.environ" >>/root/haohuo-bad/app.py
    before=$(readlink /opt/haohuo/current); cd /root/haohuo-bad
    sh deploy/install && exit 1
    [ "$(readlink /opt/haohuo/current)" = "$before" ]'
open_
first_day look

say "Restarted, it starts by itself"
inside 'systemctl enable --quiet haohuo.target; systemctl is-enabled haohuo.target nginx'
inside 'systemctl stop haohuo.target nginx; systemctl start multi-user.target; systemctl isolate multi-user.target'
open_

page move.md
open_
first_day look

say "What systemd says of the units (0 is safest, 10 is open)"
inside 'systemd-analyze --no-pager security haohuo-web haohuo-jobs haohuo-backup haohuo-drill 2>/dev/null | grep -i "overall" ||
    for unit in web jobs backup drill; do systemd-analyze --no-pager security haohuo-$unit | tail -n 1; done'
inside 'systemctl --no-pager --failed; systemctl --no-pager show -p NRestarts haohuo-web haohuo-jobs'
say "All of the handbook's commands ran: installed, first day, backups, restored, new secret, updated, gone back, PostgreSQL"
