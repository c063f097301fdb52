"""The file: its members, its bounds and its one spelling."""

from dataclasses import dataclass
from typing import Any

from . import dsse, notes, shape, strict_json, trust_root
from .dsse import Envelope
from .entries import MAX_ENTRY
from .errors import require
from .statements import REVOCATION_MAX, STATEMENT_MAX

MAX_FILE = 67_108_864
_MAX_VALUES = 1 << 20
_MEMBERS = ("v", "trust_roots", "training_output", "approval", "promotion", "lease", "revocations", "evidence", "exported_at")


@dataclass(frozen=True)
class Evidence:
    origin: str
    entry: str
    proof: str


@dataclass(frozen=True)
class Bundle:
    trust_roots: list[Envelope]
    training_output: Envelope
    approval: Envelope
    promotion: Envelope | None
    lease: Envelope | None
    revocations: list[Envelope]
    evidence: list[Evidence]


def read_bundle(data: bytes) -> Bundle:
    require(len(data) <= MAX_FILE, f"more than {MAX_FILE} bytes")
    value = strict_json.parse(data, MAX_FILE, _MAX_VALUES)
    fields = shape.in_order(value, _MEMBERS, "a bundle")
    shape.integer(fields["v"], 1, 1, "v")
    shape.time(fields["exported_at"])
    bundle = Bundle(
        trust_roots=_envelopes(fields["trust_roots"], 1024, trust_root.MAX_PAYLOAD, "trust_roots"),
        training_output=_envelope(fields["training_output"], STATEMENT_MAX),
        approval=_envelope(fields["approval"], STATEMENT_MAX),
        promotion=_envelope_or_null(fields["promotion"]),
        lease=_envelope_or_null(fields["lease"]),
        revocations=_envelopes(fields["revocations"], 65_536, REVOCATION_MAX, "revocations"),
        evidence=[_evidence(item) for item in shape.array(fields["evidence"], 0, 64, "evidence")],
    )
    require(strict_json.encode(value) + b"\n" == data, "a bundle in another spelling")
    return bundle


def _envelope(value: Any, max_payload: int) -> Envelope:
    return dsse.read_envelope(value, max_payload)


def _envelope_or_null(value: Any) -> Envelope | None:
    return None if value is None else _envelope(value, STATEMENT_MAX)


def _envelopes(value: Any, most: int, max_payload: int, what: str) -> list[Envelope]:
    return [_envelope(item, max_payload) for item in shape.array(value, 0, most, what)]


def _evidence(value: Any) -> Evidence:
    fields = shape.in_order(value, ("origin", "entry", "proof"), "evidence")
    return Evidence(
        origin=shape.text(fields["origin"], 200),
        entry=shape.text(fields["entry"], MAX_ENTRY),
        proof=shape.text(fields["proof"], notes.MAX_PROOF_BYTES),
    )
