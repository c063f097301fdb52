"""The check `submission`: what the submitter signed is what the training plane attested."""

from typing import Any

from . import dsse, ed25519, shape, statements, strict_json, times
from .chain import Chain
from .errors import Bad, require
from .statements import TrainingOutput

_SKEW = 30 * times.SECOND
_REQUIRED = ("v", "id", "kind", "from", "to", "issued_at", "expires_at", "body")
_OPTIONAL = ("in_reply_to", "request_digest")


def check(output: TrainingOutput, chain: Chain) -> bytes:
    """The key that signed the submission."""
    key = _signer(output, chain)
    require(output.submitter_person == chain.person_of(output.submitted_by), "submitter_person is not the submitter's")
    message = _read_message(output.submission.payload)
    require(message["from"] == output.submitted_by, "it is from somebody else")
    require(message["to"] in chain.plane_ids("training"), "it was not for the training plane")
    _check_time(output.created_at, message["issued_at"], message["expires_at"])
    _check_body(output, message["body"])
    return key


def _signer(output: TrainingOutput, chain: Chain) -> bytes:
    envelope = output.submission
    require(envelope.payload_type == dsse.MESSAGE_TYPE, "the submission is no message")
    require(len(envelope.signatures) == 1, "a submission has one signature")
    message, signature = envelope.signed_bytes(), envelope.signatures[0].sig
    for key in chain.keys_of_id_in_role(output.submitted_by, "submitter"):
        if ed25519.verify(key, signature, message):
            return key
    raise Bad(f"no key of a submitter {output.submitted_by} signed the submission")


def _read_message(payload: bytes) -> dict[str, Any]:
    fields = shape.members(strict_json.parse(payload, statements.SUBMISSION_MAX), _REQUIRED, _OPTIONAL, "a message")
    shape.integer(fields["v"], 1, 1, "v")
    shape.hex32(fields["id"])
    require(fields["kind"] == "training.complete", "it is no training.complete")
    shape.optional(fields["in_reply_to"], shape.hex32)
    shape.optional(fields["request_digest"], shape.digest)
    return fields | {
        "from": shape.name(fields["from"]),
        "to": shape.name(fields["to"]),
        "issued_at": times.header_time(shape.text(fields["issued_at"])),
        "expires_at": times.header_time(shape.text(fields["expires_at"])),
    }


def _check_time(created_at: int, issued_at: int, expires_at: int) -> None:
    first = issued_at - _SKEW
    last = max(first, expires_at + _SKEW)
    require(first <= created_at <= last, "created_at is outside the life of the message")


def _check_body(output: TrainingOutput, body: Any) -> None:
    inner = shape.members(body, ("training_output",), (), "body")["training_output"]
    required, optional = statements.ATTESTED_REQUIRED, statements.ATTESTED_OPTIONAL
    said = statements.read_attested(shape.members(inner, required, optional, "training_output"), bare_hex=True)
    for name, value in said.items():
        require(strict_json.same(value, output.attested[name]), f"{name} was attested otherwise")
