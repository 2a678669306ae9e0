"""Pages: one module per topic; each page is a type (`Page`) with a template of the same topic."""

from clm_tracker.web.access import Router
from clm_tracker.web.desk import Desk, Ways


def routers() -> tuple[Router, ...]:
    """Every page's doors."""
    return ()


def ways(desk: Desk) -> Ways:
    """The links around a page, for who is looking."""
    del desk
    return Ways()
