"""How does a secret word reach the one page that shows it, and nothing that is kept?

In a cookie of this browser for two minutes, signed, and taken away when it is shown. The answer to a form is kept for
whoever presses twice (`once`), so the word may not stand in it.
"""

import hmac

from starlette.responses import Response

from clm_tracker.web import sessions
from clm_tracker.web.desk import Desk
from clm_tracker.web.render import Page

_COOKIE = "clm-shown-once"
_SECONDS = 120


def give(desk: Desk, answer: Response, path: str, word: str) -> Response:
    """The answer, which carries the word to the page at `path`."""
    answer.set_cookie(
        _COOKIE,
        f"{word}.{_mark(desk, path, word)}",
        max_age=_SECONDS,
        path=path,
        secure=desk.house.secure,
        httponly=True,
        samesite="strict",
    )
    return answer


def take(desk: Desk, path: str) -> str | None:
    """The word for the page at `path`, if one was just made here."""
    word, _dot, mark = desk.request.cookies.get(_COOKIE, "").rpartition(".")
    return word if word and hmac.compare_digest(mark.encode(), _mark(desk, path, word).encode()) else None


def show(desk: Desk, page: Page, path: str, word: str | None, *, status: int) -> Response:
    """The page at `path`, with the word that it shows, if any; after that the browser has it no more."""
    answer = desk.show(page, status=status)
    if word:
        answer.delete_cookie(_COOKIE, path=path, secure=desk.house.secure, httponly=True, samesite="strict")
    return answer


def _mark(desk: Desk, path: str, word: str) -> str:
    return sessions.signature(desk.house.key, desk.cookie, f"{path}:{word}")
