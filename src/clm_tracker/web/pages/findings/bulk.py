"""How is one act done to many findings: what would change and why not, then the deed, then what came of each? (decision 0012)"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.commands import bulk as commands
from clm_tracker.commands.bulk import Outcome, Seen
from clm_tracker.domain.bulk import ACTS, MOST, Deed
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import PauseReason
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound, NotNow, Stale
from clm_tracker.queries import bulk, findings
from clm_tracker.queries.bulk import Foreseen
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk, own_path
from clm_tracker.web.forms import Day, Line, Note, NotValid, Story, Valid, read
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.answering import FRESH, Back
from clm_tracker.web.pages.findings import filters
from clm_tracker.web.pages.findings.export import EXPORT
from clm_tracker.web.pages.findings.filters import Asked
from clm_tracker.web.pages.set_up.frame import Part, PartsPage
from clm_tracker.web.words import N_, Labels, _

router = Router(include_in_schema=False)
BULK = "/findings/bulk"
FORM = "bulk"
LABEL: Mapping[Deed, str] = Labels(
    {
        Deed.PAUSE: N_("Pause the clocks"),
        Deed.RESUME: N_("Let the clocks run"),
        Deed.ESCALATE: N_("Escalate now"),
        Deed.MERGE: N_("Merge into one"),
        Deed.WITHDRAW: N_("Close as withdrawn"),
    }
)
PURPOSE: Mapping[Deed, str] = Labels(
    {
        Deed.PAUSE: N_("The duty bearer's clocks stand still. The working time that is left is kept."),
        Deed.RESUME: N_("The clocks run again with the working time that was left."),
        Deed.ESCALATE: N_(
            "Each climbs one stage before its time. A stage that needs approval is proposed to the committee."
        ),
        Deed.MERGE: N_("They are closed, and lead to the earlier finding. Its obligations go on."),
        Deed.WITHDRAW: N_("They are closed. Nothing is deleted, and nobody owes anything about them."),
    }
)


class Confirmed(BaseModel):
    """What was decided once for all: the deed, the findings as they were seen, and the answers."""

    deed: Deed
    seen: Story = ""
    back: Line = ""
    reason: Note = ""
    why: PauseReason = PauseReason.SAFETY
    until: Day | None = None
    merged_into: Line = ""


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The deed, the references, whether the list had more, the marks that were seen, and the list to go back to."""

    deed: Deed
    refs: tuple[str, ...]
    back: str
    more: bool = False
    marks: Mapping[str, int] | None = None


def bar(desk: Desk, asked: Asked, says: str) -> c.Bulk | None:
    """The acts below a list, for whom there are any."""
    deeds = [deed for deed in Deed if desk.may(ACTS[deed])]
    if not deeds:
        return None
    return c.Bulk(
        _("With those chosen"),
        (
            *(c.Button(LABEL[deed], name="deed", value=str(deed)) for deed in deeds),
            c.Button(_("Export as CSV"), c.Look.PLAIN, action=f"{EXPORT}.csv"),
        ),
        _("A preview comes first. Nothing is changed yet."),
        FORM,
        BULK,
        c.Option("yes", _("All that match: {says}").format(says=says)),
        asked.pairs,
    )


@router.get(BULK, access=may(Act.SEE_FINDINGS))
def preview(desk: AtDesk) -> Response:
    """What the deed would do to each of those that were ticked, or to all of the list."""
    given = desk.request.query_params
    if given.get("deed") not in set(Deed):
        raise NotFound("act")
    deed = Deed(given["deed"])
    asked = Asked.read(given, desk.actor.id)
    back = filters.address(asked.pairs)
    refs, more = tuple(given.getlist("pick"))[:MOST], False
    with desk.reading() as look:
        if why := look.why_not(ACTS[deed], None):
            raise NotAllowed(why)
        if given.get("all") == "yes":
            try:
                found = findings.refs(look, asked.filters, MOST + 1)
            except Invalid:  # an area of long ago in the address
                found = ()
            refs, more = found[:MOST], len(found) > MOST
    return _ask(desk, _Chosen(deed, refs, back, more))


@router.post(BULK, access=may(Act.SEE_FINDINGS))
def confirm(
    desk: AtDesk, sent: Annotated[Valid[Confirmed] | NotValid[Confirmed], read(Confirmed)]
) -> Response:
    """Do it to each that is as it was seen; say of each other one why not."""
    typed = sent.typed
    deed = typed.get("deed")
    if deed not in set(Deed):
        raise NotFound("act")
    seen = tuple(_seen(str(typed.get("seen", ""))))
    back = own_path(str(typed.get("back", "")), filters.LIST)
    chosen = _Chosen(Deed(str(deed)), tuple(s.ref for s in seen), back, marks={s.ref: s.mark for s in seen})
    if isinstance(sent, NotValid):
        return _ask(desk, chosen, Back.mistaken(typed, sent))
    given = sent.data
    try:
        with desk.writing() as unit:
            if why := unit.why_not(ACTS[given.deed], None):
                raise NotAllowed(why)
            outcomes = commands.carry_out(
                unit,
                given.deed,
                seen,
                reason=given.reason,
                why=given.why,
                until=unit.rules.calendar.start_of(given.until) if given.until else None,
                merged_into=given.merged_into,
            )
    except Invalid as no:
        return _ask(desk, chosen, Back.mistaken(typed, no))
    except (NotNow, Stale) as no:
        return _ask(desk, chosen, Back.late(typed, no))
    return _report(desk, chosen, outcomes)


def _seen(text: str) -> Iterable[Seen]:
    """The findings of a preview and their marks; what cannot be read is left out."""
    for one in text.split():
        ref, _colon, mark = one.rpartition(":")
        if ref and mark.isascii() and mark.isdecimal() and len(mark) < 12:
            yield Seen(ref[:40], int(mark))


def _ask(desk: Desk, chosen: _Chosen, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        found = bulk.preview(look, chosen.deed, chosen.refs)
    can = tuple(f for f in found if f.why_not is None)
    cannot = tuple(f for f in found if f.why_not is not None)
    parts = []
    if can:
        n = sum(not f.stays for f in can)
        says = words.counted(n, "{n} finding would change", "{n} findings would change")
        heads = (_("Finding"), _("Now"), _("Then"))
        lines = tuple(_line(f.ref, f.title, f.now, f.then) for f in can)
        parts.append(
            Part("would", says, table=c.Table(says, heads, lines), form=_form(desk, chosen, can, back))
        )
    if cannot:
        says = words.counted(len(cannot), "{n} stays as it is", "{n} stay as they are")
        lines = tuple(_line(f.ref, f.title, f.why_not or "") for f in cannot)
        parts.append(Part("not", says, table=c.Table(says, (_("Finding"), _("Why")), lines)))
    if not found:
        parts.append(
            Part(
                "none",
                _("No finding is chosen"),
                empty=c.Empty(
                    _("Tick the findings in the list, or choose all that match"),
                    act=c.Button(_("Back to the list"), href=chosen.back),
                ),
            )
        )
    purpose = PURPOSE[chosen.deed]
    if chosen.more:
        more = _("These are the first {n} of the list; do them, then come back for the rest.")
        parts.insert(0, Part("more", _("There are more"), c.plain(more.format(n=words.number(MOST)))))
    return _show(desk, chosen, c.plain(purpose), parts, back)


def _form(desk: Desk, chosen: _Chosen, can: tuple[Foreseen, ...], back: Back) -> c.Form:
    marks = chosen.marks or {}
    seen = " ".join(f"{f.ref}:{marks.get(f.ref, f.mark)}" for f in can)
    n = sum(not f.stays for f in can)
    label = words.plural("{deed}: {n} finding", "{deed}: {n} findings", n).format(
        deed=LABEL[chosen.deed], n=words.number(n)
    )
    form = c.Form(
        BULK,
        c.Button(label, c.Look.MAIN),
        _fields(chosen, can),
        once=desk.once(),
        hidden=(("deed", str(chosen.deed)), ("seen", seen), ("back", chosen.back)),
        also=(c.Button(_("Change nothing"), c.Look.PLAIN, href=chosen.back),),
    )
    return back.on(form)


def _fields(chosen: _Chosen, can: tuple[Foreseen, ...]) -> tuple[c.Field, ...]:
    reason = c.Field(
        "reason",
        _("Why"),
        c.FieldKind.TEXTAREA,
        rows=3,
        hint=_("One reason for all of them. It stands in the ledger of each finding."),
    )
    match chosen.deed:
        case Deed.RESUME:
            return ()
        case Deed.PAUSE:
            return (
                c.Field(
                    "why",
                    _("What kind of pause"),
                    c.FieldKind.RADIO,
                    str(PauseReason.SAFETY),
                    options=labels.options(labels.PAUSE),
                ),
                c.Field(
                    "until",
                    _("Until the beginning of this day"),
                    c.FieldKind.DATE,
                    required=False,
                    hint=_("A pause for safety has no end: the community side lifts it."),
                ),
                reason,
            )
        case Deed.MERGE:
            into = c.Field(
                "merged_into",
                _("Into which finding"),
                value=next((f.ref for f in can if f.stays), ""),
                hint=_("The reference of an earlier finding that is open. It stays open itself."),
            )
            return (into, reason)
    return (reason,)


def _report(desk: Desk, chosen: _Chosen, outcomes: tuple[Outcome, ...]) -> Response:
    done = [o for o in outcomes if o.why_not is None]
    left = [o for o in outcomes if o.why_not is not None]
    said = words.counted(len(done), "Done for {n} finding.", "Done for {n} findings.")
    if not left:
        return desk.back_to(chosen.back, said=said)
    parts = []
    if done:
        lines = tuple(_line(o.ref, o.title, LABEL[chosen.deed]) for o in done)
        parts.append(Part("done", said, table=c.Table(said, (_("Finding"), _("What was done")), lines)))
    says = words.counted(len(left), "{n} stays as it is", "{n} stay as they are")
    lines = tuple(_line(o.ref, o.title, o.why_not or "") for o in left)
    parts.append(Part("not", says, table=c.Table(says, (_("Finding"), _("Why")), lines)))
    purpose = c.plain(_("Each finding that changed has its own line in the ledger."))
    return _show(desk, chosen, purpose, parts, FRESH)


def _line(ref: str, title: str, *cells: str) -> c.Line:
    head = c.link(f"{ref}, {title}" if title else ref, f"/findings/{ref}")
    return c.Line((head,), tuple(c.plain(cell) for cell in cells))


def _show(desk: Desk, chosen: _Chosen, says: c.Words, parts: list[Part], back: Back) -> Response:
    page = PartsPage(
        (c.Link(_("Findings"), chosen.back),),
        LABEL[chosen.deed],
        c.Problem(back.refused) if back.refused and not any(p.form for p in parts) else None,
        tuple(parts),
        says=says,
        purpose=c.plain(_("Do one thing to several findings at once, after you saw what it would do.")),
    )
    return desk.show(page, status=back.status)
