#!/bin/sh
# Runs the interoperability tests against built binaries; arguments go to pytest.
#   BIN    the folder that holds planectl and the three daemons (required)
#   VENV   a folder for the virtual environment; kept when given, else made for this run and removed
set -eu

: "${BIN:?set BIN to the folder of the built binaries, e.g. BIN=.build/release}"
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
BIN=$(CDPATH='' cd -- "$BIN" && pwd)
export BIN
[ -x "$BIN/planectl" ] || { echo "run.sh: no planectl in $BIN: build first" >&2; exit 2; }

if [ -z "${VENV:-}" ]; then
  VENV=$(mktemp -d)
  trap 'rm -rf "$VENV"' EXIT
fi
[ -x "$VENV/bin/python" ] || python3 -m venv "$VENV"
"$VENV/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
VENV=$(CDPATH='' cd -- "$VENV" && pwd)
cd "$here"
PYTHONDONTWRITEBYTECODE=1 "$VENV/bin/python" -m pytest -p no:cacheprovider "$@"
