"""How does one letter of the programme look, and how are its words changed? (R29)

It is shown about an invented finding. What somebody writes is looked at before it is kept, and nothing in it
is run: places in braces are filled in, everything else is text.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import HTMLResponse, Response

from clm_tracker import languages
from clm_tracker.commands import wordings as commands
from clm_tracker.db.units import Reading, Writing
from clm_tracker.delivery import sms_parts
from clm_tracker.delivery.letters import Letter, drawing, wordings
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid, NotFound
from clm_tracker.queries import wordings as questions
from clm_tracker.queries.letters.example import example
from clm_tracker.queries.wordings import One, Version
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.components import FieldKind
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Line, Note, NotValid, Seen, Valid, read, seen
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.set_up.frame import crumbs
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.security import MAIL_POLICY, POLICY_WITH_FRAMES
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PATH = "/wordings"
ONE = PATH + "/{wording}"


@dataclass(frozen=True)
class WordingPage(Page):
    """One letter, drawn; the form of its words, and their versions."""

    template: ClassVar[str] = "pages/set_up/wording.html"

    crumbs: tuple[c.Link, ...]
    heading: str
    says: c.Words
    tongues_of: tuple[c.Button, ...]
    conflict: c.Conflict | None
    drawn_title: str
    drawn_says: c.Words
    lang_of: str
    subject: str
    text: str
    mail_url: str | None
    sms_says: c.Words
    sms: str
    form: c.Form | None
    form_says: c.Words
    places: c.Table
    places_says: c.Words
    versions: c.Table | None
    versions_says: c.Words
    again: c.Act | None


class Chosen(Seen):
    """The language of the words, and the version that was looked at."""

    language: Line


class Written(Chosen):
    """The words, part by part."""

    subject: Note = ""
    opening: Note = ""
    ask: Note = ""
    after: Note = ""

    @property
    def parts(self) -> dict[str, str]:
        """As they are kept."""
        return {name: getattr(self, name) for name in wordings.PARTS}


@router.get(ONE, access=may(Act.SEE_SET_UP))
def one(desk: AtDesk, wording: str) -> Response:
    """One letter as text, as a mail and as a message of a phone."""
    return _show(desk, wording)


@router.get(ONE + "/mail", access=may(Act.SEE_SET_UP))
def mail(desk: AtDesk, wording: str) -> Response:
    """The letter as a mail program shows it: a page of its own, which loads and runs nothing."""
    with desk.reading() as look:
        letter = _drawn(look, wording, _asked_language(desk, look), _asked_version(desk))[1]
    return HTMLResponse(
        drawing.as_html(letter),
        headers={"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"},
    )


@router.post(ONE, access=may(Act.SET_UP))
def keep(
    desk: AtDesk, wording: str, sent: Annotated[Valid[Written] | NotValid[Written], read(Written)]
) -> Response:
    """Keep these words as the next version."""

    def run(unit: Writing, given: Written) -> UUID:
        return commands.put(
            unit, key=wording, language=given.language, parts=given.parts, version=seen(given.version)
        )

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, wording, back),
        to=at(wording, _sent_language(sent)),
        said=_("The words are kept. Letters that have not left yet are written in them."),
    )


@router.post(ONE + "/try", access=may(Act.SET_UP))
def try_(
    desk: AtDesk, wording: str, sent: Annotated[Valid[Written] | NotValid[Written], read(Written)]
) -> Response:
    """Show the letter in the words of the form; nothing is kept."""
    if isinstance(sent, NotValid):
        return _show(desk, wording, Back.mistaken(sent.typed, sent))
    given = {name: commands.clean(text) for name, text in sent.data.parts.items()}
    try:
        wordings.check(wording, given)
    except Invalid as no:
        return _show(desk, wording, Back.mistaken(sent.typed, no))
    return _show(desk, wording, Back(sent.typed), tried=given)


@router.post(ONE + "/shipped", access=may(Act.SET_UP))
def shipped(
    desk: AtDesk, wording: str, sent: Annotated[Valid[Chosen] | NotValid[Chosen], read(Chosen)]
) -> Response:
    """Take the shipped words again."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.ship(
            unit, key=wording, language=given.language, version=seen(given.version)
        ),
        lambda back: _show(desk, wording, back),
        to=at(wording, _sent_language(sent)),
        said=_("The shipped words hold again."),
    )


def _show(desk: Desk, wording: str, back: Back = FRESH, tried: dict[str, str] | None = None) -> Response:
    typed = back.typed or {}
    seen = _asked_version(desk)
    with desk.reading() as look:
        language = str(typed.get("language") or "") or _asked_language(desk, look)
        found, letter = _drawn(look, wording, language, seen, tried)
        voice = Voice.of(look, desk.guest.language)
        spoken = languages.spoken(look.programme.languages)
    shown = next((v for v in found.versions if v.version == seen), None)
    form = _form(desk, found, shown)
    sms = drawing.as_sms(letter)
    n = sms_parts.parts(sms)
    page = WordingPage(
        crumbs=crumbs(c.Link(_("Words of letters"), f"{PATH}?{urlencode({'in': language})}")),
        heading=found.title,
        says=c.words(
            _("In this language: {name}. {whose}"),
            name=words.language_name(language, desk.guest.language),
            whose=_("In words of our own.") if found.own else _("In the shipped words."),
        ),
        tongues_of=tuple(
            c.Button(words.language_name(tag, desk.guest.language), href=at(wording, tag))
            for tag in spoken
            if tag != language
        ),
        conflict=conflict(form.version, form.fields, back, () if "subject" in typed else form.fields),
        drawn_title=_("How it would look") if tried is not None else _("How it looks"),
        drawn_says=_about_drawn(tried, shown),
        lang_of=language,
        subject=letter.subject,
        text=drawing.as_text(letter),
        mail_url=None if tried is not None else at(wording, language, seen, "/mail"),
        sms_says=c.plain(
            words.counted(
                n, "As a message of a phone it takes one part:", "As a message of a phone it takes {n} parts:"
            )
        ),
        sms=sms,
        form=back.on(form) if desk.may(Act.SET_UP) else None,
        form_says=c.plain(
            _(
                "A line is left out where there is nothing to put into one of its places. An empty line begins a new paragraph."
            )
        ),
        places=c.Table(
            _("What the places stand for"),
            (_("Place"), _("What it stands for")),
            tuple(
                c.Line(c.plain("{" + place + "}"), (c.plain(wordings.PLACES[place]),))
                for place in wordings.places_of(wording)
            ),
        ),
        places_says=c.plain(_("Write them with their braces. Everything else is text.")),
        versions=_versions(wording, language, found.versions, voice) if found.versions else None,
        versions_says=c.plain(
            _("The newest holds. Older ones stay readable, and can be kept again.")
            if found.versions
            else _("The shipped words hold; nobody has changed them.")
        ),
        again=_again(desk, wording, found) if found.own and desk.may(Act.SET_UP) else None,
        purpose=c.plain(_("In which words this letter is written, and how it looks.")),
    )
    answer = desk.show(page, status=back.status)
    answer.headers["Content-Security-Policy"] = POLICY_WITH_FRAMES
    return answer


def _drawn(
    look: Reading, wording: str, language: str, version: int | None, tried: dict[str, str] | None = None
) -> tuple[One, Letter]:
    """The words that hold, and the letter in them, in those of an older version, or in those that are tried."""
    found = questions.one(look, wording, language)
    parts = wordings.parts(found.words) if tried is None else tried
    if version is not None and tried is None:
        kept = next((v.parts for v in found.versions if v.version == version), None)
        if kept is None:
            raise NotFound("letter")
        parts = dict(kept)
    with languages.speaking(language):
        return found, example(look, wording, parts)


def _about_drawn(tried: dict[str, str] | None, shown: Version | None) -> c.Words:
    if tried is not None:
        return c.plain(_("In the words of the form below. Nothing is kept yet."))
    if shown is not None:
        return c.plain(_("As version {n} had it.").format(n=words.number(shown.version)))
    return c.plain(_("About a finding that does not exist."))


def _form(desk: Desk, found: One, shown: Version | None) -> c.Form:
    """The four parts; from an older version, when one is looked at."""
    parts = wordings.parts(found.words)
    if shown is not None and shown.parts:
        parts |= shown.parts
    labels = {
        "subject": (_("Subject"), None),
        "opening": (_("Opening"), _("What has happened, in a sentence or two.")),
        "ask": (_("What is asked"), _("What somebody is asked to do, and by when.")),
        "after": (_("What follows"), _("What happens next, and what is good to know.")),
    }
    fields = tuple(
        c.Field(
            name,
            label,
            FieldKind.TEXT if name == "subject" else FieldKind.TEXTAREA,
            parts[name],
            hint,
            required=name in wordings.NEEDED,
            rows=4,
            longest=wordings.longest(name),
        )
        for name, (label, hint) in labels.items()
    )
    here = f"{PATH}/{found.key}"
    return c.Form(
        here,
        c.Button(_("Keep these words"), c.Look.MAIN),
        fields,
        desk.once(),
        found.version,
        (("language", found.language),),
        (c.Button(_("Show how it would look"), action=f"{here}/try"),),
    )


def _versions(wording: str, language: str, kept: tuple[Version, ...], voice: Voice) -> c.Table:
    return c.Table(
        _("Versions of these words"),
        (_("Version"), _("Subject"), _("Kept by"), _("When")),
        tuple(
            c.Line(
                (c.link(words.number(v.version), at(wording, language, v.version)),),
                (
                    (c.Part(v.parts["subject"], lang=language),)
                    if v.parts
                    else c.plain(_("the shipped words again")),
                    c.plain(v.by),
                    c.words("{at}", at=voice.moment(v.at)),
                ),
            )
            for v in kept
        ),
    )


def _again(desk: Desk, wording: str, found: One) -> c.Act:
    form = c.Form(
        f"{PATH}/{wording}/shipped",
        c.Button(_("Take the shipped words"), c.Look.MAIN),
        once=desk.once(),
        version=found.version,
        hidden=(("language", found.language),),
    )
    about = _("Our own words stay on the list of versions.")
    return c.Act("shipped", _("The shipped words again"), form, about=about)


def at(wording: str, language: str, version: int | None = None, then: str = "") -> str:
    """The address of one letter in a language, in the words that hold or in those of a version."""
    query = {"in": language, **({"version": version} if version is not None else {})}
    return f"{PATH}/{wording}{then}?{urlencode(query)}"


def _asked_language(desk: Desk, look: Reading) -> str:
    return language_asked_for(look.programme.languages, desk)


def language_asked_for(of_programme: tuple[str, ...], desk: Desk) -> str:
    """The language asked for in the address; without one the reader's own where letters have it."""
    spoken = languages.spoken(of_programme)
    asked = desk.request.query_params.get("in")
    if asked is not None and asked not in spoken:
        raise NotFound("letter")
    return asked or (desk.guest.language if desk.guest.language in spoken else spoken[0])


def _asked_version(desk: Desk) -> int | None:
    asked = desk.request.query_params.get("version")
    if asked is None:
        return None
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 9:
        raise NotFound("letter")
    return int(asked)


def _sent_language(sent: Valid[Written] | NotValid[Written] | Valid[Chosen] | NotValid[Chosen]) -> str:
    return sent.data.language if isinstance(sent, Valid) else ""
