"""How is an act done on the pages: its own page with a form, the command, and the way back with a sentence?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar
from uuid import UUID

from starlette.responses import Response

from clm_tracker.commands import holding
from clm_tracker.db import load
from clm_tracker.db.units import Reading
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound, NotNow, Stale
from clm_tracker.queries import timeline, wording
from clm_tracker.queries.acts import PossibleAct, acts_for
from clm_tracker.queries.findings import recurrences
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk, own_path
from clm_tracker.web.forms import DAY, NotValid, Typed, Valid, read, seen
from clm_tracker.web.pages import pick
from clm_tracker.web.pages.acts import between, forms, standing
from clm_tracker.web.pages.acts.about import About
from clm_tracker.web.pages.acts.doing import FINDING, Doing, To, clean_file
from clm_tracker.web.pages.answering import FRESH, Back
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.security import BODY_LIMIT, UPLOAD_LIMIT
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
OK = 200
Sent = Valid[Any] | NotValid[Any]  # the model differs by act


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
    why_not: str | None
    thing: c.Link | None
    form: c.Form | None
    problem: c.Problem | None
    conflict: c.Conflict | None
    again: tuple[c.Words, ...]
    panel: c.Act | None
    standing: standing.Standing


def _find(look: Reading, doing: Doing, key: str | UUID) -> About:
    if isinstance(key, UUID) and doing.target != FINDING:
        return About(look, load.case_of(look, doing.target, key), key)
    case = load.case(look, key, lock=False)
    return About(look, case, case.finding.id)


def _possible(about: About, doing: Doing) -> PossibleAct:
    """The act as this person may do it, with the reason when its time is over.

    Raises NotAllowed when it is not their role's, NotFound for what such a thing never asks.
    """
    for act in acts_for(about.look, about.case, asked=about.id):
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
    came: Back = FRESH,
    late: NotNow | Stale | None = None,
) -> Response:
    """The act's page, or what `came` back. `late` came after something else: who did it stands there, and nothing that was typed is lost."""
    typed = came.typed
    back = own_path(str((typed or desk.request.query_params).get("back", "")), "")
    with desk.reading() as look:
        about = _find(look, doing, key)
        act = _possible(about, doing)
        f = about.case.finding
        form = panel = None
        # What no answer would make possible asks for none.
        refused = None if act.why_not and came.errors else came.refused
        if desk.wants_fragment and came.status == FRESH.status:
            asked = desk.request.query_params
            panel = forms.opened(doing, about, act, desk.once(), back=back, asked=asked)
            if (found := pick.offered(desk, panel.form)) is not None:
                return found
        elif not act.why_not:
            form = forms.form(
                doing,
                about,
                desk.once(),
                back=back,
                seen=timeline.latest(look),
                came=replace(came, typed=typed or _meant(desk)),
            )
        voice = Voice.of(look, desk.guest.language)
        conflict = None
        if late is not None and typed is not None:
            over, stale = bool(act.why_not), isinstance(late, Stale)
            conflict = between.conflict(doing, about, voice, typed, late.sentence, stale=stale, over=over)
            if conflict is not None and form is not None:
                form = replace(form, refused=None)
        page = ActPage(
            f.ref,
            f"/findings/{f.ref}",
            wording.titled(f.title),
            f.language,
            forms.name(act, about.case),
            forms.part_says(doing, about),
            act.why_not if refused is None else None,
            _thing(about, doing) if act.why_not else None,
            form,
            c.Problem(refused) if refused and form is None and conflict is None else None,
            conflict,
            _again(about, doing),
            panel,
            standing.of(about, voice),
            purpose=c.plain(
                _("This is not possible now. Here you see why, and how things stand.")
                if act.why_not
                else _(doing.purpose)
            ),
        )
    return desk.show(page, block="panel" if panel else None, status=came.status)


def _thing(about: About, doing: Doing) -> c.Link | None:
    """The way to what the act is about, where that is not the finding itself."""
    match doing.target:
        case "action":
            return c.Link(_("The corrective action"), f"/actions/{about.id}")
        case "obligation":
            return c.Link(_("See how it went"), f"/obligations/{about.id}")
        case "proposal":
            return c.Link(_("The decisions of the committee"), "/decisions")
    return None


def _meant(desk: Desk) -> Typed | None:
    """A day that was chosen on the way here is filled in."""
    day = desk.request.query_params.get("due_on", "")
    return {"due_on": day} if DAY.fullmatch(day) else None


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
        return _show(desk, doing, key, came=Back.mistaken(sent.typed, sent))
    try:
        file = clean_file(sent.data)
        with desk.writing() as unit:
            about = _find(unit, doing, key)
            if doing.fresh:
                holding.check_fresh(unit, about.case, about.row, seen(sent.data.version))
            ref = about.case.finding.ref
            made = doing.run(unit, To(ref, about.id, desk.house.evidence, file), sent.data)
    except Invalid as no:
        return _show(desk, doing, key, came=Back.mistaken(sent.typed, no))
    except (NotNow, Stale) as no:
        return _show(desk, doing, key, came=Back.late(sent.typed, no), late=no)
    said = made if isinstance(made, str) else _(doing.said)
    return desk.back_to(own_path(sent.data.back, f"/findings/{ref}"), said=said)


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
