"""The ladders of a programme: their staircases, the editor, and how running obligations come to follow a new version."""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.ladders import edit, listing, move


def routers() -> tuple[Router, ...]:
    """All of them."""
    return listing.router, edit.router, move.router
