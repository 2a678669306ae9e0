"""What may a calendar hold that other programs read, and who may have one? (R41, R43)"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from clm_tracker.domain.policy import GRANTS, Act, Actor
from clm_tracker.domain.words import Party, Role


class Scope(StrEnum):
    """What stands in it: what its person owes, what a post owes, what a side owes, or what a saved view shows."""

    MINE = "mine"
    POST = "post"
    ADVOCATES = "advocates"
    COMMITTEE = "committee"
    VIEW = "view"


PARTY: Final[Mapping[Scope, Party]] = {
    Scope.ADVOCATES: Party.ADVOCATES,
    Scope.COMMITTEE: Party.COMMITTEE,
}
ABOUT: Final = frozenset({Scope.POST, Scope.VIEW})  # those that name something
MOST: Final = 1_000  # entries
BEFORE, AFTER = timedelta(days=92), timedelta(days=366)
EACH: Final = 20  # calendars of one person
WINDOW: Final = timedelta(hours=1)
READS: Final = 120  # within the window: a few programs, each every few minutes


def may_have(actor: Actor, scope: Scope, about: UUID | None) -> bool:
    """Does the role of this day include such a calendar? What it shows is only ever what its person may see."""
    sees = {role for role in actor.roles() if Act.SEE_FINDINGS in GRANTS[role]}
    match scope:
        case Scope.MINE | Scope.VIEW:
            return bool(sees)
        case Scope.POST:
            return about in actor.posts or bool(sees - {Role.DUTY_BEARER})
        case Scope.ADVOCATES | Scope.COMMITTEE:
            return bool(sees - {Role.DUTY_BEARER})
