"""How does a change of the set-up find what it changes, and put down what it changed?"""

from collections.abc import Mapping
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from clm_tracker.db import changes
from clm_tracker.db.tables import (
    AreaRow,
    ClosedDayRow,
    DutyBearerRow,
    ForumRow,
    MembershipRow,
    RoundRow,
    SiteRow,
    TermRow,
    ThemeRow,
    WebhookRow,
)
from clm_tracker.db.units import Writing
from clm_tracker.domain.names import LONGEST, LONGEST_BY_LANGUAGE, is_seen, one_line
from clm_tracker.domain.places import Area
from clm_tracker.domain.policy import Act
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import NotFound, each, invalid
from clm_tracker.kernel.sayings import Text
from clm_tracker.kernel.speech import _

R = TypeVar(
    "R",
    AreaRow,
    ClosedDayRow,
    DutyBearerRow,
    ForumRow,
    MembershipRow,
    RoundRow,
    SiteRow,
    TermRow,
    ThemeRow,
    WebhookRow,
)


def own(unit: Writing, table: type[R], id: UUID, what: str) -> R:
    """The row of this programme. Raises NotFound ("There is no such site, …") for any other."""
    row: R | None = unit.session.get(table, id)
    if row is None or row.programme_id != unit.programme_id:
        raise NotFound(what)
    return row


def taking(unit: Writing, area_id: UUID, field: str = "area_id") -> Area:
    """The area of this programme, to put something new into it. Raises NotFound, and Invalid when it is closed (R29)."""
    own(unit, AreaRow, area_id, "area")
    if why := unit.rules.why_not_into(area_id):
        raise invalid(field, why)
    return unit.rules.areas[area_id]


def named(field: str, text: str, *, most: int = LONGEST) -> str:
    """The text as one line, without space around. Raises Invalid when nothing of it is seen, or it is too long."""
    text = one_line(text)
    if not is_seen(text):
        raise invalid(field, _("This needs a name."))
    if len(text) > most:
        raise invalid(field, _("Shorten this to at most {n} characters.").format(n=cldr.number(most)))
    return text


def by_language(
    field: str, names: Mapping[str, str] | None, *, most: int = LONGEST_BY_LANGUAGE
) -> dict[str, str]:
    """What the same is called in other languages, each as one line; an empty one is none. Raises Invalid as `named` does."""
    given = {tag: name for tag, name in (names or {}).items() if is_seen(name)}
    return dict(
        zip(
            given,
            each(*(partial(named, f"{field}_{t}", n, most=most) for t, n in given.items())),
            strict=True,
        )
    )


def called(name: str, names: Mapping[str, str] | None, *, most: int | None = None) -> dict[str, Any]:
    """The columns `name` and `names` of what is called so, as `named` and `by_language` keep them."""
    limit = {} if most is None else {"most": most}
    own, others = each(lambda: named("name", name, **limit), lambda: by_language("name", names, **limit))
    return {"name": own, "names": others}


def put(
    unit: Writing,
    subject: str,
    subject_id: UUID,
    what: Text,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write the ledger line of a change of the set-up; `what` completes "Sokha …"."""
    changes.record(unit, Act.SET_UP, subject, subject_id, what, before or {}, after or {})


def change(unit: Writing, row: R, subject: str, what: Text, values: Mapping[str, Any]) -> None:
    """Give the row these values and write the line, with what they were; nothing happens when they are the same."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    put(unit, subject, row.id, what, before=before, after=changed)
