"""How is an act done on the pages: its own page with a form, the command, and the way back with a sentence?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

from starlette.responses import Response

from clm_tracker.commands import holding
from clm_tracker.db import load
from clm_tracker.db.units import Reading
from clm_tracker.kernel.refusals import FieldError, Invalid, NotAllowed, NotFound, NotNow, Stale
from clm_tracker.queries import timeline
from clm_tracker.queries.acts import PossibleAct, acts_for
from clm_tracker.queries.findings import recurrences
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk, own_path
from clm_tracker.web.forms import NotValid, Typed, Valid, read
from clm_tracker.web.pages.acts import forms
from clm_tracker.web.pages.acts.doing import FINDING, Doing, To
from clm_tracker.web.pages.acts.questions import About
from clm_tracker.web.render import Page
from clm_tracker.web.security import BODY_LIMIT, UPLOAD_LIMIT
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
Sent = Valid[Any] | NotValid[Any]  # the model differs by act
_CHANGES_SHOWN = 3


@dataclass(frozen=True)
class ActPage(Page):
    """One act on one finding: its form, or the sentence why not."""

    template: ClassVar[str] = "pages/acts/one.html"

    ref: str
    href: str
    title: str
    title_lang: str
    heading: str
    about: str | None
    form: c.Form
    changed: tuple[str, ...]
    again: tuple[c.Words, ...]


def _find(look: Reading, doing: Doing, key: str | UUID) -> About:
    if isinstance(key, UUID) and doing.target != FINDING:
        return About(look, load.case_of(look, doing.target, key), key)
    case = load.case(look, key, lock=False)
    return About(look, case, case.finding.id)


def _possible(about: About, doing: Doing) -> PossibleAct:
    """The act as this person may do it. Raises NotAllowed when it is not their role's, NotFound when it is over."""
    for act in acts_for(about.look, about.case):
        if (act.target, act.verb, act.target_id) == (doing.target, doing.verb, about.id):
            return act
    if why := about.look.why_not(doing.act, about.case):
        raise NotAllowed(why)
    raise NotFound("act")


def _show(
    desk: Desk,
    doing: Doing,
    key: str | UUID,
    *,
    typed: Typed | None = None,
    errors: tuple[FieldError, ...] = (),
    refused: str | None = None,
    status: int = 200,
    changed: bool = False,
) -> Response:
    back = own_path(str((typed or desk.request.query_params).get("back", "")), "")
    with desk.reading() as look:
        about = _find(look, doing, key)
        act = _possible(about, doing)
        f = about.case.finding
        if act.why_not:
            shown = forms.refusal(act, about.case, doing, desk.once(), scope=doing.slug)
        else:
            shown = forms.form(
                doing, about, desk.once(), back=back, typed=typed, errors=errors, refused=refused
            )
        lines = timeline.of(look, f.id, limit=_CHANGES_SHOWN).items if changed else ()
        page = ActPage(
            f.ref,
            f"/findings/{f.ref}",
            f.title,
            f.language,
            forms.name(act, about.case),
            forms.part_says(doing, about),
            shown,
            tuple(line.sentence for line in lines),
            _again(about, doing),
        )
    return desk.show(page, status=status)


def _again(about: About, doing: Doing) -> tuple[c.Words, ...]:
    """What was resolved at this place not long ago, before the same is opened anew (R8)."""
    f = about.case.finding
    if doing.verb != "open" or f.site_id is None or f.theme_id is None:
        return ()
    return tuple(
        c.words(
            _("{sentence} {look} {reopen}"),
            sentence=r.sentence,
            look=c.link(r.title, f"/findings/{r.ref}"),
            reopen=c.link(_("Reopen it"), f"/findings/{r.ref}/reopen"),
        )
        for r in recurrences(about.look, f.site_id, f.theme_id)
    )


def _do(desk: Desk, doing: Doing, key: str | UUID, sent: Sent) -> Response:
    if isinstance(sent, NotValid):
        return _show(
            desk, doing, key, typed=sent.typed, errors=sent.errors, refused=sent.sentence, status=422
        )
    try:
        with desk.writing() as unit:
            about = _find(unit, doing, key)
            if doing.fresh:
                holding.check_fresh(unit, about.case, about.row, sent.data.version)
            ref = about.case.finding.ref
            doing.run(unit, To(ref, about.id, desk.house.evidence), sent.data)
    except Invalid as no:
        return _show(desk, doing, key, typed=sent.typed, errors=no.errors, refused=no.sentence, status=422)
    except (NotNow, Stale) as no:
        stale = isinstance(no, Stale)
        try:
            return _show(desk, doing, key, typed=sent.typed, refused=no.sentence, status=409, changed=stale)
        except NotFound:
            raise no from None  # the act is over for good: its sentence is all there is to show
    return desk.back_to(own_path(sent.data.back, f"/findings/{ref}"), said=_(doing.said))


def _of_finding(doing: Doing) -> tuple[Callable[..., Response], Callable[..., Response]]:
    def look_at(desk: AtDesk, ref: str) -> Response:
        return _show(desk, doing, ref)

    def do(desk: AtDesk, ref: str, sent: Annotated[Sent, read(doing.model)]) -> Response:
        return _do(desk, doing, ref, sent)

    return look_at, do


def _of_part(doing: Doing) -> tuple[Callable[..., Response], Callable[..., Response]]:
    def look_at(desk: AtDesk, part: UUID) -> Response:
        return _show(desk, doing, part)

    def do(desk: AtDesk, part: UUID, sent: Annotated[Sent, read(doing.model)]) -> Response:
        return _do(desk, doing, part, sent)

    return look_at, do


def _register() -> None:
    for doing in forms.DOINGS.values():
        one = "{ref}" if doing.target == FINDING else "{part}"
        address = f"/{doing.target}s/{one}/{doing.slug}"
        look_at, do = (_of_finding if doing.target == FINDING else _of_part)(doing)
        router.get(address, access=may(doing.act))(look_at)
        limit = UPLOAD_LIMIT if doing.upload else BODY_LIMIT
        router.post(address, access=may(doing.act), limit=limit)(do)


_register()
