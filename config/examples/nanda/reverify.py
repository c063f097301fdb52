"""Checks what a registry of governed models says, for `pull_deltas` of `sm-bridge` 0.8.0.

    from reverify import Reverifier
    check = Reverifier("https://registry.example.com", root_digest="sha256:...")
    pull_deltas("https://registry.example.com", store, cursor, reverify=check)

A registry's own `proof` is its word. This looks for itself: at the serving plane's signed decision in the agent's facts, by the keys of
a trust root that begins with the version whose digest the caller has pinned. VERIFIED means that the serving plane said, and may still
be taken at its word, that this model may run; FAILED that something is forged, or that the serving plane says no; NOT_VERIFIED that it
could not be found out, be it that nothing was there to check, that the registry does not answer, or that what it has is too old.
"""

import sys
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "verifier"))

from bundle_verifier import chain, dsse, shape, trust_root  # noqa: E402
from bundle_verifier.chain import Chain  # noqa: E402
from bundle_verifier.errors import Bad, require  # noqa: E402
from fetching import NoAnswer, fetch_json, require_readable  # noqa: E402
from governed_agent import METHOD, PROFILE, Denied, GovernedAgent, Stale  # noqa: E402
from names import RegistryName, provider_did, registry_id  # noqa: E402
from sm_bridge import ProofResult, SmAgentFacts  # noqa: E402

Fetch = Callable[[str], dict[str, Any]]
MAX_ROOTS = 1000
# Seconds after which the registry is asked whether there are newer trust roots.
ROOTS_AGE = 60


class Reverifier:
    """One registry, as a client sees it who believes nothing but the pinned digest."""

    def __init__(
        self,
        registry_url: str,
        root_digest: str,
        *,
        environment: str | None = None,
        scope: str | None = None,
        registry: str | None = None,
        provider: str | None = None,
        prefix: str = "/nanda",
        fetch: Fetch | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`registry_url` answers `/.well-known/nanda.json`, and under `prefix` `/resolve` and `/trust-roots`; `fetch` gets a URL and
        returns the JSON object.

        Whoever means to run agents in one `environment`, or for one `scope`, names it: without it a model is verified that may run in any.
        `registry` is the registry's id and `provider` its provider's `did:web:`, as agents of it are named; what is not given here is
        what the registry first says of itself. Agents of others are refused. Raises `ValueError` for what is no digest or no such name.
        """
        try:
            self._pinned = shape.digest(root_digest)
            self._registry = registry if registry is None else registry_id(registry)
            self._provider = provider if provider is None else provider_did(provider)
        except Bad as error:
            raise ValueError(str(error)) from None
        self._url = registry_url.rstrip("/")
        self._prefix = "/" + prefix.strip("/")
        self._environment, self._scope = environment, scope
        self._fetch = fetch or fetch_json
        self._now = now
        self._name: RegistryName | None = None
        self._chain: Chain | None = None
        self._chain_time = 0.0

    def __call__(self, agent: SmAgentFacts, delta: dict[str, Any]) -> ProofResult:
        """The proof of an agent in a delta, found here."""
        return self.verify(delta["agent"])

    def verify(self, facts: dict[str, Any]) -> ProofResult:
        """The same of the JSON of AgentFacts. Facts that are too old are asked for again, once."""
        try:
            return self._judge(facts)
        except Stale as stale:
            return self._judge_again(facts, stale)

    def _judge_again(self, facts: dict[str, Any], stale: Stale) -> ProofResult:
        try:
            newer = self._get(f"{self._prefix}/resolve?agent={urllib.parse.quote(str(facts.get('id')), safe='')}")
        except NoAnswer as error:
            return not_verified(f"{stale}, and the registry has nothing newer: {error}")
        except Bad as error:
            return failed(f"what the registry has newer: {error}", None)
        if newer.get("id") != facts.get("id"):
            return failed("the registry answers with another agent", None)
        try:
            # The caller keeps the facts that it gave: a yes to others than those is none.
            if not self._read(newer).is_about_what(self._read(facts)):
                return not_verified(f"{stale}, and the agent has other papers by now: take its newest delta")
            return self._judge(newer)
        except LookupError as error:
            return not_verified(f"{stale}, and the registry's newer facts have nothing to check: {error}")
        except Bad as error:
            return failed(str(error), None)
        except Stale as still:
            return not_verified(str(still))

    def _judge(self, facts: dict[str, Any]) -> ProofResult:
        try:
            agent = self._read(facts)
        except LookupError as error:
            return not_verified(f"there is nothing to check: {error}")
        except Bad as error:
            return failed(str(error), None)
        try:
            agent.name.check_registry(self._registry_name())
        except NoAnswer as error:
            return not_verified(f"what the registry is called is not to be had: {error}")
        except Bad as error:
            return failed(str(error), agent.evidence)
        try:
            roots = self._roots(agent.trust_root_digest)
        except NoAnswer as error:
            return not_verified(f"the trust root is not to be had: {error}")
        except Bad as error:
            return failed(f"the trust root: {error}", agent.evidence)
        try:
            agent.check(roots, int(self._now() * 1_000_000))
        except (Bad, Denied) as error:
            return failed(str(error), agent.evidence)
        return ProofResult.verified(profile=PROFILE, method=METHOD, evidence_ref=agent.evidence)

    def _read(self, facts: dict[str, Any]) -> GovernedAgent:
        return GovernedAgent.read(facts, self._environment, self._scope)

    def _registry_name(self) -> RegistryName:
        """As the caller has pinned it, else as the registry first said."""
        if self._name is None and self._registry is not None and self._provider is not None:
            self._name = RegistryName(self._registry, self._provider)
        if self._name is None:
            said = RegistryName.read(self._get("/.well-known/nanda.json"))
            self._name = RegistryName(self._registry or said.registry_id, self._provider or said.provider_did)
        return self._name

    def _get(self, path: str) -> dict[str, Any]:
        """Raises `NoAnswer` for whatever keeps an answer from coming, and `Bad` for one that nobody should read."""
        url = self._url + path
        try:
            answer = self._fetch(url)
        except NoAnswer:
            raise
        except Exception as error:  # whatever the caller's transport calls it
            raise NoAnswer(f"{url}: {str(error) or type(error).__name__}") from error
        require_readable(answer)
        return shape.obj(answer)

    def _roots(self, wanted: str) -> Chain:
        """The chain of trust roots, a minute old at most: a newer one may have taken the serving plane's key from a thief."""
        is_new = abs(self._now() - self._chain_time) < ROOTS_AGE
        if self._chain is None or not is_new or all(root.digest != wanted for root in self._chain.roots):
            listed = self._get(f"{self._prefix}/trust-roots").get("trust_roots")
            require(isinstance(listed, list) and 0 < len(listed) <= MAX_ROOTS, "the registry has no list of trust roots")
            envelopes = [dsse.read_envelope(item, trust_root.MAX_PAYLOAD) for item in listed]
            first = envelopes[0].digest
            require(first == self._pinned, f"the registry's begins with {first}, and pinned is {self._pinned}")
            newer = chain.verify(envelopes, self._pinned)
            known = self._chain.roots if self._chain else ()
            require(newer.roots[: len(known)] == known, "the registry has taken back a trust root that it had shown")
            self._chain, self._chain_time = newer, self._now()
        return self._chain


def failed(reason: str, evidence: str | None) -> ProofResult:
    return ProofResult.failed(profile=PROFILE, method=METHOD, reason=reason, evidence_ref=evidence)


def not_verified(reason: str) -> ProofResult:
    return ProofResult.not_verified(profile=PROFILE, method=METHOD, reason=reason)
