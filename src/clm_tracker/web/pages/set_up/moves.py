"""Which due dates would a change of the set-up move, seen before it is done, and is it still the same list? (R11, R13)"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import TypeVar

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.commands.moving import Move
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid, Stale
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.desk import Desk
from clm_tracker.web.forms import Line, NotValid, Valid
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.answering import Back, carry_out
from clm_tracker.web.pages.set_up.frame import FormPage
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

MOST_SHOWN = 200
M = TypeVar("M", bound="Seen")


class Seen(BaseModel):
    """`seen` names the list of moves that somebody looked at; empty before the preview."""

    seen: Line = ""


def name_of(moves: Sequence[Move]) -> str:
    """A short name of a list of moves, the same for the same list."""
    said = "\n".join(f"{m.obligation_id} {m.was} {m.becomes}" for m in moves)
    return sha256(said.encode()).hexdigest()[:16]


def confirm(
    desk: Desk,
    sent: Valid[M] | NotValid[M],
    preview: Callable[[Reading, M], Sequence[Move]],
    run: Callable[[Writing, M], object],
    page: Callable[[M], FormPage],
    again: Callable[[Back], Response],
    *,
    to: str,
    said: str,
) -> Response:
    """Show what would move, then do it when that very list was seen.

    `preview` may also find that the record itself changed. `page` is the page of the preview without its list; `again` shows
    the questions when they cannot be answered so.
    """

    def show(given: M, note: str | None = None, status: int = 200) -> Response:
        with desk.reading() as look:
            moves = preview(look, given)
            voice = Voice.of(look, desk.guest.language)
        return desk.show(_with_list(page(given), moves, voice, note), status=status)

    if isinstance(sent, NotValid):
        return again(Back.mistaken(sent.typed, sent))
    if not sent.data.seen:
        try:
            return show(sent.data)
        except Invalid as no:
            return again(Back.mistaken(sent.typed, no))
        except Stale as no:
            return again(Back.late(sent.typed, no))

    def checked(unit: Writing, given: M) -> object:
        unit.require(Act.SET_UP)
        if name_of(preview(unit, given)) != given.seen:
            raise Stale(_("What would move has changed since you looked. This is the list now."))
        return run(unit, given)

    def back(no: Back) -> Response:
        try:
            return show(sent.data, no.refused, 409) if no.status == 409 else again(no)
        except (Invalid, Stale):  # what was refused is the change itself: there is no list of it
            return again(no)

    return carry_out(desk, sent, checked, back, to=to, said=said)


def _with_list(page: FormPage, moves: Sequence[Move], voice: Voice, note: str | None) -> FormPage:
    says = c.plain(_("No due date moves."))
    if moves:
        n = words.counted(
            len(moves),
            "One due date moves later, and whoever it concerns is told.",
            "{n} due dates move later, and whoever they concern is told.",
        )
        if len(moves) > MOST_SHOWN:
            n = _("{sentence} The first {shown} are listed.").format(
                sentence=n, shown=words.number(MOST_SHOWN)
            )
        says = c.plain(n)
    assert page.form is not None, "What moves a date is sent by a form."
    form = replace(page.form, hidden=(*page.form.hidden, ("seen", name_of(moves))), refused=note)
    return replace(page, preview_says=says, preview=table(moves, voice) if moves else None, form=form)


def table(moves: Sequence[Move], voice: Voice) -> c.Table:
    """Each date that moves, before and after."""

    def day(on: object) -> c.Words:
        return c.words("{day}", day=voice.long(on)) if isinstance(on, date) else c.plain("–")

    lines = tuple(
        c.Line(
            (c.link(m.ref, f"/findings/{m.ref}"),), (c.plain(labels.KIND[m.kind]), day(m.was), day(m.becomes))
        )
        for m in moves[:MOST_SHOWN]
    )
    return c.Table(
        _("Due dates that move"), (_("Finding"), _("What is owed"), _("Due now"), _("Due then")), lines
    )
