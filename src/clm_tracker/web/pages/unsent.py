"""What does somebody see whose form came too late: after the sign-in had ended, or after the form was sent before?"""

from dataclasses import dataclass
from typing import ClassVar

from clm_tracker.kernel.refusals import NotSignedIn, Refusal
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.desk import Desk
from clm_tracker.web.render import Templated
from clm_tracker.web.security import TooLarge, TooMany
from clm_tracker.web.unsent import Unsent
from clm_tracker.web.words import _


@dataclass(frozen=True)
class UnsentPage(Templated):
    """Nothing was lost: what was written, and the button that sends it; before that, the way to `sign_in`."""

    template: ClassVar[str] = "pages/unsent.html"

    title: str
    sentence: str
    sign_in: str | None
    form: c.Form
    files: str
    written: tuple[str, ...]


def page(desk: Desk, no: Refusal, unsent: Unsent) -> UnsentPage:
    """The page instead of the refusal alone."""
    out = isinstance(no, NotSignedIn)
    return UnsentPage(
        _("You are not signed in any more") if out else title(no),
        _("Nothing was sent, and nothing is lost: what you wrote is kept on this page.")
        if out
        else sentence(no),
        "/sign-in" if out else None,
        form(desk, unsent),
        chosen_again(unsent),
        unsent.written,
    )


def title(no: Refusal) -> str:
    """What happened to the form."""
    if isinstance(no, TooMany):
        return _("These are too many files")
    return _("The files are too large") if isinstance(no, TooLarge) else _("This form was sent before")


def sentence(no: Refusal) -> str:
    """What to do about it."""
    if not isinstance(no, TooLarge):
        return no.sentence
    if not isinstance(no, TooMany):
        return _(
            "{limit} What you wrote is kept on this page: send it without the files, then add smaller ones, or one at a time."
        ).format(limit=no.sentence)
    return _(
        "{limit} What you wrote is kept on this page: send it without the files, then add them a few at a time."
    ).format(limit=no.sentence)


def form(desk: Desk, unsent: Unsent) -> c.Form:
    """The same answers, to be sent as a request of their own."""
    send = c.Button(_("Send what I wrote"), c.Look.MAIN)
    return c.Form(unsent.to, send, once=desk.once(), hidden=unsent.fields)


def chosen_again(unsent: Unsent) -> str:
    """Which files a browser does not keep; an empty text when there were none."""
    if not unsent.files:
        return ""
    return _("Files are to be chosen again: {names}.").format(names=words.listed(unsent.files))
