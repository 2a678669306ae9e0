"""What happened to each request: one line in the log, one name to ask by, and numbers for Prometheus?"""

import re
import time

import structlog
from anyio.to_thread import run_sync
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clm_tracker.db.mint import new_id
from clm_tracker.web import refusals, security
from clm_tracker.web.desk import Desk
from clm_tracker.web.security import UNSAFE

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "OPTIONS"}) | UNSAFE  # a stranger may send any word
_QUIET = ("/health/", "/metrics", "/static/")


class Numbers:
    """What is counted, in a registry of this program's own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "clm_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "clm_http_request_seconds", "How long answers took.", ("method", "route"), registry=self.registry
        )


class Observe:
    """ASGI: gives each request a name, writes its line, and turns a mistake of ours into a 500 with that name."""

    def __init__(self, app: ASGIApp, *, numbers: Numbers) -> None:
        self.app = app
        self.numbers = numbers
        self.log = structlog.get_logger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        given = request.headers.get(HEADER, "")
        name = given if _GIVEN.fullmatch(given) else new_id().hex
        request.state.request_id = name
        started, status = time.perf_counter(), 0

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        try:
            await self.app(scope, receive, send_named)
        except Exception as error:  # noqa: BLE001 - the last door: whatever comes here is a mistake of ours
            answer = await run_sync(refusals.broken, request, error)
            if status == 0:
                await answer(scope, receive, send_named)
        finally:
            self._note(request, status, time.perf_counter() - started)

    def _note(self, request: Request, status: int, seconds: float) -> None:
        route = str(request.scope.get("route_path", "none"))
        method = request.method if request.method in _METHODS else "other"
        self.numbers.requests.labels(method, route, status).inc()
        self.numbers.seconds.labels(method, route).observe(seconds)
        if status < 500 and request.url.path.startswith(_QUIET):
            return
        desk = getattr(request.state, "desk", None)
        # No query: people search for names. No more of a person than their identifier.
        self.log.info(
            "request",
            request=request.state.request_id,
            method=request.method,
            route=route,
            path=security.path_to_note(request),
            status=status,
            ms=round(seconds * 1000, 1),
            actor=str(desk.actor.id) if isinstance(desk, Desk) and desk.is_known else None,
            programme=str(desk.actor.programme_id) if isinstance(desk, Desk) and desk.is_known else None,
        )
