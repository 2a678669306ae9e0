"""What are a programme's calendar, posts, areas, ladders and settings on this day?

They are many rows that seldom change, so they are kept in the process under the programme's version, which every
change of the set-up raises in its own transaction: another process sees the new version and reads again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from threading import Lock
from typing import Any, get_type_hints
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clm_tracker.db.tables import (
    AreaRow,
    ClosedDayRow,
    DutyBearerRow,
    ForumRow,
    HolderRow,
    LadderRow,
    PersonRow,
    ProgrammeRow,
    RoundRow,
    ThemeRow,
)
from clm_tracker.db.typed import decoder
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.duty_bearers import Directory, Holder, Post
from clm_tracker.domain.ladders import Ladder
from clm_tracker.domain.places import Area
from clm_tracker.domain.rules import WINDOWS, Round, Rules, Theme, Windows
from clm_tracker.domain.words import Severity
from clm_tracker.kernel.speech import _

LOADED = ("calendar", "directory", "ladders", "current", "rounds", "forums", "themes", "names")
# The names a programme's `settings` may use for the law; what they leave out has the shipped value.
SETTINGS = tuple(f.name for f in fields(Rules) if f.name not in LOADED)


@dataclass(slots=True)
class KeptRules:
    """The rules of each programme as one process last read them."""

    _found: dict[UUID, tuple[int, date, Rules]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, programme: ProgrammeRow, day: date, read: Callable[[], Rules]) -> Rules:
        """The rules for this version and local day, `read` when the version is not the one kept."""
        found = self._found.get(programme.id)
        if found is None or found[:2] != (programme.version, day):
            if found is not None and found[0] == programme.version:
                known = found[2]
                directory = Directory(known.posts, known.areas, day)
                found = (programme.version, day, replace(known, directory=directory))
            else:
                found = (programme.version, day, read())
            with self._lock:
                self._found[programme.id] = found
        return found[2]


def local_day(zone: str, at: datetime) -> date:
    """The day it is in a programme's zone."""
    return _days_in(zone).local_date(at)


@lru_cache(maxsize=256)
def _days_in(zone: str) -> Calendar:
    return Calendar(zone, frozenset(), {})


def load(session: Session, programme: ProgrammeRow, day: date) -> Rules:
    """The rules of the programme on a local day, read now."""
    of = programme.id
    closed = session.execute(
        select(ClosedDayRow.day, ClosedDayRow.name, ClosedDayRow.names).where(ClosedDayRow.programme_id == of)
    ).all()
    ladders = {ladder.id: ladder for ladder in _ladders(session, of)}
    rounds = session.execute(
        select(RoundRow.id, RoundRow.name, RoundRow.names, RoundRow.first_on, RoundRow.last_on)
        .where(RoundRow.programme_id == of)
        .order_by(RoundRow.first_on, RoundRow.id)
    ).all()
    forums = session.execute(
        select(ForumRow.name, ForumRow.names, ForumRow.held_on)
        .where(ForumRow.programme_id == of)
        .order_by(ForumRow.held_on)
    ).all()
    return Rules(
        calendar=Calendar(
            programme.timezone,
            programme.weekend,
            {row.day: row.name for row in closed},
            {row.day: row.names for row in closed if row.names},
        ),
        directory=Directory(_posts(session, of), _areas(session, of), day),
        ladders=ladders,
        current={ladder.key: ladder.id for ladder in sorted(ladders.values(), key=lambda one: one.version)},
        rounds=tuple(
            Round(id=r.id, name=r.name, names=r.names, first_on=r.first_on, last_on=r.last_on) for r in rounds
        ),
        forums=tuple(r.held_on for r in forums),
        themes=tuple(_themes(session, of)),
        names=_agreed(
            chain(
                ((one.name, one.names) for one in ladders.values()),
                ((stage.name, stage.names) for one in ladders.values() for stage in one.stages),
                ((row.name, row.names) for row in (*rounds, *forums, *closed)),
            )
        ),
        **from_settings(programme.settings),
    )


def from_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Rules` that a programme's own settings replace. Other settings are left alone.

    `windows` holds only what differs: {"critical": {"fix": "5wd"}}. Raises ValueError or TypeError for a wrong value.
    """
    hints = get_type_hints(Rules)
    found = {
        name: decoder(hints[name])(settings[name])
        for name in SETTINGS
        if name in settings and name != "windows"
    }
    if own := settings.get("windows"):
        found["windows"] = {
            severity: Windows(
                **{
                    f.name: own.get(severity, {}).get(f.name, getattr(shipped, f.name))
                    for f in fields(Windows)
                }
            )
            for severity, shipped in WINDOWS.items()
        }
        if unknown := set(own) - {str(s) for s in Severity}:
            raise ValueError(
                _("There is no severity called {names}.").format(names=", ".join(sorted(unknown)))
            )
    return found


def _ladders(session: Session, programme_id: UUID) -> list[Ladder]:
    rows = session.execute(
        select(
            LadderRow.id,
            LadderRow.key,
            LadderRow.version,
            LadderRow.name,
            LadderRow.names,
            LadderRow.stages,
        )
        .where(LadderRow.programme_id == programme_id)
        .order_by(LadderRow.key, LadderRow.version.desc())
    )
    newest: dict[str, int] = {}
    called: dict[tuple[str, str], Mapping[str, str]] = {}

    def today(key: str, version: int, name: str, names: Mapping[str, str]) -> Mapping[str, str]:
        """Names in other languages hold for older versions too: what runs on one is read in the reader's language.

        The newest has its own: two of its stages may be called alike, and are not in every language.
        """
        known = called.setdefault((key, name), names)
        return names if newest.setdefault(key, version) == version else known

    return [
        Ladder(
            id=r.id,
            programme_id=programme_id,
            key=r.key,
            version=r.version,
            name=r.name,
            names=today(r.key, r.version, r.name, r.names),
            stages=tuple(replace(s, names=today(r.key, r.version, s.name, s.names)) for s in r.stages),
        )
        for r in rows
    ]


def _agreed(named: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, dict[str, str]]:
    """What things are called by language, by their name alone: where two of one name are called differently, neither is meant."""
    found: dict[str, dict[str, set[str]]] = {}
    for name, names in named:
        for tag, own in names.items():
            found.setdefault(name, {}).setdefault(tag, set()).add(own)
    return {
        name: {tag: own for tag, (own, *others) in called.items() if not others}
        for name, called in found.items()
    }


def _themes(session: Session, programme_id: UUID) -> Iterator[Theme]:
    of = ThemeRow.programme_id == programme_id
    names = [f.name for f in fields(Theme)]
    for row in session.scalars(select(ThemeRow).where(of).order_by(ThemeRow.code, ThemeRow.version.desc())):
        yield Theme(**{name: getattr(row, name) for name in names})


def _areas(session: Session, programme_id: UUID) -> dict[UUID, Area]:
    columns = [getattr(AreaRow, f.name) for f in fields(Area)]
    rows = session.execute(select(*columns).where(AreaRow.programme_id == programme_id))
    return {row["id"]: Area(**row) for row in rows.mappings()}


def _posts(session: Session, programme_id: UUID) -> dict[UUID, Post]:
    holders: dict[UUID, list[Holder]] = {}
    for h in session.execute(
        select(
            HolderRow.duty_bearer_id,
            HolderRow.name,
            HolderRow.from_on,
            HolderRow.to_on,
            # Who was put down by an address alone is whoever has the account with it: nobody checks their own work (R17).
            func.coalesce(HolderRow.person_id, PersonRow.id).label("person_id"),
        )
        .join(DutyBearerRow, DutyBearerRow.id == HolderRow.duty_bearer_id)
        .outerjoin(PersonRow, PersonRow.email == func.lower(func.trim(HolderRow.email)))
        .where(DutyBearerRow.programme_id == programme_id)
        .order_by(HolderRow.from_on, HolderRow.id)
    ):
        holders.setdefault(h.duty_bearer_id, []).append(
            Holder(name=h.name, from_on=h.from_on, to_on=h.to_on, person_id=h.person_id)
        )
    table = DutyBearerRow.__table__
    return {
        p.id: Post(
            id=p.id,
            title=p.title,
            titles=p.titles,
            institution=p.institution,
            institutions=p.institutions,
            level=p.level,
            area_id=p.area_id,
            site_id=p.site_id,
            superior_id=p.superior_id,
            themes=p.theme_ids,
            holders=tuple(holders.get(p.id, ())),
            from_on=p.from_on,
            to_on=p.to_on,
            version=p.version,
        )
        for p in session.execute(select(table).where(DutyBearerRow.programme_id == programme_id))
    }
