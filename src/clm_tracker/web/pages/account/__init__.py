"""One's own account: who one is, how one is written to, and which calendars other programs read."""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.account import calendars, letters, mine


def routers() -> tuple[Router, ...]:
    """The account, and its pages of letters and of calendars."""
    return mine.router, letters.router, calendars.router
