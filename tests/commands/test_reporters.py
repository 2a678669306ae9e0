"""Is it kept apart who reported a finding, opened by few, and forgotten in time? (R41)"""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from clm_tracker.commands import findings, programmes, reporters
from clm_tracker.db.tables import LedgerRow, NoticeRow, ReporterRow
from clm_tracker.delivery.sealed import Seal
from clm_tracker.domain.reporters import Reporter
from clm_tracker.domain.words import ClosedAs
from clm_tracker.jobs import housekeeping
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound, NotNow
from clm_tracker.queries import ledger, timeline
from tests.cast import MONDAY, Cast

NOW = MONDAY
SEAL = Seal(reporters.PURPOSE, b"a secret key of the tests, long enough")
SREYMOM = Reporter(name="Sreymom Quince", phone="+855 12 345 678", note="Only by message, after six.")


def keep(cast: Cast, ref: str, now: datetime = NOW, *, by: str = "Dara", given: Reporter = SREYMOM) -> None:
    with cast.writing(by, now) as unit:
        reporters.keep(unit, ref, SEAL, given)


def read(cast: Cast, ref: str, now: datetime = NOW, *, by: str = "Dara", seal: Seal = SEAL) -> Reporter:
    with cast.writing(by, now) as unit:
        return reporters.open_(unit, ref, seal)


def lines(cast: Cast) -> list[LedgerRow]:
    with cast.reading("Sokha", NOW) as look:
        query = select(LedgerRow).where(LedgerRow.subject == "reporter").order_by(LedgerRow.seq)
        return list(look.session.scalars(query))


def test_r41_what_is_kept_is_sealed_and_comes_back_whole(cast: Cast) -> None:
    """R41: no byte of it is in the database in a form that can be read."""
    finding = cast.open_finding(NOW)
    keep(cast, finding.ref)
    assert read(cast, finding.ref) == SREYMOM
    with cast.reading("Sokha", NOW) as look:
        row = look.session.execute(text("SELECT * FROM reporters")).one()
        assert "Sreymom" not in str(row)
        assert "12 345 678" not in str(row)
        assert "Sreymom" not in repr(SREYMOM)


def test_r41_the_ledger_says_that_it_was_done_by_whom_and_no_more(cast: Cast) -> None:
    """R41: and nobody is told."""
    finding = cast.open_finding(NOW)
    with cast.reading("Sokha", NOW) as look:
        told = len(look.session.scalars(select(NoticeRow.id)).all())
    keep(cast, finding.ref)
    keep(cast, finding.ref, given=Reporter(phone="+855 99 000 111"))
    assert read(cast, finding.ref, by="Sokha").phone == "+855 99 000 111"
    with cast.writing("Sokha", NOW) as unit:
        reporters.forget(unit, finding.ref)
    written = lines(cast)
    assert [(line.kind, line.actor_name) for line in written] == [
        ("reporter_kept", "Dara"),
        ("reporter_changed", "Dara"),
        ("reporter_read", "Sokha"),
        ("reporter_forgotten", "Sokha"),
    ]
    for line in written:
        assert line.facts == {"ref": finding.ref}
        assert line.changes == []
    with cast.reading("Sokha", NOW) as look:
        assert len(look.session.scalars(select(NoticeRow.id)).all()) == told
    with pytest.raises(NotFound):
        read(cast, finding.ref)


def test_r41_the_record_of_the_finding_does_not_tell_that_somebody_is_named(cast: Cast) -> None:
    """R41: the duty bearer reads that record; the whole ledger shows it to those who may see the finding."""
    finding = cast.open_finding(NOW)
    draft = cast.draft(NOW)
    keep(cast, finding.ref)
    keep(cast, draft.ref)
    with cast.reading("Sophea", NOW) as look:
        assert not [e for e in timeline.of(look, finding.id).items if "reporter" in e.kind]
    seen = {}
    for name in ("Sokha", "Bopha"):
        with cast.reading(name, NOW) as look:
            found = ledger.page(look, kind="reporter_kept").items
            seen[name] = {line.ref for line in found}
            assert not ledger.page(look, kind="reporter_kept", set_up=True).items
    assert seen == {"Sokha": {finding.ref, draft.ref}, "Bopha": {finding.ref}}


@pytest.mark.parametrize("name", ["Chan", "Sophea", "Bopha", "Phal"])
def test_r41_nobody_else_keeps_opens_or_deletes_it(cast: Cast, name: str) -> None:
    """R41: another advocate sees the finding and not who reported it; nor does whoever answers or decides."""
    finding = cast.open_finding(NOW)
    keep(cast, finding.ref)
    with pytest.raises((NotAllowed, NotFound)) as no:
        read(cast, finding.ref, by=name)
    if name != "Phal":
        assert "known only to" in no.value.sentence
    with pytest.raises((NotAllowed, NotFound)):
        keep(cast, finding.ref, by=name)
    with pytest.raises((NotAllowed, NotFound)), cast.writing(name, NOW) as unit:
        reporters.forget(unit, finding.ref)
    assert read(cast, finding.ref) == SREYMOM
    assert [line.kind for line in lines(cast)] == ["reporter_kept", "reporter_read"]


def test_r41_it_is_forgotten_three_months_after_the_finding_ends(cast: Cast) -> None:
    """R41: by itself, and a line says so."""
    finding = cast.open_finding(NOW)
    other = cast.open_finding(NOW)
    keep(cast, finding.ref)
    keep(cast, other.ref)
    end = NOW + timedelta(days=10)
    with cast.writing("Dara", end) as unit:
        findings.close(unit, finding.ref, closed_as=ClosedAs.WITHDRAWN, reason="It was something else.")
    before, then = end + timedelta(days=89), end + timedelta(days=90)
    assert housekeeping.clear_up(cast.store, before, timedelta(hours=1))["reporters"] == 0
    assert read(cast, finding.ref, before) == SREYMOM
    with pytest.raises(NotFound):
        read(cast, finding.ref, then)  # over is over, whenever the work is done
    assert housekeeping.clear_up(cast.store, then, timedelta(hours=1))["reporters"] == 1
    with cast.reading("Sokha", then) as look:
        assert look.session.scalars(select(ReporterRow.finding_id)).all() == [other.id]
    last = lines(cast)[-1]
    assert (last.kind, last.facts, last.actor_role) == ("reporter_expired", {"ref": finding.ref}, "engine")
    with pytest.raises(NotNow):
        keep(cast, finding.ref, then)


def test_r41_it_is_forgotten_after_a_year_whatever_becomes_of_the_finding(cast: Cast) -> None:
    """R41: a change does not put the end off."""
    finding = cast.open_finding(NOW)
    keep(cast, finding.ref)
    keep(cast, finding.ref, NOW + timedelta(days=300))
    year = NOW + timedelta(days=365)
    assert housekeeping.clear_up(cast.store, year - timedelta(days=1), timedelta(hours=1))["reporters"] == 0
    assert housekeeping.clear_up(cast.store, year, timedelta(hours=1))["reporters"] == 1


def test_r41_a_programme_sets_shorter_times(cast: Cast) -> None:
    """R41: the most is a year."""
    finding = cast.open_finding(NOW)
    with cast.writing("Sokha", NOW) as unit:
        programmes.change_settings(unit, {"reporter_days": 7, "reporter_most_days": 60})
    keep(cast, finding.ref)
    assert housekeeping.clear_up(cast.store, NOW + timedelta(days=60), timedelta(hours=1))["reporters"] == 1


def test_nothing_is_nothing_to_keep(cast: Cast) -> None:
    finding = cast.open_finding(NOW)
    with pytest.raises(Invalid):
        keep(cast, finding.ref, given=Reporter(name="  "))
    with pytest.raises(NotFound), cast.writing("Dara", NOW) as unit:
        reporters.forget(unit, finding.ref)
    assert lines(cast) == []


def test_another_secret_key_opens_nothing_and_says_so(cast: Cast) -> None:
    finding = cast.open_finding(NOW)
    keep(cast, finding.ref)
    with pytest.raises(NotNow) as no:
        read(cast, finding.ref, seal=Seal(reporters.PURPOSE, b"another secret key, as long"))
    assert "another secret key" in no.value.sentence
    with pytest.raises(NotNow):
        read(cast, finding.ref, seal=Seal("webhooks", b"a secret key of the tests, long enough"))
    assert json.dumps([line.kind for line in lines(cast)]) == '["reporter_kept"]'
