"""A registry with pages to look at: planes, a bridge, and models in every state."""

import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta

from home import IRIS, Home, eventually

LONG_NAME = "vision/segmentation-of-very-small-things/backbone-2026.11:with-a-name-that-goes-on-and-on"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class PagesSite(Home):
    """A home whose bridge listens on a port of its own."""

    def __init__(self, binaries, folder):
        super().__init__(binaries, folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        self.planectl("init")
        config = self.path / "nanda-bridge" / "config.yaml"
        config.write_text(config.read_text().replace("127.0.0.1:8370", f"127.0.0.1:{self.port}"))
        self.planectl("up", "--bridge")

    def bridge_log(self):
        """For whoever looks at a failure."""
        return (self.path / "nanda-bridge" / "log").read_text() if (self.path / "nanda-bridge" / "log").exists() else ""

    def stop_planes(self):
        """The bridge goes on alone."""
        for plane in ("training", "governance", "serving"):
            pid = int((self.path / "run" / f"{plane}-plane" / "pid").read_text())
            os.kill(pid, signal.SIGTERM)

    def signed_off(self, model_id, environments=("staging", "production"), days=90):
        """A model of which nobody has the bytes, approved by both approvers; returns the approval's id."""
        weights_hash = "sha256:" + hashlib.sha256(secrets.token_bytes(16)).hexdigest()
        receipt = self.trainer().submit({
            "model_id": model_id, "weights_hash": weights_hash, "weights_kind": "file", "metrics": {"accuracy": 0.97},
            "correlation_id": "run-1", "metadata": {}})
        alice = self.approver("alice")
        approval = alice.approval(receipt["attestation"], list(environments), 2, ttl=timedelta(days=days))
        approval_id = eventually(lambda: alice.propose(approval), while_code="not_found")["approval_id"]
        self.approver("bob").sign_approval(approval_id, weights_hash)
        return approval_id

    def observed(self, trained):
        """Two windows of the example monitor: one as in training, one in another unit of length."""
        for start, end, unit in [(20, 15, "cm"), (15, 10, "inch")]:
            moments = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - ago)) for ago in (start, end)]
            seen = subprocess.run(
                [sys.executable, IRIS / "observe_iris.py", "--weights", trained.weights, "--data", IRIS / "iris.csv",
                 "--unit", unit, "--start", moments[0], "--end", moments[1]],
                capture_output=True, text=True, check=True).stdout
            self.planectl("observe", trained.model_id, "-e", "staging", identity="metrics",
                          line=json.dumps(json.loads(seen)) + "\n")

    def bundle(self, approval_id, path):
        """The papers of an approval, once other planes have cosigned what they prove."""
        for _ in range(200):
            if self.planectl("bundle", "export", approval_id, "-o", path, identity="alice", check=False).returncode == 0:
                return path
            time.sleep(0.1)
        raise AssertionError(f"there is no bundle of {approval_id}")

    def populated(self, folder):
        """Models in every state; returns the bundles by name."""
        trained, iris = self.deployed("iris")
        self.observed(trained)
        self.signed_off("wine-quality", environments=["production"])
        self.signed_off("churn", days=3)
        self.signed_off(LONG_NAME)
        for number in range(1, 27):
            self.signed_off(f"tabular-{number:02}", environments=["staging"])
        bundles = {"good": self.bundle(iris, folder / "iris.bundle.json")}
        _, fleeting = self.approved("fleeting", seed=2)
        self.planectl("revoke", fleeting, "--reason", "trained on the wrong rows", "--yes", identity="bob")
        bundles["revoked"] = self.bundle(fleeting, folder / "fleeting.bundle.json")
        text = bundles["good"].read_text()
        bundles["altered"] = folder / "altered.bundle.json"
        bundles["altered"].write_text(text.replace('"sig":"', '"sig":"AAAA', 1))
        bundles["nothing"] = folder / "nothing.json"
        bundles["nothing"].write_text('{"<script>alert(1)</script>": "\u202e"}\n')
        return bundles
