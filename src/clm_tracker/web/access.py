"""Who may use this door? Every route says so, or the program does not start. (R38)"""

import re
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial, wraps
from inspect import iscoroutinefunction, signature
from typing import Any, TypeVar

from anyio.to_thread import run_sync
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from clm_tracker import languages
from clm_tracker.domain import policy
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotSignedIn, Refusal
from clm_tracker.kernel.speech import _
from clm_tracker.web import once, security, unsent
from clm_tracker.web.desk import Desk, House

Handler = TypeVar("Handler", bound=Callable[..., Any])
Answer = Callable[[Request], Coroutine[Any, Any, Response]]
API = "/api/"
MOST_FIELDS, MOST_FILES = 500, 10
TIMES = 4  # how often the limit is read through for the words beside files that are too large
_SLOW = re.compile(r"charset.*(punycode|idna)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Access:
    """One rule: everybody, everybody signed in, or those whose role includes one of the acts.

    A door `by_link` is for whoever has the word of a link in a letter; `expired`: also when its time is over. Not
    `counted` are the pictures of a page.
    """

    name: str
    signed_in: bool = True
    acts: tuple[Act, ...] = ()
    by_link: bool = False
    expired: bool = False
    counted: bool = True

    def check(self, desk: Desk) -> None:
        """Raises NotSignedIn, or NotAllowed with the reason; at a door by link what `web.by_link` raises."""
        if self.by_link:
            assert desk.link is not None, "Who comes to a door by link sits down by it."
            desk.link.check(expired=self.expired)
        elif not self.signed_in:
            return
        elif not desk.is_signed_in:
            raise NotSignedIn
        reasons = [policy.why_not(desk.actor, act, None, {}) for act in self.acts]
        if reasons and None not in reasons:
            raise NotAllowed(str(reasons[0]))


ANYONE = Access("anyone", signed_in=False)
SIGNED_IN = Access("signed in")


def may(*acts: Act) -> Access:
    """Those signed in whose role includes at least one of these acts; the command asks about the thing itself."""
    return Access(f"may {' or '.join(acts)}", acts=acts)


def by_link(*acts: Act, expired: bool = False, counted: bool = True) -> Access:
    """Whoever was sent a link, without an account (R40); the command asks about the thing itself."""
    name = f"by link, may {' or '.join(acts)}"
    return Access(name, signed_in=False, acts=acts, by_link=True, expired=expired, counted=counted)


class GuardedRoute(APIRoute):
    """A route that asks its access rule before it reads what was sent, and says nothing before it has asked."""

    access: Access | None = None
    limit: int = security.BODY_LIMIT
    in_steps: bool = False
    in_one_go: bool = False

    def get_route_handler(self) -> Answer:
        """The route's own handler behind the guard: access, size, origin, and whether it was asked before."""
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            request.scope["route_path"] = self.path
            assert self.access is not None, f"{self.path} has no access rule."
            if self.in_one_go:
                try:
                    return await answer(request)
                except RequestValidationError:
                    desk = await run_sync(Desk.sit_down, request)
                    with languages.speaking(desk.guest.language):
                        self.access.check(desk)
                    raise
            if self.access.by_link:
                desk = await run_sync(partial(Desk.sit_down_by_link, counted=self.access.counted), request)
            else:
                desk = await run_sync(Desk.sit_down, request)
            with languages.speaking(desk.guest.language):
                try:
                    self.access.check(desk)
                except NotSignedIn:
                    await self._keep_unsent(request, desk)
                    raise
                if request.method not in security.UNSAFE:
                    return await answer(request)
                return await self._change(request, desk, answer)

        return guarded

    async def _change(self, request: Request, desk: Desk, answer: Answer) -> Response:
        whole = request
        begun = security.Begun() if unsent.is_form(request) and not desk.wants_fragment else None
        request = security.limited(request, self.limit, begun)
        try:
            sent = await _read(request)
        except Refusal as no:
            if begun is None:
                raise
            raise await self._keep_words(whole, begun, desk, no) from None
        if begun is not None:
            begun.parts.clear()
        _check_origin(request, desk, sent)
        desk.ticket = _ticket(request, desk, sent, in_steps=self.in_steps) if desk.is_known else None
        try:
            return await _answer_once(request, desk, answer)
        except once.UsedBefore:
            if isinstance(sent, FormData):
                unsent.keep(request, sent)
            raise
        finally:
            if isinstance(sent, FormData):
                await sent.close()  # files of a form lie in a temporary place until then

    async def _keep_words(self, request: Request, begun: security.Begun, desk: Desk, no: Refusal) -> Refusal:
        """Whose files are too large or too many gets back what they wrote. Gives what to say."""
        if not _is_quick(request.headers.get("content-type", "")):
            return no
        sent = await unsent.words(request, begun, most=TIMES * self.limit)
        if any(_is_broken(part) for part in _texts(sent)):
            return no
        _check_origin(request, desk, sent)
        found = unsent.of(request, sent)
        await sent.close()
        if len(found.files) > MOST_FILES:
            no = security.TooMany(MOST_FILES)
        if isinstance(no, security.TooLarge) and found.fields:
            request.state.unsent = found
        return no

    async def _keep_unsent(self, request: Request, desk: Desk) -> None:
        """Whose sign-in ended while they wrote gets back what they wrote; another site's page has nothing to get back."""
        if not unsent.is_form(request) or desk.wants_fragment:
            return
        if not security.is_ours(request, desk.house.base_url):
            return
        try:
            sent = await _form(security.limited(request, self.limit))
        except Refusal:
            return
        unsent.keep(request, sent)
        await sent.close()


class Router(APIRouter):
    """The only router of the program: each route is given exactly one `access` rule.

    `limit` is the most that a request's body may hold, in bytes. A form that is filled in `in_steps` is sent from the same
    page more than once, with more in it each time: each is another request.
    """

    def __init__(self, *, prefix: str = "", tags: Sequence[str] = (), **more: Any) -> None:
        super().__init__(
            prefix=prefix, tags=list(tags), route_class=GuardedRoute, redirect_slashes=False, **more
        )

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a route of this router answers; none is asked when the address begins like none of theirs."""
        if self._beginnings.search(scope["path"]) is None:
            return Match.NONE, {}
        return super().matches(scope)

    @cached_property
    def _beginnings(self) -> re.Pattern[str]:
        """What stands before the first changing part of each address; an address without one is whole."""
        parts = ((door.path or "").partition("{") for door in iter_route_contexts(self.routes))
        return re.compile(
            "|".join(f"{re.escape(fixed)}{'' if brace else '$'}" for fixed, brace, _rest in parts)
        )

    def route_for(
        self,
        method: str,
        path: str,
        *,
        access: Access,
        limit: int = security.BODY_LIMIT,
        in_steps: bool = False,
        **more: Any,
    ) -> Callable[[Handler], Handler]:
        """Register a handler; `more` is what FastAPI's `add_api_route` takes."""

        def register(handler: Handler) -> Handler:
            # A door for anyone may look around by itself: it would hold two connections at once.
            in_one_go = method not in security.UNSAFE and access.signed_in and _has_desk(handler)
            self.add_api_route(
                path, _in_one_go(handler, access) if in_one_go else handler, methods=[method], **more
            )
            route = self.routes[-1]
            assert isinstance(route, GuardedRoute)
            route.access, route.limit, route.in_steps, route.in_one_go = access, limit, in_steps, in_one_go
            return handler

        return register

    def head(self, path: str, *, access: Access, **more: Any) -> Callable[[Handler], Handler]:  # type: ignore[override]  # ours asks for more
        """A door at which programs ask whether there is anything behind it."""
        return self.route_for("HEAD", path, access=access, **more)

    def get(self, path: str, *, access: Access, **more: Any) -> Callable[[Handler], Handler]:  # type: ignore[override]  # ours asks for more
        """A door to look through."""
        return self.route_for("GET", path, access=access, **more)

    def post(self, path: str, *, access: Access, **more: Any) -> Callable[[Handler], Handler]:  # type: ignore[override]  # ours asks for more
        """A door to change something through."""
        return self.route_for("POST", path, access=access, **more)

    def patch(self, path: str, *, access: Access, **more: Any) -> Callable[[Handler], Handler]:  # type: ignore[override]  # ours asks for more
        """A door to change part of something through."""
        return self.route_for("PATCH", path, access=access, **more)


def _has_desk(handler: Callable[..., Any]) -> bool:
    return "desk" in signature(handler).parameters and not iscoroutinefunction(handler)


def _in_one_go(handler: Callable[..., Any], access: Access) -> Callable[..., Any]:
    """The handler of a door to look through, behind its guard: in one thread and, as a rule, in one look at the database."""

    @wraps(handler)
    def guarded(*, desk: Request, **given: Any) -> Any:  # noqa: ANN401 - what the handler takes and gives
        request = desk
        house: House = request.app.state.house
        with house.store.begun() as begun:
            seated = Desk.sit_down(request, begun)
            with languages.speaking(seated.guest.language):
                access.check(seated)
                return handler(desk=seated, **given)

    return guarded


def doors(app: FastAPI) -> list[RouteContext]:
    """Every route of the program, those of included routers too."""
    return list(iter_route_contexts(app.routes))


def rule_of(door: RouteContext) -> Access | None:
    """The door's access rule; None when it has none."""
    route = door.original_route
    return route.access if isinstance(route, GuardedRoute) else None


def demand_rules(app: FastAPI) -> None:
    """Refuse to start with a door that nobody guards. Raises RuntimeError naming each."""
    found = doors(app)
    if not found:
        raise RuntimeError("The program has no doors at all.")
    open_ = [f"{', '.join(sorted(d.methods or ()))} {d.path}".strip() for d in found if rule_of(d) is None]
    if open_:
        raise RuntimeError(f"No access rule: {'; '.join(open_)}. Use web.access.Router.")


async def _read(request: Request) -> bytes | FormData:
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return body
    return await _form(request)


async def _form(request: Request) -> FormData:
    if not _is_quick(request.headers.get("content-type", "")):
        raise Invalid((), _("What was sent cannot be read."))
    try:
        sent = await request.form(
            max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=security.BODY_LIMIT
        )
    except (
        HTTPException,
        ValueError,
    ):  # ValueError: a charset that is known and reads nothing, like "undefined"
        raise Invalid((), _("What was sent cannot be read.")) from None
    if any(_is_broken(part) for part in _texts(sent)):
        await sent.close()
        raise Invalid((), _("What was sent holds half a character."))
    return sent


def _is_quick(content_type: str) -> bool:
    """Whether its charset is read in one go. Python has some that take long over a form, while nobody else is answered.

    However the name is quoted and decorated: Python overlooks all signs around it.
    """
    return _SLOW.search(content_type) is None


def _texts(sent: FormData) -> Iterator[str]:
    for name, value in sent.multi_items():
        yield name
        yield value if isinstance(value, str) else value.filename or ""


def _is_broken(text: str) -> bool:
    """Whether it holds half a character, as a charset of the sender's choice may make one: no page can show it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _check_origin(request: Request, desk: Desk, sent: bytes | FormData) -> None:
    if request.url.path.startswith(API):
        return  # its word is in a header that no browser adds by itself
    token = sent.get(once.FIELD) if isinstance(sent, FormData) else None
    if desk.link is not None:
        # A browser that keeps the address to itself says of no form where it comes from: the key of the form tells.
        security.check_form(
            key=desk.house.key, word=desk.cookie, token=token if isinstance(token, str) else None
        )
        return
    security.check_origin(
        request,
        base_url=desk.house.base_url,
        key=desk.house.key,
        cookie=desk.cookie,
        token=token if isinstance(token, str) else None,
    )


def _ticket(request: Request, desk: Desk, sent: bytes | FormData, *, in_steps: bool) -> once.Ticket | None:
    key, in_form = request.headers.get(once.HEADER), False
    if key is None and isinstance(sent, FormData) and request.method == "POST":
        typed = sent.get(once.FIELD)
        key = typed if isinstance(typed, str) and typed else None
        in_form = True
    if key is None:
        return None
    route = f"{request.method} {security.path_to_note(request)}"
    ticket = once.ticket(key, route, sent, request.url.query, secret=desk.house.key)
    return once.of_a_step(ticket) if in_steps else replace(ticket, in_form=in_form)


async def _answer_once(request: Request, desk: Desk, answer: Answer) -> Response:
    if desk.ticket is None:
        return await answer(request)
    before = await run_sync(desk.earlier_answer)
    if before is not None:
        return before
    try:
        given = await answer(request)
    except once.AnsweredBefore:
        before = await run_sync(desk.earlier_answer)
        assert before is not None, "A key that is taken has a row."
        return before
    if desk.is_claimed:
        await run_sync(desk.keep_answer, given)
    return given
