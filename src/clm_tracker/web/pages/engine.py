"""Is the engine well: when did it last sweep, what could not be decided, and what does the brake hold?"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from starlette.responses import Response

from clm_tracker.commands import escalation
from clm_tracker.domain.policy import Act
from clm_tracker.queries import brake, health, wording
from clm_tracker.queries import desk as waiting
from clm_tracker.queries.brake import Released, Set
from clm_tracker.queries.desk import Group
from clm_tracker.queries.paging import MOST
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
    refused: c.Problem | None
    brake: c.Words
    meanwhile: str
    release: c.Form | None
    released: c.Words
    held: c.Table | None
    held_says: str
    pagination: c.Pagination | None
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
    typed = desk.request.query_params.get("from", "0")
    start = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 0
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = health.well(look)
        is_set, last = brake.seen(look)
        held, parked = waiting.groups(look, {"held": start, "parked": 0})
    says: c.Words = c.plain(_("No sweep has run yet."))
    if found.last_sweep_at is not None:
        says = c.words(_("The last sweep ended {at}."), at=c.strong(voice.moment(found.last_sweep_at)))
    page = EnginePage(
        heading=_("The engine keeps its promises")
        if found.ok and is_set is None
        else _("The engine needs a look"),
        says=says,
        problems=found.problems,
        # Somebody else was first: there is no form any more in which the refusal could stand.
        refused=c.Problem(back.refused) if back.refused and is_set is None else None,
        brake=_brake(is_set, held, voice),
        meanwhile=_(
            "Reminders go out meanwhile, and what people do is taken in. Only stages wait: none begins, and none is proposed to the committee."
        )
        if is_set
        else "",
        release=back.on(_release(desk, is_set)) if is_set else None,
        released=_released(last, voice),
        held=_table(_("Held by the brake"), held, voice),
        held_says=_held(held, is_set),
        pagination=_pages(held, start),
        parked=_table(_("Could not be decided"), parked, voice),
        purpose=c.plain(
            _("Whether reminders and stages come on their days, and what a coordinator has to look at.")
        ),
    )
    return desk.show(page, status=back.status)


def _brake(is_set: Set | None, held: Group, voice: Voice) -> c.Words:
    """Why it holds, or that it does not."""
    if is_set is None:
        if held.items:
            return c.plain(_("They are released and come back into sight with the next sweeps."))
        return c.plain(_("No stage is held."))
    return c.words(
        _("{n} wait since {day}, of {running} running obligations. {reason}"),
        n=c.strong(words.counted(is_set.held, "One stage", "{n} stages")),
        day=c.strong(voice.moment(is_set.since)),
        running=words.number(is_set.running),
        reason=_sentence(is_set.reason),
    )


def _held(held: Group, is_set: Set | None) -> str:
    """The heading of what waits, or of what goes on with the next sweeps."""
    if is_set is None:
        return _("What follows for those that were released")
    n = held.count.n
    if held.count.more:
        return _("What would follow for the more than {n} that are held").format(n=words.number(n))
    return words.counted(
        n, "What would follow for the one that is held", "What would follow for the {n} that are held"
    )


def _release(desk: Desk, is_set: Set) -> c.Form:
    asked = c.Field(
        "reason",
        _("Why the held stages may go on"),
        c.FieldKind.TEXTAREA,
        hint=_(
            "It stands in the ledger. Look at the list below first: each stage begins, or is proposed to the committee, with the next sweep."
        ),
        rows=3,
        longest=4_000,
    )
    label = words.counted(is_set.held, "Release the held stage", "Release the held stages")
    return c.Form("/engine/release", c.Button(label, c.Look.MAIN), (asked,), once=desk.once())


def _released(last: Released | None, voice: Voice) -> c.Words:
    """Who let the last ones go."""
    if last is None:
        return ()
    return c.words(
        _("{who} released {n} on {at}: {reason}"),
        who=last.by or _("Somebody"),
        n=words.counted(last.held, "one stage", "{n} stages"),
        at=voice.moment(last.at),
        reason=_sentence(last.reason),
    )


def _pages(held: Group, start: int) -> c.Pagination | None:
    end = start + len(held.items)
    if not start and not held.count.more and held.count.n <= end:
        return None
    says = _("{first} to {last} of {all}").format(first=start + 1, last=end, all=held.count)
    goes_on = held.items and (held.count.more or held.count.n > end) and end < MOST
    following = c.Link(_("Next"), f"/engine?from={end}#held") if goes_on else None
    return c.Pagination(says, following, c.Link(_("Back to the first"), "/engine#held") if start else None)


def _sentence(text: str) -> str:
    return wording.ended(wording.upper(text))


def _table(caption: str, group: Group, voice: Voice) -> c.Table | None:
    if not group.items:
        return None
    lines = tuple(
        c.Line(
            (c.link(f"{i.ref}, {i.title}", f"/findings/{i.ref}"),),
            (
                c.plain(wording.upper(i.what)),
                c.words("{day}", day=voice.day(i.due_on)) if i.due_on else (),
                c.plain(i.then or ""),
            ),
        )
        for i in group.items
    )
    return c.Table(caption, (_("Finding"), _("What is owed"), _("Due"), _("What would follow")), lines)
