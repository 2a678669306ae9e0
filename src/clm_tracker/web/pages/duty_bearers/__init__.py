"""Pages of the posts that are obliged to act: the list, one post with its record, and the acts of a coordinator."""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.duty_bearers import changing, listing, one


def routers() -> tuple[Router, ...]:
    """Every page of duty bearers; a fixed address stands before one with a name in it."""
    return (listing.router, changing.router, one.router)
