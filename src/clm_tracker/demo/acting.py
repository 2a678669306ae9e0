"""How does a step of a plot become the command of the person who takes it?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clm_tracker.commands import actions, escalation, evidence, findings, obligations
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.demo import people, sheets
from clm_tracker.demo.findings.entry import Entry
from clm_tracker.demo.ground import Ground
from clm_tracker.demo.people import By
from clm_tracker.demo.plots import PLOTS
from clm_tracker.demo.plots.step import Act, Plot, Step
from clm_tracker.domain import deadlines
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.cases import Obligation, Proposal
from clm_tracker.domain.policy import Actor
from clm_tracker.domain.words import (
    ClosedAs,
    ObligationState,
    Party,
    PauseReason,
    ProposalState,
    Purpose,
    Role,
    Verdict,
)

_AT_THE_SITE = {By.POST, By.NEW_POST}
# Whoever puts a report on record may neither verify nor resolve, so the coordinator does it, not the advocates.
_RECORDED_BY_COORDINATOR = {Act.PROPOSE_ACTION, Act.REPORT_DONE}


@dataclass(slots=True)
class Life:
    """A finding on its way through its plot. `since` is when its last step was taken, `next` the number of the next."""

    entry: Entry
    since: datetime
    ref: str = ""
    id: UUID | None = None
    duty_bearer: UUID | None = None
    action: UUID | None = None
    next: int = 0

    @property
    def plot(self) -> Plot:
        """The plot it lives."""
        return PLOTS[self.entry.plot]

    @property
    def step(self) -> Step | None:
        """The step that comes next, None at the end."""
        return self.plot.steps[self.next] if self.next < len(self.plot.steps) else None

    def say(self, text: str) -> str:
        """A text of the plot with the finding's own words in it, as a sentence."""
        said = text.format(**self.entry.words())
        return said[:1].upper() + said[1:]


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything that steps are taken with: the programme, its days, where evidence goes, and findings by key."""

    ground: Ground
    calendar: Calendar
    evidence: EvidenceStore
    lives: dict[str, Life]

    def take(self, life: Life, step: Step, now: datetime) -> None:
        """Take the step at `now`. Raises Refusal when the program says no: then the content is wrong."""
        with self.ground.store.writing(
            now=now, actor=self._actor(life, step, now), programme_id=self.ground.programme_id
        ) as unit:
            _COMMANDS[step.act](_Taking(self, unit, life, step))
        life.since = now
        life.next += 1

    def advocate(self, life: Life, now: datetime) -> Actor:
        """Who logs the finding and follows it."""
        return self._person(people.advocates_for(life.entry.place)[0], now)

    def _actor(self, life: Life, step: Step, now: datetime) -> Actor:
        place = life.entry.place
        if step.by not in _AT_THE_SITE:
            person = people.actor(step.by, place)
            assert person is not None
            return self._person(person, now)
        for person in people.with_role(Role.DUTY_BEARER):
            if self.ground.posts[person.post] == life.duty_bearer and person.key in self.ground.people:
                holder = self._person(person, now)
                if life.duty_bearer in holder.posts:
                    return holder
        if step.act in _RECORDED_BY_COORDINATOR:
            return self._person(people.with_role(Role.COORDINATOR)[0], now)
        return self.advocate(life, now)

    def _person(self, person: people.Person, now: datetime) -> Actor:
        return self.ground.actor(person, now, self.calendar.local_date(now))


@dataclass(frozen=True, slots=True)
class _Taking:
    """One step being taken in its unit of work."""

    telling: Telling
    unit: Writing
    life: Life
    step: Step

    @property
    def ref(self) -> str:
        return self.life.ref

    @property
    def text(self) -> str:
        return self.life.say(self.step.text)

    @property
    def action(self) -> UUID:
        assert self.life.action is not None, f"{self.life.entry.key} has no action yet."
        return self.life.action

    @property
    def due(self) -> date:
        """The day that the step names."""
        days = deadlines.parse_window(self.step.due).amount
        return self.telling.calendar.add_working_days(self.unit.today, days)

    @property
    def post(self) -> UUID:
        """The post that the step names."""
        return self.telling.ground.posts[self.step.to.format(**self.life.entry.words())]

    @property
    def owed(self) -> Obligation:
        """What presses on the duty bearer, or is paused."""
        case = load.case(self.unit, self.ref, lock=False)
        states = {ObligationState.RUNNING, ObligationState.PAUSED}
        return next(o for o in case.live() if o.owed_by is Party.DUTY_BEARER and o.state in states)

    @property
    def proposal(self) -> Proposal:
        """The stage that waits for the committee."""
        case = load.case(self.unit, self.ref, lock=False)
        undecided = {ProposalState.WAITING, ProposalState.DEFERRED}
        return next(p for p in case.proposals.values() if p.state in undecided)

    def attach(self, purpose: Purpose, caption: str = "") -> None:
        evidence.attach(
            self.unit,
            self.ref,
            purpose=purpose,
            caption=caption,
            captured_on=self.unit.today,
            text=self.life.say(self.step.evidence),
            store=self.telling.evidence,
        )


def _acknowledge(t: _Taking) -> None:
    findings.acknowledge(t.unit, t.ref, note=t.text)


def _propose_action(t: _Taking) -> None:
    action = actions.propose(
        t.unit,
        t.ref,
        what=t.text,
        due_on=t.due,
        how_checked=t.life.say(t.life.entry.check),
        for_duty_bearer=t.step.by in _AT_THE_SITE,
    )
    t.life.action = action.id


def _accept_action(t: _Taking) -> None:
    actions.accept(t.unit, t.action, where=t.step.where)


def _impose_action(t: _Taking) -> None:
    actions.impose(t.unit, t.action, reason=t.text)


def _drop_action(t: _Taking) -> None:
    actions.drop(t.unit, t.action, reason=t.text)


def _report_done(t: _Taking) -> None:
    actions.report_done(t.unit, t.action, note=t.text)


def _add_evidence(t: _Taking) -> None:
    t.attach(Purpose.PROBLEM, t.text)


def _verify(verdict: Verdict) -> Callable[[_Taking], None]:
    def verify(t: _Taking) -> None:
        seen = t.life.say(t.step.evidence)
        actions.verify(t.unit, t.action, verdict=verdict, note=t.text, statement=seen)

    return verify


def _resolve(t: _Taking) -> None:
    if t.step.evidence:
        t.attach(Purpose.RESOLUTION)
        evidence.attach(
            t.unit,
            t.ref,
            purpose=Purpose.RESOLUTION,
            caption="The sheet of the monitors' visits",
            captured_on=t.unit.today,
            file=evidence.clean(sheets.visit_sheet(t.ref, t.unit.today)),
            store=t.telling.evidence,
        )
    findings.resolve(t.unit, t.ref, note=t.text)


def _tell_community(t: _Taking) -> None:
    findings.tell_community(t.unit, t.ref, note=t.text)


def _sustain_ok(t: _Taking) -> None:
    findings.check_sustained(t.unit, t.ref, still_fixed=True, note=t.text)


def _reopen(t: _Taking) -> None:
    findings.reopen(t.unit, t.ref, reason=t.text)


def _close(closed_as: ClosedAs) -> Callable[[_Taking], None]:
    def close(t: _Taking) -> None:
        into = None
        if closed_as is ClosedAs.MERGED:
            into = t.telling.lives[t.step.to.format(**t.life.entry.words())].ref
        findings.close(t.unit, t.ref, closed_as=closed_as, reason=t.text, merged_into=into)

    return close


def _ask_extension(t: _Taking) -> None:
    actions.ask_extension(t.unit, t.action, due_on=t.due, reason=t.text)


def _answer_extension(*, grant: bool) -> Callable[[_Taking], None]:
    def answer(t: _Taking) -> None:
        actions.answer_extension(t.unit, t.action, grant=grant, reason=t.text)

    return answer


def _pause(t: _Taking) -> None:
    assert t.step.reason is not None
    until = None if t.step.reason is PauseReason.SAFETY else t.telling.calendar.start_of(t.due)
    obligations.pause(t.unit, t.owed.id, reason=t.step.reason, until=until, note=t.text)


def _resume(t: _Taking) -> None:
    obligations.resume(t.unit, t.owed.id)


def _escalate(t: _Taking) -> None:
    owed = t.owed
    obligations.escalate(t.unit, owed.id, from_stage=owed.stage, reason=t.text)


def _transfer(t: _Taking) -> None:
    findings.propose_transfer(t.unit, t.ref, to=t.post, reason=t.text)


def _accept_transfer(t: _Taking) -> None:
    t.life.duty_bearer = findings.accept_transfer(t.unit, t.ref).duty_bearer_id
    t.life.action = None


def _decline_transfer(t: _Taking) -> None:
    findings.decline_transfer(t.unit, t.ref, reason=t.text)


def _refuse(t: _Taking) -> None:
    findings.refuse(t.unit, t.ref, reason=t.text, outside_power=True)


def _route(t: _Taking) -> None:
    named = findings.name_duty_bearer(t.unit, t.ref, duty_bearer_id=t.post, reason=t.text)
    t.life.duty_bearer = named.duty_bearer_id


def _risk_check(t: _Taking) -> None:
    assert t.step.risk is not None
    who, how, last_word = t.step.risk
    escalation.check_risk(t.unit, t.proposal.id, who=who, how=how, last_word=last_word)


def _reply(t: _Taking) -> None:
    findings.reply(t.unit, t.ref, text=t.text)


def _approve(t: _Taking) -> None:
    escalation.approve(t.unit, t.proposal.id)


def _defer(t: _Taking) -> None:
    escalation.defer(t.unit, t.proposal.id, until=t.due, reason=t.text)


def _refuse_stage(t: _Taking) -> None:
    escalation.refuse(t.unit, t.proposal.id, reason=t.text)


def _review(t: _Taking) -> None:
    findings.review(t.unit, t.ref, note=t.text)


_COMMANDS: dict[Act, Callable[[_Taking], None]] = {
    Act.ACKNOWLEDGE: _acknowledge,
    Act.PROPOSE_ACTION: _propose_action,
    Act.ACCEPT_ACTION: _accept_action,
    Act.IMPOSE_ACTION: _impose_action,
    Act.DROP_ACTION: _drop_action,
    Act.REPORT_DONE: _report_done,
    Act.ADD_EVIDENCE: _add_evidence,
    Act.VERIFY_FIXED: _verify(Verdict.FIXED),
    Act.VERIFY_PARTLY: _verify(Verdict.PARTLY),
    Act.VERIFY_NOT_FIXED: _verify(Verdict.NOT_FIXED),
    Act.RESOLVE: _resolve,
    Act.CONFIRM_RESOLUTION: _resolve,
    Act.TELL_COMMUNITY: _tell_community,
    Act.SUSTAIN_OK: _sustain_ok,
    Act.REOPEN: _reopen,
    Act.WITHDRAW: _close(ClosedAs.WITHDRAWN),
    Act.CLOSE_UNRESOLVABLE: _close(ClosedAs.UNRESOLVABLE),
    Act.MERGE: _close(ClosedAs.MERGED),
    Act.ASK_EXTENSION: _ask_extension,
    Act.GRANT_EXTENSION: _answer_extension(grant=True),
    Act.REFUSE_EXTENSION: _answer_extension(grant=False),
    Act.PAUSE: _pause,
    Act.RESUME: _resume,
    Act.ESCALATE: _escalate,
    Act.TRANSFER: _transfer,
    Act.ACCEPT_TRANSFER: _accept_transfer,
    Act.DECLINE_TRANSFER: _decline_transfer,
    Act.REFUSE: _refuse,
    Act.ROUTE: _route,
    Act.RISK_CHECK: _risk_check,
    Act.REPLY: _reply,
    Act.APPROVE: _approve,
    Act.DEFER: _defer,
    Act.REFUSE_STAGE: _refuse_stage,
    Act.REVIEW: _review,
}
assert _COMMANDS.keys() == set(Act)
