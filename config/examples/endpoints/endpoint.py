#!/usr/bin/env python3
"""The service behind a serving plane's `socket` endpoint. It runs under a user of its own, takes the plane's signed orders
one at a time, and answers what is then true. A plane executes nothing; what acts is here, and small enough to read.

    endpoint.py --environment production --socket /run/model-endpoint/production.sock --trust-root /etc/nanda-planes/trust \\
        --trust-root-digest sha256:... --store /srv/model-store --state /var/lib/model-endpoint/production.json \\
        triton --repository /srv/triton
"""

import argparse
import json
import os
import socket
import sys
from pathlib import Path

import weights
from kserve import KServe
from orders import Orders, Refused
from restart import Restart
from triton import Triton

ADAPTERS = {"triton": Triton, "restart": Restart, "kserve": KServe}
MAXIMUM_FRAME = 1 << 20
PATIENCE = 10


class Endpoint:
    def __init__(self, options):
        self.orders = Orders(options.trust_root, options.trust_root_digest, options.environment)
        self.adapter, self.store, self.state = ADAPTERS[options.adapter](options), options.store, Path(options.state)
        self.serving = json.loads(self.state.read_text()) if self.state.exists() else {}

    def answer(self, frame):
        try:
            order = self.orders.read(frame)
        except Refused as refusal:
            log(f"refused an order: {refusal}")
            return {"refused": str(refusal)}
        if order["action"] == "status":
            return {"serving": [{"model_id": model, **served} for model, served in sorted(self.serving.items())]}
        try:
            self.carry_out(order)
        except (Refused, OSError) as problem:
            log(f"{order['action']} {order['model_id']}: {problem}")
            return {"deployed": order["action"] == "undeploy", "reason": str(problem)}
        log(f"{order['action']} {order['model_id']} ({order['evidence_entry_id'] or order['reason']}): done")
        return {"deployed": order["action"] == "deploy"}

    def carry_out(self, order):
        model = order["model_id"]
        if order["action"] == "undeploy":
            self.adapter.undeploy(model)
            self.remember({name: served for name, served in self.serving.items() if name != model})
        elif order["action"] == "deploy":
            folder = weights.approved(order, self.store)
            # Until it is done, nobody can say what is served.
            self.remember({name: served for name, served in self.serving.items() if name != model})
            self.adapter.deploy(model, folder)
            served = {name: order[name] for name in ("weights_hash", "weights_kind")}
            self.remember(self.serving | {model: served})
        else:
            raise Refused(f"no such action: {order['action']}")

    def remember(self, serving):
        draft = self.state.with_suffix(".new")
        draft.write_text(json.dumps(serving))
        os.replace(draft, self.state)
        self.serving = serving


def log(text):
    print(text.encode("ascii", "backslashreplace").decode(), file=sys.stderr, flush=True)


def read_frame(stream):
    with stream.makefile("rb") as reader:
        length = int.from_bytes(reader.read(4), "big")
        if not 0 < length <= MAXIMUM_FRAME or len(frame := reader.read(length)) != length:
            raise OSError("no whole frame of at most 1 MiB")
        return frame


def serve(endpoint, path):
    Path(path).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        os.chmod(path, 0o660)
        listener.listen(16)
        while True:
            stream, _ = listener.accept()
            with stream:
                try:
                    stream.settimeout(PATIENCE)
                    reply = json.dumps(endpoint.answer(read_frame(stream))).encode()
                    stream.sendall(len(reply).to_bytes(4, "big") + reply)
                except OSError as problem:
                    log(f"a connection: {problem}")


def main():
    parser = argparse.ArgumentParser(description="Acts on a serving plane's signed orders.")
    for name in ("environment", "socket", "trust-root", "trust-root-digest", "store", "state"):
        parser.add_argument("--" + name, required=True)
    adapters = parser.add_subparsers(dest="adapter", required=True)
    for name, adapter in ADAPTERS.items():
        adapter.arguments(adapters.add_parser(name))
    options = parser.parse_args()
    serve(Endpoint(options), options.socket)


if __name__ == "__main__":
    main()
