"""Who has to answer, and whose is it instead: which posts are there to choose from, the likely ones first? (R3, R4)"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from clm_tracker.domain import duty_bearers, transfers
from clm_tracker.domain.duty_bearers import Post
from clm_tracker.domain.places import Area, upwards
from clm_tracker.web.components import Field, FieldKind, Option
from clm_tracker.web.pages.acts.about import About
from clm_tracker.web.pages.acts.questions import reason
from clm_tracker.web.words import N_, _

MOST_POSTS: Final = 300
UNKNOWN: Final = "unknown"  # chosen by whoever does not know whose it is


def opening(about: About) -> tuple[Field, ...]:
    """The duty bearer that routing finds, or another with a reason (R3)."""
    found = routed(about)
    first = (
        _("{post}, as routing finds").format(post=about.look.rules.posts[found].said)
        if found
        else _("Nobody is found; the coordinator names one")
    )
    return (
        Field(
            "duty_bearer",
            _("Who has to answer"),
            FieldKind.SELECT,
            required=False,
            options=(Option("", first), *posts(about, without=found)),
        ),
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
        Field("duty_bearer", _("Who has to answer"), FieldKind.SELECT, options=_choose(posts(about))),
        *reason(N_("Why this post is the right one"))(about),
    )


def transfer(about: About) -> tuple[Field, ...]:
    """Whose it is instead (R4)."""
    asked = about.case.finding.duty_bearer_id
    others, above = posts(about, without=asked), transfers.post_above(about.case, about.look.rules)
    unknown = (Option(UNKNOWN, _("I do not know whose it is")),) if above else ()
    hint = (
        _("If you do not know, it is put to {post}, the post above.").format(
            post=about.look.rules.posts[above].said
        )
        if above
        else None
    )
    return (
        Field(
            "duty_bearer",
            _("Whose it is"),
            FieldKind.SELECT,
            hint=hint,
            options=_choose((*unknown, *others)),
        ),
        *reason(N_("Why it is not yours, and what you know of whose it is"))(about),
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


def posts(about: About, *, without: UUID | None = None) -> tuple[Option, ...]:
    """The posts to choose from, the likely ones first: those of the place, those above whoever was asked, those of the
    areas around; then the others, area by area.
    """
    f, rules = about.case.finding, about.look.rules
    left = {p.id: p for p in rules.posts.values() if p.exists_on(about.today) and p.id != without}
    around, chain = (
        upwards(f.area_id, rules.areas),
        duty_bearers.superiors(f.duty_bearer_id, rules.posts) if f.duty_bearer_id else (),
    )
    here = [p for p in left.values() if p.id not in chain and _is_at(p, f.site_id, f.area_id)]
    wider = [p for p in left.values() if p.id not in chain and p not in here and p.area_id in around]
    listed = [
        *_grouped(_("At the same place"), sorted(here, key=lambda p: (p.site_id != f.site_id, p.said))),
        *_grouped(_("Above the post that was asked"), [left[p] for p in chain if p in left]),
        *_grouped(_("In the areas around"), sorted(wider, key=lambda p: (around.index(p.area_id), p.said))),
    ]
    known = {option.value for option in listed}
    others: dict[UUID | None, list[Post]] = {}
    for post in sorted(left.values(), key=lambda p: p.said):
        if str(post.id) not in known:
            others.setdefault(_looked_for_in(post, rules.areas), []).append(post)
    order = {area.id: n for n, (area, _depth) in enumerate(rules.directory.tree)}
    for place in sorted(others, key=lambda area: order.get(area, len(order)) if area else len(order)):
        listed += _grouped(rules.areas[place].said if place else _("Other posts"), others[place])
    return tuple(listed[:MOST_POSTS])


def _grouped(name: str, found: Sequence[Post]) -> list[Option]:
    return [Option(str(p.id), p.said, group=name) for p in found]


def _is_at(post: Post, site_id: UUID | None, area_id: UUID | None) -> bool:
    """Is the post at this site, or in this very area?"""
    return (post.site_id is not None and post.site_id == site_id) or (
        post.area_id is not None and post.area_id == area_id
    )


def _looked_for_in(post: Post, areas: Mapping[UUID, Area]) -> UUID | None:
    """The area under whose name a post is looked for: one below the top, or the top itself."""
    chain = upwards(post.area_id, areas)[::-1]
    return next(iter(chain[1:] or chain), None)


def _choose(found: Sequence[Option]) -> tuple[Option, ...]:
    return (Option("", _("Choose")), *found)
