"""The committee's pages: what is to be decided, one decision, what is overdue, and the agenda on paper."""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.decisions import late, listing, one, printed


def routers() -> tuple[Router, ...]:
    """A fixed address stands before one with a name in it."""
    return listing.router, printed.router, late.router, one.router
