"""Which keys do something on the pages, and how are they turned off? (WCAG 2.1.4)"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.domain.policy import Act
from clm_tracker.web import components as c
from clm_tracker.web.access import SIGNED_IN, Router
from clm_tracker.web.desk import KEYS, AtDesk, Desk
from clm_tracker.web.forms import NotValid, Valid, read
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PATH = "/help/keyboard"
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class KeyboardPage(Page):
    """The keys; its `sheet` is also shown over any page."""

    template: ClassVar[str] = "pages/keyboard.html"

    heading: str
    close: str
    moving: c.Table
    going: c.Table
    state: c.Words
    form: c.Form


class Switch(BaseModel):
    """On or off."""

    keys: Literal["on", "off"] = "on"


@router.get(PATH, access=SIGNED_IN)
def sheet(desk: AtDesk) -> Response:
    """The help sheet."""
    on = desk.keys
    form = c.Form(
        PATH,
        c.Button(
            _("Turn the keys off") if on else _("Turn the keys on"), name="keys", value="off" if on else "on"
        ),
        once=desk.once(),
    )
    page = KeyboardPage(
        _("Keyboard"),
        _("Close"),
        c.Table(_("On a page"), (_("Key"), _("What it does")), _moving()),
        c.Table(_("To another page"), (_("Keys"), _("Where it leads")), _going(desk)),
        _state(on, apart=desk.wants_fragment),
        form,
        purpose=c.plain(_("Every page can be used with the Tab key alone. With these keys it goes faster.")),
    )
    return desk.show(page, block="sheet")


def _state(on: bool, *, apart: bool) -> c.Words:
    """Where the sheet lies over another page, the way to the button too."""
    if not apart:
        return c.plain(_("The keys are on.") if on else _("The keys are off."))
    said = (
        _("The keys are on in this browser. {change}")
        if on
        else _("The keys are off in this browser. {change}")
    )
    return c.words(said, change=c.link(_("Turn them off or on"), PATH))


@router.post(PATH, access=SIGNED_IN)
def switch(desk: AtDesk, sent: Annotated[Valid[Switch] | NotValid[Switch], read(Switch)]) -> Response:
    """Turn them on or off in this browser: speech input and some keyboards press letters that nobody meant."""
    on = isinstance(sent, NotValid) or sent.data.keys == "on"
    answer = desk.back_to(PATH, said=_("The keys are on.") if on else _("The keys are off."))
    secure = desk.house.secure
    answer.set_cookie(
        KEYS, "on" if on else "off", max_age=A_YEAR, path="/", secure=secure, httponly=True, samesite="lax"
    )
    return answer


def _moving() -> tuple[c.Line, ...]:
    return (
        _line("/", _("To the search")),
        _line("j", _("To the next row; inside a list the arrow down does the same")),
        _line("k", _("To the row before; inside a list the arrow up does the same")),
        _line(_("Enter"), _("Open the row")),
        _line("x", _("Tick the row, or take the tick away")),
        _line("a", _("To what can be done: with the ticked rows, or on this page")),
        _line("?", _("Show this sheet")),
        _line(_("Esc"), _("Close this sheet")),
    )


def _going(desk: Desk) -> tuple[c.Line, ...]:
    ways = (
        ("g d", _("My desk"), None),
        ("g f", _("Findings"), Act.SEE_FINDINGS),
        ("g l", _("Log a finding"), Act.LOG_FINDING),
        ("g v", _("Views of the list, from the list"), Act.SEE_FINDINGS),
        ("g c", _("Decisions"), Act.CHECK_RISK),
        ("g b", _("Duty bearers"), Act.SEE_SET_UP),
        ("g s", _("Set-up"), Act.SET_UP),
    )
    return tuple(_line(keys, says) for keys, says, act in ways if act is None or desk.may(act))


def _line(keys: str, says: str) -> c.Line:
    return c.Line((c.strong(keys),), (c.plain(says),))
