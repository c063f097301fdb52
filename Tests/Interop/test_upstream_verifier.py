"""The reimplemented verifier agrees with the answers recorded from the public packages."""

import hashlib
import hmac
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from upstream_verifier import Rejected, canonical_json, record_hash, signed_by, verify

VECTORS = json.loads((Path(__file__).parent.parent / "Vectors" / "upstream.json").read_text("utf-8"))
KEY = Ed25519PublicKey.from_public_bytes(bytes.fromhex(VECTORS["ed25519_pub_hex"]))
SECRET = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["ed25519_seed_hex"]))
SOON_AFTER = datetime(2026, 1, 2, 4, tzinfo=timezone.utc)


@pytest.mark.parametrize("known", VECTORS["approvals"])
def test_recorded_approvals_have_the_same_hash_and_signature(known):
    record = known["approval"]
    unsigned = ("signature", "status", "approver_signatures")
    assert canonical_json({k: v for k, v in record.items() if k not in unsigned}) == known["canonical"]
    assert record_hash(record) == known["sha256_hex_signed_as_ascii"]
    assert signed_by(KEY, record, known["signature_hex"])
    assert SECRET.sign(record_hash(record).encode("ascii")).hex() == known["signature_hex"]


@pytest.mark.parametrize("known", VECTORS["dataset_hash"])
def test_recorded_datasets_have_the_same_hash(known):
    canonical = canonical_json(known["input"])
    assert canonical == known["canonical"]
    assert hashlib.sha256(canonical.encode("ascii")).hexdigest() == known["sha256"]


def test_recorded_attestation_has_the_same_digest_and_signature():
    known = VECTORS["attestation"]
    canonical = canonical_json(known["provenance"]).encode("ascii")
    assert canonical.decode("ascii") == known["canonical"]
    assert hashlib.sha256(canonical).hexdigest() == known["attestation"]["provenance_digest"]
    signature = hmac.new(known["secret_utf8"].encode(), canonical, hashlib.sha256).hexdigest()
    assert signature == known["attestation"]["signature"]


@pytest.mark.parametrize("value, canonical", [
    ("\x7f", r'"\u007f"'), ("é/\b\f\n\r\t", r'"\u00e9/\b\f\n\r\t"'), ("😀", r'"\ud83d\ude00"'), (1.0, "1.0"),
    (1e16, "1e+16"), (1e-7, "1e-07"), ({"b": None, "B": 1, "é": 2, "a": []}, r'{"B":1,"a":[],"b":null,"\u00e9":2}'),
])
def test_canonical_form_of_what_other_encoders_write_differently(value, canonical):
    assert canonical_json(value) == canonical


def test_z_and_offset_are_the_same_moment():
    record = VECTORS["approvals"][0]["approval"]
    assert record_hash(record | {"approved_at": "2026-01-02T03:04:05Z"}) == record_hash(record)


def test_one_signature_of_one_required_is_accepted():
    verify(VECTORS["approvals"][0]["approval"], {"alice": KEY}, SOON_AFTER, "staging", "any")


def test_one_signature_of_two_required_is_rejected():
    with pytest.raises(Rejected, match="quorum"):
        verify(VECTORS["approvals"][1]["approval"], {"alice": KEY}, SOON_AFTER)


@pytest.mark.parametrize("change", [
    {"status": "revoked"}, {"expires_at": "2026-01-02T03:30:00+00:00"}, {"approved_environments": ["production"]},
    {"approved_scopes": []}, {"signature": "00" * 64}, {"approver_signatures": {"alice": "unsigned"}}, {"extra": 1},
])
def test_a_changed_record_is_rejected(change):
    with pytest.raises(Rejected):
        verify(VECTORS["approvals"][0]["approval"] | change, {"alice": KEY}, SOON_AFTER, "staging", "any")
