"""The versions of the trust root one after another, and whose keys were whose in them."""

from dataclasses import dataclass
from functools import cached_property

from . import dsse, trust_root
from .dsse import Envelope
from .errors import require
from .trust_root import PLANES, ROLES, TrustRoot

Holder = tuple[str, str | None]
_ROOT: Holder = ("", None)  # no principal has an empty id
_ANY_ROLE = ""


@dataclass(frozen=True)
class Chain:
    """Every version from 1 on, verified."""

    roots: tuple[TrustRoot, ...]

    @property
    def newest(self) -> TrustRoot:
        return self.roots[-1]

    def version(self, number: int) -> TrustRoot | None:
        return self.roots[number - 1] if 1 <= number <= len(self.roots) else None

    def in_force(self, time: int) -> TrustRoot | None:
        return next((root for root in reversed(self.roots) if root.issued_at <= time), None)

    def up_to(self, root: TrustRoot) -> "Chain":
        return Chain(self.roots[: root.version])

    @cached_property
    def _holdings(self) -> dict[str, dict[str, set[bytes]]]:
        """By id, by role: the keys; once for all, for a chain may be long and is asked often."""
        holdings: dict[str, dict[str, set[bytes]]] = {}
        for root in self.roots:
            for one in root.principals:
                by_role = holdings.setdefault(one.id, {})
                for role in one.roles:
                    by_role.setdefault(role, set()).update(one.keys)
                by_role.setdefault(_ANY_ROLE, set()).update(one.keys)
        return holdings

    @cached_property
    def _persons(self) -> dict[str, str | None]:
        return {one.id: one.person for root in self.roots for one in root.principals}

    @cached_property
    def _role_keys(self) -> dict[str, frozenset[bytes]]:
        return {role: frozenset().union(*(by_role.get(role, ()) for by_role in self._holdings.values())) for role in ROLES}

    @cached_property
    def _planes(self) -> dict[str, str]:
        """Origin to plane; an id with two planes' roles over time is the first's."""
        return {self.origin(name): plane for plane in reversed(PLANES) for name in self.plane_ids(plane)}

    def keys_ever(self, *roles: str) -> frozenset[bytes]:
        """Of principals with one of the roles in any version, retired or not."""
        if len(roles) == 1:
            return self._role_keys[roles[0]]
        return frozenset().union(*(self._role_keys[role] for role in roles))

    def keys_of_id(self, name: str) -> set[bytes]:
        return self.keys_of_id_in_role(name, _ANY_ROLE)

    def keys_of_id_in_role(self, name: str, role: str) -> set[bytes]:
        return self._holdings.get(name, {}).get(role, set())

    def person_of(self, name: str) -> str | None:
        return self._persons.get(name)

    def retired_since(self, name: str) -> int:
        """The version with which the retirement that lasts in the newest began."""
        since = self.newest.version
        for root in reversed(self.roots):
            one = root.principal(name)
            if one is None:
                continue
            if not one.retired:
                break
            since = root.version
        return since

    def plane_ids(self, plane: str) -> set[str]:
        return {name for name, by_role in self._holdings.items() if plane in by_role}

    def origin(self, plane_id: str) -> str:
        return self.roots[0].digest.removeprefix("sha256:")[:16] + "/" + plane_id

    def plane_of_origin(self, origin: str) -> str | None:
        return self._planes.get(origin)

    def is_origin_of(self, origin: str, plane: str) -> bool:
        name = origin.partition("/")[2]
        return origin == self.origin(name) and plane in self._holdings.get(name, {})


def verify(envelopes: list[Envelope], pinned: str) -> Chain:
    require(bool(envelopes), "there is no version 1")
    require(envelopes[0].digest == pinned, "version 1 is not the pinned one")
    roots: list[TrustRoot] = []
    for number, envelope in enumerate(envelopes, start=1):
        if roots:
            _check_handed_on(envelope, roots[-1])
        root = trust_root.read(envelope.payload, envelope.digest)
        require(root.version == number, f"version {root.version} stands where {number} should")
        _check_signatures(envelope, root, roots[-1] if roots else None)
        roots.append(root)
    _check_history(roots)
    return Chain(tuple(roots))


def _check_signatures(envelope: Envelope, root: TrustRoot, before: TrustRoot | None) -> None:
    keys = set(root.root_keys) | set(before.root_keys if before else ())
    signers = dsse.require_sound(envelope, dsse.TRUST_ROOT_TYPE, keys)
    count = sum(key in root.root_keys for key in signers)
    require(count >= root.threshold, f"version {root.version} lacks its own threshold")


def _check_handed_on(envelope: Envelope, before: TrustRoot) -> None:
    """Before the bytes are read: the version before says that they are worth it."""
    count = len(dsse.signers(envelope, dsse.TRUST_ROOT_TYPE, before.root_keys))
    require(count >= before.threshold, f"version {before.version} has not handed on to the next")


def _check_history(roots: list[TrustRoot]) -> None:
    persons: dict[str, str | None] = {}
    holders: dict[bytes, Holder] = {}
    before: set[bytes] = set()
    for root in roots:
        for one in root.principals:
            require(persons.setdefault(one.id, one.person) == one.person, f"{one.id} became another person")
        for key, holder in _holders(root).items():
            require(key in before or key not in holders, f"a key of {holder[0] or 'root'} came back")
            require(holders.setdefault(key, holder) == holder, f"a key of {holder[0] or 'root'} was somebody else's")
        before = set(_holders(root))


def _holders(root: TrustRoot) -> dict[bytes, Holder]:
    holders: dict[bytes, Holder] = {key: _ROOT for key in root.root_keys}
    for one in root.principals:
        for key in one.keys:
            holders[key] = (one.id, one.person)
    return holders
