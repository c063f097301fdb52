#!/usr/bin/env python3
"""Checks an evidence log against a checkpoint, or one entry against a tlog-proof."""

import argparse
import os
import sys
from pathlib import Path

from bundle_verifier import log, notes, shape
from bundle_verifier.entries import MAX_ENTRY, respelled
from bundle_verifier.errors import Bad, require
from bundle_verifier.log import Policy, Witness

FAILED = 1
USAGE_ERROR = 2
MAX_LOG = 1 << 30


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        policy = read_policy(options)
    except Bad as error:
        print(f"verify_log: {error}", file=sys.stderr)
        return USAGE_ERROR
    try:
        print(options.run(options, policy), flush=True)
    except BrokenPipeError:
        return no_reader()
    except OSError as error:
        print(f"verify_log: {error}", file=sys.stderr)
        return USAGE_ERROR
    except Bad as error:
        print(f"FAILED {error}")
        return FAILED
    return 0


def no_reader() -> int:
    """Whoever read, like head, has had enough: nothing more is said, and that this was not all of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return USAGE_ERROR


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(description=__doc__)
    commands = result.add_subparsers(required=True)
    whole = commands.add_parser("log", help="JSON lines and the note of a checkpoint")
    whole.add_argument("entries", type=Path)
    whole.add_argument("checkpoint", type=Path)
    whole.set_defaults(run=run_log)
    one = commands.add_parser("proof", help="one entry (a trailing line feed is left out) and its tlog-proof")
    one.add_argument("entry", type=Path)
    one.add_argument("proof", type=Path)
    one.set_defaults(run=run_proof)
    for command in (whole, one):
        command.add_argument("--key", required=True, help="the log's Ed25519 key, 64 hex digits")
        command.add_argument("--origin", required=True)
        command.add_argument("--printed", action="store_true", help="the entries as planectl log --json, or the page of a report, prints them")
        command.add_argument("--witness", action="append", default=[], metavar="NAME=HEX", help="one of these must have cosigned")
    return result


def read_policy(options: argparse.Namespace) -> Policy:
    witnesses = tuple(read_witness(text) for text in options.witness)
    return Policy(options.origin, shape.public_key(options.key), witnesses)


def read_witness(text: str) -> Witness:
    name, separator, key = text.rpartition("=")
    require(separator != "" and name != "", f"no NAME=HEX: {text[:100]!r}")
    return Witness(name, shape.public_key(key))


def run_log(options: argparse.Namespace, policy: Policy) -> str:
    note = read_text(options.checkpoint, notes.MAX_NOTE_BYTES)
    data = read_bytes(options.entries, MAX_LOG)
    checkpoint = log.verify_log(log.as_logged(data) if options.printed else data, note, policy)
    return f"passed {checkpoint.origin} {checkpoint.size} {checkpoint.root.hex()}"


def run_proof(options: argparse.Namespace, policy: Policy) -> str:
    entry = read_bytes(options.entry, MAX_ENTRY * (8 if options.printed else 1) + 1).removesuffix(b"\n")
    if options.printed:
        entry = respelled(entry)
    text = read_text(options.proof, notes.MAX_PROOF_BYTES)
    if options.printed:  # who copies it from a page loses the end of its last line
        text = text.removesuffix("\n") + "\n"
    proof = log.verify_proof(entry, text, policy)
    return f"passed {proof.checkpoint.origin} {proof.index} of {proof.checkpoint.size}"


def read_bytes(path: Path, limit: int) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(limit + 1)
    require(len(data) <= limit, f"{path} has more than {limit} bytes")
    return data


def read_text(path: Path, limit: int) -> str:
    try:
        return read_bytes(path, limit).decode("utf-8")
    except UnicodeDecodeError:
        raise Bad(f"{path} is not UTF-8") from None


if __name__ == "__main__":
    sys.exit(main())
