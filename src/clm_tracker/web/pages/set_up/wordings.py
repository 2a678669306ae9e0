"""Which letters does the programme write, and which of them in words of its own? (R29)"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.delivery.letters import wordings as shipped
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.speech import N_, Labels
from clm_tracker.queries import wordings as questions
from clm_tracker.queries.wordings import Listed
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages.set_up import wording
from clm_tracker.web.pages.set_up.frame import crumbs
from clm_tracker.web.pages.set_up.wording import PATH
from clm_tracker.web.render import Page
from clm_tracker.web.words import _, counted

router = Router(include_in_schema=False)
# What a letter is about, by how the kind of its event begins; whatever is not here is about the finding itself.
_STAGES, _FINDINGS, _ACTIONS, _SEVERAL, _PROGRAMME = "stages", "findings", "actions", "several", "programme"
_BEGINS: Mapping[str, tuple[str, ...]] = {
    _STAGES: ("stage_", "proposal_"),
    _ACTIONS: ("action_", "extension_", "pause", "due_"),
    _SEVERAL: (shipped.BUNDLE, shipped.DIGEST),
    _PROGRAMME: ("brake_", "parked", "letter_", "notices_", "webhook_", "link_returned"),
}
_NAMES = Labels(
    {
        _STAGES: N_("Stages, and decisions about them"),
        _FINDINGS: N_("Findings, and who has to answer"),
        _ACTIONS: N_("Corrective actions, and time for them"),
        _SEVERAL: N_("Several things in one letter"),
        _PROGRAMME: N_("What the coordinator has to look after"),
    }
)


@dataclass(frozen=True, slots=True)
class Family:
    """Letters about the same kind of thing, folded."""

    id: str
    title: str
    count: str
    letters: tuple[c.Link, ...]


@dataclass(frozen=True)
class WordingsPage(Page):
    """What was changed stands first; all letters, and the languages, below it."""

    template: ClassVar[str] = "pages/set_up/wordings.html"

    crumbs: tuple[c.Link, ...]
    heading: str
    in_language: c.Words
    own: c.Table | None
    unchanged: c.Empty
    families: tuple[Family, ...]
    by_language: c.Table


@router.get(PATH, access=may(Act.SEE_SET_UP))
def every(desk: AtDesk) -> Response:
    """Every kind of letter, with whose words it has."""
    with desk.reading() as look:
        language = wording.language_asked_for(look.programme.languages, desk)
        listed = questions.listed(look, language)
        spoken = languages.spoken(look.programme.languages)
        own = questions.own(look)
    changed = tuple(
        c.Line(
            (c.link(one.title, wording.at(one.key, language)),),
            (c.plain(_("our own, version {n}").format(n=words.number(one.version))),),
        )
        for one in listed
        if one.own
    )
    tongues = tuple(
        c.Line(
            (c.link(words.language_name(tag, desk.guest.language), f"{PATH}?{urlencode({'in': tag})}"),),
            (c.plain(words.number(sum(tag_of == tag for _key, tag_of in own))),),
        )
        for tag in spoken
    )
    page = WordingsPage(
        crumbs(),
        _("Words of letters"),
        c.words(_("In this language: {name}."), name=words.language_name(language, desk.guest.language)),
        c.Table(_("In words of our own"), (_("Letter"), _("Whose words")), changed) if changed else None,
        c.Empty(_("Every letter has the shipped words"), _("Open one below to see it, and to change it.")),
        tuple(_families(listed, language)),
        c.Table(_("Languages"), (_("Language"), _("In words of our own")), tongues),
        purpose=c.plain(
            _(
                "Every letter that leaves, shown about an invented finding. A programme may put its own words in their place."
            )
        ),
    )
    return desk.show(page)


def _families(listed: tuple[Listed, ...], language: str) -> Iterator[Family]:
    for family, name in _NAMES.items():
        letters = tuple(_link(one, language) for one in listed if _about(one.key) == family)
        yield Family(family, name, counted(len(letters), "{n} letter", "{n} letters"), letters)


def _about(key: str) -> str:
    return next((family for family, begins in _BEGINS.items() if key.startswith(begins)), _FINDINGS)


def _link(one: Listed, language: str) -> c.Link:
    return c.Link(one.title, wording.at(one.key, language))
