"""What moved since my last visit? (A visit ends an hour after the last look at one's desk.)"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.db.units import Reading
from clm_tracker.domain.words import Role
from clm_tracker.queries.desk import moved
from clm_tracker.queries.desk.moved import Movement
from clm_tracker.web import components as c
from clm_tracker.web.desk import Desk
from clm_tracker.web.pages.findings import parts
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

FOR = frozenset({Role.ADVOCATE, Role.COORDINATOR})
COOKIE = "clm-visit"
_PAUSE = timedelta(hours=1)
_A_YEAR = 31_536_000
_SOME, _ALL = 6, 100


@dataclass(frozen=True, slots=True)
class Visit:
    """Which line of the record was the newest when this person last came, and what this browser keeps of that.

    The browser keeps it, for it is nobody else's business when somebody looks at the desk.
    """

    who: str
    before: int | None
    before_at: int
    latest: int
    now: int

    @classmethod
    def of(cls, desk: Desk, latest: int) -> "Visit":
        """The visit of this request, from what the browser kept; nothing is known of a first one."""
        who, now = str(desk.actor.id)[-12:], int(desk.now.timestamp())
        kept = desk.request.cookies.get(COOKIE, "").split(".")
        numbers = [int(n) for n in kept[1:] if n.isascii() and n.isdecimal() and len(n) < 17]
        if kept[0] != who or len(numbers) != 4:
            return cls(who, None, 0, latest, now)
        before, before_at, seen, seen_at = numbers
        if now - seen_at > _PAUSE.total_seconds():
            before, before_at = seen, seen_at
        return cls(who, before if before_at else None, before_at, latest, now)

    def keep(self, answer: Response, *, secure: bool) -> None:
        """Let the browser keep it until the next visit."""
        numbers = (self.before or 0, self.before_at, self.latest, self.now)
        answer.set_cookie(
            COOKIE,
            ".".join((self.who, *map(str, numbers))),
            max_age=_A_YEAR,
            path="/",
            secure=secure,
            httponly=True,
            samesite="lax",
        )

    @property
    def since(self) -> datetime:
        """When the last visit ended."""
        return datetime.fromtimestamp(min(self.before_at, self.now), UTC)


@dataclass(frozen=True, slots=True)
class News:
    """What others did since the last visit, newest first."""

    title: str
    record: c.Timeline
    more: c.Link | None


@dataclass(frozen=True)
class MovedPage(Page):
    """All that moved since the last visit."""

    template: ClassVar[str] = "pages/my_moved.html"

    heading: str
    says: str
    record: c.Timeline


def since(look: Reading, visit: Visit, voice: Voice) -> News | None:
    """The newest of it; None on a first visit, and when nothing moved."""
    if visit.before is None:
        return None
    found = moved.since(look, visit.before, limit=_SOME)
    if not found.items:
        return None
    more = c.Link(_("All that moved"), "/desk/moved") if found.more else None
    return News(_title(visit, voice), _record(found, voice), more)


def page(look: Reading, visit: Visit, voice: Voice) -> MovedPage:
    """All of it."""
    found = moved.since(look, visit.before, limit=_ALL) if visit.before is not None else Movement((), False)
    if not found.items:
        says = _("Nothing moved since your last visit, or it is your first.")
    elif found.more:
        says = _("The newest {n}, newest first.").format(n=_ALL)
    else:
        says = _("Newest first.")
    return MovedPage(
        _title(visit, voice),
        says,
        _record(found, voice),
        purpose=c.plain(_("What others did about your findings since you were last here.")),
    )


def _title(visit: Visit, voice: Voice) -> str:
    if visit.before is None:
        return _("Since your last visit")
    return _("Since your last visit, {at}").format(at=voice.moment(visit.since).text)


def _record(found: Movement, voice: Voice) -> c.Timeline:
    return c.Timeline(
        tuple(
            c.Entry(
                line.at,
                line.text,
                line.engine,
                line.heat,
                links=(c.Link(f"{m.ref}, {m.title}", f"/findings/{m.ref}", lang=voice.script(m.title)),),
            )
            for m in found.items
            for line in (parts.entry(m.entry, voice, 0),)
        )
    )
