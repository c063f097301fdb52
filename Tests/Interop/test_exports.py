"""What leaves the home is read by software that is not ours: securesystemslib, openssl, upstream's record format."""

import copy
import hashlib
import json
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

import export_vectors
from upstream_verifier import SIGNED, Rejected, verify


@pytest.fixture(scope="module")
def approval_id(home):
    """An approval that alice and bob signed."""
    return home.approved("exported")[1]


def export(home, approval_id, form):
    return json.loads(home.planectl("approvals", "export", approval_id, "--format", form, identity="alice").stdout)


def public_key(home, name):
    return load_pem_public_key((home.path / "keys" / f"{name}.pub.pem").read_bytes())


# DSSE, by securesystemslib.


def dsse_keys(home, *names):
    keys = [public_key(home, name) for name in names]
    return [SSlibKey.from_crypto(key, keyid=hashlib.sha256(key.public_bytes_raw()).hexdigest()) for key in keys]


def test_securesystemslib_counts_both_approvers(home, approval_id):
    envelope = Envelope.from_dict(export(home, approval_id, "dsse"))
    assert len(envelope.verify(dsse_keys(home, "alice", "bob"), threshold=2)) == 2


def test_securesystemslib_finds_no_third(home, approval_id):
    envelope = Envelope.from_dict(export(home, approval_id, "dsse"))
    with pytest.raises(VerificationError):
        envelope.verify(dsse_keys(home, "alice", "bob", "ci"), threshold=3)


def test_securesystemslib_refuses_a_changed_payload(home, approval_id):
    envelope = Envelope.from_dict(export(home, approval_id, "dsse"))
    envelope.payload += b" "
    with pytest.raises(VerificationError):
        envelope.verify(dsse_keys(home, "alice", "bob"), threshold=2)


# Keys, by openssl.


def openssl(*arguments):
    return subprocess.run(["openssl", "pkey", *arguments], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", ["root", "alice", "bob", "trainer", "ci"])
def test_openssl_reads_secret_keys(home, name):
    assert "ED25519 Private-Key" in openssl("-in", home.key(name), "-noout", "-text")


@pytest.mark.parametrize("name", ["alice", "bob", "trainer", "ci"])
def test_openssl_derives_the_public_key_file_from_the_secret_one(home, name):
    public = home.path / "keys" / f"{name}.pub.pem"
    assert "ED25519 Public-Key" in openssl("-pubin", "-in", public, "-noout", "-text")
    assert openssl("-in", home.key(name), "-pubout") == openssl("-pubin", "-in", public)


# The NANDA record, by the reimplemented verifier.


@pytest.fixture(scope="module")
def record(home, approval_id):
    return export(home, approval_id, "nanda")


@pytest.fixture(scope="module")
def approvers(home):
    return {name: public_key(home, name) for name in ("alice", "bob")}


def now():
    return datetime.now(timezone.utc)


def test_upstreams_verifier_accepts_the_record(record, approvers):
    verify(record, approvers, now(), environment="production")


def changed(value):
    """Another value of the same shape, or a value where there was none."""
    if isinstance(value, list):
        return [*value, "elsewhere"]
    if isinstance(value, int):
        return value - 1  # a smaller quorum is what a cheat would want
    if value is None:
        return ["any"]
    last = "1" if value[-1] != "1" else "2"
    return value.replace("202", "203", 1) if "+00:00" in value else value[:-1] + last


@pytest.mark.parametrize("field", sorted(SIGNED))
def test_upstreams_verifier_rejects_any_one_changed_field(record, approvers, field):
    cheat = copy.deepcopy(record)
    cheat[field] = changed(record[field])
    assert cheat[field] != record[field]
    with pytest.raises(Rejected):
        verify(cheat, approvers, now())


@pytest.mark.parametrize("approver", ["alice", "bob"])
def test_upstreams_verifier_rejects_a_record_without_either_signature(record, approvers, approver):
    cheat = copy.deepcopy(record)
    del cheat["approver_signatures"][approver]
    with pytest.raises(Rejected, match="quorum"):
        verify(cheat, approvers, now())


def test_a_pending_approval_is_not_exported_as_a_record(home):
    pending = home.proposed(home.trained("not-yet"))["approval_id"]
    export = home.planectl("approvals", "export", pending, "--format", "nanda", identity="alice", check=False)
    assert export.returncode == 4 and export.stdout == ""


# Fixed exports, which the Swift tests make byte for byte.


def test_fixed_exports_are_what_python_makes_of_the_same_fields():
    recorded = json.loads((Path(__file__).parent.parent / "Vectors" / "exports.json").read_text("utf-8"))
    assert recorded == export_vectors.vectors()
    keys = {name: Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key()
            for name, secret in recorded["signers"].items()}
    for export in recorded["exports"]:
        verify(json.loads(export["nanda"]), keys, datetime(2026, 1, 2, 3, 4, 6, tzinfo=timezone.utc), "staging")
