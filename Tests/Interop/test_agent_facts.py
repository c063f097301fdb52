"""A governed model's AgentFacts: read by sm-bridge's own models, and believed by nobody but on the planes' signatures."""

import base64
import copy
import hashlib
import http.client
import json
import os
import random
import socket
import tempfile
import threading
import urllib.error
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sm_bridge import DeltaStore, SmAgentFacts, pull_deltas
from sm_bridge.trust.base import ProofStatus

from bundle_verifier.times import paper_time
from fetching import NoAnswer, fetch_json
from names import AgentName
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
        self.known = {"registry_id": "acme", "provider": {"name": "Acme", "did": "did:web:acme.example"}}
        self.pin = "sha256:" + hashlib.sha256(base64.b64decode(roots[0]["payload"])).hexdigest()

    def fetch(self, url):
        if url.endswith("/nanda/trust-roots"):
            if self.roots is None:
                raise urllib.error.URLError("no route")
            return {"trust_roots": self.roots}
        if url.endswith("/.well-known/nanda.json"):
            return self.known
        if "/nanda/resolve?" in url and self.newer:
            return self.newer
        if "/nanda/deltas?" in url:
            delta = {"seq": 1, "action": "upsert", "recorded_at": "2026-01-02T03:04:05Z", "agent": self.facts}
            return {"deltas": [delta]}
        raise urllib.error.HTTPError(url, 404, "Not Found", None, None)

    def verifier(self, pin=None, **asked):
        return Reverifier("https://acme.example", pin or self.pin, fetch=self.fetch, now=lambda: self.time, **asked)

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


# Names: one spelling each, and the registry's own.


@pytest.mark.parametrize("handle", [
    "@my-models/default/evil:models/facts/one:v1", "@:models/facts/one:v1", "@acme\n<script>:models/facts/one:v1",
    "@acme\n:models/facts/one:v1", "@acme:models/facts/one:v1\n", "@Acme:models/facts/one:v1", "@bank:models/facts/one:v1",
    "acme:models/facts/one:v1", "@" + "a" * 65 + ":models/facts/one:v1", None, 7, ["@acme:models/facts/one:v1"],
])  # fmt: skip
def test_a_handle_of_another_registry_or_of_none_is_refused(facts, roots, handle):
    assert Peer(facts, roots).verifier().verify(facts | {"handle": handle}).status is ProofStatus.FAILED


@pytest.mark.parametrize("host", [
    "bank.example", "", "ba nk\u202e:%%%", "acme.example\n", "acme.example%3A", "acme.example%3A80", "acme.example:x", "ACME.example", "-",
    "acme.example:agents", "acme.example:..",
])  # fmt: skip
def test_a_did_of_another_host_or_of_none_is_refused(facts, roots, host):
    forged = facts | {"id": f"did:web:{host}:agents:models:facts%2Fone%3Av1"}
    assert Peer(forged, roots).verifier().verify(forged).status is ProofStatus.FAILED


def test_a_registry_that_shows_anothers_agents_verifies_none_of_them(facts, roots):
    for known in ({"registry_id": "bank"}, {"provider": {"did": "did:web:bank.example"}}, {"registry_id": "a\n"}, {"provider": None}):
        peer = Peer(facts, roots)
        peer.known = peer.known | known
        assert peer.pulled().status is ProofStatus.FAILED


def test_what_the_caller_has_pinned_outweighs_what_the_registry_says_of_itself(facts, roots):
    peer = Peer(facts, roots)
    assert peer.pulled(peer.verifier(registry="bank", provider="did:web:bank.example")).status is ProofStatus.FAILED
    peer.known = None
    assert peer.pulled(peer.verifier(registry="acme", provider="did:web:acme.example")).status is ProofStatus.VERIFIED
    assert peer.pulled(peer.verifier(registry="acme")).status is ProofStatus.FAILED
    for wrong in ({"registry": "a b"}, {"provider": "did:key:z6Mk"}, {"provider": "did:web:"}):
        with pytest.raises(ValueError):
            peer.verifier(**wrong)


def test_names_with_a_port_and_a_path_are_read():
    name = AgentName.read("did:web:acme.example%3A8443:registry:agents:models:a%2Fb", "@acme:models/a/b")
    assert (name.registry.provider_did, name.agent_id) == ("did:web:acme.example%3A8443:registry", "a/b")


# Documents that would bring the client down, and registries that keep it waiting.


def deep(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("broken", ["\ud800", deep(100), deep(100_000), float("nan"), {"\udfff": 1}, 10**400])
def test_a_document_that_cannot_be_read_is_a_forgery_and_no_exception(facts, roots, broken):
    for path in (("id",), ("handle",), ("proof", "evidence_ref"), ("metadata", "x_model_governance"),
                 *(("metadata", "x_model_governance", name) for name in ("log_proof", "model_id", "decisions", "expires_at"))):
        forged = copy.deepcopy(facts)
        place = forged
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = broken
        assert Peer(facts, roots).verifier().verify(forged).status is ProofStatus.FAILED, path
    for place in ("entry", "proof", "origin"):
        forged = copy.deepcopy(facts)
        forged["metadata"]["x_model_governance"]["log_proof"][place] = broken
        assert Peer(facts, roots).verifier().verify(forged).status is ProofStatus.FAILED, place


def places_in(value, path=()):
    """Every place of a document, as the way to it."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in members:
        yield (*path, key)
        yield from places_in(item, (*path, key))


def test_whatever_stands_at_whatever_place_the_client_comes_to_a_result(facts, roots):
    chance = random.Random(int(os.environ.get("TEST_SEED", "20260102")))
    strange = [None, True, 0, -1, 1.5, 10**400, float("inf"), "", "\0", "\n", "\ud800", "sha256:", "٣" * 64, "0001-01-01T00:00:00+00:00",
               "9999-12-31T23:59:59.999999+00:00", [], {}, [None], {"payload": "="}, deep(1000)]
    places, peer = list(places_in(facts)), Peer(facts, roots)
    for _ in range(500):
        forged = copy.deepcopy(facts)
        *way, last = chance.choice(places)
        place = forged
        for key in way:
            place = place[key]
        place[last] = chance.choice(strange)
        result = peer.verifier().verify(forged)
        assert result.status in ProofStatus and (result.status is ProofStatus.VERIFIED or result.failure_reason), (way, last)


@pytest.mark.parametrize("answer", [[], None, "text", {"trust_roots": deep(100_000)}, {"trust_roots": ["\ud800"]}, {"trust_roots": [{}]}])
def test_trust_roots_that_cannot_be_read_are_a_forgery_and_no_exception(facts, roots, answer):
    peer = Peer(facts, roots)
    check = Reverifier("https://acme.example", peer.pin, now=lambda: peer.time,
                       fetch=lambda url: answer if url.endswith("/trust-roots") else peer.fetch(url))
    assert check.verify(facts).status is ProofStatus.FAILED


@pytest.mark.parametrize("error", [http.client.BadStatusLine("x"), http.client.IncompleteRead(b""), RecursionError(), UnicodeError(), RuntimeError("x")])
@pytest.mark.parametrize("path", ["/nanda/trust-roots", "/.well-known/nanda.json", "/nanda/resolve"])
def test_a_registry_that_breaks_off_verifies_nothing(facts, roots, error, path):
    peer = Peer(facts, roots, age=61 if "resolve" in path else 10)

    def fetch(url):
        if path in url:
            raise error
        return peer.fetch(url)

    result = Reverifier("https://acme.example", peer.pin, fetch=fetch, now=lambda: peer.time).verify(facts)
    assert result.status is ProofStatus.NOT_VERIFIED and f"https://acme.example{path}" in result.failure_reason


@contextmanager
def server(*pieces):
    """Gives every client these bytes and then nothing, and the last of them again and again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def serve():
            while not over.is_set():
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    client.recv(1 << 16)
                    for piece in pieces[:-1]:
                        client.sendall(piece)
                    try:
                        while pieces[-1] and not over.wait(0.02):
                            client.sendall(pieces[-1])
                    except OSError:
                        pass

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


@pytest.mark.parametrize("pieces", [(HEAD, b"{"), (b"HTTP/1.1 200 OK\r\nX: ", b"x"), (b"", b"\n")])
def test_a_registry_that_drips_is_given_up(pieces):
    with server(*pieces) as url, pytest.raises(NoAnswer, match=url):
        fetch_json(url, total=0.3)


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{", b"nonsense\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\n\r\n[]",
    b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 200_000, b"HTTP/1.1 200 OK\r\n\r\n\xff", b"HTTP/1.1 404 Not Found\r\n\r\n{}",
])  # fmt: skip
def test_an_answer_that_is_none_is_told_with_its_address(answer):
    with server(answer, b"") as url, pytest.raises(NoAnswer, match=url):
        fetch_json(url)


# What a caller asks for, and is told.


@pytest.mark.parametrize("pin", ["", "0" * 64, "sha256:" + "0" * 63, "sha256:" + "A" * 64, "sha256:" + "0" * 64 + "\n", None])
def test_a_pin_that_is_no_digest_is_refused_at_once(pin):
    with pytest.raises(ValueError):
        Reverifier("https://acme.example", pin)


def test_another_houses_trust_root_is_named_beside_the_pinned_one(facts, roots):
    peer = Peer(facts, roots)
    other = "sha256:" + "0" * 64
    reason = peer.pulled(peer.verifier(other)).failure_reason
    assert peer.pin in reason and other in reason


def test_an_environment_without_a_decision_is_told_which_there_are(facts, roots):
    reason = Peer(facts, roots).verifier(environment="moon", scope="loans").verify(facts).failure_reason
    assert "the environment moon and the scope loans" in reason and decision(facts)["environment"] in reason


def test_a_prefix_is_where_the_registry_is_asked(facts, roots):
    peer, asked = Peer(facts, roots), []
    check = Reverifier("https://acme.example/", peer.pin, prefix="/agents/", now=lambda: peer.time,
                       fetch=lambda url: asked.append(url) or peer.fetch(url.replace("/agents/", "/nanda/")))
    assert check.verify(facts).status is ProofStatus.VERIFIED
    assert "https://acme.example/agents/trust-roots" in asked


def scoped(home, facts, scope, failing=()):
    """The facts with nothing but a decision about a scope, as the serving plane would sign it."""
    payload = json.loads(payload_of(facts))
    predicate = payload["predicate"]
    predicate["scope"] = scope
    for gate in predicate["gates"]:
        if gate["gate"] in failing:
            gate.update(passed=False, reason="no")
    if failing:
        predicate["verificationResult"] = "FAILED"
    told = with_decision(facts, signed_by(home, "serving-plane", json.dumps(payload).encode()))
    decision(told)["scope"] = scope
    del told["metadata"]["x_model_governance"]["decisions"][1:]
    return told


def test_a_decision_about_another_scope_than_one_means_to_use_it_for_verifies_nothing(home, facts, roots):
    peer = Peer(facts, roots)
    for told, asked, status in (
        (facts, "loans", ProofStatus.VERIFIED),  # any scope is approved
        (scoped(home, facts, "loans"), "loans", ProofStatus.VERIFIED),
        (scoped(home, facts, "loans"), None, ProofStatus.VERIFIED),
        (scoped(home, facts, "loans"), "cards", ProofStatus.NOT_VERIFIED),
        (scoped(home, facts, "loans", failing=["lease"]), "cards", ProofStatus.NOT_VERIFIED),
        (scoped(home, facts, None, failing=["scope"]), "loans", ProofStatus.NOT_VERIFIED),
        (scoped(home, facts, None, failing=["lease"]), "loans", ProofStatus.FAILED),
    ):
        result = peer.verifier(scope=asked).verify(told)
        assert result.status is status, (asked, result.failure_reason)
