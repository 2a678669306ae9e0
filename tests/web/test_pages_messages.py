"""Does a coordinator see what came in by mail, and what there is to look at? (R40)"""

import pytest

from clm_tracker.commands import messages
from tests.commands.post_office import Office, open_office
from tests.intake.mail.bounced import BOUNCED
from tests.intake.mail.corpus import message
from tests.web.program import Program


@pytest.fixture
def office(program: Program) -> Office:
    made = open_office(program.cast, program.clock.now())
    box = made.box
    to = made.places()[0]["TO"]
    stranger = "Deputy <deputy@community-eyes.example.org>"
    for raw in (
        message("We agree.", to=to, id="<1@x>"),
        message("I take this on.", to=to, id="<2@x>", sender=stranger, subject="<b>Fwd</b>"),
        message("Away.", to=to, id="<3@x>", more="Auto-Submitted: auto-replied\n"),
        BOUNCED[0].to({"LETTER": f"{made.letter()}@clm.example.org"}),
    ):
        messages.receive(box, raw, made.now)
    return made


def test_each_message_has_its_line_and_leads_to_its_finding(program: Program, office: Office) -> None:
    shown = program.browser("Sokha").get("/messages").text
    assert "On the record" in shown
    assert f'href="/findings/{office.finding.ref}"' in shown
    assert "&lt;b&gt;Fwd" in shown
    assert "<b>Fwd" not in shown
    assert "We agree." not in shown, "what was an answer stands on the finding"


def test_what_is_to_be_looked_at_stands_out(program: Program, office: Office) -> None:
    browser = program.browser("Sokha")
    shown = browser.get("/messages").text
    assert len(office.messages()) == 4
    assert "<strong>From somebody else</strong>" in shown
    assert "<strong>A letter came back</strong>" in shown
    assert "<strong>Of a machine</strong>" not in shown
    assert "2 messages of the last two weeks need somebody to look at them" in shown
    narrowed = browser.get("/messages?effect=look").text
    assert "deputy@community-eyes.example.org" in narrowed
    assert "Of a machine</td>" not in narrowed
    assert "Of a machine</td>" in browser.get("/messages?effect=automatic").text
    assert "Of a machine</td>" in browser.get("/messages?effect=nonsense").text


@pytest.mark.usefixtures("office")
def test_only_who_looks_after_letters_sees_them(program: Program) -> None:
    assert program.browser("Dara").get("/messages").status_code == 403
    other = program.browser("Maly").get("/messages").text
    assert "sophea@community-eyes.example.org" not in other


def test_older_messages_are_on_the_next_page(program: Program, office: Office) -> None:
    for n in range(60):
        messages.receive(
            office.box,
            message(
                "Away.",
                id=f"<n{n}@x>",
                more="Auto-Submitted: auto-replied\n",
                to=office.address(office.link(letter=office.letter())),
            ),
            office.now,
        )
    browser = program.browser("Sokha")
    first = browser.get("/messages").text
    assert first.count("<tr>") == 51
    older = first.partition('href="/messages?after=')[2].partition('"')[0]
    second = browser.get(f"/messages?after={older}").text
    assert second.count("<tr>") == 15
