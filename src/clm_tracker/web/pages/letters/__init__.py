"""Letters: what was written to whom, what could not be delivered, what is to be printed, and what came in by mail."""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.letters import listing, messages, one


def routers() -> tuple[Router, ...]:
    """A fixed address stands before one with a name in it."""
    return listing.router, messages.router, one.router
