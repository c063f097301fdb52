"""Base64 of RFC 4648 section 4: padded, no other characters, unused bits zero."""

import base64
import binascii

from .errors import Bad, require


def decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise Bad("no base64") from None
    require(encode(data) == text, "base64 in another spelling")
    return data


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
