"""The planes' wire for programs that would rather not call `planectl`. Needs Python 3.11 and `cryptography`.

    trainer = Plane("training", "run/training-plane/submit.sock", "trainer", "trainer.pem", trust_root(path, pinned))
    receipt = trainer.submit(training_output)

A reply counts only if the plane that was asked, by the key that the pinned trust root gives it, signed it as the
answer to this very request. submit_outputs.py is a program around it; README.md: Slurm and containers.
"""

import base64
import hashlib
import json
import secrets
import socket
from datetime import datetime, timedelta, timezone
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

MESSAGE = "application/vnd.nanda.plane-message+json"
STATEMENT = "application/vnd.in-toto+json"
PREDICATE = "https://projectnanda.org/model-governance/{}/v1"
NANDA_FIELDS = ("approval_id", "model_id", "weights_hash", "approved_by", "approved_at", "expires_at", "profile",
                "correlation_id", "approved_environments", "approved_scopes", "required_approvers")


class Refused(Exception):
    """A plane's signed `error`: `code` to match on, `message` to read, `decision` with every gate if it denied."""

    def __init__(self, code, message, now=None, decision=None):
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.now, self.decision = code, message, now, decision


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def strict_json(data):
    def unique(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a JSON object has the same key twice")
        return dict(pairs)
    return json.loads(data.decode("utf-8"), object_pairs_hook=unique)


def pae(payload_type, payload):
    return b"DSSEv1 %d %s %d %s" % (len(payload_type), payload_type.encode(), len(payload), payload)


def envelope(key, payload_type, payload):
    keyid = hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()
    signature = {"keyid": keyid, "sig": base64.b64encode(key.sign(pae(payload_type, payload))).decode()}
    return {"payload": base64.b64encode(payload).decode(), "payloadType": payload_type, "signatures": [signature]}


def verified(dsse, payload_type, keys):
    """The payload's bytes, if one of `keys` signed them as `payload_type`."""
    payload = base64.b64decode(dsse["payload"], validate=True)
    for key, signature in ((key, signature) for key in keys for signature in dsse["signatures"]):
        try:
            key.verify(base64.b64decode(signature["sig"], validate=True), pae(payload_type, payload))
            return payload
        except InvalidSignature:
            continue
    raise ValueError(f"the {payload_type} is signed by no key that the trust root names for it")


def nanda_signature(key, approval):
    """sm_governance's form: over the hex characters of the SHA-256 of eleven fields' canonical JSON, in hex."""
    canonical = json.dumps({name: approval[name] for name in NANDA_FIELDS}, sort_keys=True, separators=(",", ":"))
    return key.sign(hashlib.sha256(canonical.encode()).hexdigest().encode()).hex()


def trust_root(path, pinned):
    """The roster in the signed file, only if the digest of its payload is the pinned `sha256:...`."""
    payload = base64.b64decode(strict_json(Path(path).read_bytes())["payload"], validate=True)
    if digest(payload) != pinned:
        raise ValueError(f"{path} holds trust root {digest(payload)}, but {pinned} is pinned")
    return strict_json(payload)


class Plane:
    """The plane of a role (training, governance, serving) at one of its sockets, spoken to as `name`."""

    def __init__(self, role, socket_path, name, key_path, root):
        self.socket_path, self.name, self.root, self.clock_offset = socket_path, name, root, timedelta()
        [self.id] = [each["id"] for each in root["principals"] if role in each["roles"]]
        self.keys, self.key = self.keys_of(role), load_pem_private_key(Path(key_path).read_bytes(), password=None)

    def keys_of(self, role):
        return [Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
                for each in self.root["principals"] if role in each["roles"] for key in each["keys"]]

    def now(self):
        return datetime.now(timezone.utc) + self.clock_offset

    def call(self, kind, body):
        """The body of the plane's `.result`; `Refused` on its `error`. A clock that is wrong here is corrected once."""
        try:
            return self.exchange(self.message(kind, body))
        except Refused as refusal:
            if refusal.code != "expired_message" or not refusal.now:
                raise
            self.clock_offset = datetime.fromisoformat(refusal.now) - datetime.now(timezone.utc)
        return self.exchange(self.message(kind, body))

    def message(self, kind, body):
        issued_at, expires_at = (f"{self.now() + timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ}" for s in (0, 30))
        return {"v": 1, "id": secrets.token_hex(16), "kind": kind, "from": self.name, "to": self.id,
                "issued_at": issued_at, "expires_at": expires_at, "body": body}

    def exchange(self, message):
        request = json.dumps(message).encode()
        reply = strict_json(self.roundtrip(json.dumps(envelope(self.key, MESSAGE, request)).encode()))
        answer = strict_json(verified(reply, MESSAGE, self.keys))
        expected = {"from": self.id, "to": self.name, "in_reply_to": message["id"], "request_digest": digest(request)}
        if answer["kind"] not in ("error", message["kind"] + ".result") or not expected.items() <= answer.items():
            raise ValueError(f"the {answer['kind']} from {answer['from']} does not answer this {message['kind']}")
        if answer["kind"] == "error":
            raise Refused(**answer["body"])
        return answer["body"]

    def roundtrip(self, frame):
        with socket.socket(socket.AF_UNIX) as stream, stream.makefile("rb") as reader:
            stream.settimeout(60)
            try:
                stream.connect(self.socket_path)
            except OSError as error:
                raise ConnectionError(f"{self.socket_path}: {error.strerror}") from None
            stream.sendall(len(frame).to_bytes(4, "big") + frame)
            length = int.from_bytes(reader.read(4), "big")
            if not 0 < length <= 1 << 20 or len(reply := reader.read(length)) != length:
                raise ConnectionError(f"{self.socket_path} closed without a whole frame of at most 1 MiB")
            return reply

    def attest(self, name, predicate, model):
        subject = {"name": model["model_id"], "digest": {"sha256": model["weights_hash"].removeprefix("sha256:")}}
        statement = {"_type": "https://in-toto.io/Statement/v1", "subject": [subject],
                     "predicateType": PREDICATE.format(name), "predicate": predicate}
        return envelope(self.key, STATEMENT, json.dumps(statement).encode())

    def submit(self, output):
        """Takes a TrainingOutput; instead of `weights_hash` it may carry `weights`, the path of one file."""
        if "weights" in output:
            with open(output["weights"], "rb") as file:
                output = output | {"weights_hash": "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()}
        return self.call("training.complete", {"training_output": {k: output[k] for k in output if k != "weights"}})

    def approval(self, training_output, environments, required_approvers, scopes=None, ttl=timedelta(days=90)):
        """What `propose` would sign, for the training plane's attestation as `submit` returned it."""
        payload, now = verified(training_output, STATEMENT, self.keys_of("training")), self.now()
        output = strict_json(payload)["predicate"]
        return {key: output[key] for key in ("model_id", "weights_hash", "correlation_id")} | {
            "approval_id": "approval:" + secrets.token_hex(8), "profile": "default", "approved_by": self.name,
            "approved_at": now.isoformat(), "expires_at": (now + ttl).isoformat(),
            "approved_environments": environments, "approved_scopes": scopes, "required_approvers": required_approvers,
            "training_output_digest": digest(payload), "trust_root_version": self.root["version"]}

    def propose(self, approval):
        return self.call("approval.propose", {
            "training_output_digest": approval["training_output_digest"],
            "approval": self.attest("model-approval", approval, approval),
            "nanda_signature": nanda_signature(self.key, approval)})

    def proposal(self, approval_id):
        """The approval's bytes, to be signed as they are, and its predicate, to be read first."""
        dsse = self.call("approval.get", {"approval_id": approval_id})["approval"]
        statement = strict_json(payload := verified(dsse, STATEMENT, self.keys_of("approver")))
        if statement["predicateType"] != PREDICATE.format("model-approval"):
            raise ValueError(f"governance sent a {statement['predicateType']} as {approval_id}")
        return payload, statement["predicate"]

    def sign_approval(self, approval_id, weights_hash):
        """Signs the proposal, if it is for these weights: that is the approver's to know, not governance's to say."""
        payload, approval = self.proposal(approval_id)
        if (approval["approval_id"], approval["weights_hash"]) != (approval_id, weights_hash):
            raise ValueError(f"governance sent {approval['approval_id']}, for {approval['weights_hash']}")
        signature = envelope(self.key, STATEMENT, payload)["signatures"][0]
        return self.call("approval.sign", {"approval_id": approval_id, "signature": signature,
                                           "nanda_signature": nanda_signature(self.key, approval)})

    def reject(self, approval_id, reason):
        payload, approval = self.proposal(approval_id)
        rejection = {"approval_id": approval_id, "approval_digest": digest(payload), "rejected_by": self.name,
                     "reason": reason, "rejected_at": self.now().isoformat()}
        return self.call("approval.reject", {"decision": self.attest("approval-rejection", rejection, approval)})

    def revoke(self, model_id, weights_hash, reason, approval_id=None):
        revocation = {"approval_id": approval_id, "model_id": model_id, "weights_hash": weights_hash,
                      "revoked_by": self.name, "reason": reason, "revoked_at": self.now().isoformat()}
        return self.call("model.revoke", {"revocation": self.attest("model-revocation", revocation, revocation)})

    def deploy(self, model_id, environment, **options):
        return self.call("model.deploy", {"model_id": model_id, "environment": environment, **options})["promotion"]

    def authorize(self, model_id, environment, **options):
        return self.call("model.authorize", {"model_id": model_id, "environment": environment, **options})["decision"]
