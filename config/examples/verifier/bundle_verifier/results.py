"""What was asked, and what came out."""

from dataclasses import dataclass, field

FORMAT = "format"
GATES = (
    "gate_trust", "gate_approval", "gate_training", "gate_quorum", "gate_validity", "gate_environment",
    "gate_scope", "gate_revocation", "gate_lease", "gate_weights",
)
CHECKS = (
    FORMAT, "trust_roots", "training_output", "submission", "approval", "agreement",
    "evidence_entries", "evidence_checkpoints", "evidence_inclusion", "evidence_witnesses",
    "lease", "revocations", "promotion",
) + GATES


@dataclass(frozen=True)
class Question:
    root_digest: str
    time: int
    now: bool
    environment: str | None = None
    scope: str | None = None
    max_age_seconds: int | None = None
    weights_hash: str | None = None
    weights_kind: str | None = None
    min_root_version: int = 1


@dataclass(frozen=True)
class Check:
    name: str
    passed: bool | None
    reason: str


@dataclass
class Report:
    question: Question
    checks: dict[str, Check] = field(default_factory=dict)
    approval_id: str | None = None
    model_id: str | None = None
    weights_hash: str | None = None

    def passed(self, *names: str) -> bool:
        return all(self.checks[name].passed is True for name in names)

    def record(self, name: str, passed: bool | None, reason: str) -> None:
        self.checks[name] = Check(name, passed, reason)

    def in_order(self) -> list[Check]:
        return [self.checks[name] for name in CHECKS]

    @property
    def failed(self) -> list[str]:
        return [check.name for check in self.in_order() if check.passed is False]

    @property
    def exit_code(self) -> int:
        failed = self.failed
        if FORMAT in failed:
            return 4
        if any(name not in GATES for name in failed):
            return 5
        return 1 if failed else 0

    @property
    def outcome(self) -> str:
        return {4: "not_a_bundle", 5: "papers_failed", 1: "denied", 0: "allowed"}[self.exit_code]
