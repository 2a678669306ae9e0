"""Who reported a finding, on a page of its own that is opened in a second step, and only by those who may know. (R41)

Looking at the page changes nothing and shows nothing of the person. Opening is a press of a button: it leaves a line in
the ledger. What is opened is kept nowhere on its way: the answer is not written down beside a one-time key.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from clm_tracker.commands import reporters as commands
from clm_tracker.db import load
from clm_tracker.db.units import Reading, Writing
from clm_tracker.delivery.sealed import Seal
from clm_tracker.domain.cases import Case
from clm_tracker.domain.policy import Act
from clm_tracker.domain.reporters import Reporter
from clm_tracker.kernel.refusals import FieldError, NotNow
from clm_tracker.queries import reporters
from clm_tracker.queries.timeline import Entry
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Line, Note, NotValid, Typed, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.set_up import marks
from clm_tracker.web.pages.set_up.frame import Part, PartsPage
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = "/findings/{ref}/reporter"
NAME, PHONE, NOTE = 200, 60, 1_000
Name = Annotated[Line, Field(max_length=NAME)]
Phone = Annotated[Line, Field(max_length=PHONE)]
HowTo = Annotated[Note, Field(max_length=NOTE)]
IN_A_DRAFT = "reporter_"
NAMES = tuple(f"{IN_A_DRAFT}{name}" for name in ("name", "phone", "note"))


class Written(marks.Seen):
    """What somebody wrote about the person."""

    name: Name = ""
    phone: Phone = ""
    note: HowTo = ""

    @property
    def reporter(self) -> Reporter:
        """As the command takes it."""
        return Reporter(name=self.name, phone=self.phone, note=self.note)


@router.get(PAGE, access=may(Act.SEE_REPORTER))
def look(desk: AtDesk, ref: str) -> Response:
    """Whether anything is kept, until when, and who opened it."""
    return _show(desk, ref)


@router.get(PAGE + "/open", access=may(Act.SEE_REPORTER))
def go_back(desk: AtDesk, ref: str) -> Response:
    """Whoever changes the language of what is open comes by here: it is closed again."""
    return _show(desk, ref)


@router.post(PAGE + "/open", access=may(Act.SEE_REPORTER))
def open_(desk: AtDesk, ref: str) -> Response:
    """Show it, this once."""
    desk.ticket = None  # a second press opens it a second time, and the answer is kept by nobody
    try:
        with desk.writing() as unit:
            found = commands.open_(unit, ref, seal(desk))
    except NotNow as no:
        return _show(desk, ref, Back(refused=no.sentence, status=409))
    return _show(desk, ref, opened=found)


@router.post(PAGE, access=may(Act.KEEP_REPORTER))
def keep(
    desk: AtDesk, ref: str, sent: Annotated[Valid[Written] | NotValid[Written], read(Written)]
) -> Response:
    """Keep it, in place of what was kept."""

    def run(unit: Writing, given: Written) -> None:
        _as_seen(unit, ref, given)
        commands.keep(unit, ref, seal(desk), given.reporter)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, ref, back),
        to=f"/findings/{ref}/reporter",
        said=_("It is kept, locked away from the finding."),
    )


@router.post(PAGE + "/delete", access=may(Act.KEEP_REPORTER))
def delete(desk: AtDesk, ref: str, sent: marks.Pressed) -> Response:
    """Nothing is kept any more."""

    def run(unit: Writing, given: marks.Seen) -> None:
        _as_seen(unit, ref, given)
        commands.forget(unit, ref)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, ref, back),
        to=f"/findings/{ref}/reporter",
        said=_("It is deleted."),
    )


def _as_seen(unit: Writing, ref: str, given: marks.Seen) -> None:
    """Raises Stale when somebody wrote it anew, or deleted it, since whoever changes it looked."""
    marks.unchanged(given, _stands(reporters.kept(unit, load.case(unit, ref))))


def _stands(kept: reporters.Keeping) -> tuple[c.Field, ...]:
    return (c.Field("sealed", "", value=kept.sealed),)


def seal(desk: Desk) -> Seal:
    """What closes and opens it."""
    return Seal(commands.PURPOSE, desk.house.key)


def fields(*, prefix: str = "") -> tuple[c.Field, ...]:
    """The questions; in a form that asks for other things their names begin with `prefix`."""
    return (
        c.Field(f"{prefix}name", _("Name, or what they want to be called"), required=False, longest=NAME, autocomplete="off"),
        c.Field(f"{prefix}phone", _("Telephone"), required=False, longest=PHONE, autocomplete="off"),
        c.Field(
            f"{prefix}note",
            _("How to reach them safely"),
            c.FieldKind.TEXTAREA,
            hint=_("When, by which way, and what must not be said to whoever answers."),
            required=False,
            rows=2,
            longest=NOTE,
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aside:
    """The questions as a form for a finding asks them, folded away; `kept` is the way to what is kept already."""

    title: str
    says: str
    warning: str | None
    fields: tuple[c.Field, ...]
    kept: c.Words
    open: bool


def aside(look: Reading, case: Case | None, typed: Typed, errors: Sequence[FieldError]) -> Aside | None:
    """For a draft, if this person may keep it. What is kept already is not shown here, nor written over."""
    if case is not None and look.why_not(Act.KEEP_REPORTER, case):
        return None
    is_kept = case is not None and reporters.is_kept(look, case)
    way = (
        c.link(_("See who opened it, or change it"), f"/findings/{case.finding.ref}/reporter")
        if case
        else None
    )
    asked = () if is_kept else c.answered(fields(prefix=IN_A_DRAFT), typed, errors)
    return Aside(
        title=_("Who told you of it"),
        says=purpose(look),
        warning=warning(look),
        fields=asked,
        kept=c.words(_("It is kept, locked away from the finding. {way}"), way=way)
        if is_kept and way
        else (),
        open=any(f.value or f.error for f in asked),
    )


def without(typed: Typed) -> Typed:
    """What was typed, without what was kept apart: it is not sent back."""
    return {name: value for name, value in typed.items() if name not in NAMES}


def purpose(look: Reading) -> str:
    """What it is for, and where it never goes."""
    days = look.rules.reporter_days
    return words.counted(
        days,
        "Only to tell the person what came of it. It is locked away from the finding: only whoever logged it and the coordinators can open it, and each opening is written down. It never goes into a letter, a list, a download or a page for duty bearers. It is deleted {n} day after the finding ends.",
        "Only to tell the person what came of it. It is locked away from the finding: only whoever logged it and the coordinators can open it, and each opening is written down. It never goes into a letter, a list, a download or a page for duty bearers. It is deleted {n} days after the finding ends.",
    )


def warning(look: Reading) -> str | None:
    """What safety mode asks for, first."""
    if not look.programme.safety_mode:
        return None
    return _("This programme runs in safety mode. Do not write here who reported it unless it is needed.")


def _show(desk: Desk, ref: str, back: Back = FRESH, opened: Reporter | None = None) -> Response:
    with desk.reading() as look:
        case = load.case(look, ref, lock=False)
        kept = reporters.kept(look, case)
        voice = Voice.of(look, desk.guest.language)
        at, version = f"/findings/{case.finding.ref}", marks.mark(_stands(kept))
        if kept.goes_on is None:
            parts = [_nothing(desk, at, back, warning(look), version)]
        else:
            until = voice.day(kept.goes_on, words.Style.SHORT)
            parts = [_kept(desk, at, back, opened, until, version)]
        parts += [_lines(kept.lines, voice)] if kept.lines else []
        # What is kept is opened by whoever wants to see it, and that is written down: it is not shown beside what was typed.
        changed = conflict(version, (), back)
        page = PartsPage(
            (c.Link(_("Findings"), "/findings"), c.Link(case.finding.ref, at)),
            _("Who reported it"),
            c.Problem(back.refused) if back.refused and back.typed is None else None,
            tuple(parts),
            conflict=changed,
            purpose=c.plain(purpose(look)),
        )
    return desk.show(page, status=back.status)


def _nothing(desk: Desk, at: str, back: Back, warning: str | None, version: str) -> Part:
    says = warning or _("Nothing is kept so far, and nothing has to be.")
    return Part("kept", _("Write it down"), c.plain(says), form=_form(desk, at, back, fields(), version))


def _kept(desk: Desk, at: str, back: Back, opened: Reporter | None, until: words.When, version: str) -> Part:
    says = c.words(_("It is deleted by itself on {day}, or sooner when the finding ends."), day=until)
    delete = _pressed("delete", _("Delete it now"), f"{at}/reporter/delete", desk, version=version)
    if opened is None and back.typed is None:
        acts = (_pressed("open", _("Open it"), f"{at}/reporter/open", desk, c.Look.MAIN), delete)
        return Part("kept", _("It is kept and locked"), says, acts=acts)
    asked = fields()
    facts: tuple[c.Fact, ...] = ()
    if opened:
        asked = c.answered(asked, asdict(opened))
        facts = tuple(c.Fact(f.label, f.value or "–", in_words=True) for f in asked)
    form = _form(desk, at, back, asked, version)
    change = c.Act("change", _("Change it"), form, open=back.typed is not None)
    title = _("It is open before you") if opened else _("It is kept and locked")
    return Part("kept", title, says, facts=facts, acts=(change, delete))


def _form(desk: Desk, at: str, back: Back, asked: tuple[c.Field, ...], version: str) -> c.Form:
    button = c.Button(_("Keep it locked away"), c.Look.MAIN)
    return back.on(c.Form(f"{at}/reporter", button, asked, once=desk.once(), version=version))


def _pressed(
    id: str, label: str, action: str, desk: Desk, look: c.Look = c.Look.SECOND, version: str | None = None
) -> c.Act:
    return c.Act(id, label, c.Form(action, c.Button(label, look), once=desk.once(), version=version))


def _lines(lines: Sequence[Entry], voice: Voice) -> Part:
    rows = tuple(c.Line(c.words("{at}", at=voice.moment(e.at)), (c.plain(e.sentence),)) for e in lines)
    return Part(
        "lines",
        _("What was done with it"),
        table=c.Table(_("What was done with it"), (_("When"), _("What")), rows),
    )
