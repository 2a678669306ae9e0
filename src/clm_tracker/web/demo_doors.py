"""How does a visitor move a demonstration's clock, and be one of its people by one click?"""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, RedirectResponse, Response

from clm_tracker.commands import sign_in
from clm_tracker.kernel.refusals import Invalid, NotFound, invalid
from clm_tracker.kernel.speech import _
from clm_tracker.web import forms, sessions
from clm_tracker.web.access import ANYONE, Router
from clm_tracker.web.demonstration import Demo
from clm_tracker.web.desk import AtDesk, own_path
from clm_tracker.web.words import plural

# The demonstration's clock runs ahead of the browser's: nobody is signed out by moving it.
STAYS = timedelta(days=3650)
COOKIE_SECONDS = 30 * 24 * 3600
MOST_DAYS = 92


class Stride(BaseModel):
    """How far the clock is moved, and the page to go back to."""

    model_config = ConfigDict(extra="ignore")

    days: int = Field(ge=1, le=MOST_DAYS)
    back: str | None = None


def router(demo: Demo) -> Router:
    """The doors that only a demonstration has. Anyone may use them: nothing in it is anybody's."""
    doors = Router(tags=["demonstration"])

    @doors.post("/demo/advance", access=ANYONE, include_in_schema=False)
    def advance(desk: AtDesk, stride: Annotated[Stride, Depends(_stride)]) -> Response:
        """Let days pass, with everything that the engine does in them."""
        demo.advance(stride.days)
        if _is_json(desk.request):
            return JSONResponse({"now": demo.now().isoformat().replace("+00:00", "Z")})
        said = plural("{n} day has passed.", "{n} days have passed.", stride.days).format(n=stride.days)
        return desk.back_to(own_path(stride.back), said=said)

    @doors.get("/demo/sign-in/{person}", access=ANYONE, include_in_schema=False)
    def be(desk: AtDesk, person: str) -> Response:
        """Be this person of the demonstration, and go on to `next`."""
        who = next((one for one in demo.people() if one.key == person), None)
        if who is None:
            raise NotFound("person")
        came = sign_in.sign_in_as_demo(
            desk.house.store,
            person_id=who.person_id,
            programme_id=who.programme_id,
            now=desk.now,
            stays=STAYS,
        )
        answer = RedirectResponse(own_path(desk.request.query_params.get("next")), 303)
        sessions.give_cookie(answer, came.word, secure=desk.house.secure, seconds=COOKIE_SECONDS)
        return answer

    return doors


async def _stride(request: Request) -> Stride:
    try:
        if _is_json(request):
            return Stride.model_validate_json(await request.body(), strict=True)
        form: FormData = await request.form()
        return Stride.model_validate({name: value for name, value in form.items() if isinstance(value, str)})
    except ValidationError as wrong:
        raise Invalid(forms.problems(wrong.errors(include_url=False, include_input=False))) from None
    except UnicodeDecodeError:
        raise invalid("days", _("What was sent cannot be read.")) from None


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
