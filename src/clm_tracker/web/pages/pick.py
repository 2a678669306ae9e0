"""Which one of many is meant: how is it asked for, and how is what was typed understood?

A few are offered as a list. Of thousands a name is typed, or a part of one that only one of them has; what fits several is
asked again with their names. Nothing of this needs a script: what is offered under the line is the browser's own list. With
one, the list follows what is typed, as that of places does (`findings.where`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from starlette.responses import Response

from clm_tracker.db.units import Reading
from clm_tracker.domain import names, places
from clm_tracker.domain.duty_bearers import Post
from clm_tracker.domain.names import folded
from clm_tracker.kernel.refusals import invalid
from clm_tracker.queries import duty_bearers
from clm_tracker.queries.places import SiteRow
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.desk import Desk
from clm_tracker.web.forms import LINE
from clm_tracker.web.render import Templated
from clm_tracker.web.words import _

MOST_LISTED = 60
NAMED = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """One of many: its name, and where it is, so that two of the same name can be told apart.

    `told` is what lists and filters call it, where that is something else: whoever read it there may type it.
    """

    id: UUID
    name: str
    where: str = ""
    told: str = ""

    @property
    def label(self) -> str:
        """The name with its place."""
        return names.with_signs(self.name, (self.where,))


@dataclass(frozen=True)
class OfferedPage(Templated):
    """What is offered under a line while somebody types in it."""

    template: ClassVar[str] = "pages/offered.html"

    offered: tuple[c.Option, ...]


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
    most: int | None = None,
    finds: bool = False,
) -> c.Field:
    """A list to choose from, where `none` stands for nothing, or a line to type a name into; `how` says how.

    `likely` are the same ones in an order of their own, perhaps in groups: the list is that, and under the line they are
    offered in it. With `finds` the list follows what is typed: then the form's own address is a page, which answers what is
    offered (`offered`).
    """
    known = sorted(choices, key=lambda one: (one.label, str(one.id)))
    if len(known) <= (MOST_LISTED if most is None else most):
        listed = likely or [c.Option(str(one.id), one.label) for one in known]
        value = str(chosen) if chosen else ""
        options = (c.Option("", none), *listed)
        return c.Field(
            name, label, c.FieldKind.SELECT, value, hint, required=required, options=options, scope=scope
        )
    labels = {str(one.id): one.label for one in known}
    order = [one.value for one in likely] or labels
    options = tuple(c.Option(labels[value], labels[value]) for value in order)
    typed = labels.get(str(chosen), "")
    return c.Field(
        name,
        label,
        value=typed,
        hint=how,
        required=required,
        options=options,
        finds=finds,
        longest=LINE,
        scope=scope,
    )


def without_a_script(asked: c.Field) -> c.Field:
    """The question where no script runs: what is offered under the line stays as it came."""
    return replace(asked, finds=False, options=asked.offered) if asked.finds else asked


def offered(desk: Desk, form: c.Form) -> Response | None:
    """What is offered to whoever types in a line of this form; None when something else is asked for."""
    typed = desk.request.query_params
    if not desk.wants_fragment:
        return None
    asked = next((f for f in form.fields if f.finds and f.name in typed), None)
    if asked is None:
        return None
    return desk.show(OfferedPage(replace(asked, value=typed[asked.name][:200]).offered), block="offered")


def understood(name: str, typed: str, choices: Iterable[Choice]) -> UUID | None:
    """The one that was meant; None for an empty answer. Raises Invalid when it is none, or several."""
    said = typed.strip()
    if not said:
        return None
    known = tuple(choices)
    by_id = {str(one.id): one.id for one in known}
    if said in by_id:
        return by_id[said]
    wanted = folded(said)
    for exact in (
        [one for one in known if folded(one.label) == wanted],
        [one for one in known if folded(one.told) == wanted],
        [one for one in known if folded(one.name) == wanted],
        # As it was offered, before another of its name came: then more stands in its brackets.
        [one for one in known if wanted.removesuffix(")") in folded(one.label)],
    ):
        if len(exact) == 1:
            return exact[0].id
        if exact:
            raise invalid(name, _several(exact))
    raise invalid(name, _("Nothing here is called “{typed}”.").format(typed=said))


def told_apart(choices: Iterable[Choice], signs: Callable[[UUID], Sequence[str]]) -> tuple[Choice, ...]:
    """The same; with those that would read alike stands which of their signs tells them apart."""
    known = tuple(choices)
    more = names.apart({one.id: one.label for one in known}, signs)
    return tuple(
        replace(one, where=", ".join(filter(None, (one.where, *more[one.id])))) if one.id in more else one
        for one in known
    )


def cards(options: Iterable[c.Option], signs: Callable[[str], Sequence[str]]) -> tuple[c.Option, ...]:
    """The same for choices that all stand on the page: what tells them apart stands under their names."""
    known = tuple(options)
    more = names.apart({o.value: f"{o.label} {o.hint or ''}" for o in known}, signs)
    return tuple(replace(o, hint=", ".join(filter(None, (o.hint, *more.get(o.value, ()))))) for o in known)


def areas(look: Reading, *, also: str = "", closed: bool = False) -> tuple[Choice, ...]:
    """The areas, each with the one around it: with `closed` every one, else those in use and the one chosen already."""
    every = look.rules.areas
    told = look.rules.directory.told
    made = (Choice(a.id, a.said, area(look, a.parent_id), told(a.id) or "") for a in every.values())
    return tuple(
        one
        for one in told_apart(made, lambda id: places.signs(id, every))
        if closed or every[one.id].closed_on is None or str(one.id) == also
    )


def signs_of_site(look: Reading, of: SiteRow, *, told: int) -> tuple[str, ...]:
    """What tells a site from others of its name, besides as many of the areas around it as are `told` with it."""
    around = [*of.within[told:], *[""] * places.AROUND][: places.AROUND]
    area = (look.rules.directory.told(of.area_id) if of.area_id else None) or ""
    return (*around, area, names.word(of.kind), names.word(of.level), of.code or "")


def area(look: Reading, area_id: UUID | None) -> str:
    """The name of an area; nothing for none."""
    found = look.rules.areas.get(area_id) if area_id else None
    return found.said if found else ""


def posts(look: Reading, those: Iterable[Post]) -> tuple[Choice, ...]:
    """Posts with their site or area, for many have the same title; where that is not enough, with what else is known of them."""
    at, rules = duty_bearers.sites(look), look.rules

    def signs(id: UUID) -> tuple[str, ...]:
        post = rules.posts[id]
        _level, *around, code = places.signs(post.area_id, rules.areas)
        above = rules.posts.get(post.superior_id) if post.superior_id else None
        return (
            area(look, post.area_id),
            *around,
            names.word(post.level),
            at[post.site_id].code or "" if post.site_id else code,
            words.listed(sorted(t.said for t in rules.themes if t.id in post.themes)),
            above.said if above else "",
            _("from {day}").format(day=words.dated(post.from_on)) if post.from_on else "",
        )

    return told_apart(
        (Choice(p.id, p.said, at[p.site_id].said if p.site_id else area(look, p.area_id)) for p in those),
        signs,
    )


def _several(found: list[Choice]) -> str:
    names = words.listed([one.label for one in sorted(found, key=lambda one: one.label)[:NAMED]])
    if len(found) > NAMED:
        return _("{n} have this in their name, such as {names}. Write more of it.").format(
            n=len(found), names=names
        )
    return _("Several have this in their name: {names}. Write the whole name.").format(names=names)
