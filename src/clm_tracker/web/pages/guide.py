"""What do the words on these pages mean, and who does what?"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.web import components as c
from clm_tracker.web.access import SIGNED_IN, Router
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.glossary import glossary
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PATH = "/help"


@dataclass(frozen=True)
class GuidePage(Page):
    """The glossary, and who does what."""

    template: ClassVar[str] = "pages/guide.html"

    heading: str
    roles: c.Table
    words: tuple[c.Word, ...]


@router.get(PATH, access=SIGNED_IN)
def guide(desk: AtDesk) -> Response:
    """Words and roles."""
    roles = (
        (
            _("Advocate"),
            _(
                "Logs what monitoring found, checks whether a reported fix is real, tells the community what came of it."
            ),
        ),
        (
            _("Duty bearer"),
            _(
                "Says that a finding was received, agrees what will be done and by when, reports it done, or says why not."
            ),
        ),
        (
            _("Committee member"),
            _("Decides about stages that need an approval, and reviews what has reached the last stage."),
        ),
        (
            _("Coordinator"),
            _("Sets the programme up, names a duty bearer where none matched, and lets held stages go on."),
        ),
        (_("Observer"), _("Reads totals.")),
    )
    page = GuidePage(
        _("Words and roles"),
        c.Table(
            _("Who does what"),
            (_("Role"), _("What they do")),
            tuple(c.Line(c.plain(role), (c.plain(does),)) for role, does in roles),
        ),
        glossary().words,
        purpose=c.plain(_("What the words on these pages mean, and who does what.")),
    )
    return desk.show(page)
