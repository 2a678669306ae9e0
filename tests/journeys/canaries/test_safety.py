"""In safety mode, does anything that a finding says leave in a letter, a message, an event, or by a link? (R43)"""

from collections.abc import Iterator
from pathlib import Path

from clm_tracker.commands import programmes
from tests.journeys.canaries import crawling
from tests.journeys.canaries.crawling import Seen
from tests.journeys.canaries.living import SAID, Life
from tests.journeys.canaries.planting import Watch

TITLE, STORY = "Vermilionheron turned away", "Amberlizard was told to come back another day"
SITE = "Turquoiselily"  # of the place; the post that answers for it is called otherwise
PEOPLE = "Cobaltsparrow"
WORDS = ("Vermilionheron", "Amberlizard", SITE, PEOPLE, *SAID)


def test_r43_nothing_that_a_finding_says_leaves_in_safety_mode(life: Life, tmp_path: Path) -> None:
    """R43: the reference alone; and what is said about groups of people is in no export."""
    with life.program.cast.writing("Sokha", life.program.clock.now()) as unit:
        programmes.change_settings(unit, {"safety_mode": True})
    life.log(title=TITLE, description=STORY, affected=f"{PEOPLE}, about twenty")
    life.days(2)
    life.escalate()
    calendars = list(crawling.of_feeds(life))
    life.through(safely=True)
    letters, links, files = Watch(WORDS), Watch(WORDS), Watch((PEOPLE,))
    _look_at_letters(life, letters)
    for seen in calendars:
        letters.look(seen.where, seen.said)
    for seen in crawling.of_links(life):
        links.look(seen.where, seen.said)
    for where, said in life.answers:
        if "by link" in where or "receipt" in where:
            links.look(where, said)
    for seen in (*crawling.of_exports(life, tmp_path), *_lists(life)):
        files.look(seen.where, seen.said)
    assert letters.leaks == []
    assert links.leaks == []
    assert files.leaks == []
    assert letters.looked_at > 60
    assert len([c for c in calendars if life.ref in c.said.decode()]) >= 3
    assert links.looked_at > 20
    assert files.looked_at > 40

    # The words are there to be found: whoever has an account reads them, and the record keeps them.
    kept = Watch(WORDS)
    for where, value in life.rows():
        kept.look(where, value)
    assert [word for word in WORDS if word not in str(kept.leaks)] == []


def _look_at_letters(life: Life, watch: Watch) -> None:
    for parcel in life.parcels:
        watch.look(f"{parcel.address}, {parcel.subject}", f"{parcel}")
        for text in (parcel.subject, parcel.text, parcel.html):
            watch.look(f"{parcel.address}, {parcel.subject}", text)
    for seen in crawling.of_documents(life):
        watch.look(seen.where, seen.said)
    for where, value in life.rows():
        if where in {"letters.subject", "letters.text", "attempts.said"}:
            watch.look(where, value)


def _lists(life: Life) -> Iterator[Seen]:
    """The list of findings as the pages give it to be taken away."""
    for name in crawling.EVERYBODY:
        for kind in ("csv", "xlsx"):
            answer = life.program.browser(name).get(f"/findings/export.{kind}")
            yield Seen(f"{name} exports the list as {kind}", answer.status_code, answer.content)
