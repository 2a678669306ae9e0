"""What happened between the moment a form was opened and the moment it was sent?"""

from clm_tracker.queries import timeline
from clm_tracker.web import components as c
from clm_tracker.web.forms import Typed
from clm_tracker.web.pages import answering
from clm_tracker.web.pages.acts.about import About
from clm_tracker.web.pages.acts.doing import Doing
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

SEEN = "seen"  # the newest line of the record when a form was opened; it travels with the form


def conflict(
    doing: Doing, about: About, voice: Voice, typed: Typed, refused: str, *, stale: bool, over: bool
) -> c.Conflict | None:
    """Who did what meanwhile; None when nobody did anything, so that the refusal has another reason.

    With `over` no form follows, and what was typed is shown here.
    """
    lines = _lines(about, voice, typed, stale=stale)
    if not lines:
        return None
    asked = tuple(doing.ask(about))
    mine = c.answered(asked, typed)
    rows = answering.differences(asked, mine) if doing.edits and not over else ()
    kept = tuple(c.Difference(f.label, "", answering.shown(f)) for f in mine if over and typed.get(f.name))
    # Who changed it, and when, the lines say.
    sentence = _("Look at it again before you go on.") if stale else refused
    return c.Conflict(
        c.plain(sentence), _("In the record now"), _("What you wrote"), rows=rows, lines=lines, kept=kept
    )


def known(number: str) -> int | None:
    """A number that came back from a page; None when it is none."""
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else None


def _lines(about: About, voice: Voice, typed: Typed, *, stale: bool) -> tuple[c.Words, ...]:
    seen = known(str(typed.get(SEEN, "")))
    finding = about.case.finding.id
    entries = timeline.since(about.look, finding, seen) if seen is not None else ()
    if not entries and stale:  # a form that did not say what it had seen
        entries = timeline.of_case(about.look, about.case, limit=1).items
    return tuple(c.words(_("{at}: {sentence}"), at=voice.moment(e.at), sentence=e.sentence) for e in entries)
