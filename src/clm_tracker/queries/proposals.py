"""Which stages wait for the committee, or were decided? (R26, R27)"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from clm_tracker.db import load, subjects, tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain import policy, proposals
from clm_tracker.domain.cases import Proposal
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ProposalState, Severity, Side
from clm_tracker.queries import paging
from clm_tracker.queries.paging import Count

_F, _P, _O = tables.FindingRow, tables.ProposalRow, tables.ObligationRow
UNDECIDED = (ProposalState.WAITING, ProposalState.DEFERRED)
# What of a finding a list of proposals shows, and what `subject_of` asks.
HEAD = tuple(
    getattr(_F, name).label(name)
    for name in (
        "ref",
        "title",
        "severity",
        "programme_id",
        "status",
        "theme_id",
        "area_id",
        "logged_by",
        "organisation",
        "duty_bearer_id",
    )
)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One stage before the committee. `why_not` says why this actor may not approve it now; None when they may."""

    proposal: Proposal
    ref: str
    title: str
    severity: Severity
    duty_bearer: str | None
    stage_name: str
    decide_by: date
    opens_at: datetime | None
    why_not: str | None


@dataclass(frozen=True, slots=True)
class ProposalsPage:
    """One page; `next` is the cursor of the page after it."""

    items: tuple[ProposalRow, ...]
    next: str | None
    count: Count


def page(
    look: Reading,
    *,
    states: tuple[ProposalState, ...] = UNDECIDED,
    after: str | None = None,
    limit: int = 25,
) -> ProposalsPage:
    """Proposals in these states, oldest first. Raises Invalid for a wrong cursor or limit."""
    limit = paging.checked(limit)
    key = paging.place("proposals", after, (datetime, UUID))
    query = (
        visible.visible(look)
        .with_only_columns(
            _P.id,
            _P.proposed_at,
            _O.ladder_id,
            _O.id.label("obligation_id"),
            *HEAD,
        )
        .join(_P, _P.finding_id == _F.id)
        .join(_O, _O.id == _P.obligation_id)
        .where(_P.programme_id == look.programme_id, _P.state.in_(states))
    )
    asked = (
        query if key is None else query.where(paging.after((_P.proposed_at, _P.id), key, descending=False))
    )
    rows = look.session.execute(asked.order_by(_P.proposed_at, _P.id).limit(limit + 1)).all()
    kept = rows[:limit]
    found = {p.id: p for p in load.rows(look.session, "proposal", _P.id.in_([r.id for r in kept]))}
    decides = load.rows(look.session, "obligation", _O.id.in_([p.decide_id for p in found.values()]))
    due = {o.id: o.due_on for o in decides}
    return ProposalsPage(
        tuple(_row(look, r, found[r.id], due[found[r.id].decide_id]) for r in kept),
        paging.cursor("proposals", (kept[-1].proposed_at, kept[-1].id)) if len(rows) > limit else None,
        paging.count(look.session, query),
    )


def shown(look: Reading, p: Proposal, held_by: frozenset[UUID]) -> Proposal:
    """The proposal as this actor may read it: who could be harmed, and how that is avoided, is not for those it is about."""
    if look.actor.side is Side.COMMUNITY and look.actor.id not in held_by:
        return p
    return replace(p, risk_who=None, risk_how=None, risk_last_word=None)


def subject_of(look: Reading, r: Any) -> policy.Subject:  # noqa: ANN401 - a row with the columns of `HEAD`
    """What of a finding decides who may decide about it, from a row instead of a whole case."""
    post = look.rules.posts.get(r.duty_bearer_id)
    return policy.Subject(
        programme_id=r.programme_id,
        status=r.status,
        theme_id=r.theme_id,
        area_id=r.area_id,
        logged_by=r.logged_by,
        organisation=r.organisation,
        duty_bearer_id=r.duty_bearer_id,
        institution=post.institution if post else "",
        held_by=subjects.held_by(post, look.rules),
    )


def _row(look: Reading, r: Any, p: Proposal, decide_by: date) -> ProposalRow:  # noqa: ANN401 - a row of the query above
    rules = look.rules
    post = rules.posts.get(r.duty_bearer_id)
    stage = rules.ladders[r.ladder_id].stage(p.stage)
    subject = subject_of(look, r)
    return ProposalRow(
        shown(look, p, subject.held_by),
        r.ref,
        r.title,
        r.severity,
        post.said if post else None,
        stage.said if stage else "",
        decide_by,
        proposals.reply_until(p, rules) if p.public else None,
        look.why_not(Act.DECIDE_STAGE, subject)
        or proposals.why_not_approve(p, look.actor.id, rules, look.now),
    )
