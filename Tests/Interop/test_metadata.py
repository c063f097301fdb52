"""Papers of models, checked by `planectl metadata` and by Python's own hashlib, hmac, json and cryptography."""

import hashlib
import hmac
import json
import os
import random
import subprocess

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from upstream_verifier import canonical_json

SEED = int(os.environ.get("TEST_SEED", "20260102"))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SECRET = b"shared \x00\xff secret"
DOMAIN = b"nanda-model-provenance-v1\n"
PROVENANCE = {"model_id": "llama-é", "model_type": "lora_adapter", "base_model": "b", "governance_tier": "regulated",
              "weights_hash": "ab" * 32, "hash_algorithm": "sha256", "risk_level": "low"}
CARD = {"card_id": "card:0000000000000001", "model_id": "", "version": 1, "model_type": "lora_adapter", "owner": "",
        "base_model": "", "architecture": "", "profile_tags": [], "allowed_profiles": ["default"], "risk_level": "low",
        "weights_hash": None, "dataset_id": None, "dataset_hash": None, "dataset_size": 0, "metrics": {},
        "status": "shadow", "created_at": "2026-01-02T03:04:05+00:00", "approved_by": None, "shadow_until": None,
        "correlation_id": None, "base_manifest_id": None}


@pytest.fixture
def planectl(tmp_path):
    """Runs `planectl metadata` in a folder of the test's own; a dict or list among the words becomes a file."""
    (tmp_path / "key.pem").write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "key.pub.pem").write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "secret").write_bytes(SECRET)
    for name in ("key.pem", "secret"):
        (tmp_path / name).chmod(0o600)

    def run(command, document, *words, status=(0,)):
        (tmp_path / "document.json").write_text(json.dumps(document), "utf-8")
        finished = subprocess.run(
            [os.path.join(os.environ["BIN"], "planectl"), "metadata", command, "document.json", "--json", *words],
            cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
        assert finished.returncode in status, finished.stderr + finished.stdout
        return json.loads(finished.stdout)
    run.folder = tmp_path
    return run


def random_text(generator):
    ranges = [(1, 0x7F), (0x80, 0x17F), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF)]
    return "".join(chr(generator.randint(*generator.choice(ranges))) for _ in range(generator.randint(0, 12)))


def random_number(generator):
    return generator.choice([
        generator.randint(-10**20, 10**20), generator.random(), generator.uniform(-1, 1) * 10 ** generator.randint(-30, 30), 1e16, 1e-7,
        -0.0, 123456789012345680.0])


def random_card(generator):
    return CARD | {
        "model_id": random_text(generator), "owner": random_text(generator), "version": generator.randint(1, 2**40),
        "profile_tags": [random_text(generator) for _ in range(generator.randint(0, 3))],
        "metrics": {random_text(generator): random_number(generator) for _ in range(generator.randint(0, 4))},
        "status": generator.choice(["shadow", "ready", "deprecated", "archived"]),
        "correlation_id": generator.choice([None, random_text(generator)])}


def test_a_card_is_printed_as_python_prints_it(planectl):
    generator = random.Random(SEED)
    for card in [CARD, *(random_card(generator) for _ in range(40))]:
        printed = planectl("check", card, "--kind", "card", status=(0, 1))["card_json"]
        assert printed == json.dumps(card, indent=2), f"TEST_SEED={SEED}"


def test_a_card_is_filled_with_its_defaults(planectl):
    given = {"card_id": CARD["card_id"], "created_at": "2026-01-02T03:04:05Z", "extra": 1}
    assert planectl("check", given, status=(1,))["card_json"] == json.dumps(CARD, indent=2)


def test_a_datasets_hash_is_that_of_its_canonical_form(planectl):
    generator = random.Random(SEED)
    rows = [{random_text(generator): random_number(generator), "x": [None, True, random_text(generator)]} for _ in range(50)]
    (planectl.folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    digest = hashlib.sha256(canonical_json(rows).encode("ascii")).hexdigest()

    def check(card):
        verdict = planectl("check", CARD | card, "--dataset", "rows.jsonl", status=(0, 1))
        return next(check["passed"] for check in verdict["checks"] if check["policy_name"] == "dataset")
    assert check({"dataset_hash": digest, "dataset_size": 50}), f"TEST_SEED={SEED}"
    assert not check({"dataset_hash": digest, "dataset_size": 49})
    assert not check({"dataset_hash": hashlib.sha256(canonical_json(rows[::-1]).encode()).hexdigest(), "dataset_size": 50})


def test_weights_are_hashed_by_the_function_that_the_papers_name(planectl):
    data = random.Random(SEED).randbytes(100_003)
    (planectl.folder / "weights").write_bytes(data)
    digests = {name: getattr(hashlib, name)(data).hexdigest() for name in ("sha256", "sha384", "sha512", "blake2b")}
    for name, digest in digests.items():
        for given, passed in ((digest, True), (digest.upper(), False), (f"{name}:{digest}", False)):
            provenance = PROVENANCE | {"hash_algorithm": name, "weights_hash": given}
            verdict = planectl("check", provenance, "--weights", "weights", status=(0, 1))
            assert verdict["passed"] == passed, (name, given)


def agent(attestation, provenance=PROVENANCE):
    return {"name": "agent", "x_model_integrity": {"provenance": provenance, "attestation": attestation}}


def canonical(provenance):
    return canonical_json({key: value for key, value in provenance.items() if value}).encode("ascii")


def attested(method, signature, provenance=PROVENANCE):
    return {"provenance_digest": hashlib.sha256(canonical(provenance)).hexdigest(), "method": method,
            "signature": signature, "signer_id": "my-org", "timestamp": "2026-01-01T00:00:00Z"}


def test_the_digest_of_a_provenance(planectl):
    given = PROVENANCE | {"provider_id": "", "unknown": "passed over"}
    digest = planectl("check", given, "--kind", "provenance")["provenance_digest"]
    assert digest == hashlib.sha256(canonical(PROVENANCE)).hexdigest()


def test_an_hmac_made_here_is_taken_there_and_back(planectl):
    made = planectl("attest", PROVENANCE, "--secret", "secret", "--signer-id", "my-org")
    code = hmac.new(SECRET, canonical(PROVENANCE), hashlib.sha256).hexdigest()
    assert made == attested("hmac-sha256", code) | {"timestamp": made["timestamp"]}
    assert planectl("check", agent(attested("hmac-sha256", code)), "--secret", "secret")["passed"]
    wrong = hmac.new(b"another", canonical(PROVENANCE), hashlib.sha256).hexdigest()
    assert not planectl("check", agent(attested("hmac-sha256", wrong)), "--secret", "secret", status=(1,))["passed"]


def test_an_ed25519_attestation_made_here_is_taken_there_and_back(planectl):
    made = planectl("attest", PROVENANCE, "--key", "key.pem")
    digest = hashlib.sha256(canonical(PROVENANCE)).hexdigest()
    assert (made["provenance_digest"], made["method"], made["signer_id"]) == (digest, "ed25519", "self")
    KEY.public_key().verify(bytes.fromhex(made["signature"]), DOMAIN + digest.encode("ascii"))
    ours = attested("ed25519", KEY.sign(DOMAIN + digest.encode("ascii")).hex())
    assert planectl("check", agent(ours), "--key", "key.pub.pem")["passed"]
    for message in (digest.encode("ascii"), canonical(PROVENANCE), bytes.fromhex(digest)):
        with pytest.raises(InvalidSignature):
            KEY.public_key().verify(bytes.fromhex(made["signature"]), message)
        bare = attested("ed25519", KEY.sign(message).hex())
        assert not planectl("check", agent(bare), "--key", "key.pub.pem", status=(1,))["passed"]


@pytest.mark.parametrize("change", [
    {"model_id": "other"}, {"weights_hash": "cd" * 32}, {"risk_level": "medium"}, {"created_at": "now"}])
def test_an_attestation_of_another_provenance_is_not_taken(planectl, change):
    made = planectl("attest", PROVENANCE, "--key", "key.pem")
    assert not planectl("check", agent(made, PROVENANCE | change), "--key", "key.pub.pem", status=(1,))["passed"]
