"""How is what somebody wrote so far kept: a new draft, or a change, what its photos show, and then each new photo?"""

from clm_tracker.commands import evidence, findings
from clm_tracker.commands.evidence import Upload
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Finding
from clm_tracker.domain.findings import EDITABLE_OPEN
from clm_tracker.domain.words import EvidenceKind, FindingStatus, Purpose
from clm_tracker.kernel.refusals import FieldError, Invalid, Stale
from clm_tracker.web.desk import Desk
from clm_tracker.web.forms import Typed
from clm_tracker.web.pages.findings import draft, photos
from clm_tracker.web.pages.findings.draft import Answered
from clm_tracker.web.words import _


def keep(
    desk: Desk, ref: str | None, given: Answered, typed: Typed
) -> tuple[Finding, tuple[FieldError, ...]]:
    """The finding as it is kept, and which photos were not. Words first: a photo that is no photo takes none away.

    Raises Invalid, NotNow, and Stale when somebody else changed the same in the meantime.
    """
    with desk.writing() as unit:
        kept = _words(unit, ref, given, typed)
        for said in photos.said(typed):
            evidence.call(unit, kept.ref, said.id, said.caption)
        gone = evidence.take_off(unit, kept.ref, given.take_off) if given.take_off else None
    if gone and gone.kind is EvidenceKind.FILE:
        with desk.writing() as unit:
            evidence.forget(unit, desk.house.evidence, gone.sha256)
    wrong = []
    for file in given.file:
        try:
            with desk.writing() as unit:
                evidence.attach(
                    unit,
                    kept.ref,
                    purpose=Purpose.PROBLEM,
                    store=desk.house.evidence,
                    caption=given.caption,
                    captured_on=kept.observed_on,
                    upload=Upload(file.filename, file.content),
                )
        except Invalid as no:
            why = _("{file} was not added: {why}").format(file=file.filename, why=no.sentence)
            wrong.append(FieldError("file", why))
    return kept, tuple(wrong)


def _words(unit: Writing, ref: str | None, given: Answered, typed: Typed) -> Finding:
    if ref is None:
        return findings.log(unit, **given.saying)
    was = load.case(unit, ref).finding
    says = {name: value for name, value in given.changes.items() if name in _sent(typed)}
    if was.status is not FindingStatus.DRAFT:
        says = {name: value for name, value in says.items() if name in EDITABLE_OPEN}
    try:
        return findings.edit(unit, was.ref, says, version=given.version)
    except Stale:
        # A draft that was kept while its author wrote is not somebody else's change: it says the same.
        if not draft.says_the_same(was, typed):
            raise
        return findings.edit(unit, was.ref, says)


def _sent(typed: Typed) -> frozenset[str]:
    """The fields of a finding that the form asked about: what is left out stays."""
    by_name = {"theme": ("theme_id",), "site": ("site_id", "area_id"), "severity": ("severity", "track")}
    return frozenset(field for name in typed for field in by_name.get(name, (name,)))
