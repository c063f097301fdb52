"""The Python client against running planes: the whole path to a deployment, and what happens to one who cheats."""

import base64
import json
import socket
from datetime import timedelta

import pytest

from home import eventually
from planes_client import MESSAGE, STATEMENT, Refused, digest, envelope, nanda_signature, strict_json, verified


def failed_gates(decision):
    assert decision["verificationResult"] in ("PASSED", "FAILED")
    return [gate["gate"] for gate in decision["gates"] if not gate["passed"]]


def refused(action):
    """The refusal of something that must not be accepted."""
    with pytest.raises(Refused) as refusal:
        action()
    return refusal.value


# The honest path.


def test_a_model_is_submitted_proposed_signed_deployed_and_authorized(home):
    trained = home.trained("path/iris")
    proposal = home.proposed(trained)
    assert (proposal["status"], proposal["approvers"], proposal["required_approvers"]) == ("pending", ["alice"], 2)
    assert refused(lambda: home.deployer().deploy(trained.model_id, "staging")).code == "denied"

    signed = home.approver("bob").sign_approval(proposal["approval_id"], trained.weights_hash)
    assert (signed["status"], sorted(signed["approvers"])) == ("active", ["alice", "bob"])

    deployer = home.deployer()
    promotion = eventually(
        lambda: deployer.deploy(trained.model_id, "staging", weights_path=str(trained.weights)), while_code="denied")
    result = strict_json(verified(promotion, STATEMENT, deployer.keys))["predicate"]
    assert result["promoted"] is True and result["weights_hash"] == trained.weights_hash

    current = home.path / "serving-plane" / "deployments" / "staging" / trained.model_id / "current"
    assert [file.read_bytes() for file in current.iterdir()] == [trained.weights.read_bytes()]
    assert failed_gates(deployer.authorize(trained.model_id, "staging", weights_hash=trained.weights_hash)) == []


def test_an_environment_not_approved_or_left_out_is_refused(home):
    trained, _ = home.deployed("staging-only")
    deployer = home.deployer()
    assert "environment" in failed_gates(deployer.authorize(trained.model_id, "elsewhere"))
    left_out = deployer.call("model.authorize", {"model_id": trained.model_id})["decision"]
    assert left_out["verificationResult"] == "FAILED" and "environment" in failed_gates(left_out)


def test_a_revoked_model_is_authorized_no_more(home):
    trained, _ = home.deployed("revoked")
    assert failed_gates(home.deployer().authorize(trained.model_id, "staging")) == []
    alice = home.plane("serving", "revoke", "alice")
    assert alice.revoke(trained.model_id, trained.weights_hash, "measured on the wrong data")["revoked"] is True
    assert "revocation" in failed_gates(home.deployer().authorize(trained.model_id, "staging"))


def test_one_rejection_closes_a_proposal(home):
    trained = home.trained("rejected")
    approval_id = home.proposed(trained)["approval_id"]
    assert home.approver("bob").reject(approval_id, "not reproducible")["status"] == "rejected"
    refused(lambda: home.approver("bob").sign_approval(approval_id, trained.weights_hash))


def test_a_client_with_a_wrong_clock_signs_once_more_with_the_planes(home):
    trainer = home.trainer()
    trainer.clock_offset = timedelta(hours=-5)
    assert trainer.call("plane.status", {})["plane"] == "training-plane"
    assert abs(trainer.clock_offset) < timedelta(minutes=1)


# Messages that cheat.


@pytest.mark.parametrize("name, role, at, kind", [
    ("ci", "training", "submit", "training.complete"), ("trainer", "governance", "approve", "approval.propose"),
    ("trainer", "serving", "deploy", "model.deploy"), ("alice", "serving", "deploy", "model.deploy")])
def test_the_wrong_role_is_forbidden(home, name, role, at, kind):
    assert refused(lambda: home.plane(role, at, name).call(kind, {})).code == "forbidden"


@pytest.mark.parametrize("name, role, at, kind", [
    ("alice", "governance", "read", "approval.propose"), ("alice", "serving", "deploy", "model.revoke"),
    ("ci", "serving", "read", "model.deploy")])
def test_the_wrong_socket_is_refused(home, name, role, at, kind):
    assert refused(lambda: home.plane(role, at, name).call(kind, {})).code in ("forbidden", "unsupported")


def test_a_stolen_name_with_another_key_is_unauthenticated(home):
    thief = home.plane("serving", "deploy", "ci", key="trainer")
    assert refused(lambda: thief.deploy("iris", "staging")).code == "unauthenticated"


def test_a_name_that_nobody_has_is_unauthenticated(home):
    assert refused(lambda: home.plane("serving", "deploy", "mallory", key="ci").call("plane.status", {})).code in (
        "unauthenticated", "forbidden")


def test_an_expired_message_is_refused_and_says_the_time(home):
    trainer = home.trainer()
    trainer.clock_offset = timedelta(minutes=-10)
    refusal = refused(lambda: trainer.exchange(trainer.message("plane.status", {})))
    assert refusal.code == "expired_message" and refusal.now.endswith("Z")


def test_a_message_that_lives_an_hour_is_refused(home):
    trainer = home.trainer()
    message = trainer.message("plane.status", {}) | {"expires_at": f"{trainer.now() + timedelta(hours=1):%FT%TZ}"}
    refused(lambda: trainer.exchange(message))


@pytest.mark.parametrize("role, at, name, kind", [
    ("training", "submit", "trainer", "plane.status"), ("serving", "deploy", "ci", "model.authorize")])
def test_a_replayed_query_is_refused(home, role, at, name, kind):
    plane = home.plane(role, at, name)
    message = plane.message(kind, {} if kind == "plane.status" else {"model_id": "iris", "environment": "staging"})
    plane.exchange(message)
    assert refused(lambda: plane.exchange(message)).code == "replayed"


def test_a_replayed_submission_is_refused_and_a_new_message_for_it_is_not(home):
    trainer = home.trainer()
    output = {"model_id": "replayed", "weights_hash": "ab" * 32, "weights_kind": "file", "correlation_id": "run-1"}
    message = trainer.message("training.complete", {"training_output": output})
    first = trainer.exchange(message)
    assert refused(lambda: trainer.exchange(message)).code == "replayed"
    assert trainer.submit(output)["digest"] == first["digest"]


def test_a_message_to_another_plane_is_refused(home):
    trainer = home.trainer()
    refused(lambda: trainer.exchange(trainer.message("plane.status", {}) | {"to": "governance-plane"}))


@pytest.mark.parametrize("where", ["message", "body"])
def test_an_unknown_field_is_refused(home, where):
    deployer = home.deployer()
    message = deployer.message("model.authorize", {"model_id": "iris", "environment": "staging"})
    (message if where == "message" else message["body"])["surprise"] = 1
    assert refused(lambda: deployer.exchange(message)).code in ("malformed", "invalid_request")


def test_a_message_with_a_key_twice_gets_no_result(home):
    trainer = home.trainer()
    twice = json.dumps(trainer.message("plane.status", {})).replace('"body": {}', '"body": {}, "body": {}').encode()
    try:
        reply = strict_json(trainer.roundtrip(json.dumps(envelope(trainer.key, MESSAGE, twice)).encode()))
    except ConnectionError:
        return  # too broken to answer
    assert strict_json(verified(reply, MESSAGE, trainer.keys))["body"]["code"] == "malformed"


@pytest.mark.parametrize("prefix", [b"\0\0\0\0", b"\xff\xff\xff\xff", (2**20 + 1).to_bytes(4, "big")])
def test_a_frame_of_no_bytes_or_too_many_closes_the_connection(home, prefix):
    with socket.socket(socket.AF_UNIX) as stream:
        stream.settimeout(20)
        stream.connect(home.trainer().socket_path)
        stream.sendall(prefix)
        assert stream.recv(1) == b""
    assert home.trainer().call("plane.status", {})["plane"] == "training-plane"


# Approvals that cheat.


@pytest.fixture(scope="module")
def candidate(home):
    """A model that nobody has approved yet, for proposals that must be refused."""
    return home.trained("candidate")


@pytest.mark.parametrize("changes", [
    {"required_approvers": 0}, {"required_approvers": -1}, {"required_approvers": 1}, {"expires_at": 4102444800},
    {"expires_at": None}, {"expires_at": "2126-01-01T00:00:00+00:00"}, {"expires_at": "2020-01-01T00:00:00+00:00"},
    {"approved_environments": []}, {"approved_environments": None}, {"approved_environments": ["moon"]},
    {"approved_environments": ["staging", "staging"]}, {"approved_scopes": []}, {"approved_by": "bob"},
    {"weights_hash": "sha256:" + "ab" * 32}, {"model_id": "another"}, {"approved_at": "2020-01-01T00:00:00+00:00"},
    {"surprise": 1}], ids=str)
def test_a_proposal_outside_the_rules_is_refused(home, candidate, changes):
    refused_codes = ("invalid_request", "policy_failed", "malformed", "conflict", "forbidden", "unauthenticated")
    assert refused(lambda: home.proposed(candidate, **changes)).code in refused_codes


def test_a_proposal_with_a_key_twice_is_refused(home, candidate):
    alice = home.approver("alice")
    home.proposed(candidate)  # governance has heard of the model, so that nothing but the doubled key is wrong below
    approval = alice.approval(candidate.attestation, ["staging", "production"], 2)
    dsse = alice.attest("model-approval", approval, approval)
    once, doubled = b'"required_approvers": 2', b'"required_approvers": 2, "required_approvers": 2'
    twice = base64.b64decode(dsse["payload"]).replace(once, doubled)
    assert twice.count(once) == 2
    body = {"training_output_digest": approval["training_output_digest"],
            "approval": envelope(alice.key, STATEMENT, twice), "nanda_signature": nanda_signature(alice.key, approval)}
    assert refused(lambda: alice.call("approval.propose", body)).code in ("malformed", "invalid_request")


def test_one_person_twice_is_not_two(home):
    trained = home.trained("one-person-twice")
    approval_id = home.proposed(trained)["approval_id"]
    alice = home.approver("alice")
    try:
        state = alice.sign_approval(approval_id, trained.weights_hash)
    except Refused:
        state = alice.call("approval.get", {"approval_id": approval_id})
    assert (state["status"], state["approvers"]) == ("pending", ["alice"])
    refused(lambda: home.deployer().deploy(trained.model_id, "staging", weights_path=str(trained.weights)))


def test_a_garbage_signature_counts_for_nobody(home):
    trained = home.trained("garbage")
    approval_id = home.proposed(trained)["approval_id"]
    bob = home.approver("bob")
    payload, approval = bob.proposal(approval_id)
    honest = {"approval_id": approval_id, "signature": envelope(bob.key, STATEMENT, payload)["signatures"][0],
              "nanda_signature": nanda_signature(bob.key, approval)}
    garbage = honest["signature"] | {"sig": base64.b64encode(bytes(64)).decode()}
    for lie in ({"signature": garbage}, {"nanda_signature": "unsigned"}, {"nanda_signature": "00" * 64}):
        refused(lambda: bob.call("approval.sign", honest | lie))
    state = bob.call("approval.get", {"approval_id": approval_id})
    assert (state["status"], state["approvers"]) == ("pending", ["alice"])


def test_a_signature_sent_in_another_approvers_name_is_refused(home):
    trained = home.trained("borrowed")
    approval_id = home.proposed(trained)["approval_id"]
    alice, bob = home.approver("alice"), home.approver("bob")
    payload, approval = bob.proposal(approval_id)
    borrowed = {"approval_id": approval_id, "signature": envelope(alice.key, STATEMENT, payload)["signatures"][0],
                "nanda_signature": nanda_signature(alice.key, approval)}
    refused(lambda: bob.call("approval.sign", borrowed))


def test_an_approval_of_other_weights_does_not_deploy_these(home):
    home.deployed("two-versions", seed=1)
    unapproved = home.trained("two-versions", seed=2)
    refusal = refused(
        lambda: home.deployer().deploy("two-versions", "staging", weights_path=str(unapproved.weights)))
    assert refusal.code == "denied" and failed_gates(refusal.decision) == ["weights"]


def test_one_flipped_bit_is_refused_by_weights_alone(home):
    trained, _ = home.deployed("flipped")
    content = bytearray(trained.weights.read_bytes())
    content[-1] ^= 1
    flipped = trained.weights.with_name("one-bit.safetensors")
    flipped.write_bytes(content)
    refusal = refused(lambda: home.deployer().deploy("flipped", "staging", weights_path=str(flipped)))
    assert refusal.code == "denied" and failed_gates(refusal.decision) == ["weights"]
    decision = home.deployer().authorize("flipped", "staging", weights_hash=digest(bytes(content)))
    assert decision["verificationResult"] == "FAILED"
