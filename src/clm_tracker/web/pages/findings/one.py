"""What is known about one finding: who owes what, its ladder, what this person can do, and its record?"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.db import load
from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Case
from clm_tracker.domain.policy import Act
from clm_tracker.queries import timeline, wording
from clm_tracker.queries.findings import FindingDetail
from clm_tracker.queries.findings.detail import of_case, with_record
from clm_tracker.queries.letters import stage
from clm_tracker.queries.staircase import Staircase
from clm_tracker.queries.timeline import Timeline
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages.acts import panels
from clm_tracker.web.pages.findings import before, dates, parts, shown, stage_letters
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
LINES, TOLD = 15, 4


@dataclass(frozen=True)
class FindingPage(Page):
    """One finding, whole."""

    template: ClassVar[str] = "pages/findings/one.html"

    docket: c.Docket
    title: str
    title_lang: str
    owes: c.Owes
    due: c.Due | None
    notes: tuple[c.Message, ...]
    ladder: c.Ladder | None
    ladder_note: c.Words
    promises: tuple[c.Promise, ...]
    promises_title: str
    promises_note: c.Words
    proposed: c.Table | None
    acts: c.Acts
    obligations: c.Obligations | None
    explain: c.Words
    stages: tuple[before.Stage, ...]
    decided: tuple[str, ...]
    beside: c.Beside | None
    claim: c.Side
    claim_note: c.Words
    evidence: tuple[c.Evidence, ...]
    evidence_note: c.Words
    signed_letters: tuple[c.Evidence, ...]
    told: c.Table | None
    told_earlier: c.Table | None
    told_earlier_title: str
    told_note: c.Words
    record: c.Timeline


@dataclass(frozen=True)
class RecordPage(Page):
    """The record of a finding, further back."""

    template: ClassVar[str] = "pages/findings/record.html"

    docket: c.Docket
    title: str
    title_lang: str
    href: str
    record: c.Timeline


@router.get("/findings/{ref}", access=may(Act.SEE_FINDINGS))
def one(desk: AtDesk, ref: str) -> Response:
    """One finding with all that hangs on it."""
    with desk.reading() as look:
        page = _page(desk, look, ref)
    return desk.show(page)


@router.get("/findings/{ref}/record", access=may(Act.SEE_FINDINGS))
def record(desk: AtDesk, ref: str) -> Response:
    """The lines of the record, 50 at a time."""
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        case = load.case(look, ref, lock=False)
        d = of_case(look, case)
        lines = timeline.of_case(look, case, before=desk.request.query_params.get("before"))
        page = RecordPage(
            parts.docket(d, voice),
            wording.titled(d.title),
            d.language,
            f"/findings/{d.ref}",
            _record(lines, d, voice),
            purpose=c.plain(
                _("Everything that happened to this finding, in order; nobody can change a line.")
            ),
        )
    return desk.show(page)


def _page(desk: Desk, look: Reading, ref: str) -> FindingPage:
    voice = Voice.of(look, desk.guest.language)
    case, d, lines, told = with_record(look, ref, newest=LINES)
    pressing = case.obligations[d.next.obligation_id] if d.next else None
    ladder = d.ladder if d.ladder and d.ladder.steps else None
    revoking = f"/findings/{d.ref}/links" if look.why_not(Act.REVOKE_LINK, case) is None else None
    return FindingPage(
        docket=parts.docket(d, voice),
        title=wording.titled(d.title),
        title_lang=d.language,
        owes=parts.owes(d, voice),
        due=dates.card(case, pressing, voice, late=d.next.overdue) if pressing and d.next else None,
        notes=_notes(d),
        ladder=parts.ladder(ladder, voice, _letters(look, d, ladder)) if ladder else None,
        ladder_note=_ladder_note(d, ladder, voice) if ladder else (),
        promises=parts.promises(d, voice),
        promises_title=words.counted(len(d.promises), "One corrective action", "{n} corrective actions"),
        promises_note=parts.promises_note(d),
        proposed=parts.proposed(d, voice),
        acts=panels.of(desk, look, case, d.acts, seen=lines.items[0].seq if lines.items else 0),
        obligations=parts.obligations(d, voice) if d.obligations else None,
        explain=_explain(d),
        stages=tuple(before.stage(p, d, voice) for p in d.proposals if before.waits(p.proposal)),
        decided=tuple(before.decided(p, voice) for p in d.proposals if not before.waits(p.proposal)),
        beside=parts.beside(d, voice),
        claim=parts.claim(d, voice),
        claim_note=_reporter(look, case),
        evidence=shown.gallery(d, voice),
        evidence_note=shown.note(d),
        signed_letters=shown.signed_letters(d, voice),
        told=parts.told(told[:TOLD], voice),
        told_earlier=parts.told(told[TOLD:], voice),
        told_earlier_title=words.counted(len(told[TOLD:]), "One earlier notice", "{n} earlier notices"),
        told_note=parts.told_note(
            told,
            links=revoking,
            letters=f"/letters?about={d.ref}" if desk.may(Act.LOOK_AFTER_LETTERS) else None,
        ),
        record=_record(lines, d, voice),
        purpose=c.plain(_("What was found, who has to answer by when, and what has been done about it.")),
    )


def _ladder_note(d: FindingDetail, ladder: Staircase, voice: Voice) -> c.Words:
    """Whose ladder it is; the sentence at the top may be about something else, which climbs by itself."""
    aside: c.Words = ()
    if d.next and d.next.obligation_id != ladder.obligation_id:
        other = c.link(d.next.what, f"/obligations/{d.next.obligation_id}#ladder")
        said = _("The sentence above is about {other}, which has a ladder of its own.")
        aside = (*c.words(said, other=other), *c.plain(" "))
    return parts.ladder_note(d, ladder, voice, aside)


def _letters(look: Reading, d: FindingDetail, ladder: Staircase) -> dict[int, str]:
    """Where the letters of each stage are printed, for whoever may read one of them."""
    return {
        s.number: f"/findings/{d.ref}/letters#{stage_letters.row_of(s.number)}"
        for s in ladder.steps
        if any(stage.may_read(look, post) for post in s.posts)
    }


def _reporter(look: Reading, case: Case) -> c.Words:
    """The way to who reported it, for those who may know (R41)."""
    if look.why_not(Act.SEE_REPORTER, case):
        return ()
    return (c.link(_("Who reported it"), f"/findings/{case.finding.ref}/reporter"),)


def _explain(d: FindingDetail) -> c.Words:
    """Where dates come from, and once a stage has begun its letters."""
    dates_ = c.link(_("Why these dates"), f"/findings/{d.ref}/explain")
    if not d.stage:
        return (dates_,)
    return c.words(
        _("{dates}; {letters}"),
        dates=dates_,
        letters=c.link(_("letters of the stages, to print"), f"/findings/{d.ref}/letters"),
    )


def _notes(d: FindingDetail) -> tuple[c.Message, ...]:
    found = [
        c.Message(c.plain(f"{p.sentence} {wording.ended(p.reason)}" if p.reason else p.sentence), c.Tone.NOTE)
        for p in d.pending
    ]
    if d.merged_into:
        other = c.link(f"{d.merged_into.ref}, {d.merged_into.title}", f"/findings/{d.merged_into.ref}")
        found.append(
            c.Message(
                c.words(_("This was merged into {other}; both records stay readable."), other=other),
                c.Tone.NOTE,
            )
        )
    if d.merged_here:
        links = {
            f"n{n}": c.link(f"{m.ref}, {m.title}", f"/findings/{m.ref}") for n, m in enumerate(d.merged_here)
        }
        places = words.listed([f"{{{name}}}" for name in links])
        found.append(
            c.Message(
                c.words(
                    words.counted(
                        len(links),
                        "Another finding was merged into this one: {{all}}; its record stays readable.",
                        "{n} findings were merged into this one: {{all}}; their records stay readable.",
                    ).replace("{all}", places),
                    **links,
                ),
                c.Tone.NOTE,
            )
        )
    if d.recurrence_of:
        other = c.link(f"{d.recurrence_of.ref}, {d.recurrence_of.title}", f"/findings/{d.recurrence_of.ref}")
        found.append(
            c.Message(
                c.words(_("The same problem was resolved here before: {other}."), other=other), c.Tone.NOTE
            )
        )
    return tuple(found)


def _record(lines: Timeline, d: FindingDetail, voice: Voice) -> c.Timeline:
    stages = len(d.ladder.steps) if d.ladder else 8
    more = (
        (c.Button(_("Earlier lines"), c.Look.PLAIN, href=f"/findings/{d.ref}/record?before={lines.next}"),)
        if lines.next
        else ()
    )
    return c.Timeline(tuple(parts.entry(e, voice, stages) for e in lines.items), more)
