"""Who owes what by when about a finding, and what happens next if nothing is done? (R1, R2)"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.ladders import Stage
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import LIVE, PRESSING, Kind, ObligationState, Party
from clm_tracker.kernel.speech import _
from clm_tracker.queries import wording

# A clock that stands still is not late; one that waits for the committee's decision is.
TICKING = frozenset({ObligationState.RUNNING, ObligationState.AWAITING_DECISION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """What presses first. `who` and `what` are parts of a sentence; `then` is a sentence, and `then_at` its moment."""

    what: str
    who: str
    due_at: datetime
    then: str
    due_on: date
    then_at: datetime | None
    kind: Kind
    obligation_id: UUID
    action_id: UUID | None
    overdue: bool
    stage: int
    stage_name: str | None
    climbs: bool
    sentence: str


def overdue(o: Obligation, now: datetime) -> bool:
    """Is it late at this moment?"""
    return o.state in TICKING and o.due_at <= now


def stage(obligations: Iterable[Obligation]) -> int:
    """The highest stage among what is owed now; 0 for none."""
    return max((o.stage for o in obligations if o.state in LIVE), default=0)


def first(obligations: Iterable[Obligation]) -> Obligation | None:
    """The obligation that presses first (R2)."""
    return min((o for o in obligations if o.state in PRESSING), key=_soonest, default=None)


def leading(obligations: Iterable[Obligation]) -> Obligation | None:
    """The obligation whose ladder the page shows: the duty bearer's at the highest stage, else what presses first."""
    live = sorted((o for o in obligations if o.state in LIVE), key=_soonest)
    of_post = [o for o in live if o.owed_by is Party.DUTY_BEARER]
    if of_post:
        return max(of_post, key=lambda o: o.stage)
    return first(live) or next(iter(live), None)


def stage_name(o: Obligation, rules: Rules) -> str | None:
    """The name of the stage that an obligation stands at; None below the first."""
    ladder = rules.ladders.get(o.ladder_id)
    here = ladder.stage(o.stage) if ladder else None
    return here.said if here else None


def next_of(obligations: Iterable[Obligation], rules: Rules, now: datetime) -> Next | None:
    """What presses first among the live obligations of one finding; None when nobody owes anything."""
    o = first(obligations)
    return None if o is None else of(o, rules, now)


def of(o: Obligation, rules: Rules, now: datetime) -> Next:
    """What one live obligation asks, and what follows."""
    who, what = wording.who(o, rules), wording.owed(o.kind)
    then, then_at = follows(o, rules, now)
    by = wording.day(o.due_on, rules.calendar.local_date(now))
    return Next(
        what=what,
        who=who,
        due_at=o.due_at,
        then=then,
        due_on=o.due_on,
        then_at=then_at,
        kind=o.kind,
        obligation_id=o.id,
        action_id=o.action_id,
        overdue=overdue(o, now),
        stage=o.stage,
        climbs=then_at is not None and o.state is ObligationState.RUNNING,
        stage_name=stage_name(o, rules),
        sentence=_sentence(o).format(who=wording.upper(who), what=what, by=by),
    )


def follows(
    o: Obligation, rules: Rules, now: datetime, *, drawn: bool = False
) -> tuple[str, datetime | None]:
    """What happens next to a live obligation if nothing is done, as a sentence, and when.

    Where its own ladder is `drawn` beside the sentence, that does not say which one it is.
    """
    above = _above(o, rules)
    name = "" if above is None else above.said if drawn else coming_name(o, above, rules)
    match o.state:
        case ObligationState.PAUSED if o.pause_until is None:
            return _("The clock stands still until the community side lets it run again."), None
        case ObligationState.PAUSED:
            assert o.pause_until is not None
            return _("The clock runs again on {day}.").format(
                day=wording.day_of(o.pause_until, rules, now)
            ), o.pause_until
        case ObligationState.SUSPENDED:
            return _("The clock stands still while the community checks."), None
        case ObligationState.AWAITING_DECISION:
            if above is None:
                return _("The steering committee decides about the next stage."), None
            return _("The steering committee decides about stage {n}, {name}.").format(
                n=above.number, name=name
            ), None
    if above is None or o.next_step_at is None:
        if o.owed_by is Party.DUTY_BEARER:
            return _("The last stage is reached; the steering committee reviews the finding regularly."), None
        return _("The last reminder has gone out."), None
    if o.next_step_at <= now:
        begins = _("Stage {n}, {name}, begins now.")
        proposed = _("Stage {n}, {name}, is proposed to the steering committee now.")
    else:
        begins = _("Stage {n}, {name}, begins on {day}.")
        proposed = _("Stage {n}, {name}, is proposed to the steering committee on {day}.")
    said = wording.coming(above, begins=begins, proposed=proposed)
    day = wording.day_of(o.next_step_at, rules, now)
    return said.format(n=above.number, name=name, day=day), o.next_step_at


def coming_name(o: Obligation, above: Stage, rules: Rules) -> str:
    """The name of a stage that comes next; with its ladder where that is not the duty bearer's, whose stages a finding counts."""
    if o.owed_by is Party.DUTY_BEARER:
        return above.said
    ladder = wording.lower(rules.ladders[o.ladder_id].said)
    return _("{stage} (ladder: {ladder})").format(stage=above.said, ladder=ladder)


def _above(o: Obligation, rules: Rules) -> Stage | None:
    ladder = rules.ladders.get(o.ladder_id)
    return ladder.stage(o.stage + 1) if ladder else None


def _sentence(o: Obligation) -> str:
    many = o.duty_bearer_id is None and o.owed_by is Party.ADVOCATES
    return _("{who} owe {what} by {by}.") if many else _("{who} owes {what} by {by}.")


def _soonest(o: Obligation) -> tuple[datetime, UUID]:
    return o.due_at, o.id
