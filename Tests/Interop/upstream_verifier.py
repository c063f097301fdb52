"""Upstream's approval record (`sm_governance` 0.2.0): its canonical form, its hash, and who signed it.

An implementation of its own, made from the published description of the format, so that an exported record meets a
reader that shares nothing with the writer.
"""

import hashlib
import json
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

UNSIGNED = {"signature", "status", "approver_signatures"}
SIGNED = {"approval_id", "model_id", "weights_hash", "approved_by", "approved_at", "expires_at", "profile",
          "correlation_id", "approved_environments", "approved_scopes", "required_approvers"}


class Rejected(Exception):
    """Why the record does not allow the promotion."""


def canonical_json(value):
    """Keys by code point, no spaces, ASCII with lowercase escapes, floats as Python writes them, nulls present."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def normal_time(text):
    """One spelling of a moment: `+00:00` for `Z`, no fraction or six digits."""
    return None if text is None else datetime.fromisoformat(text).isoformat()


def record_hash(record):
    """Lowercase hex of the SHA-256 over the canonical form of the eleven signed fields."""
    fields = {name: record[name] for name in SIGNED}
    for name in ("approved_at", "expires_at"):
        fields[name] = normal_time(fields[name])
    return hashlib.sha256(canonical_json(fields).encode("ascii")).hexdigest()


def signed_by(key: Ed25519PublicKey, record, signature):
    """Whether `signature`, in hex, is the key's over the 64 characters of the record's hash."""
    try:
        key.verify(bytes.fromhex(signature), record_hash(record).encode("ascii"))
        return True
    except (InvalidSignature, ValueError):
        return False


def verify(record, keys, now, environment=None, scope=None):
    """Raises `Rejected` unless the record allows the promotion; `keys` is {approver: Ed25519PublicKey}.

    Gates in upstream's order. Unlike upstream it counts only signatures that verify under the key of the one named.
    """
    if set(record) != SIGNED | UNSIGNED:
        raise Rejected(f"not the fourteen keys of an approval: {sorted(set(record) ^ (SIGNED | UNSIGNED))}")
    if record["status"] != "active":
        raise Rejected("not approved")
    if record["expires_at"] is not None and now > datetime.fromisoformat(record["expires_at"]):
        raise Rejected("expired")
    for wanted, allowed in ((environment, record["approved_environments"]), (scope, record["approved_scopes"])):
        if wanted is not None and allowed is not None and wanted not in allowed:
            raise Rejected(f"not valid for {wanted}")
    valid = [name for name, signature in record["approver_signatures"].items()
             if name in keys and signed_by(keys[name], record, signature)]
    if len(valid) < record["required_approvers"]:
        raise Rejected(f"quorum: {len(valid)} of {record['required_approvers']}")
    if record["approved_by"] not in keys or not signed_by(keys[record["approved_by"]], record, record["signature"]):
        raise Rejected("Invalid signature")
