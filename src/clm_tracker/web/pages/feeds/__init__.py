"""Calendars that other programs read: given and taken away by their person, read without a session. (R41, R43)"""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.feeds import giving, reading


def routers() -> tuple[Router, ...]:
    """The page of one's own calendars, and the door at which programs read one."""
    return giving.router, reading.router
