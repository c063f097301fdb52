"""Strict Ed25519, as libsodium's: S below the order, no R of small order, keys of the prime-order group, no cofactor."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_SIGN = 1 << 255
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

# Extended coordinates: x/z, y/z, z, xy/z.
Point = tuple[int, int, int, int]
_NEUTRAL: Point = (0, 1, 1, 0)

# The y of the points of order 4, 1, 2 and 8 (those of order 8 double to y = 0).
_Y_OF_ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8})


def _is_good_point(encoding: bytes) -> bool:
    """Canonical and not of small order; whether it is on the curve is for the library to say."""
    y = int.from_bytes(encoding, "little") & (_SIGN - 1)
    return y < _P and y not in _SMALL_ORDER_Y


def _add(left: Point, right: Point) -> Point:
    """RFC 8032 section 5.1.4."""
    a = (left[1] - left[0]) * (right[1] - right[0]) % _P
    b = (left[1] + left[0]) * (right[1] + right[0]) % _P
    c = 2 * left[3] * right[3] * _D % _P
    d = 2 * left[2] * right[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _decompress(encoding: bytes) -> Point | None:
    """RFC 8032 section 5.1.3."""
    number = int.from_bytes(encoding, "little")
    y, odd = number & (_SIGN - 1), number >> 255
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * pow(v, 3, _P) * pow(u * pow(v, 7, _P), (_P - 5) // 8, _P) % _P
    if v * x * x % _P == -u % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if v * x * x % _P != u or (x == 0 and odd):
        return None
    x = _P - x if x & 1 != odd else x
    return x, y, 1, x * y % _P


@lru_cache(maxsize=65536)
def is_key(encoding: bytes) -> bool:
    """Whether these 32 bytes are the canonical encoding of a point of the prime-order group, and not the neutral one."""
    if len(encoding) != 32 or not _is_good_point(encoding):
        return False
    point = _decompress(encoding)
    if point is None:
        return False
    product, scalar = _NEUTRAL, _ORDER
    while scalar:
        if scalar & 1:
            product = _add(product, point)
        point, scalar = _add(point, point), scalar >> 1
    return product[0] == 0 and product[1] == product[2]


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
