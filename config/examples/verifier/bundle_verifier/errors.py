"""The one exception that says: what was read is not right."""


class Bad(Exception):
    """Something that came from outside breaks a rule; the message says which."""


def require(condition: bool, reason: str) -> None:
    """Raises `Bad` unless the condition holds (an `assert` would vanish under -O)."""
    if not condition:
        raise Bad(reason)
