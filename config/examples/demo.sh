#!/usr/bin/env bash
# The main job, for real: a training job's model goes through three separate processes to a deployment, is rolled back and revoked,
# and everything that should be refused is refused. Any unexpected outcome ends it with a non-zero exit.
#
# usage: BIN=folder-of-the-built-programs demo.sh
set -euo pipefail

: "${BIN:?set BIN to the folder that holds planectl and the three daemons}"
examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/planes-demo.XXXXXX")
export PLANES_HOME=$scratch/home PATH=$BIN:$PATH
# The caller's own settings must not choose the demo's identities.
unset PLANES_IDENTITY
model=iris
current=$PLANES_HOME/serving-plane/deployments/staging/$model/current
started=$SECONDS
summary=()

leave() {
  local code=$?
  planectl down >/dev/null 2>&1 || true
  # The store's folders are read-only, also for their owner.
  chmod -R u+w "$scratch" 2>/dev/null || true
  rm -rf "$scratch"
  [ "$code" = 0 ] || echo "demo: stopped at the step above (exit $code)" >&2
}
trap leave EXIT

step() { printf '\n\033[1m== %s\033[0m\n' "$*"; summary+=("$*"); }
note() { printf '   %s\n' "$*"; }
fail() { echo "demo: unexpected: $*" >&2; exit 1; }

# Shows a command and runs it; it must end with the exit code given first.
expect() {
  local wanted=$1 got=0; shift
  printf '   $ %s\n' "$*"
  "$@" >"$scratch/out" 2>&1 </dev/null || got=$?
  sed 's/^/     /' "$scratch/out"
  [ "$got" = "$wanted" ] || fail "exit $got where $wanted was due: $*"
}
says() { grep -qi -- "$1" "$scratch/out" || fail "the answer does not say '$1'"; }

train() { # seed output
  python3 "$examples/iris/train_iris.py" --data "$examples/iris/iris.csv" --out "$2" --model-id "$model" --seed "$1"
}
submit() { # seed output: the job's one line, piped into planectl; prints the digest of the receipt
  printf '   $ train_iris.py --seed %s --out %s | planectl submit\n' "$1" "${2##*/}"
  train "$1" "$2" >"$scratch/line"
  planectl submit --json --as trainer <"$scratch/line" >"$scratch/out" || fail "the submission was refused: $(cat "$scratch/out")"
  digest=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["digest"])' "$scratch/out")
  note "receipt: the training plane attests $digest"
}
until_known() { # the training plane delivers in the background: wait until governance lists the output
  for _ in $(seq 200); do
    planectl pending --json --as alice 2>/dev/null | grep -q "$1" && return
    python3 -c 'import time; time.sleep(0.05)'
  done
  fail "governance has not received $1"
}
until_status() { # approval status on the serving plane: poll authorize until it says what is wanted
  for _ in $(seq 200); do
    if planectl authorize "$model" -e staging --weights "$1" --as ci >/dev/null 2>&1; then return; fi
    python3 -c 'import time; time.sleep(0.05)'
  done
  fail "the serving plane has not received the approval"
}
approval_of() { # the approval id that stands for a training output
  planectl approvals list --json --as alice | python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
print(next(r["approval_id"] for r in rows if r["training_output_digest"] == sys.argv[1]))' "$1"
}

step "A home with keys for everybody, and three processes that trust only what is signed"
expect 0 planectl init --auto-revoke 0.8
expect 0 planectl up
expect 0 planectl status
note "what the kernel says they hold open:"
python3 "$examples/show_processes.py" $(cat "$PLANES_HOME"/run/*/pid)

step "A training job trains a classifier on Fisher's iris data and pipes its result in"
submit 1 "$scratch/iris-v1.safetensors"; digest1=$digest
until_known "$digest1"

step "Nobody has approved it: a deploy is refused, every failed gate is named"
expect 1 planectl deploy "$model" -e staging --weights "$scratch/iris-v1.safetensors" --as ci; says approval

step "alice proposes it for staging and production; two people must sign"
expect 0 planectl propose "$digest1" -e staging -e production --required-approvers 2 --yes --as alice
approval1=$(approval_of "$digest1")
for _ in $(seq 200); do
  planectl deploy "$model" -e staging --weights "$scratch/iris-v1.safetensors" --as ci >"$scratch/out" 2>&1 </dev/null && fail "deployed with one signature"
  grep -q "1 of 2" "$scratch/out" && break
done
expect 1 planectl deploy "$model" -e staging --weights "$scratch/iris-v1.safetensors" --as ci; says "1 of 2"

step "bob signs too: the quorum is met, and staging may run it"
expect 0 planectl approve "$approval1" --yes --as bob; says active
until_status "$scratch/iris-v1.safetensors"
expect 0 planectl deploy "$model" -e staging --weights "$scratch/iris-v1.safetensors" --as ci
cmp "$scratch/iris-v1.safetensors" "$current/iris-v1.safetensors" || fail "what is served is not what was trained"
note "what is served is, byte for byte, what was trained"
expect 0 planectl authorize "$model" -e staging --as ci
expect 1 planectl authorize "$model" -e canary --as ci; says environment
expect 1 planectl authorize "$model" --as ci; says environment

step "One bit of the weights is flipped: refused by the weights gate"
python3 - "$scratch/iris-v1.safetensors" "$scratch/flipped.safetensors" <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read()); data[-1] ^= 1; open(sys.argv[2], "wb").write(data)
PY
expect 1 planectl deploy "$model" -e staging --weights "$scratch/flipped.safetensors" --as ci; says weights

step "Version 2 is trained, approved and deployed; then rolled back to version 1"
submit 2 "$scratch/iris-v2.safetensors"; digest2=$digest
until_known "$digest2"
expect 0 planectl propose "$digest2" -e staging -e production --required-approvers 2 --yes --as alice
approval2=$(approval_of "$digest2")
expect 0 planectl approve "$approval2" --yes --as bob
until_status "$scratch/iris-v2.safetensors"
expect 0 planectl deploy "$model" -e staging --approval "$approval2" --weights "$scratch/iris-v2.safetensors" --as ci
cmp "$scratch/iris-v2.safetensors" "$current/iris-v2.safetensors" || fail "version 2 is not what is served"
expect 0 planectl rollback "$model" -e staging --as ci
cmp "$scratch/iris-v1.safetensors" "$current/iris-v1.safetensors" || fail "version 1 is not back"
note "version 1 is back, from the store, its bytes hashed again"

step "alice revokes version 1: what runs is taken down, and stays refused after SIGKILL"
expect 0 planectl revoke "$approval1" --reason "labels were leaked into training" --yes --as alice
[ ! -e "$current" ] || fail "the revoked model is still served"
expect 1 planectl authorize "$model" -e staging --weights "$scratch/iris-v1.safetensors" --as ci; says revok
note "kill -9 of all three daemons, and up again"
kill -9 $(cat "$PLANES_HOME"/run/*/pid)
expect 0 planectl up
expect 1 planectl authorize "$model" -e staging --weights "$scratch/iris-v1.safetensors" --as ci; says revok
expect 1 planectl deploy "$model" -e staging --approval "$approval1" --weights "$scratch/iris-v1.safetensors" --as ci; says revok
expect 0 planectl deployments --history --as ci

step "Version 3 is deployed, and a monitor reports what it is shown: nothing to see"
submit 3 "$scratch/iris-v3.safetensors"; digest3=$digest
until_known "$digest3"
expect 0 planectl propose "$digest3" -e staging --required-approvers 1 --yes --as alice
until_status "$scratch/iris-v3.safetensors"
expect 0 planectl deploy "$model" -e staging --weights "$scratch/iris-v3.safetensors" --as ci
served=$(date +%s)
window() { # seconds before the deployment (the clocks may differ by 30), unit: asks the served model, and reports
  printf '   $ observe_iris.py --unit %s | planectl observe %s -e staging\n' "$2" "$model"
  python3 "$examples/iris/observe_iris.py" --weights "$current/iris-v3.safetensors" --data "$examples/iris/iris.csv" --seed "$1" \
    --unit "$2" --start "$(date -u -d "@$((served - $1))" +%FT%TZ)" --end "$(date -u -d "@$((served - $1 + 5))" +%FT%TZ)" >"$scratch/window"
  planectl observe "$model" -e staging --as metrics <"$scratch/window" >"$scratch/out" || fail "refused: $(cat "$scratch/out")"
}
until_judged() { # how many windows governance has judged
  for _ in $(seq 200); do
    planectl drift show "$model" --json --as metrics 2>/dev/null >"$scratch/out" || true
    [ "$(wc -l <"$scratch/out")" = "$1" ] && return
    python3 -c 'import time; time.sleep(0.05)'
  done
  fail "governance has not judged $1 windows"
}
window 25 cm; until_judged 1
expect 0 planectl drift show "$model" --as metrics; says healthy
expect 0 planectl authorize "$model" -e staging --as ci

step "Somebody sends inches: two windows drift, governance revokes by the policy, the model is taken down"
window 20 inch; window 15 inch; until_judged 3
expect 0 planectl drift show "$model" --save "$scratch/check.json" --svg "$scratch/drift.svg" --as metrics; says drifted
expect 0 planectl drift verify "$scratch/check.json"; says holds
for _ in $(seq 200); do
  [ -e "$current" ] || break
  python3 -c 'import time; time.sleep(0.05)'
done
[ ! -e "$current" ] || fail "the drifted model is still served"
expect 1 planectl authorize "$model" -e staging --weights "$scratch/iris-v3.safetensors" --as ci; says drift-detector

step "What a NANDA registry is told: version 2 may run, until somebody revokes it"
expect 0 planectl nanda "$model" --registry demo --provider-name Demo --provider-url https://demo.example; says '"status": "VERIFIED"'
planectl nanda "$model" --json >"$scratch/facts.json"
python3 - "$scratch/facts.json" <<'PY'
import hashlib, base64, json, sys
facts = json.load(open(sys.argv[1]))
decision = facts["metadata"]["x_model_governance"]["decisions"][0]
payload = base64.b64decode(decision["attestation"]["payload"])
assert facts["proof"]["evidence_ref"] == "sha256:" + hashlib.sha256(payload).hexdigest(), "the proof names another decision"
PY
note "its proof names the decision that the serving plane signed, and that stands in the document"
expect 0 planectl revoke "$approval2" --reason "the licence of the data has ended" --yes --as alice
expect 1 planectl nanda "$model" --registry demo --provider-name Demo --provider-url https://demo.example; says '"status": "FAILED"'

step "Everything is stopped"
expect 0 planectl down
for plane in training governance serving; do
  ! pgrep -f -- "$PLANES_HOME/$plane-plane/config.yaml" >/dev/null || fail "$plane-plane still runs"
done

printf '\n\033[1mDone in %s s. What you saw:\033[0m\n' $((SECONDS - started))
printf '  %s\n' "${summary[@]}"
