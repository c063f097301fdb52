"""C2SP signed notes that are checkpoints, their two kinds of signature lines, and C2SP tlog-proofs."""

import hashlib
import re
from dataclasses import dataclass

from . import base64_text, ed25519
from .errors import Bad, require

MAX_NOTE_BYTES = 16 * 1024
MAX_LINES = 16
MAX_HASHES = 63
MAX_PROOF_BYTES = MAX_NOTE_BYTES + 8 * 1024
MAX_SIZE = 1 << 53
MAX_INDEX = (1 << 63) - 1
LOG_KEY = 0x01
COSIGNATURE_KEY = 0x04
_LAST_SECOND = 253_402_300_799  # of the year 9999

_PROOF_HEAD = "c2sp.org/tlog-proof@v1"
_ORIGIN = re.compile(r"[\x21-\x2a\x2c-\x7e]{1,120}")  # without `+`
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class SignatureLine:
    name: str
    key_id: bytes
    body: bytes

    @property
    def text(self) -> str:
        return f"\u2014 {self.name} {base64_text.encode(self.key_id + self.body)}"


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    text: bytes
    lines: tuple[SignatureLine, ...]


@dataclass(frozen=True)
class Proof:
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint


def key_id(name: str, kind: int, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]


def read_checkpoint(note: str) -> Checkpoint:
    require(len(note.encode()) <= MAX_NOTE_BYTES, f"a note of more than {MAX_NOTE_BYTES} bytes")
    require(all(character >= " " or character == "\n" for character in note), "a control character in a note")
    text, separator, signatures = note.rpartition("\n\n")
    require(separator != "" and signatures.endswith("\n"), "a note without signature lines")
    lines = text.split("\n")
    require(len(lines) == 3, "a checkpoint has three lines: origin, size, root")
    require(_ORIGIN.fullmatch(lines[0]) is not None, "no origin")
    signed = signatures[:-1].split("\n")
    require(len(signed) <= MAX_LINES, f"more than {MAX_LINES} signature lines")
    return Checkpoint(
        origin=lines[0],
        size=_decimal(lines[1], MAX_SIZE, "size"),
        root=_hash(lines[2]),
        text=(text + "\n").encode(),
        lines=tuple(_read_line(line) for line in signed),
    )


def _decimal(text: str, most: int, what: str) -> int:
    require(_DECIMAL.fullmatch(text) is not None, f"no decimal {what}: {text[:40]!r}")
    number = int(text)
    require(number <= most, f"{what} is too large")
    return number


def _hash(text: str) -> bytes:
    data = base64_text.decode(text)
    require(len(data) == 32, f"a hash of {len(data)} bytes")
    return data


def _read_line(line: str) -> SignatureLine:
    parts = line.split(" ")
    require(len(parts) == 3 and parts[0] == "\u2014", "a signature line is: em dash, name, base64")
    name, data = parts[1], base64_text.decode_any(parts[2])
    require(name != "" and "+" not in name, "no key name")
    require(len(data) > 4, "a signature line without signature")
    return SignatureLine(name, data[:4], data[4:])


def is_log_signature(checkpoint: Checkpoint, line: SignatureLine, name: str, key: bytes) -> bool:
    claimed = line.name == name and line.key_id == key_id(name, LOG_KEY, key)
    return claimed and ed25519.verify(key, line.body, checkpoint.text)


def is_cosignature(checkpoint: Checkpoint, line: SignatureLine, name: str, key: bytes) -> bool:
    claimed = line.name == name and line.key_id == key_id(name, COSIGNATURE_KEY, key)
    if not claimed or len(line.body) != 8 + 64:
        return False
    seconds = int.from_bytes(line.body[:8], "big")
    if seconds > _LAST_SECOND:
        return False
    message = b"cosignature/v1\ntime %d\n" % seconds + checkpoint.text
    return ed25519.verify(key, line.body[8:], message)


def read_proof(proof: str) -> Proof:
    require(len(proof.encode()) <= MAX_PROOF_BYTES, f"a proof of more than {MAX_PROOF_BYTES} bytes")
    head, separator, note = proof.partition("\n\n")
    lines = head.split("\n")
    require(separator != "" and lines.pop(0) == _PROOF_HEAD, "no tlog-proof")
    if lines and lines[0].startswith("extra "):
        base64_text.decode_any(lines.pop(0).removeprefix("extra "))
    require(bool(lines) and lines[0].startswith("index "), "a tlog-proof without index")
    require(len(lines) - 1 <= MAX_HASHES, f"more than {MAX_HASHES} hashes")
    index = _decimal(lines[0].removeprefix("index "), MAX_INDEX, "index")
    return Proof(index, tuple(_hash(line) for line in lines[1:]), _read_proof_note(note))


def write_proof(proof: Proof) -> str:
    """The one spelling, in which a bundle carries it."""
    hashes = "".join(base64_text.encode(hash_) + "\n" for hash_ in proof.hashes)
    lines = "".join(line.text + "\n" for line in proof.checkpoint.lines)
    return f"{_PROOF_HEAD}\nindex {proof.index}\n{hashes}\n{proof.checkpoint.text.decode()}\n{lines}"


def _read_proof_note(note: str) -> Checkpoint:
    try:
        return read_checkpoint(note)
    except Bad as error:
        raise Bad(f"the checkpoint of the proof: {error}") from None
