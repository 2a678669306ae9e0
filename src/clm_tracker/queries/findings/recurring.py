"""Was the same problem resolved at the same place not long ago? (R8)"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain.rules import Round
from clm_tracker.domain.words import FindingStatus
from clm_tracker.kernel.speech import _
from clm_tracker.queries import wording

ROUNDS = 2
MOST = 5
WITHOUT_ROUNDS = timedelta(days=183)  # two quarters, where a programme has planned no rounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A resolved finding that could be reopened instead of logging a new one."""

    id: UUID
    ref: str
    title: str
    resolved_at: datetime
    reached_stage: int
    sentence: str


def recurrences(look: Reading, site_id: UUID, theme_id: UUID) -> tuple[Recurrence, ...]:
    """Findings at this site and theme that were resolved within the last two rounds, newest first."""
    f = tables.FindingRow
    rules = look.rules
    since = rules.calendar.start_of(_since(rules.rounds, rules.calendar.local_date(look.now)))
    rows = look.session.execute(
        visible.visible(look)
        .with_only_columns(f.id, f.ref, f.title, f.resolved_at, f.reached_stage)
        .where(f.site_id == site_id, f.theme_id == theme_id)
        .where(f.status == FindingStatus.RESOLVED, f.resolved_at >= since)
        .order_by(f.resolved_at.desc(), f.id)
        .limit(MOST)
    )
    return tuple(
        Recurrence(
            id=r.id,
            ref=r.ref,
            title=r.title,
            resolved_at=r.resolved_at,
            reached_stage=r.reached_stage,
            sentence=_(
                "The same theme at this site was resolved on {day} ({ref}). Reopen it if it is the same problem: it resumes at the stage it had reached."
            ).format(day=wording.day_of(r.resolved_at, rules, look.now), ref=r.ref),
        )
        for r in rows
    )


def _since(rounds: tuple[Round, ...], today: date) -> date:
    """The first day of the round before the present one, or of the two latest ones between rounds."""
    begun = [r.first_on for r in rounds if r.first_on <= today]
    return sorted(begun)[-ROUNDS:][0] if begun else today - WITHOUT_ROUNDS
