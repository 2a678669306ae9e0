"""Which findings are there, what is known about one, and did it happen before?"""

from clm_tracker.queries.findings.detail import FindingDetail, of_case, one
from clm_tracker.queries.findings.files import MOST_EXPORTED, Exported, exported
from clm_tracker.queries.findings.heads import Head, head
from clm_tracker.queries.findings.listing import Filters, FindingsPage, counts, page, refs
from clm_tracker.queries.findings.logged import Similar, recent_sites, similar
from clm_tracker.queries.findings.orders import Sort
from clm_tracker.queries.findings.recurring import Recurrence, recurrences
from clm_tracker.queries.findings.rows import FindingRow

__all__ = [
    "MOST_EXPORTED",
    "Exported",
    "Filters",
    "FindingDetail",
    "FindingRow",
    "FindingsPage",
    "Head",
    "Recurrence",
    "Similar",
    "Sort",
    "counts",
    "exported",
    "head",
    "of_case",
    "one",
    "page",
    "recent_sites",
    "recurrences",
    "refs",
    "similar",
]
