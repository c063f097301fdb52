"""Evidence of bundles: entries, notes, proofs, whose keys count, and promotions, beyond what the corpus touches."""

from typing import Any, Callable

import pytest

from small_bundles import NOW, Json, Log, Papers, add, failures, hex_key, in_later, other, replace_key

Change = Callable[[Json], Json]
HASH = "A" * 43 + "=\n"


def deployed() -> Papers:
    """With a log of two entries, so that its proofs have a hash."""
    papers = Papers()
    papers.promotion = {}
    return papers


def proof(change: Callable[[str], str]) -> Change:
    return lambda item: item | {"proof": change(item["proof"])}


def entry(old: str, new: str) -> Change:
    return lambda item: item | {"entry": item["entry"].replace(old, new)}


BAD_PROOFS: dict[str, Callable[[str], str]] = {
    "extra line": lambda text: text.replace("index ", "extra AAAA\nindex ", 1),
    "leading zero": lambda text: text.replace("index ", "index 0", 1),
    "index beyond 2^63": lambda text: text.replace("index 0", f"index {1 << 63}", 1),
    "URL-safe base64": lambda text: text.translate(str.maketrans("+/", "-_")),
    "no padding": lambda text: text.replace("=\n", "\n"),
    "another head": lambda text: text.replace("@v1", "@v2", 1),
    "sixty-four hashes": lambda text: text.replace("index 0\n", "index 0\n" + HASH * 63, 1),
    "no empty line": lambda text: text.replace("\n\n", "\n", 1),
    "extension line": lambda text: text.replace("=\n\n\u2014", "=\nmore\n\n\u2014", 1),
    "control character": lambda text: text.replace("\u2014 ", "\u2014\t", 1),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "size with a leading zero": lambda text: text.replace("\n2\n", "\n02\n"),
    "seventeen lines": lambda text: text + text.splitlines(keepends=True)[-1] * 15,
    "note over 16 KiB": lambda text: text + f"\u2014 {'a' * 17_000} AAAAAAAA\n",
    "no line end": lambda text: text[:-1],
    "empty": lambda text: "",
}


@pytest.mark.parametrize("change", BAD_PROOFS.values(), ids=BAD_PROOFS.keys())
def test_bad_proofs(change: Callable[[str], str]) -> None:
    papers = deployed()
    papers.logs["serving"].change_item = proof(change)
    assert failures(papers) == ["evidence_checkpoints"]


def test_a_hash_of_the_path_too_many() -> None:
    papers = deployed()
    papers.logs["serving"].change_item = proof(lambda text: text.replace("=\n\n", "=\n" + HASH + "\n", 1))
    assert failures(papers) == ["evidence_inclusion"]


def test_a_right_path_of_another_index_than_the_entry_says() -> None:
    """Entry 1 is shown as it stands in the log, but under the words of an entry 0."""
    papers = deployed()
    papers.logs["serving"].change_item = entry('"index":1', '"index":3')
    assert failures(papers) == ["evidence_inclusion"]


BAD_ENTRIES: dict[str, Change] = {
    "minus one": entry('"index":0', '"index":-1'),
    "index with a fraction": entry('"index":0', '"index":0.0'),
    "another version": entry('"v":1', '"v":2'),
    "white space": entry('"v":1', '"v": 1'),
    "escape": entry('"event":"d', '"event":"\\u0064'),
    "line end": lambda item: item | {"entry": item["entry"] + "\n"},
    "no data": entry('"data":{},', ""),
    "data no object": entry('"data":{}', '"data":[]'),
    "time of messages": entry("+00:00", "Z"),
    "another event": entry("deployment_intended", "plane_started"),
    "unknown member": entry('"data":{}', '"data":{},"x":1'),
    "members in another order": entry('"event":"deployment_intended","data":{}', '"data":{},"event":"deployment_intended"'),
    "without digest": lambda item: item | {"entry": item["entry"][: item["entry"].index('"sha256:')] + "null}"},
}


@pytest.mark.parametrize("change", BAD_ENTRIES.values(), ids=BAD_ENTRIES.keys())
def test_bad_entries(change: Change) -> None:
    papers = deployed()
    papers.logs["serving"].change_item = change
    assert failures(papers) == ["evidence_entries"]


def test_texts_over_their_bounds_are_no_bundle() -> None:
    for member, size in (("origin", 201), ("entry", 64 * 1024 + 1), ("proof", 24 * 1024 + 1)):
        papers = Papers()
        papers.logs["training"].change_item = lambda item: item | {member: "x" * size}
        assert failures(papers) == ["format"]


# Whose lines count

def test_a_log_signed_by_a_key_that_its_plane_had_before() -> None:
    papers = later("t")
    papers.logs["training"].log_key = "t"
    assert failures(papers) == []


def test_a_checkpoint_witnessed_by_a_key_that_the_witness_had_before() -> None:
    papers = later("s")
    papers.logs["governance"].witnesses = ["s"]
    assert failures(papers) == []
    papers.logs["governance"].witness_keys = {"s": "s"}
    assert failures(papers) == ["evidence_witnesses"]


def later(plane: str) -> Papers:
    """Version 2 gives this plane another key; what was approved under version 1 is asked about under version 2."""
    papers = in_later(replace_key(plane))
    papers.lease["trust_root_version"] = 2
    return papers


LINES: dict[str, tuple[str, Any, list[str]]] = {
    "by one of two witnesses": ("governance", lambda log: log.witnesses.remove("t"), []),
    "by nobody": ("governance", lambda log: log.witnesses.clear(), ["evidence_witnesses"]),
    "by a witness of another log": ("training", lambda log: log.witnesses.append("s"), ["evidence_witnesses"]),
    "by itself": ("training", lambda log: log.witnesses.append("t"), ["evidence_witnesses"]),
    "by an approver": ("training", lambda log: log.witness_keys.update(g="ann"), ["evidence_witnesses"]),
    "by a stranger beside the right ones": ("governance", lambda log: log.witness_keys.update(t="who"), ["evidence_witnesses"]),
    "signed by another plane": ("training", lambda log: setattr(log, "log_key", "s"), ["evidence_checkpoints"]),
    "a witness twice": ("training", lambda log: log.witnesses.append("g"), ["evidence_witnesses"]),
    "a line of nobody": ("training", lambda log: setattr(log, "extra_lines", "\u2014 example.com AAAAAAAA\n"), ["evidence_witnesses"]),
}


@pytest.mark.parametrize("plane, change, failed", LINES.values(), ids=LINES.keys())
def test_lines_under_checkpoints(plane: str, change: Callable[[Log], None], failed: list[str]) -> None:
    papers = Papers()
    change(papers.logs[plane])
    assert failures(papers) == failed


def test_a_plane_under_another_id() -> None:
    """Its keys are new then, and its log has another origin; the origin that it had goes on to be its own."""
    papers = in_later(lambda root: other(root, "s").update(id="s3", keys=[hex_key("s3")]))
    papers.lease["trust_root_version"] = 2
    papers.logs["governance"].witnesses = ["s3", "t"]
    papers.promotion = {}
    papers.promotion_key = "s"
    papers.logs["serving"].log_key = "s"
    assert failures(papers) == []
    papers.logs["governance"].witnesses = ["t", "s"]
    assert failures(papers) == ["evidence_witnesses"]


def test_entries_of_one_plane_ascend_whatever_their_origin() -> None:
    papers = deployed()
    papers.change_file = lambda file: file | {"evidence": file["evidence"][:2] + file["evidence"][:1:-1]}
    assert failures(papers) == ["evidence_entries"]
    papers.change_file = lambda file: file | {"evidence": file["evidence"][1:] + file["evidence"][:1]}
    assert failures(papers) == ["evidence_entries"]


# Promotions

BAD_PROMOTIONS: dict[str, Json] = {
    "not promoted": {"promoted": False}, "promoted by a word": {"promoted": "true"}, "another approval id": {"approval_id": "b"},
    "another approval": {"approval_digest": "sha256:" + "00" * 32}, "environment": {"environment": "lab"}, "no name": {"deployed_by": "A b"},
    "an intent that is not here": {"evidence_entry_id": "x#0"}, "message": {"message": "x" * 4097}, "id of the intent": {"evidence_entry_id": "x" * 201},
    "unknown member": {"x": 1}, "time": {"promoted_at": "2026-01-02"},
}


@pytest.mark.parametrize("change", BAD_PROMOTIONS.values(), ids=BAD_PROMOTIONS.keys())
def test_bad_promotions(change: Json) -> None:
    papers = deployed()
    papers.promotion = change
    assert failures(papers) == ["promotion"]


def test_the_scope_of_a_promotion() -> None:
    for scopes, scope, failed in ((None, "any", []), (["a", "b"], "b", []), (["a"], "b", ["promotion"]), (["a"], None, ["promotion"])):
        papers = deployed()
        papers.approval["approved_scopes"] = scopes
        papers.promotion = {"scope": scope}
        assert failures(papers, scope="a") == failed


def test_nobody_asks_who_deployed_or_when() -> None:
    papers = deployed()
    papers.promotion = {"deployed_by": "nobody", "promoted_at": "1999-01-01T00:00:00+00:00"}
    assert failures(papers) == []


def test_a_retired_principal_of_a_planes_role_signs_its_log() -> None:
    papers = in_later(lambda root: (other(root, "t").update(retired_at=NOW), add(id="t9", roles=["training"], keys=[hex_key("t9")])(root)))
    papers.lease["trust_root_version"] = 2
    assert failures(papers) == ["evidence_witnesses"]  # as a witness it is nobody any more
    papers.logs["governance"].witnesses = ["s"]
    assert failures(papers) == []
