"""Rules of the papers that no case of the corpus touches."""

import copy
from typing import Any

import pytest

from bundle_verifier import dsse, times
from bundle_verifier.results import Report
from small_bundles import NOW, WEIGHTS, Json, Papers, failures, hex_key, principal, root_value


def test_good_papers() -> None:
    assert failures(Papers()) == []
    papers = Papers()
    papers.promotion = {}
    assert failures(papers) == []
    assert failures(Papers(versions=3)) == []


# The rules of trust roots

def other(root: Json, name: str) -> Json:
    return next(one for one in root["principals"] if one["id"] == name)


def set_in(path: str, value: Any) -> Any:
    def change(root: Json) -> None:
        *steps, last = path.split(".")
        place: Any = root
        for step in steps:
            place = place[int(step)] if step.isdigit() else place[step]
        place[int(last) if last.isdigit() else last] = value
    return change


def add(**members: Any) -> Any:
    return lambda root: root["principals"].append({"id": "new", "roles": [], "keys": [hex_key("new")]} | members)


BAD_ROOTS: dict[str, Any] = {
    "unknown member": set_in("x", 1), "unknown role": add(roles=["king"]), "upper case key": set_in("principals.0.keys", [hex_key("t").upper()]),
    "expires before issued": set_in("expires_at", "2025-01-01T00:00:00+00:00"), "version 0": set_in("version", 0),
    "version as text": set_in("version", "1"), "version 1.0": set_in("version", 1.0), "version true": set_in("version", True),
    "threshold over keys": set_in("root.threshold", 2), "threshold 0": set_in("root.threshold", 0), "no root keys": set_in("root.keys", []),
    "17 keys": add(keys=[hex_key(str(number)) for number in range(17)]), "no keys": add(keys=[]),
    "id twice": add(id="ann"), "key twice": add(keys=[hex_key("ann")]), "root's key again": add(keys=[hex_key("root")]),
    "key twice in one": add(keys=[hex_key("new"), hex_key("new")]),
    "two governance planes": add(roles=["governance"]), "plane with a role": set_in("principals.1.roles", ["governance", "reader"]),
    "plane with a person": set_in("principals.1.person", "x"), "plane retired": set_in("principals.1.retired_at", NOW),
    "approver without person": add(roles=["approver"]), "person of two roles": add(roles=["deployer"], person="ann"),
    "retired person of two roles": add(roles=["submitter"], person="ann", retired_at=NOW),
    "two roles in one": set_in("principals.4.roles", ["approver", "deployer"]),
    "group of nobody": set_in("policy.environments.prod.all_of", ["legal"]), "group of a retired": set_in("principals.4.retired_at", NOW),
    "approvers 0": set_in("policy.environments.prod.required_approvers", 0), "approvers 16": set_in("policy.environments.prod.required_approvers", 16),
    "ttl 3651": set_in("policy.environments.prod.max_ttl_days", 3651), "lease 9 s": set_in("policy.environments.prod.lease_seconds", 9),
    "grace": set_in("policy.environments.prod.lease_grace_seconds", 604_801), "severity": set_in("policy.environments.prod.auto_revoke", {"severity": 0.29}),
    "windows": set_in("policy.environments.prod.auto_revoke", {"severity": 1, "windows": 21}), "environment's name": set_in("policy.environments.PROD", {}),
    "profile": set_in("policy.profiles", {"p": [1]}), "no policy": lambda root: root.pop("policy"),
}


@pytest.mark.parametrize("change", BAD_ROOTS.values(), ids=BAD_ROOTS.keys())
def test_bad_roots(change: Any) -> None:
    papers = Papers()
    change(papers.roots[0])
    assert failures(papers) == ["trust_roots"]


def in_later(*changes: Any) -> Papers:
    """Versions 2, 3, … with these changes; each is kept in the next unless it is None."""
    papers = Papers()
    for number, change in enumerate(changes, start=2):
        root = root_value(number)
        if change:
            change(root)
        papers.roots.append(root)
    return papers


def drop(name: str) -> Any:
    return lambda root: root["principals"].remove(other(root, name))


BAD_CHAINS = {
    "id became another person": in_later(set_in("principals.5.person", "bea")),
    "id became another person after a gap": in_later(drop("ben"), lambda root: other(root, "ben").update(person="bea", keys=[hex_key("k")])),
    "key went to another id": in_later(set_in("principals.5.id", "ben2")),
    "key went to root": in_later(lambda root: (drop("ben")(root), root["root"]["keys"].append(hex_key("ben")))),
    "key came back": in_later(drop("ben"), None),
    "root key came back": in_later(set_in("root.keys", [hex_key("root"), hex_key("r2")]), None, set_in("root.keys", [hex_key("root"), hex_key("r2")])),
    "number left out": in_later(set_in("version", 3)),
}


@pytest.mark.parametrize("papers", BAD_CHAINS.values(), ids=BAD_CHAINS.keys())
def test_bad_chains(papers: Papers) -> None:
    assert failures(papers) == ["trust_roots"]


def test_a_root_handed_to_new_keys() -> None:
    papers = in_later(set_in("root.keys", [hex_key("r2")]))
    assert failures(papers) == ["trust_roots"]


# The statements

def test_payload_type_that_was_really_signed() -> None:
    papers = Papers()
    papers.approval_type = dsse.MESSAGE_TYPE
    assert failures(papers) == ["approval"]


BAD_APPROVALS: dict[str, Json] = {
    "unknown member": {"x": None}, "expires first": {"expires_at": "2026-01-02T03:10:00+00:00"}, "no environments": {"approved_environments": []},
    "environment twice": {"approved_environments": ["prod", "prod"]}, "no scopes": {"approved_scopes": []}, "approvers 0": {"required_approvers": 0},
    "approvers 16": {"required_approvers": 16}, "version 0": {"trust_root_version": 0}, "bare hex": {"weights_hash": "ab" * 32},
    "by nobody": {"approved_by": "ben"}, "id": {"approval_id": "ä"}, "65 environments": {"approved_environments": [f"e{n}" for n in range(65)]},
    "correlation id": {"correlation_id": "a b"}, "profile": {"profile": "P"}, "time": {"approved_at": "2026-01-02T03:10:00Z"},
}


@pytest.mark.parametrize("change", BAD_APPROVALS.values(), ids=BAD_APPROVALS.keys())
def test_bad_approvals(change: Json) -> None:
    papers = Papers()
    papers.approval |= change
    assert failures(papers) == ["approval"]


@pytest.mark.parametrize("change", [{"model_id": "n"}, {"correlation_id": "d"}, {"weights_hash": "sha256:" + "cd" * 32}])
def test_approvals_that_disagree(change: Json) -> None:
    papers = Papers()
    papers.approval |= change
    assert failures(papers) == ["agreement"]


BAD_OUTPUTS: dict[str, Json] = {
    "unknown member": {"x": 1}, "kind": {"weights_kind": "tape"}, "metric": {"metrics": {"a": "1"}}, "metrics": {"metrics": {str(n): n for n in range(1001)}},
    "card of another model": {"card": {"model_id": "n"}}, "card of other weights": {"card": {"weights_hash": "cd" * 32}},
    "provenance of another model": {"provenance": {"model_id": "n"}}, "card no object": {"card": []}, "model": {"model_id": "a/../b"},
}


@pytest.mark.parametrize("change", BAD_OUTPUTS.values(), ids=BAD_OUTPUTS.keys())
def test_bad_outputs(change: Json) -> None:
    papers = Papers()
    papers.attested = change
    assert failures(papers)[0] == "training_output"


@pytest.mark.parametrize("said, attested", [
    ({"card": None}, {"card": {}}), ({"card": {"model_id": "", "weights_hash": "ab" * 32}},) * 2, ({"weights_hash": "ab" * 32}, {"weights_hash": WEIGHTS}),
    ({"card": {"a": 1, "b": 2}}, {"card": {"b": 2, "a": 1}}), ({"provenance": None}, {}),
])
def test_submissions_that_say_the_same(said: Json, attested: Json) -> None:
    papers = Papers()
    papers.said |= said
    papers.attested = {"weights_hash": WEIGHTS} | attested
    assert failures(papers) == []


@pytest.mark.parametrize("said, attested", [
    ({"metrics": {"a": 1}}, {"metrics": {"a": 1.0}}), ({"card": {"a": True}}, {"card": {"a": 1}}), ({"card": {"a": "\u00e9"}}, {"card": {"a": "e\u0301"}}),
    ({"lineage": []}, {"lineage": None}), ({"card": {"a": None}}, {"card": {}}), ({"x": 1}, {"x": 1}),
])
def test_submissions_that_say_something_else(said: Json, attested: Json) -> None:
    papers = Papers()
    papers.said |= said
    papers.attested = attested
    assert failures(papers)[0] in ("submission", "training_output")


BAD_MESSAGES: dict[str, Json] = {
    "too early": {"issued_at": "2026-01-02T03:00:30.000001Z"}, "too late": {"expires_at": "2026-01-02T02:59:29Z", "issued_at": "2026-01-02T02:58:00Z"},
    "from": {"from": "ben"}, "to": {"to": "g"}, "kind": {"kind": "training.publish"}, "v": {"v": 2}, "id": {"id": "A" * 32}, "member": {"x": 1},
    "offset": {"issued_at": "2026-01-02T03:00:00+00:00"}, "ten digits": {"issued_at": "2026-01-02T03:00:00.0000000000Z"},
}


@pytest.mark.parametrize("change", BAD_MESSAGES.values(), ids=BAD_MESSAGES.keys())
def test_bad_messages(change: Json) -> None:
    papers = Papers()
    papers.message |= change
    assert failures(papers) == ["submission"]


def test_created_at_to_the_second() -> None:
    for change in ({"issued_at": "2026-01-02T03:00:30Z"}, {"issued_at": "2026-01-02T03:00:30.000000999Z"}, {"issued_at": "2026-01-02T02:58:00Z", "expires_at": "2026-01-02T02:59:30Z"}):
        papers = Papers()
        papers.message |= change
        assert failures(papers) == []


@pytest.mark.parametrize("person", [None, "ann"])
def test_submitter_person(person: str | None) -> None:
    papers = Papers()
    papers.output["submitter_person"] = person
    assert failures(papers) == ["submission"]


# The gates where nothing is left to judge, and around them

def states(report: Report) -> dict[str, bool | None]:
    return {name: check.passed for name, check in report.checks.items() if name.startswith("gate_") and name not in ("gate_lease", "gate_weights")}


def assert_only(report: Report, gate: str) -> None:
    assert states(report) == {name: True if name == "gate_trust" else False if name == gate else None for name in states(report)}


def replace_key(name: str) -> Any:
    return lambda root: other(root, name).update(keys=[hex_key(name + "2")])


def test_approval_by_a_key_that_comes_later_leaves_nothing_to_judge() -> None:
    papers = in_later(replace_key("ann"))
    papers.approval_signers = ["ann2", "g"]
    papers.approval["trust_root_version"] = 2
    assert_only(papers.verify(time=times.paper_time("2026-01-01T00:01:30+00:00")), "gate_approval")


def test_output_by_a_training_key_that_is_gone() -> None:
    papers = in_later(replace_key("t"))
    papers.approval["trust_root_version"] = 2
    papers.lease["trust_root_version"] = 2
    assert_only(papers.verify(), "gate_training")
    papers.approval["trust_root_version"] = 1
    assert failures(papers) == []


def test_retired_submitter() -> None:
    retire = set_in("principals.3.retired_at", NOW)
    for version, failed in ((1, []), (2, ["gate_training"])):
        papers = in_later(retire)
        papers.approval["trust_root_version"] = version
        papers.lease["trust_root_version"] = 2
        assert failures(papers) == failed


def test_removed_submitter() -> None:
    papers = in_later(drop("sub"))
    papers.lease["trust_root_version"] = 2
    assert_only(papers.verify(), "gate_training")


def test_governance_with_another_key_since() -> None:
    papers = in_later(replace_key("g"))
    papers.lease["trust_root_version"] = 1
    assert failures(papers)[0] == "lease"  # its subject is the newest root here
    assert papers.verify().checks["gate_approval"].passed is False


def test_the_submitter_does_not_count_for_the_quorum() -> None:
    papers = Papers()
    papers.roots[0]["principals"].append(principal("sam2", "monitor", "sam", groups=["risk"]))
    assert failures(papers) == []
    papers.approval["required_approvers"] = 2
    assert failures(papers) == ["gate_quorum"]
    papers.approval_signers = ["ann", "ben", "g"]
    assert failures(papers) == []


def test_one_person_counts_once_and_by_the_first_of_its_principals() -> None:
    papers = Papers()
    papers.roots[0]["principals"].append(principal("ann2", "approver", "ann"))
    papers.approval_signers = ["ann2", "ann", "g"]
    assert failures(papers) == ["gate_quorum"]
    papers.approval_signers = ["ann", "ann2", "g"]
    assert failures(papers) == []
    papers.approval["required_approvers"] = 2
    assert failures(papers) == ["gate_quorum"]


# Revocations

def revocation(**changes: Any) -> Json:
    value = {"model_id": "m", "weights_hash": WEIGHTS, "revoked_by": "ben", "reason": "r", "revoked_at": "2026-01-02T03:30:00+00:00"}
    return value | changes


DETECTED = {"revoked_by": "system:drift-detector", "drift_check_digest": WEIGHTS}


@pytest.mark.parametrize("one, by, failed", [
    (revocation(), ["ben"], "gate_revocation"), (revocation(), ["ben", "g"], "gate_revocation"), (revocation(), ["g"], "revocations"),
    (revocation(**DETECTED), ["g"], "gate_revocation"), (revocation(**DETECTED), ["ben"], "revocations"),
    (revocation(revoked_by="system:drift-detector"), ["g"], "revocations"), (revocation(drift_check_digest=WEIGHTS), ["ben"], "revocations"),
    (revocation(reason=""), ["ben"], "revocations"), (revocation(reason="ä" * 1001), ["ben"], "revocations"),
    (revocation(revoked_by="g"), ["g"], "revocations"), (revocation(revoked_by="dep"), ["ben"], "revocations"),
    (revocation(model_id="n"), ["ben"], "gate_revocation"), (revocation(weights_hash="sha256:" + "cd" * 32, approval_id="a"), ["ben"], "gate_revocation"),
])
def test_revocations(one: Json, by: list[str], failed: str) -> None:
    papers = Papers()
    papers.revocations = [(one, by)]
    assert failures(papers) == [failed]


def test_many_revocations_in_order() -> None:
    papers = Papers()
    papers.revocations = [(revocation(weights_hash="sha256:" + f"{n:064x}"), ["ben"]) for n in range(20)]
    assert failures(papers) == []
    papers.lease["revocation_count"] = 19
    assert failures(papers) == ["revocations"]


def test_papers_are_not_changed_by_asking() -> None:
    papers = Papers()
    before = copy.deepcopy(papers.__dict__)
    papers.verify()
    assert papers.__dict__ == before
