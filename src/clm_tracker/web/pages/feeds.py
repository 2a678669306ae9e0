"""How does a program read somebody's calendar, by its word alone?

The word opens this one file and nothing else: it shows what its person may see on that day, to be read and not changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

from starlette.datastructures import QueryParams
from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.commands.sign_in import digest
from clm_tracker.db import actors, feeds
from clm_tracker.db.feeds import Feed
from clm_tracker.db.units import Reading
from clm_tracker.delivery.calendar_files import Calendar, as_ics
from clm_tracker.domain import feeds as law
from clm_tracker.domain.feeds import Scope
from clm_tracker.kernel.refusals import Gone, Invalid, NotFound
from clm_tracker.queries import feeds as shown
from clm_tracker.queries.findings import Filters
from clm_tracker.web.access import ANYONE, Router
from clm_tracker.web.by_link import TooOften
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages.findings.filters import Asked
from clm_tracker.web.security import CALENDARS
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
LONGEST = 200
FRESH_FOR = timedelta(minutes=15)


@router.get(f"{CALENDARS}{{word}}.ics", access=ANYONE)
def read(desk: AtDesk, word: str) -> Response:
    """The calendar as a file; 304 when a program has it already."""
    feed = _known(desk, word)
    with _as_its_person(desk, feed) as look:
        file = as_ics(_calendar(look, feed, desk.house.base_url))
    tag = f'"{sha256(file).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"private, max-age={int(FRESH_FOR.total_seconds())}",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Referrer-Policy": "no-referrer",
    }
    if tag in {one.strip().removeprefix("W/") for one in _asked(desk).split(",")}:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return Response(file, headers=headers, media_type="text/calendar; charset=utf-8")


def _asked(desk: Desk) -> str:
    return desk.request.headers.get("if-none-match", "")


def _known(desk: Desk, word: str) -> Feed:
    """Whose calendar it is. Raises NotFound, Gone for a revoked one, or TooOften."""
    store, now = desk.house.store, desk.now
    if len(word) > LONGEST:
        raise NotFound("calendar")
    with store.reading(now=now, actor=actors.NOBODY, programme_id=None) as look:
        feed = feeds.known(look.session, digest(word))
    if feed is None:
        raise NotFound("calendar")
    if feed.revoked:
        raise Gone("revoked", _("This calendar was revoked: its address opens nothing any more."))
    with store.writing(now=now, actor=actors.NOBODY, programme_id=None) as unit:
        if not feeds.read_again(unit.session, feed.id, now):
            raise TooOften
    return feed


@contextmanager
def _as_its_person(desk: Desk, feed: Feed) -> Iterator[Reading]:
    """A look with the roles and posts that the person has today, in their language. Raises Gone when they have none."""
    store, now = desk.house.store, desk.now
    with store.reading(now=now, actor=actors.NOBODY, programme_id=feed.programme_id) as look:
        actor = actors.load(look.session, feed.person_id, feed.programme_id, now=now, day=look.today)
        if actor is None or not law.may_have(actor, feed.scope, feed.about):
            raise _ended()
        tag = languages.chosen(languages.spoken(feed.languages), feed.language)
        with languages.speaking(tag):
            yield look.seen_by(actor)


def _calendar(look: Reading, feed: Feed, base_url: str) -> Calendar:
    view, filters = None, Filters()
    if feed.scope is Scope.VIEW:
        view = shown.view(look, feed.about)
        if view is None:
            raise _ended()
        filters = Asked.read(QueryParams(view.query), look.actor.id).filters
    name = view.name if view else None
    try:
        return shown.content(look, feed.scope, feed.about, base_url, view=name, filters=filters)
    except Invalid as no:  # the view names an area that is gone
        raise _ended() from no


def _ended() -> Gone:
    return Gone(
        "ended", _("This calendar holds nothing any more: its person's role has ended, or its view is gone.")
    )
