"""What is known about one obligation: who owes what by when, why that day, and what happens if nothing is done? (R9 to R12, R16)"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from starlette.responses import Response

from clm_tracker.domain import deadlines
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import LIVE, ObligationState
from clm_tracker.queries import obligations, wording
from clm_tracker.queries.obligations import ObligationDetail, Stop
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages import labels, owing
from clm_tracker.web.pages.acts import panels
from clm_tracker.web.pages.findings import dates, parts
from clm_tracker.web.pages.part import Part, PartPage, crumbs, docket, record
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


@router.get("/obligations/{obligation_id}", access=may(Act.SEE_FINDINGS))
def one(desk: AtDesk, obligation_id: UUID) -> Response:
    """One obligation, whole."""
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        d = obligations.one(look, obligation_id)
        page = PartPage(
            purpose=c.plain(
                _("One thing that is owed: by whom, by which day, and how that day was counted.")
            ),
            crumbs=crumbs(d.case),
            docket=_docket(d, voice),
            heading=labels.KIND[d.obligation.kind],
            heading_lang=None,
            owes=_owes(d, voice),
            due=_due(d, voice),
            wide=_ladder(d, voice),
            parts=tuple(_parts(d, voice)),
            acts=panels.of(desk, look, d.case, d.acts, back=f"/obligations/{obligation_id}"),
            record=record(d.case, d.lines, voice, len(d.stairs.steps)),
        )
    return desk.show(page)


def _docket(d: ObligationDetail, voice: Voice) -> c.Docket:
    o = d.obligation
    facts = [c.plain(labels.OBLIGATION[o.state])]
    post = voice.rules.posts.get(o.duty_bearer_id) if o.duty_bearer_id else None
    facts.append(
        (c.link(post.said, f"/duty-bearers/{post.id}"),) if post else c.plain(wording.upper(d.owed.who))
    )
    action = d.case.actions.get(o.action_id) if o.action_id else None
    if action:
        facts.append((c.link(action.what, f"/actions/{action.id}"),))
    return docket(d.case, _("What is owed"), voice, *facts)


def _owes(d: ObligationDetail, voice: Voice) -> c.Owes:
    if d.next is not None:
        jump = c.Button(_("What you can do"), c.Look.MAIN, href="#acts") if d.acts else None
        return owing.of(d.next, voice, jump)
    o = d.obligation
    day = c.strong(voice.long(voice.local(o.ended_at))) if o.ended_at else c.strong("")
    who = wording.upper(d.owed.who) if o.state is ObligationState.MET else d.owed.who
    return c.Owes(c.words(owing.ended(o), who=c.strong(who), day=day))


def _due(d: ObligationDetail, voice: Voice) -> c.Due | None:
    o = d.obligation
    if o.state not in LIVE:
        return None
    # Its day is explained below, at length; the day of a next stage is explained here.
    card = dates.card(d.case, o, voice, late=d.owed.overdue)
    return card if card.day.iso != o.due_on.isoformat() else replace(card, why=None)


def _ladder(d: ObligationDetail, voice: Voice) -> tuple[Part, ...]:
    stairs = d.stairs
    if not stairs.steps or (d.obligation.state not in LIVE and not d.obligation.stage):
        return ()
    note = c.words(
        _("{ladder}, {version}"),
        ladder=stairs.name,
        version=_("version {n}").format(n=words.number(stairs.version, voice.lang)),
    )
    return (Part("ladder", _("Its ladder"), note, ladder=parts.ladder(stairs, voice)),)


def _parts(d: ObligationDetail, voice: Voice) -> list[Part]:
    o = d.obligation
    drawn = dates.drawn(d.due, voice)
    said = () if drawn else (c.plain(d.due.sentence),)  # a calendar says it above its days
    found = [Part("why", _("Why this date"), says=said, calendar=drawn)]
    if d.explained:
        found.append(
            Part("next", _("What happens if nothing is done"), says=(c.plain(d.explained.sentence),))
        )
    found.append(Part("clock", _("Its clock"), told=tuple(_clock(d, voice))))
    if d.stops:
        heads = (_("Stood still from"), _("Until"), _("Why"))
        lines = tuple(_stop(s, voice) for s in d.stops)
        found.append(Part("stops", _("When it stood still"), table=c.Table(_("Pauses"), heads, lines)))
    if o.proposal_id and (proposal := d.case.proposals.get(o.proposal_id)):
        way = c.Button(_("The decision about stage {n}").format(n=proposal.stage), href="/decisions")
        found.append(Part("decision", _("What is to be decided"), buttons=(way,)))
    return found


def _clock(d: ObligationDetail, voice: Voice) -> list[c.Told]:
    o = d.obligation
    rows = [
        c.Told(_("Began"), c.words("{at}", at=voice.moment(o.start_at))),
        c.Told(_("First day"), c.words("{day}", day=voice.long(o.first_due_on))),
        c.Told(_("Day now"), c.words("{day}", day=voice.long(o.due_on))),
        c.Told(
            _("How often it slipped"),
            c.plain(words.counted(o.slips, "Once", "{n} times") if o.slips else _("Never")),
        ),
    ]
    if d.left is not None:
        n = voice.rules.calendar.count_working_days(voice.today, d.left)
        days = voice.rules.unit(o.window) is deadlines.Unit.WORKING_DAYS
        left = words.counted(n, "{n} working day", "{n} working days") if days else ""
        said = _("{left}: if the clock ran again now, it would be due {day}.") if left else _("Due {day}.")
        rows.append(c.Told(_("Time that is kept"), c.words(said, left=left, day=voice.long(d.left))))
    rows.append(c.Told(_("Reminders sent"), _reminders(d.reminders, voice)))
    if o.stage_missed_at and o.stage_entered_at:
        rows.append(
            c.Told(
                _("This stage"),
                c.words(
                    _("Was due {missed}, was entered {entered}"),
                    missed=voice.moment(o.stage_missed_at),
                    entered=voice.moment(o.stage_entered_at),
                ),
            )
        )
    return rows


def _reminders(sent: tuple[datetime, ...], voice: Voice) -> c.Words:
    if not sent:
        return c.plain(_("None yet"))
    return c.plain(words.listed([voice.day(voice.local(at)).text for at in sent], voice.lang))


def _stop(s: Stop, voice: Voice) -> c.Line:
    until = c.words("{at}", at=voice.moment(s.end)) if s.end else c.plain(_("It stands still now"))
    return c.Line(c.words("{at}", at=voice.moment(s.start)), (until, c.plain(wording.upper(s.why))))
