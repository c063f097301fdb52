"""nanda-bridge and `sm-bridge` 0.8.0: its models read our answers, its `pull_deltas` follows us through the life of 200 models, and
its own router, asked the same, gives the same status codes."""

import base64
import copy
import hashlib
import json
import os
import random
import tempfile
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sm_bridge import (
    DeltaStore, SimpleAgent, SmAgentFacts, SmAgentFactsDeltaResponse, SmAgentFactsIndexResponse, SmBridge, SmToolsResponse,
    SmWellKnown, pull_deltas,
)  # fmt: skip
from sm_bridge.trust.base import ProofStatus

from bridge import PROVIDER, REGISTRY, Bridge, Follower, eventually, weights_of
from home import Home
from home import eventually as patiently
from reverify import Reverifier, fetch_json

COUNT = 200
# What a document says of a model besides its names.
PAPERS = {"x_model_governance", "x_model_integrity", "x_model_provenance"}
AGENTS = """agents:
  - id: helper
    name: Helper
    description: Helps with loans
    model: life/m000
"""


@pytest.fixture(scope="module")
def house():
    """A home of its own: what is listed here is what these tests approve."""
    with tempfile.TemporaryDirectory(prefix="bridge-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(os.environ["BIN"]), Path(folder))
        home.planectl("init")
        try:
            home.planectl("up")
            yield home
        finally:
            home.planectl("down", check=False)


@pytest.fixture(scope="module")
def bridge(house):
    bridge = Bridge(house, text=AGENTS)
    yield bridge
    bridge.stop()


def pin(home):
    payload = base64.b64decode(json.loads((home.path / "trust" / "1.root.json").read_bytes())["payload"])
    return "sha256:" + hashlib.sha256(payload).hexdigest()


def approve(home, model, version=1, ttl=timedelta(days=90)):
    """A model with an approval of alice and bob; nobody trains for it, and nobody deploys it."""
    output = {"model_id": model, "weights_hash": weights_of(f"{model} {version}"), "weights_kind": "file",
              "correlation_id": f"{model}-{version}".replace("/", "-"), "card": {"version": version, "profile_tags": ["loans"]}}
    attestation = home.trainer().submit(output)["attestation"]
    alice, bob = home.approver("alice"), home.approver("bob")
    approval = alice.approval(attestation, ["production"], 2, ttl=ttl)
    approval_id = patiently(lambda: alice.propose(approval), while_code="not_found")["approval_id"]
    bob.sign_approval(approval_id, output["weights_hash"])
    return output, approval_id


def handle(model):
    return f"@{REGISTRY}:models/{model}"


def listed(bridge, limit=37):
    """Handles of every page, by its cursors; each page validated."""
    handles, cursor = [], None
    while True:
        query = f"/nanda/index?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        page = SmAgentFactsIndexResponse.model_validate(bridge.get(query))
        assert page.agents or not cursor, "an empty page after a cursor"
        handles += [agent.handle for agent in page.agents]
        if not page.next_cursor:
            assert page.total_count == len(handles)
            return handles
        cursor = page.next_cursor


def approval_of(facts):
    return facts.metadata["x_model_governance"]["approval_id"]


# One story, told in order.


@pytest.fixture(scope="module")
def life(house, bridge):
    """200 approved models, ten of which end soon, and what became of them."""
    chance = random.Random(int(os.environ.get("TEST_SEED", "20260102")))
    models = [f"life/m{number:03}" for number in range(COUNT)]
    chance.shuffle(ended := models[1:])
    groups = {"short": ended[:10], "revoked": ended[10:50], "private": ended[50:70], "renewed": ended[70:90]}
    outputs = {}
    for model in models:
        if model not in groups["short"]:
            outputs[model] = approve(house, model)
    return {"models": models, "outputs": outputs, "follower": Follower(bridge, pin(house))} | groups


def test_a_follower_learns_of_every_model_and_verifies_each(house, bridge, life):
    follower = life["follower"]
    expected = {handle(model) for model in life["outputs"]} | {f"@{REGISTRY}:default/helper"}

    def all_verified():
        agents = follower.agents
        return set(agents) == expected and all(
            agent.proof.status is ProofStatus.VERIFIED for agent in agents.values()) and agents

    agents = eventually(all_verified, "every model is followed and verified")
    assert sorted(listed(bridge)) == sorted(expected)
    assert agents[f"@{REGISTRY}:default/helper"].certification.level == "self-declared"
    for model, (_, approval_id) in life["outputs"].items():
        assert approval_of(agents[handle(model)]) == approval_id


def test_revoked_models_are_revoked_for_the_follower(house, bridge, life):
    alice = house.plane("serving", "revoke", "alice")
    for model in life["revoked"]:
        alice.revoke(model, life["outputs"][model][0]["weights_hash"], "labels were leaked")
    gone = {handle(model) for model in life["revoked"]}
    follower = life["follower"]
    eventually(lambda: not gone & set(follower.agents), "the revoked are gone")
    actions = follower.last_actions()
    assert {actions[name] for name in gone} == {"revoke"}
    check = Reverifier(bridge.url, pin(house))
    words = [agent for action, agent in deltas(bridge) if action == "revoke" and agent["handle"] in gone]
    assert len(words) == len(gone)
    for facts in words:
        assert facts["proof"]["status"] == "FAILED" and facts["endpoints"]["static"] == []
        assert facts["metadata"]["x_model_governance"]["standing"]["status"] == "may_not_run"
        assert check.verify(facts).status is not ProofStatus.VERIFIED
    assert bridge.client.get("/nanda/resolve", params={"agent": life["revoked"][0]}).status_code == 404


def test_an_approval_that_ends_takes_its_model_with_it(house, bridge, life):
    for model in life["short"]:
        life["outputs"][model] = approve(house, model, ttl=timedelta(seconds=25))
    names = {handle(model) for model in life["short"]}
    follower = life["follower"]
    eventually(lambda: names <= set(follower.agents), "they came")
    for name in names:
        facts = follower.agents.get(name)
        assert facts is None or facts.certification is None or facts.certification.expirationDate is not None
    eventually(lambda: not names & set(follower.agents), "they went")
    assert all(follower.last_actions()[name] != "upsert" for name in names)
    for facts in (facts for action, facts in deltas(bridge) if action == "revoke" and facts["handle"] in names):
        standing = facts["metadata"]["x_model_governance"]["standing"]
        assert facts["proof"]["status"] == "FAILED" and facts["certification"] is None
        assert standing["status"] == "may_not_run" and standing["reason"]


def test_another_version_is_an_upsert(house, bridge, life):
    follower = life["follower"]
    for model in life["renewed"]:
        life["outputs"][model] = approve(house, model, version=2)
    ids = {handle(model): life["outputs"][model][1] for model in life["renewed"]}
    eventually(lambda: all(approval_of(agents[name]) == ids[name] for agents in [follower.agents] for name in ids), "they changed")
    assert follower.agents[handle(life["renewed"][0])].version == "2"


def test_models_that_go_private_are_deleted_and_come_back(bridge, life):
    follower, names = life["follower"], {handle(model) for model in life["private"]}
    bridge.restart(["private_models: [" + ", ".join(life["private"]) + "]"])
    eventually(lambda: not names & set(follower.agents), "they are gone")
    actions = follower.last_actions()
    assert {actions[name] for name in names} == {"delete"}
    told = [(action, agent) for action, agent in deltas(bridge) if agent["handle"] in names]
    assert {action for action, _ in told} == {"delete"}
    assert {key for _, agent in told for key in agent["metadata"]}.isdisjoint(PAPERS)
    assert actions[f"@{REGISTRY}:default/helper"] == "delete"
    assert bridge.client.get("/nanda/resolve", params={"agent": life["private"][0]}).status_code == 403
    bridge.restart(text=AGENTS)
    eventually(lambda: names <= set(follower.agents), "they are back")


def test_at_the_end_the_follower_holds_what_the_index_lists(bridge, life):
    gone = {*life["revoked"], *life["short"]}
    expected = sorted([handle(model) for model in life["models"] if model not in gone] + [f"@{REGISTRY}:default/helper"])
    eventually(lambda: sorted(life["follower"].agents) == expected, "the follower is in step")
    assert listed(bridge) == sorted(listed(bridge)) and sorted(listed(bridge)) == expected


def test_every_delta_is_in_its_place(bridge, life):
    """From 0 on, whichever of the two cursors is used."""
    for next_cursor in (lambda page: page.next_seq, lambda page: page.deltas[-1].seq):
        since, seen = 0, []
        while (page := SmAgentFactsDeltaResponse.model_validate(bridge.get(f"/nanda/deltas?since={since}"))).deltas:
            seen += [delta.seq for delta in page.deltas]
            since = next_cursor(page)
        assert seen == sorted(set(seen)) and len(seen) > COUNT + 40 + 40
        assert page.next_seq == seen[-1] + 1


def test_a_client_that_is_ahead_is_told_in_a_way_that_pull_deltas_reports(bridge, life):
    with pytest.raises(httpx.HTTPStatusError) as error:
        pull_deltas(bridge.url, DeltaStore(), 10**9)
    assert error.value.response.status_code == 410 and "since=0" in error.value.response.json()["detail"]


def test_a_forged_decision_on_the_way_is_failed(house, bridge, life):
    """Somebody between the two changes what was decided, as carefully as can be without the serving plane's key."""
    name = handle(life["models"][0])

    def tampered(url):
        answer = fetch_json(url)
        for delta in answer.get("deltas", []):
            governance = delta["agent"]["metadata"].get("x_model_governance", {})
            for decision in governance.get("decisions", []):
                payload = base64.b64decode(decision["attestation"]["payload"]).replace(b'"scope":null', b'"scope":"any"')
                decision["attestation"]["payload"] = base64.b64encode(payload).decode()
                decision["digest"] = "sha256:" + hashlib.sha256(payload).hexdigest()
                if delta["agent"]["proof"]:
                    delta["agent"]["proof"]["evidence_ref"] = decision["digest"]
        return answer

    store, check = DeltaStore(), Reverifier(bridge.url, pin(house))
    pull_deltas(bridge.url, store, fetch=tampered, reverify=check)
    proofs = [delta.agent.proof for delta in store.since(0) if delta.agent.handle == name and delta.action == "upsert"]
    assert proofs and all(proof.status is ProofStatus.FAILED for proof in proofs)


# Documents.


def test_resolve_gives_the_same_agent_by_each_of_its_names(bridge, life):
    model = life["models"][0]
    did = f"did:web:acme.example:agents:models:{model.replace('/', '%2F')}"
    answers = [bridge.client.get("/nanda/resolve", params={"agent": name})
               for name in (model, f"@{model}", f"@{REGISTRY}/{model}", handle(model), did)]
    agents = [SmAgentFacts.model_validate(answer.json()) for answer in answers[2:]]
    assert [agent.id for agent in agents] == [did] * 3
    assert [answer.status_code for answer in answers[:2]] == [200, 400]  # as a handle, `@life/m000` names the registry `life`


def test_discovery_is_read_by_sm_bridge(bridge):
    for path in ("/.well-known/nanda.json", "/nanda/.well-known/nanda.json"):
        known = SmWellKnown.model_validate(bridge.get(path))
        assert (known.registry_id, known.tools_url) == (REGISTRY, None)
    assert SmToolsResponse.model_validate(bridge.get("/nanda/tools")).tools == []


def test_the_log_is_shown_to_hold_the_approval(house, bridge, life):
    facts = bridge.client.get("/nanda/resolve", params={"agent": handle(life["models"][0])}).json()
    proof = facts["metadata"]["x_model_governance"]["log_proof"]
    assert facts["evaluations"]["auditTrail"] == proof["id"]
    assert Reverifier(bridge.url, pin(house)).verify(facts).status is ProofStatus.VERIFIED
    proof["entry"] = proof["entry"].replace("alice", "mallory")
    assert Reverifier(bridge.url, pin(house)).verify(facts).status is ProofStatus.FAILED


# The same questions to sm-bridge's own router.


@pytest.fixture(scope="module")
def reference(life):
    """sm-bridge with the same agents."""
    theirs = SmBridge(registry_id=REGISTRY, provider_name="Acme", provider_url=PROVIDER)
    for model in life["models"]:
        public = model not in life["revoked"] and model not in life["short"]
        if public:
            theirs.register_agent(SimpleAgent(id=model, name=model, description="d", namespace="models"))
    theirs.register_agent(SimpleAgent(id="helper", name="Helper", description="d"))
    app = FastAPI()
    app.include_router(theirs.router)
    app.include_router(theirs.wellknown_router)
    return TestClient(app, raise_server_exceptions=False)


NUMBERS = [
    "", "%20", "0", "-1", "-0", "-0.0", "1", "+5", "%2B5", "05", "5.0", "5.5", "5.", ".5", "5e0", "1_0", "_1", "1__0", "1_", "x", "true",
    "0x5", "NaN", "%D9%A5", "%00", "%ff", "500", "501", "%205", "5%20", "%09%0a5", "5;offset=3", "9223372036854775807",
    "9223372036854775808", "-9223372036854775809", "99999999999999999999999", "1e400", "%2B-5", "--5",
]  # fmt: skip
NAMES = [
    "", "@", "@helper", "helper", "%20helper", "helper%20", "HELPER", "nobody", "@nobody", "life/m000", "life%2Fm000",
    "@acme/helper", "@acme:default/helper", "@acme/", "@acme:default/", "@acme:/helper2", "@/helper", "@:default/helper", "@ACME/helper",
    "@other/helper", "@other:default/helper", "@acme.evil/helper", "@acme:default/nobody", "@acme:default/helper/x",
    "did:", "did:web", "did:web:", "did:key:z6Mk", "did:web:acme.example", "did:web:acme.example:", "did:web:acme.example:helper",
    "did:web:acme.example:agents:default:helper", "did:web:acme.example:agents:default:", "did:web:acme.example:agents:default:nobody",
    "did:web:acme.example.evil:helper", "did:web:evil@acme.example:helper", "did:web:other.example:agents:default:helper",
    "did:web:ACME.example:helper", "DID:web:acme.example:helper", "urn:", "urn:nanda:helper", "URN:nanda:helper", "default:helper",
    "default/helper", "%00", "%ff", "helper%00", "helper%0d%0aX-Evil:1", "..%2f..%2fetc", "%2e%2e/helper", "%F0%9F%A4%96", "a%CC%81",
    "helper&agent=nobody", "nobody&agent=helper", "a" * 3000,
]  # fmt: skip
QUESTIONS = (
    ["/nanda/index", "/nanda/deltas", "/nanda/tools", "/nanda/resolve", "/nanda/nothing", "/.well-known/nanda.json", "/nanda/index?x=1",
     "/nanda/index?limit", "/nanda/index?%6cimit=0", "/nanda/index?limit=0&offset=-1", "/nanda/index?limit=x&limit=3", "/nanda/index?limit=3&limit=x",
     "/nanda/index?&&limit=3", "/nanda/resolve?Agent=helper", "/nanda/resolve?agent"]
    + [f"/nanda/index?limit={number}" for number in NUMBERS] + [f"/nanda/index?offset={number}" for number in NUMBERS]
    + [f"/nanda/resolve?agent={name}" for name in NAMES]
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_status_and_reason_as_sm_bridge(bridge, reference, question):
    ours, theirs = bridge.client.get(question), reference.get(question)
    assert ours.status_code == theirs.status_code, (ours.text[:300], theirs.text[:300])
    if ours.status_code >= 400:
        assert ours.json() == without_input(theirs.json())


@pytest.mark.parametrize("number", NUMBERS)
def test_cursors_are_read_as_sm_bridge_reads_them(bridge, reference, number):
    """A cursor that was never given out apart, of which a client is told here."""
    question = f"/nanda/deltas?since={number}"
    ours, theirs = bridge.client.get(question), reference.get(question)
    unknown = theirs.status_code == 200 and any(digit in "123456789" for digit in number.partition(".")[0])
    assert ours.status_code == (410 if unknown else theirs.status_code)
    if theirs.status_code >= 400:
        assert ours.json() == without_input(theirs.json())


def without_input(body):
    """What a client sent is not said back to it here."""
    body = copy.deepcopy(body)
    for problem in body["detail"] if isinstance(body.get("detail"), list) else []:
        problem.pop("input", None)
    return body


# Where docs/decisions/0041-where-the-bridge-is-not-sm-bridge.md says that we differ.


@pytest.mark.parametrize("name", ["@acme:other/helper", "did:web:acme.example:agents:other:helper", "did:web:acme.example:x:helper",
                                  "did:web:acme.example:443:helper", "@acme:default:deep/helper"])  # fmt: skip
def test_another_namespace_is_not_found(bridge, reference, name):
    assert reference.get("/nanda/resolve", params={"agent": name}).status_code == 200
    assert bridge.client.get("/nanda/resolve", params={"agent": name}).status_code == 404


def test_the_total_counts_what_is_listed_and_no_page_is_empty(bridge, reference, life):
    ours = bridge.get("/nanda/index?limit=1")
    assert (len(ours["agents"]), ours["total_count"], ours["next_cursor"]) == (1, len(listed(bridge)), listed(bridge)[0].split(":", 1)[1])
    assert bridge.get("/nanda/index?offset=100000")["next_cursor"] is None


# Last, because changes are forgotten by it.


def test_a_client_that_is_too_far_behind_is_told_and_begins_again(house, bridge, life):
    """A thousand agents come and go, which is more than is kept here."""
    before, told = bridge.get("/nanda/index?limit=1")["total_count"], last_delta(bridge)
    crowd = AGENTS + "".join(
        f"  - {{id: crowd-{number}, name: Crowd, description: Many, model: life/m000}}\n" for number in range(600))
    bridge.restart(["kept_deltas: 1000"], text=crowd)
    eventually(lambda: bridge.get("/nanda/index?limit=1")["total_count"] == before + 600, "they are listed")
    eventually(lambda: changes_after(bridge, told) >= 600, "they are told of")
    bridge.restart(["kept_deltas: 1000"], text=AGENTS)
    eventually(lambda: bridge.client.get("/nanda/deltas?since=3").status_code == 410, "old changes are not kept")
    with pytest.raises(httpx.HTTPStatusError) as error:
        pull_deltas(bridge.url, DeltaStore(), 3)
    assert error.value.response.status_code == 410 and "since=0" in error.value.response.json()["detail"]
    anew = Follower(bridge, pin(house))
    eventually(lambda: sorted(anew.agents) == sorted(listed(bridge)), "who begins again is in step")


def changes_after(bridge, since):
    count = 0
    while (page := bridge.get(f"/nanda/deltas?since={since}"))["deltas"]:
        since, count = page["next_seq"], count + len(page["deltas"])
    return count


def deltas(bridge, since=0):
    """What a follower from the beginning is told: action and facts."""
    told = []
    while (page := bridge.get(f"/nanda/deltas?since={since}"))["deltas"]:
        told += [(delta["action"], delta["agent"]) for delta in page["deltas"]]
        since = page["next_seq"]
    return told


def last_delta(bridge, since=0):
    """The number of the newest change."""
    while (page := bridge.get(f"/nanda/deltas?since={since}"))["deltas"]:
        since = page["deltas"][-1]["seq"]
    return since
