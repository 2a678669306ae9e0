"""Which doors has the JSON interface? The same commands and queries as the pages, under /api/v1."""

from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from clm_tracker.web.access import ANYONE, Router, doors, rule_of
from clm_tracker.web.api import (
    actions,
    evidence,
    findings,
    ledger,
    me,
    obligations,
    people,
    places,
    proposals,
    set_up,
    turns,
)
from clm_tracker.web.api.shapes import Problem

PREFIX = "/api/v1"
_ABOUT = """Findings of community-led monitoring, who must act, and escalation until it is fixed and verified.

Send `Authorization: Bearer …` with a token of one person in one programme. Moments are RFC 3339 in UTC; due days are
local dates too. Every POST takes an `Idempotency-Key`: sent again with the same request it gives the first answer.
What changes a thing says in `If-Match` which version it saw (its `ETag`, or `*`); what is only added to one need not.
"""
about = Router(prefix=PREFIX)


@about.get("/openapi.json", access=ANYONE, include_in_schema=False)
def document(request: Request) -> JSONResponse:
    """This interface in OpenAPI 3.1."""
    return JSONResponse(_document(request.app))


def routers() -> tuple[Router, ...]:
    """Every router of the interface."""
    return (
        findings.router,
        turns.router,
        actions.router,
        evidence.router,
        obligations.router,
        proposals.router,
        people.router,
        places.router,
        set_up.router,
        ledger.router,
        me.router,
        about,
    )


@cache
def _document(app: FastAPI) -> dict[str, Any]:
    ours = [door for door in doors(app) if (door.path or "").startswith(PREFIX)]
    made = get_openapi(
        title=app.title, version=app.version, openapi_version="3.1.0", description=_ABOUT, routes=ours
    )
    parts = made.setdefault("components", {})
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    parts["schemas"] |= _schemas()
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    made["security"] = [{"token": []}]
    for door in ours:
        rule = rule_of(door)
        for method in door.methods or ():
            operation = made["paths"].get(door.path, {}).get(method.lower())
            if operation is None or rule is None:
                continue
            operation["x-access"] = rule.name
            if method == "POST":
                operation.setdefault("parameters", []).append(_KEY)
    return made


_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any word of your own; the same request with the same word is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


def _schemas() -> dict[str, Any]:
    made = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**made.pop("$defs", {}), "Problem": made}
