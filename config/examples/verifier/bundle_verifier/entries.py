"""Entries of a plane's evidence, byte for byte."""

from dataclasses import dataclass

from . import shape, strict_json
from .errors import require

MAX_ENTRY = 64 * 1024
_MEMBERS = ("v", "index", "time", "event", "data", "attestation_digest")


@dataclass(frozen=True)
class Entry:
    index: int
    time: int
    event: str
    attestation_digest: str | None


def respelled(printed: bytes) -> bytes:
    """An entry as it was logged, from how `planectl` prints it: with its plane and id before it, and invisible characters escaped."""
    fields = shape.obj(strict_json.parse(printed, 8 * MAX_ENTRY))
    return strict_json.encode({name: value for name, value in fields.items() if name not in ("plane", "id")})


def read_entry(data: bytes) -> Entry:
    """An entry in the one spelling, its six members in their order."""
    value = strict_json.parse(data, MAX_ENTRY)
    fields = shape.in_order(value, _MEMBERS, "an entry")
    require(strict_json.encode(value) == data, "an entry in another spelling")
    shape.integer(fields["v"], 1, 1, "v")
    shape.obj(fields["data"])
    index = shape.integer(fields["index"], 0, (1 << 63) - 1, "index")
    require(fields["index"].text == str(index), "an index in another spelling")  # -0 is a number, and no place in a log
    return Entry(
        index=index,
        time=shape.time(fields["time"]),
        event=shape.any_text(fields["event"]),
        attestation_digest=shape.optional(fields["attestation_digest"], shape.digest),
    )
