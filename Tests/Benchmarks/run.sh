#!/usr/bin/env bash
# What one model.authorize costs the serving plane, against the cost of its two signatures.
#
# usage: BIN=folder-of-the-release-programs run.sh [--json FILE]
set -euo pipefail

: "${BIN:?set BIN to the folder that holds planectl and the three daemons, built with -c release}"
BIN=$(cd "$BIN" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
json=
if [ "${1-}" = --json ]; then json=$(realpath "${2:?--json needs a file}"); fi
scratch=$(mktemp -d /tmp/nmg-bench-XXXXXX)
export PLANES_HOME=$scratch/home PATH=$BIN:$PATH
unset PLANES_IDENTITY
trap 'planectl down >/dev/null 2>&1 || true; chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT

# A command whose words matter only when it fails.
quietly() { "$@" >"$scratch/out" 2>&1 </dev/null || { cat "$scratch/out" >&2; exit 1; }; }

build=(swift build -c release --package-path "$here" --scratch-path "$here/../../.build/benchmarks")
quietly "${build[@]}"

# A command that is tried until what one plane passes on has reached the next.
eventually() {
  for _ in $(seq 200); do "$@" >"$scratch/out" 2>&1 </dev/null && return; done
  cat "$scratch/out" >&2
  exit 1
}

quietly planectl init
quietly planectl up
head -c 65536 /dev/urandom >"$scratch/weights.bin"
printf '{"model_id": "bench", "weights": "%s", "correlation_id": "bench-1"}\n' "$scratch/weights.bin" \
  | planectl submit --json --as trainer >"$scratch/receipt"
eventually planectl propose bench -e staging -e production --required-approvers 2 --yes --as alice
id=$(planectl approvals list --json --as alice | sed -n 's/.*"approval_id":"\([^"]*\)".*/\1/p')
eventually planectl approve "$id" --yes --as bob
eventually planectl deploy bench -e staging --weights "$scratch/weights.bin" --as ci

"$("${build[@]}" --show-bin-path)/authorize-bench" "$PLANES_HOME" bench staging \
  "$(cat "$PLANES_HOME/run/serving-plane/pid")" ${json:+"$json"}
