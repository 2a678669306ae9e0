"""Which one of many is meant: how is it asked for, and how is what was typed understood?

A few are offered as a list. Of thousands a name is typed, or a part of one that only one of them has; what fits several is
asked again with their names. Nothing of this needs a script.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from clm_tracker.kernel.refusals import invalid
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.words import _

MOST_LISTED = 60
NAMED = 5


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
) -> c.Field:
    """A list to choose from, where `none` stands for nothing, or a line to type a name into; `how` says how."""
    known = sorted(choices, key=lambda one: (one.label, str(one.id)))
    if len(known) <= MOST_LISTED:
        options = (c.Option("", none), *(c.Option(str(one.id), one.label) for one in known))
        value = str(chosen) if chosen else ""
        return c.Field(
            name, label, c.FieldKind.SELECT, value, hint, required=False, options=options, scope=scope
        )
    typed = next((one.label for one in known if one.id == chosen), "")
    return c.Field(name, label, c.FieldKind.TEXT, typed, how, required=False, longest=200, scope=scope)


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


def _several(found: list[Choice]) -> str:
    names = words.listed([one.label for one in sorted(found, key=lambda one: one.label)[:NAMED]])
    if len(found) > NAMED:
        return _("{n} have this in their name, such as {names}. Write more of it.").format(
            n=len(found), names=names
        )
    return _("Several have this in their name: {names}. Write the whole name.").format(names=names)
