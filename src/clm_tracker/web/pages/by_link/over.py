"""What does somebody see whose link opens nothing, or whose answer was refused?"""

from dataclasses import dataclass
from typing import ClassVar

from clm_tracker.domain.links import Standing
from clm_tracker.kernel.refusals import Gone, NotFound, Refusal
from clm_tracker.web import components as c
from clm_tracker.web.by_link import ByLink
from clm_tracker.web.desk import Desk
from clm_tracker.web.pages import unsent as unsent_page
from clm_tracker.web.render import Templated
from clm_tracker.web.unsent import Unsent
from clm_tracker.web.words import N_, Labels, _

# What one can do instead.
_MORE = Labels(
    {
        Standing.EXPIRED: N_(
            "A new one goes to the address at which its reader is known. It is not shown here."
        ),
        Standing.REVOKED: N_(
            "If something is still asked of you, the next letter brings a new link. You can also write to the programme."
        ),
        Standing.ENDED: N_(
            "Whoever holds the post now gets letters of their own. There is nothing left to do for you."
        ),
    }
)


@dataclass(frozen=True)
class OverPage(Templated):
    """One clear sentence, and what one can do."""

    template: ClassVar[str] = "pages/by_link/over.html"

    title: str
    sentence: str
    more: str = ""
    form: c.Form | None = None
    back: c.Button | None = None


def no_by_link(desk: Desk, link: ByLink, no: Refusal, title: str, unsent: Unsent | None = None) -> OverPage:
    """The page of a refusal at a door by link: no way leads from it to the pages of those who sign in.

    What stood in a form that was sent before with other words is still there, to be sent too.
    """
    if isinstance(no, Gone) and no.code in set(Standing):
        form = None
        if no.code == Standing.EXPIRED:
            send = c.Button(_("Send me a new link"), c.Look.MAIN)
            form = c.Form(link.to("/again"), send, once=desk.once())
        return OverPage(title, no.sentence, _MORE[Standing(no.code)], form)
    good = link.came is not None and link.came.standing is Standing.GOOD and not link.too_often
    if good and unsent is not None:
        return OverPage(
            unsent_page.title(no),
            unsent_page.sentence(no),
            unsent_page.chosen_again(unsent),
            unsent_page.form(desk, unsent),
            c.Button(_("Back to the question"), href=link.to()),
        )
    if good:
        return OverPage(
            title, no.sentence, back=c.Button(_("Back to the question"), c.Look.MAIN, href=link.to())
        )
    more = (
        _("A part of the address may be missing: copy the whole of it.") if isinstance(no, NotFound) else ""
    )
    return OverPage(title, no.sentence, more)
