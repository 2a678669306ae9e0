"""How are things named inside the program, and for people?"""

import re
from uuid import UUID, uuid5

_REFERENCE = re.compile(r"([A-Z]{2,8})-(\d{4})-(\d{4,})")


def child_id(parent: UUID, kind: str, number: int) -> UUID:
    """The identifier of a thing inside a finding: the same parent, kind and number always give the same one."""
    return uuid5(parent, f"{kind}:{number}")


def reference(prefix: str, year: int, number: int) -> str:
    """A finding's reference for people: `KH-2026-0042`."""
    return f"{prefix}-{year}-{number:04d}"


def parse_reference(text: str) -> str | None:
    """The reference in its written form (`kh-2026-42` and `KH-2026-0042` are one), or None when it is none."""
    match = _REFERENCE.fullmatch(re.sub(r"-(\d{1,3})$", lambda m: f"-{int(m[1]):04d}", text.strip().upper()))
    return match[0] if match else None
