"""The four checks of the evidence."""

from dataclasses import dataclass

from . import merkle, notes
from .bundle_file import Bundle, Evidence
from .chain import Chain
from .entries import Entry, read_entry
from .errors import Bad, require
from .notes import Checkpoint, Proof, SignatureLine
from .trust_root import PLANES

WITNESSES = {"training": ("governance",), "governance": ("training", "serving"), "serving": ("governance",)}

# Plane and event: which envelope of the bundle the entry's digest is that of.
_EVENTS = {
    ("training", "training_completed"): "training_output",
    ("governance", "training_received"): "training_output",
    ("governance", "approval_proposed"): "approval",
    ("governance", "approval_signed"): "approval",
    ("governance", "model_approved"): "approval",
    ("governance", "model_approval_revoked"): "revocations",
    ("serving", "approval_received"): "approval",
    ("serving", "deployment_intended"): "approval",
    ("serving", "model_deployment"): "promotion",
    ("serving", "model_approval_revoked"): "revocations",
}
_ALWAYS = (("training", "training_completed"), ("governance", "model_approved"))
_WITH_PROMOTION = (("serving", "deployment_intended"), ("serving", "model_deployment"))


@dataclass(frozen=True)
class Located:
    """An entry, and whose log it is in."""

    plane: str
    origin: str
    data: bytes
    entry: Entry
    proof: str


def check_entries(bundle: Bundle, chain: Chain) -> list[Located]:
    digests = _digests(bundle)
    located = [_locate(item, chain) for item in bundle.evidence]
    for one in located:
        kind = _EVENTS.get((one.plane, one.entry.event))
        if kind is None:
            raise Bad(f"{one.entry.event[:60]!r} does not belong into a bundle as an event of {one.plane}")
        require(one.entry.attestation_digest in digests[kind], f"{one.entry.event} is of something else")
    _check_order(located)
    there = {(one.plane, one.entry.event) for one in located}
    for needed in _ALWAYS + (_WITH_PROMOTION if bundle.promotion else ()):
        require(needed in there, f"no {needed[1]} of {needed[0]}")
    return located


def completed_at(located: list[Located]) -> int:
    """When governance first wrote down that enough had signed, by its own clock."""
    return min(one.entry.time for one in located if (one.plane, one.entry.event) == ("governance", "model_approved"))


def _digests(bundle: Bundle) -> dict[str, set[str]]:
    return {
        "training_output": {bundle.training_output.digest},
        "approval": {bundle.approval.digest},
        "promotion": {bundle.promotion.digest} if bundle.promotion else set(),
        "revocations": {one.digest for one in bundle.revocations},
    }


def _locate(item: Evidence, chain: Chain) -> Located:
    plane = chain.plane_of_origin(item.origin)
    if plane is None:
        raise Bad(f"{item.origin[:100]!r} is no log of a plane of this root")
    data = item.entry.encode("utf-8")
    return Located(plane, item.origin, data, read_entry(data), item.proof)


def _check_order(located: list[Located]) -> None:
    places = [(PLANES.index(one.plane), one.entry.index) for one in located]
    for before, after in zip(places, places[1:]):
        require(before < after, "entries stand out of order, or twice")


def check_checkpoints(located: list[Located], chain: Chain) -> list[Proof]:
    return [_check_checkpoint(one, chain) for one in located]


def _check_checkpoint(one: Located, chain: Chain) -> Proof:
    proof = notes.read_proof(one.proof)
    require(notes.write_proof(proof) == one.proof, "the proof is not spelled as proofs are here")
    require(proof.checkpoint.origin == one.origin, "the checkpoint is of another log")
    keys = chain.keys_ever(one.plane)
    signed = any(_is_logs_own(proof.checkpoint, line, keys) for line in proof.checkpoint.lines)
    require(signed, f"{one.plane} did not sign the checkpoint of its log")
    return proof


def _is_logs_own(checkpoint: Checkpoint, line: SignatureLine, keys: frozenset[bytes]) -> bool:
    return any(notes.is_log_signature(checkpoint, line, checkpoint.origin, key) for key in keys)


def check_inclusion(located: list[Located], proofs: list[Proof]) -> None:
    for one, proof in zip(located, proofs, strict=True):
        require(proof.index == one.entry.index, "the proof is of another index")
        leaf = merkle.leaf_hash(one.data)
        root = merkle.root_from_proof(proof.index, proof.checkpoint.size, leaf, proof.hashes)
        require(root == proof.checkpoint.root, "the proof does not lead to the root of the checkpoint")


def check_witnesses(located: list[Located], proofs: list[Proof], chain: Chain) -> None:
    for one, proof in zip(located, proofs, strict=True):
        _check_lines(one.plane, proof.checkpoint, chain)


def _check_lines(plane: str, checkpoint: Checkpoint, chain: Chain) -> None:
    texts = [line.text for line in checkpoint.lines]
    require(len(set(texts)) == len(texts), "a signature line stands twice")
    own = chain.keys_ever(plane)
    cosigned = 0
    for line in checkpoint.lines:
        if _is_by_witness(plane, checkpoint, line, chain):
            cosigned += 1
        else:
            require(_is_logs_own(checkpoint, line, own), f"a line under {line.name[:80]!r} is neither the log's nor a witness's")
    require(cosigned > 0, f"no witness cosigned a checkpoint of {plane}")


def _is_by_witness(plane: str, checkpoint: Checkpoint, line: SignatureLine, chain: Chain) -> bool:
    return any(
        notes.is_cosignature(checkpoint, line, line.name, key)
        for witness in WITNESSES[plane]
        if chain.is_origin_of(line.name, witness)
        for key in chain.newest.keys_of_role(witness)
    )
