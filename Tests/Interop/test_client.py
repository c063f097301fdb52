"""The example client trusts no reply that is not the asked plane's own answer, against a plane that cheats."""

import base64
import json
import socket
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from planes_client import MESSAGE, Plane, Refused, digest, envelope, pae, strict_json, trust_root

VECTORS = Path(__file__).parent.parent / "Vectors"
SUBMIT_OUTPUTS = Path(__file__).parents[2] / "config" / "examples" / "submit_outputs.py"
PLANE_KEY, CLIENT_KEY, STRANGER = (Ed25519PrivateKey.generate() for _ in range(3))
ROOT = {"version": 1, "principals": [
    {"id": "training-plane", "roles": ["training"], "keys": [PLANE_KEY.public_key().public_bytes_raw().hex()]},
    {"id": "trainer", "roles": ["submitter"], "keys": [CLIENT_KEY.public_key().public_bytes_raw().hex()]}]}


def answer(request, key=PLANE_KEY, **changes):
    """A frame that answers the request's envelope, honest but for `changes`."""
    payload = base64.b64decode(request["payload"])
    message = strict_json(payload)
    reply = {"v": 1, "id": "0" * 32, "kind": message["kind"] + ".result", "from": "training-plane",
             "to": message["from"], "issued_at": message["issued_at"], "expires_at": message["expires_at"],
             "in_reply_to": message["id"], "request_digest": digest(payload), "body": {}} | changes
    return framed(json.dumps(envelope(key, MESSAGE, json.dumps(reply).encode())).encode())


def framed(content):
    return len(content).to_bytes(4, "big") + content


@pytest.fixture
def plane(tmp_path):
    """Starts a server that gives each connection the next of `replies`; returns the client for it."""
    (tmp_path / "key.pem").write_bytes(CLIENT_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "plane.sock"))
    listener.listen()
    threads = []

    def serve(replies):
        for reply in replies:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as reader:
                request = json.loads(reader.read(int.from_bytes(reader.read(4), "big")))
                connection.sendall(reply(request) if callable(reply) else reply)

    def start(*replies):
        threads.append(threading.Thread(target=serve, args=(replies,), daemon=True))
        threads[0].start()
        return Plane("training", str(tmp_path / "plane.sock"), "trainer", tmp_path / "key.pem", ROOT)

    yield start
    listener.close()


def test_an_honest_reply_is_taken(plane):
    assert plane(lambda request: answer(request, body={"digest": "d"})).call("plane.status", {}) == {"digest": "d"}


@pytest.mark.parametrize("lie", [
    {"key": STRANGER}, {"key": CLIENT_KEY}, {"from": "serving-plane"}, {"to": "alice"}, {"in_reply_to": "1" * 32},
    {"in_reply_to": None}, {"request_digest": digest(b"another")}, {"kind": "model.authorize.result"}])
def test_a_reply_that_is_not_the_planes_answer_to_this_request_is_not_taken(plane, lie):
    with pytest.raises(ValueError):
        plane(lambda request: answer(request, **lie)).call("plane.status", {})


def test_a_reply_altered_after_signing_is_not_taken(plane):
    def altered(request):
        reply = json.loads(answer(request)[4:])
        payload = base64.b64decode(reply["payload"]).replace(b'"body": {}', b'"body": {"promoted": true}')
        return framed(json.dumps(reply | {"payload": base64.b64encode(payload).decode()}).encode())
    with pytest.raises(ValueError):
        plane(altered).call("plane.status", {})


@pytest.mark.parametrize("bytes_sent", [
    b"", b"\0\0", b"\0\0\0\0", b"\xff\xff\xff\xff", (2**20 + 1).to_bytes(4, "big"), b"\0\0\0\x09short"])
def test_a_frame_that_is_empty_too_long_or_cut_short_is_not_taken(plane, bytes_sent):
    with pytest.raises(ConnectionError):
        plane(bytes_sent).call("plane.status", {})


def test_a_reply_with_a_key_twice_is_not_taken(plane):
    with pytest.raises(ValueError, match="twice"):
        plane(framed(b'{"payload": "", "payload": ""}')).call("plane.status", {})


def test_a_refusal_is_raised_with_its_decision(plane):
    body = {"code": "denied", "message": "quorum 1 of 2", "decision": {"gates": []}}
    with pytest.raises(Refused, match="quorum 1 of 2") as refused:
        plane(lambda request: answer(request, kind="error", body=body)).call("model.deploy", {})
    assert (refused.value.code, refused.value.decision) == ("denied", {"gates": []})


def test_a_wrong_clock_is_corrected_once_and_no_more(plane):
    real = datetime.now(timezone.utc) + timedelta(hours=3)
    seen = []

    def late(request):
        seen.append(strict_json(base64.b64decode(request["payload"])))
        body = {"code": "expired_message", "message": "too old", "now": real.isoformat().replace("+00:00", "Z")}
        return answer(request, kind="error", body=body)
    with pytest.raises(Refused, match="expired_message"):
        plane(late, late).call("plane.status", {})
    first, second = (datetime.fromisoformat(message["issued_at"]) for message in seen)
    assert timedelta(hours=2, minutes=59) < second - first < timedelta(hours=3, minutes=1)
    assert seen[0]["id"] != seen[1]["id"]


def test_a_trust_root_other_than_the_pinned_one_is_not_taken(tmp_path):
    payload = json.dumps(ROOT).encode()
    (tmp_path / "1.root.json").write_text(json.dumps(envelope(STRANGER, "any", payload)))
    assert trust_root(tmp_path / "1.root.json", digest(payload)) == ROOT
    with pytest.raises(ValueError, match="pinned"):
        trust_root(tmp_path / "1.root.json", digest(payload + b" "))


def test_the_signed_bytes_are_dsse_pae():
    vectors = json.loads((VECTORS / "standards.json").read_text("utf-8"))["dsse"]
    assert pae(vectors["payloadType"], vectors["payload_utf8"].encode()) == vectors["pae_utf8"].encode()


def submit_outputs(folder, lines):
    """The finished program, given these lines, the key and socket in `folder`, and the pinned root."""
    payload = json.dumps(ROOT).encode()
    (folder / "1.root.json").write_text(json.dumps(envelope(STRANGER, "any", payload)))
    return subprocess.run(
        [sys.executable, "-B", SUBMIT_OUTPUTS, "--socket", folder / "plane.sock", "--name", "trainer",
         "--key", folder / "key.pem", "--root", folder / "1.root.json", "--root-digest", digest(payload)],
        input=lines, capture_output=True, text=True, check=False)


def test_the_program_submits_every_line_though_some_are_refused(plane, tmp_path):
    def refusal(request):
        return answer(request, kind="error", body={"code": "invalid_request", "message": "no such kind"})
    plane(refusal, lambda request: answer(request, body={"digest": "d"}))
    finished = submit_outputs(tmp_path, '{"model_id": "a"}\nnot JSON\n{"model_id": "b"}\n')
    assert (finished.returncode, finished.stdout) == (4, '{"digest": "d"}\n')
    assert "1: invalid_request: no such kind" in finished.stderr and "2: " in finished.stderr


def test_the_program_tells_an_unreachable_plane_from_a_wrong_setting(plane, tmp_path):
    plane()
    (tmp_path / "plane.sock").unlink()
    assert submit_outputs(tmp_path, "{}\n").returncode == 3
    (tmp_path / "key.pem").unlink()
    assert submit_outputs(tmp_path, "{}\n").returncode == 2
