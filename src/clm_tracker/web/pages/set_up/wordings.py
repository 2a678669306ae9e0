"""Which letters does the programme write, and which of them in words of its own? (R29)"""

from urllib.parse import urlencode

from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.domain.policy import Act
from clm_tracker.queries import wordings as questions
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages.set_up import wording
from clm_tracker.web.pages.set_up.frame import Part, PartsPage, crumbs
from clm_tracker.web.pages.set_up.wording import PATH
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


@router.get(PATH, access=may(Act.SEE_SET_UP))
def every(desk: AtDesk) -> Response:
    """Every kind of letter, with whose words it has."""
    with desk.reading() as look:
        language = wording.language_asked_for(look.programme.languages, desk)
        listed = questions.listed(look, language)
        spoken = languages.spoken(look.programme.languages)
        own = questions.own(look)
    stages = [one for one in listed if one.key.startswith("stage_")]
    rest = [one for one in listed if one not in stages]

    def table(name: str, ones: list[questions.Listed]) -> c.Table:
        lines = tuple(
            c.Line(
                (c.link(one.title, wording.at(one.key, language)),),
                (
                    c.plain(
                        _("our own, version {n}").format(n=words.number(one.version))
                        if one.own
                        else _("shipped")
                    ),
                ),
            )
            for one in ones
        )
        return c.Table(name, (_("Letter"), _("Whose words")), lines)

    name = words.language_name(language, desk.guest.language)
    tongues = c.Table(
        _("Languages"),
        (_("Language"), _("In words of our own")),
        tuple(
            c.Line(
                (c.link(words.language_name(tag, desk.guest.language), f"{PATH}?{urlencode({'in': tag})}"),),
                (c.plain(words.number(sum(tag_of == tag for _key, tag_of in own))),),
            )
            for tag in spoken
        ),
    )
    page = PartsPage(
        crumbs(),
        _("Words of letters"),
        None,
        (
            Part(
                "stages",
                _("Letters of the stages"),
                c.words(_("In this language: {name}. They grow firmer from stage to stage."), name=name),
                table=table(_("Letters of the stages"), stages),
            ),
            Part("others", _("All other letters"), table=table(_("All other letters"), rest)),
            Part("languages", _("Languages"), table=tongues),
        ),
        purpose=c.plain(
            _(
                "Every letter that leaves, shown about an invented finding. A programme may put its own words in their place."
            )
        ),
    )
    return desk.show(page)
