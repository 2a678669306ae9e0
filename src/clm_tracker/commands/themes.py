"""How does the list of thematic areas change, while old findings keep their meaning?"""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from clm_tracker.commands import set_up
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import DutyBearerRow, MembershipRow, ThemeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ROLE_NAMES, said
from clm_tracker.kernel.refusals import NotNow, each, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _

# Code, English name, Khmer name. Source: the six areas of Cambodia's community-led monitoring.
SHIPPED = (
    ("prevention", "Prevention", "ការបង្ការ"),
    ("care", "Care and treatment", "ការថែទាំ និងព្យាបាល"),
    ("social", "Social protection", "គាំពារសង្គម"),
    ("violence", "Gender-based violence", "អំពើហិង្សាផ្អែកលើយេនឌ័រ"),
    ("stigma", "Stigma and discrimination", "ការមាក់ងាយ និងការរើសអើង"),
    ("mental", "Mental health", "សុខភាពផ្លូវចិត្ត"),
)


def add(
    unit: Writing,
    *,
    code: str,
    name: str,
    names: Mapping[str, str] | None = None,
    valid_from: date | None = None,
) -> UUID:
    """Add a theme, or the next version of one with the same code once that one is retired; `names` by language."""
    unit.require(Act.SET_UP)
    code, called = each(lambda: _free(unit, code), lambda: set_up.called(name, names))
    of_code = (ThemeRow.programme_id == unit.programme_id, ThemeRow.code == code)
    version = 1 + (unit.session.scalar(select(func.max(ThemeRow.version)).where(*of_code)) or 0)
    row = ThemeRow(
        id=new_id(),
        programme_id=unit.programme_id,
        code=code,
        version=version,
        valid_from=valid_from,
        **called,
    )
    unit.session.add(row)
    after = {"code": code, "name": row.name, "version": version, "valid_from": valid_from}
    set_up.put(unit, "theme", row.id, saying("added the theme {name}", name=row.name), after=after)
    return row.id


def _free(unit: Writing, code: str) -> str:
    """The code as it is kept. Raises Invalid while a theme that is in use has it."""
    code = set_up.named("code", code, most=40)
    used = select(ThemeRow.id).where(
        ThemeRow.programme_id == unit.programme_id, ThemeRow.code == code, ThemeRow.valid_to.is_(None)
    )
    if unit.session.scalar(used.limit(1)):
        raise invalid(
            "code", _("There is a theme with the code {code} already; retire it first.").format(code=code)
        )
    return code


def retire(unit: Writing, theme_id: UUID, *, on: date | None = None, replaced_by: UUID | None = None) -> None:
    """No new finding uses the theme from that day (default: today); another one may take its place."""
    unit.require(Act.SET_UP)
    theme = set_up.own(unit, ThemeRow, theme_id, "theme")
    if theme.valid_to is not None:
        raise NotNow("retired", _("The theme {name} is retired already.").format(name=theme.name))
    if replaced_by is not None and (
        replaced_by == theme_id or set_up.own(unit, ThemeRow, replaced_by, "theme").valid_to is not None
    ):
        raise invalid("replaced_by", _("Choose another theme that is still in use."))
    last = (on or unit.today) - timedelta(days=1)
    values = {"valid_to": last, "replaced_by": replaced_by}
    set_up.change(unit, theme, "theme", saying("retired the theme {name}", name=theme.name), values)
    if replaced_by is not None:
        _carry_over(unit, theme_id, replaced_by)


def rename(unit: Writing, theme_id: UUID, *, name: str, names: Mapping[str, str] | None = None) -> None:
    """Put a name right, in one language or all; a change of meaning is a new version (`replace`)."""
    unit.require(Act.SET_UP)
    theme = set_up.own(unit, ThemeRow, theme_id, "theme")
    values = set_up.called(name, names)
    set_up.change(
        unit, theme, "theme", saying("changed the name of the theme {name}", name=values["name"]), values
    )


def replace(
    unit: Writing,
    theme_id: UUID,
    *,
    name: str,
    names: Mapping[str, str] | None = None,
    on: date | None = None,
) -> UUID:
    """A new version takes the theme's place from that day (default: today); old findings keep the old one.

    Posts and people who work for the old version work for the new one as well.
    """
    unit.require(Act.SET_UP)
    theme = set_up.own(unit, ThemeRow, theme_id, "theme")
    on = on or unit.today
    each(lambda: _check_first_day(unit, theme, on), lambda: set_up.called(name, names))
    retire(unit, theme_id, on=on)
    new = add(unit, code=theme.code, name=name, names=names, valid_from=on)
    set_up.change(
        unit,
        theme,
        "theme",
        saying("replaced the theme {name} by its next version", name=theme.name),
        {"replaced_by": new},
    )
    _carry_over(unit, theme_id, new)
    return new


def _check_first_day(unit: Writing, theme: ThemeRow, on: date) -> None:
    if on < unit.today:
        raise invalid("on", _("Choose today or a later day: what is logged already keeps its theme."))
    if theme.valid_from is not None and on <= theme.valid_from:
        raise invalid(
            "on",
            _("This version is used from {valid_from}; choose a later day.").format(
                valid_from=said(theme.valid_from)
            ),
        )


def ship(unit: Writing, *, khmer: bool) -> dict[str, UUID]:
    """The themes that a new programme begins with, by code."""
    return {
        code: add(unit, code=code, name=name, names={"km": in_khmer} if khmer else None)
        for code, name, in_khmer in SHIPPED
    }


def _carry_over(unit: Writing, old: UUID, new: UUID) -> None:
    """Who was limited to the old theme answers for the new one too, or its findings would reach nobody."""
    unit.session.flush()
    posts = select(DutyBearerRow).where(DutyBearerRow.programme_id == unit.programme_id)
    for post in unit.session.scalars(posts):
        if old in post.theme_ids and new not in post.theme_ids:
            what = saying(
                "gave {title}, {institution}, the theme that replaces an old one",
                title=post.title,
                institution=post.institution,
            )
            values = {"theme_ids": post.theme_ids | {new}, "version": post.version + 1}
            set_up.change(unit, post, "duty_bearer", what, values)
    roles = select(MembershipRow).where(MembershipRow.programme_id == unit.programme_id)
    for role in unit.session.scalars(roles):
        if old in role.theme_ids and new not in role.theme_ids:
            what = saying(
                "gave a role the theme that replaces an old one: {role}", role=saying(ROLE_NAMES[role.role])
            )
            set_up.change(unit, role, "membership", what, {"theme_ids": role.theme_ids | {new}})
