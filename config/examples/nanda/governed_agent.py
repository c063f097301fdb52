"""What an agent's facts say about the model behind it, and whether the planes' signatures bear it out (docs/nanda.md)."""

from dataclasses import dataclass
from typing import Any

from bundle_verifier import dsse, log, shape
from bundle_verifier.chain import Chain
from bundle_verifier.entries import read_entry
from bundle_verifier.errors import Bad, require
from bundle_verifier.times import write_time
from decision import Decision
from fetching import require_readable
from names import MODELS, AgentName

PROFILE = "nanda-model-governance"
METHOD = "dsse-ed25519-slsa-vsa"

_EXTENSION = "x_model_governance"
_CLOCK_SKEW = 30_000_000
_LONGEST_LIFE = 60_000_000
_MAX_DECISIONS = 64


class Denied(Exception):
    """The serving plane says no, and has signed that."""


class Stale(Exception):
    """What the serving plane said is over."""


@dataclass(frozen=True)
class GovernedAgent:
    name: AgentName
    model_id: str
    weights_hash: str
    approval_digest: str
    expires_at: int
    decisions: tuple[Decision, ...]
    log_proof: dict[str, Any] | None
    claimed_evidence: str | None
    # The decisions that count.
    asked: tuple[Decision, ...]

    @staticmethod
    def read(facts: dict[str, Any], environment: str | None = None, scope: str | None = None) -> "GovernedAgent":
        """With an environment or a scope, only what was decided about that one counts.

        Raises `LookupError` where there is nothing to check, and `Bad` for what is no such thing.
        """
        require_readable(facts)
        governance = shape.obj_or_null(shape.obj(facts).get("metadata")).get(_EXTENSION)
        if governance is None:
            raise LookupError(f"no {_EXTENSION}")
        fields = shape.obj(governance)
        listed = shape.array(fields.get("decisions"), 0, _MAX_DECISIONS, "decisions")
        if not listed:
            raise LookupError("no decision of the serving plane")
        decisions = tuple(Decision.read(shape.obj(item)) for item in listed)
        agent = GovernedAgent(
            name=AgentName.read(facts.get("id"), facts.get("handle")),
            model_id=shape.model_id(fields.get("model_id")),
            weights_hash=shape.digest(fields.get("weights_hash")),
            approval_digest=shape.digest(fields.get("approval_digest")),
            expires_at=shape.time(fields.get("expires_at")),
            decisions=decisions,
            log_proof=shape.optional(fields.get("log_proof"), shape.obj),
            claimed_evidence=shape.optional(shape.obj_or_null(facts.get("proof")).get("evidence_ref"), shape.text),
            asked=tuple(decision for decision in decisions if decision.is_about(environment, scope)),
        )
        agent._check_agreement()
        if not agent.asked:
            raise LookupError(f"no decision about {_asked(environment, scope)}; those that there are: {_places(decisions)}")
        return agent

    def is_about_what(self, other: "GovernedAgent") -> bool:
        """Whether both are about one approval of one model's weights."""
        mine, others = ((one.model_id, one.weights_hash, one.approval_digest) for one in (self, other))
        return mine == others

    @property
    def evidence(self) -> str:
        """The digest of the decision that a proof is about."""
        return self.deciding.digest

    @property
    def trust_root_digest(self) -> str:
        return self.deciding.trust_root_digest

    @property
    def deciding(self) -> Decision:
        """The one that the registry names; else the first that let the model run, else the first."""
        named = [one for one in self.asked if one.digest == self.claimed_evidence]
        return (named or [one for one in self.asked if one.passed] or self.asked)[0]

    def check(self, roots: Chain, now: int) -> None:
        """Raises `Bad` for a forgery, `Denied` for a no, `Stale` for what was once true."""
        if now >= roots.newest.expires_at:
            raise Stale(f"the trust root that the registry shows ended at {write_time(roots.newest.expires_at)}")
        keys = roots.newest.keys_of_role("serving")
        for decision in self.decisions:
            require(bool(dsse.signers(decision.envelope, dsse.STATEMENT_TYPE, keys)), "the serving plane has not signed the decision")
        self._check_log(roots)
        decision = self.deciding
        require(any(root.digest == decision.trust_root_digest for root in roots.roots), "the decision goes by an unknown trust root")
        require(decision.time_verified <= now + _CLOCK_SKEW, f"the decision is of {write_time(decision.time_verified)}, which is to come")
        # One that a thief of a former key dated far ahead would never be over.
        lives = decision.valid_until - decision.time_verified
        require(lives <= _LONGEST_LIFE, f"the decision claims to hold for {lives // 1_000_000} s, longer than any does")
        if now >= decision.valid_until:
            raise Stale(f"the serving plane's decision held until {write_time(decision.valid_until)}")
        if not decision.passed:
            raise Denied(f"the serving plane says no: {decision.failures}")

    def _check_agreement(self) -> None:
        """The decisions are about what the facts say that they are about. A governed model goes by its own name."""
        require(self.name.namespace != MODELS or self.name.agent_id == self.model_id, "the agent's DID is another model's")
        for decision in self.decisions:
            require(decision.model_id == self.model_id, "a decision is about another model")
            require(decision.weights_hash in (None, self.weights_hash), "a decision is about other weights")
            require(decision.approval_digest in (None, self.approval_digest), "a decision is by another approval")
            require(not decision.passed or decision.valid_until <= self.expires_at, "a decision outlives the approval")
        known = {decision.digest for decision in self.decisions}
        require(self.claimed_evidence is None or self.claimed_evidence in known, "the proof names a decision that is not there")

    def _check_log(self, roots: Chain) -> None:
        """That governance's log holds the approval, where the registry shows that it does."""
        if self.log_proof is None:
            return
        entry = shape.text(self.log_proof.get("entry"), 64 * 1024).encode("utf-8")
        read = read_entry(entry)
        require(read.event == "model_approved", "the entry of the log is no approval")
        require(read.attestation_digest == self.approval_digest, "the entry of the log is of another approval")
        origin = shape.text(self.log_proof.get("origin"))
        require(roots.is_origin_of(origin, "governance"), "the log is not governance's")
        proof = shape.text(self.log_proof.get("proof"), 256 * 1024)
        if not any(_is_proven(entry, proof, log.Policy(origin, key)) for key in roots.keys_ever("governance")):
            raise Bad("the proof does not put the approval into governance's log")


def _asked(environment: str | None, scope: str | None) -> str:
    named = (("the environment", environment), ("the scope", scope))
    return " and ".join(f"{what} {name}" for what, name in named if name is not None)


def _places(decisions: tuple[Decision, ...]) -> str:
    return ", ".join(sorted({decision.place for decision in decisions}))


def _is_proven(entry: bytes, proof: str, policy: log.Policy) -> bool:
    try:
        log.verify_proof(entry, proof, policy)
    except Bad:
        return False
    return True
