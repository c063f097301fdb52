"""The Python verifier on every case of the corpus, and its parts against published vectors."""

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

import verify_bundle
from bundle_verifier import base64_text, dsse, ed25519, merkle, notes, revocations, shape, strict_json, times, weights
from bundle_verifier.errors import Bad
from bundle_verifier.results import CHECKS, Question, Report
from bundle_verifier.verify import verify

VECTORS = Path(__file__).parents[1] / "Vectors"
BUNDLES = VECTORS / "bundles"
CASES: list[dict[str, Any]] = json.loads((BUNDLES / "expected.json").read_bytes())
BY_NAME = {case["name"]: case for case in CASES}
STANDARDS = json.loads((VECTORS / "standards.json").read_bytes())


def question_of(case: dict[str, Any]) -> Question:
    return Question(
        root_digest=case["root_digest"],
        time=times.paper_time(case["time"]),
        now=case["moment"] == "now",
        environment=case["environment"],
        scope=case["scope"],
        max_age_seconds=case["max_age_seconds"],
        weights_hash=case["weights_hash"],
        weights_kind=case["weights_kind"],
    )


def report_of(case: dict[str, Any]) -> Report:
    return verify((BUNDLES / case["file"]).read_bytes(), question_of(case))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_corpus(case: dict[str, Any]) -> None:
    report = report_of(case)
    assert (report.outcome, report.exit_code, report.failed) == (case["outcome"], case["exit"], case["failed"])


def test_every_check_is_reported_once_in_order() -> None:
    for name in ("valid", "format-empty", "another-pin", "no-lease"):
        assert [check.name for check in report_of(BY_NAME[name]).in_order()] == list(CHECKS)


def test_no_byte_can_be_changed_unseen() -> None:
    """But in `exported_at`, which decides nothing."""
    data = (BUNDLES / "valid.json").read_bytes()
    question = question_of(BY_NAME["valid"])
    end = data.index(b'"exported_at"')
    chance = random.Random(7)
    for _ in range(400):
        position = chance.randrange(end)
        changed = bytearray(data)
        changed[position] ^= 1 << chance.randrange(8)
        assert verify(bytes(changed), question).exit_code in (4, 5), position


def test_no_truncation_or_trailing_byte_is_a_bundle() -> None:
    data = (BUNDLES / "valid.json").read_bytes()
    question = question_of(BY_NAME["valid"])
    for bad in (data[:-1], data + b"\n", data + b" ", b"\xef\xbb\xbf" + data, b" " + data, data[: len(data) // 2], b"null\n"):
        assert verify(bad, question).failed == ["format"]


# The command line

def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = verify_bundle.main(list(arguments))
    return code, capsys.readouterr().out


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    digest, file = BY_NAME["valid"]["root_digest"], str(BUNDLES / "valid.json")
    common = (file, "--root-digest", digest, "--at", "2026-01-02T03:07:25+00:00")
    code, out = run(capsys, *common, "-e", "production", "--json")
    answer = json.loads(out)
    assert code == 0 and answer["valid"] and answer["allowed"] and answer["model_id"] == "iris"
    assert [check["name"] for check in answer["checks"]] == list(CHECKS)
    code, out = run(capsys, *common, "-e", "lab")
    assert code == 1 and "gate_environment" in out and "FAILED" in out and "not checked" in out
    code, out = run(capsys, file, "--root-digest", "sha256:" + "0" * 64)
    assert code == 5
    code, out = run(capsys, str(BUNDLES / "format-empty.json"), "--root-digest", digest, "--json")
    assert code == 4 and json.loads(out)["approval_id"] is None
    assert run(capsys, file, "--root-digest", "md5:1")[0] == 2
    assert run(capsys, file, "--root-digest", digest, "--at", "yesterday")[0] == 2


def test_a_chain_that_ends_before_the_version_one_knows_of_is_not_believed(capsys: pytest.CaptureFixture[str]) -> None:
    """A removed governance key still counts where the version that removed it is left out."""
    digest, file = BY_NAME["valid"]["root_digest"], str(BUNDLES / "valid.json")
    common = (file, "--root-digest", digest, "--at", "2026-01-02T03:07:25+00:00", "-e", "production", "--json")
    for version, expected in (("1", 0), ("2", 0), ("3", 5), ("1000000", 5)):
        code, out = run(capsys, *common, "--min-root-version", version)
        failed = [check["name"] for check in json.loads(out)["checks"] if check["passed"] is False]
        assert (code, failed) == (expected, ["trust_roots"] if expected else [])
    assert run(capsys, *common, "--min-root-version", "0")[0] == 2


def test_command_line_weights(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = tmp_path / "weights"
    other.write_bytes(b"other")
    digest = BY_NAME["valid"]["root_digest"]
    arguments = (str(BUNDLES / "valid.json"), "--root-digest", digest, "--at", "2026-01-02T03:07:25Z", "--weights", str(other))
    code, out = run(capsys, *arguments, "--json")
    assert code == 1 and [check["name"] for check in json.loads(out)["checks"] if check["passed"] is False] == ["gate_weights"]


# Published vectors

def test_pae() -> None:
    vector = STANDARDS["dsse"]
    assert dsse.pae(vector["payloadType"], vector["payload_utf8"].encode()) == vector["pae_utf8"].encode()


def test_rfc6962_roots_and_proofs() -> None:
    leaves = [bytes.fromhex(leaf) for leaf in STANDARDS["rfc6962"]["leaves_hex"]]
    for size, root in enumerate(STANDARDS["rfc6962"]["roots_hex"]):
        assert merkle.root_of_entries(leaves[:size]).hex() == root
        for index in range(size):
            proof = path_to(index, leaves[:size])
            assert merkle.root_from_proof(index, size, merkle.leaf_hash(leaves[index]), proof).hex() == root


def path_to(index: int, leaves: list[bytes]) -> tuple[bytes, ...]:
    """PATH of RFC 6962 section 2.1.1, as it is defined there."""
    if len(leaves) == 1:
        return ()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    if index < split:
        return path_to(index, leaves[:split]) + (merkle.root_of_entries(leaves[split:]),)
    return path_to(index - split, leaves[split:]) + (merkle.root_of_entries(leaves[:split]),)


def test_key_id_of_the_example_verifier_key() -> None:
    name, key_id, key = STANDARDS["signed_note"]["example_vkey"].split("+", 2)
    encoded = base64_text.decode(key)
    assert notes.key_id(name, encoded[0], encoded[1:]).hex() == key_id


def test_revocation_chain_begins_as_the_page_says() -> None:
    assert revocations.head_of([]) == "sha256:97eee2e0d16e6829a058379cad4fcb034badd29e22d566f0493206db59a8b4aa"


def test_directory_manifest(tmp_path: Path) -> None:
    vector = STANDARDS["weights_directory"]
    for name, content in vector["files_hex"].items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes.fromhex(content))
    assert weights.digest_of(tmp_path) == (vector["weights_hash"], "directory")
    assert weights.digest_of(tmp_path / "a") == ("sha256:" + hashlib.sha256(b"hello").hexdigest(), "file")


# Strict parsing

@pytest.mark.parametrize("text", [
    b'{"a":1,"a":2}', b'{"a":1,"\\u0061":2}', b"[1,]", b"[1] 2", b"\xef\xbb\xbf1", b'"\xff"', b"1e999", b'"\\ud800"',
    b'"\\u0000"', b"NaN", b"Infinity", b"01", b"+1", b"'a'", b'"a', b'"\\"', b'"\t"', b"", b"[" * 33 + b"]" * 33,
    b"[" + b"1," * ((1 << 17) - 2) + b"1,1]", b"1" * 129, b"\x00", b"1.", b".5", b"{1:2}", b"// a\n1", b'"\\x41"', b"\xed\xa0\x80",
])
def test_json_that_is_refused(text: bytes) -> None:
    with pytest.raises(Bad):
        strict_json.parse(text, 1 << 24)


def test_json_that_is_read() -> None:
    for text in (b"1" * 128, b"1e-999", b"-0", b"[" + b"1," * ((1 << 17) - 2) + b"1]", b"[" * 32 + b"]" * 32, b'"\\ud83d\\ude00"', b"-0.5e-3", b'{"a":{"a":1}}', b" [ 1 , 2 ] "):
        strict_json.parse(text, 1 << 20)


def test_many_quotes_without_end_are_read_once() -> None:
    with pytest.raises(Bad):
        strict_json.parse(b'"' + b'\\"' * 1_000_000, 1 << 24)


def test_the_one_spelling_is_that_of_python() -> None:
    value = {"b": ["\x7f/\u2028ä😀\b\t\n\f\r\x1f\"\\"], "a": None, "c": True}
    assert strict_json.encode(value) == json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def test_numbers_are_equal_by_text_and_true_is_not_one() -> None:
    one, other = (strict_json.parse(text, 99) for text in (b'{"a":1,"b":true}', b'{"b":true,"a":1}'))
    assert strict_json.same(one, other)
    for different in (b'{"a":1.0,"b":true}', b'{"a":1,"b":1}', b'{"a":1,"b":true,"c":null}', b'{"a":"1","b":true}'):
        assert not strict_json.same(one, strict_json.parse(different, 99))


@pytest.mark.parametrize("text", ["YQ", "YQ==\n", "YR==", "YQ=", "Y Q==", "-_-_", "YQ==YQ==", "ä"])
def test_base64_that_is_refused(text: str) -> None:
    with pytest.raises(Bad):
        base64_text.decode(text)


@pytest.mark.parametrize("text", ["-_-_", "+/+/", "YQ", "YQ==", "YWI", ""])
def test_base64_of_the_wire(text: str) -> None:
    assert base64_text.decode_any(text) is not None


@pytest.mark.parametrize("text", ["+_+_", "YR", "YQ=", "Y", "YWJj====", "Y Q", "====", "YQ\n", "YQ==YQ=="])
def test_base64_that_is_refused_on_the_wire_too(text: str) -> None:
    with pytest.raises(Bad):
        base64_text.decode_any(text)


@pytest.mark.parametrize("text", [
    "2026-02-29T00:00:00+00:00", "1969-12-31T23:59:59+00:00", "2026-01-01T24:00:00+00:00", "2026-01-01T00:00:60+00:00",
    "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000+00:00", "2026-01-01T00:00:00.5+00:00", "2026-01-01 00:00:00+00:00",
    "2026-01-01T00:00:00+01:00", "2026-01-01T00:00:00+00:00\n", "２026-01-01T00:00:00+00:00", "0000-01-01T00:00:00+00:00",
])
def test_times_that_are_refused(text: str) -> None:
    with pytest.raises(Bad):
        times.paper_time(text)


def test_times() -> None:
    assert times.paper_time("1970-01-02T00:00:00.000001+00:00") == times.DAY + 1
    assert times.header_time("1970-01-01T00:00:01.123456789Z") == 1_123_456
    assert times.write_time(times.paper_time("9999-12-31T23:59:59.999999+00:00")) == "9999-12-31T23:59:59.999999+00:00"


def test_spans() -> None:
    assert [times.span_seconds(text) for text in ("60s", "30m", "12h", "90d")] == [60, 1800, 43_200, 7_776_000]
    for bad in ("", "0s", "1", "-1s", "1w", "1 d", "36501d", "12345678901s", "1d\n"):
        with pytest.raises(Bad):
            times.span_seconds(bad)


def test_names() -> None:
    for good in ("a", "a/b", "A.b:c-d_e/f"):
        shape.model_id(good)
    for bad in ("", "a//b", "a/", "/a", "current", "a/current", "a/.b", ".a", "a" * 201, "ä"):
        with pytest.raises(Bad):
            shape.model_id(bad)


# Ed25519

def test_small_order_and_other_spellings_of_keys() -> None:
    signature = bytes(64)
    order = 2**252 + 27742317777372353535851937790883648493
    for y in (0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18):
        for sign in (0, 1 << 255):
            assert not ed25519.verify((y | sign).to_bytes(32, "little"), signature, b"")
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key, good = private.public_key().public_bytes_raw(), private.sign(b"text")
    assert ed25519.verify(key, good, b"text")
    larger = good[:32] + (int.from_bytes(good[32:], "little") + order).to_bytes(32, "little")
    for bad in (larger, good[:-1], good + b"\0", bytes(64)):
        assert not ed25519.verify(key, bad, b"text")
