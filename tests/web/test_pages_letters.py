"""Can a coordinator see what was written to whom, send it again, and hand over what is printed? (R45)"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from clm_tracker.db.tables import LetterRow
from clm_tracker.delivery.channels import Answer
from clm_tracker.domain.words import Channel, LetterState, Outcome
from tests.jobs.letters.conftest import Kept, Office
from tests.web import pages
from tests.web.program import Program

DAY = timedelta(days=1)
UUID_OF_A_FORM = "01J0ANOTHERFORMOFTHESAMEPAGE"


@pytest.fixture
def office(program: Program) -> Office:
    return Office(program.cast, program.clock, Kept())


def _id(office: Office, state: LetterState, channel: Channel) -> str:
    with office.cast.reading("Sokha", office.clock.now()) as look:
        query = select(LetterRow.id).where(LetterRow.state == state, LetterRow.channel == channel)
        return str(look.session.scalars(query.order_by(LetterRow.created_at.desc())).first())


def test_a_letter_that_came_back_is_seen_and_sent_again(program: Program, office: Office) -> None:
    office.mail.answers["sophea@community-eyes.example.org"] = Answer(
        outcome=Outcome.NEVER, said="550 5.1.1 No such user", address_failed=True
    )
    office.cast.open_finding(office.clock.now(), title="No results for three months")
    office.run()
    office.run(office.clock.now() + DAY)
    browser = program.browser("Sokha")
    assert "One letter could not be delivered" in browser.get("/").text
    assert "Sophea" in browser.get("/letters?state=dead").text
    page = f"/letters/{_id(office, LetterState.DEAD, Channel.MAIL)}"
    assert "550 5.1.1 No such user" in browser.get(page).text
    ref = browser.get("/findings").text.split('href="/findings/KH-')[1][:9]
    assert "/letters?about=KH-" in browser.get(f"/findings/KH-{ref}").text
    assert page in browser.get(f"/letters?about=KH-{ref}").text
    assert page in browser.get(f"/letters?person={office.cast.people['Sophea']}").text
    assert page not in browser.get(f"/letters?person={office.cast.people['Dara']}").text
    office.mail.answers.clear()
    before = browser.get(page).text
    assert pages.send(browser, before, "Send it again").status_code == 303
    assert "goes out again" in browser.get(page).text
    office.run()
    assert len(office.mail.to("Sophea")) == 2
    assert "could not be delivered" not in browser.get("/").text
    action, _filled = pages.form(before, "Send it again")
    late = browser.post(action, data={"once": UUID_OF_A_FORM})
    assert (late.status_code, "not waiting to be sent again" in late.text) == (409, True)


def test_each_link_of_the_list_says_which_letter_it_opens(program: Program, office: Office) -> None:
    office.cast.open_finding(office.clock.now(), title="No results for three months")
    office.cast.open_finding(office.clock.now(), site="hospital", title="The ward has no water")
    office.run()
    html = program.browser("Sokha").get("/letters").text
    links = re.findall(r'<a href="/letters/[^"]*">([^<]*)</a>', html)
    assert len(links) > 1
    assert len(set(links)) == len(links)
    assert any(link.startswith("Not written yet (") for link in links)


def test_a_letter_to_an_empty_post_is_printed_and_handed_over(program: Program, office: Office) -> None:
    office.cast.open_finding(office.clock.now(), site="hospital", title="The ward has no water")
    office.run()
    office.clock.advance(days=1)
    browser = program.browser("Sokha")
    assert "for people without an address" in browser.get("/").text
    page = f"/letters/{_id(office, LetterState.WAITING, Channel.PRINT)}"
    assert "The ward has no water" in browser.get(page).text
    paper = browser.get(f"{page}/pdf")
    assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    printed = browser.get(page).text
    office.cast.open_finding(office.clock.now(), site="hospital", title="The roof leaks")
    office.run()
    late = pages.send(browser, printed, "It was handed over")
    assert (late.status_code, "Something else stands in this letter by now" in late.text) == (409, True)
    assert pages.send(browser, browser.get(page).text, "It was handed over").status_code == 303
    assert browser.get(f"{page}/pdf").status_code == 404, "it was printed"
    assert "The ward has no water" in browser.get(page).text, "as it read"
    assert "for people without an address" not in browser.get("/").text


def test_everybody_reads_what_was_written_to_them_and_nothing_else(program: Program, office: Office) -> None:
    office.cast.open_finding(office.clock.now(), title="No results for three months")
    office.run()
    office.run(office.clock.now() + DAY)
    page = f"/letters/{_id(office, LetterState.SENT, Channel.MAIL)}"
    sophea, dara = program.browser("Sophea"), program.browser("Dara")
    assert page in sophea.get("/inbox").text
    assert "No results for three months" in sophea.get(page).text
    assert dara.get(page).status_code == 404
    assert dara.get("/letters").status_code == 403
    assert "sophea@community-eyes.example.org" not in sophea.get(page).text
    assert "/a/…" in sophea.get(page).text, "the word of a link is not kept"
