"""How does a programme come to know who is obliged to act, and who holds which post? (R3, R29)"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from clm_tracker.commands import holding, links, set_up
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import (
    AreaRow,
    DutyBearerRow,
    HolderRow,
    LedgerRow,
    MembershipRow,
    SiteRow,
    ThemeRow,
)
from clm_tracker.db.units import Writing
from clm_tracker.delivery import phone_numbers
from clm_tracker.domain import names
from clm_tracker.domain.duty_bearers import would_loop
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import said
from clm_tracker.kernel.refusals import FieldError, Invalid, NotFound, NotNow, each, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _

CHANGEABLE = frozenset(
    {
        *("title", "titles", "institution", "institutions", "level"),
        *("area_id", "site_id", "superior_id", "theme_ids", "from_on", "to_on"),
    }
)
_KEPT_AS: Mapping[str, Callable[[Any], Any]] = {
    "title": partial(set_up.named, "title"),
    "titles": partial(set_up.by_language, "title"),
    "institution": lambda typed: set_up.named("institution", typed) if names.is_seen(typed) else "",
    "institutions": partial(set_up.by_language, "institution"),
    "level": partial(set_up.named, "level"),
}
REACHABLE = frozenset({"email", "phone", "language"})
_ANY_COUNTRY = "1"  # only asked whether it can be a number: whose country it is, the gateway's settings say


def add(
    unit: Writing,
    *,
    title: str,
    level: str,
    institution: str = "",
    titles: Mapping[str, str] | None = None,
    institutions: Mapping[str, str] | None = None,
    area_id: UUID | None = None,
    site_id: UUID | None = None,
    superior_id: UUID | None = None,
    themes: Iterable[UUID] = (),
    from_on: date | None = None,
    to_on: date | None = None,
) -> UUID:
    """Add a post. A site brings its area; no themes means all of them; days are the first and last it exists.

    `titles` and `institutions` are by language.
    """
    unit.require(Act.SET_UP)
    values = _checked(
        unit,
        {
            "title": title,
            "titles": titles,
            "institution": institution,
            "institutions": institutions,
            "level": level,
            "area_id": area_id,
            "site_id": site_id,
            "superior_id": superior_id,
            "theme_ids": frozenset(themes),
            "from_on": from_on,
            "to_on": to_on,
        },
    )
    _check_area(unit, values["area_id"], values["to_on"])
    row = DutyBearerRow(id=new_id(), programme_id=unit.programme_id, **values)
    unit.session.add(row)
    set_up.put(
        unit, "duty_bearer", row.id, saying("added the duty bearer {post}", post=_name(row)), after=values
    )
    return row.id


def change(
    unit: Writing, duty_bearer_id: UUID, changes: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change a post's columns (`CHANGEABLE`). Raises Invalid when the superiors would form a circle (R29)."""
    unit.require(Act.SET_UP)
    post = _as_seen(unit, duty_bearer_id, version)
    if unknown := set(changes) - CHANGEABLE:
        raise invalid(min(unknown), _("This cannot be changed."))
    values = _checked(unit, changes)
    each(
        lambda: _check_area(unit, values.get("area_id", post.area_id), values.get("to_on", post.to_on)),
        lambda: _check_above(unit, duty_bearer_id, values.get("superior_id")),
    )
    if any(getattr(post, name) != value for name, value in values.items()):
        values["version"] = post.version + 1
    set_up.change(
        unit, post, "duty_bearer", saying("changed the duty bearer {post}", post=_name(post)), values
    )


def appoint(
    unit: Writing,
    duty_bearer_id: UUID,
    *,
    name: str,
    from_on: date | None = None,
    email: str | None = None,
    phone: str | None = None,
    language: str | None = None,
    person_id: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Somebody holds the post from that day (default: today); whoever held it does so until the day before.

    `language` is that of their letters (default: the programme's first). `person_id` is their account, when they have
    one: somebody with a role in this programme.
    """
    unit.require(Act.SET_UP)
    post = _as_seen(unit, duty_bearer_id, version)
    since = from_on or unit.today
    present = _holder(unit, duty_bearer_id, since)
    called, reached, _first = each(
        lambda: set_up.named("name", name),
        lambda: _reached(unit, {"email": email, "phone": phone, "language": language}),
        lambda: _check_follows(present, since),
    )
    if person_id is not None and not unit.session.scalar(
        select(MembershipRow.id)
        .where(MembershipRow.person_id == person_id, MembershipRow.programme_id == unit.programme_id)
        .limit(1)
    ):
        raise NotFound("person")
    if present is not None:
        present.to_on = since - timedelta(days=1)
        links.end_of_holding(unit, [present.id], present.to_on)
    row = HolderRow(
        id=new_id(),
        duty_bearer_id=duty_bearer_id,
        person_id=person_id,
        name=called,
        from_on=since,
        **reached,
    )
    unit.session.add(row)
    post.version += 1
    # Address and number are how to reach somebody, not what happened: they stay out of the record.
    after = {"holder": row.name, "from_on": since, "person_id": person_id}
    before = {"holder": present.name} if present else {}
    what = saying(
        "put down {person} as holder of {post} from {day}", person=row.name, post=_name(post), day=since
    )
    set_up.put(unit, "duty_bearer", duty_bearer_id, what, before=before, after=after)
    return row.id


def reach(
    unit: Writing,
    duty_bearer_id: UUID,
    changes: Mapping[str, Any],
    *,
    holder_id: UUID | None = None,
    version: int | None = None,
) -> None:
    """Whoever holds the post today, or this holder of it, is written to otherwise from now on (`REACHABLE`).

    An address that letters came back from is good again once it is given anew. Letters that wait go to the new one.
    """
    unit.require(Act.SET_UP)
    post = _as_seen(unit, duty_bearer_id, version)
    if unknown := set(changes) - REACHABLE:
        raise invalid(min(unknown), _("This cannot be changed."))
    of = HolderRow.id == holder_id if holder_id is not None else HolderRow.from_on <= unit.today
    holder = _holder(unit, duty_bearer_id, unit.today, of)
    if holder is None and holder_id is None:
        raise NotNow("vacant", _("{post} is vacant.").format(post=_name(post)))
    if holder is None:
        past = unit.session.get(HolderRow, holder_id)
        if past is None or past.duty_bearer_id != duty_bearer_id:
            raise NotFound("person")
        raise NotNow("ended", _("{person} does not hold this post any more.").format(person=past.name))
    values = _reached(unit, changes)
    if "email" in values:
        values["email_failed_at"] = None
    changed = {name: value for name, value in values.items() if getattr(holder, name) != value}
    if not changed:
        return
    before = {name: holder.language for name in changed if name == "language"}
    for name, value in changed.items():
        setattr(holder, name, value)
    post.version += 1
    # What is said of address and number is that they changed: they are how to reach somebody, not what happened.
    after = {"changed": sorted(changed), **{name: changed[name] for name in before}}
    what = saying(
        "changed how {person}, who holds {post}, is written to", person=holder.name, post=_name(post)
    )
    set_up.put(unit, "duty_bearer", duty_bearer_id, what, before=before, after=after)


def relieve(
    unit: Writing, duty_bearer_id: UUID, *, last_on: date | None = None, version: int | None = None
) -> None:
    """The post is vacant after that day (default: yesterday); a stage goes to the nearest held post above it meanwhile (R29)."""
    unit.require(Act.SET_UP)
    post = _as_seen(unit, duty_bearer_id, version)
    last = last_on or unit.today - timedelta(days=1)
    present = _holder(unit, duty_bearer_id, last)
    if present is None:
        raise NotNow("vacant", _("{post} is vacant already.").format(post=_name(post)))
    if last < present.from_on:
        raise invalid(
            "last_on",
            _("{person} has held the post since {day}.").format(
                person=present.name, day=said(present.from_on)
            ),
        )
    before = {"holder": present.name, "to_on": present.to_on}
    present.to_on = last
    post.version += 1
    links.end_of_holding(unit, [present.id], last)
    what = saying(
        "put down that {person} held {post} until {day}", person=present.name, post=_name(post), day=last
    )
    set_up.put(unit, "duty_bearer", duty_bearer_id, what, before=before, after={"to_on": last})


def close(
    unit: Writing, duty_bearer_id: UUID, *, from_on: date | None = None, version: int | None = None
) -> None:
    """The post exists no more from that day on (default: today), and nobody holds it: routing passes it over.

    What it still owes stays with it and climbs, as from a vacant post, to its superior (R29).
    """
    unit.require(Act.SET_UP)
    post = _as_seen(unit, duty_bearer_id, version)
    last = (from_on or unit.today) - timedelta(days=1)
    if post.to_on is not None and post.to_on <= last:
        raise NotNow(
            "closed",
            _("{post} exists until {to_on} only, as it is.").format(post=_name(post), to_on=said(post.to_on)),
        )
    if post.from_on is not None and last < post.from_on:
        raise invalid(
            "from_on",
            _("The post began on {from_on}; close it from a later day.").format(from_on=said(post.from_on)),
        )
    present = _holder(unit, duty_bearer_id, last)
    if present is not None and last < present.from_on:
        raise invalid(
            "from_on",
            _("{name} has held the post since {from_on}.").format(
                name=present.name, from_on=said(present.from_on)
            ),
        )
    if present is not None:
        present.to_on = last
        links.end_of_holding(unit, [present.id], last)
    values = {"to_on": last, "version": post.version + 1}
    set_up.change(
        unit,
        post,
        "duty_bearer",
        saying("closed the duty bearer {post}, which existed until {day}", post=_name(post), day=last),
        values,
    )


def _as_seen(unit: Writing, duty_bearer_id: UUID, version: int | None) -> DutyBearerRow:
    """The post. Raises Stale when it, or who holds it, is no longer as at the version that was seen (None: not asked)."""
    post = set_up.own(unit, DutyBearerRow, duty_bearer_id, "duty bearer")
    if version is not None and post.version != version:
        # No line about a finding is read: those of the set-up are few.
        raise holding.stale(
            unit,
            post.version,
            LedgerRow.finding_id.is_(None),
            LedgerRow.subject == "duty_bearer",
            LedgerRow.subject_id == post.id,
        )
    return post


def _checked(unit: Writing, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with texts trimmed and the area of a site. Raises NotFound for what is of another programme."""
    texts, _days = each(
        lambda: _texts(values), lambda: _check_days(values.get("from_on"), values.get("to_on"))
    )
    checked = {**values, **texts}
    if checked.get("area_id") is not None:
        set_up.own(unit, AreaRow, checked["area_id"], "area")
    if checked.get("site_id") is not None:
        checked["area_id"] = set_up.own(unit, SiteRow, checked["site_id"], "site").area_id
    if checked.get("superior_id") is not None:
        set_up.own(unit, DutyBearerRow, checked["superior_id"], "duty bearer")
    for theme in checked.get("theme_ids", ()):
        set_up.own(unit, ThemeRow, theme, "theme")
    return checked


def _texts(values: Mapping[str, Any]) -> dict[str, Any]:
    given = [name for name in values if name in _KEPT_AS]
    return dict(zip(given, each(*(partial(_KEPT_AS[name], values[name]) for name in given)), strict=True))


def _check_days(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        raise invalid("to_on", _("The last day lies before the first."))


def _check_follows(present: HolderRow | None, since: date) -> None:
    """Raises Invalid when whoever holds the post then does so only from that day on, or a later one."""
    if present is not None and present.from_on >= since:
        raise invalid(
            "from_on",
            _("{person} holds the post from {day} on.").format(
                person=present.name, day=said(present.from_on)
            ),
        )


def _check_above(unit: Writing, post: UUID, above: UUID | None) -> None:
    if above == post:
        raise invalid(
            "superior_id", _("This is the post itself. Name the one above it, or none if it is the highest.")
        )
    if above is not None and would_loop(post, above, unit.rules.posts):
        raise invalid("superior_id", _("This post already stands below the one you change."))


def _check_area(unit: Writing, area_id: UUID | None, to_on: date | None) -> None:
    """Raises Invalid for a post that is not over in an area that is closed."""
    if area_id is not None and (to_on is None or to_on >= unit.today):
        set_up.taking(unit, area_id)


def _reached(unit: Writing, values: Mapping[str, Any]) -> dict[str, Any]:
    """How somebody is written to, without space around; nothing is None. Raises Invalid for what reaches nobody."""
    found = {
        name: value.strip() if value and names.is_seen(value) else None for name, value in values.items()
    }
    errors = []
    email, phone, language = (found.get(name) for name in ("email", "phone", "language"))
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        errors.append(FieldError("email", _("Write an address like name@example.org.")))
    if phone is not None:
        try:
            phone_numbers.number(phone, _ANY_COUNTRY)
        except phone_numbers.NoNumber as no:
            errors.append(FieldError("phone", str(no.said)))
    if language is not None and language not in unit.programme.languages:
        errors.append(FieldError("language", _("The programme does not speak this language.")))
    if errors:
        raise Invalid(tuple(errors))
    return found


def _holder(unit: Writing, duty_bearer_id: UUID, day: date, *of: ColumnElement[bool]) -> HolderRow | None:
    """Who holds the post on the day, or will later: the last one that is put down."""
    return unit.session.scalar(
        select(HolderRow)
        .where(HolderRow.duty_bearer_id == duty_bearer_id)
        .where(or_(HolderRow.to_on.is_(None), HolderRow.to_on >= day), *of)
        .order_by(HolderRow.from_on.desc())
        .limit(1)
    )


def _name(post: DutyBearerRow) -> str:
    return names.of_post(post.title, post.institution)
