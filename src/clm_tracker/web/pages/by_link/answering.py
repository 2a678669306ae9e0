"""How is an answer given by link: a second step that asks, the command that acts, and a receipt? (R40)

The commands are those of everybody: who came by a link is the holder of its post, for its finding alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from clm_tracker.commands import holding
from clm_tracker.db import load
from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid, NotFound, NotNow, Stale
from clm_tracker.queries import links, timeline
from clm_tracker.queries.acts import PossibleAct, acts_for
from clm_tracker.queries.findings.detail import of_case
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, by_link
from clm_tracker.web.desk import VARY, AtDesk, Desk
from clm_tracker.web.forms import NotValid, Valid, read, seen
from clm_tracker.web.pages import pick
from clm_tracker.web.pages.acts import between, forms
from clm_tracker.web.pages.acts.about import About
from clm_tracker.web.pages.acts.doing import FINDING, Doing, To, clean_file
from clm_tracker.web.pages.answering import FRESH, Back
from clm_tracker.web.pages.by_link import wording as plainly
from clm_tracker.web.pages.by_link.one import LINES, PAGE, answered, link_of, owing, sent_to, titled
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.security import BODY_LIMIT, UPLOAD_LIMIT
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
Sent = Valid[Any] | NotValid[Any]  # the model differs by act


@dataclass(frozen=True)
class AnswerPage(Page):
    """One answer: its questions, or the sentence why not."""

    template: ClassVar[str] = "pages/by_link/answer.html"

    ref: str
    title: str
    title_lang: str
    heading: str
    sent_to: c.Words
    about: str | None
    form: c.Form | None
    problem: c.Problem | None
    conflict: c.Conflict | None
    answered: tuple[c.Words, ...]
    back: c.Link


@dataclass(frozen=True)
class ReceivedPage(Page):
    """What is on record now, and what happens next."""

    template: ClassVar[str] = "pages/by_link/received.html"

    ref: str
    title: str
    title_lang: str
    heading: str
    lines: tuple[c.Words, ...]
    then: tuple[str, ...]
    owes: c.Owes
    back: c.Button


@router.get(PAGE + "/received", access=by_link(Act.SEE_FINDINGS))
def received(desk: AtDesk, word: str) -> Response:  # noqa: ARG001 - its door has read the word
    """What this link last put on record; the finding, which says what stands, when another way had put it there before."""
    link = link_of(desk)
    assert link.came is not None
    with desk.reading() as look:
        case = load.case(look, link.came.finding_id, lock=False)
        said = links.uses(look, case.finding.id, link.came.link_id).get(link.came.link_id, ())
        if not said:
            return desk.back_to(link.to())
        voice, quietly = Voice.of(look, desk.guest.language), look.programme.safety_mode
        title, lang = titled(look, case)
        newest = [e for e in reversed(said) if e.at == said[0].at]
        page = ReceivedPage(
            case.finding.ref,
            title,
            lang,
            _("Thank you. Your answer is on record."),
            tuple(
                c.words(
                    _("{at}: {sentence}"),
                    at=voice.moment(e.at),
                    sentence=_("an answer is on record") if quietly else e.sentence,
                )
                for e in newest
            ),
            tuple(dict.fromkeys(plainly.THEN[e.kind] for e in newest if e.kind in plainly.THEN)),
            owing(of_case(look, case), look, case, voice),
            c.Button(_("Back to the finding"), href=link.to()),
            purpose=c.plain(_("What you sent is kept, and this is what follows.")),
        )
    return desk.show(page)


def _find(desk: Desk, look: Reading, doing: Doing, part: UUID | None, *, lock: bool) -> About:
    """The link's finding, or one of its parts. Raises NotFound for a part of another."""
    came = link_of(desk).came
    assert came is not None
    case = load.case(look, came.finding_id, lock=lock)
    if doing.target != FINDING and part not in case.actions:
        raise NotFound(doing.target)
    if look.programme.safety_mode and doing.verb in plainly.OF_WORDS:
        raise NotFound("act")
    return About(look, case, part or case.finding.id)


def _possible(about: About, doing: Doing) -> PossibleAct | None:
    """The answer as it may be given; None when it is over for good."""
    wanted = (doing.target, doing.verb, about.id)
    return next(
        (
            a
            for a in acts_for(about.look, about.case, asked=about.id)
            if (a.target, a.verb, a.target_id) == wanted
        ),
        None,
    )


def _show(
    desk: Desk,
    doing: Doing,
    part: UUID | None,
    *,
    came: Back = FRESH,
    late: NotNow | Stale | None = None,
) -> Response:
    """The second step; with what was typed when it came back."""
    link, typed = link_of(desk), came.typed
    with desk.reading() as look:
        about = _find(desk, look, doing, part, lock=False)
        act = _possible(about, doing)
        if act is None and late is None:
            raise NotFound("act")
        voice, quietly = Voice.of(look, desk.guest.language), look.programme.safety_mode
        why, form, conflict = act.why_not if act else None, None, None
        if act is not None and not why:
            asked = forms.form(
                doing,
                about,
                desk.once(),
                seen=timeline.latest(look),
                came=came,
            )
            form = replace(
                asked,
                action=link.to(plainly.path(doing.target, doing.slug, part)),
                fields=tuple(map(pick.without_a_script, asked.fields)),
            )
        if late is not None and typed is not None and not quietly:
            stale, over = isinstance(late, Stale), act is None or bool(why)
            conflict = between.conflict(doing, about, voice, typed, late.sentence, stale=stale, over=over)
            if conflict is not None and form is not None:
                form = replace(form, refused=None)
        no = came.refused or why
        title, lang = titled(look, about.case)
        page = AnswerPage(
            about.case.finding.ref,
            title,
            lang,
            plainly.says(act, about.case, voice, quietly=quietly) if act else _(doing.submit),
            sent_to(link),
            None if quietly else forms.part_says(doing, about),
            form,
            c.Problem(no) if no and form is None and conflict is None else None,
            conflict,
            answered(link, look, about.case, voice)[:LINES] if form is None else (),
            c.Link(_("Back without answering") if form else _("Back to the finding"), link.to()),
            purpose=c.plain(_(doing.purpose)),
        )
    return desk.show(page, status=came.status)


def _do(desk: Desk, doing: Doing, part: UUID | None, sent: Sent) -> Response:
    if isinstance(sent, NotValid):
        return _show(desk, doing, part, came=Back.mistaken(sent.typed, sent))
    try:
        file = clean_file(sent.data)
        with desk.writing() as unit:
            about = _find(desk, unit, doing, part, lock=True)
            if doing.fresh:
                holding.check_fresh(unit, about.case, about.row, seen(sent.data.version))
            doing.run(unit, To(about.case.finding.ref, about.id, desk.house.evidence, file), sent.data)
    except Invalid as no:
        return _show(desk, doing, part, came=Back.mistaken(sent.typed, no))
    except (NotNow, Stale) as no:
        return _show(desk, doing, part, came=Back.late(sent.typed, no), late=no)
    # Said from where the form stands: the answer is kept for whoever sends it again, and the word is kept nowhere.
    up = "../../" if part else ""
    return RedirectResponse(f"{up}received{link_of(desk).after}", 303, {"Vary": VARY})


def _of_finding(doing: Doing) -> tuple[Callable[..., Response], Callable[..., Response]]:
    def look_at(desk: AtDesk, word: str) -> Response:  # noqa: ARG001 - its door has read the word
        return _show(desk, doing, None)

    def do(desk: AtDesk, word: str, sent: Annotated[Sent, read(doing.model)]) -> Response:  # noqa: ARG001
        return _do(desk, doing, None, sent)

    return look_at, do


def _of_action(doing: Doing) -> tuple[Callable[..., Response], Callable[..., Response]]:
    def look_at(desk: AtDesk, word: str, part: UUID) -> Response:  # noqa: ARG001 - its door has read the word
        return _show(desk, doing, part)

    def do(desk: AtDesk, word: str, part: UUID, sent: Annotated[Sent, read(doing.model)]) -> Response:  # noqa: ARG001
        return _do(desk, doing, part, sent)

    return look_at, do


def _register() -> None:
    for doing in plainly.DOINGS:
        address = PAGE + plainly.path(doing.target, doing.slug, "{part}")
        look_at, do = (_of_finding if doing.target == FINDING else _of_action)(doing)
        router.get(address, access=by_link(doing.act))(look_at)
        router.post(address, access=by_link(doing.act), limit=UPLOAD_LIMIT if doing.upload else BODY_LIMIT)(
            do
        )


_register()
