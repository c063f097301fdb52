#!/usr/bin/env bash
# Starts an inference server only where the papers of its weights allow it here and now. Offline: it asks no plane.
#
#   start_inference.sh BUNDLE WEIGHTS [--max-age SPAN] [--scope NAME] -- COMMAND [ARGUMENT]...
#
# NANDA_ROOT_DIGEST   digest of version 1 of the trust root; put it into the image or the unit file, never beside the bundle
# NANDA_ENVIRONMENT   the environment that this server is part of
# PLANECTL            the program, where it is not in PATH
#
# No other option of planectl bundle verify is let through: --at, another --weights or --help would start the server without the check.
# Exits as planectl bundle verify does when the server is not started: 1 denied, 4 no bundle, 5 papers that are not to be believed.
# WEIGHTS should lie where only this script's caller can write, or nobody: what is changed after the check is loaded all the same.
set -euo pipefail

usage() {
  echo "usage: NANDA_ROOT_DIGEST=sha256:... NANDA_ENVIRONMENT=... $0 BUNDLE WEIGHTS [--max-age SPAN] [--scope NAME] -- COMMAND [ARGUMENT]..." >&2
  exit 2
}

[ $# -ge 4 ] && [ -n "${NANDA_ROOT_DIGEST:-}" ] && [ -n "${NANDA_ENVIRONMENT:-}" ] || usage
bundle=$1 weights=$2
shift 2

options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  case $1 in
    --max-age | --scope)
      [ $# -ge 2 ] || usage
      # With "=" no value is taken for an option of its own.
      options+=("$1=$2")
      shift 2
      ;;
    --max-age=* | --scope=*)
      options+=("$1")
      shift
      ;;
    *) usage ;;
  esac
done
[ $# -ge 2 ] || usage
shift

# Not `exec … || …`: under set -e the first failure ends the script, with planectl's own exit status.
"${PLANECTL:-planectl}" bundle verify --root-digest="$NANDA_ROOT_DIGEST" --environment="$NANDA_ENVIRONMENT" \
  --weights="$weights" ${options[@]+"${options[@]}"} -- "$bundle" >&2
exec "$@"
