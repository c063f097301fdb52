"""What a JSON value must look like: small readers that return the value or raise `Bad`."""

import re
from typing import Any, Callable, TypeVar

from . import ed25519, times
from .errors import Bad, require
from .strict_json import Number

T = TypeVar("T")
MAX_TEXT = 4096
MAX_COUNT = (1 << 31) - 1

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}")
_APPROVAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_CORRELATION = re.compile(r"[\x21-\x7e]{1,128}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_HEX32 = re.compile(r"[0-9a-f]{32}")


def members(value: Any, required: tuple[str, ...], optional: tuple[str, ...], what: str) -> dict[str, Any]:
    """The object with exactly these members; absent optional ones come out as None."""
    require(isinstance(value, dict), f"{what} is no object")
    for key in value:
        require(key in required or key in optional, f"{what} has an unknown member {key[:60]!r}")
    for key in required:
        require(key in value, f"{what} lacks {key}")
    return {key: value.get(key) for key in required + optional}


def in_order(value: Any, names: tuple[str, ...], what: str) -> dict[str, Any]:
    """The object with all of these members and no other, in this order."""
    require(isinstance(value, dict), f"{what} is no object")
    require(tuple(value) == names, f"{what} has other members, or another order")
    return value


def optional(value: Any, read: Callable[[Any], T]) -> T | None:
    return None if value is None else read(value)


def text(value: Any, most: int = MAX_TEXT) -> str:
    """A text of at most so many bytes."""
    whole = any_text(value)
    require(len(whole.encode("utf-8")) <= most, f"a text of more than {most} bytes")
    return whole


def any_text(value: Any) -> str:
    if not isinstance(value, str):
        raise Bad("no text")
    return value


def array(value: Any, low: int, high: int, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise Bad(f"{what} is no array")
    require(low <= len(value) <= high, f"{what} has {len(value)} items")
    return value


def obj(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Bad("no object")
    return value


def obj_or_null(value: Any) -> dict[str, Any]:
    """Where null means {}."""
    return {} if value is None else obj(value)


def integer(value: Any, low: int, high: int, what: str) -> int:
    if not isinstance(value, Number) or not value.is_integer():
        raise Bad(f"{what} is no whole number")
    number = int(value.text)
    require(low <= number <= high, f"{what} is {number}")
    return number


def real(value: Any, low: float, high: float, what: str) -> float:
    if not isinstance(value, Number):
        raise Bad(f"{what} is no number")
    number = value.as_float()
    require(low <= number <= high, f"{what} is {number}")
    return number


def _matching(value: Any, pattern: re.Pattern[str], what: str) -> str:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise Bad(f"no {what}: {str(value)[:80]!r}")
    return value


def name(value: Any) -> str:
    return _matching(value, _NAME, "name")


def approval_id(value: Any) -> str:
    return _matching(value, _APPROVAL, "approval id")


def correlation_id(value: Any) -> str:
    return _matching(value, _CORRELATION, "correlation id")


def hex64(value: Any) -> str:
    return _matching(value, _HEX64, "64 lowercase hex digits")


def hex32(value: Any) -> str:
    return _matching(value, _HEX32, "32 lowercase hex digits")


def public_key(value: Any) -> bytes:
    key = bytes.fromhex(hex64(value))
    require(ed25519.is_key(key), "no Ed25519 public key")
    return key


def model_id(value: Any) -> str:
    model = _matching(value, _MODEL, "model id")
    for part in model.split("/"):
        require(part not in ("", "current") and not part.startswith("."), f"no model id: {model!r}")
    return model


def digest(value: Any) -> str:
    whole = text(value)
    require(whole.startswith("sha256:"), "no digest")
    hex64(whole[7:])
    return whole


def digest_or_hex(value: Any) -> str:
    """A digest, or bare hex, which means the same; with the prefix."""
    whole = text(value)
    return whole if whole.startswith("sha256:") and digest(whole) else "sha256:" + hex64(whole)


def time(value: Any) -> int:
    return times.paper_time(text(value))


def unique(items: list[str], what: str) -> list[str]:
    require(len(set(items)) == len(items), f"{what} names one twice")
    return items


def names(value: Any, low: int, high: int, what: str) -> list[str]:
    return unique([name(item) for item in array(value, low, high, what)], what)
