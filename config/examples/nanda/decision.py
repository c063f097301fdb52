"""A decision of the serving plane: the SLSA verification summary that it signs (docs/formats.md)."""

from dataclasses import dataclass
from typing import Any

from bundle_verifier import dsse, shape, strict_json
from bundle_verifier.dsse import Envelope
from bundle_verifier.errors import require

GATES = ("trust", "approval", "training", "quorum", "validity", "environment", "scope", "revocation", "lease", "clock", "weights")
MAX_PAYLOAD = 256 * 1024

_STATEMENT = "https://in-toto.io/Statement/v1"
_SUMMARY = "https://slsa.dev/verification_summary/v1"
_VERIFIER = "https://projectnanda.org/model-governance/serving-plane"
_RESOURCE = "nanda-model:"
_FIELDS = (
    "verifier", "timeVerified", "resourceUri", "policy", "inputAttestations", "verificationResult", "verifiedLevels", "gates",
    "environment", "scope", "approval_digest", "requested_by", "request_digest", "valid_until",
)  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """Its bytes read; whether the serving plane signed them is asked elsewhere, before any of it is believed."""

    envelope: Envelope
    model_id: str
    weights_hash: str | None
    environment: str | None
    scope: str | None
    approval_digest: str | None
    passed: bool
    failures: str
    # Approved for whatever scope: none was asked about, and none had to be.
    is_of_any_scope: bool
    time_verified: int
    valid_until: int
    trust_root_digest: str

    @property
    def digest(self) -> str:
        return self.envelope.digest

    def is_about(self, environment: str | None, scope: str | None) -> bool:
        """None for whatever it is about. The serving plane lets a model run in any scope only where no scope need be named."""
        return environment in (None, self.environment) and (scope in (None, self.scope) or self.is_of_any_scope)

    @property
    def place(self) -> str:
        """What it is about, in words."""
        return (self.environment or "no environment") + (f" (scope {self.scope})" if self.scope else "")

    @staticmethod
    def read(item: dict[str, Any]) -> "Decision":
        """A member of `decisions`: what stands beside the signed statement must be what it says."""
        decision = Decision._read(dsse.read_envelope(item.get("attestation"), MAX_PAYLOAD))
        require(item.get("digest") == decision.digest, "a decision has another digest than its registry says")
        require(item.get("environment") == decision.environment, "a decision is about another environment than its registry says")
        require(item.get("scope") == decision.scope, "a decision is about another scope than its registry says")
        require(item.get("result") == ("PASSED" if decision.passed else "FAILED"), "a decision has another result than its registry says")
        require(shape.time(item.get("valid_until")) == decision.valid_until, "a decision ends at another time than its registry says")
        return decision

    @staticmethod
    def _read(envelope: Envelope) -> "Decision":
        value = strict_json.parse(envelope.payload, MAX_PAYLOAD)
        statement = shape.members(value, ("_type", "subject", "predicateType", "predicate"), (), "a decision")
        require(statement["_type"] == _STATEMENT and statement["predicateType"] == _SUMMARY, "no verification summary")
        fields = shape.members(statement["predicate"], _FIELDS, (), "a verification summary")
        require(fields["verifier"] == {"id": _VERIFIER}, "the verifier is not the serving plane")
        resource = shape.text(fields["resourceUri"])
        require(resource.startswith(_RESOURCE), "the resource is no model")
        model = shape.model_id(resource.removeprefix(_RESOURCE))
        gates = _read_gates(fields["gates"])
        passed = fields["verificationResult"] == "PASSED"
        scope = shape.optional(fields["scope"], shape.name)
        weights = _read_subject(statement["subject"], model)
        approval = shape.optional(fields["approval_digest"], shape.digest)
        require(not passed or (not any(gates.values()) and weights is not None and approval is not None), "a pass that its gates do not bear out")
        return Decision(
            envelope=envelope,
            model_id=model,
            weights_hash=weights,
            environment=shape.optional(fields["environment"], shape.name),
            scope=scope,
            approval_digest=approval,
            passed=passed,
            failures="; ".join(f"{gate}: {reason}" for gate, reason in gates.items() if reason),
            is_of_any_scope=scope is None and not gates["scope"],
            time_verified=shape.time(fields["timeVerified"]),
            valid_until=shape.time(fields["valid_until"]),
            trust_root_digest=_sha256(shape.obj(fields["policy"]).get("digest")),
        )


def _read_gates(value: Any) -> dict[str, str]:
    """Every gate in its order, with the reason for which it failed, or nothing."""
    listed = shape.array(value, len(GATES), len(GATES), "gates")
    gates = {}
    for name, item in zip(GATES, listed):
        fields = shape.members(item, ("gate", "passed", "reason"), (), "a gate")
        require(fields["gate"] == name, "the gates are in another order")
        require(isinstance(fields["passed"], bool), "a gate neither passed nor failed")
        gates[name] = "" if fields["passed"] else shape.any_text(fields["reason"]) or "no reason was given"
    return gates


def _read_subject(value: Any, model: str) -> str | None:
    """The digest of the weights; None where the serving plane knew of none."""
    fields = shape.members(shape.array(value, 1, 1, "subject")[0], ("name", "digest"), (), "a subject")
    require(fields["name"] == model, "the subject is another model than the resource")
    digest = shape.obj(fields["digest"])
    if set(digest) == {"nanda-model-id"}:
        return None
    return _sha256(digest)


def _sha256(value: Any) -> str:
    return "sha256:" + shape.hex64(shape.members(value, ("sha256",), (), "a digest")["sha256"])
