"""How do running obligations come to follow a ladder's newest version, after a look at every date that changes? (R30)"""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

from starlette.responses import Response

from clm_tracker.commands import ladders as commands
from clm_tracker.commands.moving import Move
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotNow, Stale
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import NotValid, Valid, read
from clm_tracker.web.pages.acts.answers import Reasoned
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.ladders import stairs
from clm_tracker.web.pages.ladders.listing import LADDERS
from clm_tracker.web.pages.set_up.frame import FormPage, crumbs
from clm_tracker.web.pages.set_up.moves import Seen, name_of
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
SHOWN = 100


class Confirmed(Seen, Reasoned):
    """The reason, and the list that was looked at."""


@router.get(f"{LADDERS}/{{key}}/move", access=may(Act.SET_UP))
def preview(desk: AtDesk, key: str) -> Response:
    """Every date that would change, a hundred a page."""
    return _show(desk, key)


@router.post(f"{LADDERS}/{{key}}/move", access=may(Act.SET_UP))
def move(
    desk: AtDesk, key: str, sent: Annotated[Valid[Confirmed] | NotValid[Confirmed], read(Confirmed)]
) -> Response:
    """Move them, unless the list is another one by now."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: _carry_out(unit, key, given),
        lambda back: _show(desk, key, back),
        to=f"{LADDERS}/{key}",
        said=lambda moves: words.counted(
            len(moves),
            "One running obligation follows the newest version now.",
            "{n} running obligations follow the newest version now.",
        ),
    )


def _carry_out(unit: Writing, key: str, given: Confirmed) -> tuple[Move, ...]:
    unit.require(Act.SET_UP)
    there = commands.preview_migration(unit, key)
    if not there:
        raise NotNow("nothing", _("Nothing is left to move."))
    if name_of(there) != given.seen:
        raise Stale(_("What would move has changed since you looked. This is the list now."))
    return commands.migrate(unit, key, reason=given.reason)


def _show(desk: Desk, key: str, back: Back = FRESH) -> Response:
    typed = desk.request.query_params.get("from", "0")
    start = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 8 else 0
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        moves = commands.preview_migration(look, key)
        newest = look.rules.ladders[look.rules.current[key]]
    here = f"{LADDERS}/{key}/move"
    shown = sorted(moves, key=lambda m: m.was == m.becomes)[
        start : start + SHOWN
    ]  # what changes stands first
    reason = c.Field(
        "reason",
        _("Why they change to the new version"),
        c.FieldKind.TEXTAREA,
        hint=_("It stands in the record of each finding."),
        rows=3,
        longest=4_000,
    )
    form = c.Form(
        here,
        c.Button(words.counted(len(moves), "Move one obligation", "Move {n} obligations"), c.Look.MAIN),
        (reason,),
        once=desk.once(),
        hidden=(("seen", name_of(moves)),),
    )
    page = FormPage(
        crumbs(c.Link(_("Ladders"), LADDERS), c.Link(newest.said, f"{LADDERS}/{key}")),
        _("Move what runs to version {n}").format(n=newest.version),
        c.plain(_summary(moves)),
        c.Table(
            _("What changes"),
            (_("Finding"), _("What is owed"), _("Next stage now"), _("Then")),
            tuple(_line(m, voice) for m in shown),
        )
        if shown
        else None,
        back.on(form) if moves else None,
        c.Button(
            _("Leave them where they are") if moves else _("Back"), c.Look.PLAIN, href=f"{LADDERS}/{key}"
        ),
        pagination=_pages(here, start, len(shown), len(moves)),
        # Somebody else was first: there is no form any more in which the refusal could stand.
        problem=c.Problem(back.refused) if back.refused and not moves else None,
        purpose=c.plain(
            _(
                "Stages that were reached and pauses are kept. What waits for a decision stays until it is decided."
            )
        ),
    )
    return desk.show(page, status=back.status)


def _summary(moves: tuple[Move, ...]) -> str:
    if not moves:
        return _("Nothing runs on an older version that could be moved.")
    changed = sum(m.was != m.becomes for m in moves)
    return _("{all} {changed}").format(
        all=words.counted(
            len(moves), "One running obligation would move.", "{n} running obligations would move."
        ),
        changed=words.counted(changed, "One date changes.", "{n} dates change."),
    )


def _pages(here: str, start: int, shown: int, all_: int) -> c.Pagination | None:
    if all_ <= SHOWN and not start:
        return None
    end = start + shown
    says = _("{first} to {last} of {all}").format(first=start + 1, last=end, all=words.number(all_))
    following = c.Link(_("Next"), f"{here}?from={end}") if end < all_ else None
    return c.Pagination(says, following, c.Link(_("Back to the first"), here) if start else None)


def _line(m: Move, voice: Voice) -> c.Line:
    def at(when: date | datetime | None) -> c.Words:
        if when is None:
            return c.plain(_("no further stage"))
        day = voice.local(when) if isinstance(when, datetime) else when
        return c.words("{day}", day=voice.day(day))

    if m.was == m.becomes:
        becomes = c.plain(_("as now"))
    elif isinstance(m.becomes, datetime) and m.becomes <= voice.now and not m.still:
        becomes = (c.strong(_("with the next sweep")),)
    else:
        becomes = tuple(replace(part, strong=True) for part in at(m.becomes))
    return c.Line(
        (c.link(m.ref, f"/findings/{m.ref}"),),
        (c.plain(stairs.what_of(m.kind, still=m.still)), at(m.was), becomes),
    )
