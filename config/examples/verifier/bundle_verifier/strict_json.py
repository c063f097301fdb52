"""Strict JSON as the page has it, and the one spelling in which files and entries are written."""

import json
import math
import re
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any, NoReturn

from .errors import Bad, require

MAX_DEPTH = 32
MAX_VALUES = 1 << 17  # a bundle has its own bound
MAX_NUMBER_LENGTH = 128

# Possessive, so that a string without end is read once and not once for each quote in it.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?P<end>"?)|[\[\]{},]', re.DOTALL)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})\Z")


@dataclass(frozen=True)
class Number:
    """A number by its text: `1.0` is not `1`."""

    text: str

    def is_integer(self) -> bool:
        return _INTEGER.match(self.text) is not None

    def as_float(self) -> float:
        return float(self.text)


def parse(data: bytes, max_bytes: int, max_values: int = MAX_VALUES) -> Any:
    """The value that these bytes are; objects as dicts in their order, numbers as `Number`."""
    require(len(data) <= max_bytes, f"more than {max_bytes} bytes of JSON")
    text = _decode(data)
    _prescan(text, max_values)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_constant,
        )
    except (ValueError, RecursionError) as error:
        raise Bad(f"not JSON: {error}") from None
    _walk(value, max_values)
    return value


def _decode(data: bytes) -> str:
    require(not data.startswith(b"\xef\xbb\xbf"), "a byte order mark")
    try:
        return data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise Bad("not UTF-8") from None


def _prescan(text: str, max_values: int) -> None:
    """Bounds on depth and numbers of values, before anything is built from the text."""
    depth = commas = openers = 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token == ",":
            commas += 1
        elif token in ("[", "{"):
            depth += 1
            openers += 1
            require(depth <= MAX_DEPTH, f"deeper than {MAX_DEPTH} levels")
        elif token in ("]", "}"):
            depth -= 1
        else:
            require(match["end"] == '"', "a string without end")
        require(commas < max_values and openers <= max_values, f"more than {max_values} values")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        require(key not in result, f"the member {key[:60]!r} twice")
        result[key] = value
    return result


def _number(text: str) -> Number:
    require(len(text) <= MAX_NUMBER_LENGTH, "a number of too many characters")
    require(math.isfinite(float(text)), f"no double holds {text[:40]}")
    return Number(text)


def _constant(text: str) -> NoReturn:
    raise Bad(f"{text} is no JSON")


def _walk(root: Any, max_values: int) -> None:
    """Counts the values, without the names of members, and looks at every string."""
    count = 0
    pending = [root]
    while pending:
        value = pending.pop()
        count += 1
        require(count <= max_values, f"more than {max_values} values")
        if isinstance(value, str):
            _check_text(value)
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            for key in value:
                _check_text(key)
            pending.extend(value.values())


def _check_text(text: str) -> None:
    require("\x00" not in text, "a \\u0000")
    if not text.isascii():
        try:
            text.encode("utf-8", "strict")
        except UnicodeEncodeError:
            raise Bad("an unpaired surrogate") from None


def encode(value: Any) -> bytes:
    """The one spelling: compact, members in the order of the dict, numbers by their text."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts).encode("utf-8")


def _write(value: Any, parts: list[str]) -> None:
    # The depth is bounded by MAX_DEPTH, so recursion is too.
    if value is None:
        parts.append("null")
    elif isinstance(value, bool):
        parts.append("true" if value else "false")
    elif isinstance(value, str):
        parts.append(encode_basestring(value))
    elif isinstance(value, Number):
        parts.append(value.text)
    elif isinstance(value, list):
        _write_list(value, parts)
    elif isinstance(value, dict):
        _write_dict(value, parts)
    else:
        raise TypeError(f"no JSON value: {type(value)}")


def _write_list(items: list[Any], parts: list[str]) -> None:
    parts.append("[")
    for position, item in enumerate(items):
        if position:
            parts.append(",")
        _write(item, parts)
    parts.append("]")


def _write_dict(members: dict[str, Any], parts: list[str]) -> None:
    parts.append("{")
    for position, (key, item) in enumerate(members.items()):
        if position:
            parts.append(",")
        parts.append(encode_basestring(key))
        parts.append(":")
        _write(item, parts)
    parts.append("}")


def same(left: Any, right: Any) -> bool:
    """Equal: objects regardless of order, numbers by text, strings by code points, true is not 1."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)
