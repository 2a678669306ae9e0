"""How is a finding logged: one question at a time on a phone, all of them on a laptop, the draft kept at every step?

It is one form at one address. All questions are in the page; a phone shows those of one step, and the others travel
along. Every button keeps the draft; with a script it is kept while somebody writes, too.
"""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from starlette.responses import Response

from clm_tracker.db import load
from clm_tracker.db.mint import new_id
from clm_tracker.db.units import Reading
from clm_tracker.domain import findings as law
from clm_tracker.domain.cases import Case, Finding
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import FindingStatus
from clm_tracker.kernel.ids import parse_reference
from clm_tracker.kernel.refusals import FieldError, Invalid, NotAllowed, NotNow, Stale
from clm_tracker.queries import timeline
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import NotValid, Typed, Valid, read
from clm_tracker.web.pages.findings import beside, draft, keeping, photos, reporter, where
from clm_tracker.web.pages.findings.draft import Answered
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page, Templated
from clm_tracker.web.security import UPLOAD_LIMIT
from clm_tracker.web.words import N_, _

router = Router(include_in_schema=False)
Sent = Valid[Answered] | NotValid[Answered]
_STEPS = (
    ("where", N_("Where")),
    ("what", N_("What was seen")),
    ("when", N_("When")),
    ("whom", N_("Who is affected")),
    ("severity-group", N_("How serious")),
    ("photo", N_("Photos, and check")),
)
_NEXT = (
    N_("Next: what was seen"),
    N_("Next: when"),
    N_("Next: who is affected"),
    N_("Next: how serious"),
    N_("Next: photos"),
)


@dataclass(frozen=True)
class LogPage(Page):
    """The form of a draft, or of an open finding's text. Without a `step` all questions stand on the page everywhere."""

    template: ClassVar[str] = "pages/findings/log.html"

    heading: str
    hint: str
    action: str
    once: str
    begun: str | None
    ref: str | None
    version: int | None
    kept: str
    problem: c.Problem | None
    conflict: c.Conflict | None
    step: int | None
    progress: str
    find: str | None
    sites: c.Field | None
    groups: tuple[draft.Group, ...]
    photos: tuple[c.Photo, ...]
    reporter: reporter.Aside | None
    alongside: c.Alongside
    next: c.Button | None
    back: c.Button | None
    submit: c.Button
    stop: c.Button | None
    cancel: c.Button
    all: c.Button | None
    steps: tuple[c.Link, ...]


@dataclass(frozen=True)
class KeptPage(Templated):
    """What comes back to a form while somebody writes in it."""

    template: ClassVar[str] = "pages/findings/kept.html"

    text: str
    problem: str | None
    ref: str | None
    version: int | None
    alongside: c.Alongside
    photos: tuple[c.Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Back:
    """The form as it comes back: what was typed, what is wrong, and whether the record changed meanwhile."""

    typed: Typed | None = None
    errors: tuple[FieldError, ...] = ()
    refused: str | None = None
    status: int = 200
    stale: bool = False
    block: str | None = None


@router.get("/findings/new", access=may(Act.LOG_FINDING))
def ask(desk: AtDesk) -> Response:
    """The questions; with `find` the places of that name."""
    query = dict(desk.request.query_params)
    return _show(desk, None, Back(typed=reporter.without(query), block="sites" if "find" in query else None))


@router.post("/findings/new", access=may(Act.LOG_FINDING), limit=UPLOAD_LIMIT, in_steps=True)
def log(desk: AtDesk, sent: Annotated[Sent, read(Answered)]) -> Response:
    """Keep the draft, then go on where the button leads. A draft that was begun while typing is named in the form."""
    return _answer(desk, parse_reference(str(sent.typed.get("draft", ""))), sent)


@router.get("/findings/{ref}/edit", access=may(Act.EDIT_FINDING))
def look_again(desk: AtDesk, ref: str) -> Response:
    """What the finding says, to be changed; a draft at the first question without an answer."""
    query = dict(desk.request.query_params)
    return _show(desk, ref, Back(typed=reporter.without(query), block="sites") if "find" in query else Back())


@router.post("/findings/{ref}/edit", access=may(Act.EDIT_FINDING), limit=UPLOAD_LIMIT, in_steps=True)
def edit(desk: AtDesk, ref: str, sent: Annotated[Sent, read(Answered)]) -> Response:
    """Change what the finding says."""
    return _answer(desk, ref, sent)


def _answer(desk: Desk, ref: str | None, sent: Sent) -> Response:
    typed = sent.typed
    if typed.get("look") or typed.get("go") == "near" or (typed.get("go") == "here" and typed.get("find")):
        return _show(desk, ref, Back(typed=typed, block="sites"))
    if typed.get("go") == "auto" and desk.wants_fragment:
        return _while_writing(desk, ref, sent)
    if isinstance(sent, NotValid):
        return _show(desk, ref, Back(typed, sent.errors, sent.sentence, 422))
    given = sent.data
    go = "next" if given.go in {"next", "back"} and not given.says_something and ref is None else ""
    if go:
        return desk.back_to(f"/findings/new?step={_onto(typed)}")
    try:
        kept, errors = keeping.keep(desk, ref, given, typed)
    except Invalid as no:
        return _show(desk, ref, Back(typed, draft.renamed(no.errors), no.sentence, 422))
    except Stale as no:
        ref = ref or keeping.begun(desk, given)
        return _show(desk, ref, Back(typed, (), no.sentence, 409, stale=True))
    except NotNow as no:
        return _show(desk, ref, Back(typed, (), no.sentence, 409))
    if errors:
        back = Back({**reporter.without(typed), "step": str(draft.STEPS)}, errors, errors[0].message, 422)
        return _show(desk, kept.ref, back, at=kept.version)
    return _onwards(desk, kept, given, typed)


def _onwards(desk: Desk, kept: Finding, given: Answered, typed: Typed) -> Response:
    edit = f"/findings/{kept.ref}/edit"
    if kept.status is not FindingStatus.DRAFT:
        return desk.back_to(
            f"/findings/{kept.ref}", said=_("Changed. What it said before stays in the record.")
        )
    if given.keep:
        said = _("The draft {ref} is kept. Only you and the coordinators see it.").format(ref=kept.ref)
        return desk.back_to("/", said=said)
    if given.take_off:
        onto = f"step={draft.STEPS}" if _at(typed) else "all=yes"
        return desk.back_to(f"{edit}?{onto}#photo", said=_("It is taken off the draft."))
    if given.go:
        return desk.back_to(f"{edit}?step={_onto(typed)}")
    with desk.reading() as look:
        lacks = law.missing(kept, look.now, look.rules)
    if lacks:
        return desk.back_to(f"{edit}?check=yes")
    return desk.back_to(f"/findings/{kept.ref}/open", said=_("The draft {ref} is kept.").format(ref=kept.ref))


def _while_writing(desk: Desk, ref: str | None, sent: Sent) -> Response:
    """Keep what is there, and say what there is to say about it. Of an open finding nothing changes by itself."""
    kept, problem, status = None, None, 200
    with desk.reading() as look:
        is_open = ref is not None and _editable(look, ref).finding.status is not FindingStatus.DRAFT
    if isinstance(sent, NotValid):
        problem, status = _("Not kept yet: {why}").format(why=sent.sentence), 422
    elif not is_open and (ref or sent.data.says_something):
        try:
            kept, _errors = keeping.keep(desk, ref, sent.data, sent.typed)
        except Invalid as no:
            problem, status = _("Not kept yet: {why}").format(why=no.sentence), 422
        except (Stale, NotNow) as no:
            problem, status = _("Not kept: {why}").format(why=no.sentence), 409
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        aside = beside.beside(look, sent.typed, desk.guest.language, is_open=is_open)
        text = _kept_at(voice.moment(look.now).text) if kept else ""
        pieces = photos.of(look, load.case(look, kept.ref, lock=False), voice, {}) if kept else ()
    known = (kept.ref, kept.version) if kept else (ref, _number(sent.typed.get("version")))
    page = KeptPage(text, problem, *known, aside, pieces)
    answer = desk.show(page, block="kept", status=status)
    if kept and ref is None:
        answer.headers["HX-Replace-Url"] = f"/findings/{kept.ref}/edit?step={_at(sent.typed) or 1}"
    return answer


def _show(desk: Desk, ref: str | None, back: Back, *, at: int | None = None) -> Response:
    with desk.reading() as look:
        case = _editable(look, ref) if ref else None
        page = _page(desk, look, case, back, at)
    return desk.show(page, block=back.block, status=back.status)


def _editable(look: Reading, ref: str) -> Case:
    case = load.case(look, ref, lock=False)
    if why := look.why_not(Act.EDIT_FINDING, case):
        raise NotAllowed(why)
    return case


def _page(desk: Desk, look: Reading, case: Case | None, back: Back, at: int | None) -> LogPage:
    was = case.finding if case else None
    voice = Voice.of(look, desk.guest.language)
    query = desk.request.query_params
    kept = draft.written(was, _repeated(look, was)) if was else {"language": desk.guest.language}
    filled: Typed = {**kept, **(back.typed or {})}
    is_open = was is not None and was.status is not FindingStatus.DRAFT
    errors, refused = back.errors, back.refused
    if was and not is_open and query.get("check") and desk.request.method == "GET":
        errors = draft.renamed(law.missing(was, look.now, look.rules))
        refused = _("The draft is kept. Before it can be opened, this is still needed:") if errors else None
    groups = draft.groups(look, filled, errors, is_open=is_open)
    places = None if is_open else where.question(look, filled, errors)
    pieces = photos.of(look, case, voice, filled, errors) if case and not is_open else ()
    aside = None if is_open else reporter.aside(look, case, back.typed or {}, errors)
    fields = (
        *(aside.fields if aside else ()),
        # Above its choices the question says how these were found.
        *([replace(places, label=where.called())] if places else []),
        *(f for g in groups for f in g.fields),
        *(p.says for p in pieces),
    )
    wrong = tuple(f for f in fields if f.error)
    step = None if is_open or "all" in query else _step(was, back, wrong, query.get("step"))
    action = f"/findings/{was.ref}/edit" if was else "/findings/new"
    conflict = None
    if back.stale and refused:
        rows = draft.differences(kept, back.typed or {})
        conflict = c.Conflict(c.plain(refused), _("In the record now"), _("What you wrote"), rows)
    return LogPage(
        purpose=c.plain(_("Put down what people met, so that somebody has to answer for it.")),
        heading=_heading(was),
        hint=_("Write what happened, never who it happened to.")
        if not is_open
        else _(
            "What it said before stays in the record. Severity, theme and place no longer change: dates rest on them."
        ),
        action=action,
        once=desk.once(),
        begun=None if was else str((not back.stale and draft.minted(filled.get("begun"))) or new_id()),
        ref=was.ref if was else None,
        version=at or (was.version if was else None),
        kept=_kept(look, was, voice) if was and not is_open else "",
        problem=c.Problem(refused, wrong) if refused and not back.stale else None,
        conflict=conflict,
        step=step,
        progress=_("{n} of {all}").format(n=step or 1, all=draft.STEPS),
        find=None if is_open else str(filled.get("find", "")),
        sites=places,
        groups=groups,
        photos=pieces,
        reporter=aside,
        alongside=beside.beside(look, filled, desk.guest.language, is_open=is_open),
        next=c.Button(_(_NEXT[step - 1]), c.Look.MAIN, name="go", value="next")
        if step and step < draft.STEPS
        else None,
        back=c.Button(_("Back"), name="go", value="back") if step and step > 1 else None,
        submit=c.Button(
            _("Keep the change") if is_open else _("Keep it, then see who has to answer"), c.Look.MAIN
        ),
        stop=None
        if is_open
        else c.Button(_("Keep the draft and stop"), c.Look.PLAIN, name="keep", value="yes"),
        cancel=c.Button(
            _("See the draft") if was and not is_open else _("Leave"),
            c.Look.PLAIN,
            href=f"/findings/{was.ref}" if was else "/findings",
        ),
        all=c.Button(_("All questions on one page"), c.Look.PLAIN, href=f"{action}?all=yes")
        if step
        else None,
        steps=() if is_open else tuple(c.Link(_(name), f"#{id_}") for id_, name in _STEPS),
    )


def _step(was: Finding | None, back: Back, wrong: tuple[c.Field, ...], asked: str | None) -> int:
    if wrong:
        return min(draft.step_of(f.name) for f in wrong)
    if back.typed and (step := _at(back.typed)):
        return step
    if step := _known_step(_number(asked)):
        return step
    return draft.first_unanswered(was) if was else 1


def _at(typed: Typed) -> int | None:
    """The step that the form was at."""
    return _known_step(_number(typed.get("step")))


def _onto(typed: Typed) -> int:
    """The step that the button leads to."""
    by = {"next": 1, "back": -1}.get(str(typed.get("go")), 0)
    return min(max((_at(typed) or 1) + by, 1), draft.STEPS)


def _known_step(n: int | None) -> int | None:
    return n if n is not None and 1 <= n <= draft.STEPS else None


def _number(given: object) -> int | None:
    text = str(given or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _kept(look: Reading, was: Finding, voice: Voice) -> str:
    lines = timeline.of(look, was.id, limit=1).items
    return _kept_at(voice.moment(lines[0].at if lines else was.logged_at).text)


def _kept_at(moment: str) -> str:
    return _("Draft kept, {moment}").format(moment=moment)


def _repeated(look: Reading, was: Finding) -> str:
    if was.recurrence_of is None:
        return ""
    return load.case(look, was.recurrence_of, lock=False).finding.ref


def _heading(was: Finding | None) -> str:
    if was is None:
        return _("Log a finding")
    name = _("The draft {ref}") if was.status is FindingStatus.DRAFT else _("Edit {ref}")
    return name.format(ref=was.ref)
