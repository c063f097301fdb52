"""One version of the trust root: its shape and the rules that it must keep alone."""

from dataclasses import dataclass
from typing import Any

from . import shape, strict_json
from .errors import require

MAX_PAYLOAD = 512 * 1024
PLANES = ("training", "governance", "serving")
PERSONAL_ROLES = ("submitter", "approver", "deployer")
ROLES = PERSONAL_ROLES + ("monitor", "reader") + PLANES
_MAX_GROUPS = 64
_MAX_ALL_OF = 16
_MAX_RULES = 64


@dataclass(frozen=True)
class Principal:
    id: str
    person: str | None
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    keys: tuple[bytes, ...]
    retired_at: int | None

    @property
    def retired(self) -> bool:
        return self.retired_at is not None

    def is_active(self, role: str) -> bool:
        return role in self.roles and not self.retired


@dataclass(frozen=True)
class Environment:
    required_approvers: int
    max_ttl_days: int
    all_of: tuple[str, ...]
    lease_seconds: int | None


@dataclass(frozen=True)
class TrustRoot:
    version: int
    issued_at: int
    expires_at: int
    root_keys: tuple[bytes, ...]
    threshold: int
    principals: tuple[Principal, ...]
    environments: dict[str, Environment]
    digest: str

    def keys_of_role(self, role: str) -> set[bytes]:
        return {key for principal in self.principals if principal.is_active(role) for key in principal.keys}

    def keys_of_principals(self) -> set[bytes]:
        return {key for principal in self.principals for key in principal.keys}

    def principal(self, name: str) -> Principal | None:
        return next((one for one in self.principals if one.id == name), None)

    def holder(self, key: bytes) -> Principal | None:
        return next((one for one in self.principals if key in one.keys), None)


def read(payload: bytes, digest: str) -> TrustRoot:
    value = strict_json.parse(payload, MAX_PAYLOAD)
    fields = shape.members(value, ("version", "issued_at", "expires_at", "root", "principals", "policy"), (), "a trust root")
    keys, threshold = _read_root(fields["root"])
    listed = shape.array(fields["principals"], 0, 2000, "principals")
    root = TrustRoot(
        version=shape.integer(fields["version"], 1, shape.MAX_COUNT, "version"),
        issued_at=shape.time(fields["issued_at"]),
        expires_at=shape.time(fields["expires_at"]),
        root_keys=keys,
        threshold=threshold,
        principals=tuple(_read_principal(item) for item in listed),
        environments=_read_policy(fields["policy"]),
        digest=digest,
    )
    _check_rules(root)
    return root


def _read_keys(value: Any) -> tuple[bytes, ...]:
    return tuple(shape.public_key(item) for item in shape.array(value, 1, 16, "keys"))


def _read_root(value: Any) -> tuple[tuple[bytes, ...], int]:
    fields = shape.members(value, ("keys", "threshold"), (), "root")
    keys = _read_keys(fields["keys"])
    return keys, shape.integer(fields["threshold"], 1, len(keys), "threshold")


def _read_principal(value: Any) -> Principal:
    fields = shape.members(value, ("id", "roles", "keys"), ("person", "groups", "retired_at"), "a principal")
    return Principal(
        id=shape.name(fields["id"]),
        person=shape.optional(fields["person"], shape.name),
        roles=_read_roles(fields["roles"]),
        groups=_read_groups(fields["groups"], _MAX_GROUPS),
        keys=_read_keys(fields["keys"]),
        retired_at=shape.optional(fields["retired_at"], shape.time),
    )


def _read_roles(value: Any) -> tuple[str, ...]:
    roles = [_read_role(item) for item in shape.array(value, 0, len(ROLES), "roles")]
    return tuple(shape.unique(roles, "roles"))


def _read_role(value: Any) -> str:
    role = shape.text(value)
    require(role in ROLES, f"no role: {role[:60]!r}")
    return role


def _read_groups(value: Any, most: int) -> tuple[str, ...]:
    return () if value is None else tuple(shape.names(value, 0, most, "groups"))


def _read_policy(value: Any) -> dict[str, Environment]:
    fields = shape.members(value, ("environments", "profiles"), (), "policy")
    for name, rules in shape.obj(fields["profiles"]).items():
        shape.name(name)
        for rule in shape.array(rules, 0, _MAX_RULES, "a profile"):
            shape.text(rule)
    return {shape.name(name): _read_environment(item) for name, item in shape.obj(fields["environments"]).items()}


def _read_environment(value: Any) -> Environment:
    optional = ("all_of", "lease_seconds", "lease_grace_seconds", "undeploy_grace_seconds", "auto_revoke")
    fields = shape.members(value, ("required_approvers", "max_ttl_days"), optional, "an environment")
    lease_seconds = _bounded(fields, "lease_seconds", 10, 86_400)
    _bounded(fields, "lease_grace_seconds", 0, 604_800)
    _bounded(fields, "undeploy_grace_seconds", 0, 2_592_000)
    if fields["auto_revoke"] is not None:
        _check_auto_revoke(fields["auto_revoke"])
    return Environment(
        required_approvers=shape.integer(fields["required_approvers"], 1, 15, "required_approvers"),
        max_ttl_days=shape.integer(fields["max_ttl_days"], 1, 3650, "max_ttl_days"),
        all_of=_read_groups(fields["all_of"], _MAX_ALL_OF),
        lease_seconds=lease_seconds,
    )


def _bounded(fields: dict[str, Any], name: str, low: int, high: int) -> int | None:
    return None if fields[name] is None else shape.integer(fields[name], low, high, name)


def _check_auto_revoke(value: Any) -> None:
    fields = shape.members(value, ("severity",), ("monitors", "windows"), "auto_revoke")
    shape.real(fields["severity"], 0.3, 1.0, "severity")
    _bounded(fields, "monitors", 1, 10)
    _bounded(fields, "windows", 1, 20)


def _check_rules(root: TrustRoot) -> None:
    require(root.expires_at > root.issued_at, "it expires before it is issued")
    shape.unique([one.id for one in root.principals], "principals")
    keys = list(root.root_keys) + [key for one in root.principals for key in one.keys]
    require(len(set(keys)) == len(keys), "a key stands twice")
    for plane in PLANES:
        _check_plane(root, plane)
    _check_persons(root)
    approver_groups = {group for one in root.principals if one.is_active("approver") for group in one.groups}
    for name, environment in root.environments.items():
        for group in environment.all_of:
            require(group in approver_groups, f"nobody approves for the group {group} of {name}")


def _check_plane(root: TrustRoot, plane: str) -> None:
    holders = [one for one in root.principals if one.is_active(plane)]
    require(len(holders) == 1, f"{len(holders)} principals are the {plane} plane")
    require(holders[0].roles == (plane,), f"the {plane} plane has another role")
    require(holders[0].person is None, f"the {plane} plane names a person")


def _check_persons(root: TrustRoot) -> None:
    roles_of: dict[str, set[str]] = {}
    for one in root.principals:
        personal = {role for role in one.roles if role in PERSONAL_ROLES}
        if personal:
            require(one.person is not None, f"{one.id} names no person")
            roles_of.setdefault(one.person or "", set()).update(personal)
    for person, roles in roles_of.items():
        require(len(roles) == 1, f"{person} has two of the roles submitter, approver, deployer")
