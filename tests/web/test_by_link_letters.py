"""Does the link that somebody really gets in a letter open what the letter says, and does asking again bring another? (R40, R45)"""

import re
from datetime import timedelta
from uuid import UUID

from fastapi.testclient import TestClient

from clm_tracker.commands import duty_bearers
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import HolderRow, LinkRow
from clm_tracker.domain.words import Channel
from clm_tracker.jobs import relay
from clm_tracker.jobs.parcels import Post
from clm_tracker.web.desk import House
from tests import links as given
from tests.jobs.letters.conftest import Kept
from tests.web.program import BASE, Program
from tests.web.reader import ONCE, Reader, last

WORD = re.compile(rf"{BASE}/a/([\w-]{{43}})")


def post(program: Program) -> Kept:
    """Everything that waits is written and handed over."""
    house: House = program.app.state.house
    kept = Kept()
    way = Post(carriers={Channel.MAIL: kept}, base_url=BASE, key=house.key)
    relay.run_relay(program.cast.store, program.clock, way, worker="test")
    return kept


def test_r40_from_the_letter_to_the_record(program: Program) -> None:
    """R40: the word in the mail opens the finding of the mail; its lines name the link of that letter."""
    finding = program.cast.open_finding(program.clock.now())
    post(program)
    program.clock.advance(days=1)
    [letter] = [p for p in post(program).to("Sophea") if finding.ref in p.text]
    [word] = set(WORD.findall(letter.text))
    browser = TestClient(program.app, base_url=BASE, follow_redirects=True)
    page = browser.get(f"/a/{word}")
    assert "This link was sent to <strong>Sophea</strong>" in page.text
    form = browser.get(f"/a/{word}/acknowledge").text
    done = browser.post(f"/a/{word}/acknowledge", data={"once": ONCE.findall(form)[0]})
    assert "Sophea acknowledged the finding." in done.text
    link_id = last(program, "acknowledged").link_id
    with program.cast.reading("Sokha", program.clock.now()) as look:
        row = look.session.get_one(LinkRow, link_id)
        assert (row.letter_id, row.finding_id) == (letter.id, finding.id)
        kept = look.session.connection().exec_driver_sql("SELECT text FROM letters").scalars().all()
    assert word not in "".join(text or "" for text in kept), (
        "The letter is kept without the word of its link."
    )


def test_r40_a_new_link_comes_to_the_address_that_is_known(program: Program) -> None:
    """R40: for whoever asks with an expired one, at once, and with another word."""
    finding = program.cast.open_finding(program.clock.now())
    reader = Reader(program, given.a_link(program.cast, program.clock.now(), finding.id))
    post(program)
    program.clock.advance(days=1)
    post(program)
    program.clock.set(program.clock.now() + timedelta(days=60))
    hidden = {"once": ONCE.findall(reader.get().text)[0]}
    assert reader.post("/again", hidden).status_code == 200
    [letter] = post(program).to("Sophea")
    assert "your new link" in letter.subject
    [word] = set(WORD.findall(letter.text))
    assert word != reader.word
    page = reader.client.get(f"/a/{word}")
    assert page.status_code == 200
    assert finding.ref in page.text
    assert reader.get().status_code == 410


def test_r40_whoever_has_no_account_at_all_answers_too(program: Program) -> None:
    """R40, R45: the holder of a post of whom the program knows nothing but a name; also twice by a double click."""
    cast, now = program.cast, program.clock.now()
    with cast.writing("Sokha", now) as unit:
        duty_bearers.appoint(unit, cast.posts["hospital"], name="Nary", from_on=unit.today)
    finding = cast.open_finding(now, site="hospital")
    reader = Reader(program, given.a_link(cast, now, finding.id, post="hospital"))
    hidden = reader.form("/acknowledge")
    first, second = (reader.post("/acknowledge", hidden) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    line = last(program, "acknowledged")
    assert (line.actor_name, line.link_id) == ("Nary", reader.link_id)
    assert isinstance(line.actor_id, UUID)
    assert reader.answer("/propose", what="Order the reagents", due_on="2026-03-20").status_code == 303
    page = program.browser("Dara").get(f"/findings/{finding.ref}").text
    assert "Nary" in page
    assert "Order the reagents" in page
    action = str(last(program, "action_proposed").changes[0]["id"])
    assert program.browser("Dara").get(f"/actions/{action}").status_code == 200


def test_r40_of_two_holders_the_one_who_asked_gets_it(program: Program) -> None:
    """R40: the other one asked for nothing, and hears of nothing."""
    cast, now = program.cast, program.clock.now()
    with cast.writing("Sokha", now) as unit:
        row = HolderRow(
            id=new_id(),
            duty_bearer_id=cast.posts["health_centre"],
            name="Nary",
            email="nary@community-eyes.example.org",
            from_on=unit.today,
        )
        unit.session.add(row)
    finding = cast.open_finding(now)
    reader = Reader(program, given.a_link(cast, now, finding.id))  # of the one who came last
    post(program)
    program.clock.advance(days=1)
    assert post(program).to("Sophea")
    program.clock.set(program.clock.now() + timedelta(days=60))
    page = reader.get().text
    assert reader.post("/again", {"once": ONCE.findall(page)[0]}).status_code == 200
    [letter] = post(program).parcels
    assert (letter.address, "your new link" in letter.subject) == ("nary@community-eyes.example.org", True)
