"""How does a reader choose the language of the pages, signed in or not?"""

from typing import Annotated

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.commands import people
from clm_tracker.kernel.refusals import invalid
from clm_tracker.web.access import ANYONE, Router
from clm_tracker.web.desk import TONGUE, AtDesk, own_path
from clm_tracker.web.forms import Line, NotValid, Valid, read
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
A_YEAR = 365 * 24 * 3600


class Chosen(BaseModel):
    """A language, and where the reader was."""

    language: Line = ""
    back: Line = "/"


@router.post("/language", access=ANYONE)
def choose(desk: AtDesk, sent: Annotated[Valid[Chosen] | NotValid[Chosen], read(Chosen)]) -> Response:
    """Read on in this language. The browser remembers it, and so does the account of whoever is signed in."""
    language = "" if isinstance(sent, NotValid) else sent.data.language
    if isinstance(sent, NotValid) or language not in desk.guest.languages:
        raise invalid("language", _("The pages are not there in this language."))
    if desk.is_signed_in:
        with desk.writing() as unit:
            people.choose_language(unit, language)
    answer = desk.back_to(own_path(sent.data.back))
    secure = desk.house.secure
    answer.set_cookie(
        TONGUE, language, max_age=A_YEAR, path="/", secure=secure, httponly=True, samesite="lax"
    )
    return answer
