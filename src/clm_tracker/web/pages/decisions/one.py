"""What does a committee look at before it decides about one stage, and how does it decide?"""

from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from starlette.responses import Response

from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Proposal
from clm_tracker.domain.policy import Act
from clm_tracker.queries import decisions, wording
from clm_tracker.queries.acts import PossibleAct
from clm_tracker.queries.approvers import Approver
from clm_tracker.queries.decisions import One
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages import owing
from clm_tracker.web.pages.acts import forms
from clm_tracker.web.pages.decisions.asked import LIST
from clm_tracker.web.pages.decisions.listing import ROOM
from clm_tracker.web.pages.findings import before, parts
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


@dataclass(frozen=True)
class DecisionPage(Page):
    """One stage before the committee, with everything that speaks for and against it."""

    template: ClassVar[str] = "pages/decisions/one.html"

    crumbs: tuple[c.Link, ...]
    docket: c.Docket
    title: str
    title_lang: str
    asks: c.Words
    then: c.Words
    owes: c.Words
    notes: tuple[c.Message, ...]
    checks: tuple[c.Check, ...]
    approvers: tuple[c.Words, ...]
    risk: c.Table | None
    acts: tuple[c.Act, ...]
    ladder: c.Ladder
    ladder_note: c.Words
    beside: c.Beside | None
    earlier: tuple[str, ...]
    record: c.Timeline


@router.get("/decisions/{proposal_id}", access=ROOM)
def one(desk: AtDesk, proposal_id: UUID) -> Response:
    """One decision."""
    with desk.reading() as look:
        page = _page(desk, look, decisions.one(look, proposal_id))
    return desk.show(page)


def _page(desk: Desk, look: Reading, found: One) -> DecisionPage:
    voice = Voice.of(look, desk.guest.language)
    d, p = found.finding, found.decision.proposal
    stages = len(found.ladder.steps)
    return DecisionPage(
        crumbs=(c.Link(_("Decisions"), LIST), c.Link(d.ref, f"/findings/{d.ref}")),
        docket=parts.docket(d, voice),
        title=d.title,
        title_lang=d.language,
        asks=_asks(found, voice),
        then=_then(found, voice),
        owes=(
            *c.plain(f"{found.owed.sentence} {found.owed.then} "),
            c.link(_("Why this date"), owing.why(found.owed.obligation_id)),
        ),
        notes=_notes(desk, found),
        checks=before.checks(p, found.decision.opens_at, d.people, voice),
        approvers=tuple(_approver(a, voice) for a in found.approvers),
        risk=_risk(p),
        acts=_acts(desk, look, found),
        ladder=parts.ladder(found.ladder, voice),
        ladder_note=parts.ladder_note(d, found.ladder, voice),
        beside=parts.beside(d, voice),
        earlier=tuple(
            before.decided(e, voice)
            for e in d.proposals
            if e.proposal.id != p.id and not before.waits(e.proposal)
        ),
        record=c.Timeline(
            tuple(parts.entry(e, voice, stages) for e in reversed(found.chronology)),
            (c.Button(_("The whole record"), c.Look.PLAIN, href=f"/findings/{d.ref}/record"),),
        ),
        purpose=c.plain(_("What the committee needs to know to decide about one stage of one finding.")),
    )


def _asks(found: One, voice: Voice) -> c.Words:
    """What is asked, by when."""
    p = found.decision.proposal
    stage = c.strong(_("Stage {n}, {name}").format(n=p.stage, name=found.decision.stage_name))
    asked = voice.day(voice.local(p.proposed_at))
    if not before.waits(p):
        return c.words(_("{stage}, was asked for on {asked}."), stage=stage, asked=asked)
    if found.late:
        return c.words(
            _("{stage}, was asked for on {asked}. The decision is {late}: it was owed by {day}."),
            stage=stage,
            asked=asked,
            late=c.strong(voice.left(found.decision.due_on, late=True)),
            day=c.dated(voice.long(found.decision.due_on), owing.why(p.decide_id)),
        )
    return c.words(
        _("{stage}, was asked for on {asked}. Decide by {day}, {left}."),
        stage=stage,
        asked=asked,
        day=c.strong(voice.long(found.decision.due_on), owing.why(p.decide_id)),
        left=voice.left(found.decision.due_on),
    )


def _then(found: One, voice: Voice) -> c.Words:
    """What an approval leads to, or how it was decided."""
    p = found.decision.proposal
    if not before.waits(p):
        return c.plain(before.decided(found.decision, voice))
    o = found.case.obligations[p.obligation_id]
    stage = voice.rules.ladders[o.ladder_id].stage(p.stage)
    if stage is None:
        return ()
    directory, area = voice.rules.directory, found.case.finding.area_id
    reached = [directory.address(to, o.duty_bearer_id, area) for to in (stage.addresses, *stage.tells)]
    names = tuple(dict.fromkeys(directory.said(name) for one in reached for name in one.names))
    said = [
        words.counted(
            p.approvals_needed - len(p.approved_by),
            "With one more approval the stage begins.",
            "With the approvals of {n} different people the stage begins.",
        )
    ]
    if names:
        said.append(_("It goes to {who}.").format(who=words.listed(names, voice.lang)))
    return c.plain(" ".join((*said, stage.tactics)).strip())


def _notes(desk: Desk, found: One) -> tuple[c.Message, ...]:
    """Why somebody of the committee has no say, and what the deferral said."""
    notes = []
    p = found.decision.proposal
    if desk.may(Act.DECIDE_STAGE) and found.recused and before.waits(p):
        notes.append(c.Message(c.plain(found.recused), c.Tone.REFUSED))
    if p.deferred_until is not None and before.waits(p) and p.reason:
        notes.append(
            c.Message(c.words(_("Deferred before: {reason}"), reason=wording.ended(p.reason)), c.Tone.NOTE)
        )
    return tuple(notes)


def _approver(a: Approver, voice: Voice) -> c.Words:
    """By whose word somebody is in the committee, and by whose link in their account: two approvals are two people's."""
    who = c.strong(a.name)
    role = c.words(_("{who} is no longer in the committee."), who=who)
    if a.role:
        since = voice.long(voice.local(a.role.at))
        said = _("{who} has been in the committee since {day}; {giver} gave the role.")
        role = c.words(said, who=who, day=since, giver=a.role.by)
    link = c.plain(_("Nobody else made a link by which they sign in."))
    if a.link:
        made = voice.long(voice.local(a.link.at))
        link = c.words(_("On {day}, {maker} made the link by which they sign in."), maker=a.link.by, day=made)
    return (*role, c.Part(" "), *link)


def _risk(p: Proposal) -> c.Table | None:
    """The answers of the risk check, for those who may read them (R27)."""
    asked = (
        (_("Who could be harmed"), p.risk_who),
        (_("How it can be said safely"), p.risk_how),
        (_("Who has the last word"), p.risk_last_word),
    )
    lines = tuple(c.Line(c.plain(question), (c.plain(answer),)) for question, answer in asked if answer)
    return c.Table(_("The risk check"), (_("Question"), _("Answer")), lines) if lines else None


def _acts(desk: Desk, look: Reading, found: One) -> tuple[c.Act, ...]:
    """The acts about this stage, and the reply of the duty bearer while one is asked for (R27)."""
    p = found.decision.proposal
    waiting = before.waits(p)
    shown = []
    # A risk check that is done is nobody's first errand.
    for act in sorted(found.finding.acts, key=lambda a: a.verb == "check_risk" and p.risk_at is not None):
        if _is_about(act, p, reply=waiting and p.public):
            drawn = forms.panel(desk, look, found.case, act, back=f"/decisions/{p.id}", apart=False)
            if drawn is not None:
                shown.append(drawn if act.verb != "approve" or act.why_not else _main(drawn))
    return tuple(shown)


def _is_about(act: PossibleAct, p: Proposal, *, reply: bool) -> bool:
    if act.target == "proposal":
        return act.target_id == p.id
    return reply and act.target == "finding" and act.verb == "reply"


def _main(act: c.Act) -> c.Act:
    form = replace(act.form, submit=replace(act.form.submit, look=c.Look.MAIN))
    return replace(act, main=True, form=form)
