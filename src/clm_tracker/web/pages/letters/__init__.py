"""Letters: what was written to whom, what could not be delivered, and what is to be printed."""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.letters import listing, one


def routers() -> tuple[Router, ...]:
    """A fixed address stands before one with a name in it."""
    return listing.router, one.router
