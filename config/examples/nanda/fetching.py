"""Getting JSON from a registry that may do what it likes: answer with too much, too slowly, or with no JSON."""

import http.client
import json
import queue
import threading
import time
import urllib.request
from typing import Any

from bundle_verifier.errors import require

MAX_ANSWER = 16 << 20
MAX_DEPTH = 64
MAX_VALUES = 1 << 20
# Seconds: of waiting for the next bytes, and of everything together.
PATIENCE = 10
TOTAL = 20


class NoAnswer(OSError):
    """Nothing that could be read came from an address."""


def fetch_json(url: str, total: float = TOTAL) -> dict[str, Any]:
    """The JSON object at a URL, within `total` seconds, the name's lookup and whatever else included. Raises `NoAnswer`."""
    answers: queue.SimpleQueue[dict[str, Any] | Exception] = queue.SimpleQueue()
    # A lookup or a header that drips in cannot be ended from here; it can be left alone.
    threading.Thread(target=lambda: answers.put(_fetched(url, time.monotonic() + total)), daemon=True).start()
    try:
        answer = answers.get(timeout=total)
    except queue.Empty:
        raise NoAnswer(f"{url} has not answered within {total:g} s") from None
    if isinstance(answer, Exception):
        raise NoAnswer(f"{url}: {str(answer) or type(answer).__name__}") from answer
    return answer


def _fetched(url: str, deadline: float) -> dict[str, Any] | Exception:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            value = json.loads(_read(response, deadline))
        return value if isinstance(value, dict) else ValueError("answers with no object")
    except Exception as error:  # a server that breaks off or answers with nonsense makes many kinds
        return error


def _read(response: http.client.HTTPResponse, deadline: float) -> bytes:
    data = bytearray()
    while piece := response.read1(1 << 16):
        data += piece
        if len(data) > MAX_ANSWER:
            raise ValueError(f"answers with more than {MAX_ANSWER} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError("has not answered in time")
    return bytes(data)


def require_readable(document: Any) -> None:
    """That nothing in a document's JSON surprises who reads it: bounded in depth and number, and text that is Unicode."""
    pending, count = [(document, 1)], 0
    while pending:
        value, depth = pending.pop()
        count += 1
        require(depth <= MAX_DEPTH, f"the document is deeper than {MAX_DEPTH} levels")
        require(count <= MAX_VALUES, f"the document has more than {MAX_VALUES} values")
        if isinstance(value, str):
            require(_is_unicode(value), "the document has an unpaired surrogate in it")
        elif isinstance(value, dict):
            pending += [(item, depth + 1) for pair in value.items() for item in pair]
        elif isinstance(value, list):
            pending += [(item, depth + 1) for item in value]


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
