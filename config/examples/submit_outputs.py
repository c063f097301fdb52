#!/usr/bin/env python3
"""Submits TrainingOutputs, one JSON object a line, and prints a receipt for each, as `planectl submit` does.

Lines stand alone. Exit status: 0 all accepted, 2 a wrong setting, 3 the plane cannot be reached, 4 a line was refused.
"""

import argparse
import fileinput
import json
import os
import sys

from planes_client import Plane, Refused, strict_json, trust_root


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for option, meaning in [("socket", "the training plane's submit.sock"), ("name", "the submitter's name"),
                            ("key", "its PKCS#8 PEM file"), ("root", "1.root.json"),
                            ("root-digest", "sha256:... pinned for it")]:
        variable = "PLANES_" + option.upper().replace("-", "_")
        default = os.environ.get(variable)
        parser.add_argument(f"--{option}", default=default, required=not default, help=f"{meaning} (or ${variable})")
    parser.add_argument("files", nargs="*", metavar="FILE", help="without one, standard input")
    return parser.parse_args()


def submit_lines(trainer, files):
    """Submits every line; returns whether all were accepted."""
    accepted = True
    for line in fileinput.input(files or ["-"], encoding="utf-8"):
        try:
            print(json.dumps(trainer.submit(strict_json(line.encode()))), flush=True)
        except (Refused, ValueError, FileNotFoundError, PermissionError) as error:
            accepted = False
            print(f"{fileinput.filename()}:{fileinput.filelineno()}: {error}", file=sys.stderr)
    return accepted


def main():
    given = arguments()
    try:
        trainer = Plane("training", given.socket, given.name, given.key, trust_root(given.root, given.root_digest))
        return 0 if submit_lines(trainer, given.files) else 4
    except (OSError, ValueError) as error:
        print(f"submit_outputs: {error}", file=sys.stderr)
        return 3 if isinstance(error, (ConnectionError, TimeoutError)) else 2


if __name__ == "__main__":
    sys.exit(main())
