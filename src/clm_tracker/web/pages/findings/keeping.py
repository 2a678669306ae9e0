"""How is what somebody wrote so far kept: a new draft, or a change, what its photos show, and then each new photo?"""

import hashlib
from datetime import timedelta
from uuid import UUID

from clm_tracker.commands import evidence, findings, reporters
from clm_tracker.commands.evidence import Clean, Upload
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Finding
from clm_tracker.domain.findings import EDITABLE_OPEN
from clm_tracker.domain.words import EvidenceKind, FindingStatus, Purpose
from clm_tracker.kernel.refusals import FieldError, Invalid, NotFound, Stale
from clm_tracker.web.desk import Desk
from clm_tracker.web.forms import Typed, seen
from clm_tracker.web.pages.findings import draft, photos, reporter
from clm_tracker.web.pages.findings.draft import Answered
from clm_tracker.web.words import _

Files = tuple[tuple[Upload, Clean | Invalid], ...]  # as they came, and as they are kept or why not
AT_ONCE = timedelta(minutes=1)  # two requests so close are one person's hurry, not two opinions


def keep(
    desk: Desk, ref: str | None, given: Answered, typed: Typed
) -> tuple[Finding, tuple[FieldError, ...]]:
    """The finding as it is kept, and which photos were not. Words first: a photo that is no photo takes none away.

    A form that knows of no draft yet may be sent twice at once: both keep the draft that it was drawn for.

    Raises Invalid, NotNow, and Stale when somebody else changed the same in the meantime.
    """
    files = tuple((file, _cleaned(file)) for file in given.file)
    joins = begun(desk, given) if ref is None else None
    try:
        return _keep(desk, ref, given, typed, joins, files)
    except Stale:
        if ref or joins or (joins := begun(desk, given)) is None:
            raise
        return _keep(desk, ref, given, typed, joins, files)


def begun(desk: Desk, given: Answered) -> str | None:
    """The draft that this same form has begun already; None when it has not, or when it is open meanwhile."""
    if given.begun is None:
        return None
    with desk.reading() as look:
        try:
            kept = load.case(look, given.begun, lock=False).finding
        except NotFound:
            return None
    return kept.ref if kept.status is FindingStatus.DRAFT else None


def _keep(
    desk: Desk, ref: str | None, given: Answered, typed: Typed, joins: str | None, files: Files
) -> tuple[Finding, tuple[FieldError, ...]]:
    with desk.writing() as unit:
        kept = _joined(unit, joins, given) if joins else _words(unit, ref, given, typed, files)
        if given.reporter.says_something:
            reporters.keep(unit, kept.ref, reporter.seal(desk), given.reporter)
        for said in photos.said(typed):
            evidence.call(unit, kept.ref, said.id, said.caption)
        gone = evidence.take_off(unit, kept.ref, given.take_off) if given.take_off else None
    if gone and gone.kind is EvidenceKind.FILE:
        with desk.writing() as unit:
            evidence.forget(unit, desk.house.evidence, gone.sha256)
    wrong = []
    for came, file in files:
        try:
            if isinstance(file, Invalid):
                raise file
            with desk.writing() as unit:
                if ref is None and _is_there(unit, kept.ref, file):
                    continue  # another request of the same form brought it
                evidence.attach(
                    unit,
                    kept.ref,
                    purpose=Purpose.PROBLEM,
                    store=desk.house.evidence,
                    caption=given.caption,
                    captured_on=kept.observed_on,
                    file=file,
                )
        except Invalid as no:
            wrong.append(FieldError("file", _not_added(came, no)))
    return kept, tuple(wrong)


def _is_there(unit: Writing, ref: str, file: Clean) -> bool:
    digest = hashlib.sha256(file.content).hexdigest()
    return any(e.sha256 == digest for e in load.case(unit, ref).pieces)


def _words(unit: Writing, ref: str | None, given: Answered, typed: Typed, files: Files) -> Finding:
    if ref is None:
        more = not given.said_in_words and _brings_more(given, files)
        return findings.log(unit, **given.saying, id=_free(unit, given.begun), with_more=more)
    was = load.case(unit, ref).finding
    says = {name: value for name, value in given.changes.items() if name in _sent(typed)}
    if was.status is not FindingStatus.DRAFT:
        says = {name: value for name, value in says.items() if name in EDITABLE_OPEN}
    try:
        return findings.edit(unit, was.ref, says, version=seen(given.version))
    except Stale:
        # A draft that was kept while its author wrote is not somebody else's change: it says the same.
        if not draft.says_the_same(was, typed):
            raise
        return findings.edit(unit, was.ref, says)


def _joined(unit: Writing, ref: str, given: Answered) -> Finding:
    """What this form says, in the draft that another request of the same form has begun.

    What is not answered here takes no answer away. What is kept while somebody writes only adds: it may come late. A
    button wins over what was said a moment ago; over what was said before, as when somebody went back in the browser
    to log something else, nothing wins unseen.
    """
    was = load.case(unit, ref).finding
    says = given.said
    other = {n for n, v in says.items() if n != "recurrence_of" and getattr(was, n) not in (v, None, "")}
    if not was.severity_is_said:
        other -= {"severity", "track"}
    if given.go == "auto":
        says = {name: value for name, value in says.items() if name not in other}
    elif other and unit.now - was.logged_at > AT_ONCE:
        raise Stale(
            _("With this form you began the draft {ref} before. Look at both before you go on.").format(
                ref=ref
            )
        )
    return findings.edit(unit, ref, says) if says else was


def _free(unit: Writing, id: UUID | None) -> UUID | None:
    """The identifier for a new draft; None where it was used and the finding is open meanwhile: this is another one."""
    if id is None:
        return None
    try:
        found = load.case(unit, id, lock=False).finding
    except NotFound:
        return id
    return id if found.status is FindingStatus.DRAFT else None


def _brings_more(given: Answered, files: Files) -> bool:
    """Whether a draft without a word has something else to keep. Raises Invalid when its files are none."""
    if given.reporter.says_something:
        return True
    wrong = []
    for came, file in files:
        if not isinstance(file, Invalid):
            return True
        wrong.append(FieldError("file", _not_added(came, file)))
    if wrong:
        raise Invalid(tuple(wrong))
    return False


def _not_added(file: Upload, no: Invalid) -> str:
    return _("{file} was not added: {why}").format(file=file.filename, why=no.sentence)


def _cleaned(file: Upload) -> Clean | Invalid:
    try:
        return evidence.clean(file)
    except Invalid as no:
        return no


def _sent(typed: Typed) -> frozenset[str]:
    """The fields of a finding that the form asked about: what is left out stays."""
    by_name = {"theme": ("theme_id",), "site": ("site_id", "area_id"), "severity": ("severity", "track")}
    return frozenset(field for name in typed for field in by_name.get(name, (name,)))
