"""Who am I to this program, and what may I do?"""

from collections.abc import Mapping
from uuid import UUID

from clm_tracker.domain.policy import GRANTS, Act
from clm_tracker.domain.words import Role
from clm_tracker.web.access import SIGNED_IN, Router
from clm_tracker.web.api.shapes import LOOKING, Shown
from clm_tracker.web.desk import AtDesk

router = Router(prefix="/api/v1", tags=["me"])


class Programme(Shown):
    """The programme that the token is for."""

    id: UUID
    name: str
    names: Mapping[str, str]
    timezone: str


class Membership(Shown):
    """One role; no areas or themes means all of them."""

    role: Role
    areas: frozenset[UUID]
    themes: frozenset[UUID]
    organisation: str


class Me(Shown):
    """The person whose token this is. `acts` are what their roles include; a finding's own `acts` say what is possible."""

    id: UUID
    name: str
    language: str
    programme: Programme
    memberships: tuple[Membership, ...]
    posts: frozenset[UUID]
    acts: tuple[Act, ...]


@router.get("/me", access=SIGNED_IN, responses=LOOKING)
def me(desk: AtDesk) -> Me:
    """Who I am and what I may do."""
    actor = desk.actor
    with desk.reading() as look:
        programme = Programme.model_validate(look.programme)
    granted = {act for role in actor.roles() for act in GRANTS[role]}
    return Me(
        id=actor.id,
        name=actor.name,
        language=desk.guest.language,
        programme=programme,
        memberships=tuple(Membership.model_validate(m) for m in actor.memberships),
        posts=actor.posts,
        acts=tuple(sorted(granted)),
    )
