"""How is it kept who reported a finding, opened, changed and forgotten? (R41)

It is sealed here, so that the database holds nothing that could be read, and the ledger says only that it was done.
Its lines hang on no finding: a duty bearer who reads a finding's record does not learn that somebody is named.
"""

import json
from dataclasses import asdict, replace
from datetime import timedelta

from sqlalchemy import func, or_, select

from clm_tracker.commands import holding
from clm_tracker.db import changes, load
from clm_tracker.db.tables import FindingRow, ReporterRow
from clm_tracker.db.units import Writing
from clm_tracker.delivery.sealed import Seal, Unreadable
from clm_tracker.domain import events as e
from clm_tracker.domain import reporters as law
from clm_tracker.domain.cases import Case
from clm_tracker.domain.policy import Act
from clm_tracker.domain.reporters import Reporter
from clm_tracker.kernel.refusals import NotFound, NotNow, invalid
from clm_tracker.kernel.speech import _

PURPOSE = "reporters"
SUBJECT = "reporter"


def keep(unit: Writing, ref: str, seal: Seal, given: Reporter) -> None:
    """Keep who reported it, or put this in place of what was kept; the day of its end stays as it was."""
    case = _take(unit, Act.KEEP_REPORTER, ref)
    given = replace(given, name=given.name.strip(), phone=given.phone.strip(), note=given.note.strip())
    if not given.says_something:
        raise invalid("name", _("Write a name, a telephone number, or how to reach them."))
    latest = law.latest(unit.today, unit.rules)
    row = unit.session.get(ReporterRow, case.finding.id)
    if law.goes_on(row.latest_on if row else latest, case.finding, unit.rules) <= unit.today:
        raise NotNow("ended", _("The finding ended too long ago for this to be kept."))
    sealed = seal.close(json.dumps(asdict(given), ensure_ascii=False))
    if row is None:
        unit.session.add(
            ReporterRow(
                finding_id=case.finding.id,
                programme_id=unit.programme_id,
                sealed=sealed,
                kept_at=unit.now,
                latest_on=latest,
            )
        )
    else:
        row.sealed = sealed
    unit.session.flush()
    known = case.finding.ref
    _note(unit, Act.KEEP_REPORTER, case, e.ReporterChanged(known) if row else e.ReporterKept(known))


def open_(unit: Writing, ref: str, seal: Seal) -> Reporter:
    """Who reported it, in plain text; that it was opened, and by whom, is in the ledger.

    Raises NotFound when nothing is kept, and NotNow when the secret key is another one than it was sealed with.
    """
    case = _take(unit, Act.SEE_REPORTER, ref)
    row = unit.session.get(ReporterRow, case.finding.id)
    if row is None or law.goes_on(row.latest_on, case.finding, unit.rules) <= unit.today:
        raise NotFound(SUBJECT)
    try:
        found = Reporter(**json.loads(seal.open(row.sealed)))
    except Unreadable:
        raise NotNow(
            "unreadable", _("This was locked with another secret key, so that it cannot be opened any more.")
        ) from None
    _note(unit, Act.SEE_REPORTER, case, e.ReporterRead(case.finding.ref))
    return found


def forget(unit: Writing, ref: str) -> None:
    """Delete what is kept, before its time."""
    case = _take(unit, Act.KEEP_REPORTER, ref)
    row = unit.session.get(ReporterRow, case.finding.id)
    if row is None:
        raise NotFound(SUBJECT)
    unit.session.delete(row)
    unit.session.flush()
    _note(unit, Act.KEEP_REPORTER, case, e.ReporterForgotten(case.finding.ref))


def forget_expired(unit: Writing) -> int:
    """Delete what has had its time in this programme, each with a line; how many."""
    unit.require(Act.RUN_ENGINE)
    # A day more than may be needed: which local day it is, the law says of each.
    long_ago = unit.now - timedelta(days=unit.rules.reporter_days - 1)
    ended = func.coalesce(FindingRow.resolved_at, FindingRow.closed_at) <= long_ago
    rows = unit.session.scalars(
        select(ReporterRow)
        .join(FindingRow, FindingRow.id == ReporterRow.finding_id)
        .where(ReporterRow.programme_id == unit.programme_id)
        .where(or_(ReporterRow.latest_on <= unit.today, ended))
        .with_for_update(of=ReporterRow)
    )
    gone = 0
    for row in rows.all():
        case = load.case(unit, row.finding_id, lock=False)
        if law.goes_on(row.latest_on, case.finding, unit.rules) > unit.today:
            continue
        unit.session.delete(row)
        unit.session.flush()
        _note(unit, Act.RUN_ENGINE, case, e.ReporterExpired(case.finding.ref))
        gone += 1
    return gone


def _take(unit: Writing, act: Act, ref: str) -> Case:
    case = holding.take(unit, act, ref)
    unit.require(act)
    return case


def _note(unit: Writing, act: Act, case: Case, event: e.Event) -> None:
    changes.announce(unit, act, event, SUBJECT, case.finding.id)
