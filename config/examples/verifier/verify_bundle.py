#!/usr/bin/env python3
"""Checks a bundle offline: what was trained, who approved it, and where it stands in the logs."""

import argparse
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from bundle_verifier import shape, times, weights
from bundle_verifier.bundle_file import MAX_FILE
from bundle_verifier.errors import Bad, require
from bundle_verifier.results import Check, Question, Report
from bundle_verifier.verify import verify

USAGE_ERROR = 2
NOT_READABLE = 4


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        question = read_question(options)
    except Bad as error:
        return complain(error, USAGE_ERROR)
    try:
        report = judge(read_file(options.file), question, options.weights)
    except (Bad, OSError) as error:
        return complain(error, NOT_READABLE)
    try:
        print(as_json(report) if options.json else as_text(report), flush=True)
    except BrokenPipeError:  # whoever read, like head, has had enough; the answer is the exit status
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return report.exit_code


def complain(error: Exception, code: int) -> int:
    print(f"verify_bundle: {error}", file=sys.stderr)
    return code


def judge(data: bytes, question: Question, weights_path: Path | None) -> Report:
    """The weights are read only where everything else allows it."""
    report = verify(data, question)
    if weights_path is None or report.exit_code != 0:
        return report
    digest, kind = weights.digest_of(weights_path)
    return verify(data, replace(question, weights_hash=digest, weights_kind=kind))


def parser() -> argparse.ArgumentParser:
    result = argparse.ArgumentParser(description=__doc__)
    result.add_argument("file", type=Path)
    result.add_argument("--root-digest", required=True, help="sha256:… of version 1 of the trust root")
    result.add_argument(
        "--min-root-version", type=int, default=1, metavar="N", help="the newest version of the trust root that you know of"
    )
    result.add_argument("-e", "--environment")
    result.add_argument("--scope")
    result.add_argument("--weights", type=Path, help="a file or directory that must be the approved one")
    result.add_argument("--at", help="a time (…+00:00 or …Z) instead of now")
    result.add_argument("--max-age", metavar="SPAN", help="how old the lease may be: 90d, 12h, 30m or 60s")
    result.add_argument("--json", action="store_true")
    return result


def read_question(options: argparse.Namespace) -> Question:
    return Question(
        root_digest=shape.digest(options.root_digest),
        min_root_version=root_version(options.min_root_version),
        time=times.any_time(options.at) if options.at else time.time_ns() // 1000,
        now=not options.at,
        environment=shape.optional(options.environment, shape.name),
        scope=shape.optional(options.scope, shape.name),
        max_age_seconds=shape.optional(options.max_age, times.span_seconds),
    )


def root_version(number: int) -> int:
    require(number >= 1, "--min-root-version is a number from 1")
    return number


def read_file(path: Path) -> bytes:
    """At most one byte more than a bundle may have: then `format` says so."""
    with path.open("rb") as stream:
        return stream.read(MAX_FILE + 1)


def as_text(report: Report) -> str:
    checks = report.in_order()[: 1 if report.exit_code == NOT_READABLE else None]  # of what is no bundle nothing else was checked
    lines = [line_of(check) for check in checks]
    return "\n".join(lines + [f"{report.outcome} (exit {report.exit_code})"])


def line_of(check: Check) -> str:
    word = {True: "passed", False: "FAILED", None: "not checked"}[check.passed]
    return f"{check.name:<22}{word:<13}{check.reason}".rstrip()


def as_json(report: Report) -> str:
    question = report.question
    answer: dict[str, Any] = {
        "valid": report.exit_code not in (4, 5),
        "allowed": report.exit_code == 0,
        "time": times.write_time(question.time),
        "root_digest": question.root_digest,
        "environment": question.environment,
        "scope": question.scope,
        "approval_id": report.approval_id,
        "model_id": report.model_id,
        "weights_hash": report.weights_hash,
        "checks": [{"name": one.name, "passed": one.passed, "reason": one.reason} for one in report.in_order()],
    }
    return json.dumps(answer, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    sys.exit(main())
