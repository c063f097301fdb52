"""DSSE envelopes: their shape, the bytes that are signed, and when every signature counts."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Iterable

from . import base64_strict, ed25519, shape
from .errors import Bad, require

STATEMENT_TYPE = "application/vnd.in-toto+json"
TRUST_ROOT_TYPE = "application/vnd.nanda.trust-root+json"
MESSAGE_TYPE = "application/vnd.nanda.plane-message+json"


@dataclass(frozen=True)
class Signature:
    keyid: str
    sig: bytes


@dataclass(frozen=True)
class Envelope:
    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    @property
    def digest(self) -> str:
        return "sha256:" + hashlib.sha256(self.payload).hexdigest()

    def signed_bytes(self) -> bytes:
        return pae(self.payload_type, self.payload)


def pae(payload_type: str, payload: bytes) -> bytes:
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def key_id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def read_envelope(value: Any, max_payload: int, ordered: bool) -> Envelope:
    """An envelope of exactly these members; in the file's order where `ordered`."""
    fields = _fields(value, ("payload", "payloadType", "signatures"), ordered, "an envelope")
    payload = _payload(fields["payload"], max_payload)
    listed = shape.array(fields["signatures"], 1, 16, "signatures")
    signatures = tuple(_read_signature(item, ordered) for item in listed)
    return Envelope(payload, shape.text(fields["payloadType"]), signatures)


def _fields(value: Any, names: tuple[str, ...], ordered: bool, what: str) -> dict[str, Any]:
    return shape.in_order(value, names, what) if ordered else shape.members(value, names, (), what)


def _payload(value: Any, max_payload: int) -> bytes:
    encoded = shape.text(value)
    require(len(encoded) <= (max_payload + 2) // 3 * 4, f"a payload of more than {max_payload} bytes")
    payload = base64_strict.decode(encoded)
    require(len(payload) <= max_payload, f"a payload of more than {max_payload} bytes")
    return payload


def _read_signature(value: Any, ordered: bool) -> Signature:
    fields = _fields(value, ("keyid", "sig"), ordered, "a signature")
    return Signature(shape.text(fields["keyid"]), base64_strict.decode(shape.text(fields["sig"])))


@lru_cache(maxsize=64)
def _by_id(keys: frozenset[bytes]) -> dict[str, bytes]:
    return {key_id(key): key for key in keys}


def require_sound(envelope: Envelope, payload_type: str, keys: Iterable[bytes]) -> list[bytes]:
    """The keys that signed, in order; raises unless every signature is by another key of the set, under its keyid.

    The keyid must be the hash of the key under which the signature verifies, so it may as well find the key."""
    require(envelope.payload_type == payload_type, f"the payload type is {envelope.payload_type[:80]!r}")
    by_id = _by_id(frozenset(keys))
    message = envelope.signed_bytes()
    signers: list[bytes] = []
    for signature in envelope.signatures:
        key = by_id.get(signature.keyid)
        if key is None:
            raise Bad(f"a signature under a key that does not count here: {signature.keyid[:16]!r}")
        require(key not in signers, "a key signed twice")
        require(ed25519.verify(key, signature.sig, message), "a signature does not verify")
        signers.append(key)
    return signers
