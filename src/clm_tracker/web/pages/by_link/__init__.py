"""Pages behind the link in a letter, for whoever has no account: what is asked, the answers, and what came of them. (R40)"""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.by_link import answering, ending, one


def routers() -> tuple[Router, ...]:
    """The doors by link; a fixed address stands before one with a name in it."""
    return one.router, ending.router, answering.router
