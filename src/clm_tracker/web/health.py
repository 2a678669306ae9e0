"""Is the program alive, ready, and is its engine keeping its promises?"""

from typing import Literal

import structlog
from fastapi import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from clm_tracker.db import migrate
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.queries import health
from clm_tracker.web.access import ANYONE, Router
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.observe import Numbers


class State(BaseModel):
    """One word, and what is wrong when it is not "ok"."""

    status: Literal["ok", "failing"]
    problems: list[str] = []


def router(numbers: Numbers) -> Router:
    """The doors that machines knock on. Nothing about people or findings is said there, so anyone may."""
    doors = Router(tags=["health"])

    @doors.get("/health/live", access=ANYONE)
    def live() -> State:
        """The process answers."""
        return State(status="ok")

    @doors.get("/health/ready", access=ANYONE, responses={503: {"model": State}})
    def ready(desk: AtDesk, response: Response) -> State:
        """The database answers, at the schema that this program needs."""
        try:
            migrate.check(desk.house.store.engine)
        except Refusal as no:
            structlog.get_logger().warning("not ready", reason=no.sentence, exc_info=no.__cause__)
            return _failing(response, no.sentence)
        return State(status="ok")

    @doors.get("/health/engine", access=ANYONE, responses={503: {"model": State}})
    def engine(desk: AtDesk, response: Response) -> State:
        """No promise of the engine is broken, and its last sweep is recent (R33)."""
        found = health.engine(desk.house.store, desk.now)
        return State(status="ok") if found.ok else _failing(response, *found.problems)

    @doors.get("/metrics", access=ANYONE, include_in_schema=False)
    def metrics() -> Response:
        """Counts and times for Prometheus."""
        return Response(generate_latest(numbers.registry), media_type=CONTENT_TYPE_LATEST)

    return doors


def _failing(response: Response, *problems: str) -> State:
    response.status_code = 503
    return State(status="failing", problems=list(problems))
