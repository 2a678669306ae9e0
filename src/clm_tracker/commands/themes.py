"""How does the list of thematic areas change, while old findings keep their meaning?"""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from clm_tracker.commands import set_up
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import ThemeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotNow, invalid

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
    code = set_up.named("code", code, most=40)
    of_code = (ThemeRow.programme_id == unit.programme_id, ThemeRow.code == code)
    if unit.session.scalar(select(ThemeRow.id).where(*of_code, ThemeRow.valid_to.is_(None)).limit(1)):
        raise invalid("code", f"There is a theme with the code {code} already; retire it first.")
    version = 1 + (unit.session.scalar(select(func.max(ThemeRow.version)).where(*of_code)) or 0)
    row = ThemeRow(
        id=new_id(),
        programme_id=unit.programme_id,
        code=code,
        name=set_up.named("name", name),
        names=dict(names or {}),
        version=version,
        valid_from=valid_from,
    )
    unit.session.add(row)
    after = {"code": code, "name": row.name, "version": version, "valid_from": valid_from}
    set_up.put(unit, "theme", row.id, f"added the theme {row.name}", after=after)
    return row.id


def retire(unit: Writing, theme_id: UUID, *, on: date | None = None, replaced_by: UUID | None = None) -> None:
    """No new finding uses the theme from that day (default: today); another one may take its place."""
    unit.require(Act.SET_UP)
    theme = set_up.own(unit, ThemeRow, theme_id, "theme")
    if theme.valid_to is not None:
        raise NotNow("retired", f"The theme {theme.name} is retired already.")
    if replaced_by is not None and (
        replaced_by == theme_id or set_up.own(unit, ThemeRow, replaced_by, "theme").valid_to is not None
    ):
        raise invalid("replaced_by", "Choose another theme that is still in use.")
    last = (on or unit.today) - timedelta(days=1)
    values = {"valid_to": last, "replaced_by": replaced_by}
    set_up.change(unit, theme, "theme", f"retired the theme {theme.name}", values)


def ship(unit: Writing, *, khmer: bool) -> dict[str, UUID]:
    """The themes that a new programme begins with, by code."""
    return {
        code: add(unit, code=code, name=name, names={"km": in_khmer} if khmer else None)
        for code, name, in_khmer in SHIPPED
    }
