"""Which one of many is meant: how is it asked for, and how is what was typed understood?

A few are offered as a list. Of thousands a name is typed, or a part of one that only one of them has; what fits several is
asked again with their names. Nothing of this needs a script: what is offered under the line is the browser's own list.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from clm_tracker.db.units import Reading
from clm_tracker.domain.duty_bearers import Post
from clm_tracker.kernel.refusals import invalid
from clm_tracker.queries import duty_bearers
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.words import _

MOST_LISTED = 60
NAMED = 5
MARK = 4  # characters of the identifier, where nothing else tells two apart


@dataclass(frozen=True, slots=True)
class Choice:
    """One of many: its name, and where it is, so that two of the same name can be told apart."""

    id: UUID
    name: str
    where: str = ""

    @property
    def label(self) -> str:
        """The name with its place."""
        return f"{self.name} ({self.where})" if self.where else self.name


def field(
    name: str,
    label: str,
    choices: Iterable[Choice],
    *,
    chosen: UUID | None,
    none: str,
    how: str,
    hint: str | None = None,
    scope: str = "",
    required: bool = False,
    likely: Sequence[c.Option] = (),
    most: int = MOST_LISTED,
) -> c.Field:
    """A list to choose from, where `none` stands for nothing, or a line to type a name into; `how` says how.

    `likely` are the same ones in an order of their own, perhaps in groups: the list is that, and under the line the first of
    them are offered.
    """
    known = sorted(choices, key=lambda one: (one.label, str(one.id)))
    if len(known) <= most:
        listed = likely or [c.Option(str(one.id), one.label) for one in known]
        value = str(chosen) if chosen else ""
        options = (c.Option("", none), *listed)
        return c.Field(
            name, label, c.FieldKind.SELECT, value, hint, required=required, options=options, scope=scope
        )
    labels = {str(one.id): one.label for one in known}
    offered = tuple(c.Option(labels[one.value], labels[one.value]) for one in likely[:MOST_LISTED])
    typed = labels.get(str(chosen), "")
    return c.Field(
        name, label, value=typed, hint=how, required=required, options=offered, longest=200, scope=scope
    )


def understood(name: str, typed: str, choices: Iterable[Choice]) -> UUID | None:
    """The one that was meant; None for an empty answer. Raises Invalid when it is none, or several."""
    said = typed.strip()
    if not said:
        return None
    known = tuple(choices)
    by_id = {str(one.id): one.id for one in known}
    if said in by_id:
        return by_id[said]
    wanted = said.casefold()
    for exact in (
        [one for one in known if one.label.casefold() == wanted],
        [one for one in known if one.name.casefold() == wanted],
        [one for one in known if wanted in one.label.casefold()],
    ):
        if len(exact) == 1:
            return exact[0].id
        if exact:
            raise invalid(name, _several(exact))
    raise invalid(name, _("Nothing here is called “{typed}”.").format(typed=said))


def areas(look: Reading, *, also: UUID | None = None, closed: bool = False) -> tuple[Choice, ...]:
    """The areas, each with the one around it: with `closed` every one, else those in use and the one chosen already."""
    return tuple(
        Choice(a.id, a.said, area(look, a.parent_id))
        for a in look.rules.areas.values()
        if closed or a.closed_on is None or a.id == also
    )


def area(look: Reading, area_id: UUID | None) -> str:
    """The name of an area; nothing for none."""
    found = look.rules.areas.get(area_id) if area_id else None
    return found.said if found else ""


def posts(look: Reading, those: Iterable[Post]) -> tuple[Choice, ...]:
    """Posts with their site or area, for many have the same title; where that is not enough, with a mark of their own."""
    at = duty_bearers.sites(look)
    made = [Choice(p.id, p.said, at[p.site_id] if p.site_id else area(look, p.area_id)) for p in those]
    often = Counter(one.label.casefold() for one in made)
    return tuple(one if often[one.label.casefold()] == 1 else _marked(one) for one in made)


def _marked(one: Choice) -> Choice:
    return replace(one, where=f"{one.where} {one.id.hex[-MARK:]}".strip())


def _several(found: list[Choice]) -> str:
    names = words.listed([one.label for one in sorted(found, key=lambda one: one.label)[:NAMED]])
    if len(found) > NAMED:
        return _("{n} have this in their name, such as {names}. Write more of it.").format(
            n=len(found), names=names
        )
    return _("Several have this in their name: {names}. Write the whole name.").format(names=names)
