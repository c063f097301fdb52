"""The five kinds of statements in a bundle: read strictly into typed values."""

from dataclasses import dataclass
from typing import Any, Callable

from . import dsse, notes, shape, strict_json
from .dsse import Envelope
from .errors import require
from .strict_json import Number

STATEMENT_MAX = 256 * 1024
REVOCATION_MAX = 16 * 1024
SUBMISSION_MAX = 96 * 1024
DRIFT_DETECTOR = "system:drift-detector"

_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "https://projectnanda.org/model-governance/{}/v1"

Predicate = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    name: str
    digest: str


@dataclass(frozen=True)
class TrainingOutput:
    digest: str
    model_id: str
    weights_hash: str
    weights_kind: str
    correlation_id: str
    created_at: int
    submitted_by: str
    submitter_person: str | None
    submission: Envelope
    attested: Predicate  # what the submission must say too


@dataclass(frozen=True)
class Approval:
    digest: str
    approval_id: str
    model_id: str
    weights_hash: str
    approved_by: str
    approved_at: int
    expires_at: int
    correlation_id: str | None
    environments: list[str]
    scopes: list[str] | None
    required_approvers: int
    training_output_digest: str
    trust_root_version: int


@dataclass(frozen=True)
class Promotion:
    digest: str
    model_id: str
    weights_hash: str
    evidence_entry_id: str
    approval_id: str
    approval_digest: str
    environment: str
    scope: str | None


@dataclass(frozen=True)
class Revocation:
    digest: str
    approval_id: str | None
    weights_hash: str
    revoked_by: str
    revoked_at: int


@dataclass(frozen=True)
class Lease:
    subject_digest: str
    issued_at: int
    expires_at: int
    trust_root_version: int
    revocation_count: int
    revocation_head: str


def _read_statement(envelope: Envelope, name: str, limit: int) -> tuple[Subject, Any]:
    value = strict_json.parse(envelope.payload, limit)
    fields = shape.members(value, ("_type", "subject", "predicateType", "predicate"), (), "a statement")
    require(fields["_type"] == _STATEMENT, "no in-toto statement v1")
    require(fields["predicateType"] == _PREDICATE.format(name), f"no {name}")
    return _read_subject(fields["subject"]), fields["predicate"]


def _read_subject(value: Any) -> Subject:
    fields = shape.members(shape.array(value, 1, 1, "subject")[0], ("name", "digest"), (), "a subject")
    digest = shape.members(fields["digest"], ("sha256",), (), "a subject's digest")
    return Subject(shape.text(fields["name"]), "sha256:" + shape.hex64(digest["sha256"]))


def _check_subject(subject: Subject, model_id: str, weights_hash: str) -> None:
    require(subject == Subject(model_id, weights_hash), "the subject is not that of the predicate")


def _array_or_null(value: Any) -> list[Any] | None:
    return shape.optional(value, lambda items: shape.array(items, 0, 1000, "lineage"))


def _metrics(value: Any) -> dict[str, Any]:
    metrics = shape.obj_or_null(value)
    require(len(metrics) <= 1000, "more than 1,000 metrics")
    for item in metrics.values():
        require(isinstance(item, Number), "a metric is no number")
    return metrics


def _weights_kind(value: Any) -> str:
    kind = shape.text(value)
    require(kind in ("file", "directory"), "neither a file nor a directory")
    return kind


# What a submitter says and the training plane attests: member, how it is read, whether it must be there.
_ATTESTED: dict[str, tuple[Callable[[Any], Any], bool]] = {
    "model_id": (shape.model_id, True),
    "weights_hash": (shape.digest, True),
    "weights_kind": (_weights_kind, True),
    "card": (shape.obj_or_null, False),
    "metrics": (_metrics, False),
    "metadata": (shape.obj_or_null, False),
    "provenance": (lambda value: shape.optional(value, shape.obj), False),
    "lineage": (_array_or_null, False),
    "reference": (lambda value: shape.optional(value, shape.obj), False),
    "correlation_id": (shape.correlation_id, True),
}
ATTESTED_REQUIRED = tuple(name for name, (_, must) in _ATTESTED.items() if must)
ATTESTED_OPTIONAL = tuple(name for name, (_, must) in _ATTESTED.items() if not must)


def read_attested(fields: Predicate, bare_hex: bool) -> Predicate:
    """The members from `model_id` to `correlation_id`, each in its one form (null objects are {})."""
    result = {}
    for name, (read, _) in _ATTESTED.items():
        reader = shape.digest_or_hex if bare_hex and name == "weights_hash" else read
        result[name] = reader(fields[name])
    return result


def _check_paper(paper: Predicate | None, attested: Predicate, what: str) -> None:
    if paper is None:
        return
    model, weights = paper.get("model_id"), paper.get("weights_hash")
    require(model in (None, "", attested["model_id"]), f"the {what} is of another model")
    own = attested["weights_hash"]
    require(weights in (None, "", own, own.removeprefix("sha256:")), f"the {what} is of other weights")


def training_output(envelope: Envelope) -> TrainingOutput:
    subject, predicate = _read_statement(envelope, "training-output", STATEMENT_MAX)
    own = ("created_at", "submitted_by", "submission")
    fields = shape.members(predicate, ATTESTED_REQUIRED + own, ATTESTED_OPTIONAL + ("submitter_person",), "training-output")
    attested = read_attested(fields, bare_hex=False)
    _check_subject(subject, attested["model_id"], attested["weights_hash"])
    _check_paper(attested["card"], attested, "card")
    _check_paper(attested["provenance"], attested, "provenance")
    return TrainingOutput(
        digest=envelope.digest,
        model_id=attested["model_id"],
        weights_hash=attested["weights_hash"],
        weights_kind=attested["weights_kind"],
        correlation_id=attested["correlation_id"],
        created_at=shape.time(fields["created_at"]),
        submitted_by=shape.name(fields["submitted_by"]),
        submitter_person=shape.optional(fields["submitter_person"], shape.name),
        submission=dsse.read_any_envelope(fields["submission"], SUBMISSION_MAX),
        attested=attested,
    )


def approval(envelope: Envelope) -> Approval:
    subject, predicate = _read_statement(envelope, "model-approval", STATEMENT_MAX)
    required = ("approval_id", "model_id", "weights_hash", "approved_by", "approved_at", "expires_at", "profile",
                "approved_environments", "required_approvers", "training_output_digest", "trust_root_version")
    fields = shape.members(predicate, required, ("correlation_id", "approved_scopes"), "model-approval")
    shape.name(fields["profile"])
    result = Approval(
        digest=envelope.digest,
        approval_id=shape.approval_id(fields["approval_id"]),
        model_id=shape.model_id(fields["model_id"]),
        weights_hash=shape.digest(fields["weights_hash"]),
        approved_by=shape.name(fields["approved_by"]),
        approved_at=shape.time(fields["approved_at"]),
        expires_at=shape.time(fields["expires_at"]),
        correlation_id=shape.optional(fields["correlation_id"], shape.correlation_id),
        environments=shape.names(fields["approved_environments"], 1, 64, "approved_environments"),
        scopes=shape.optional(fields["approved_scopes"], lambda value: shape.names(value, 1, 64, "approved_scopes")),
        required_approvers=shape.integer(fields["required_approvers"], 1, 15, "required_approvers"),
        training_output_digest=shape.digest(fields["training_output_digest"]),
        trust_root_version=shape.integer(fields["trust_root_version"], 1, shape.MAX_COUNT, "trust_root_version"),
    )
    require(result.expires_at > result.approved_at, "it expires before it is approved")
    _check_subject(subject, result.model_id, result.weights_hash)
    return result


def promotion(envelope: Envelope) -> Promotion:
    subject, predicate = _read_statement(envelope, "promotion-result", STATEMENT_MAX)
    required = ("model_id", "promoted", "promoted_at", "evidence_entry_id", "message", "approval_id",
                "approval_digest", "environment", "weights_hash", "deployed_by")
    fields = shape.members(predicate, required, ("scope",), "promotion-result")
    require(fields["promoted"] is True, "it was not promoted")
    shape.time(fields["promoted_at"])
    shape.text(fields["message"])
    shape.name(fields["deployed_by"])
    result = Promotion(
        digest=envelope.digest,
        model_id=shape.model_id(fields["model_id"]),
        weights_hash=shape.digest(fields["weights_hash"]),
        evidence_entry_id=shape.text(fields["evidence_entry_id"], 200),
        approval_id=shape.approval_id(fields["approval_id"]),
        approval_digest=shape.digest(fields["approval_digest"]),
        environment=shape.name(fields["environment"]),
        scope=shape.optional(fields["scope"], shape.name),
    )
    _check_subject(subject, result.model_id, result.weights_hash)
    return result


def revocation(envelope: Envelope) -> Revocation:
    subject, predicate = _read_statement(envelope, "model-revocation", REVOCATION_MAX)
    required = ("model_id", "weights_hash", "revoked_by", "reason", "revoked_at")
    fields = shape.members(predicate, required, ("approval_id", "drift_check_digest"), "model-revocation")
    by_detector = fields["revoked_by"] == DRIFT_DETECTOR
    drift_check = shape.optional(fields["drift_check_digest"], shape.digest)
    require((drift_check is not None) == by_detector, "a drift check is named by the drift detector and nobody else")
    require(shape.text(fields["reason"], 2000) != "", "a revocation without reason")
    model = shape.model_id(fields["model_id"])
    result = Revocation(
        digest=envelope.digest,
        approval_id=shape.optional(fields["approval_id"], shape.approval_id),
        weights_hash=shape.digest(fields["weights_hash"]),
        revoked_by=DRIFT_DETECTOR if by_detector else shape.name(fields["revoked_by"]),
        revoked_at=shape.time(fields["revoked_at"]),
    )
    _check_subject(subject, model, result.weights_hash)
    return result


def lease(envelope: Envelope) -> Lease:
    subject, predicate = _read_statement(envelope, "lease", STATEMENT_MAX)
    required = ("issued_at", "expires_at", "trust_root_version", "revocation_count", "revocation_head")
    fields = shape.members(predicate, required, ("ledger_checkpoint",), "lease")
    require(subject.name == "trust-root", "the subject is no trust root")
    shape.optional(fields["ledger_checkpoint"], lambda value: notes.read_checkpoint(shape.text(value, notes.MAX_NOTE_BYTES)))
    result = Lease(
        subject_digest=subject.digest,
        issued_at=shape.time(fields["issued_at"]),
        expires_at=shape.time(fields["expires_at"]),
        trust_root_version=shape.integer(fields["trust_root_version"], 1, shape.MAX_COUNT, "trust_root_version"),
        revocation_count=shape.integer(fields["revocation_count"], 0, shape.MAX_COUNT, "revocation_count"),
        revocation_head=shape.digest(fields["revocation_head"]),
    )
    require(result.expires_at > result.issued_at, "it expires before it is issued")
    return result
