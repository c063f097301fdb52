"""The gates: whether right papers say yes, judged by the root in force at the time asked about."""

from dataclasses import dataclass
from typing import Callable, Iterable

from . import submission, times
from .chain import Chain
from .errors import Bad, require
from .results import Question, Report
from .statements import Approval, Lease, Revocation, TrainingOutput
from .trust_root import Principal, TrustRoot

_SKEW = 30 * times.SECOND
_TO_REVOCATION = (
    "gate_approval", "gate_training", "gate_quorum", "gate_validity", "gate_environment", "gate_scope", "gate_revocation",
)


@dataclass(frozen=True)
class Case:
    """Papers that agree, and who signed them."""

    question: Question
    chain: Chain
    output: TrainingOutput
    output_signers: list[bytes]
    submission_key: bytes
    approval: Approval
    approval_signers: list[bytes]
    revocations: list[Revocation] | None  # None: that check did not pass
    completed_at: int | None  # None: the entries of the evidence could not be read


def judge(case: Case, report: Report) -> None:
    """Records the gates from `gate_trust` to `gate_revocation`."""
    root = case.chain.in_force(case.question.time)
    if root is None:
        report.record("gate_trust", False, "no root was in force then")
        _leave_out(report, _TO_REVOCATION, "no root was in force then")
        return
    if case.question.now and root.version < case.question.min_root_version:
        _leave_out(report, _TO_REVOCATION, "a later root judges now")
        report.record("gate_trust", False, f"version {root.version} is in force by this clock, and there is a later one")
        return
    for gate, look in (("gate_approval", _signers_unknown), ("gate_training", _training_unknown)):
        reason = look(case, root)
        if reason is not None:
            _record(report, "gate_trust", lambda: _check_expiry(case, root))
            _leave_out(report, _TO_REVOCATION, f"{gate} leaves nothing to judge")
            report.record(gate, False, reason)
            return
    _judge_each(case, root, report)


def _leave_out(report: Report, names: Iterable[str], reason: str) -> None:
    for name in names:
        report.record(name, None, reason)


def _record(report: Report, name: str, look: Callable[[], None]) -> None:
    try:
        look()
    except Bad as error:
        report.record(name, False, str(error))
    else:
        report.record(name, True, "")


def _signers_unknown(case: Case, root: TrustRoot) -> str | None:
    known = case.chain.up_to(root)
    counted = set(case.approval_signers) & (known.keys_ever("approver") | root.keys_of_role("governance"))
    if not counted:
        return "no signature under a key that counted up to this root"
    if not counted & known.keys_of_id(case.approval.approved_by):
        return f"{case.approval.approved_by} had none of the keys of the signatures"
    return None


def _training_unknown(case: Case, root: TrustRoot) -> str | None:
    known = case.chain.up_to(root)
    version = case.approval.trust_root_version
    approved_under = known.version(version)
    keys = root.keys_of_role("training")
    if approved_under is not None:
        keys |= known.keys_ever("training") & approved_under.keys_of_principals()
    if not set(case.output_signers) & keys:
        return "the training plane that signed the output is not that of the root"
    submitter = root.principal(case.output.submitted_by)
    if submitter is None or case.submission_key not in submitter.keys or "submitter" not in submitter.roles:
        return f"{case.output.submitted_by} is no submitter with this key"
    if submitter.retired and known.retired_since(submitter.id) <= version:
        return f"{submitter.id} was retired before the approval"
    try:
        submission.check(case.output, known)
    except Bad as error:
        return f"under this root: {error}"
    return None


def _judge_each(case: Case, root: TrustRoot, report: Report) -> None:
    _record(report, "gate_trust", lambda: _check_trust(case, root))
    _record(report, "gate_approval", lambda: _check_governance(case, root))
    report.record("gate_training", True, "")
    _record(report, "gate_quorum", lambda: _for_each_environment(case, root, _check_quorum))
    if case.completed_at is None:
        report.record("gate_validity", None, "evidence_entries did not pass")
    else:
        _record(report, "gate_validity", lambda: _for_each_environment(case, root, _check_validity))
    _record(report, "gate_environment", lambda: _for_each_environment(case, root, _check_environment))
    _record(report, "gate_scope", lambda: _check_scope(case))
    revocations = case.revocations
    if revocations is None:
        report.record("gate_revocation", None, "revocations did not pass")
    else:
        _record(report, "gate_revocation", lambda: _check_revocations(case, revocations))


def _check_expiry(case: Case, root: TrustRoot) -> None:
    require(case.question.time < root.expires_at, f"version {root.version} of the trust root has expired")


def _check_trust(case: Case, root: TrustRoot) -> None:
    version = case.approval.trust_root_version
    require(version <= root.version, f"approved under version {version}, in force is {root.version}")
    _check_expiry(case, root)


def _check_governance(case: Case, root: TrustRoot) -> None:
    signed = set(case.approval_signers) & root.keys_of_role("governance")
    require(bool(signed), "governance has not signed the approval")


def _for_each_environment(case: Case, root: TrustRoot, look: Callable[[Case, TrustRoot, str], None]) -> None:
    asked = case.question.environment
    for environment in case.approval.environments if asked is None else [asked]:
        look(case, root, environment)


def _counting_principals(case: Case, root: TrustRoot) -> list[Principal]:
    """Of each person but the submitter the first principal that signed, in the order of the signatures."""
    counting: dict[str, Principal] = {}
    for key in case.approval_signers:
        holder = root.holder(key)
        if holder is None or holder.person is None or not holder.is_active("approver"):
            continue
        if holder.person != case.output.submitter_person:
            counting.setdefault(holder.person, holder)
    return list(counting.values())


def _check_quorum(case: Case, root: TrustRoot, environment: str) -> None:
    policy = root.environments.get(environment)
    if policy is None:
        raise Bad(f"the policy has no environment {environment}")
    counting = _counting_principals(case, root)
    needed = max(policy.required_approvers, case.approval.required_approvers)
    require(len(counting) >= needed, f"{len(counting)} of {needed} persons for {environment}")
    for group in policy.all_of:
        require(any(group in one.groups for one in counting), f"nobody of {group} for {environment}")


def _check_validity(case: Case, root: TrustRoot, environment: str) -> None:
    approval, time = case.approval, case.question.time
    require(approval.approved_at <= time, "it was not approved yet")
    require(time < approval.expires_at, "the approval has expired")
    signed = case.question.now or case.completed_at is None or case.completed_at <= time
    require(signed, "enough had signed only later, by governance's entry model_approved")
    policy = root.environments.get(environment)
    if policy is not None:  # an unknown environment has no maximum; gate_environment says no
        longest = policy.max_ttl_days * times.DAY
        require(approval.expires_at <= approval.approved_at + longest, f"approved for longer than {environment} allows")


def _check_environment(case: Case, root: TrustRoot, environment: str) -> None:
    require(environment in root.environments, f"the policy has no environment {environment}")
    require(environment in case.approval.environments, f"not approved for {environment}")


def _check_scope(case: Case) -> None:
    scopes, asked = case.approval.scopes, case.question.scope
    if scopes is None:
        return
    require(asked is not None, "approved for some scopes, and none was asked about")
    require(asked in scopes, f"not approved for the scope {asked}")


def _check_revocations(case: Case, revocations: list[Revocation]) -> None:
    approval = case.approval
    for one in revocations:
        if not case.question.now and one.revoked_at > case.question.time:
            continue
        require(one.approval_id != approval.approval_id, f"{one.revoked_by} revoked this approval")
        covers = one.weights_hash == approval.weights_hash and one.revoked_at >= approval.approved_at
        require(not covers, f"{one.revoked_by} revoked these weights")


def check_lease(lease: Lease, question: Question, chain: Chain) -> None:
    if question.now:
        require(lease.issued_at <= question.time + _SKEW, "the lease is ahead of the clock")
    root = chain.in_force(max(question.time, lease.issued_at))
    require(root is not None and lease.trust_root_version == root.version, "the lease is of another root than the one in force")
    if question.max_age_seconds is None:
        require(question.time < _lease_end(lease, question.environment, root), "the lease has expired")
    else:
        end = lease.issued_at + question.max_age_seconds * times.SECOND
        require(question.time < end, "the lease is too old")


def _lease_end(lease: Lease, environment: str | None, root: TrustRoot) -> int:
    """A lease lives no longer than the policy lets it, whatever it says of itself."""
    asked = root.environments.get(environment) if environment is not None else None
    own = asked.lease_seconds if asked is not None else None
    granted = [own] if own is not None else [e.lease_seconds for e in root.environments.values() if e.lease_seconds is not None]
    return min([lease.expires_at] + [lease.issued_at + seconds * times.SECOND for seconds in granted])


def check_weights(question: Question, output: TrainingOutput) -> None:
    require(question.weights_kind == output.weights_kind, f"it is no {output.weights_kind}")
    require(question.weights_hash == output.weights_hash, "these are other weights")
