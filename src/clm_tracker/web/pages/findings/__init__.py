"""The pages of findings: the list with its views, one finding, and logging one."""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.findings import (
    bulk,
    counting,
    export,
    links,
    listing,
    log,
    one,
    reporter,
    stage_letters,
    views,
)


def routers() -> tuple[Router, ...]:
    """Every page of findings; a fixed address stands before one with a name in it."""
    return (
        listing.router,
        export.router,
        bulk.router,
        counting.router,
        views.router,
        log.router,
        links.router,
        reporter.router,
        stage_letters.router,
        one.router,
    )
