"""The tree of RFC 6962: roots of logs, and inclusion proofs as in RFC 9162 section 2.1.3.2."""

import hashlib
from typing import Iterable

from .errors import require

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_entries(entries: Iterable[bytes]) -> bytes:
    """MTH by a stack of perfect subtrees: after n entries it holds one for each bit of n."""
    stack: list[bytes] = []
    for index, entry in enumerate(entries):
        hash_ = leaf_hash(entry)
        while index & 1:
            hash_ = node_hash(stack.pop(), hash_)
            index >>= 1
        stack.append(hash_)
    if not stack:
        return EMPTY_ROOT
    root = stack.pop()
    while stack:
        root = node_hash(stack.pop(), root)
    return root


def root_from_proof(index: int, size: int, leaf: bytes, hashes: tuple[bytes, ...]) -> bytes:
    require(0 <= index < size, f"index {index} is beyond the size {size}")
    fn, sn, result = index, size - 1, leaf
    for hash_ in hashes:
        require(sn != 0, "the proof is too long")
        if fn & 1 or fn == sn:
            result = node_hash(hash_, result)
            while fn & 1 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, hash_)
        fn, sn = fn >> 1, sn >> 1
    require(sn == 0, "the proof is too short")
    return result
