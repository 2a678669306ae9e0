"""Pages: one module per topic; each page is a type (`Page`) with a template of the same topic."""

from clm_tracker.domain.policy import GRANTS, Act
from clm_tracker.web.access import Router
from clm_tracker.web.components import Link, plain
from clm_tracker.web.desk import Desk, Ways
from clm_tracker.web.pages import acts, engine, evidence, explain, my_desk, sign_in
from clm_tracker.web.pages.findings import listing, log, one
from clm_tracker.web.words import _


def routers() -> tuple[Router, ...]:
    """Every page's doors; a fixed address stands before one with a name in it."""
    return (
        sign_in.router,
        my_desk.router,
        listing.router,
        log.router,
        one.router,
        explain.router,
        evidence.router,
        engine.router,
        acts.router,
    )


def ways(desk: Desk) -> Ways:
    """The links around a page, for who is looking, and the zone that its times are in."""
    if not desk.is_signed_in:
        return Ways()
    granted = {act for role in desk.actor.roles() for act in GRANTS[role]}
    known = (
        (None, Link(_("My desk"), "/")),
        (Act.SEE_FINDINGS, Link(_("Findings"), "/findings")),
        (Act.LOG_FINDING, Link(_("Log a finding"), "/findings/new", short=_("Log"))),
        (Act.RELEASE_BRAKE, Link(_("Engine"), "/engine")),
    )
    here = desk.request.url.path
    nav = tuple(
        Link(link.text, link.href, link.href == _section(here), link.short)
        for act, link in known
        if act is None or act in granted
    )
    others = [Link(_("Be somebody else"), "/sign-in")] if desk.house.demo is not None else []
    city = desk.guest.timezone.rpartition("/")[2].replace("_", " ")
    seal = plain(_("Times are {city} time.").format(city=city))
    return Ways(nav, (*(Link(link.text, link.href) for link in nav), *others), seal)


def _section(path: str) -> str:
    """The way in the short row that a page belongs to."""
    if path in {"/", "/findings/new", "/engine"}:
        return path
    parts = ("/findings", "/actions", "/obligations", "/proposals", "/evidence")
    return "/findings" if path.startswith(parts) else path
