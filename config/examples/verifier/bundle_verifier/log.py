"""An evidence log as a whole against its checkpoint, and one entry against a tlog-proof.

One right line of the log is enough, and one of a witness if there are any; all other lines are skipped."""

from dataclasses import dataclass
from typing import Iterable

from . import merkle, notes
from .entries import MAX_ENTRY, read_entry, respelled
from .errors import Bad, require
from .notes import Checkpoint, Proof


@dataclass(frozen=True)
class Witness:
    name: str
    key: bytes


@dataclass(frozen=True)
class Policy:
    """Whose log it must be, and who may witness it; with witnesses, one of them must have cosigned."""

    origin: str
    key: bytes
    witnesses: tuple[Witness, ...] = ()


def verify_note(note: str, policy: Policy) -> Checkpoint:
    checkpoint = notes.read_checkpoint(note)
    _verify_checkpoint(checkpoint, policy)
    return checkpoint


def _verify_checkpoint(checkpoint: Checkpoint, policy: Policy) -> None:
    require(checkpoint.origin == policy.origin, f"the checkpoint is of {checkpoint.origin[:100]!r}")
    require(_is_signed(checkpoint, policy), "the log's key has not signed the checkpoint")
    cosigned = any(_is_cosigned(checkpoint, witness) for witness in policy.witnesses)
    require(cosigned or not policy.witnesses, "no witness has cosigned the checkpoint")


def _is_signed(checkpoint: Checkpoint, policy: Policy) -> bool:
    return any(notes.is_log_signature(checkpoint, line, policy.origin, policy.key) for line in checkpoint.lines)


def _is_cosigned(checkpoint: Checkpoint, witness: Witness) -> bool:
    return any(notes.is_cosignature(checkpoint, line, witness.name, witness.key) for line in checkpoint.lines)


def split_lines(data: bytes) -> list[bytes]:
    """The entries of a file of JSON lines: each with one line feed behind it, which is no part of it."""
    if data == b"":
        return []
    require(data.endswith(b"\n"), "the last line has no end")
    lines = data[:-1].split(b"\n")
    for number, line in enumerate(lines):
        require(0 < len(line) <= MAX_ENTRY, f"line {number} has {len(line)} bytes")
    return lines


def as_logged(data: bytes) -> bytes:
    """The JSON lines of a log, from the lines of `planectl log PLANE --json`."""
    require(data == b"" or data.endswith(b"\n"), "the last line has no end")
    return b"".join(respelled(line) + b"\n" for line in data.splitlines())


def verify_log(data: bytes, note: str, policy: Policy) -> Checkpoint:
    """The checkpoint, if it is the log's and of exactly these entries."""
    checkpoint = verify_note(note, policy)
    entries = split_lines(data)
    require(len(entries) == checkpoint.size, f"{len(entries)} entries, and the checkpoint is of {checkpoint.size}")
    _check_entries(entries)
    require(merkle.root_of_entries(entries) == checkpoint.root, "the entries have another root")
    return checkpoint


def _check_entries(entries: Iterable[bytes]) -> None:
    for number, line in enumerate(entries):
        try:
            index = read_entry(line).index
        except Bad as error:
            raise Bad(f"line {number}: {error}") from None
        require(index == number, f"line {number} is the entry {index}")


def verify_proof(entry: bytes, proof_text: str, policy: Policy) -> Proof:
    """The proof, if it shows that these bytes stand in the log at the index that they name."""
    proof = notes.read_proof(proof_text)
    _verify_checkpoint(proof.checkpoint, policy)
    require(read_entry(entry).index == proof.index, "the proof is of another index")
    root = merkle.root_from_proof(proof.index, proof.checkpoint.size, merkle.leaf_hash(entry), proof.hashes)
    require(root == proof.checkpoint.root, "the proof does not lead to the root of the checkpoint")
    return proof
