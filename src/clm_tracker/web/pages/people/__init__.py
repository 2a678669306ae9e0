"""Pages of the people of a programme: the list, one person, inviting somebody, and the page behind an invitation."""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.people import inviting, listing, one, taking_up


def routers() -> tuple[Router, ...]:
    """Every page of people; a fixed address stands before one with a name in it."""
    return (listing.router, inviting.router, one.router, taking_up.router)
