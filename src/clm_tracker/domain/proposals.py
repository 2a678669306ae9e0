"""How does the committee decide about a stage that needs approval? (R26, R27)"""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from clm_tracker.domain import deadlines, escalation, events, obligations, possible
from clm_tracker.domain.cases import Case, Obligation, Proposal, Story
from clm_tracker.domain.ladders import Stage, begins
from clm_tracker.domain.names import is_seen, must_say
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import ObligationState, ProposalState, said
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import FieldError, Invalid, NotFound, NotNow, invalid
from clm_tracker.kernel.speech import _


def get(case: Case, proposal_id: UUID) -> Proposal:
    """One proposal of the case, or NotFound."""
    if proposal_id not in case.proposals:
        raise NotFound("proposal")
    return case.proposals[proposal_id]


def why_not_approve(proposal: Proposal, person: UUID, rules: Rules, now: datetime) -> str | None:
    """Why this person may not approve now, or None."""
    if why := possible.why_not_decide(proposal):
        return why
    if person in proposal.approved_by:
        return _("You approved this already; a different person has to approve it too.")
    return why_not_yet(proposal, rules, now)


def why_not_yet(proposal: Proposal, rules: Rules, now: datetime) -> str | None:
    """Why nobody may approve it now, or None: what a public stage needs first (R27)."""
    if proposal.public:
        if proposal.risk_at is None:
            return _(
                "A public stage needs a completed risk check first: who could be harmed, how it is said, who has the last word."
            )
        opens = reply_until(proposal, rules)
        if opens is None or now < opens:
            day = said(rules.calendar.local_date(opens)) if opens else _("not yet set")
            return _("The duty bearer has the right of reply first; this can be approved from {day}.").format(
                day=day
            )
    return None


def reply_until(proposal: Proposal, rules: Rules) -> datetime | None:
    """From when a public stage may be entered: the duty bearer was told at least `reply_days` working days before."""
    if proposal.reply_invited_at is None:
        return None
    return right_of_reply(proposal.reply_invited_at, rules)


def right_of_reply(invited_at: datetime, rules: Rules) -> datetime:
    """When the right of reply is over for whoever was invited at this moment (R27)."""
    return begins(invited_at, f"{rules.reply_days}wd", rules.calendar)


def approve(case: Case, proposal: Proposal, person: UUID, rules: Rules, now: datetime) -> Story:
    """One person approves; with the last approval needed the stage is entered in the same breath."""
    if why := why_not_approve(proposal, person, rules, now):
        raise NotNow("cannot_approve", why)
    story = Story(case, now)
    stage = _stage(case, proposal, rules)
    approved_by = (*proposal.approved_by, person)
    done = len(approved_by) >= proposal.approvals_needed
    after = replace(
        proposal,
        approved_by=approved_by,
        state=ProposalState.APPROVED if done else proposal.state,
    )
    event = events.ProposalApproved(
        stage.number,
        stage.name,
        len(approved_by),
        proposal.approvals_needed,
        ladder_id=case.obligations[proposal.obligation_id].ladder_id,
    )
    decide = case.obligations[proposal.decide_id]
    if not done:
        story.tell(event, after, about=decide.id)
        return story
    met = replace(decide, state=ObligationState.MET, ended_at=now, next_step_at=None)
    story.tell(event, after, met, about=decide.id)
    o = story.case.obligations[proposal.obligation_id]
    step = escalation.Enter(stage, proposal.missed_at)
    obligations.adopt(story, escalation.enter(o, step, rules, obligations.where(case), now))
    return story


def defer(case: Case, proposal: Proposal, until: date, reason: str, rules: Rules, now: datetime) -> Story:
    """Decide later, on a stated day, with a reason."""
    _must_be_undecided(proposal)
    errors = []
    if not is_seen(reason):
        errors.append(FieldError("reason", _("Say why the decision is deferred.")))
    days = (until - rules.calendar.local_date(now)).days
    if not 1 <= days <= 92:
        errors.append(FieldError("until", _("Choose a day within the next three months.")))
    if errors:
        raise Invalid(tuple(errors))
    story = Story(case, now)
    decide = case.obligations[proposal.decide_id]
    due = deadlines.due_on(until, rules.calendar)
    after = replace(proposal, state=ProposalState.DEFERRED, deferred_until=until, reason=reason)
    story.tell(events.ProposalDeferred(proposal.stage, until, reason), after, about=decide.id)
    obligations.move_due(story, decide, due, rules, reason)
    return story


def refuse(case: Case, proposal: Proposal, reason: str, rules: Rules, now: datetime) -> Story:
    """The stage is not entered; it is proposed again after its wait (R26)."""
    _must_be_undecided(proposal)
    must_say("reason", reason, _("Say why the stage is refused."))
    story = Story(case, now)
    stage = _stage(case, proposal, rules)
    decide = case.obligations[proposal.decide_id]
    o = case.obligations[proposal.obligation_id]
    wait = stage.wait if deadlines.parse_window(stage.wait).amount else "5wd"
    again: Obligation = replace(
        o, state=ObligationState.RUNNING, next_step_at=begins(now, wait, rules.calendar)
    )
    met = replace(decide, state=ObligationState.MET, ended_at=now, next_step_at=None)
    refused = replace(proposal, state=ProposalState.REFUSED, reason=reason)
    story.tell(events.ProposalRefused(proposal.stage, reason), refused, met, again, about=decide.id)
    return story


def check_risk(
    case: Case, proposal: Proposal, person: UUID, who: str, how: str, last_word: str, now: datetime
) -> Story:
    """Who could be harmed; can it be said with totals or behind closed doors; who has the last word (R27)."""
    _must_be_undecided(proposal)
    answers = {"risk_who": who, "risk_how": how, "risk_last_word": last_word}
    empty = tuple(
        FieldError(name, _("This question needs an answer."))
        for name, text in answers.items()
        if not is_seen(text)
    )
    if empty:
        raise Invalid(empty, _("The risk check is complete when all three questions are answered."))
    story = Story(case, now)
    after = replace(
        proposal, risk_who=who, risk_how=how, risk_last_word=last_word, risk_by=person, risk_at=now
    )
    story.tell(events.RiskChecked(proposal.stage), after)
    return story


def reply(
    case: Case, text: str, now: datetime, *, on_behalf_of: str | None = None, by_owing_post: bool = True
) -> Story:
    """A post's reply; that of the one that owes stands beside the claim wherever that is shown (R27)."""
    must_say("text", text, _("Write the reply."))
    if len(text) > 10_000:
        raise invalid("text", _("Shorten this to at most {n} characters.").format(n=cldr.number(10_000)))
    story = Story(case, now)
    open_ = case.proposals.values() if by_owing_post else ()
    waiting = [p for p in open_ if p.state in obligations.UNDECIDED and p.public]
    replied = [replace(p, reply=text, reply_at=now) for p in waiting]
    story.tell(events.Replied(text, waiting[0].stage if waiting else None, on_behalf_of), *replied)
    return story


def _stage(case: Case, proposal: Proposal, rules: Rules) -> Stage:
    o = case.obligations[proposal.obligation_id]
    stage = rules.ladders[o.ladder_id].stage(proposal.stage)
    if stage is None:
        raise NotFound("stage")
    return stage


def _must_be_undecided(proposal: Proposal) -> None:
    if why := possible.why_not_decide(proposal):
        raise NotNow("decided", why)
