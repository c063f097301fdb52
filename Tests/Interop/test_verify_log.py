"""Good logs and proofs, and many bad ones, each built here from fixed keys."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import verify_log as command
from bundle_verifier import base64_text, log, merkle, notes
from bundle_verifier.errors import Bad
from bundle_verifier.log import Policy, Witness

ORIGIN = "0123456789abcdef/governance-plane"
WITNESS = "0123456789abcdef/serving-plane"
SIZE = 7
TIME = 1_767_323_045


def private_key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def public_key(name: str) -> bytes:
    return private_key(name).public_key().public_bytes_raw()


POLICY = Policy(ORIGIN, public_key("log"), (Witness(WITNESS, public_key("witness")),))
WITHOUT_WITNESS = Policy(ORIGIN, public_key("log"))


def entry(index: int, note: str = "") -> bytes:
    value = {
        "v": 1, "index": index, "time": f"2026-01-02T03:04:{index % 60:02d}+00:00", "event": "model_approved",
        "data": {"note": note or f"entry {index}"}, "attestation_digest": None,
    }
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def entries(size: int = SIZE) -> list[bytes]:
    return [entry(index) for index in range(size)]


def lines(items: list[bytes]) -> bytes:
    return b"".join(item + b"\n" for item in items)


def path_to(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1, as it is defined there."""
    if len(leaves) == 1:
        return []
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    if index < split:
        return path_to(index, leaves[:split]) + [merkle.root_of_entries(leaves[split:])]
    return path_to(index - split, leaves[split:]) + [merkle.root_of_entries(leaves[:split])]


def signature_line(name: str, key_id: bytes, body: bytes) -> str:
    return f"\u2014 {name} {base64_text.encode(key_id + body)}\n"


@dataclass
class NoteMaker:
    """A checkpoint with everything about it open to be wrong."""

    size: int | str = SIZE
    root: bytes = field(default_factory=lambda: merkle.root_of_entries(entries()))
    origin: str = ORIGIN
    extra_text: str = ""
    log_name: str = ORIGIN
    log_key: str = "log"
    log_kind: int = notes.LOG_KEY
    log_key_id: bytes | None = None
    signed_text: str | None = None
    cosigned: bool = True
    witness_name: str = WITNESS
    witness_key: str = "witness"
    witness_kind: int = notes.COSIGNATURE_KEY
    stated_time: int = TIME
    signed_time: int = TIME

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64_text.encode(self.root)}\n{self.extra_text}"

    def log_line(self) -> str:
        key_id = self.log_key_id or notes.key_id(self.log_name, self.log_kind, public_key(self.log_key))
        signed = self.text() if self.signed_text is None else self.signed_text
        return signature_line(self.log_name, key_id, private_key(self.log_key).sign(signed.encode()))

    def cosignature(self) -> str:
        key_id = notes.key_id(self.witness_name, self.witness_kind, public_key(self.witness_key))
        message = f"cosignature/v1\ntime {self.signed_time}\n{self.text()}"
        signature = private_key(self.witness_key).sign(message.encode())
        return signature_line(self.witness_name, key_id, self.stated_time.to_bytes(8, "big") + signature)

    def note(self) -> str:
        return f"{self.text()}\n{self.log_line()}{self.cosignature() if self.cosigned else ''}"


def proof(index: int, hashes: list[bytes] | None = None, note: str | None = None, size: int = SIZE) -> str:
    path = path_to(index, entries(size)) if hashes is None else hashes
    body = "".join(base64_text.encode(hash_) + "\n" for hash_ in path)
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{body}\n{note or good_note(size)}"


def good_note(size: int = SIZE) -> str:
    return NoteMaker(size=size, root=merkle.root_of_entries(entries(size))).note()


# What is good

@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 33])
def test_good_logs_and_all_their_proofs(size: int) -> None:
    assert log.verify_log(lines(entries(size)), good_note(size), POLICY).size == size
    for index in range(size):
        assert log.verify_proof(entry(index), proof(index, size=size), POLICY).index == index


def test_lines_of_unknown_keys_are_ignored() -> None:
    other = NoteMaker(witness_name="example.com/w", witness_key="stranger").cosignature()
    log.verify_note(good_note() + other, POLICY)
    log.verify_note(NoteMaker(cosigned=False).note() + other, WITHOUT_WITNESS)


def test_wrong_lines_beside_right_ones_are_skipped() -> None:
    log.verify_note(good_note() + NoteMaker(signed_text="x").log_line() + NoteMaker(stated_time=1).cosignature(), POLICY)


def test_lines_stand_in_any_order() -> None:
    note = NoteMaker()
    log.verify_note(f"{note.text()}\n{note.cosignature()}{note.log_line()}", POLICY)


@pytest.mark.parametrize("time", [253_402_300_800, (1 << 63), (1 << 64) - 1])
def test_a_cosignature_of_after_the_last_year_is_none(time: int) -> None:
    log.verify_note(of(stated_time=253_402_300_799, signed_time=253_402_300_799), POLICY)
    with pytest.raises(Bad):
        log.verify_note(of(stated_time=time, signed_time=time), POLICY)


def test_an_extra_line_of_a_proof_is_skipped() -> None:
    log.verify_proof(entry(3), proof(3).replace("index 3", "extra AAAA\nindex 3"), POLICY)


def test_one_of_several_witnesses_is_enough() -> None:
    policy = Policy(ORIGIN, public_key("log"), (Witness("example.com/w", public_key("absent")),) + POLICY.witnesses)
    log.verify_note(good_note(), policy)


# Bad logs: entries and note

def changed(index: int, change: Callable[[bytes], bytes]) -> bytes:
    items = entries()
    items[index] = change(items[index])
    return lines(items)


def swapped(left: int, right: int) -> bytes:
    items = entries()
    items[left], items[right] = items[right], items[left]
    return lines(items)


def without(index: int) -> bytes:
    items = entries()
    del items[index]
    return lines(items)


GOOD = lines(entries())
BAD_LOGS: dict[str, bytes] = {
    "entry altered": changed(3, lambda item: item.replace(b"entry 3", b"entry X")),
    "first entry altered": changed(0, lambda item: entry(0, "other")),
    "last entry altered": changed(6, lambda item: entry(6, "other")),
    "two swapped": swapped(2, 4),
    "two neighbours swapped": swapped(2, 3),
    "first missing": without(0),
    "one missing": without(3),
    "last missing": without(6),
    "one twice": lines(entries() + [entry(6)]),
    "one more": lines(entries(8)),
    "empty": b"",
    "another order of members": changed(1, lambda item: item.replace(b'{"v":1,"index":1,', b'{"index":1,"v":1,')),
    "white space": changed(1, lambda item: item.replace(b'"v":1', b'"v": 1')),
    "escape": changed(1, lambda item: item.replace(b"entry", b"\\u0065ntry")),
    "member twice": changed(1, lambda item: item.replace(b'{"v":1', b'{"v":1,"v":1')),
    "another index": changed(1, lambda item: item.replace(b'"index":1', b'"index":2')),
    "index as text": changed(1, lambda item: item.replace(b'"index":1', b'"index":"1"')),
    "index minus zero": changed(0, lambda item: item.replace(b'"index":0', b'"index":-0')),
    "another version": changed(1, lambda item: item.replace(b'"v":1', b'"v":2')),
    "unknown member": changed(1, lambda item: item[:-1] + b',"x":1}'),
    "member missing": changed(1, lambda item: item.replace(b',"attestation_digest":null', b"")),
    "no digest": changed(1, lambda item: item.replace(b"null", b'"sha256:AA"')),
    "no time": changed(1, lambda item: item.replace(b"+00:00", b"Z")),
    "data no object": changed(1, lambda item: item.replace(b'{"note":"entry 1"}', b"[]")),
    "trailing data": changed(1, lambda item: item + b" null"),
    "not UTF-8": changed(1, lambda item: item.replace(b"entry", b"\xff")),
    "no line end": GOOD[:-1],
    "carriage return": GOOD.replace(b"\n", b"\r\n"),
    "blank line": GOOD + b"\n",
    "entry too long": lines(entries()[:6] + [entry(6, "x" * 70_000)]),
}


@pytest.mark.parametrize("data", BAD_LOGS.values(), ids=BAD_LOGS.keys())
def test_bad_logs(data: bytes) -> None:
    with pytest.raises(Bad):
        log.verify_log(data, good_note(), POLICY)


@pytest.mark.parametrize("name", ["another index", "index as text", "member twice", "white space", "escape", "unknown member", "entry too long"])
def test_entries_are_read_strictly_also_under_a_right_root(name: str) -> None:
    """The log may have signed them; they are refused all the same."""
    root = merkle.root_of_entries(BAD_LOGS[name][:-1].split(b"\n"))
    with pytest.raises(Bad):
        log.verify_log(BAD_LOGS[name], NoteMaker(root=root).note(), POLICY)


# Bad notes

def of(**changes: object) -> str:
    return NoteMaker(**changes).note()  # type: ignore[arg-type]


SMALL_ORDER = bytes([1]) + bytes(31)
OTHER_ROOT = hashlib.sha256(b"other").digest()
BAD_NOTES: dict[str, str] = {
    "another origin": of(origin=WITNESS, log_name=WITNESS),
    "another origin under the log's name": of(origin=WITNESS),
    "line under another name": of(log_name=WITNESS),
    "another key": of(log_key="stranger"),
    "another key under the log's id": of(log_key="stranger", log_key_id=notes.key_id(ORIGIN, 1, public_key("log"))),
    "log's key of the witness kind": of(log_kind=notes.COSIGNATURE_KEY),
    "log's key of an unknown kind": of(log_kind=2),
    "key id all zero": of(log_key_id=bytes(3) + b"\x01"),
    "signature over other text": of(signed_text="other\n"),
    "signature over text without line end": of(signed_text=NoteMaker().text()[:-1]),
    "another root, signed by the log": of(root=OTHER_ROOT),
    "another size, signed by the log": of(size=SIZE + 1),
    "leading zero": of(size="07"),
    "plus sign": of(size="+7"),
    "size of other digits": of(size="７"),
    "size too large": of(size=str((1 << 53) + 1)),
    "origin with a space": of(origin="a b"),
    "origin with a plus": of(origin="a+b"),
    "origin too long": of(origin="a" * 121),
    "root too short": of(root=OTHER_ROOT[:31]),
    "extension line": of(extra_text="more\n"),
    "cosignature by a stranger": of(witness_key="stranger"),
    "cosignature under another name": of(witness_name="0123456789abcdef/training-plane"),
    "cosignature of the log's kind": of(witness_kind=notes.LOG_KEY),
    "cosignature of another time": of(stated_time=TIME + 1),
    "cosignature by the log itself": of(witness_name=ORIGIN, witness_key="log"),
    "no cosignature": of(cosigned=False),
    "no signature of the log": NoteMaker().text() + "\n" + NoteMaker().cosignature(),
    "no signatures": NoteMaker().text() + "\n",
    "no blank line": good_note().replace("\n\n", "\n"),
    "two blank lines": good_note().replace("\n\n", "\n\n\n"),
    "no line end": good_note()[:-1],
    "trailing text": good_note() + "x",
    "trailing blank line": good_note() + "\n",
    "carriage returns": good_note().replace("\n", "\r\n"),
    "hyphen for the dash": good_note().replace("\u2014", "-"),
    "two spaces": good_note().replace("\u2014 ", "\u2014  "),
    "base64 without padding": good_note().replace("=\n\n", "\n\n"),
    "base64 with unused bits": good_note().replace(good_note().split("\n")[2], good_note().split("\n")[2][:-2] + "B="),
    "seventeen lines": good_note() + good_note().split("\n\n")[1].split("\n")[0].join(["", "\n"]) * 15,
    "a tab": good_note().replace("\u2014 ", "\u2014\t"),
    "empty": "",
}


@pytest.mark.parametrize("note", BAD_NOTES.values(), ids=BAD_NOTES.keys())
def test_bad_notes(note: str) -> None:
    assert note != good_note()
    with pytest.raises(Bad):
        log.verify_log(GOOD, note, POLICY)


def test_every_change_of_a_signed_byte_is_seen() -> None:
    note = NoteMaker(cosigned=False).note().encode()
    for position in range(len(note)):
        altered = bytearray(note)
        altered[position] ^= 1
        try:
            text = altered.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(Bad):
            log.verify_log(GOOD, text, WITHOUT_WITNESS)


def test_a_key_of_small_order_verifies_nothing() -> None:
    line = signature_line(ORIGIN, notes.key_id(ORIGIN, 1, SMALL_ORDER), SMALL_ORDER + bytes(32))
    with pytest.raises(Bad):
        log.verify_note(NoteMaker().text() + "\n" + line, Policy(ORIGIN, SMALL_ORDER))


# Bad proofs

PATH = path_to(3, entries())
PROOF = proof(3)
BAD_PROOFS: dict[str, tuple[bytes, str]] = {
    "entry altered": (entry(3, "other"), PROOF),
    "proof of another leaf": (entry(3), proof(4)),
    "path of another leaf": (entry(3), proof(3, path_to(4, entries()))),
    "index of another leaf": (entry(3), PROOF.replace("index 3", "index 2")),
    "index and entry of another leaf": (entry(2), PROOF.replace("index 3", "index 2")),
    "index beyond the size": (entry(7), proof(7, PATH)),
    "huge index": (entry(1 << 62), proof(1 << 62, PATH)),
    "a hash too few": (entry(3), proof(3, PATH[:-1])),
    "a hash too many": (entry(3), proof(3, PATH + [OTHER_ROOT])),
    "no hashes": (entry(3), proof(3, [])),
    "hash altered": (entry(3), proof(3, [OTHER_ROOT] + PATH[1:])),
    "hashes turned around": (entry(3), proof(3, PATH[::-1])),
    "hash twice": (entry(3), proof(3, [PATH[0]] + PATH)),
    "last leaf, a hash too many": (entry(6), proof(6, path_to(6, entries()) + [OTHER_ROOT])),
    "sixty-four hashes": (entry(3), proof(3, [OTHER_ROOT] * 64)),
    "hash of 31 bytes": (entry(3), proof(3, [PATH[0][:31]] + PATH[1:])),
    "empty hash line": (entry(3), PROOF.replace("index 3\n", "index 3\n\n")),
    "checkpoint of a smaller tree": (entry(6), proof(6, note=good_note(6))),
    "checkpoint of a larger tree": (entry(3), proof(3, note=good_note(8))),
    "checkpoint of another log": (entry(3), proof(3, note=of(origin=WITNESS, log_name=WITNESS))),
    "checkpoint by another key": (entry(3), proof(3, note=of(log_key="stranger"))),
    "checkpoint not cosigned": (entry(3), proof(3, note=of(cosigned=False))),
    "root as a leaf": (merkle.root_of_entries(entries()), proof(0, [], note=of(size=1))),
    "node as a leaf": (b"\x01" + merkle.leaf_hash(entry(2)) + merkle.leaf_hash(entry(3)), proof(3, PATH[1:])),
    "extra that is no base64": (entry(3), PROOF.replace("index 3", "extra A\nindex 3")),
    "two extra lines": (entry(3), PROOF.replace("index 3", "extra AAAA\nextra AAAA\nindex 3")),
    "extra behind the index": (entry(3), PROOF.replace("index 3\n", "index 3\nextra AAAA\n")),
    "another head": (entry(3), PROOF.replace("@v1", "@v2", 1)),
    "no index": (entry(3), PROOF.replace("index 3\n", "")),
    "index with a leading zero": (entry(3), PROOF.replace("index 3", "index 03")),
    "negative index": (entry(3), PROOF.replace("index 3", "index -3")),
    "index with a space behind it": (entry(3), PROOF.replace("index 3", "index 3 ")),
    "no blank line before the note": (entry(3), PROOF.replace("\n\n", "\n", 1)),
    "carriage returns": (entry(3), PROOF.replace("\n", "\r\n")),
    "trailing line": (entry(3), PROOF + "\n"),
    "byte order mark": (entry(3), "\ufeff" + PROOF),
    "entry with its line end": (entry(3) + b"\n", PROOF),
    "empty entry": (b"", PROOF),
    "empty proof": (entry(3), ""),
    "note alone": (entry(3), good_note()),
}


@pytest.mark.parametrize("bad", BAD_PROOFS.values(), ids=BAD_PROOFS.keys())
def test_bad_proofs(bad: tuple[bytes, str]) -> None:
    with pytest.raises(Bad):
        log.verify_proof(*bad, POLICY)


def test_every_single_hash_counts() -> None:
    for size in (2, 3, 6, 8, 13):
        for index in range(size):
            path = path_to(index, entries(size))
            for position in range(len(path)):
                wrong = path[:position] + [OTHER_ROOT] + path[position + 1:]
                with pytest.raises(Bad):
                    log.verify_proof(entry(index), proof(index, wrong, size=size), POLICY)


# The command line

def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in {"log": GOOD, "note": good_note().encode(), "proof": PROOF.encode(), "entry": entry(3) + b"\n"}.items():
        (tmp_path / name).write_bytes(content)
    common = ["--key", public_key("log").hex(), "--origin", ORIGIN, "--witness", f"{WITNESS}={public_key('witness').hex()}"]
    log_files, proof_files = [str(tmp_path / "log"), str(tmp_path / "note")], [str(tmp_path / "entry"), str(tmp_path / "proof")]
    assert command.main(["log", *log_files, *common]) == 0
    assert command.main(["proof", *proof_files, *common]) == 0
    assert capsys.readouterr().out.count("passed") == 2
    assert command.main(["proof", *log_files, *common]) == 1
    assert command.main(["log", *log_files, "--key", public_key("stranger").hex(), "--origin", ORIGIN]) == 1
    assert command.main(["log", *log_files, "--key", "00" * 32, "--origin", ORIGIN]) == 2
    assert command.main(["log", *log_files, "--key", "zz", "--origin", ORIGIN]) == 2
    assert command.main(["log", str(tmp_path / "absent"), log_files[1], *common]) == 2


def test_entries_as_planectl_prints_them(tmp_path: Path) -> None:
    """With the plane and the id before them, and invisible characters escaped."""
    leaves = [entry(0, "\u202eblüte\x7f"), entry(1)]
    head = NoteMaker(size=2, root=merkle.root_of_entries(leaves)).note()
    printed = [b'{"plane":"governance-plane","id":"%s#%d",' % (ORIGIN.encode(), index) + leaf[1:] for index, leaf in enumerate(leaves)]
    escaped = lines(printed).replace("\u202e".encode(), b"\\u202e").replace(b"\x7f", b"\\u007f")
    assert log.verify_log(log.as_logged(escaped), head, POLICY).size == 2
    for changed in (escaped.replace(b"entry 1", b"entry 2"), escaped[:-1], escaped + b"\n", escaped.replace(b'"v":1', b'"v":1,"w":1')):
        with pytest.raises(Bad):
            log.verify_log(log.as_logged(changed), head, POLICY)
    for name, content in {"log": escaped, "note": head.encode(), "entry": escaped.splitlines()[1], "proof": proof(1, [merkle.leaf_hash(leaves[0])], head).encode()}.items():
        (tmp_path / name).write_bytes(content)
    common = ["--key", public_key("log").hex(), "--origin", ORIGIN]
    for verb, *files in (("log", "log", "note"), ("proof", "entry", "proof")):
        paths = [str(tmp_path / file) for file in files]
        assert command.main([verb, *paths, *common, "--printed"]) == 0
        assert command.main([verb, *paths, *common]) == 1


@pytest.mark.parametrize("program", ["verify_log.py", "verify_bundle.py"])
def test_a_reader_who_has_had_enough_sees_no_traceback(tmp_path: Path, program: str) -> None:
    (tmp_path / "log").write_bytes(GOOD)
    (tmp_path / "note").write_text(good_note())
    bundle = str(Path(__file__).parents[1] / "Vectors" / "bundles" / "valid.json")
    arguments = {
        "verify_log.py": ["log", str(tmp_path / "log"), str(tmp_path / "note"), "--origin", ORIGIN, "--key", public_key("log").hex()],
        "verify_bundle.py": [bundle, "--root-digest", "sha256:" + "0" * 64],
    }[program]
    reader, writer = os.pipe()
    os.close(reader)
    path = Path(command.__file__).parent / program
    finished = subprocess.run([sys.executable, str(path), *arguments], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert finished.stderr == "" and finished.returncode in (2, 5)


# The corpus: its proofs pass here too, with keys from its trust root

def test_proofs_of_the_corpus() -> None:
    bundle = json.loads((Path(__file__).parents[1] / "Vectors" / "bundles" / "valid.json").read_bytes())
    root = json.loads(base64_text.decode(bundle["trust_roots"][-1]["payload"]))
    keys = {one["id"]: bytes.fromhex(one["keys"][0]) for one in root["principals"]}
    prefix = bundle["evidence"][0]["origin"].split("/")[0]
    for item in bundle["evidence"]:
        plane = item["origin"].split("/")[1]
        witnesses = tuple(Witness(f"{prefix}/{name}", key) for name, key in keys.items() if name.endswith("-plane") and name != plane)
        log.verify_proof(item["entry"].encode(), item["proof"], Policy(item["origin"], keys[plane], witnesses))
