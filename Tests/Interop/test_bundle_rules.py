"""Rules of the papers that no case of the corpus touches."""

import copy
from typing import Any, Callable

import pytest

from bundle_verifier import dsse, times
from bundle_verifier.results import Report
from small_bundles import NOW, WEIGHTS, Json, Papers, add, drop, failures, hex_key, in_later, note, other, principal, replace_key, set_in


def test_good_papers() -> None:
    assert failures(Papers()) == []
    papers = Papers()
    papers.promotion = {}
    assert failures(papers) == []
    assert failures(Papers(versions=3)) == []


# The rules of trust roots

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
    "role twice": add(roles=["reader", "reader"]), "group twice": set_in("principals.4.groups", ["risk", "risk"]),
    "65 groups": set_in("principals.4.groups", ["risk"] + [f"g{number}" for number in range(64)]),
    "17 groups of an environment": lambda root: (
        set_in("principals.4.groups", [f"g{number}" for number in range(17)])(root),
        set_in("policy.environments.prod.all_of", [f"g{number}" for number in range(17)])(root),
    ),
    "group twice of an environment": set_in("policy.environments.prod.all_of", ["risk", "risk"]),
    "65 rules": set_in("policy.profiles", {"p": ["r"] * 65}), "rule of 4,097 bytes": set_in("policy.profiles", {"p": ["r" * 4097]}),
    "version beyond 2^31": set_in("version", 1 << 31), "more than 2^17 values": set_in("policy.profiles", {f"p{number}": [""] * 64 for number in range(2048)}),
    "key of small order": add(keys=["01" + "00" * 31]), "key on no curve": add(keys=["02" + "00" * 31]),
    "key of another group": add(keys=["463e8865d95d8556ac2141fefe32f14ed867ebd465a01a9db2cb5c72a4033f5e"]),
    "key in another encoding": add(keys=["ee" + "ff" * 30 + "7f"]),
    "profile": set_in("policy.profiles", {"p": [1]}), "no policy": lambda root: root.pop("policy"),
}


@pytest.mark.parametrize("change", BAD_ROOTS.values(), ids=BAD_ROOTS.keys())
def test_bad_roots(change: Any) -> None:
    papers = Papers()
    change(papers.roots[0])
    assert failures(papers) == ["trust_roots"]


BAD_CHAINS = {
    "id became another person": in_later(set_in("principals.5.person", "bea")),
    "id became another person after a gap": in_later(drop("ben"), lambda root: other(root, "ben").update(person="bea", keys=[hex_key("k")])),
    "id became nobody": in_later(set_in("principals.5", {"id": "ben", "person": None, "roles": [], "keys": [hex_key("ben")]})),
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
    papers.lease["trust_root_version"] = 2
    for signers, failed in ((["root"], True), (["r2"], True), (["root", "r2"], False), (["root", "r2", "ann"], True)):
        papers.root_signers = {2: signers}
        assert failures(papers) == (["trust_roots"] if failed else [])


def test_what_a_good_root_may_leave_empty_or_turn_around() -> None:
    papers = in_later(set_in("issued_at", "2025-06-01T00:00:00+00:00"))
    papers.lease["trust_root_version"] = 2
    add(groups=[])(papers.roots[0])
    set_in("policy.profiles", {"p": ["", "r" * 4096] + ["x"] * 62, "q": []})(papers.roots[0])
    assert failures(papers) == []


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


@pytest.mark.parametrize("number, failed", [("1" * 128, False), ("1" * 129, True), ("1e-999", False), ("1e999", True), ("-0", False)])
def test_numbers(number: str, failed: bool) -> None:
    papers = Papers()
    papers.said["metrics"] = {"a": 77}
    papers.spell_message = papers.spell_output = lambda payload: payload.replace(b'{"a":77}', b'{"a":%s}' % number.encode())
    assert failures(papers) == (["training_output"] if failed else [])


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
    ({"lineage": []}, {"lineage": None}), ({"provenance": {}}, {"provenance": None}), ({"lineage": [1] * 1001},) * 2, ({"card": {"a": None}}, {"card": {}}), ({"x": 1}, {"x": 1}),
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


SPELLINGS: dict[str, tuple[Callable[[Json], Json], bool]] = {
    "URL-safe": (lambda signed: respelled(signed, lambda text: text.translate(str.maketrans("+/", "-_"))), True),
    "without padding": (lambda signed: respelled(signed, lambda text: text.rstrip("=")), True),
    "two alphabets": (lambda signed: respelled(signed, lambda text: "+_" + text[2:]), False),
    "white space": (lambda signed: respelled(signed, lambda text: text + "\n"), False),
    "unknown members": (lambda signed: {"x": [1]} | signed | {"signatures": [signed["signatures"][0] | {"cert": "x"}]}, True),
    "no keyid": (lambda signed: signed | {"signatures": [{"sig": signed["signatures"][0]["sig"]}]}, True),
    "null keyid": (lambda signed: signed | {"signatures": [signed["signatures"][0] | {"keyid": None}]}, True),
    "wrong keyid": (lambda signed: signed | {"signatures": [signed["signatures"][0] | {"keyid": "x"}]}, True),
    "keyid of a number": (lambda signed: signed | {"signatures": [signed["signatures"][0] | {"keyid": 1}]}, False),
    "keyid of 257 bytes": (lambda signed: signed | {"signatures": [signed["signatures"][0] | {"keyid": "x" * 257}]}, False),
    "no signature": (lambda signed: signed | {"signatures": []}, False),
}


def respelled(signed: Json, spell: Callable[[str], str]) -> Json:
    one = signed["signatures"][0]
    return signed | {"payload": spell(signed["payload"]), "signatures": [one | {"sig": spell(one["sig"])}]}


@pytest.mark.parametrize("spell, good", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_spellings_of_the_submission(spell: Callable[[Json], Json], good: bool) -> None:
    papers = Papers()
    papers.spell_submission = spell
    assert failures(papers) == ([] if good else ["training_output"])


def test_a_submission_has_one_signature() -> None:
    papers = Papers()
    papers.spell_submission = lambda signed: signed | {"signatures": signed["signatures"] * 2}
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


def test_submitter_retired_under_a_version_that_is_not_here() -> None:
    papers = in_later(set_in("principals.3.retired_at", NOW))
    papers.lease["trust_root_version"] = 2
    papers.approval["trust_root_version"] = 3
    assert failures(papers) == ["gate_training"]


def test_submitter_retired_before_and_again_since() -> None:
    retire = set_in("principals.3.retired_at", NOW)
    papers = in_later(retire, None, retire)
    papers.lease["trust_root_version"] = 4
    for version, failed in ((1, []), (2, []), (3, []), (4, ["gate_training"])):
        papers.approval["trust_root_version"] = version
        assert failures(papers) == failed


def test_a_signature_of_former_governance_beside_the_present_one() -> None:
    papers = in_later(replace_key("g"))
    papers.lease["trust_root_version"] = 2
    papers.approval_signers = ["ann", "g", "g2"]
    assert failures(papers) == []
    papers.approval_signers = ["ann", "g"]
    assert failures(papers) == ["gate_approval"]


def test_approved_by_a_name_whose_key_does_not_count_there() -> None:
    papers = Papers()
    papers.approval["approved_by"] = "g"
    assert failures(papers) == []  # governance may propose by this rule; the quorum does not count it
    papers.approval_signers = ["ann", "ben"]
    assert failures(papers) == ["approval"]


@pytest.mark.parametrize("asked", ["lab", None])
def test_an_environment_that_the_policy_does_not_have(asked: str | None) -> None:
    papers = Papers()
    papers.approval["approved_environments"] = ["prod", "lab"]
    assert failures(papers, environment=asked) == ["gate_quorum", "gate_environment"]
    assert failures(papers) == []


# Leases

def test_a_lease_that_is_not_there() -> None:
    papers = Papers()
    papers.has_lease = False
    assert failures(papers) == ["gate_lease"]
    assert failures(papers, root_digest="sha256:" + "0" * 64) == ["trust_roots", "gate_lease"]
    papers.change_file = lambda file: file | {"v": 2}
    assert failures(papers) == ["format"]


GOOD_NOTE = note("a/b", 3, bytes(32), "who", [])
NOTES: dict[str, tuple[Any, bool]] = {
    "of anybody": (GOOD_NOTE, True), "with any line": (GOOD_NOTE + "\u2014 x AAAAAAAA\n", True), "URL-safe": (GOOD_NOTE.split("\n\n")[0] + "\n\n\u2014 x -_-_-_-_\n", True),
    "empty": ("", False), "no line": (GOOD_NOTE.split("\u2014")[0], False), "no checkpoint": (GOOD_NOTE.replace("\n3\n", "\n"), False),
    "size over 2^53": (note("a/b", (1 << 53) + 1, bytes(32), "who", []), False), "origin with a plus": (note("a+b", 3, bytes(32), "who", []), False),
    "line without space": (GOOD_NOTE + "\u2014x AAAAAAAA\n", False), "name with a plus": (GOOD_NOTE + "\u2014 a+b AAAAAAAA\n", False),
    "line of four bytes": (GOOD_NOTE + "\u2014 x AAAAAA==\n", False), "a number": (1, False),
}


@pytest.mark.parametrize("text, good", NOTES.values(), ids=NOTES.keys())
def test_the_checkpoint_in_a_lease(text: Any, good: bool) -> None:
    papers = Papers()
    papers.lease["ledger_checkpoint"] = text
    assert failures(papers) == ([] if good else ["lease"])


BAD_LEASES: dict[str, Json] = {
    "expires first": {"expires_at": "2026-01-02T03:59:00+00:00"}, "count below 0": {"revocation_count": -1}, "count beyond 2^31": {"revocation_count": 1 << 31},
    "count 0.0": {"revocation_count": 0.0}, "version 0": {"trust_root_version": 0}, "version not here": {"trust_root_version": 2}, "unknown member": {"x": None},
    "head": {"revocation_head": "97eee2e0d16e6829a058379cad4fcb034badd29e22d566f0493206db59a8b4aa"},
}


@pytest.mark.parametrize("change", BAD_LEASES.values(), ids=BAD_LEASES.keys())
def test_bad_leases(change: Json) -> None:
    papers = Papers()
    papers.lease |= change
    assert failures(papers) == ["lease"]


def test_minus_zero_is_zero() -> None:
    papers = Papers()
    papers.spell_lease = lambda payload: payload.replace(b'"revocation_count":0', b'"revocation_count":-0')
    assert failures(papers) == []


def test_a_lease_about_something_else() -> None:
    for old, new in ((b'"name":"trust-root"', b'"name":"root"'), (b"/lease/v1", b"/leases/v1"), (b"Statement/v1", b"Statement/v2")):
        papers = Papers()
        papers.spell_lease = lambda payload: payload.replace(old, new)
        assert failures(papers) == ["lease"]


# The file: what it is of, and what its papers are of

def with_signature(**changes: Any) -> Callable[[Json], Json]:
    def change(file: Json) -> Json:
        first, *others = file["approval"]["signatures"]
        return file | {"approval": file["approval"] | {"signatures": [first | changes, *others]}}
    return change


BAD_FILES: dict[str, tuple[Callable[[Json], Json], list[str]]] = {
    "sig of 1,025 characters": (with_signature(sig="A" * 1028), ["format"]), "sig of 63 bytes": (with_signature(sig="A" * 84), ["approval"]),
    "keyid of 257 bytes": (with_signature(keyid="a" * 257), ["format"]), "another keyid": (with_signature(keyid="a" * 64), ["approval"]),
    "keyid in capitals": (lambda file: with_signature(keyid=file["approval"]["signatures"][0]["keyid"].upper())(file), ["approval"]),
    "no keyid": (with_signature(keyid=""), ["approval"]), "null keyid": (with_signature(keyid=None), ["format"]),
    "17 signatures": (lambda file: file | {"approval": file["approval"] | {"signatures": file["approval"]["signatures"][:1] * 17}}, ["format"]),
    "exported at no time": (lambda file: file | {"exported_at": "2026-01-02T04:00:00Z"}, ["format"]),
    "exported at a fraction of zero": (lambda file: file | {"exported_at": "2026-01-02T04:00:00.000000+00:00"}, ["format"]),
    "members in another order": (lambda file: {"exported_at": file["exported_at"]} | file, ["format"]), "v 1.0": (lambda file: file | {"v": 1.0}, ["format"]),
    "65 pieces of evidence": (lambda file: file | {"evidence": file["evidence"][:1] * 65}, ["format"]), "approval null": (lambda file: file | {"approval": None}, ["format"]),
    "revocation over 16 KiB": (lambda file: file | {"revocations": [file["approval"] | {"payload": "A" * 21_852}]}, ["format"]),
}


@pytest.mark.parametrize("change, failed", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_bad_files(change: Callable[[Json], Json], failed: list[str]) -> None:
    papers = Papers()
    papers.change_file = change
    assert [name for name in failures(papers) if name != "evidence_entries"] == failed


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


# When enough had signed

def test_nothing_was_allowed_before_governance_wrote_down_that_enough_had_signed() -> None:
    """The entry is of NOW, and the approval is dated fifty minutes earlier."""
    now = times.paper_time(NOW)
    assert failures(Papers(), time=now) == []
    assert failures(Papers(), time=now - 1) == ["gate_validity"]
    assert failures(Papers(), time=now - 1, now=True) == [], "who asks about now has the signatures"


def test_without_entries_nobody_knows_when_enough_had_signed() -> None:
    papers = Papers()
    papers.change_file = lambda file: file | {"evidence": []}
    report = papers.verify()
    assert report.failed == ["evidence_entries"] and report.checks["gate_validity"].passed is None


def test_the_version_that_judges_now_is_at_least_the_one_that_is_known() -> None:
    papers = Papers(2)
    papers.roots[1]["issued_at"] = "2026-01-02T05:00:00+00:00"  # the asker's clock is behind
    papers.approval["trust_root_version"] = papers.lease["trust_root_version"] = 1
    assert "gate_trust" not in failures(papers, now=True)
    assert "gate_trust" in failures(papers, now=True, min_root_version=2)
    assert "trust_roots" not in failures(papers, now=True, min_root_version=2)
