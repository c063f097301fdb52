"""What an endpoint believes: an order that the serving plane signed, by the key that the pinned trust root gives it.

Needs Python 3.11 and the `openssl` program, nothing else. docs/protocol.md, section 11, has the order's fields.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

ORDER = "application/vnd.nanda.endpoint-order+json"
ROOT = "application/vnd.nanda.trust-root+json"
SKEW = timedelta(seconds=30)
LIFETIME = timedelta(seconds=60)
FIELDS = {"v", "id", "action", "from", "issued_at", "expires_at", "environment", "model_id", "weights_hash",
          "weights_kind", "weights_path", "scope", "approval_id", "approval_digest", "deployed_by",
          "evidence_entry_id", "reason"}
ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")


class Refused(Exception):
    """Why an order is not carried out; the text goes back to the plane."""


def strict_json(data):
    def unique(pairs):
        if len(dict(pairs)) != len(pairs):
            raise Refused("a JSON object has the same key twice")
        return dict(pairs)
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Refused(f"not JSON: {error}") from None


def signed_by(key_hex, signature, message):
    pem = (b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(ED25519_SPKI + bytes.fromhex(key_hex))
           + b"\n-----END PUBLIC KEY-----\n")
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("key", "message", "signature")]
        for file, content in zip(files, (pem, message, signature)):
            file.write_bytes(content)
        check = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", files[0],
                                "-in", files[1], "-sigfile", files[2]], capture_output=True, timeout=30)
    return check.returncode == 0


def signers(envelope, payload_type, keys):
    """The payload's bytes, and which of `keys` signed them as `payload_type`."""
    try:
        payload = base64.b64decode(envelope["payload"], validate=True)
        signatures = [base64.b64decode(each["sig"], validate=True) for each in envelope["signatures"]]
        found = envelope["payloadType"]
    except (KeyError, TypeError, ValueError):
        raise Refused("not a DSSE envelope") from None
    if found != payload_type or not 1 <= len(signatures) <= 16:
        raise Refused(f"not a signed {payload_type}")
    message = b"DSSEv1 %d %s %d %s" % (len(payload_type), payload_type.encode(), len(payload), payload)
    return payload, {key for key in keys if any(signed_by(key, each, message) for each in signatures)}


def trust_root(folder, pinned):
    """The newest root: version 1 is the pinned one, and each next one is signed by the thresholds of both."""
    envelope = strict_json(Path(folder, "1.root.json").read_bytes())
    payload = base64.b64decode(envelope["payload"], validate=True)
    if "sha256:" + hashlib.sha256(payload).hexdigest() != pinned:
        raise Refused("version 1 of the trust root is not the pinned one")
    root = strict_json(payload)
    while (file := Path(folder, f"{root['version'] + 1}.root.json")).exists():
        envelope = strict_json(file.read_bytes())
        payload, old = signers(envelope, ROOT, set(root["root"]["keys"]))
        following = strict_json(payload) if len(old) >= root["root"]["threshold"] else None
        if following is None or following["version"] != root["version"] + 1:
            raise Refused(f"{file} is not what version {root['version']} handed on to")
        if len(signers(envelope, ROOT, set(following["root"]["keys"]))[1]) < following["root"]["threshold"]:
            raise Refused(f"{file} is not signed by its own threshold")
        root = following
    return root


class Orders:
    """Takes each order once, for one environment, within its life."""

    def __init__(self, folder, pinned, environment):
        if shutil.which("openssl") is None:
            raise SystemExit("the openssl program is missing: signatures are checked with it (apt-get install openssl)")
        self.folder, self.pinned, self.environment, self.seen = folder, pinned, environment, {}

    def read(self, frame):
        [plane] = [each for each in trust_root(self.folder, self.pinned)["principals"] if "serving" in each["roles"]]
        payload, keys = signers(strict_json(frame), ORDER, set(plane["keys"]))
        if not keys:
            raise Refused("the order is not signed by the serving plane")
        order = strict_json(payload)
        if set(order) != FIELDS or order["v"] != 1 or order["from"] != plane["id"]:
            raise Refused("the order has not the fields of version 1")
        self.confirm_timely(order)
        if order["environment"] != self.environment:
            raise Refused(f"this endpoint serves {self.environment}, the order is for {order['environment']}")
        return order

    def confirm_timely(self, order):
        now = datetime.now(timezone.utc)
        issued, expires = (datetime.fromisoformat(order[name]) for name in ("issued_at", "expires_at"))
        if not issued - SKEW <= now <= expires + SKEW or expires - issued > LIFETIME:
            raise Refused("the order is not of this minute: compare the clocks")
        self.seen = {name: until for name, until in self.seen.items() if until >= now}
        if order["id"] in self.seen:
            raise Refused("this order was taken before")
        self.seen[order["id"]] = expires + SKEW
