"""Who takes part in a programme, and which posts are obliged to act? (R3, R29, R39)"""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from clm_tracker.commands import duty_bearers as post_commands
from clm_tracker.commands import people as person_commands
from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Role
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries import duty_bearers, people
from clm_tracker.queries.duty_bearers import PostRow
from clm_tracker.queries.people import Person
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.holding import IfMatch, tell_version
from clm_tracker.web.api.shapes import (
    ACTING,
    CHANGING,
    LOOKING,
    ONE,
    Cursor,
    Day,
    Id,
    Limit,
    Names,
    Page,
    QueryBool,
    Sent,
    sliced,
    wanted,
)
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.forms import Line, Plain

router = Router(prefix="/api/v1", tags=["people"])
Name = Annotated[Line, Field(min_length=1)]
Search = Annotated[Plain, Field(max_length=100)]
Ids = Annotated[frozenset[Id], Field(max_length=500)]


class Posts(Sent):
    """What the list is narrowed to, and where it begins."""

    q: Search = ""
    level: Search | None = None
    area: Id | None = None
    after: Cursor | None = None
    limit: Limit = 50


class NewPost(Sent):
    """A post, with its title and institution by language. A site brings its area; no themes means all of them."""

    title: Name
    level: Name
    titles: Names = Field(default_factory=dict)
    institution: Line = ""
    institutions: Names = Field(default_factory=dict)
    area_id: Id | None = None
    site_id: Id | None = None
    superior_id: Id | None = None
    themes: Ids = frozenset()
    from_on: Day | None = None
    to_on: Day | None = None


class Appointed(Sent):
    """Who holds the post from which day on; `person_id` is their account, when they have one."""

    name: Name
    from_on: Day | None = None
    email: Line | None = None
    phone: Line | None = None
    language: Plain | None = None
    person_id: Id | None = None


class Reached(Sent):
    """How whoever holds the post today is written to; what is left out stays, null or an empty text takes it away."""

    email: Line | None = None
    phone: Line | None = None
    language: Plain | None = None


class Relieved(Sent):
    """The last day on which the post was held; yesterday unless said."""

    last_on: Day | None = None


class Everyone(Sent):
    """With those whose roles have all ended, or without; where the list begins."""

    ended: QueryBool = False
    after: Cursor | None = None
    limit: Limit = 100


class NewPerson(Sent):
    """A person with a role. They choose their password by an invitation; nobody else sets it."""

    name: Name
    role: Role
    email: Line | None = None
    language: Annotated[Plain, Field(min_length=2, max_length=20)] = "en"
    organisation: Line = ""
    areas: Ids = frozenset()
    themes: Ids = frozenset()


@router.get("/duty-bearers", access=may(Act.SEE_SET_UP), responses=LOOKING)
def posts(desk: AtDesk, narrowed: Annotated[Posts, Query()]) -> Page[PostRow]:
    """The posts that exist today, by name."""
    with desk.reading() as look:
        found = duty_bearers.page(look, **narrowed.model_dump())
    return Page[PostRow](items=list(found.items), next=found.next)


@router.get("/duty-bearers/{post_id}", access=may(Act.SEE_SET_UP), responses=ONE)
def post(desk: AtDesk, post_id: UUID, response: Response) -> PostRow:
    """One post as it stands today."""
    with desk.reading() as look:
        return _post(look, post_id, response)


@router.post("/duty-bearers", access=may(Act.SET_UP), status_code=201, responses=ACTING)
def add_post(desk: AtDesk, sent: NewPost, response: Response) -> PostRow:
    """Add a post."""
    with desk.writing() as unit:
        made = post_commands.add(unit, **sent.model_dump())
        unit.session.flush()
        return _post(unit, made, response)


@router.post("/duty-bearers/{post_id}/appoint", access=may(Act.SET_UP), responses=CHANGING)
def appoint(
    desk: AtDesk, post_id: UUID, sent: Appointed, response: Response, if_match: IfMatch = None
) -> PostRow:
    """Somebody holds the post from that day; whoever held it does so until the day before."""
    with desk.writing() as unit:
        post_commands.appoint(unit, post_id, **sent.model_dump(), version=wanted(if_match))
        unit.session.flush()
        return _post(unit, post_id, response)


@router.post("/duty-bearers/{post_id}/reach", access=may(Act.SET_UP), responses=CHANGING)
def reach(
    desk: AtDesk, post_id: UUID, sent: Reached, response: Response, if_match: IfMatch = None
) -> PostRow:
    """Whoever holds the post is written to otherwise; an address that letters came back from is good again."""
    with desk.writing() as unit:
        changes = sent.model_dump(exclude_unset=True)
        post_commands.reach(unit, post_id, changes, version=wanted(if_match))
        unit.session.flush()
        return _post(unit, post_id, response)


@router.post("/duty-bearers/{post_id}/relieve", access=may(Act.SET_UP), responses=CHANGING)
def relieve(
    desk: AtDesk, post_id: UUID, sent: Relieved, response: Response, if_match: IfMatch = None
) -> PostRow:
    """The post is vacant after that day; a stage goes to the nearest post above it that is held meanwhile."""
    with desk.writing() as unit:
        post_commands.relieve(unit, post_id, last_on=sent.last_on, version=wanted(if_match))
        unit.session.flush()
        return _post(unit, post_id, response)


# Names and addresses of people who monitor are not for duty bearers and observers to collect.
@router.get("/people", access=may(Act.SET_UP, Act.SEE_LEDGER), responses=LOOKING)
def everyone(desk: AtDesk, narrowed: Annotated[Everyone, Query()]) -> Page[Person]:
    """The people of the programme, by name."""
    with desk.reading() as look:
        found = people.everyone(look, ended=narrowed.ended)
    return sliced("people", found, narrowed.after, narrowed.limit)


@router.get("/people/{person_id}", access=may(Act.SET_UP, Act.SEE_LEDGER), responses=ONE)
def person(desk: AtDesk, person_id: UUID) -> Person:
    """One person with their roles."""
    with desk.reading() as look:
        return people.one(look, person_id)


@router.post("/people", access=may(Act.SET_UP), status_code=201, responses=ACTING)
def add_person(desk: AtDesk, sent: NewPerson) -> Person:
    """Add a person with a role; somebody who has an account already gets the role here."""
    with desk.writing() as unit:
        made = person_commands.add(unit, **sent.model_dump())
        unit.session.flush()
        return people.one(unit, made)


def _post(look: Reading, post_id: UUID, response: Response) -> PostRow:
    found = look.rules.posts.get(post_id)
    if found is None:
        raise NotFound("duty bearer")
    tell_version(response, found.version)
    return duty_bearers.row(look, found)
