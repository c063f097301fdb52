#!/usr/bin/env bash
# The package on a real host: a Debian 12 with its own systemd, booted without a network, walked through docs/operations.md, attacked
# from inside, killed, rebooted, upgraded. Writes docs/host-test.md. With --check it only boots and ends one, to see whether it can be
# done here. Exit: 0 all held, 1 something did not, 77 it could not be run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

not_run() { echo "test-host: NOT RUN: $*" >&2; exit 77; }
[ "$(id -u)" = 0 ] || not_run "needs root, to boot a system of its own"
for program in systemd-nspawn debootstrap nsenter python3; do
  command -v "$program" >/dev/null || not_run "$program is not installed"
done
# The clean system is fetched once, and copied for each run.
work=$PWD/.build/host
base=$work/base
packages=systemd,systemd-sysv,dbus,procps,python3,openssl,curl,libsodium23,libsqlite3-0,libstdc++6
if [ "$(cat "$base/.complete" 2>/dev/null)" != "$packages" ]; then
  rm -rf "$base" && mkdir -p "$base"
  echo "test-host: fetching Debian 12 once (log: $work/debootstrap.log)"
  debootstrap --variant=minbase --include="$packages" \
    bookworm "$base" >"$work/debootstrap.log" 2>&1 || not_run "debootstrap cannot fetch Debian 12 here: $(tail -n 1 "$work/debootstrap.log")"
  echo "$packages" >"$base/.complete"
fi

if [ "${1:-}" = --check ]; then exec python3 Tests/Host/host_test.py --work "$work" --check; fi
package=$(ls .build/deb/nanda-planes_*.deb 2>/dev/null) || not_run "there is no package; run make deb first"
exec python3 Tests/Host/host_test.py --work "$work" --package "$package" --planectl "${BIN:-.build/release}/planectl"
