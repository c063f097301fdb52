#!/usr/bin/env bash
# Measures the planes of a release build; docs/benchmarks.md says how to read it.
#
# usage: run.sh [authorize|path|approve|quorum|weights|copy|during|drift|log|ready|nanda|scale]... [--json FILE]     all of them when none is named
# BIN names the folder of the release programs; without it they are built. APPROVALS sets the size of `scale`, ENTRIES that of `log`, MODELS that of `nanda`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ -z "${BIN-}" ]; then
  make -C "$root" build
  BIN=$(swift build -c release --package-path "$root" --show-bin-path)
fi
BIN=$(cd "$BIN" && pwd)
export BIN
unset PLANES_HOME PLANES_IDENTITY NOTIFY_SOCKET

build=(swift build -c release --package-path "$here" --scratch-path "$root/.build/benchmarks")
words=$("${build[@]}" 2>&1) || { echo "$words" >&2; exit 1; }
bench=$("${build[@]}" --show-bin-path)/planes-bench

# scipy is the floor of `drift`: where PYTHON has none, a virtual environment gets the one that the interoperability tests pin.
if [[ " $* " == *" drift "* ]] || ! [[ " $* " =~ \ (authorize|path|approve|quorum|weights|copy|during|log|ready|nanda|scale)\  ]]; then
  PYTHON=${PYTHON-python3}
  if ! "$PYTHON" -c 'import scipy' 2>/dev/null; then
    venv=$root/.build/benchmarks-venv
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$(grep '^scipy==' "$root/Tests/Interop/requirements.txt")"
    PYTHON=$venv/bin/python
  fi
  export PYTHON
fi

# `nanda` is measured beside sm-bridge under uvicorn, with wrk.
export UPSTREAM=$here/Upstream
if [[ " $* " == *" nanda "* ]] || ! [[ " $* " =~ \ (authorize|path|approve|quorum|weights|copy|during|drift|log|ready|scale)\  ]]; then
  command -v wrk >/dev/null || { echo "run.sh: wrk is missing; apt-get install wrk" >&2; exit 1; }
  PYTHON=${PYTHON-python3}
  if ! "$PYTHON" -c 'import sm_bridge, uvicorn' 2>/dev/null; then
    venv=$root/.build/benchmarks-venv
    [ -x "$venv/bin/python" ] || "$PYTHON" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check sm-bridge==0.8.0 uvicorn==0.54.0
    PYTHON=$venv/bin/python
  fi
  export PYTHON
fi

# On a disk, as /tmp may not be, and with a short path, as sockets need.
SCRATCH=$(mktemp -d /var/tmp/nmg-bench-XXXXXX)
# And in memory, for what no disk is to slow down.
MEMORY_SCRATCH=$(mktemp -d /dev/shm/nmg-bench-XXXXXX)
export SCRATCH MEMORY_SCRATCH
trap 'chmod -R u+w "$SCRATCH" "$MEMORY_SCRATCH"; rm -rf "$SCRATCH" "$MEMORY_SCRATCH"' EXIT
"$bench" "$@"
