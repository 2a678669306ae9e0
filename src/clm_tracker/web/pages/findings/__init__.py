"""The pages of findings: the list with its views, one finding, and logging one."""

from clm_tracker.web.access import Router
<<<<<<< HEAD
from clm_tracker.web.pages.findings import bulk, counting, export, links, listing, log, one, reporter, views
=======
from clm_tracker.web.pages.findings import (
    bulk,
    counting,
    export,
    links,
    listing,
    log,
    one,
    stage_letters,
    views,
)
>>>>>>> d413828 (The letters of a finding's stages are printed, and their signed copies kept as evidence)


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
<<<<<<< HEAD
        reporter.router,
=======
        stage_letters.router,
>>>>>>> d413828 (The letters of a finding's stages are printed, and their signed copies kept as evidence)
        one.router,
    )
