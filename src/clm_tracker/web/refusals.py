"""What does HTTP make of a no? One translation, to a page, a part of one, or `application/problem+json`."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import quote, unquote

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import StatementError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from clm_tracker import languages
from clm_tracker.kernel.refusals import (
    FieldError,
    Gone,
    Invalid,
    NotAllowed,
    NotFound,
    NotNow,
    NotSignedIn,
    Refusal,
    Stale,
    Unseen,
)
from clm_tracker.web import access, forms, security, unsent
from clm_tracker.web.by_link import TooOften
from clm_tracker.web.components import Button, Look, Problem
from clm_tracker.web.desk import MACHINES, VARY, Desk, own_path
from clm_tracker.web.pages import unsent as unsent_page
from clm_tracker.web.pages.by_link.over import no_by_link
from clm_tracker.web.pages.errors import RefusedPage
from clm_tracker.web.security import UNSAFE, TooLarge
from clm_tracker.web.words import N_, Labels, _

PROBLEM = "application/problem+json"
_STATUS: dict[type[Refusal], int] = {
    NotFound: 404,
    Gone: 410,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotNow: 409,
    Stale: 409,
    Invalid: 422,
    Unseen: 428,
    TooLarge: 413,
    TooOften: 429,
}
_TITLES = Labels(
    {
        401: N_("Sign in first"),
        403: N_("Not for you to do"),
        404: N_("Not found"),
        405: N_("Not possible here"),
        409: N_("Not now"),
        410: N_("No longer good"),
        412: N_("Changed in between"),
        413: N_("Too large"),
        422: N_("Another look is needed"),
        428: N_("Another look is needed"),
        429: N_("Too often"),
        500: N_("A mistake of the program"),
    }
)
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 400: "unreadable"}


def install(app: FastAPI) -> None:
    """Let every refusal, and whatever FastAPI and Starlette refuse by themselves, pass through here."""

    def refused(request: Request, no: Exception) -> Response:
        assert isinstance(no, Refusal)
        with _speaking(request):
            return respond(request, no)

    def not_valid(request: Request, wrong: Exception) -> Response:
        assert isinstance(wrong, RequestValidationError)
        with _speaking(request):
            # An address that names nothing, in whatever way, is a page that is not there; a program hears what is wrong with it.
            nowhere = _is_page(request) and any(error["loc"][0] == "path" for error in wrong.errors())
            return respond(request, NotFound() if nowhere else Invalid(_fields(wrong)))

    def turned_away(request: Request, no: Exception) -> Response:
        assert isinstance(no, HTTPException)
        if no.status_code == 404 and (to := _without_slash(request)):
            return RedirectResponse(to, 308)
        if _is_page(request):
            _desk(request)  # no route was found: who asks, and in which language they read, is not known yet
        with _speaking(request):
            answer = respond(request, _of_http(no), status=None if no.status_code == 400 else no.status_code)
        answer.headers.update(no.headers or {})
        if no.status_code == 405:
            answer.headers["Allow"] = ", ".join(sorted(_methods(request)))
        return answer

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, not_valid)
    app.add_exception_handler(HTTPException, turned_away)


def status_of(no: Refusal, request: Request | None = None) -> int:
    """The status a refusal has; 412 instead of 409 for a program that said `If-Match`."""
    if isinstance(no, Stale) and request is not None and "if-match" in request.headers and _is_api(request):
        return 412
    return next((_STATUS[cls] for cls in type(no).__mro__ if cls in _STATUS), 409)


def respond(request: Request, no: Refusal, *, status: int | None = None) -> Response:
    """The answer to a request that is refused."""
    status = status or status_of(no, request)
    if not _is_page(request):
        return _problem(no, status)
    back = unsent.kept(request)
    if isinstance(no, NotSignedIn) and not (back and back.fields):
        return _to_sign_in(request)
    desk = _desk(request)
    if desk.wants_fragment and status in {409, 422}:
        shown = desk.house.renderer.ui.problem(Problem(no.sentence))
        return Response(str(shown), status, {"Vary": VARY}, "text/html")
    if desk.link is not None:
        return desk.show(
            no_by_link(desk, desk.link, no, _TITLES.get(status, _("Not possible")), back), status=status
        )
    if back is not None:
        return desk.show(unsent_page.page(desk, no, back), status=status)
    on = Button(_("Back to the start"), look=Look.MAIN, href="/")
    return desk.show(RefusedPage(_TITLES.get(status, _("Not possible")), no.sentence, on), status=status)


def broken(request: Request, error: Exception) -> Response:
    """The answer when the program made a mistake, which is logged under the request's name."""
    with _speaking(request):
        return _broken(request, error)


def _broken(request: Request, error: Exception) -> Response:
    reference = str(getattr(request.state, "request_id", ""))
    _log("broken", request, error)
    sentence = _("The program made a mistake. Nothing was changed. It is noted under {reference}.").format(
        reference=reference
    )
    no = Refusal("broken", sentence)
    if not _is_page(request):
        return _problem(no, 500)
    try:
        desk = _desk(request)
        if desk.link is not None:
            return desk.show(no_by_link(desk, desk.link, no, _TITLES[500]), status=500)
        on = Button(_("Back to the start"), look=Look.MAIN, href="/")
        return desk.show(RefusedPage(_TITLES[500], sentence, on, reference=reference), status=500)
    except Exception as again:  # noqa: BLE001 - the page itself may be what is broken
        _log(_("broken page"), request, again)
        return Response(sentence, 500, media_type="text/plain")


def _log(what: str, request: Request, error: Exception) -> None:
    # Lines of code and the error's own words, never the values of variables or of a statement: people are in them.
    if isinstance(error, StatementError):
        error.hide_parameters = True
    structlog.get_logger().error(
        what,
        request=str(getattr(request.state, "request_id", "")),
        path=security.path_to_note(request),
        error="".join(traceback.format_exception(error)),
    )


def _problem(no: Refusal, status: int) -> Response:
    errors = no.errors if isinstance(no, Invalid) else ()
    said = {
        "type": f"urn:clm-tracker:problem:{no.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": no.sentence,
        "code": no.code,
        "errors": [{"field": e.field, "message": e.message} for e in errors],
    }
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse(said, status, headers, PROBLEM)


def _to_sign_in(request: Request) -> Response:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    to = "/sign-in" if request.method in UNSAFE else f"/sign-in?next={quote(here, safe='/')}"
    if request.headers.get("hx-request") == "true":
        if request.method in UNSAFE and request.headers.get("hx-target") != "main":
            # Somebody is writing: the page stays as it is, until they press a button.
            return Response(status_code=401, headers={"HX-Reswap": "none", "Vary": VARY})
        return Response(status_code=401, headers={"HX-Redirect": to, "Vary": VARY})
    return RedirectResponse(to, 303)


def _fields(wrong: RequestValidationError) -> tuple[FieldError, ...]:
    """FastAPI says "body", "query" or "path" first, and which of two bodies it took; the sender knows both."""
    found = []
    for error in wrong.errors():
        said = 2 if len(error["loc"]) > 2 and error["loc"][1] in {"ask", "answer"} else 1
        place = () if error["type"] == "json_invalid" else error["loc"][said:]
        found.append({**error, "loc": place})
    return forms.problems(found)


def _of_http(no: HTTPException) -> Refusal:
    if no.status_code == 404:
        return NotFound()
    if no.status_code == 400:
        return Invalid((), _("What was sent cannot be read."))
    sentence = {405: _("This address does not take that kind of request.")}.get(
        no.status_code, str(no.detail)
    )
    return Refusal(_CODES.get(no.status_code, "refused"), sentence)


def _without_slash(request: Request) -> str | None:
    """The same address without the slashes that it ends in, where that is one of ours: pages and interface alike."""
    path = request.url.path.rstrip("/")
    if path == request.url.path or path != own_path(path, ""):
        return None
    patterns = (getattr(door.original_route, "path_regex", None) for door in access.doors(request.app))
    if not path or not any(pattern is not None and pattern.match(unquote(path)) for pattern in patterns):
        return None
    return path + (f"?{request.url.query}" if request.url.query else "")


def _methods(request: Request) -> set[str]:
    """What the address does take; Starlette names only the first door of several."""
    found: set[str] = set()
    for door in access.doors(request.app):
        pattern = getattr(door.original_route, "path_regex", None)
        if pattern is not None and pattern.match(request.url.path):
            found |= door.methods or set()
    return found


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _is_page(request: Request) -> bool:
    if request.url.path.startswith(("/api/", *MACHINES)):
        return False
    # The demonstration's clock is moved by pages and by scripts.
    return request.headers.get("content-type", "").partition(";")[0].strip() != "application/json"


@contextmanager
def _speaking(request: Request) -> Iterator[None]:
    """The language of whoever asks, where that is known already; else of the browser or program that asks."""
    desk = getattr(request.state, "desk", None)
    if isinstance(desk, Desk):
        tag = desk.guest.language
    else:
        tag = languages.chosen(languages.spoken(), accept=request.headers.get("accept-language", ""))
    with languages.speaking(tag):
        yield


def _desk(request: Request) -> Desk:
    """The request's desk, also where no route was found."""
    desk = getattr(request.state, "desk", None)
    return desk if isinstance(desk, Desk) else Desk.sit_down(request)
