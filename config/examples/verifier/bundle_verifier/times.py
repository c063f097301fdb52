"""The two forms of a time, as whole microseconds since 1970."""

import re
from datetime import datetime, timezone

from .errors import Bad, require

SECOND = 1_000_000
DAY = 86_400 * SECOND
_MAX_SPAN = 3_153_600_000  # a hundred years
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}

_SPAN = re.compile(r"([0-9]{1,10})([smhd])")
_PAPER = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{6}))?\+00:00")
_HEADER = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?Z")


def paper_time(text: str) -> int:
    """`2026-01-02T03:04:05+00:00`; six fraction digits or none, and never six zeros."""
    match = _PAPER.fullmatch(text)
    if match is None:
        raise Bad(f"no time: {text[:60]!r}")
    require(match[7] != "000000", "a fraction of zero is left out")
    return _microseconds(match)


def header_time(text: str) -> int:
    """`2026-01-02T03:04:05.123Z`; up to nine fraction digits, of which six count."""
    match = _HEADER.fullmatch(text)
    if match is None:
        raise Bad(f"no RFC 3339 time ending in Z: {text[:60]!r}")
    return _microseconds(match)


def any_time(text: str) -> int:
    """Either form, for who types one."""
    return header_time(text) if text.endswith("Z") else paper_time(text)


def span_seconds(text: str) -> int:
    """`90d`, `12h`, `30m` or `60s`."""
    match = _SPAN.fullmatch(text)
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    require(1 <= seconds <= _MAX_SPAN, f"no time like 90d, 12h, 30m or 60s: {text[:60]!r}")
    return seconds


def write_time(microseconds: int) -> str:
    """The form in papers."""
    seconds, rest = divmod(microseconds, SECOND)
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    fraction = f".{rest:06d}" if rest else ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "+00:00"


def _microseconds(match: re.Match[str]) -> int:
    year, month, day, hour, minute, second = (int(match[group]) for group in range(1, 7))
    require(year >= 1970, "a year before 1970")
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError as error:
        raise Bad(f"no such date: {error}") from None
    since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    fraction = int((match[7] or "")[:6].ljust(6, "0"))
    return (since.days * 86_400 + since.seconds) * SECOND + fraction
