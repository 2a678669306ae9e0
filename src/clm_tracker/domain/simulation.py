"""What happens in the next days if nobody does anything? (R34)

The same turns as the sweep's, in the same order: ticks at a fixed interval, and in a tick the longest waiting first.
The brake (R31) is left out: it waits for a person, and the question is what the rules lead to.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from clm_tracker.domain import escalation, turns
from clm_tracker.domain.cases import Obligation, Told
from clm_tracker.domain.duty_bearers import Directory
from clm_tracker.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation, what of its finding it needs to climb, and when the engine looks at it next."""

    obligation: Obligation
    where: escalation.Where
    next_check_at: datetime | None


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the future, with the finding and the obligation it is about."""

    at: datetime
    ref: str
    finding_id: UUID
    obligation_id: UUID
    told: Told


def simulate(
    owed: Iterable[Owed], rules: Rules, start: datetime, *, days: int, every: timedelta
) -> Iterator[Happening]:
    """The events of one programme from `start` for `days` days, with a sweep at `start` and then each `every`.

    Holders and posts change over the time as the directory knows today (R29). Raises ValueError for an interval that
    is not positive, and what corrupt data make the law raise.
    """
    if every <= timedelta():
        raise ValueError("The interval between two sweeps has to be positive.")
    end = start + timedelta(days=days)
    known = {one.obligation.id: one for one in owed}
    waiting = [(one.next_check_at, of) for of, one in known.items() if one.next_check_at is not None]
    heapq.heapify(waiting)
    while waiting and (now := _tick(waiting[0][0], start, every)) <= end:
        one = known[heapq.heappop(waiting)[1]]
        rules = _on(rules, now)
        turn = turns.take(one.obligation, rules, one.where, now)
        after = {one.obligation.id: one.obligation}
        for told in turn.told:
            about = told.obligation_id or one.obligation.id
            yield Happening(now, one.where.ref, one.obligation.finding_id, about, told)
            after |= {c.id: turns.applied(c, one.obligation) for c in told.changes if c.row == "obligation"}
        for of, obligation in after.items():
            at = turn.next_check[of]
            known[of] = replace(one, obligation=obligation, next_check_at=at)
            if at is not None:
                heapq.heappush(waiting, (at, of))


def _tick(check: datetime, start: datetime, every: timedelta) -> datetime:
    """The first sweep at or after `check`."""
    return start + max(0, -((start - check) // every)) * every


def _on(rules: Rules, now: datetime) -> Rules:
    """The same rules with the posts that are valid on the day of `now`."""
    today = rules.calendar.local_date(now)
    if rules.directory.day == today:
        return rules
    return replace(rules, directory=Directory(rules.directory.posts, rules.directory.areas, today))
