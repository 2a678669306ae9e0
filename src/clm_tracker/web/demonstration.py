"""What does a demonstration offer besides the program itself? A clock that anyone can move, and sign-in by one click."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clm_tracker.domain.words import Role


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody whom a visitor can be. `key` stands in the address of the link; the tour follows `guides`."""

    key: str
    person_id: UUID
    programme_id: UUID
    name: str
    role: Role
    guides: bool = False


class Demo(Protocol):
    """A running demonstration."""

    def now(self) -> datetime:
        """The moment on the demonstration's own clock."""
        ...

    def advance(self, days: int) -> None:
        """Let `days` pass, with everything that the engine does in them."""
        ...

    def people(self) -> Sequence[DemoPerson]:
        """Who can be signed in as."""
        ...
