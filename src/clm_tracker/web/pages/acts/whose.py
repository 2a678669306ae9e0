"""Who has to answer, and whose is it instead: which posts are there to choose from, the likely ones first? (R3, R4)"""

from collections import Counter
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from clm_tracker.db.units import Reading
from clm_tracker.domain import duty_bearers, transfers
from clm_tracker.domain.duty_bearers import Post
from clm_tracker.domain.names import folded
from clm_tracker.domain.places import Area, upwards
from clm_tracker.kernel.refusals import invalid
from clm_tracker.web.components import Field, FieldKind, Option
from clm_tracker.web.pages import pick
from clm_tracker.web.pages.acts.about import About
from clm_tracker.web.pages.acts.questions import reason
from clm_tracker.web.words import N_, _

DUTY_BEARER: Final = "duty_bearer"
UNKNOWN: Final = "unknown"
MOST_POSTS: Final = 300  # in groups; of more than these a name is typed


def opening(about: About) -> tuple[Field, ...]:
    """The duty bearer that routing finds, or another with a reason (R3)."""
    found = routed(about)
    if found is None:
        first = _("Nobody is found; the coordinator names one")
        how = _("Left empty: nobody is found, and the coordinator names one. {how}").format(how=_how())
    else:
        post = about.look.rules.posts[found].said
        first = _("{post}, as routing finds").format(post=post)
        how = _("Left empty: {post}, as routing finds. {how}").format(post=post, how=_how())
    return (
        _asked(about, _("Who has to answer"), none=first, how=how, without=found, required=False),
        Field(
            "reason",
            _("Why somebody else"),
            FieldKind.TEXTAREA,
            hint=_("Only when you choose somebody else than routing finds."),
            required=False,
            rows=2,
            longest=4_000,
        ),
    )


def naming(about: About) -> tuple[Field, ...]:
    """Whose it is."""
    return (
        _asked(about, _("Who has to answer"), how=_how()),
        *reason(N_("Why this post is the right one"))(about),
    )


def transfer(about: About) -> tuple[Field, ...]:
    """Whose it is instead, or that it is not known (R4)."""
    above = transfers.post_above(about.case, about.look.rules)
    asked = about.case.finding.duty_bearer_id
    label = _("Whose it is, if you know") if above else _("Whose it is")
    whose = _asked(about, label, how=_how(), without=asked, required=above is None)
    unknown = Field(
        UNKNOWN,
        _("I do not know whose it is"),
        FieldKind.CHECKBOX,
        hint=_("Then it is put to {post}, the post above.").format(post=about.look.rules.posts[above].said)
        if above
        else None,
        required=False,
    )
    return (
        whose,
        *((unknown,) if above else ()),
        *reason(N_("Why it is not yours, and what you know of whose it is"))(about),
    )


def chosen(look: Reading, typed: str) -> UUID | None:
    """The post that was chosen or typed; None for an empty answer. Raises Invalid for one that is none, or several."""
    # One that was closed in the meantime is told apart from one that never was: the law has a sentence for it.
    there = [p for p in look.rules.posts.values() if p.exists_on(look.today) or str(p.id) == typed]
    return pick.understood(DUTY_BEARER, typed, pick.posts(look, there))


def named(look: Reading, typed: str) -> UUID:
    """The same, where there has to be one."""
    found = chosen(look, typed)
    if found is None:
        raise invalid(DUTY_BEARER, _("This is needed."))
    return found


def instead(look: Reading, typed: str, *, unknown: bool) -> UUID | None:
    """Whose it is instead; None where that is not known. Raises Invalid for both at once."""
    if not unknown:
        return named(look, typed)
    if typed:
        raise invalid(UNKNOWN, _("Either name the post, or say that you do not know."))
    return None


def _how() -> str:
    return _("The name of the post, or a part of it that only this one has.")


def _asked(
    about: About,
    label: str,
    *,
    how: str,
    none: str | None = None,
    without: UUID | None = None,
    required: bool = True,
) -> Field:
    there = [p for p in about.look.rules.posts.values() if p.exists_on(about.today)]
    choices = {one.id: one for one in pick.posts(about.look, there) if one.id != without}
    return pick.field(
        DUTY_BEARER,
        label,
        choices.values(),
        chosen=None,
        none=_("Choose") if none is None else none,
        how=how,
        required=required,
        likely=posts(about, choices),
        most=MOST_POSTS,
        finds=True,
    )


def routed(about: About) -> UUID | None:
    """Whom routing finds for the finding today (R3)."""
    f, rules = about.case.finding, about.look.rules
    return duty_bearers.route(
        theme_id=f.theme_id,
        site_id=f.site_id,
        area_id=f.area_id,
        posts=rules.posts,
        areas=rules.areas,
        day=about.today,
    )


def posts(about: About, choices: Mapping[UUID, pick.Choice]) -> tuple[Option, ...]:
    """The posts to choose from, the likely ones first: those of the place, those above whoever was asked, those of the
    areas around; then the others, area by area.
    """
    f, rules = about.case.finding, about.look.rules
    left = {id: rules.posts[id] for id in choices}
    around, chain = (
        upwards(f.area_id, rules.areas),
        duty_bearers.superiors(f.duty_bearer_id, rules.posts) if f.duty_bearer_id else (),
    )
    here = [p for p in left.values() if p.id not in chain and _is_at(p, f.site_id, f.area_id)]
    known = {*chain, *(p.id for p in here)}
    wider = [p for p in left.values() if p.id not in known and p.area_id in around]
    listed = [
        (_("At the same place"), sorted(here, key=lambda p: (p.site_id != f.site_id, p.said))),
        (_("Above the post that was asked"), [left[p] for p in chain if p in left]),
        (_("In the areas around"), sorted(wider, key=lambda p: (around.index(p.area_id), p.said))),
    ]
    known |= {p.id for p in wider}
    others: dict[UUID | None, list[Post]] = {}
    for post in sorted(left.values(), key=lambda p: p.said):
        if post.id not in known:
            others.setdefault(_looked_for_in(post, rules.areas), []).append(post)
    order = {area.id: n for n, (area, _depth) in enumerate(rules.directory.tree)}
    for place in sorted(others, key=lambda area: order.get(area, len(order)) if area else len(order)):
        listed += [(rules.areas[place].said if place else _("Other posts"), others[place])]
    often = Counter(folded(p.said) for p in left.values())
    return tuple(
        Option(str(p.id), p.said if often[folded(p.said)] == 1 else choices[p.id].label, group=group)
        for group, found in listed
        for p in found
    )


def _is_at(post: Post, site_id: UUID | None, area_id: UUID | None) -> bool:
    """Is the post at this site, or in this very area?"""
    return (post.site_id is not None and post.site_id == site_id) or (
        post.area_id is not None and post.area_id == area_id
    )


def _looked_for_in(post: Post, areas: Mapping[UUID, Area]) -> UUID | None:
    """The area under whose name a post is looked for: one below the top, or the top itself."""
    chain = upwards(post.area_id, areas)[::-1]
    return next(iter(chain[1:] or chain), None)
