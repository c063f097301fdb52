"""What an approval must be exported as, byte for byte, made here from its fields and its signers' seeds alone.

`python export_vectors.py` prints Tests/Vectors/exports.json; the Swift tests and test_exports.py hold their own exports against it.
"""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from upstream_verifier import SIGNED, record_hash

STATEMENT = "application/vnd.in-toto+json"
PREDICATE = "https://projectnanda.org/model-governance/model-approval/v1"
WEIGHTS = "sha256:" + "ab" * 32
COMMON = {"weights_hash": WEIGHTS, "approved_by": "alice", "profile": "default", "required_approvers": 2}
OUTPUT = {"training_output_digest": "sha256:" + "cd" * 32, "trust_root_version": 1}
APPROVALS = [
    {"approval_id": "approval:0000000000000001", "model_id": "m1", "approved_at": "2026-01-02T03:04:05+00:00",
     "expires_at": "2026-04-02T03:04:05+00:00", "correlation_id": "run-1", "approved_environments": ["staging"],
     "approved_scopes": None},
    {"approval_id": "approval:0000000000000002", "model_id": "team/Model_2.b:v3",
     "approved_at": "2026-01-02T03:04:05.000001+00:00", "expires_at": "2026-01-02T03:04:06.500000+00:00",
     "correlation_id": None, "approved_environments": ["production", "staging"], "approved_scopes": ["eu", "us-1.a_b"]},
]
ORDER = ["approval_id", "model_id", "weights_hash", "approved_by", "approved_at", "expires_at", "profile", "correlation_id",
         "approved_environments", "approved_scopes", "required_approvers"]


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def seed(name):
    return hashlib.sha256(f"export vector {name}".encode()).digest()


def dsse(fields, names):
    subject = {"name": fields["model_id"], "digest": {"sha256": fields["weights_hash"].removeprefix("sha256:")}}
    payload = compact({"_type": "https://in-toto.io/Statement/v1", "subject": [subject], "predicateType": PREDICATE,
                       "predicate": fields}).encode()
    pae = b"DSSEv1 %d %s %d %s" % (len(STATEMENT), STATEMENT.encode(), len(payload), payload)
    signatures = []
    for name in names:
        key = Ed25519PrivateKey.from_private_bytes(seed(name))
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        signatures.append({"keyid": hashlib.sha256(public).hexdigest(), "sig": base64.b64encode(key.sign(pae)).decode()})
    return compact({"payload": base64.b64encode(payload).decode(), "payloadType": STATEMENT, "signatures": signatures})


def nanda(fields, names):
    record = {name: fields[name] for name in ORDER}
    assert set(record) == SIGNED
    ascii_hash = record_hash(record).encode("ascii")
    signatures = {name: Ed25519PrivateKey.from_private_bytes(seed(name)).sign(ascii_hash).hex() for name in names}
    exported = {}
    for name in ORDER:
        exported[name] = record[name]
        if name == "correlation_id":
            exported |= {"signature": signatures[fields["approved_by"]], "status": "active"}
    return compact(exported | {"approver_signatures": signatures})


def vectors():
    names = ["alice", "bob"]
    made = []
    for approval in APPROVALS:
        fields = COMMON | approval
        fields = {name: fields[name] for name in ORDER} | OUTPUT
        made.append({"fields": fields, "dsse": dsse(fields, names), "nanda": nanda(fields, names)})
    return {"signers": {name: seed(name).hex() for name in names}, "exports": made}


if __name__ == "__main__":
    print(json.dumps(vectors(), indent=1))
