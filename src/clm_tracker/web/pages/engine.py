"""Is the engine well: when did it last sweep, what could not be decided, and what does the brake hold?"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from starlette.responses import Response

from clm_tracker.commands import escalation
from clm_tracker.domain.policy import Act
from clm_tracker.queries import desk as waiting
from clm_tracker.queries import health
from clm_tracker.queries.desk import Group
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import NotValid, Valid, read
from clm_tracker.web.pages.acts.answers import Reasoned
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


@dataclass(frozen=True)
class EnginePage(Page):
    """The engine as a coordinator sees it."""

    template: ClassVar[str] = "pages/engine.html"

    heading: str
    says: c.Words
    problems: tuple[str, ...]
    brake: c.Words
    release: c.Form | None
    held: c.Table | None
    parked: c.Table | None


@router.get("/engine", access=may(Act.RELEASE_BRAKE))
def engine(desk: AtDesk) -> Response:
    """Last sweep, parked rows, held stages."""
    return _show(desk)


@router.post("/engine/release", access=may(Act.RELEASE_BRAKE))
def release(desk: AtDesk, sent: Annotated[Valid[Reasoned] | NotValid[Reasoned], read(Reasoned)]) -> Response:
    """Let the held stages go (R31)."""

    def said(n: int) -> str:
        return words.counted(n, "One stage is released.", "{n} stages are released.")

    return carry_out(
        desk,
        sent,
        lambda unit, given: escalation.release_brake(unit, reason=given.reason),
        lambda back: _show(desk, back),
        to="/engine",
        said=said,
    )


def _show(desk: Desk, back: Back = FRESH) -> Response:
    found = health.engine(desk.house.store, desk.now)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        mine = waiting.my_desk(look)
    groups = {g.key: g for g in mine.groups}
    brake: c.Words = c.plain(_("No stage is held."))
    form = None
    if mine.brake is not None:
        brake = c.words(
            _("{n} wait since {day}. {reason}"),
            n=words.counted(mine.brake.held, "One stage", "{n} stages"),
            day=c.strong(voice.moment(mine.brake.since)),
            reason=mine.brake.reason,
        )
        asked = (c.Field("reason", _("Why the held stages may go on"), c.FieldKind.TEXTAREA, rows=3),)
        form = back.on(
            c.Form(
                "/engine/release",
                c.Button(_("Release the held stages"), c.Look.MAIN),
                asked,
                once=desk.once(),
            )
        )
    says: c.Words = c.plain(_("No sweep has run yet."))
    if found.last_sweep_at is not None:
        says = c.words(_("The last sweep ended {at}."), at=c.strong(voice.moment(found.last_sweep_at)))
    page = EnginePage(
        _("The engine keeps its promises") if found.ok else _("The engine needs a look"),
        says,
        found.problems,
        brake,
        form,
        _table(_("Held by the brake"), groups.get("held"), voice),
        _table(_("Could not be decided"), groups.get("parked"), voice),
    )
    return desk.show(page, status=back.status)


def _table(caption: str, group: Group | None, voice: Voice) -> c.Table | None:
    if group is None or not group.items:
        return None
    lines = tuple(
        c.Line(
            (c.link(f"{i.ref}, {i.title}", f"/findings/{i.ref}"),),
            (
                c.plain(i.what),
                c.words("{day}", day=voice.day(i.due_on)) if i.due_on else (),
                c.plain(i.then or ""),
            ),
        )
        for i in group.items
    )
    return c.Table(caption, (_("Finding"), _("What is owed"), _("Due"), _("What would follow")), lines)
