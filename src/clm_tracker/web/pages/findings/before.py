"""What stands before the committee about a finding, what does it still need, and what was decided before? (R26, R27)"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clm_tracker.domain.cases import Proposal
from clm_tracker.domain.words import ProposalState
from clm_tracker.queries import wording
from clm_tracker.queries.findings import FindingDetail
from clm_tracker.queries.findings.detail import Decision
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.pages import owing
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage before the committee: what it is, by when, and what it still needs."""

    heading: str
    says: c.Words
    checks: tuple[c.Check, ...]


def stage(p: Decision, d: FindingDetail, voice: Voice) -> Stage:
    """A stage that waits: what it is, by when, and what it still needs."""
    heading = _("Stage {n}, {name}").format(n=p.proposal.stage, name=p.stage_name)
    return Stage(heading, waiting(p, voice), checks(p.proposal, p.opens_at, d.people, voice))


def waits(p: Proposal) -> bool:
    """Whether it is undecided."""
    return p.state in {ProposalState.WAITING, ProposalState.DEFERRED}


def waiting(p: Decision, voice: Voice) -> c.Words:
    """By when the committee decides, or to which day it put the decision off."""
    why = owing.why(p.proposal.decide_id)
    if p.proposal.state is ProposalState.DEFERRED and p.proposal.deferred_until:
        day = c.strong(voice.long(p.proposal.deferred_until), why)
        reason = f" {wording.ended(p.proposal.reason)}" if p.proposal.reason else ""
        return c.words(_("Deferred to {day}.{reason}"), day=day, reason=reason)
    return c.words(_("The steering committee decides by {day}."), day=c.strong(voice.long(p.due_on), why))


def decided(p: Decision, voice: Voice) -> str:
    """One line for what is behind us."""
    said = {
        ProposalState.APPROVED: _("approved; the stage was entered"),
        ProposalState.REFUSED: _("refused; it is proposed again after its wait"),
    }.get(p.proposal.state, _("no longer asked for: something else happened first"))
    refused = p.proposal.state is ProposalState.REFUSED and p.proposal.reason
    asked = voice.day(voice.local(p.proposal.proposed_at)).text
    return _("Stage {n}, {name}, asked for {day}: {said}.{reason}").format(
        n=p.proposal.stage,
        name=p.stage_name,
        day=asked,
        said=said,
        reason=f" {wording.ended(p.proposal.reason or '')}" if refused else "",
    )


def checks(
    p: Proposal, opens_at: datetime | None, people: Mapping[UUID, str], voice: Voice
) -> tuple[c.Check, ...]:
    """Approvals, the risk check and the right of reply, done and to do (R21, R27). `people` by name, where known."""
    found = [_approvals(p, people, voice)]
    if p.public:
        found += [_risk(p, people), _reply(opens_at, voice)]
    return tuple(found)


def _approvals(p: Proposal, people: Mapping[UUID, str], voice: Voice) -> c.Check:
    given, needed = len(p.approved_by), p.approvals_needed
    known = [people[by] for by in p.approved_by if by in people]
    said = words.plural("{given} of {needed} approval", "{given} of {needed} approvals", needed)
    text = said.format(given=words.number(given, voice.lang), needed=words.number(needed, voice.lang))
    if known:
        text = _("{approvals}: {who}").format(approvals=text, who=words.listed(known, voice.lang))
    return c.Check(text, c.Icon.TICK if given >= needed else None)


def _risk(p: Proposal, people: Mapping[UUID, str]) -> c.Check:
    if p.risk_at is None:
        return c.Check(_("Risk check still to do"))
    if p.risk_by is not None and p.risk_by in people:
        return c.Check(_("Risk check done by {who}").format(who=people[p.risk_by]), c.Icon.TICK)
    return c.Check(_("Risk check done"), c.Icon.TICK)


def _reply(opens_at: datetime | None, voice: Voice) -> c.Check:
    if opens_at is None:
        return c.Check(_("The duty bearer is not invited to reply yet"))
    day = voice.day(voice.local(opens_at)).text
    if opens_at <= voice.now:
        return c.Check(_("The days for a reply have been over since {day}").format(day=day), c.Icon.TICK)
    return c.Check(_("The duty bearer may reply first; it can be approved from {day}").format(day=day))
