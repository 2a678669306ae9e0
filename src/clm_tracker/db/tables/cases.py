"""Which table keeps which row of a case? The names are those of `domain.cases.ROWS`."""

from sqlalchemy import Table

from clm_tracker.db.base import table_of
from clm_tracker.db.tables.actions import ActionRow
from clm_tracker.db.tables.escalation import ProposalRow
from clm_tracker.db.tables.evidence import EvidenceRow
from clm_tracker.db.tables.findings import FindingRow
from clm_tracker.db.tables.obligations import ObligationRow
from clm_tracker.domain.cases import ROWS

# In this order, because later ones point to earlier ones.
TABLES: dict[str, Table] = {
    name: table_of(row)
    for name, row in {
        "finding": FindingRow,
        "action": ActionRow,
        "obligation": ObligationRow,
        "proposal": ProposalRow,
        "evidence": EvidenceRow,
    }.items()
}
assert TABLES.keys() == ROWS.keys()
