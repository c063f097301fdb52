"""A scratch home: its planes through the Python client, its command line, and models on their way through it."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from planes_client import Plane, Refused, trust_root

IRIS = Path(__file__).parents[2] / "config" / "examples" / "iris"
PATIENCE = 20  # seconds for what one plane passes on to the next


def run_training_job(out, model_id, seed=1, data=IRIS / "iris.csv"):
    """The finished process of the example training job."""
    return subprocess.run(
        [sys.executable, IRIS / "train_iris.py", "--data", data, "--out", out, "--model-id", model_id,
         "--seed", str(seed), "--correlation-id", f"run-{seed}"], capture_output=True, text=True, check=False)


def eventually(action, while_code):
    """The result of `action`, tried again while it is refused with this code; the last refusal once patience ends."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return action()
        except Refused as refusal:
            if refusal.code != while_code or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


@dataclass
class Trained:
    """A model that was trained and submitted."""

    model_id: str
    weights: Path
    weights_hash: str
    attestation: dict


class Home:
    def __init__(self, binaries, folder):
        self.binaries, self.path, self.weights = binaries, folder / "home", folder / "weights"
        self.weights.mkdir()

    def planectl(self, *arguments, identity=None, check=True, line=""):
        environment = os.environ | {"PLANES_HOME": str(self.path)} | ({"PLANES_IDENTITY": identity} if identity else {})
        finished = subprocess.run([self.binaries / "planectl", *arguments], env=environment, cwd=self.path.parent,
                                  input=line, capture_output=True, text=True, check=False, timeout=60)
        if check:
            assert finished.returncode == 0, f"planectl {' '.join(arguments)}: {finished.stderr}{finished.stdout}"
        return finished

    def key(self, name):
        return self.path / "keys" / f"{name}.pem"

    def plane(self, role, socket, name, key=None):
        """The plane at `SOCKET.sock`, spoken to as `name`, with the key of another if that is said."""
        path = self.path / "trust" / "1.root.json"
        payload = base64.b64decode(json.loads(path.read_bytes())["payload"])
        root = trust_root(path, "sha256:" + hashlib.sha256(payload).hexdigest())
        socket_path = self.path / "run" / f"{role}-plane" / f"{socket}.sock"
        return Plane(role, str(socket_path), name, self.key(key or name), root)

    def trainer(self):
        return self.plane("training", "submit", "trainer")

    def approver(self, name):
        return self.plane("governance", "approve", name)

    def deployer(self):
        return self.plane("serving", "deploy", "ci")

    def trained(self, model_id, seed=1):
        """Trains a model and submits it."""
        weights = self.weights / f"{model_id}-{seed}.safetensors"
        weights.parent.mkdir(parents=True, exist_ok=True)
        job = run_training_job(weights, model_id, seed)
        assert job.returncode == 0, job.stderr
        receipt = self.trainer().submit(json.loads(job.stdout))
        weights_hash = "sha256:" + hashlib.sha256(weights.read_bytes()).hexdigest()
        return Trained(model_id, weights, weights_hash, receipt["attestation"])

    def proposed(self, trained, environments=("staging", "production"), required=2, by="alice", **changes):
        """Proposes the model, as soon as governance has heard of it; `changes` are what a cheat alters."""
        approver = self.approver(by)
        approval = approver.approval(trained.attestation, list(environments), required) | changes
        return eventually(lambda: approver.propose(approval), while_code="not_found")

    def approved(self, model_id, seed=1, environments=("staging", "production")):
        """Trains a model and has both approvers sign it; returns it and the approval's id."""
        trained = self.trained(model_id, seed)
        approval_id = self.proposed(trained, environments)["approval_id"]
        state = self.approver("bob").sign_approval(approval_id, trained.weights_hash)
        assert (state["status"], sorted(state["approvers"])) == ("active", ["alice", "bob"])
        return trained, approval_id

    def deployed(self, model_id, seed=1):
        """Approves a model and deploys it to staging, as soon as serving has heard of the approval."""
        trained, approval_id = self.approved(model_id, seed)
        deployer = self.deployer()
        eventually(lambda: deployer.deploy(model_id, "staging", weights_path=str(trained.weights)), while_code="denied")
        return trained, approval_id
