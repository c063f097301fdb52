#!/usr/bin/env bash
# Fuzzes every target in turn, and stops at the first input that crashes one or breaks a promise; that input is kept in
# crashes/TARGET, where `make test` replays it. What was found interesting stays in .build/fuzz/corpus for the next run.
#
# usage: run.sh [SECONDS for each target [TARGET...]]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(cd "$here/../.." && pwd)/.build/fuzz
duration=${1:-60}
shift || true

mkdir -p "$scratch"
build=(swift build -c release --package-path "$here" --scratch-path "$scratch")
"${build[@]}" >"$scratch.log" 2>&1 || { cat "$scratch.log" >&2; exit 1; }
fuzz=$("${build[@]}" --show-bin-path)/fuzz
if [ $# -eq 0 ]; then mapfile -t targets < <("$fuzz" --list); else targets=("$@"); fi
export LSAN_OPTIONS=suppressions=$here/leaks.supp

# No input is longer than a few KiB, so an allocation of 8 MiB was made for a length that somebody merely claimed.
options=(
  "-max_total_time=$duration" -timeout=10 -malloc_limit_mb=8 "-dict=$here/words.dict" -print_final_stats=1
)

# The number behind `name:` in libFuzzer's last line of statistics.
last() { awk -v name="$1:" '$2 == "DONE" { for (i = 1; i < NF; i++) if ($i == name) print $(i + 1) }' "$log"; }

printf '%-20s %8s %12s %8s %7s %9s %7s\n' target seconds runs exec/s edges features corpus
for target in "${targets[@]}"; do
  found=$scratch/corpus/$target crashes=$here/crashes/$target log=$scratch/$target.log
  mkdir -p "$found" "$crashes"
  start=$(date +%s)
  if ! "$fuzz" "--target=$target" "${options[@]}" "-artifact_prefix=$crashes/" "$found" "$here/corpus/$target" "$crashes" \
    >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "fuzz: $target failed; the input is kept in Tests/Fuzz/crashes/$target, the log is $log" >&2
    exit 1
  fi
  rmdir --ignore-fail-on-non-empty "$crashes"
  runs=$(awk '/number_of_executed_units/ { print $2 }' "$log")
  printf '%-20s %8d %12d %8s %7s %9s %7s\n' "$target" $(($(date +%s) - start)) "$runs" \
    "$(last exec/s)" "$(last cov)" "$(last ft)" "$(last corp | cut -d/ -f1)"
done
rmdir --ignore-fail-on-non-empty "$here/crashes"
