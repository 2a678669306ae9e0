"""The small programme of tests/domain/world.py, kept in a database."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from clm_tracker.db import actors, changes, load
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import (
    AreaRow,
    ClosedDayRow,
    DaySource,
    DutyBearerRow,
    ForumRow,
    HolderRow,
    LadderRow,
    PersonRow,
    ProgrammeRow,
    RoundRow,
    SiteRow,
    ThemeRow,
    path_below,
)
from clm_tracker.db.units import Store, Writing
from clm_tracker.domain import findings
from clm_tracker.domain.cases import Case, Finding, Story
from clm_tracker.domain.policy import Act, Actor, Membership
from clm_tracker.domain.words import Role
from tests.domain import world
from tests.domain.world import NOW, PROGRAMME, the

ENGINE = actors.within(actors.ENGINE, PROGRAMME)
CHAN = Actor(
    id=the("Chan"), name="Chan", programme_id=PROGRAMME, memberships=(Membership(role=Role.ADVOCATE),)
)
DARA = Actor(
    id=the("Dara"), name="Dara", programme_id=PROGRAMME, memberships=(Membership(role=Role.COORDINATOR),)
)
CHIEF = Actor(
    id=the("Sok"),
    name="Sok",
    programme_id=PROGRAMME,
    memberships=(Membership(role=Role.DUTY_BEARER),),
    posts=frozenset({the("Chief")}),
)


def seed(store: Store, *, programme_id: UUID = PROGRAMME, key: str = "kh") -> None:
    """Write the programme and its set-up, as the operator does on the machine."""
    operator = actors.within(actors.OPERATOR, programme_id)
    with store.writing(now=NOW, actor=operator, programme_id=programme_id) as unit:
        unit.require(Act.SET_UP)
        unit.session.add(
            ProgrammeRow(
                id=programme_id,
                key=key,
                name="Community Eyes",
                prefix="KH",
                country="KH",
                timezone="Asia/Phnom_Penh",
                created_at=NOW,
            )
        )
        unit.session.flush()
        if programme_id == PROGRAMME:
            _set_up(unit)
        changes.record(unit, Act.SET_UP, "programme", programme_id, "set up the programme", {}, {"key": key})


def _set_up(unit: Writing) -> None:
    here = {"programme_id": PROGRAMME}
    paths: dict[UUID | None, str] = {}
    for area in world.AREAS.values():  # parents come first
        paths[area.id] = path_below(paths.get(area.parent_id), area.id)
        row = AreaRow(
            id=area.id,
            parent_id=area.parent_id,
            level=area.level,
            name=area.name,
            path=paths[area.id],
            **here,
        )
        unit.session.add(row)
        unit.session.flush()
    unit.session.add(SiteRow(id=world.SITE, area_id=the("Sangkae"), name="Health centre", **here))
    unit.session.add(ThemeRow(id=world.THEME, code="care", name="Care and treatment", **here))
    unit.session.add(PersonRow(id=the("Sok"), name="Sok", created_at=NOW))
    unit.session.flush()
    for post in reversed(world.POSTS.values()):  # superiors come first
        unit.session.add(
            DutyBearerRow(
                id=post.id,
                title=post.title,
                institution=post.institution,
                level=post.level,
                area_id=post.area_id,
                site_id=post.site_id,
                superior_id=post.superior_id,
                theme_ids=post.themes,
                **here,
            )
        )
        unit.session.flush()
        for holder in post.holders:
            unit.session.add(
                HolderRow(id=new_id(), duty_bearer_id=post.id, name=holder.name, from_on=holder.from_on)
            )
    for ladder in world.LADDERS.values():
        unit.session.add(
            LadderRow(
                id=ladder.id,
                key=ladder.key,
                version=1,
                name=ladder.name,
                stages=ladder.stages,
                created_at=NOW,
                **here,
            )
        )
    for one in world.rules().rounds:
        unit.session.add(
            RoundRow(id=one.id, name=one.name, first_on=one.first_on, last_on=one.last_on, **here)
        )
    unit.session.add(ForumRow(id=new_id(), name="Forum", held_on=date(2026, 5, 20), **here))
    for day, name in world.CALENDAR.closed.items():
        unit.session.add(ClosedDayRow(id=new_id(), day=day, name=name, source=DaySource.PUBLIC, **here))


def draft(store: Store, *, by: Actor = CHAN, now: datetime = NOW, **but: Any) -> Finding:
    """A draft that is kept."""
    finding = world.a_draft(**{"logged_at": now, **but})
    with store.writing(now=now, actor=by, programme_id=PROGRAMME) as unit:
        unit.require(Act.LOG_FINDING)
        changes.apply(unit, Act.LOG_FINDING, None, findings.draft(finding))
    return finding


def opened(store: Store, *, now: datetime = NOW, **but: Any) -> Finding:
    """A finding that is kept and open."""
    finding = draft(store, now=now, **but)
    with store.writing(now=now, actor=CHAN, programme_id=PROGRAMME) as unit:
        case = load.case(unit, finding.id)
        put(unit, Act.OPEN_FINDING, case, findings.open_(case, unit.rules, unit.now))
    return finding


def put(unit: Writing, act: Act, case: Case, *stories: Story) -> None:
    """Ask, and carry out."""
    unit.require(act, case)
    changes.apply(unit, act, case, [told for story in stories for told in story.told])


def case(store: Store, finding: Finding, actor: Actor = DARA) -> Case:
    """The finding as it is kept now."""
    with store.reading(now=NOW, actor=actor, programme_id=PROGRAMME) as unit:
        return load.case(unit, finding.id)


def at(*when: int) -> datetime:
    """A moment in UTC."""
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


def ids(of: Sequence[Finding]) -> set[UUID]:
    """Their identifiers."""
    return {one.id for one in of}
