"""DSSE envelopes: their shape, the bytes that are signed, and when every signature counts."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable, Iterable

from . import base64_text, ed25519, shape
from .errors import Bad, require

STATEMENT_TYPE = "application/vnd.in-toto+json"
TRUST_ROOT_TYPE = "application/vnd.nanda.trust-root+json"
MESSAGE_TYPE = "application/vnd.nanda.plane-message+json"
MAX_SIGNATURES = 16

Decode = Callable[[str], bytes]


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


def read_envelope(value: Any, max_payload: int) -> Envelope:
    """An envelope in the one spelling of bundles."""
    fields = shape.in_order(value, ("payload", "payloadType", "signatures"), "an envelope")
    listed = shape.array(fields["signatures"], 1, MAX_SIGNATURES, "signatures")
    for item in listed:
        shape.any_text(shape.in_order(item, ("keyid", "sig"), "a signature")["keyid"])
    return _envelope(fields, listed, max_payload, base64_text.decode)


def read_any_envelope(value: Any, max_payload: int) -> Envelope:
    """An envelope as DSSE allows it: other members are ignored, a keyid may be missing, base64 is of either alphabet."""
    fields = shape.obj(value)
    listed = shape.array(fields.get("signatures"), 1, MAX_SIGNATURES, "signatures")
    return _envelope(fields, [shape.obj(item) for item in listed], max_payload, base64_text.decode_any)


def _envelope(fields: dict[str, Any], listed: list[dict[str, Any]], max_payload: int, decode: Decode) -> Envelope:
    payload = _payload(fields.get("payload"), max_payload, decode)
    signatures = tuple(_signature(item, decode) for item in listed)
    return Envelope(payload, shape.any_text(fields.get("payloadType")), signatures)


def _payload(value: Any, max_payload: int, decode: Decode) -> bytes:
    payload = decode(shape.text(value, (max_payload + 2) // 3 * 4))
    require(len(payload) <= max_payload, f"a payload of more than {max_payload} bytes")
    return payload


def _signature(fields: dict[str, Any], decode: Decode) -> Signature:
    keyid = shape.optional(fields.get("keyid"), lambda value: shape.text(value, 256))
    return Signature(keyid or "", decode(shape.text(fields.get("sig"), 1024)))


@lru_cache(maxsize=64)
def _by_id(keys: frozenset[bytes]) -> dict[str, bytes]:
    return {key_id(key): key for key in keys}


def signers(envelope: Envelope, payload_type: str, keys: Iterable[bytes]) -> list[bytes]:
    """The keys of the set that signed under their keyids, each once; other signatures count for nothing."""
    require(envelope.payload_type == payload_type, f"the payload type is {envelope.payload_type[:80]!r}")
    by_id = _by_id(frozenset(keys))
    message = envelope.signed_bytes()
    found = (by_id.get(one.keyid) for one in envelope.signatures if _is_right(by_id.get(one.keyid), one, message))
    return list(dict.fromkeys(key for key in found if key is not None))


def _is_right(key: bytes | None, signature: Signature, message: bytes) -> bool:
    return key is not None and ed25519.verify(key, signature.sig, message)


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
