"""The pages on which a coordinator sets up a programme: one module a topic, each with its own router."""

from clm_tracker.web.access import Router
from clm_tracker.web.pages.set_up import (
    calendar_days,
    imports,
    index,
    places,
    rounds,
    settings,
    sites,
    terms,
    themes,
    webhooks,
    wording,
    wordings,
)


def routers() -> tuple[Router, ...]:
    """Every page of the set-up."""
    return (
        index.router,
        imports.router,
        terms.router,
        places.router,
        sites.router,
        rounds.router,
        calendar_days.router,
        themes.router,
        settings.router,
        wordings.router,
        wording.router,
        webhooks.router,
    )
