"""How does somebody come in by address and password, or in a demonstration by one click, and go out again?"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from clm_tracker.commands import sign_in as commands
from clm_tracker.commands.sign_in import SignedIn
from clm_tracker.domain.words import Role
from clm_tracker.kernel.refusals import NotAllowed, NotNow, NotSignedIn
from clm_tracker.web import components as c
from clm_tracker.web import sessions
from clm_tracker.web.access import ANYONE, SIGNED_IN, Router
from clm_tracker.web.desk import AtDesk, Desk, own_path
from clm_tracker.web.forms import Line, NotValid, Valid, read
from clm_tracker.web.pages.first_visit import BEGIN, has_begun
from clm_tracker.web.render import Page
from clm_tracker.web.words import N_, Labels, _

router = Router(include_in_schema=False)


class Who(BaseModel):
    """An address and a password."""

    email: Line = ""
    password: Annotated[str, Field(max_length=1_000)] = ""
    next: Line = "/"


@dataclass(frozen=True, slots=True)
class People:
    """People of the demonstration with the same role."""

    id: str
    title: str
    about: str
    people: tuple[c.Option, ...]


@dataclass(frozen=True)
class SignInPage(Page):
    """The way in."""

    template: ClassVar[str] = "pages/sign_in.html"

    form: c.Form
    people: tuple[People, ...]


@router.get("/sign-in", access=ANYONE)
def ask(desk: AtDesk) -> Response:
    """Who is it?"""
    onwards = own_path(desk.request.query_params.get("next"))
    if desk.is_signed_in and desk.house.demo is None:
        return RedirectResponse(onwards, 303)
    if not has_begun(desk):
        return RedirectResponse(BEGIN, 303)
    return _show(desk, onwards)


@router.post("/sign-in", access=ANYONE)
def sign_in(desk: AtDesk, sent: Annotated[Valid[Who] | NotValid[Who], read(Who)]) -> Response:
    """Come in by address and password."""
    if isinstance(sent, NotValid):
        return _show(desk, "/", email=str(sent.typed.get("email", "")), refused=sent.sentence, status=422)
    who = sent.data
    host = desk.request.client.host if desk.request.client else ""
    try:
        found = commands.sign_in(
            desk.house.store, email=who.email, password=who.password, now=desk.now, host=host
        )
    except (NotSignedIn, NotNow, NotAllowed) as no:
        return _show(desk, own_path(who.next), email=who.email, refused=no.sentence, status=422)
    return _come_in(desk, found, own_path(who.next))


@router.post("/sign-out", access=SIGNED_IN)
def sign_out(desk: AtDesk) -> Response:
    """Go out; this browser's session ends."""
    commands.sign_out(desk.house.store, desk.cookie, now=desk.now)
    answer = RedirectResponse("/sign-in", 303)
    sessions.take_cookie(answer, secure=desk.house.secure)
    return answer


def _come_in(desk: Desk, found: SignedIn, onwards: str) -> Response:
    answer = RedirectResponse(onwards, 303)
    seconds = int(max(found.expires_at - desk.now, timedelta()).total_seconds())
    sessions.give_cookie(answer, found.word, secure=desk.house.secure, seconds=seconds)
    return answer


def _show(
    desk: Desk, onwards: str, *, email: str = "", refused: str | None = None, status: int = 200
) -> Response:
    fields = (
        c.Field("email", _("Email address"), c.FieldKind.EMAIL, email, autocomplete="username"),
        c.Field("password", _("Password"), c.FieldKind.PASSWORD, autocomplete="current-password"),
    )
    form = c.Form(
        "/sign-in",
        c.Button(_("Sign in"), c.Look.MAIN),
        fields,
        once=desk.once(),
        hidden=(("next", onwards),),
        refused=refused,
    )
    people = _people(desk)
    purpose = (
        _(
            "This is a demonstration: people, places and findings are invented. Choose whose eyes to look through; you can change at any time."
        )
        if people
        else _("Come in to see what waits for you.")
    )
    return desk.show(SignInPage(form, people, purpose=c.plain(purpose)), status=status)


def _people(desk: Desk) -> tuple[People, ...]:
    """By role, with what each role does, in plain words."""
    if desk.house.demo is None:
        return ()
    groups: dict[Role, list[c.Option]] = {}
    for person in desk.house.demo.people():
        name, _comma, of = person.name.partition(", ")
        groups.setdefault(person.role, []).append(c.Option(f"/demo/sign-in/{person.key}", name, of or None))
    return tuple(
        People(f"role-{role}", _ARE[role], _DOES[role], tuple(people)) for role, people in groups.items()
    )


_ARE = Labels(
    {
        Role.COORDINATOR: N_("Coordinator"),
        Role.ADVOCATE: N_("Advocates"),
        Role.COMMITTEE: N_("Steering committee"),
        Role.DUTY_BEARER: N_("Duty bearers"),
        Role.OBSERVER: N_("Observer"),
    }
)
_DOES = Labels(
    {
        Role.COORDINATOR: N_("Sets the programme up, routes findings, releases what is held."),
        Role.ADVOCATE: N_("They log findings at health services, and check whether reported fixes are real."),
        Role.COMMITTEE: N_("They decide about the stages that need an approval."),
        Role.DUTY_BEARER: N_("They hold a post that has to answer: acknowledge, agree, act, report."),
        Role.OBSERVER: N_("Reads totals."),
    }
)
