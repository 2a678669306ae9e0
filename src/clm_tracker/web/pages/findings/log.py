"""How is a finding logged as a draft, and changed later?"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from starlette.responses import Response

from clm_tracker.commands import evidence, findings
from clm_tracker.commands.evidence import Upload
from clm_tracker.db import load
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.cases import Finding
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import FindingStatus, Purpose
from clm_tracker.kernel.refusals import FieldError, Invalid, NotAllowed, NotNow, Stale
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import NotValid, Typed, Valid, check, read
from clm_tracker.web.pages.findings import draft
from clm_tracker.web.pages.findings.draft import Answered
from clm_tracker.web.render import Page
from clm_tracker.web.security import UPLOAD_LIMIT
from clm_tracker.web.words import N_, _

router = Router(include_in_schema=False)
_STEPS = (
    N_("Where"),
    N_("What was seen"),
    N_("When"),
    N_("Who is affected"),
    N_("How serious"),
    N_("Photo, and check"),
)


@dataclass(frozen=True)
class LogPage(Page):
    """The form of a draft, or of an open finding's text. `find` is none where the place is settled."""

    template: ClassVar[str] = "pages/findings/log.html"

    heading: str
    hint: str
    action: str
    once: str
    version: int | None
    problem: c.Problem | None
    conflict: c.Conflict | None
    find: str | None
    sites: c.Field | None
    groups: tuple[draft.Group, ...]
    submit: c.Button
    stop: c.Button | None
    cancel: c.Button
    steps: tuple[str, ...]


@router.get("/findings/new", access=may(Act.LOG_FINDING))
def ask(desk: AtDesk) -> Response:
    """The questions; with `find` the places of that name."""
    return _show(desk, None, typed=dict(desk.request.query_params))


@router.post("/findings/new", access=may(Act.LOG_FINDING), limit=UPLOAD_LIMIT)
def log(desk: AtDesk, sent: Annotated[Valid[Answered] | NotValid[Answered], read(Answered)]) -> Response:
    """Keep the draft, then open it or stop here."""
    if sent.typed.get("look"):
        return _show(desk, None, typed=sent.typed)
    if isinstance(sent, NotValid):
        return _again(desk, None, sent)
    given = sent.data
    try:
        with desk.writing() as unit:
            made = findings.log(unit, **given.saying, recurrence_of=given.recurrence_of or None)
            _attach(desk, unit, made.ref, given)
    except Invalid as no:
        return _refused(desk, None, sent, no)
    return _onwards(desk, made.ref, given)


@router.get("/findings/{ref}/edit", access=may(Act.EDIT_FINDING))
def look_again(desk: AtDesk, ref: str) -> Response:
    """What the finding says, to be changed."""
    query = dict(desk.request.query_params)
    return _show(desk, ref, typed=query if "find" in query else None)


@router.post("/findings/{ref}/edit", access=may(Act.EDIT_FINDING), limit=UPLOAD_LIMIT)
def edit(
    desk: AtDesk, ref: str, sent: Annotated[Valid[Answered] | NotValid[Answered], read(Answered)]
) -> Response:
    """Change what the finding says."""
    if sent.typed.get("look"):
        return _show(desk, ref, typed=sent.typed)
    sent = _completed(desk, ref, sent)
    if isinstance(sent, NotValid):
        return _again(desk, ref, sent)
    given = sent.data
    try:
        with desk.writing() as unit:
            was = load.case(unit, ref).finding
            says = given.saying | {"track": given.track}
            if was.status is not FindingStatus.DRAFT:
                says = {
                    name: says[name] for name in ("title", "description", "affected", "language", "dimension")
                }
            changed = findings.edit(unit, was.ref, says, version=given.version)
            _attach(desk, unit, changed.ref, given)
    except Invalid as no:
        return _refused(desk, ref, sent, no)
    except Stale as no:
        return _show(desk, ref, typed=sent.typed, refused=no.sentence, status=409, stale=True)
    except NotNow as no:
        return _show(desk, ref, typed=sent.typed, refused=no.sentence, status=409)
    if changed.status is not FindingStatus.DRAFT:
        return desk.back_to(
            f"/findings/{changed.ref}", said=_("Changed. What it said before stays in the record.")
        )
    return _onwards(desk, changed.ref, given)


def _completed(
    desk: Desk, ref: str, sent: Valid[Answered] | NotValid[Answered]
) -> Valid[Answered] | NotValid[Answered]:
    """Of an open finding the form asks less: what cannot change is filled in from the finding itself."""
    if isinstance(sent, Valid):
        return sent
    with desk.reading() as look:
        was = load.case(look, ref, lock=False).finding
    if was.status is FindingStatus.DRAFT:
        return sent
    return check(Answered, {**draft.written(was), **sent.typed}, {})


def _attach(desk: Desk, unit: Writing, ref: str, given: Answered) -> None:
    if given.file is not None:
        upload = Upload(given.file.filename, given.file.content)
        evidence.attach(
            unit,
            ref,
            purpose=Purpose.PROBLEM,
            store=desk.house.evidence,
            captured_on=given.observed_on,
            upload=upload,
        )


def _onwards(desk: Desk, ref: str, given: Answered) -> Response:
    if given.keep:
        return desk.back_to(
            "/", said=_("The draft {ref} is kept. Only you and the coordinators see it.").format(ref=ref)
        )
    return desk.back_to(f"/findings/{ref}/open", said=_("The draft {ref} is kept.").format(ref=ref))


def _again(desk: Desk, ref: str | None, sent: NotValid[Answered]) -> Response:
    return _show(desk, ref, typed=sent.typed, errors=sent.errors, refused=sent.sentence, status=422)


def _refused(desk: Desk, ref: str | None, sent: Valid[Answered], no: Invalid) -> Response:
    return _show(
        desk, ref, typed=sent.typed, errors=draft.renamed(no.errors), refused=no.sentence, status=422
    )


def _show(
    desk: Desk,
    ref: str | None,
    *,
    typed: Typed | None = None,
    errors: tuple[FieldError, ...] = (),
    refused: str | None = None,
    status: int = 200,
    stale: bool = False,
) -> Response:
    with desk.reading() as look:
        was = _editable(look, ref) if ref else None
        page = _page(desk, look, was, typed, errors, refused, stale=stale)
    return desk.show(page, block="sites" if desk.request.method == "GET" else None, status=status)


def _editable(look: Reading, ref: str) -> Finding:
    case = load.case(look, ref, lock=False)
    if why := look.why_not(Act.EDIT_FINDING, case):
        raise NotAllowed(why)
    return case.finding


def _page(
    desk: Desk,
    look: Reading,
    was: Finding | None,
    typed: Typed | None,
    errors: tuple[FieldError, ...],
    refused: str | None,
    *,
    stale: bool,
) -> LogPage:
    kept = draft.written(was) if was else {"language": desk.guest.language}
    filled: Typed = {**kept, **(typed or {})}
    is_open = was is not None and was.status is not FindingStatus.DRAFT
    groups = draft.groups(look, filled, errors, is_open=is_open)
    where = None if is_open else draft.sites(look, filled, errors)
    shown = (*([where] if where else []), *(f for g in groups for f in g.fields))
    problem = c.Problem(refused, tuple(f for f in shown if f.error)) if refused and not stale else None
    conflict = None
    if stale and refused:
        conflict = c.Conflict(
            c.plain(refused),
            _("In the record now"),
            _("What you wrote"),
            draft.differences(kept, typed or {}),
        )
    return LogPage(
        heading=_heading(was),
        hint=_("Write what happened, never who it happened to.")
        if not is_open
        else _(
            "What it said before stays in the record. Severity, theme and place no longer change: dates rest on them."
        ),
        action=f"/findings/{was.ref}/edit" if was else "/findings/new",
        once=desk.once(),
        version=was.version if was else None,
        problem=problem,
        conflict=conflict,
        find=None if is_open else str(filled.get("find", "")),
        sites=where,
        groups=groups,
        submit=c.Button(
            _("Keep the change") if is_open else _("Keep it, then see who has to answer"), c.Look.MAIN
        ),
        stop=None
        if is_open
        else c.Button(_("Keep the draft and stop"), name="keep", value="yes", unchecked=True),
        cancel=c.Button(_("Back"), c.Look.PLAIN, href=f"/findings/{was.ref}" if was else "/findings"),
        steps=() if is_open else tuple(map(_, _STEPS)),
    )


def _heading(was: Finding | None) -> str:
    if was is None:
        return _("Log a finding")
    name = _("The draft {ref}") if was.status is FindingStatus.DRAFT else _("Edit {ref}")
    return name.format(ref=was.ref)
