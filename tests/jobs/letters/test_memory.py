"""Does the relay hold a batch, and never all that waits? (decision 0015)"""

import gc
import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from clm_tracker.db.base import table_of
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import MembershipRow, NoticeRow, PersonRow
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.domain.words import Channel, Role
from clm_tracker.jobs import placing, relay
from clm_tracker.jobs.parcels import Post
from tests.jobs.letters.conftest import BASE_URL, SENT, Office

FEW = 12  # notices, one a letter; four times as many take as much memory
TUESDAY_8 = datetime(2026, 3, 3, 1, tzinfo=UTC)  # eight in the morning in Phnom Penh


class Forgetful:
    """A server that takes everything and keeps nothing; what nobody holds any more is gone with each batch."""

    channel = Channel.MAIL

    def __init__(self) -> None:
        self.taken = 0

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        for parcel in parcels:
            self.taken += 1
            if self.taken % (FEW // 4) == 1:
                gc.collect()
            yield parcel.id, SENT


@pytest.mark.parametrize("cast_on_each", ["sqlite"], indirect=True)
def test_four_times_as_many_letters_take_as_much_memory(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "AT_ONCE", FEW // 2)
    monkeypatch.setattr(relay, "TAKEN_AT_ONCE", FEW // 4)
    readers = _readers(office, 4 * FEW)
    office.cast.open_finding(office.clock.now())
    office.run(TUESDAY_8)
    day = TUESDAY_8 + timedelta(days=1)
    peaks = []
    for count in (4 * FEW, FEW, 4 * FEW):  # what is made once, for so many too, is made by the first
        _tell(office, readers[:count], at=day - timedelta(hours=2))
        peaks.append(_peak(office, day, count))
        day += timedelta(days=1)
    _made_once, few, many = peaks
    assert many < 1.25 * few, peaks


def _readers(office: Office, count: int) -> list[UUID]:
    ids = [new_id() for _ in range(count)]
    now = office.clock.now()
    people = [
        {"id": id, "name": f"Reader {n}", "email": f"reader{n}@example.org", "created_at": now}
        for n, id in enumerate(ids)
    ]
    roles = [
        {
            "id": new_id(),
            "programme_id": office.cast.programme_id,
            "person_id": id,
            "role": Role.ADVOCATE,
            "area_ids": frozenset(),
            "theme_ids": frozenset(),
        }
        for id in ids
    ]
    with office.cast.writing("operator", now) as unit:
        unit.session.execute(insert(table_of(PersonRow)), people)
        unit.session.execute(insert(table_of(MembershipRow)), roles)
    return ids


def _tell(office: Office, readers: Sequence[UUID], *, at: datetime) -> None:
    """What the post was told of its finding, to each of these too."""
    with office.cast.writing("operator", at) as unit:
        told = unit.session.execute(
            select(NoticeRow.unit, NoticeRow.finding_id, NoticeRow.obligation_id).where(
                NoticeRow.kind == "finding_opened", NoticeRow.duty_bearer_id.is_not(None)
            )
        ).one()
        row = {
            "programme_id": office.cast.programme_id,
            "kind": "finding_opened",
            "unit": told.unit,
            "finding_id": told.finding_id,
            "obligation_id": told.obligation_id,
            "created_at": at,
        }
        rows = [{"id": new_id(), "person_id": reader, **row} for reader in readers]
        unit.session.execute(insert(table_of(NoticeRow)), rows)


def _peak(office: Office, morning: datetime, count: int) -> int:
    """The most bytes held while so many were placed and handed over."""
    server = Forgetful()
    post = Post(carriers={Channel.MAIL: server}, base_url=BASE_URL)
    placed = 0
    gc.collect()
    gc.freeze()  # what was there before is not looked through again
    tracemalloc.start()
    try:
        for at in (morning - timedelta(hours=1), morning):
            office.clock.set(at)
            placed += relay.run_relay(office.cast.store, office.clock, post, worker="test").placed
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.unfreeze()
    assert placed >= count
    assert server.taken >= count
    return peak
