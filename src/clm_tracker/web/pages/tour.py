"""How does a visitor of a demonstration see, in five minutes, what the tracker does?"""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from starlette.responses import Response

from clm_tracker.domain.words import Role
from clm_tracker.web import components as c
from clm_tracker.web.access import ANYONE, Router
from clm_tracker.web.demonstration import Demo, DemoPerson
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

PATH = "/tour"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop: what one sees there as whom, and the way to it."""

    title: str
    says: str
    go: c.Button


@dataclass(frozen=True)
class TourPage(Page):
    """A walk through the demonstration."""

    template: ClassVar[str] = "pages/tour.html"

    heading: str
    stops: tuple[Stop, ...]


def router(demo: Demo) -> Router:
    """The door of the tour; only a demonstration has it."""
    doors = Router(include_in_schema=False)

    @doors.get(PATH, access=ANYONE)
    def tour(desk: AtDesk) -> Response:
        """Five stops, each as somebody else."""
        guides = {one.role: one for one in demo.people() if one.guides}
        page = TourPage(
            _("A walk in five minutes"),
            tuple(_stop(guides[role], *rest) for role, *rest in _stops() if role in guides),
            purpose=c.plain(
                _(
                    "Everything here is invented, and you can do anything. Each stop shows the tracker with the eyes of somebody else."
                )
            ),
        )
        return desk.show(page)

    return doors


def _stops() -> tuple[tuple[Role, str, str, str], ...]:
    """As whom, what one sees, what to do there, and where."""
    return (
        (
            Role.DUTY_BEARER,
            _("A director answers"),
            _(
                "{who} has a minute between two meetings. The desk says what the post owes and what happens next. Press “Received”, or say what will be done and by when."
            ),
            "/",
        ),
        (
            Role.ADVOCATE,
            _("An advocate follows it up"),
            _(
                "What the director proposed waits on the desk of {who}. Accept it, or log a finding: the page shows whose it becomes before it is opened."
            ),
            "/",
        ),
        (
            Role.ADVOCATE,
            _("Let time pass"),
            _(
                "Press “+7 days” at the top a few times as {who}, and open any finding: reminders go out, stages are entered, and every date explains itself day by day."
            ),
            "/findings?overdue=yes",
        ),
        (
            Role.COMMITTEE,
            _("A committee decides"),
            _(
                "A public stage needs a risk check, the right of reply and two people. {who} sees what is proposed and what is still missing, and can print it for the meeting."
            ),
            "/decisions",
        ),
        (
            Role.COORDINATOR,
            _("A coordinator keeps it running"),
            _(
                "{who} names a duty bearer where none matched, changes a ladder and sees what that would do today, and reads in the ledger what everybody did."
            ),
            "/set-up",
        ),
    )


def _stop(who: DemoPerson, title: str, says: str, to: str) -> Stop:
    name = who.name.partition(", ")[0]
    href = f"/demo/sign-in/{who.key}?{urlencode({'next': to})}"
    return Stop(title, says.format(who=name), c.Button(_("Go there as {who}").format(who=name), href=href))
