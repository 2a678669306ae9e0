"""Pages: one module per topic; each page is a type (`Page`) with a template of the same topic."""

from collections.abc import Callable
from functools import cache, lru_cache

from clm_tracker.domain.policy import Act
from clm_tracker.kernel import speech
from clm_tracker.web.access import Router
from clm_tracker.web.components import Link, plain
from clm_tracker.web.desk import Desk, Ways
from clm_tracker.web.pages import (
    account,
    actions,
    acts,
    ahead,
    by_link,
    decisions,
    duty_bearers,
    engine,
    evidence,
    explain,
    feeds,
    findings,
    first_visit,
    guide,
    keyboard,
    ladders,
    language,
    ledger,
    letters,
    my_desk,
    obligations,
    people,
    set_up,
    sign_in,
)
from clm_tracker.web.words import _


def routers() -> tuple[Router, ...]:
    """Every page's doors, first those that people come to most; a fixed address stands before one with a name in it."""
    return (
        my_desk.router,
        *findings.routers(),
        *by_link.routers(),
        sign_in.router,
        first_visit.router,
        language.router,
        keyboard.router,
        explain.router,
        actions.router,
        obligations.router,
        evidence.router,
        engine.router,
        ledger.router,
        *letters.routers(),
        guide.router,
        acts.router,
        *duty_bearers.routers(),
        *decisions.routers(),
        *ladders.routers(),
        *people.routers(),
        *account.routers(),
        feeds.router,
        ahead.router,
        *set_up.routers(),
    )


# Where a page belongs whose address begins otherwise than its way in the row at the top.
_SECTIONS = {
    "/findings": ("/actions", "/obligations", "/proposals", "/evidence"),
    "/set-up": (
        "/engine",
        "/imports",
        "/duty-bearers",
        "/people",
        "/terms",
        "/places",
        "/sites",
        "/rounds",
        "/forums",
        "/calendar-days",
        "/ladders",
        "/themes",
        "/settings",
        "/webhooks",
        "/wordings",
    ),
    "/help": ("/ladders", "/terms", "/wordings"),  # for who may read them, and sets nothing up
}


def ways(desk: Desk) -> Ways:
    """The links around a page, for who is looking, and the zone that its times are in."""
    if not desk.is_signed_in:
        return Ways()
    may = frozenset(filter(desk.may, _acts()))
    here = desk.request.url.path
    row, foot = (_addresses(links, may) for links in (_row, _foot))
    # A page that the row does not lead to is marked among all pages.
    current = _nearest(here, row) or _nearest(here, foot)
    return _ways(speech.language(), may, current, desk.guest.timezone, demo=desk.house.demo is not None)


@lru_cache(maxsize=512)
def _ways(_language: str, may: frozenset[Act], current: str, timezone: str, *, demo: bool) -> Ways:
    """Put together once for all who may do the same and stand at the same place."""
    known = [link for act, link in _row() if act is None or act in may]
    nav = tuple(Link(link.text, link.href, link.href == current, link.short) for link in known)
    further = [
        Link(link.text, link.href, link.href == current) for act, link in _foot() if act is None or act in may
    ]
    if demo:
        further += [Link(_("A walk in five minutes"), "/tour"), Link(_("Be somebody else"), "/sign-in")]
    city = timezone.rpartition("/")[2].replace("_", " ")
    seal = plain(_("Times are {city} time.").format(city=city))
    return Ways(nav, (*(Link(link.text, link.href) for link in nav), *further), seal)


@cache
def _acts() -> frozenset[Act]:
    """The acts that any of the links needs."""
    return frozenset(act for act, _link in (*_row(), *_foot()) if act is not None)


@cache
def _addresses(
    links: Callable[[], tuple[tuple[Act | None, Link], ...]], may: frozenset[Act]
) -> tuple[str, ...]:
    return tuple(link.href for act, link in links() if act is None or act in may)


def _nearest(here: str, addresses: tuple[str, ...]) -> str:
    return max((to for to in addresses if _belongs(here, to)), key=len, default="")


def _row() -> tuple[tuple[Act | None, Link], ...]:
    """The row at the top, in the order of a day's work; each with the act that it needs."""
    return (
        (None, Link(_("My desk"), "/")),
        (Act.SEE_FINDINGS, Link(_("Findings"), "/findings")),
        (Act.LOG_FINDING, Link(_("Log a finding"), "/findings/new", short=_("Log"))),
        (Act.CHECK_RISK, Link(_("Decisions"), "/decisions")),
        (Act.SET_UP, Link(_("Set-up"), "/set-up")),
    )


def _foot() -> tuple[tuple[Act | None, Link], ...]:
    """What else there is, at the foot of every page."""
    return (
        (None, Link(_("Keyboard"), "/help/keyboard")),
        (Act.SEE_FINDINGS, Link(_("What happens next"), "/next")),
        (None, Link(_("Words and roles"), "/help")),
        (Act.SEE_LEDGER, Link(_("Ledger"), "/ledger")),
        (Act.SEE_SET_UP, Link(_("Duty bearers"), "/duty-bearers")),
        (Act.SEE_LEDGER, Link(_("People"), "/people")),
        (Act.RELEASE_BRAKE, Link(_("Engine"), "/engine")),
        (Act.LOOK_AFTER_LETTERS, Link(_("Letters"), "/letters")),
        (Act.LOOK_AFTER_LETTERS, Link(_("Answers by mail"), "/messages")),
        (Act.OWN_ACCOUNT, Link(_("Letters to you"), "/inbox")),
        (Act.OWN_ACCOUNT, Link(_("Your account"), "/account")),
    )


def _belongs(path: str, to: str) -> bool:
    """Whether a page belongs to this way."""
    if to == "/":
        return path == "/" or path.startswith("/desk/")
    return any(path == start or path.startswith(f"{start}/") for start in (to, *_SECTIONS.get(to, ())))
