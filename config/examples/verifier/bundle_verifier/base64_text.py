"""Base64: in the one spelling of RFC 4648 section 4, and as envelopes on the wire may spell it."""

import base64
import binascii

from .errors import Bad, require

_TO_STANDARD = str.maketrans("-_", "+/")


def decode(text: str) -> bytes:
    """Padded, standard alphabet, unused bits zero, nothing else."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise Bad("no base64") from None
    require(encode(data) == text, "base64 in another spelling")
    return data


def decode_any(text: str) -> bytes:
    """Either alphabet, but one of them; padding right or left out; unused bits zero."""
    require(not ({"+", "/"} & set(text) and {"-", "_"} & set(text)), "base64 of two alphabets")
    standard = text.translate(_TO_STANDARD)
    padding = "" if standard.endswith("=") else "=" * (-len(standard) % 4)
    return decode(standard + padding)


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
