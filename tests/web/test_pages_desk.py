"""Does a desk lead to what its counts count, let go of what was done, and tell what moved? (screens: My desk; R39)"""

from datetime import timedelta

import pytest

from clm_tracker.commands import actions, findings, ladders, obligations
from clm_tracker.db import load
from clm_tracker.domain.words import Kind
from clm_tracker.queries import timeline
from tests.cast import SOPHEA
from tests.queries.stories import resolve
from tests.web import markup, pages
from tests.web.program import Program


@pytest.fixture
def ref(program: Program) -> str:
    return program.cast.open_finding(program.clock.now()).ref


def test_every_count_is_a_way_to_what_it_counts(program: Program, ref: str) -> None:
    for number in range(6):
        program.cast.open_finding(program.clock.now(), title=f"Another one, {number}")
    browser = program.browser(SOPHEA)
    desk = browser.get("/").text
    assert markup.faults(desk) == []
    assert "On my desk" not in pages.text(desk)  # of one group its heading says the same
    assert 'href="/desk/mine"' in desk
    whole = pages.text(browser.get("/desk/mine").text)
    assert "1 to 7 of 7" in whole
    assert ref in whole


@pytest.mark.usefixtures("ref")
def test_what_was_done_leaves_the_desk_and_the_next_page_says_so(program: Program) -> None:
    browser = program.browser(SOPHEA)
    answer = pages.send(browser, browser.get("/desk/mine").text, "Received")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/mine")
    after = pages.text(browser.get("/desk/mine").text)
    assert "Received. An answer is owed next" in after
    assert "Say that it was received" not in after


@pytest.mark.usefixtures("ref")
def test_with_htmx_the_page_stays_and_the_message_gets_the_focus(program: Program) -> None:
    browser = program.browser(SOPHEA)
    action, filled = pages.form(browser.get("/").text, "Received")
    answer = browser.post(action, data=filled, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert '"path": "/"' in answer.headers["hx-location"]
    assert '"target": "#main"' in answer.headers["hx-location"]
    page = browser.get("/", headers={"HX-Request": "true"}).text
    assert 'id="messages" role="status" tabindex="-1" autofocus' in page
    assert "Received. An answer is owed next" in pages.text(page)
    assert "autofocus" not in browser.get("/").text


def test_a_tap_that_came_too_late_says_who_was_faster(program: Program, ref: str) -> None:
    laptop = program.browser(SOPHEA)
    desk = laptop.get("/").text
    with program.cast.writing("Dara", program.clock.now()) as unit:
        findings.acknowledge(unit, ref)
    answer = pages.send(laptop, desk, "Received")
    assert answer.status_code == 409
    assert "Dara put on record that Chief, Ta Pung Health Centre acknowledged the finding." in pages.text(
        answer.text
    )


def test_a_second_tap_of_the_same_person_changes_nothing_and_says_since_when(
    program: Program, ref: str
) -> None:
    phone, laptop = program.browser(SOPHEA), program.browser(SOPHEA)
    old = laptop.get("/").text
    assert pages.send(phone, phone.get("/").text, "Received").status_code == 303
    before = lines(program, ref)
    program.clock.advance(hours=2)
    answer = pages.send(laptop, old, "Received")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "It is received already, since Mon 2 Mar, 09:00." in pages.text(laptop.get("/").text)
    assert program.api(SOPHEA).post(f"/api/v1/findings/{ref}/acknowledge").status_code == 200
    assert lines(program, ref) == before
    more = laptop.post(f"/findings/{ref}/acknowledge", data={"note": "By hand, too", "seen": "0"})
    assert more.status_code == 409, "A note that would be lost is not passed over."
    assert "By hand, too" in more.text


def lines(program: Program, ref: str) -> list[str]:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return [e.sentence for e in timeline.of_case(look, load.case(look, ref, lock=False)).items]


def test_whoever_is_recused_from_a_review_reads_so_on_the_button_and_when_it_is_pressed(
    program: Program,
) -> None:
    """R39."""
    cast, now = program.cast, program.clock.now()
    with cast.writing("Sokha", now) as unit:
        newest = unit.rules.ladders[unit.rules.current["high"]]
        ladders.change(unit, "high", name=newest.name, stages=newest.stages[:1])
    ref = cast.open_finding(now).ref
    with cast.writing("Dara", now) as unit:
        (owed,) = load.case(unit, ref, lock=False).live()
        obligations.escalate(unit, owed.id, from_stage=0, reason="Nobody answers")
    recused = "You are recused: this concerns your own organisation."
    vanna, bopha = program.browser("Vanna"), program.browser("Bopha")
    desk = vanna.get("/").text
    assert markup.faults(desk) == []
    assert f"Put the review on record {recused}" in pages.text(desk)
    assert recused in pages.text(pages.send(vanna, desk, "Put the review on record").text)
    desk = bopha.get("/").text
    assert recused not in pages.text(desk)
    assert f'href="/findings/{ref}/review?back=/"' in desk


def test_a_day_is_proposed_with_one_tap_and_filled_in(program: Program, ref: str) -> None:
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        findings.acknowledge(unit, ref)
    browser = program.browser(SOPHEA)
    desk = browser.get("/").text
    assert "Propose what, by" in pages.text(desk)
    ways = [to for a in markup.Document(desk).all("a") if "due_on=" in (to := a.attributes["href"])]
    assert len(ways) == 2
    page = browser.get(ways[0]).text
    _action, filled = pages.form(page, "Propose this")
    assert filled["due_on"] == ways[0].rpartition("=")[2]
    assert filled["due_on"] > program.clock.now().date().isoformat()
    answer = pages.send(browser, page, "Propose this", what="Send samples weekly")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    after = pages.text(browser.get("/").text)
    assert "Propose what, by" not in after, (
        "it waits for the community now, as the page behind a link says too"
    )
    assert "Proposed to the community: Send samples weekly, by" in after
    assert "Change what is proposed" in after
    assert (
        "soon"
        not in pages.form(browser.get(f"/findings/{ref}/propose?due_on=soon").text, "Propose this")[1][
            "due_on"
        ]
    )


def test_what_moved_since_the_last_visit(program: Program, ref: str) -> None:
    dara = program.browser("Dara")
    assert "Since your last visit" not in pages.text(dara.get("/").text)
    program.clock.advance(hours=5)
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        findings.acknowledge(unit, ref)
    program.clock.advance(minutes=5)
    for _same_visit in range(2):
        said = pages.text(dara.get("/").text)
        assert "Since your last visit, Mon 2 Mar" in said
        assert "Sophea acknowledged the finding" in said
        assert ref in said
    assert "Sophea acknowledged the finding" in pages.text(dara.get("/desk/moved").text)
    program.clock.advance(hours=5)
    after = pages.text(dara.get("/").text)
    assert "Sophea acknowledged the finding" not in after


def test_ones_own_acts_and_other_organisations_findings_are_no_news(program: Program, ref: str) -> None:
    chan = program.browser("Chan")
    chan.get("/")
    dara = program.browser("Dara")
    dara.get("/")
    program.clock.advance(hours=5)
    with program.cast.writing("Dara", program.clock.now()) as unit:
        actions.propose(unit, ref, what="Send samples", due_on=unit.today + timedelta(days=9))
    assert "Since your last visit" not in pages.text(dara.get("/").text)
    assert "Since your last visit" not in pages.text(chan.get("/").text)


@pytest.mark.parametrize("kept", ["", ".", "x.1.2.3.4", "a.b", "9" * 400, "x.1..9"])
def test_a_cookie_that_makes_no_sense_is_a_first_visit(program: Program, kept: str) -> None:
    dara = program.browser("Dara")
    answer = dara.get("/", headers={"Cookie": f"{_session(dara)}; clm-visit={kept}"})
    assert answer.status_code == 200
    assert "Since your last visit" not in pages.text(answer.text)


@pytest.mark.parametrize("name", ["Dara", "Sophea", "Bopha", "Sokha", "Phal"])
def test_every_role_reads_what_the_desk_is_for(program: Program, name: str) -> None:
    page = program.browser(name).get("/").text
    assert markup.faults(page) == []
    assert "Nothing waits for you" in pages.text(page) or "wait" in pages.text(page)
    assert '<p class="purpose">' in page


def test_observers_and_duty_bearers_have_no_news(program: Program) -> None:
    assert program.browser("Phal").get("/desk/moved").status_code == 404
    assert program.browser(SOPHEA).get("/desk/moved").status_code == 404


def test_the_desk_still_owes_what_the_law_says(program: Program, ref: str) -> None:
    """A tap does what the law does, not more: an answer is owed next (R9)."""
    browser = program.browser(SOPHEA)
    pages.send(browser, browser.get("/").text, "Received")
    with program.cast.reading("Sokha", program.clock.now()) as look:
        live = load.case(look, ref, lock=False).live()
    assert [o.kind for o in live] == [Kind.AGREE]


def _session(client: object) -> str:
    jar = client.cookies  # type: ignore[attr-defined]
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def test_a_duty_bearers_desk_shows_the_record_of_its_post_and_leads_to_what_is_counted(
    program: Program,
) -> None:
    """R15: the same figures as on the post's own page, and nothing on too few."""
    sophea = program.browser(SOPHEA)
    own = f"/duty-bearers/{program.cast.posts['health_centre']}"
    few = pages.text(sophea.get("/").text)
    assert "not enough data 0 promises have passed their date" in few
    assert "Individual cases resolved" not in few
    resolve(program.cast, program.clock, program.cast.open_finding(program.clock.now(), title="Seen").ref)
    for n in range(4):
        program.cast.open_finding(program.clock.now(), title=f"Number {n}")
    html = sophea.get("/").text
    assert markup.faults(html) == []
    assert f'href="{own}"' in html
    counted = "Individual cases resolved 1 of 5 5 findings are addressed to it"
    assert counted in pages.text(html)
    assert counted in pages.text(sophea.get(own).text)
    (rows,) = [
        to
        for a in markup.Document(html).all("a")
        if (to := a.attributes["href"]).startswith("/findings?status=resolved")
    ]
    found = pages.text(sophea.get(rows).text)
    assert "1 finding" in found
    assert "Seen" in found
    assert "The record of" not in pages.text(program.browser("Dara").get("/").text)
