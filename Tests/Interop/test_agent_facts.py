"""A governed model's AgentFacts: read by sm-bridge's own models, and believed by nobody but on the planes' signatures."""

import base64
import copy
import hashlib
import json
import tempfile
import urllib.error

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sm_bridge import DeltaStore, SmAgentFacts, pull_deltas
from sm_bridge.trust.base import ProofStatus

from bundle_verifier.times import paper_time
from reverify import Reverifier

REGISTRY = ("--registry", "acme", "--provider-name", "Acme", "--provider-url", "https://acme.example")


def nanda(home, model, *arguments, check=True):
    return home.planectl("nanda", model, "--json", *REGISTRY, *arguments, check=check)


@pytest.fixture(scope="module")
def facts(home):
    """Of a model that runs."""
    home.deployed("facts/one:v1")
    return json.loads(nanda(home, "facts/one:v1").stdout)


@pytest.fixture(scope="module")
def roots(home):
    return [json.loads((home.path / "trust" / "1.root.json").read_bytes())]


def decision(facts):
    return facts["metadata"]["x_model_governance"]["decisions"][0]


class Peer:
    """A registry in memory, which serves what it is told to."""

    def __init__(self, facts, roots, age=10):
        self.facts, self.roots, self.newer = facts, roots, None
        self.time = paper_time(decision(facts)["time_verified"]) / 1e6 + age
        self.pin = "sha256:" + hashlib.sha256(base64.b64decode(roots[0]["payload"])).hexdigest()

    def fetch(self, url):
        if url.endswith("/nanda/trust-roots"):
            if self.roots is None:
                raise urllib.error.URLError("no route")
            return {"trust_roots": self.roots}
        if "/nanda/resolve?" in url and self.newer:
            return self.newer
        if "/nanda/deltas?" in url:
            delta = {"seq": 1, "action": "upsert", "recorded_at": "2026-01-02T03:04:05Z", "agent": self.facts}
            return {"deltas": [delta]}
        raise urllib.error.HTTPError(url, 404, "Not Found", None, None)

    def verifier(self, pin=None):
        return Reverifier("https://acme.example", pin or self.pin, fetch=self.fetch, now=lambda: self.time)

    def pulled(self, verifier=None):
        """The proof with which pull_deltas stores the agent."""
        store = DeltaStore()
        pull_deltas("https://acme.example", store, fetch=self.fetch, reverify=verifier or self.verifier())
        return store.since(0)[0].agent.proof


# sm-bridge's models.


def test_sm_bridge_reads_the_facts_and_writes_the_same(facts):
    agent = SmAgentFacts.model_validate(facts)
    assert json.loads(agent.model_dump_json()) == facts
    assert agent.model_fields_set == set(facts) == set(SmAgentFacts.model_fields)
    assert agent.model_extra == {}


def test_it_has_the_names_that_registries_go_by(facts):
    agent = SmAgentFacts.model_validate(facts)
    assert agent.handle == "@acme:models/facts/one:v1"
    assert agent.id == "did:web:acme.example:agents:models:facts%2Fone%3Av1"
    assert agent.proof.status is ProofStatus.VERIFIED
    assert agent.certification.expirationDate.timestamp() * 1e6 == paper_time(
        facts["metadata"]["x_model_governance"]["expires_at"])


# Exit codes.


def test_a_model_without_an_approval_is_refused(home):
    home.trained("facts/never-proposed")
    assert nanda(home, "facts/never-proposed", check=False).returncode == 4
    assert nanda(home, "facts/unheard-of", check=False).returncode == 4


def test_wrong_usage(home):
    for wrong in (["--provider-url", "ftp://x"], ["--registry", "a b"], ["--socket", "x"]):
        assert home.planectl("nanda", "m", *wrong, check=False).returncode == 2


def test_planes_that_are_away(home):
    """With a home whose planes never ran."""
    with tempfile.TemporaryDirectory(prefix="away-") as folder:
        home.planectl("init", "--home", f"{folder}/home")
        assert home.planectl("nanda", "m", "--home", f"{folder}/home", check=False).returncode == 3


def test_a_revoked_model_is_told_as_such(home, roots):
    _, approval_id = home.deployed("facts/revoked", seed=2)  # revoked are weights, whoever has them
    home.planectl("revoke", approval_id, "--reason", "wrong labels", "--yes", identity="alice")
    finished = nanda(home, "facts/revoked", check=False)
    told = json.loads(finished.stdout)
    agent = SmAgentFacts.model_validate(told)
    assert (finished.returncode, agent.proof.status, agent.certification) == (1, ProofStatus.FAILED, None)
    result = Peer(told, roots).pulled()
    assert result.status is ProofStatus.FAILED and "revocation" in result.failure_reason


# What a client finds out by itself.


def test_what_the_serving_plane_says_is_verified(facts, roots):
    result = Peer(facts, roots).pulled()
    assert result.status is ProofStatus.VERIFIED, result.failure_reason
    assert result.evidence_ref == decision(facts)["digest"]


def test_without_the_shipped_reverify_nothing_is(facts, roots):
    store = DeltaStore()
    pull_deltas("https://acme.example", store, fetch=Peer(facts, roots).fetch)
    assert store.since(0)[0].agent.proof.status is ProofStatus.NOT_VERIFIED


def signed_by(home, name, payload):
    """The payload in an envelope with that plane's signature."""
    key = load_pem_private_key((home.path / name / "plane.pem").read_bytes(), None)
    kind = "application/vnd.in-toto+json"
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    keyid = hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()
    signature = {"keyid": keyid, "sig": base64.b64encode(key.sign(message)).decode()}
    return {"payload": base64.b64encode(payload).decode(), "payloadType": kind, "signatures": [signature]}


def with_decision(facts, envelope):
    """The facts with another decision, and everything beside it adjusted as a careful forger would."""
    forged = copy.deepcopy(facts)
    payload = base64.b64decode(envelope["payload"])
    summary = json.loads(payload)["predicate"]
    digest = "sha256:" + hashlib.sha256(payload).hexdigest()
    decision(forged).update(
        attestation=envelope, digest=digest, result=summary["verificationResult"], environment=summary["environment"],
        time_verified=summary["timeVerified"], valid_until=summary["valid_until"])
    forged["proof"]["evidence_ref"] = digest
    return forged


def payload_of(facts):
    return base64.b64decode(decision(facts)["attestation"]["payload"])


@pytest.mark.parametrize("plane", ["governance-plane", "training-plane"])
def test_a_decision_that_another_plane_signed_is_forged(home, facts, roots, plane):
    forged = with_decision(facts, signed_by(home, plane, payload_of(facts)))
    assert Peer(forged, roots).pulled().status is ProofStatus.FAILED


@pytest.mark.parametrize("old, new", [
(b"facts/one:v1", b"facts/two:v1"), (b'"passed":true', b'"passed":false'),
    (b"PASSED", b"FAILED"), (b'"gate":"clock"', b'"gate":"lease"'), (b'"verifiedLevels":[]', b'"verifiedLevels":[],"x":1'),
])  # fmt: skip
def test_a_decision_that_contradicts_itself_is_forged_even_under_the_serving_planes_key(home, facts, roots, old, new):
    payload = payload_of(facts)
    assert old in payload
    forged = with_decision(facts, signed_by(home, "serving-plane", payload.replace(old, new)))
    assert Peer(forged, roots).pulled().status is ProofStatus.FAILED


def test_a_changed_byte_is_forged(facts, roots):
    envelope = copy.deepcopy(decision(facts)["attestation"])
    envelope["payload"] = base64.b64encode(payload_of(facts).replace(b'"scope":null', b'"scope":"any"')).decode()
    assert Peer(with_decision(facts, envelope), roots).pulled().status is ProofStatus.FAILED


@pytest.mark.parametrize("field, value", [
    ("model_id", "facts/two:v1"), ("weights_hash", "sha256:" + "0" * 64), ("approval_digest", "sha256:" + "0" * 64),
    ("expires_at", "2026-01-02T03:04:05+00:00"), ("decisions", "none"), ("log_proof", {"entry": "{}"}),
])  # fmt: skip
def test_facts_that_say_other_than_their_decision_are_forged(facts, roots, field, value):
    forged = copy.deepcopy(facts)
    forged["metadata"]["x_model_governance"][field] = value
    peer = Peer(facts, roots)
    peer.facts = forged
    assert peer.pulled().status is ProofStatus.FAILED


def test_a_models_decision_under_another_models_name_is_forged(facts, roots):
    forged = copy.deepcopy(facts)
    forged["id"] = "did:web:acme.example:agents:models:facts%2Ftwo%3Av1"
    assert Peer(forged, roots).pulled().status is ProofStatus.FAILED


def test_a_proof_that_names_another_decision_is_forged(facts, roots):
    forged = copy.deepcopy(facts)
    forged["proof"]["evidence_ref"] = "sha256:" + "0" * 64
    assert Peer(forged, roots).pulled().status is ProofStatus.FAILED


def test_an_approval_that_the_log_does_not_hold_is_forged(facts, roots):
    for old, new in (("index ", "index 1"), ("model_approved", "approval_signed"), ("alice", "mallory")):
        forged = copy.deepcopy(facts)
        proof = forged["metadata"]["x_model_governance"]["log_proof"]
        proof["entry"], proof["proof"] = proof["entry"].replace(old, new), proof["proof"].replace(old, new)
        assert Peer(forged, roots).pulled().status is ProofStatus.FAILED


def test_another_houses_trust_root_is_forged(facts, roots):
    peer = Peer(facts, roots)
    assert peer.pulled(peer.verifier("sha256:" + "0" * 64)).status is ProofStatus.FAILED


def test_a_decision_that_is_over_is_not_verified(facts, roots):
    result = Peer(facts, roots, age=61).pulled()
    assert result.status is ProofStatus.NOT_VERIFIED and "held until" in result.failure_reason


def test_a_decision_that_is_over_is_asked_for_again(home, facts, roots):
    newer = json.loads(nanda(home, "facts/one:v1").stdout)
    peer = Peer(facts, roots)
    peer.newer, peer.time = newer, paper_time(decision(facts)["valid_until"]) / 1e6
    if paper_time(decision(newer)["valid_until"]) > paper_time(decision(facts)["valid_until"]):
        result = peer.pulled()
        assert (result.status, result.evidence_ref) == (ProofStatus.VERIFIED, decision(newer)["digest"])
    peer.newer = newer | {"id": "did:web:acme.example:agents:models:other"}
    assert peer.pulled().status is ProofStatus.FAILED


def test_newer_papers_of_another_model_vouch_for_nothing_that_was_told_before(home, facts, roots):
    """An agent that ran on one model and runs on another: who keeps the old facts is not told that they are verified."""
    home.deployed("facts/other:v1", seed=3)
    name = {"id": "did:web:acme.example:agents:support:helper", "handle": "@acme:support/helper"}
    peer = Peer(facts | name, roots)
    peer.newer = json.loads(nanda(home, "facts/other:v1").stdout) | name
    peer.time = paper_time(decision(facts)["valid_until"]) / 1e6
    result = peer.pulled()
    assert result.status is ProofStatus.NOT_VERIFIED and "other papers" in result.failure_reason


def test_a_decision_that_claims_to_hold_for_years_is_forged(home, facts, roots):
    payload = json.loads(payload_of(facts))
    payload["predicate"]["valid_until"] = "2099-01-02T03:04:05+00:00"
    far = with_decision(facts, signed_by(home, "serving-plane", json.dumps(payload).encode()))
    far["metadata"]["x_model_governance"]["expires_at"] = "2099-01-02T03:04:05+00:00"
    result = Peer(far, roots).pulled()
    assert result.status is ProofStatus.FAILED and "longer than any" in result.failure_reason


@pytest.mark.parametrize("did, handle", [
    ("did:web:acme.example:agents:mod%65ls:other", "@acme:models/other"), ("did:web:acme.example:agents:models:other:x", "@acme:models/other"),
    ("did:web:acme.example:agents:models:facts/one%3Av1", "@acme:models/facts/one:v1"), ("did:web:acme.example", "@acme:models/facts/one:v1"),
    ("did:web:acme.example:agents:models:facts%2Fone%3Av1", "@acme:models/other"), ("did:key:z6Mk:x:agents:models:other", "@acme:models/other"),
    ("did:web:acme.example:agents:support:helper", "@acme:models/other"), ("did:web:acme.example:agents:models:f%61cts", "@acme:models/facts"),
])  # fmt: skip
def test_a_name_that_is_spelled_so_that_it_is_not_compared_is_forged(facts, roots, did, handle):
    peer = Peer(facts, roots)
    assert peer.verifier().verify(facts | {"id": did, "handle": handle}).status is ProofStatus.FAILED


def test_a_scope_that_the_decision_does_not_have_is_forged(facts, roots):
    forged = copy.deepcopy(facts)
    decision(forged)["scope"] = "payments"
    assert Peer(forged, roots).pulled().status is ProofStatus.FAILED


def test_a_decision_about_another_environment_than_one_means_to_run_in_verifies_nothing(facts, roots):
    peer = Peer(facts, roots)
    for environment, status in ((decision(facts)["environment"], ProofStatus.VERIFIED), ("moon", ProofStatus.NOT_VERIFIED)):
        check = Reverifier("https://acme.example", peer.pin, environment=environment, fetch=peer.fetch, now=lambda: peer.time)
        assert check.verify(facts).status is status


def test_newer_trust_roots_are_asked_for_every_minute(facts, roots):
    """Else a key that was taken away verifies for as long as the client runs."""
    asked, peer = [], Peer(facts, roots)
    check = Reverifier(
        "https://acme.example", peer.pin, fetch=lambda url: asked.append(url) or peer.fetch(url), now=lambda: peer.time)
    for step, count in ((0, 1), (10, 1), (60, 2), (1, 2), (-3600, 3)):
        peer.time += step
        check.verify(facts)
        assert len([url for url in asked if url.endswith("/trust-roots")]) == count


def test_a_decision_from_the_future_is_forged(facts, roots):
    assert Peer(facts, roots, age=-31).pulled().status is ProofStatus.FAILED


def test_without_a_trust_root_nothing_is_verified(facts, roots):
    peer = Peer(facts, roots)
    peer.roots = None
    assert peer.pulled().status is ProofStatus.NOT_VERIFIED


def test_facts_without_evidence_are_not_verified(facts, roots):
    bare = copy.deepcopy(facts)
    del bare["metadata"]["x_model_governance"]
    peer = Peer(facts, roots)
    peer.facts = bare
    assert peer.pulled().status is ProofStatus.NOT_VERIFIED
    assert peer.verifier().verify({}).status is ProofStatus.NOT_VERIFIED
