"""What real planes and `planectl` write, judged by the second verifier; what that says, compared with `planectl`."""

import base64
import hashlib
import html
import json
import re
import time

import pytest

import verify_bundle
import verify_log
from home import PATIENCE

PLANES = ("training-plane", "governance-plane", "serving-plane")


def written(home, *arguments):
    """What a command prints, once the logs are witnessed and it succeeds."""
    deadline = time.monotonic() + 2 * PATIENCE
    while (finished := home.planectl(*arguments, check=False)).returncode != 0 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def bundle(home):
    """The path of a deployed model's bundle, and its weights."""
    trained, approval_id = home.deployed("opinions")
    path = home.path / "opinions.bundle.json"
    written(home, "bundle", "export", approval_id, "-o", str(path), "--as", "alice")
    return path, trained.weights


def principals(home):
    """The digest of the trust root, and what it says."""
    path = home.path / "trust" / "1.root.json"
    payload = base64.b64decode(json.loads(path.read_bytes())["payload"])
    return "sha256:" + hashlib.sha256(payload).hexdigest(), json.loads(payload)


def both(home, capsys, path, *arguments):
    """The two answers, without their words, and how each ended."""
    common = [str(path), "--root-digest", principals(home)[0], "--json", *arguments]
    theirs = home.planectl("bundle", "verify", *common, check=False)
    code = verify_bundle.main(common)
    answers = [json.loads(text) for text in (theirs.stdout, capsys.readouterr().out)]
    for answer in answers:
        for check in answer["checks"]:
            del check["reason"]
    return answers, (theirs.returncode, code)


@pytest.mark.parametrize("environment, exit_code", [("staging", 0), ("production", 0), ("elsewhere", 1)])
def test_both_say_the_same_of_a_bundle(home, capsys, bundle, environment, exit_code):
    path, weights = bundle
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    arguments = ("--at", now, "-e", environment, "--max-age", "1d", "--weights", str(weights))
    (theirs, ours), codes = both(home, capsys, path, *arguments)
    assert (theirs, codes) == (ours, (exit_code, exit_code))


def test_both_refuse_other_weights(home, capsys, bundle):
    path, _ = bundle
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    (theirs, ours), codes = both(home, capsys, path, "--at", now, "-e", "staging", "--max-age", "1d", "--weights", str(path))
    assert (theirs, codes) == (ours, (1, 1))
    assert [check["name"] for check in ours["checks"] if check["passed"] is False] == ["gate_weights"]


@pytest.mark.parametrize("plane", PLANES)
def test_an_entry_of_each_plane_is_proved(home, capsys, bundle, tmp_path, plane):
    digest, root = principals(home)
    keys = {one["id"]: one["keys"][0] for one in root["principals"]}
    shown = json.loads(written(home, "log", plane, "--prove", "0", "--json"))
    for name in ("entry", "proof"):
        (tmp_path / name).write_text(shown[name])
    origin = f"{digest[7:23]}/{plane}"
    files = [str(tmp_path / "entry"), str(tmp_path / "proof")]
    assert verify_log.main(["proof", *files, "--origin", origin, "--key", keys[plane]]) == 0
    assert verify_log.main(["proof", *files, "--origin", origin, "--key", keys["alice"]]) == 1
    (tmp_path / "entry").write_text(shown["entry"].replace('"index":0', '"index":1'))
    assert verify_log.main(["proof", *files, "--origin", origin, "--key", keys[plane]]) == 1


@pytest.mark.parametrize("plane", PLANES)
def test_a_whole_log_of_each_plane_is_judged_as_planectl_prints_it(home, bundle, tmp_path, plane):
    digest, root = principals(home)
    key = next(one["keys"][0] for one in root["principals"] if one["id"] == plane)
    checkpoint = written(home, "log", plane, "--checkpoint")
    printed = written(home, "log", plane, "--last", "1000000", "--json").splitlines(keepends=True)
    size = int(checkpoint.splitlines()[1])
    (tmp_path / "checkpoint").write_text(checkpoint)
    (tmp_path / "log").write_text("".join(printed[:size]))
    arguments = ["log", str(tmp_path / "log"), str(tmp_path / "checkpoint"), "--origin", f"{digest[7:23]}/{plane}", "--key", key]
    assert verify_log.main([*arguments, "--printed"]) == 0
    assert verify_log.main(arguments) == 1, "these are not the bytes that were logged"
    (tmp_path / "log").write_text("".join(printed[:size]).replace('"index":0', '"index":0,"x":0', 1))
    assert verify_log.main([*arguments, "--printed"]) == 1


def test_the_page_of_a_report_proves_its_lines_without_a_plane(home, bundle, tmp_path):
    digest, root = principals(home)
    keys = {one["id"]: one["keys"][0] for one in root["principals"]}
    page = written(home, "report", "opinions", "--html", "-")
    texts = [html.unescape(text) for text in re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL)]
    assert len(texts) >= 12 and len(texts) % 2 == 0
    for entry, proof in zip(texts[::2], texts[1::2]):
        plane = proof.split("\n\n")[1].splitlines()[0].split("/")[1]
        (tmp_path / "entry").write_text(entry)
        (tmp_path / "proof").write_text(proof.rstrip())
        arguments = ["proof", "--printed", str(tmp_path / "entry"), str(tmp_path / "proof"), "--origin", f"{digest[7:23]}/{plane}"]
        assert verify_log.main([*arguments, "--key", keys[plane]]) == 0
        assert verify_log.main([*arguments, "--key", keys["alice"]]) == 1
