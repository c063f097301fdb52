"""All checks of a bundle, in order."""

from typing import Callable, TypeVar

from . import chain as chains
from . import dsse, evidence, gates, revocations, statements, submission
from .bundle_file import Bundle, read_bundle
from .chain import Chain
from .errors import Bad, require
from .evidence import Located
from .results import CHECKS, Question, Report
from .statements import Approval, Lease, Promotion, TrainingOutput

T = TypeVar("T")


def verify(data: bytes, question: Question) -> Report:
    """The whole answer about the bytes of a file; never raises for what stands in them."""
    run = _Run(question)
    run.all_checks(data)
    return run.report


class _Run:
    """One verification: each check records itself and leaves what later ones need."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.report = Report(question)

    def all_checks(self, data: bytes) -> None:
        for name in CHECKS:
            self.report.record(name, None, "a check that it needs did not pass")
        bundle = self.check("format", (), lambda: read_bundle(data))
        if bundle is None:
            return
        if bundle.lease is None:
            self.report.record("gate_lease", False, "there is no lease")
        self.check_papers(bundle)

    def check(self, name: str, needs: tuple[str, ...], look: Callable[[], T]) -> T | None:
        """Runs a check if what it needs has passed; None where it did not pass."""
        if not self.report.passed(*needs):
            return None
        try:
            result = look()
        except Bad as error:
            self.report.record(name, False, str(error))
            return None
        self.report.record(name, True, "")
        return result

    def check_papers(self, bundle: Bundle) -> None:
        chain = self.check("trust_roots", (), lambda: check_roots(bundle, self.question))
        if chain is None:
            return
        output = self.check("training_output", (), lambda: check_output(bundle, chain))
        submitted = None
        if output is not None:
            submitted = self.check("submission", (), lambda: submission.check(output[0], chain))
        approval = self.check("approval", (), lambda: check_approval(bundle, chain))
        if approval is not None:
            self.name_approval(approval[0])
        if output is not None and approval is not None:
            self.check("agreement", ("submission",), lambda: check_agreement(output[0], approval[0]))
        located = self.check_evidence(bundle, chain)
        lease, revoked = self.check_lease_and_revocations(bundle, chain)
        self.check_promotion(bundle, chain, approval[0] if approval else None, located)
        if output and approval and submitted and self.report.passed("agreement"):
            completed = None if located is None else evidence.completed_at(located)
            gates.judge(gates.Case(self.question, chain, *output, submitted, *approval, revoked, completed), self.report)
            self.check_weights(output[0])
        self.check_lease_gate(lease, chain)

    def name_approval(self, approval: Approval) -> None:
        self.report.approval_id = approval.approval_id
        self.report.model_id = approval.model_id
        self.report.weights_hash = approval.weights_hash

    def check_evidence(self, bundle: Bundle, chain: Chain) -> list[Located] | None:
        located = self.check("evidence_entries", (), lambda: evidence.check_entries(bundle, chain))
        if located is None:
            return None
        proofs = self.check("evidence_checkpoints", (), lambda: evidence.check_checkpoints(located, chain))
        if proofs is not None:
            self.check("evidence_inclusion", (), lambda: evidence.check_inclusion(located, proofs))
            self.check("evidence_witnesses", (), lambda: evidence.check_witnesses(located, proofs, chain))
        return located

    def check_lease_and_revocations(
        self, bundle: Bundle, chain: Chain
    ) -> tuple[Lease | None, list[statements.Revocation] | None]:
        lease = None
        if bundle.lease is None:
            self.report.record("lease", None, "there is no lease")
        else:
            lease = self.check("lease", (), lambda: check_lease(bundle, chain))
        needs = () if bundle.lease is None else ("lease",)
        return lease, self.check("revocations", needs, lambda: revocations.check(bundle.revocations, lease, chain))

    def check_promotion(self, bundle: Bundle, chain: Chain, approval: Approval | None, located: list[Located] | None) -> None:
        if bundle.promotion is None:
            self.report.record("promotion", None, "there is no promotion")
        elif approval is not None and located is not None:
            self.check("promotion", (), lambda: check_promotion(bundle, chain, approval, located))

    def check_lease_gate(self, lease: Lease | None, chain: Chain) -> None:
        if lease is not None:
            self.check("gate_lease", (), lambda: gates.check_lease(lease, self.question, chain))

    def check_weights(self, output: TrainingOutput) -> None:
        if self.question.weights_hash is None:
            self.report.record("gate_weights", None, "no weights were given")
        else:
            self.check("gate_weights", (), lambda: gates.check_weights(self.question, output))


def check_roots(bundle: Bundle, question: Question) -> Chain:
    chain = chains.verify(bundle.trust_roots, question.root_digest)
    newest = chain.newest.version
    require(newest >= question.min_root_version, f"version {newest} is the newest here, not {question.min_root_version}")
    return chain


def check_output(bundle: Bundle, chain: Chain) -> tuple[TrainingOutput, list[bytes]]:
    signers = dsse.require_sound(bundle.training_output, dsse.STATEMENT_TYPE, chain.keys_ever("training"))
    return statements.training_output(bundle.training_output), signers


def check_approval(bundle: Bundle, chain: Chain) -> tuple[Approval, list[bytes]]:
    signers = dsse.require_sound(bundle.approval, dsse.STATEMENT_TYPE, chain.keys_ever("approver", "governance"))
    approval = statements.approval(bundle.approval)
    require(bool(set(signers) & chain.keys_of_id(approval.approved_by)), f"{approval.approved_by} has not signed it")
    return approval, signers


def check_agreement(output: TrainingOutput, approval: Approval) -> None:
    require(approval.training_output_digest == output.digest, "the approval is of another training output")
    require(approval.model_id == output.model_id, "the approval is of another model")
    require(approval.weights_hash == output.weights_hash, "the approval is of other weights")
    require(approval.correlation_id in (None, output.correlation_id), "the approval is of another correlation id")


def check_lease(bundle: Bundle, chain: Chain) -> Lease:
    if bundle.lease is None:
        raise Bad("there is no lease")
    lease = statements.lease(bundle.lease)
    root = chain.version(lease.trust_root_version)
    if root is None:
        raise Bad(f"version {lease.trust_root_version} of the trust root is not here")
    dsse.require_sound(bundle.lease, dsse.STATEMENT_TYPE, root.keys_of_role("governance"))
    require(lease.subject_digest == root.digest, "the lease is of another root")
    return lease


def check_promotion(bundle: Bundle, chain: Chain, approval: Approval, located: list[Located]) -> Promotion:
    if bundle.promotion is None:
        raise Bad("there is no promotion")
    dsse.require_sound(bundle.promotion, dsse.STATEMENT_TYPE, chain.keys_ever("serving"))
    promotion = statements.promotion(bundle.promotion)
    require(promotion.approval_digest == approval.digest, "it was promoted by another approval")
    require(promotion.approval_id == approval.approval_id, "the approval has another id")
    require(promotion.model_id == approval.model_id, "another model was promoted")
    require(promotion.weights_hash == approval.weights_hash, "other weights were promoted")
    require(promotion.environment in approval.environments, "promoted to where it is not approved")
    require(approval.scopes is None or promotion.scope in approval.scopes, "promoted in a scope that is not approved")
    intents = {f"{one.origin}#{one.entry.index}" for one in located if one.entry.event == "deployment_intended"}
    require(promotion.evidence_entry_id in intents, "the intent that it names is not in the evidence")
    return promotion
