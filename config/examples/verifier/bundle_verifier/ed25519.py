"""Strict Ed25519: S below the order, canonical encodings, no key and no R of small order."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_SIGN = 1 << 255

# The y of the points of order 4, 1, 2 and 8 (those of order 8 double to y = 0).
_Y_OF_ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8})


def _is_good_point(encoding: bytes) -> bool:
    """Canonical and not of small order; whether it is on the curve is for the library to say."""
    y = int.from_bytes(encoding, "little") & (_SIGN - 1)
    return y < _P and y not in _SMALL_ORDER_Y


@lru_cache(maxsize=8192)
def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    if len(key) != 32 or len(signature) != 64:
        return False
    if not _is_good_point(key) or not _is_good_point(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= _ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
