"""What is in the file of a list: every finding that its filters show, in its order, as one row each?

In safety mode what is said about people who are affected is left out (R43).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clm_tracker.db import tables
from clm_tracker.db.units import Reading
from clm_tracker.domain.words import ClosedAs, Dimension
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import NotNow
from clm_tracker.kernel.speech import _
from clm_tracker.queries.findings import listing, rows
from clm_tracker.queries.findings.listing import Filters
from clm_tracker.queries.findings.rows import FindingRow

MOST_EXPORTED = 50_000
_BATCH = 500
_F = tables.FindingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """One finding as it leaves: the row of the list, and what its page says besides."""

    row: FindingRow
    description: str
    affected: str | None
    dimension: Dimension | None
    round: str | None
    observed_on: date | None
    transfers: int
    reopened: int
    resolved_at: datetime | None
    closed_at: datetime | None
    closed_as: ClosedAs | None


def exported(look: Reading, filters: Filters, refs: tuple[str, ...] = ()) -> Iterator[Exported]:
    """The findings of a list, or only those of these references in it, read a batch at a time.

    Raises NotNow when there are more than `MOST_EXPORTED`: a file that silently ends early would be a wrong one.
    """
    query = listing.ordered(look, filters)
    if refs:
        query = query.where(_F.ref.in_(refs))
    beyond = query.order_by(None).with_only_columns(_F.id).offset(MOST_EXPORTED).limit(1)
    if look.session.scalar(beyond, listing.given(look)) is not None:
        raise NotNow(
            "too_many",
            _(
                "This list has more than {n} findings. Narrow it, or write the file with the command line."
            ).format(n=cldr.number(MOST_EXPORTED)),
        )
    return _rows(look, query)


def _rows(look: Reading, query: Any) -> Iterator[Exported]:  # noqa: ANN401 - a select of any columns
    more = (_F.description, _F.affected, _F.dimension, _F.round_id, _F.observed_on, _F.transfers, _F.reopened)
    ends = (_F.resolved_at, _F.closed_at, _F.closed_as)
    asked = query.with_only_columns(*rows.SHOWN, *more, *ends).outerjoin(
        tables.SiteRow, tables.SiteRow.id == _F.site_id
    )
    rounds = {one.id: one.said for one in look.rules.rounds}
    about_people = not look.programme.safety_mode
    asked = asked.execution_options(yield_per=_BATCH)
    for part in look.session.execute(asked, listing.given(look)).partitions():
        owed = rows.live_of(look, [r.id for r in part])
        for row, r in zip(rows.items(look, part, owed), part, strict=True):
            yield Exported(
                row=row,
                description=r.description,
                affected=r.affected if about_people else None,
                dimension=r.dimension,
                round=rounds.get(r.round_id),
                observed_on=r.observed_on,
                transfers=r.transfers,
                reopened=r.reopened,
                resolved_at=r.resolved_at,
                closed_at=r.closed_at,
                closed_as=r.closed_as,
            )
