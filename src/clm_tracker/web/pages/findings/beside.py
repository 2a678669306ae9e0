"""What is said beside the questions while somebody writes: words that could hurt, and what is on record already? (R8, R44)"""

from clm_tracker.db.units import Reading
from clm_tracker.domain.terms import Hint
from clm_tracker.queries import terms, wording
from clm_tracker.queries.findings import Recurrence, Similar, recurrences, similar
from clm_tracker.web import components as c
from clm_tracker.web.components import FieldKind, Option
from clm_tracker.web.forms import STORY, Typed
from clm_tracker.web.pages.findings import draft, where
from clm_tracker.web.pages.hints import said
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

MOST_HINTS = 12
_WRITTEN = ("title", "description", "affected")


def beside(look: Reading, typed: Typed, lang: str, *, is_open: bool) -> c.Alongside:
    """All of it, for what is typed so far; about an open finding only the words."""
    hints = _hints(look, typed)
    if is_open:
        return c.Alongside(hints)
    at, theme = where.chosen(typed), draft.theme_of(typed)
    site = at.site
    voice = Voice.of(look, lang)
    found = similar(look, site=site, area=at.area, theme=theme, title=str(typed.get("title", ""))[:300])
    before = recurrences(look, site, theme) if site and theme else ()
    return c.Alongside(
        hints,
        tuple(_open_already(one, voice) for one in found),
        tuple(_resolved(one) for one in before),
        _repeats(before, typed) if before else None,
    )


def _hints(look: Reading, typed: Typed) -> tuple[c.Words, ...]:
    """Each word once, however often it stands there."""
    language = str(typed.get("language", "en"))
    found: dict[str, Hint] = {}
    for name in _WRITTEN:
        for hint in terms.in_text(look, str(typed.get(name, ""))[:STORY], language):
            found.setdefault(hint.found.casefold(), hint)
    return tuple(said(hint) for hint in list(found.values())[:MOST_HINTS])


def _open_already(one: Similar, voice: Voice) -> c.OpenHere:
    said = c.words(
        _("{title} Open since {day}. {add}"),
        title=c.link(wording.titled(one.title), f"/findings/{one.ref}"),
        day=voice.day(voice.local(one.opened_at)) if one.opened_at else "",
        add=c.link(_("Add what you saw"), f"/findings/{one.ref}/attach"),
    )
    return c.OpenHere(said, c.Rung(one.stage, one.stages))


def _resolved(one: Recurrence) -> c.Words:
    return c.words(
        _("{sentence} {look} {reopen}"),
        sentence=one.sentence,
        look=c.link(wording.titled(one.title), f"/findings/{one.ref}"),
        reopen=c.link(_("Reopen it"), f"/findings/{one.ref}/reopen"),
    )


def _repeats(before: tuple[Recurrence, ...], typed: Typed) -> c.Field:
    """Logged anew all the same: which one it repeats, so that both are counted together."""
    options = (
        Option("", _("It is something else")),
        *(Option(r.ref, _("It is {ref} again").format(ref=r.ref), r.title) for r in before),
    )
    field = c.Field("recurrence_of", _("Logged anew all the same"), FieldKind.RADIO, options=options)
    return c.answered((field,), {"recurrence_of": str(typed.get("recurrence_of", ""))})[0]
