"""By what names a registry's agents go, each in its one spelling (docs/nanda.md): whatever is spelled otherwise is refused."""

import re
from dataclasses import dataclass
from typing import Any

from bundle_verifier import shape
from bundle_verifier.errors import Bad, require

MODELS = "models"

_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}"
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_REGISTRY = re.compile(_NAME)
_DID = re.compile(rf"did:web:{_PART}(?:%3A[0-9]{{1,5}})?(?::{_PART})*")
_AGENT_DID = re.compile(rf"(?P<provider>{_DID.pattern}):agents:(?P<namespace>{_NAME}):(?P<id>[A-Za-z0-9](?:[A-Za-z0-9._-]|%2F|%3A){{0,199}})")
_HANDLE = re.compile(rf"@(?P<registry>{_NAME}):(?P<namespace>{_NAME})/(?P<id>[A-Za-z0-9][A-Za-z0-9._:/-]{{0,199}})")


@dataclass(frozen=True)
class RegistryName:
    """A registry's own name, as handles have it, and its provider's DID, with which its agents' DIDs begin."""

    registry_id: str
    provider_did: str

    @staticmethod
    def read(known: dict[str, Any]) -> "RegistryName":
        """From what the registry answers to `/.well-known/nanda.json`."""
        provider = shape.obj(known.get("provider"))
        return RegistryName(registry_id(known.get("registry_id")), provider_did(provider.get("did")))


@dataclass(frozen=True)
class AgentName:
    """What an agent's DID and handle say, which is the same."""

    registry: RegistryName
    namespace: str
    agent_id: str

    @staticmethod
    def read(did: Any, handle: Any) -> "AgentName":
        by_did, by_handle = _matched(_AGENT_DID, did, "DID of an agent"), _matched(_HANDLE, handle, "handle of an agent")
        namespace, agent_id = by_did["namespace"], by_did["id"].replace("%2F", "/").replace("%3A", ":")
        require((by_handle["namespace"], by_handle["id"]) == (namespace, agent_id), "the agent's handle is another than its DID")
        return AgentName(RegistryName(by_handle["registry"], by_did["provider"]), namespace, agent_id)

    def check_registry(self, registry: RegistryName) -> None:
        mine = self.registry
        require(mine.registry_id == registry.registry_id, f"the agent is of the registry {mine.registry_id}, and this is {registry.registry_id}")
        require(mine.provider_did == registry.provider_did, f"the agent is {mine.provider_did}'s, and this registry is {registry.provider_did}'s")


def registry_id(value: Any) -> str:
    return _matched(_REGISTRY, value, "name of a registry")[0]


def provider_did(value: Any) -> str:
    return _matched(_DID, value, "did:web of a provider")[0]


def _matched(pattern: re.Pattern[str], value: Any, what: str) -> re.Match[str]:
    match = pattern.fullmatch(value) if isinstance(value, str) and len(value) <= shape.MAX_TEXT else None
    if match is None:
        raise Bad(f"no {what}: {str(value)[:120]!r}")
    return match
