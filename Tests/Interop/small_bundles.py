"""Small bundles made from fixed keys, right as they are, to be made wrong in one place."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bundle_verifier import base64_text, dsse, merkle, notes, revocations, times
from bundle_verifier.results import Question, Report
from bundle_verifier.verify import verify

Json = dict[str, Any]
WEIGHTS = "sha256:" + "ab" * 32
NOW = "2026-01-02T04:00:00+00:00"


def same(value: Any) -> Any:
    return value


def private_key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def hex_key(name: str) -> str:
    return private_key(name).public_key().public_bytes_raw().hex()


def encoded(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def envelope(payload: bytes, kind: str, signers: list[str]) -> Json:
    message = dsse.pae(kind, payload)
    signatures = [
        {"keyid": dsse.key_id(bytes.fromhex(hex_key(name))), "sig": base64_text.encode(private_key(name).sign(message))}
        for name in signers
    ]
    return {"payload": base64_text.encode(payload), "payloadType": kind, "signatures": signatures}


def digest_of(signed: Json) -> str:
    return "sha256:" + hashlib.sha256(base64_text.decode(signed["payload"])).hexdigest()


def principal(name: str, role: str, person: str | None = None, **more: Any) -> Json:
    return {"id": name, "person": person, "roles": [role], "keys": [hex_key(name)]} | more


def root_value(version: int = 1) -> Json:
    production = {"required_approvers": 1, "max_ttl_days": 90, "all_of": ["risk"]}
    return {
        "version": version, "issued_at": f"2026-01-01T00:0{version}:00+00:00",
        "expires_at": "2027-01-01T00:00:00+00:00",
        "root": {"keys": [hex_key("root")], "threshold": 1},
        "principals": [
            principal("t", "training"), principal("g", "governance"), principal("s", "serving"),
            principal("sub", "submitter", "sam"), principal("ann", "approver", "ann", groups=["risk"]),
            principal("ben", "approver", "ben"), principal("dep", "deployer", "dan"),
        ],
        "policy": {"environments": {"prod": production}, "profiles": {}},
    }


def statement(name: str, predicate: Json, subject: Json | None = None) -> bytes:
    own = {"name": predicate.get("model_id"), "digest": {"sha256": str(predicate.get("weights_hash"))[7:]}}
    return encoded({
        "_type": "https://in-toto.io/Statement/v1", "subject": [subject or own],
        "predicateType": f"https://projectnanda.org/model-governance/{name}/v1", "predicate": predicate,
    })


def signed(name: str, predicate: Json, by: list[str], spell: Callable[[bytes], bytes] = same) -> Json:
    return envelope(spell(statement(name, predicate)), dsse.STATEMENT_TYPE, by)


def key_name(root: Json, name: str) -> str:
    """Of the key that a principal has in this version: `NAME`, or `NAME2` once it was replaced."""
    keys = next((one["keys"] for one in root["principals"] if one["id"] == name), [])
    return name + "2" if hex_key(name + "2") in keys else name


def note(origin: str, size: int, root: bytes, log_key: str, witnesses: list[tuple[str, str]]) -> str:
    """The note of a checkpoint; witnesses are the names of their keys on notes, and their keys."""
    text = f"{origin}\n{size}\n{base64_text.encode(root)}\n"
    seconds = 1_767_323_000
    lines = [signature_line(origin, notes.LOG_KEY, log_key, b"", text)]
    cosigned = f"cosignature/v1\ntime {seconds}\n{text}"
    time = seconds.to_bytes(8, "big")
    lines += [signature_line(name, notes.COSIGNATURE_KEY, key, time, cosigned) for name, key in witnesses]
    return text + "\n" + "".join(lines)


def signature_line(name: str, kind: int, key: str, time: bytes, signed: str) -> str:
    key_id = notes.key_id(name, kind, bytes.fromhex(hex_key(key)))
    return f"\u2014 {name} {base64_text.encode(key_id + time + private_key(key).sign(signed.encode()))}\n"


def entry(index: int, event: str, digest: str) -> bytes:
    return encoded({"v": 1, "index": index, "time": NOW, "event": event, "data": {}, "attestation_digest": digest})


@dataclass
class Log:
    """The log of one plane, all of it in the bundle, with whatever about it is to be wrong."""

    plane: str  # the id of its principal
    witnesses: list[str]
    log_key: str | None = None
    witness_keys: dict[str, str] = field(default_factory=dict)
    extra_lines: str = ""
    change_item: Callable[[Json], Json] = same

    def evidence(self, house: str, root: Json, entries: list[tuple[str, str]]) -> list[Json]:
        origin = f"{house}/{self.plane}"
        leaves = [entry(index, *one) for index, one in enumerate(entries)]
        witnesses = [(f"{house}/{name}", self.witness_keys.get(name, key_name(root, name))) for name in self.witnesses]
        key = self.log_key or key_name(root, self.plane)
        head = note(origin, len(leaves), merkle.root_of_entries(leaves), key, witnesses)
        return [self.change_item(self.item(origin, index, leaves, head)) for index in range(len(leaves))]

    def item(self, origin: str, index: int, leaves: list[bytes], head: str) -> Json:
        hashes = "".join(base64_text.encode(one) + "\n" for one in self.path(index, leaves))
        proof = f"c2sp.org/tlog-proof@v1\nindex {index}\n{hashes}\n{head}{self.extra_lines}"
        return {"origin": origin, "entry": leaves[index].decode(), "proof": proof}

    def path(self, index: int, leaves: list[bytes]) -> list[bytes]:
        """Of logs of one or two entries."""
        return [merkle.leaf_hash(leaves[1 - index])] if len(leaves) == 2 else []


class Papers:
    """A bundle to be made wrong in one place before it is written."""

    def __init__(self, versions: int = 1) -> None:
        self.roots = [root_value(number + 1) for number in range(versions)]
        self.root_signers: dict[int, list[str]] = {}
        self.logs = {"training": Log("t", ["g"]), "governance": Log("g", ["t", "s"]), "serving": Log("s", ["g"])}
        self.said: Json = {"model_id": "m", "weights_hash": WEIGHTS, "weights_kind": "file", "correlation_id": "c"}
        self.attested: Json = {}
        self.message: Json = {
            "v": 1, "id": "0" * 32, "kind": "training.complete", "from": "sub", "to": "t",
            "issued_at": "2026-01-02T03:00:00Z", "expires_at": "2026-01-02T03:01:00Z",
        }
        self.output: Json = {
            "created_at": "2026-01-02T03:00:00+00:00", "submitted_by": "sub", "submitter_person": "sam",
        }
        self.output_signers = ["t"]
        self.approval: Json = {
            "approval_id": "a", "model_id": "m", "weights_hash": WEIGHTS, "approved_by": "ann",
            "approved_at": "2026-01-02T03:10:00+00:00", "expires_at": "2026-02-02T03:10:00+00:00", "profile": "p",
            "approved_environments": ["prod"], "required_approvers": 1, "trust_root_version": versions,
        }
        self.approval_signers = ["ann", "g"]
        self.approval_type = dsse.STATEMENT_TYPE
        self.revocations: list[tuple[Json, list[str]]] = []
        self.promotion: Json | None = None
        self.promotion_key: str | None = None
        self.has_lease = True
        self.spell_message: Callable[[bytes], bytes] = same
        self.spell_output: Callable[[bytes], bytes] = same
        self.spell_lease: Callable[[bytes], bytes] = same
        self.spell_submission: Callable[[Json], Json] = same
        self.change_file: Callable[[Json], Json] = same
        self.lease: Json = {
            "issued_at": "2026-01-02T03:59:00+00:00", "expires_at": "2026-01-02T04:05:00+00:00",
            "trust_root_version": versions,
        }

    def verify(self, **question: Any) -> Report:
        file = self.file()
        asked: Json = {"time": times.paper_time(NOW), "now": False, "environment": "prod"}
        pin = digest_of(file["trust_roots"][0])
        return verify(encoded(self.change_file(file)) + b"\n", Question(**({"root_digest": pin} | asked | question)))

    def file(self) -> Json:
        roots = [
            envelope(encoded(root), dsse.TRUST_ROOT_TYPE, self.root_signers.get(number, ["root"]))
            for number, root in enumerate(self.roots, start=1)
        ]
        house = digest_of(roots[0])[7:23]
        output = self.output_paper()
        approved = {"training_output_digest": digest_of(output)} | self.approval
        approval = envelope(statement("model-approval", approved), self.approval_type, self.approval_signers)
        promotion = self.promotion_paper(house, approved, approval)
        revoked = [signed("model-revocation", one, by) for one, by in self.revocations]
        revoked.sort(key=digest_of)
        return {
            "v": 1, "trust_roots": roots, "training_output": output, "approval": approval, "promotion": promotion,
            "lease": self.lease_paper(digest_of(roots[-1]), [digest_of(one) for one in revoked]),
            "revocations": revoked, "evidence": self.evidence(house, output, approval, promotion), "exported_at": NOW,
        }

    def output_paper(self) -> Json:
        message = self.spell_message(encoded(self.message | {"body": {"training_output": self.said}}))
        submission = self.spell_submission(envelope(message, dsse.MESSAGE_TYPE, ["sub"]))
        output = self.said | {"submission": submission} | self.output | self.attested
        return signed("training-output", output, self.output_signers, self.spell_output)

    def lease_paper(self, root_digest: str, revoked: list[str]) -> Json | None:
        if not self.has_lease:
            return None
        lease = {"revocation_count": len(revoked), "revocation_head": revocations.head_of(revoked)} | self.lease
        subject = {"name": "trust-root", "digest": {"sha256": root_digest[7:]}}
        payload = self.spell_lease(statement("lease", lease, subject))
        return envelope(payload, dsse.STATEMENT_TYPE, [key_name(self.roots[-1], "g")])

    def promotion_paper(self, house: str, approved: Json, approval: Json) -> Json | None:
        if self.promotion is None:
            return None
        promotion = {
            "model_id": "m", "promoted": True, "promoted_at": NOW, "evidence_entry_id": f"{house}/s#0", "message": "",
            "approval_id": approved["approval_id"], "approval_digest": digest_of(approval), "environment": "prod",
            "scope": None, "weights_hash": WEIGHTS, "deployed_by": "dep",
        }
        signer = self.promotion_key or key_name(self.roots[-1], "s")
        return signed("promotion-result", promotion | self.promotion, [signer])

    def evidence(self, house: str, output: Json, approval: Json, promotion: Json | None) -> list[Json]:
        entries: dict[str, list[tuple[str, str]]] = {
            "training": [("training_completed", digest_of(output))],
            "governance": [("model_approved", digest_of(approval))],
            "serving": [],
        }
        if promotion:
            intent, done = ("deployment_intended", digest_of(approval)), ("model_deployment", digest_of(promotion))
            entries["serving"] = [intent, done]
        newest = self.roots[-1]
        return [item for plane, log in self.logs.items() for item in log.evidence(house, newest, entries[plane])]


def failures(papers: Papers, **question: Any) -> list[str]:
    return papers.verify(**question).failed


# Changes of a trust root

def other(root: Json, name: str) -> Json:
    return next(one for one in root["principals"] if one["id"] == name)


def set_in(path: str, value: Any) -> Any:
    def change(root: Json) -> None:
        *steps, last = path.split(".")
        place: Any = root
        for step in steps:
            place = place[int(step)] if step.isdigit() else place[step]
        place[int(last) if last.isdigit() else last] = value
    return change


def add(**members: Any) -> Any:
    return lambda root: root["principals"].append({"id": "new", "roles": [], "keys": [hex_key("new")]} | members)


def in_later(*changes: Any) -> Papers:
    """Versions 2, 3, … with these changes; each is kept in the next unless it is None."""
    papers = Papers()
    for number, change in enumerate(changes, start=2):
        root = root_value(number)
        if change:
            change(root)
        papers.roots.append(root)
    return papers


def drop(name: str) -> Any:
    return lambda root: root["principals"].remove(other(root, name))


def replace_key(name: str) -> Any:
    return lambda root: other(root, name).update(keys=[hex_key(name + "2")])
