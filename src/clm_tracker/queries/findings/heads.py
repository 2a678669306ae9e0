"""What is this finding called? For a page about a part of it."""

from dataclasses import dataclass

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.kernel.ids import parse_reference
from clm_tracker.kernel.refusals import NotFound


@dataclass(frozen=True, slots=True)
class Head:
    """The reference and title of one finding, and the language that it is written in."""

    ref: str
    title: str
    language: str


def head(look: Reading, ref: str) -> Head:
    """The head of the finding with this reference. Raises NotFound where the actor may not see it."""
    f = tables.FindingRow
    row = look.session.execute(
        visible.visible(look)
        .with_only_columns(f.ref, f.title, f.language)
        .where(f.ref == parse_reference(ref))
    ).one_or_none()
    if row is None:
        raise NotFound("finding")
    return Head(row.ref, row.title, row.language)
