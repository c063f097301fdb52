"""A thousand random approvals, each made over the wire, exported, and judged by a verifier that shares nothing with the planes.

Their seed is printed; SEED=n repeats a run, and APPROVALS=n makes another number of them.
"""

import json
import os
import random
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from home import eventually
from upstream_verifier import Rejected, record_hash, verify

SEED = int(os.environ.get("SEED") or secrets.randbits(32))
COUNT = int(os.environ.get("APPROVALS") or 1000)
ENVIRONMENTS, SCOPES = ["staging", "production"], ["eu", "us", "batch", "canary.1", "a-b_c"]
FIRST = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@pytest.fixture(scope="module")
def approvers(home):
    def key(name):
        return load_pem_public_key((home.path / "keys" / f"{name}.pub.pem").read_bytes())
    return {name: key(name) for name in ("alice", "bob")}


class RandomApproval:
    """What is drawn for one approval: what is approved, for whom, and by whom."""

    def __init__(self, number):
        draw = self.draw = random.Random(f"{SEED} {number}")
        part = lambda: draw.choice(FIRST) + "".join(draw.choices(FIRST + "._-", k=draw.randint(0, 20)))  # noqa: E731
        self.model = "/".join([f"r{number}"] + [part() for _ in range(draw.randint(0, 2))])
        self.environments = draw.sample(ENVIRONMENTS, draw.randint(1, 2))
        self.scopes = draw.choice([None, draw.sample(SCOPES, draw.randint(1, len(SCOPES)))])
        self.ttl = timedelta(seconds=draw.randint(600, 90 * 86400 - 60), microseconds=draw.choice([0, 1, 250000]))
        self.proposer, self.second = draw.sample(["alice", "bob"], 2)
        least = 2 if "production" in self.environments else 1
        self.required = draw.randint(least, 2)
        self.output = {"model_id": self.model, "weights_hash": "sha256:" + draw.randbytes(32).hex(),
                       "weights_kind": draw.choice(["file", "directory"]), "correlation_id": f"run-{number}",
                       "metrics": {"accuracy": draw.random(), "loss": draw.choice([0, 1e-7, 1e22, 3.5])}}

    def made(self, home):
        """Submits, proposes and signs it until it is active; its id."""
        attestation = home.trainer().submit(self.output)["attestation"]
        proposer = home.approver(self.proposer)
        approval = proposer.approval(attestation, self.environments, self.required, self.scopes, self.ttl)
        state = eventually(lambda: proposer.propose(approval), while_code="not_found")
        if state["status"] != "active":
            state = home.approver(self.second).sign_approval(approval["approval_id"], approval["weights_hash"])
        assert state["status"] == "active", state
        return approval["approval_id"]

    def question(self):
        """An environment, which may not be approved, and a scope where scopes are: whoever names none is refused here, not upstream."""
        return self.draw.choice(ENVIRONMENTS), None if self.scopes is None else self.draw.choice(SCOPES)


def upstream_allows(record, approvers, now, environment, scope):
    try:
        verify(record, approvers, now, environment, scope)
        return True
    except Rejected:
        return False


def check(home, approvers, number):
    """What the two verifiers say of one approval; a list of disagreements."""
    drawn = RandomApproval(number)
    approval_id = drawn.made(home)
    text = home.planectl("approvals", "export", approval_id, "--format", "nanda", identity="alice").stdout
    record = json.loads(text)
    problems = []
    if text != json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n":
        problems.append("the export is not one compact line")
    environment, scope = drawn.question()
    asked = {"approval_id": approval_id, "weights_hash": record["weights_hash"]} | ({"scope": scope} if scope else {})
    ours = eventually_known(lambda: home.deployer().authorize(drawn.model, environment, **asked))
    theirs = upstream_allows(record, approvers, datetime.now(timezone.utc), environment, scope)
    if (ours["verificationResult"] == "PASSED") != theirs:
        problems.append(f"{environment} {scope}: {ours} but upstream's verifier says {theirs}")
    after = datetime.fromisoformat(record["expires_at"]) + timedelta(microseconds=1)
    if upstream_allows(record, approvers, after, None, None):
        problems.append("it does not expire")
    changed = dict(record, **{drawn.draw.choice(["model_id", "weights_hash", "correlation_id"]): "other"})
    if record_hash(changed) == record_hash(record) or upstream_allows(changed, approvers, after - drawn.ttl, None, None):
        problems.append("a changed record is still allowed")
    return [f"approval {number} ({approval_id}): {problem}" for problem in problems]


def eventually_known(authorize):
    """The decision once serving has heard of the approval as signed by governance."""
    deadline = datetime.now() + timedelta(seconds=20)
    while True:
        decision = authorize()
        gates = {gate["gate"]: gate["passed"] for gate in decision["gates"]}
        if gates["approval"] or datetime.now() > deadline:
            return decision


def test_both_verifiers_agree_on_random_approvals(home, approvers, capsys):
    with capsys.disabled():
        print(f"\n{COUNT} random approvals, SEED={SEED}")
    with ThreadPoolExecutor(4) as pool:
        problems = [problem for found in pool.map(lambda n: check(home, approvers, n), range(COUNT)) for problem in found]
    assert not problems, f"SEED={SEED}: " + "\n".join(problems[:5])
