"""Does a finding live a whole life without anybody hearing who reported it, or where a photo was taken? (R41)"""

from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from clm_tracker.db import backup
from clm_tracker.domain.words import Channel
from tests.intake import papers
from tests.journeys.canaries import crawling
from tests.journeys.canaries.living import Life
from tests.journeys.canaries.planting import PHOTO, REPORTER, Watch
from tests.web import pages


@pytest.mark.parametrize("cast_on_each", ["postgresql"], indirect=True)  # a long walk: once
def test_r41_nothing_that_leaves_knows_the_reporter(life: Life, tmp_path: Path) -> None:
    """R41: letters of all channels, pages, JSON, files, the ledger, the log; nor where the photo was taken."""
    watch = Watch((*REPORTER, *PHOTO))
    structlog.reset_defaults()
    with capture_logs() as log:
        life.log()
        life.send_papers()
        life.days(2)
        life.escalate()
        calendars = list(crawling.of_feeds(life))
        life.through()
        of = crawling.things_of(life)
        for name in (None, *crawling.EVERYBODY):
            for seen in crawling.of_doors(life, name, of):
                watch.look(seen.where, seen.said)
        pages_by_link = list(crawling.of_links(life))
    for seen in (
        *calendars,
        *pages_by_link,
        *crawling.of_exports(life, tmp_path),
        *crawling.of_documents(life),
    ):
        watch.look(seen.where, seen.said)
    for where, said in (*life.answers, *life.files.items()):
        watch.look(where, said)
    for parcel in life.parcels:
        watch.look(f"{parcel.address}, {parcel.subject}", f"{parcel}")
        for text in (parcel.subject, parcel.text, parcel.html):
            watch.look(f"{parcel.address}, {parcel.subject}", text)
        for attached in parcel.attachments:
            watch.look(f"{parcel.address}, {attached.name}", attached.data)
    for where, value in life.rows():
        watch.look(where, value)
    for line in log:
        watch.look("the log", str(line))
    assert watch.leaks == []

    # It was looked at what it should be.
    assert {channel: bool(kept.parcels) for channel, kept in life.carriers.items()} == dict.fromkeys(
        (Channel.MAIL, Channel.SMS, Channel.WEBHOOK), True
    )
    assert len(life.links) >= 5
    assert len(pages_by_link) >= 20
    assert len([c for c in calendars if life.ref in c.said.decode()]) >= 3
    assert len(log) > 200
    assert life.files.keys() == papers.EVERY.keys()
    assert watch.looked_at > 2_000


def test_r41_those_who_may_know_still_know_at_the_end(life: Life) -> None:
    """R41: the watch would see it there, so the words that it looks for are the right ones."""
    life.log()
    for name in ("Dara", "Sokha"):
        browser = life.program.browser(name)
        page = browser.get(f"/findings/{life.ref}/reporter").text
        opened = pages.send(browser, page, "Open it")
        watch = Watch(REPORTER)
        watch.look("the reporter's page", opened.content)
        assert len(watch.leaks) == 1
        for word in REPORTER:
            assert word in watch.leaks[0]


def test_r41_a_backup_carries_it_sealed(life: Life, tmp_path: Path) -> None:
    """R41: and brings it back to whoever has the key."""
    life.log()
    program, to = life.program, tmp_path / "copy.zip"
    house = program.app.state.house
    backup.write(house.store.engine, house.evidence, to, now=program.clock.now())
    watch = Watch((*REPORTER, *PHOTO))
    watch.look("the backup", to.read_bytes())
    assert watch.leaks == []
