"""How does a programme begin, and how do its own settings change? (R5, R12, R21)"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from clm_tracker.commands import people, set_up, themes
from clm_tracker.db import actors, rules, sweep
from clm_tracker.db.base import POSTGRESQL
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import ClosedDayRow, DaySource, FindingRow, LadderRow, ProgrammeRow
from clm_tracker.db.typed import plain
from clm_tracker.db.units import Reading, Store, Writing
from clm_tracker.domain import ladders
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.deadlines import parse_window
from clm_tracker.domain.policy import Act
from clm_tracker.domain.rules import FORUM, LEAST_FEWEST_TOLD, ROUND, WINDOWS, Rules
from clm_tracker.domain.words import Role, Severity
from clm_tracker.intake.public_holidays import in_other_languages, public_holidays
from clm_tracker.kernel.refusals import NotNow, each, invalid
from clm_tracker.kernel.sayings import Saying, saying
from clm_tracker.kernel.speech import _

YEARS_AHEAD = 3  # public holidays of this year and the two after it
# Every reference opens with the prefix and every date rests on the weekend, so both are settled by the first finding.
SETTLED = frozenset({"prefix", "weekend"})
CHANGEABLE = frozenset({"name", "names", "languages", "safety_mode", *SETTLED, *rules.SETTINGS})

_SEVERITY: Mapping[Severity, Saying] = {
    Severity.CRITICAL: saying("Critical"),
    Severity.HIGH: saying("High"),
    Severity.STANDARD: saying("Standard"),
    Severity.SYSTEMIC: saying("Systemic"),
}
_KEPT_AS: Mapping[str, Callable[[Any], Any]] = {
    "name": partial(set_up.named, "name"),
    "names": partial(set_up.by_language, "name"),
    "languages": lambda tags: tuple(tags) or ("en",),
    "weekend": frozenset,
}


@dataclass(frozen=True, slots=True)
class Begun:
    """The identifiers of what a new programme begins with; themes and ladders by their code and key."""

    programme_id: UUID
    coordinator_id: UUID
    themes: Mapping[str, UUID]
    ladders: Mapping[str, UUID]


def init(
    store: Store,
    *,
    now: datetime,
    name: str,
    names: Mapping[str, str] | None = None,
    prefix: str,
    country: str,
    timezone: str,
    languages: Iterable[str] = ("en",),
    coordinator_name: str,
    coordinator_email: str,
    password: str | None,
    weekend: frozenset[int] = frozenset({5, 6}),
    first: bool = False,
) -> Begun:
    """Begin a programme with its coordinator, shipped ladders and themes, and its country's public holidays.

    `names` are by language; `prefix` opens every reference ("KH" in KH-2026-0042); `country` is ISO 3166, with a part
    where holidays differ ("KH", "US-MA"); `weekend` counts from Monday 0. Raises Invalid for an unknown country, zone or
    prefix, and with `first` NotNow when there is a programme already.
    """
    programme_id = new_id()
    calendar, prefix, called = each(
        lambda: _calendar(timezone, weekend), lambda: _prefix(prefix), lambda: set_up.called(name, names)
    )
    actor = actors.within(actors.OPERATOR, programme_id)
    with store.writing(now=now, actor=actor, programme_id=programme_id) as unit:
        if first:
            _be_the_first(unit)
        _check_prefix(unit, prefix)
        row = ProgrammeRow(
            id=programme_id,
            key=prefix.lower(),
            **called,
            prefix=prefix,
            country=country.strip().upper(),
            timezone=timezone,
            languages=tuple(languages) or ("en",),
            weekend=weekend,
            created_at=now,
        )
        unit.session.add(row)
        unit.session.flush()
        unit.require(Act.SET_UP)
        after = {
            "name": row.name,
            "names": row.names,
            "prefix": prefix,
            "country": row.country,
            "timezone": timezone,
        }
        set_up.put(
            unit, "programme", programme_id, saying("began the programme {name}", name=row.name), after=after
        )
        year = calendar.local_date(now).year
        _add_public_holidays(unit, country, range(year, year + YEARS_AHEAD))
        return Begun(
            programme_id,
            people.add(
                unit,
                name=coordinator_name,
                email=coordinator_email,
                role=Role.COORDINATOR,
                password=password,
                language=next(iter(row.languages)),
            ),
            themes.ship(unit, khmer=row.country == "KH"),
            _ship_ladders(unit),
        )


def change_settings(unit: Writing, changes: Mapping[str, Any]) -> bool:
    """Change the programme's names, languages or safety mode, or the law's own numbers (`db.rules.SETTINGS`). Whether any is another now.

    `windows` holds only what differs from the shipped ones: {"critical": {"fix": "5wd"}}. What is owed already keeps
    its dates, but is reminded of by the new days (R25); else a change is for what is opened later. Prefix and weekend
    change only before the first finding.
    """
    unit.require(Act.SET_UP)
    if unknown := set(changes) - CHANGEABLE:
        raise invalid(min(unknown), _("There is no such setting."))
    programme = unit.programme
    settings = programme.settings | {n: plain(v) for n, v in changes.items() if n in rules.SETTINGS}
    own = {n: v for n, v in changes.items() if n not in rules.SETTINGS}
    _settings, *kept = each(
        lambda: _check_settings(settings), *(partial(_kept_as, unit, n, v) for n, v in own.items())
    )
    if _in_force(settings) == _in_force(programme.settings):
        settings = programme.settings  # a page sends all of them, a new programme keeps none
    values = {"settings": settings, **dict(zip(own, kept, strict=True))}
    if values.get("prefix", programme.prefix) != programme.prefix:
        values["key"] = values["prefix"].lower()
    changed = {n: v for n, v in values.items() if getattr(programme, n) != v}
    for name in sorted(SETTLED & set(changed)):
        if has_findings(unit):
            raise invalid(
                name, _("This is settled once the first finding is logged: what is there rests on it.")
            )
    if changed:
        before = {n: getattr(programme, n) for n in changed}
        for column, value in changed.items():
            setattr(programme, column, value)
        set_up.put(
            unit, "programme", programme.id, _what_changed(before, changed), before=before, after=changed
        )
        if (
            "settings" in changed
            and len({_in_force(v["settings"])["reminders"] for v in (before, changed)}) > 1
        ):
            sweep.look_again(unit)
    return bool(changed)


def _what_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Saying:
    """The change in a sentence of its own, where it is of one kind that people look for."""
    if after.keys() == {"safety_mode"}:
        return saying("turned safety mode on") if after["safety_mode"] else saying("turned safety mode off")
    if after.keys() <= {"name", "names"}:
        return saying("changed what the programme is called")
    old, new = (_in_force(one.get("settings", {})) for one in (before, after))
    if after.keys() == {"settings"} and {n for n in new if new[n] != old[n]} == {"windows"}:
        of = [s for s in Severity if new["windows"][s] != old["windows"][s]]
        if len(of) == 1:
            return saying("changed the windows of one severity: {severity}", severity=_SEVERITY[of[0]])
    return saying("changed the settings")


def _in_force(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the law works with: a setting that is left out has the shipped value."""
    shipped = {f.name: f.default for f in fields(Rules) if f.name in rules.SETTINGS}
    return {**shipped, "windows": WINDOWS, **rules.from_settings(settings)}


def has_findings(look: Reading) -> bool:
    """Whether a finding was ever logged in this programme."""
    of = FindingRow.programme_id == look.programme_id
    return look.session.scalar(select(FindingRow.id).where(of).limit(1)) is not None


def exists(look: Reading) -> bool:
    """Whether there is any programme at all."""
    return look.session.scalar(select(ProgrammeRow.id).limit(1)) is not None


def _be_the_first(unit: Writing) -> None:
    """Of two who begin at once, the second finds a programme: SQLite lets one write at a time anyway."""
    if unit.dialect == POSTGRESQL:
        unit.session.execute(text("LOCK TABLE programmes IN EXCLUSIVE MODE"))
    if exists(unit):
        raise NotNow("begun", _("There is a programme already. Sign in, or ask its coordinator."))


def _prefix(typed: str) -> str:
    prefix = typed.strip().upper()
    if not re.fullmatch(r"[A-Z]{2,8}", prefix):
        raise invalid("prefix", _("Use 2 to 8 letters for the beginning of references, such as KH."))
    return prefix


def _check_prefix(unit: Writing, prefix: str) -> None:
    if unit.session.scalar(select(ProgrammeRow.id).where(ProgrammeRow.key == prefix.lower())):
        raise invalid(
            "prefix", _("There is a programme with the prefix {prefix} already.").format(prefix=prefix)
        )


def _kept_as(unit: Writing, name: str, value: Any) -> Any:  # noqa: ANN401 - a column of the programme
    """The value of a column of the programme's own as it is kept. Raises Invalid for one that cannot be."""
    kept = _KEPT_AS[name](value) if name in _KEPT_AS else value
    if name == "weekend":
        _calendar(unit.programme.timezone, kept, field="weekend")
    if name == "prefix" and (kept := _prefix(value)) != unit.programme.prefix:
        _check_prefix(unit, kept)
    return kept


def _check_settings(settings: Mapping[str, Any]) -> None:
    """Raises Invalid for a value that the law could not work with."""
    try:
        found = rules.from_settings(settings)
        windows = [asdict(one) for one in found.pop("windows", {}).values()]
        for window in (w for of in windows for w in of.values()):
            _check_window(window)
        for name, value in found.items():
            _check_setting(name, value)
    except (ValueError, TypeError, AttributeError) as wrong:
        raise invalid("settings", str(wrong)) from None


def _check_setting(name: str, value: object) -> None:
    shipped = next(field.default for field in fields(Rules) if field.name == name)
    numbers = value if isinstance(value, tuple) else (value,)
    if isinstance(value, str):
        _check_window(value)
    elif type(value) is not type(shipped) or any(not isinstance(n, int) or n < 0 for n in numbers):
        raise ValueError(_("{name} cannot be {value}.").format(name=name, value=repr(value)))
    if name == "reply_days" and isinstance(shipped, int) and isinstance(value, int) and value < shipped:
        # The right of reply may grow, never shrink (R27).
        raise ValueError(_("At least 5: whoever is written about is told before."))
    if name == "fewest_told" and isinstance(value, int) and value < LEAST_FEWEST_TOLD:
        raise ValueError(
            _("At least 3. Of fewer it is only said that they are few, so that nobody is known by a number.")
        )


def _check_window(window: str) -> None:
    if window not in {ROUND, FORUM}:
        parse_window(window)


def _calendar(timezone: str, weekend: frozenset[int], *, field: str = "timezone") -> Calendar:
    try:
        return Calendar(timezone, weekend, {})
    except ValueError as wrong:
        raise invalid(field, str(wrong)) from None


def _add_public_holidays(unit: Writing, country: str, years: range) -> None:
    try:
        days = public_holidays(country, years)
        others = in_other_languages(country, years, unit.programme.languages)
    except ValueError as wrong:
        raise invalid("country", str(wrong)) from None
    unit.session.add_all(
        ClosedDayRow(
            id=new_id(),
            programme_id=unit.programme_id,
            day=day,
            name=name,
            names=others.get(day, {}),
            source=DaySource.PUBLIC,
        )
        for day, name in days.items()
    )
    what = saying("added {n} public holidays of {country}", n=len(days), country=country.strip().upper())
    after = {day.isoformat(): name for day, name in days.items()}
    set_up.put(unit, "calendar", unit.programme_id, what, after=after)


def _ship_ladders(unit: Writing) -> dict[str, UUID]:
    made = {}
    for key, (name, stages) in ladders.shipped().items():
        row = LadderRow(
            id=new_id(),
            programme_id=unit.programme_id,
            key=key,
            version=1,
            name=name,
            stages=stages,
            created_at=unit.now,
        )
        unit.session.add(row)
        after = {"key": key, "version": 1, "stages": stages}
        set_up.put(unit, "ladder", row.id, saying("added the ladder {name}", name=name), after=after)
        made[key] = row.id
    return made
