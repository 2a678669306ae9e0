"""Is it kept who reported a finding, until when, and who opened it? Never who it is. (R41)"""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, literal_column, select

from clm_tracker.db.tables import LedgerRow, ReporterRow
from clm_tracker.db.units import Reading
from clm_tracker.domain import reporters as law
from clm_tracker.domain.cases import Case
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotAllowed
from clm_tracker.queries import timeline
from clm_tracker.queries.timeline import Entry

_SUBJECT: ColumnElement[str] = literal_column("'reporter'")  # as the index says it


@dataclass(frozen=True, slots=True)
class Keeping:
    """`goes_on` is the day on which it is deleted, as far as is known; None when nothing is kept. The newest line first.

    `sealed` tells nothing but that it is another one, once somebody wrote it anew.
    """

    goes_on: date | None
    lines: tuple[Entry, ...]
    sealed: str = field(default="", repr=False)


def is_kept(look: Reading, case: Case) -> bool:
    """Whether anything is kept, for somebody who may open it."""
    return look.why_not(Act.SEE_REPORTER, case) is None and _goes_on(look, case) is not None


def kept(look: Reading, case: Case) -> Keeping:
    """What is known about what is kept. Raises NotAllowed with the reason."""
    if why := look.why_not(Act.SEE_REPORTER, case):
        raise NotAllowed(why)
    of = case.finding.id
    rows = look.session.execute(
        select(*timeline.SHOWN)
        .where(LedgerRow.programme_id == look.programme_id)
        .where(LedgerRow.subject == _SUBJECT, LedgerRow.subject_id == of)
        .order_by(LedgerRow.seq.desc())
        .limit(100)
    ).all()
    sealed = look.session.scalar(select(ReporterRow.sealed).where(ReporterRow.finding_id == of))
    return Keeping(_goes_on(look, case), tuple(timeline.entry(look, row) for row in rows), sealed or "")


def _goes_on(look: Reading, case: Case) -> date | None:
    of = case.finding.id
    latest = look.session.scalar(select(ReporterRow.latest_on).where(ReporterRow.finding_id == of))
    goes = None if latest is None else law.goes_on(latest, case.finding, look.rules)
    return goes if goes is not None and goes > look.today else None
