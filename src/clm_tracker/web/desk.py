"""What does a handler have before it: who asks, at what moment, a look at the database or a unit of work, and an answer?"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from clm_tracker import languages
from clm_tracker.db import actors
from clm_tracker.db.units import Beginning, Reading, Store, Writing
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.domain import policy
from clm_tracker.domain.policy import Act, Actor
from clm_tracker.kernel.clock import Clock
from clm_tracker.web import by_link, once, security, sessions, words
from clm_tracker.web.by_link import ByLink
from clm_tracker.web.components import (
    Button,
    DemoClock,
    Link,
    Look,
    Message,
    Part,
    Tone,
    Tongue,
    Tongues,
    Words,
)
from clm_tracker.web.demonstration import Demo
from clm_tracker.web.render import Renderer, Shared, Templated, Viewer
from clm_tracker.web.words import _

VARY = "HX-Request, Accept-Language, Cookie"
TONGUE = "clm-language"  # the cookie with the language that a browser was told to read in
KEYS = "clm-keys"  # the cookie with which a browser turns the keys of the pages off
FLASH = "clm-said"  # the cookie that carries a sentence over one redirect
# The same to everybody: whether the program lives is no question to a database.
MACHINES = ("/health/", "/metrics", "/static/")


@dataclass(frozen=True, slots=True)
class Ways:
    """The links around a page: the short row at the top and the whole list at its foot."""

    nav: tuple[Link, ...] = ()
    menu: tuple[Link, ...] = ()
    seal: Words = ()


@dataclass(frozen=True, slots=True)
class House:
    """What every request is served with; put together by `app`."""

    store: Store
    clock: Clock
    renderer: Renderer
    evidence: EvidenceStore
    key: bytes
    base_url: str
    ways: Callable[["Desk"], Ways]
    demo: Demo | None = None
    development: bool = False  # on one's own machine: it may be called by the program too

    @property
    def secure(self) -> bool:
        """Whether people come over https."""
        return self.base_url.startswith("https://")


class Desk:
    """The single argument of a handler besides what was sent. One moment, one person, for the whole request."""

    def __init__(
        self,
        request: Request,
        house: House,
        guest: sessions.Guest,
        now: datetime,
        cookie: str,
        link: ByLink | None = None,
        begun: Beginning | None = None,
    ) -> None:
        self.request = request
        self.house = house
        self.guest = guest
        self.now = now
        self.cookie = cookie
        self.link = link
        self._begun = begun
        self.ticket: once.Ticket | None = None
        self.is_claimed = False

    @classmethod
    def sit_down(cls, request: Request, begun: Beginning | None = None) -> "Desk":
        """Find out who asks: by bearer token under /api/, by cookie elsewhere. What they read may go on with what has `begun`."""
        house: House = request.app.state.house
        now = house.clock.now()
        path: str = request.scope["path"]
        if path.startswith("/api/"):
            cookie = ""
            guest = (
                sessions.by_token(house.store, sessions.bearer_word(request), now, begun) or sessions.nobody()
            )
        elif path.startswith(MACHINES):
            cookie, guest = "", sessions.nobody()
        else:
            cookie = sessions.cookie_word(request, secure=house.secure)
            guest = sessions.by_cookie(house.store, cookie, now, begun) or sessions.nobody(
                begun or house.store
            )
        guest = _listening(request, guest)
        desk = cls(request, house, guest, now, cookie, begun=begun)
        request.state.desk = desk
        return desk

    @classmethod
    def sit_down_by_link(cls, request: Request, *, counted: bool = True) -> "Desk":
        """Find out who asks by the word in the address alone: who is signed in in this browser does not matter (R40)."""
        house: House = request.app.state.house
        now = house.clock.now()
        link = by_link.look_up(
            house.store,
            house.key,
            request.path_params.get("word", ""),
            now,
            what=("act" if request.method in security.UNSAFE else "open") if counted else None,
            tongue=request.query_params.get(by_link.TONGUE, ""),
        )
        guest = link.guest(request.headers.get("accept-language", ""))
        # Its forms are tied to the word as others are to the cookie.
        desk = cls(
            request, house, guest or _listening(request, sessions.nobody(house.store)), now, link.word, link
        )
        request.state.desk = desk
        return desk

    @property
    def actor(self) -> Actor:
        """Who asks; `db.actors.NOBODY` when nobody is signed in."""
        return self.guest.actor

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody with an account is asking."""
        return self.is_known and self.link is None

    @property
    def is_known(self) -> bool:
        """Whether it is known who asks, by an account or by a link."""
        return self.guest.actor is not actors.NOBODY

    def may(self, act: Act) -> bool:
        """Whether a role of this person includes the act at all; about one thing the command decides."""
        return policy.why_not(self.actor, act, None, {}) is None

    @property
    def request_id(self) -> str:
        """What this request is called in logs, in the ledger and on the page that admits a mistake."""
        return str(getattr(self.request.state, "request_id", ""))

    @property
    def keys(self) -> bool:
        """Whether keys do something on the pages in this browser."""
        return self.is_signed_in and self.request.cookies.get(KEYS) != "off"

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks for a part of a page."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A look at the database as this person; the first one goes on with what has begun."""
        begun, self._begun = self._begun if self._begun and self._begun.goes_on else None, None
        with self.house.store.reading(
            now=self.now,
            actor=self.actor,
            programme_id=self.actor.programme_id,
            request=self.request_id,
            begun=begun,
        ) as look:
            yield look

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A unit of work as this person, committed when the block ends well: before the answer goes out.

        The first one of a request claims its one-time key, so that sending it twice changes nothing twice.
        """
        with self._unit() as unit:
            if self.ticket is not None and not self.is_claimed:
                once.claim(unit, self.ticket)
            yield unit
        self.is_claimed = self.ticket is not None

    def show(
        self, page: Templated, *, block: str | None = None, status: int = 200, said: tuple[Message, ...] = ()
    ) -> Response:
        """The page, or only `block` of it when htmx asks. Shows once what the request before had to say."""
        block = block if self.wants_fragment else None
        waiting = self._said_before()
        html = self.house.renderer.show(page, shared=self._shared((*waiting, *said)), block=block)
        answer = HTMLResponse(html, status, {"Vary": VARY})
        if waiting:
            answer.delete_cookie(FLASH, path="/", secure=self.house.secure, httponly=True, samesite="lax")
        return answer

    def back_to(self, url: str, *, said: str | None = None) -> Response:
        """After a change: on to `url`, a path of ours, where the sentence `said` is shown once."""
        answer: Response
        if self.wants_fragment:
            where = {"path": url, "target": "#main", "select": "#main", "swap": "outerHTML"}
            answer = Response(status_code=204, headers={"HX-Location": json.dumps(where), "Vary": VARY})
        else:
            answer = RedirectResponse(url, 303, {"Vary": VARY})
        if said:
            kept = urlsafe_b64encode(said.encode()).decode()
            answer.set_cookie(
                FLASH, kept, max_age=60, path="/", secure=self.house.secure, httponly=True, samesite="lax"
            )
        return answer

    def once(self) -> str:
        """A new one-time key for a form on this page, tied to this browser."""
        nonce = secrets.token_urlsafe(16)
        return f"{nonce}.{sessions.signature(self.house.key, self.cookie, nonce)}"

    def earlier_answer(self) -> Response | None:
        """What was answered before to this same request, if anything."""
        assert self.ticket is not None
        with self.reading() as look:
            return once.earlier(look, self.ticket)

    def keep_answer(self, answer: Response) -> None:
        """Write the answer down beside the key."""
        assert self.ticket is not None
        with self._unit() as unit:
            once.keep(unit, self.ticket, answer)

    @contextmanager
    def _unit(self) -> Iterator[Writing]:
        if self._begun is not None:
            self._begun.let_go()
        with self.house.store.writing(
            now=self.now, actor=self.actor, programme_id=self.actor.programme_id, request=self.request_id
        ) as unit:
            yield unit

    def _shared(self, messages: tuple[Message, ...]) -> Shared:
        ways = self.house.ways(self)
        viewer = Viewer(self.actor.name, self.guest.role) if self.is_signed_in else None
        return Shared(
            programme=self.guest.programme,
            path=self.request.url.path,
            now=self.now,
            lang=self.guest.language,
            dir=languages.direction(self.guest.language),
            tongues=self._tongues(),
            viewer=viewer,
            nav=ways.nav,
            menu=ways.menu,
            messages=messages,
            focus=bool(messages) and self.wants_fragment,
            seal=ways.seal,
            demo=self._demo_clock(),
            keys=self.keys,
            sign_out=Button(_("Sign out"), look=Look.PLAIN, action="/sign-out") if viewer else None,
        )

    def _tongues(self) -> Tongues | None:
        """The other languages that this page can be read in."""
        others = [tag for tag in self.guest.languages if tag != self.guest.language]
        if not others:
            return None
        here = self.request.url
        if self.link is not None:
            start = (
                f"{security.LINKS}{self.link.word}" if self.request.method in security.UNSAFE else here.path
            )
            to = f"{start}?{by_link.TONGUE}="
            ways = tuple(Tongue(tag, languages.name_of(tag), f"{to}{tag}") for tag in others)
            return Tongues(_("Language"), here.path, ways)
        back = f"{here.path}?{here.query}" if here.query and self.request.method == "GET" else here.path
        return Tongues(_("Language"), back, tuple(Tongue(tag, languages.name_of(tag)) for tag in others))

    def _demo_clock(self) -> DemoClock | None:
        if self.house.demo is None:
            return None
        now = words.moment(self.now, self.guest.timezone, self.guest.language)
        return DemoClock(now, back_to=self.request.url.path, once=self.once())

    def _said_before(self) -> tuple[Message, ...]:
        kept = self.request.cookies.get(FLASH)
        if not kept or self.link is not None:
            return ()
        try:
            text = urlsafe_b64decode(kept.encode()).decode()
        except ValueError:
            return ()
        return (Message((Part(text),), Tone.DONE),)


async def _desk(request: Request) -> Desk | Request:
    """The request's desk; the request alone where the handler's guard is still to find out who asks (`web.access`)."""
    # It waits for nothing: what is not `async` would be sent to a thread.
    desk: Desk | None = getattr(request.state, "desk", None)
    return desk or request


AtDesk = Annotated[Desk, Depends(_desk)]


def _listening(request: Request, guest: sessions.Guest) -> sessions.Guest:
    """The guest with the language to answer in: their own, this browser's choice, what it accepts, the programme's."""
    chosen = languages.chosen(
        guest.languages,
        guest.language,
        request.cookies.get(TONGUE),
        accept=request.headers.get("accept-language", ""),
    )
    return replace(guest, language=chosen)


def own_path(url: str | None, otherwise: str = "/") -> str:
    """`url` when it is a path of this program, else `otherwise`: nobody is sent to another site."""
    # A browser drops tabs and line ends before it reads an address, so that "/<tab>/elsewhere" would leave us.
    if not url or not url.isprintable() or not url.startswith("/") or url.startswith(("//", "/\\")):
        return otherwise
    return url
