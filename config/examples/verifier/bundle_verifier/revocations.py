"""The check `revocations`, and the chain that names a set of them."""

import hashlib

from . import dsse, statements
from .chain import Chain
from .dsse import Envelope
from .errors import require
from .statements import DRIFT_DETECTOR, Lease, Revocation


def head_of(digests: list[str]) -> str:
    """The revocation chain over digests that ascend already."""
    head = hashlib.sha256(b"nanda-revocation-chain-v1").digest()
    for digest in digests:
        head = hashlib.sha256(head + bytes.fromhex(digest.removeprefix("sha256:"))).digest()
    return "sha256:" + head.hex()


def check(envelopes: list[Envelope], lease: Lease | None, chain: Chain) -> list[Revocation]:
    if lease is not None:
        require(lease.revocation_count == len(envelopes), f"the lease counts {lease.revocation_count}, here are {len(envelopes)}")
    either = chain.keys_ever("approver", "governance")
    result = [_check_one(envelope, dsse.require_sound(envelope, dsse.STATEMENT_TYPE, either), chain) for envelope in envelopes]
    digests = [one.digest for one in result]
    for before, after in zip(digests, digests[1:]):
        require(before < after, "the digests do not ascend")
    if lease is not None:
        require(lease.revocation_head == head_of(digests), "the lease names other revocations")
    return result


def _check_one(envelope: Envelope, signers: list[bytes], chain: Chain) -> Revocation:
    revocation = statements.revocation(envelope)
    if revocation.revoked_by == DRIFT_DETECTOR:
        signed = not chain.keys_ever("governance").isdisjoint(signers)
        require(signed, "governance did not sign what the drift detector revoked")
    else:
        own = chain.keys_of_id(revocation.revoked_by) & chain.keys_ever("approver")
        require(not own.isdisjoint(signers), f"{revocation.revoked_by} did not sign it as an approver")
    return revocation
