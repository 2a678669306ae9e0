"""Where does a coordinator find each part of the programme's set-up?"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.domain.policy import Act
from clm_tracker.queries.first_steps import first_steps
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages.set_up.beginning import left_to_do
from clm_tracker.web.pages.set_up.frame import INDEX
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


@dataclass(frozen=True)
class IndexPage(Page):
    """The parts of the set-up, each with what it is for."""

    template: ClassVar[str] = "pages/set_up/index.html"

    heading: str
    groups: tuple[c.Ways, ...]
    first: c.FirstSteps | None = None


@router.get(INDEX, access=may(Act.SET_UP))
def index(desk: AtDesk) -> Response:
    """Every page of the set-up."""
    with desk.reading() as look:
        first = left_to_do(first_steps(look))
    page = IndexPage(
        _("Set-up"),
        ways(),
        first,
        purpose=c.plain(
            _(
                "What the programme monitors, who answers for it, and by when. Every change is a line in the ledger."
            )
        ),
    )
    return desk.show(page)


def ways() -> tuple[c.Ways, ...]:
    """The pages of the set-up in the order in which a new programme needs them."""
    return (
        c.Ways(
            _("What is monitored"),
            (
                c.Way(
                    c.Link(_("Places"), "/places"),
                    _("The administrative areas and the sites in them: where findings are made and routed."),
                ),
                c.Way(
                    c.Link(_("Themes"), "/themes"),
                    _("What findings are about; a list that changes while old findings keep their meaning."),
                ),
            ),
        ),
        c.Ways(
            _("Who answers, and who takes part"),
            (
                c.Way(
                    c.Link(_("Duty bearers"), "/duty-bearers"),
                    _("The posts that are obliged to act, who holds them, and what each owes."),
                ),
                c.Way(
                    c.Link(_("People"), "/people"),
                    _("Who takes part in which role, whom to invite, and whose account is open."),
                ),
            ),
        ),
        c.Ways(
            _("By when"),
            (
                c.Way(
                    c.Link(_("Rounds and forums"), "/rounds"),
                    _(
                        "When monitoring takes place and when those who answer meet; windows may end with them."
                    ),
                ),
                c.Way(
                    c.Link(_("Ladders"), "/ladders"),
                    _(
                        "Which stages an overdue obligation climbs, whom each addresses, and which need approval."
                    ),
                ),
                c.Way(
                    c.Link(_("Days that do not count"), "/calendar-days"),
                    _("The weekend, public holidays and the programme's own closed days."),
                ),
                c.Way(
                    c.Link(_("Settings"), "/settings"),
                    _("Windows by severity, reminders, limits, languages and safety mode."),
                ),
            ),
        ),
        c.Ways(
            _("From elsewhere"),
            (
                c.Way(
                    c.Link(_("Imports"), "/imports"),
                    _(
                        "Areas, sites, duty bearers and findings from files, looked at before anything is kept."
                    ),
                ),
            ),
        ),
        c.Ways(
            _("To elsewhere"),
            (
                c.Way(
                    c.Link(_("Answers by mail"), "/messages"),
                    _("What came in by mail, what became of it, and what there is to look at."),
                ),
                c.Way(
                    c.Link(_("Webhooks"), "/webhooks"),
                    _(
                        "Other systems that are told of events as they happen, and what became of each message."
                    ),
                ),
            ),
        ),
        c.Ways(
            _("How it is said"),
            (
                c.Way(
                    c.Link(_("Words of letters"), "/wordings"),
                    _("Every letter as it leaves, in each language, and words of the programme's own in it."),
                ),
                c.Way(
                    c.Link(_("Words that could hurt"), "/terms"),
                    _("What is pointed out to people who write, with a better word and who says so."),
                ),
            ),
        ),
        c.Ways(
            _("Safe running"),
            (
                c.Way(
                    c.Link(_("Engine"), "/engine"),
                    _("Whether every promise is kept, what could not be decided, and what the brake holds."),
                ),
            ),
        ),
    )
