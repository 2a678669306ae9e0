"""Which findings are there, what is known about one, and did it happen before?"""

from clm_tracker.queries.findings.detail import FindingDetail, of_case, one
from clm_tracker.queries.findings.heads import Head, head
from clm_tracker.queries.findings.listing import Filters, FindingRow, FindingsPage, Sort, page
from clm_tracker.queries.findings.recurring import Recurrence, recurrences

__all__ = [
    "Filters",
    "FindingDetail",
    "FindingRow",
    "FindingsPage",
    "Head",
    "Recurrence",
    "Sort",
    "head",
    "of_case",
    "one",
    "page",
    "recurrences",
]
