"""A small programme as pure values: areas, posts, ladders, rules, and a finding in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from clm_tracker.domain import findings, ladders
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.cases import Case, Finding, Story, replay
from clm_tracker.domain.duty_bearers import Directory, Holder, Post
from clm_tracker.domain.places import Area
from clm_tracker.domain.rules import Round, Rules
from clm_tracker.domain.words import Dimension, Severity

SPACE = UUID("00000000-0000-0000-0000-00000000c1a0")
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday, 09:00 in Phnom Penh


def the(name: str) -> UUID:
    """The identifier of the thing with this name."""
    return uuid5(SPACE, name)


PROGRAMME, THEME, SITE = the("programme"), the("care"), the("health centre")
AREAS = {
    the(name): Area(id=the(name), parent_id=the(parent) if parent else None, level=level, name=name, path="")
    for name, parent, level in (
        ("Battambang", "", "province"),
        ("Sangkae", "Battambang", "district"),
        ("Pailin", "", "province"),
    )
}
SINCE = date(2020, 1, 1)


def post(name: str, level: str, superior: str | None, *, held: bool = True, **more: Any) -> Post:
    """A post held by one person since 2020, or vacant."""
    holders = (Holder(name=f"Holder of {name}", from_on=SINCE),) if held else ()
    return Post(
        id=the(name),
        title=name,
        institution="",
        level=level,
        superior_id=the(superior) if superior else None,
        holders=holders,
        **more,
    )


POSTS = {
    p.id: p
    for p in (
        post("Chief", "site", "District director", site_id=SITE, area_id=the("Sangkae")),
        post("District director", "district", "Provincial director", area_id=the("Sangkae")),
        post("Provincial director", "province", "National manager", area_id=the("Battambang")),
        post("National manager", "national", "Inspector"),
        post("Inspector", "oversight", None),
    )
}
LADDERS = {
    the(f"ladder {key}"): ladders.Ladder(
        id=the(f"ladder {key}"), programme_id=PROGRAMME, key=key, version=1, name=name, stages=stages
    )
    for key, (name, stages) in ladders.shipped().items()
}
CALENDAR = Calendar(
    "Asia/Phnom_Penh", frozenset({5, 6}), {date(2026, 4, 14): "New Year", date(2026, 4, 15): "New Year"}
)


def rules(**but: Any) -> Rules:
    """The programme's rules; `but` replaces some."""
    made = Rules(
        calendar=CALENDAR,
        directory=Directory(POSTS, AREAS, date(2026, 3, 2)),
        ladders=LADDERS,
        current={ladder.key: ladder.id for ladder in LADDERS.values()},
        rounds=(
            Round(id=the("q1"), name="2026 Q1", first_on=date(2026, 1, 1), last_on=date(2026, 3, 31)),
            Round(id=the("q2"), name="2026 Q2", first_on=date(2026, 4, 1), last_on=date(2026, 6, 30)),
        ),
        forums=(date(2026, 5, 20),),
    )
    return replace(made, **but)


def a_draft(**but: Any) -> Finding:
    """A complete draft."""
    values: dict[str, Any] = {
        "id": the("finding"),
        "programme_id": PROGRAMME,
        "ref": "KH-2026-0001",
        "title": "Medicines were out of stock",
        "severity": Severity.HIGH,
        "theme_id": THEME,
        "dimension": Dimension.AVAILABILITY,
        "site_id": SITE,
        "area_id": the("Sangkae"),
        "observed_on": date(2026, 2, 27),
        "logged_by": the("Chan"),
        "logged_at": NOW,
    }
    return Finding(**{**values, **but})


def an_open_case(of: Rules | None = None, now: datetime = NOW, **but: Any) -> Case:
    """An opened finding, addressed by routing."""
    return findings.open_(Case(a_draft(**but)), of or rules(), now).case


def lived(story: Story, *verbs: Callable[[Case], Story]) -> Case:
    """The case after the story and then each verb in turn."""
    case = story.case
    for verb in verbs:
        case = verb(case).case
    return case


def retold(first: Finding, stories: list[Story]) -> Case | None:
    """What replaying everything that was told gives."""
    told = [*findings.draft(first), *(one for story in stories for one in story.told)]
    return replay(change for one in told for change in one.changes)
