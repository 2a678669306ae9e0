"""Can a coordinator look at every letter, try words, keep them, and take the shipped ones again? (R29)"""

import re
from html import unescape

import pytest

from clm_tracker.delivery.letters.shipped import SHIPPED
from tests.web import markup, pages
from tests.web.program import Program

AT = "/wordings/stage_entered.3"
OWN = {
    "subject": "{ref}: our own words",
    "opening": "We write about {title}.",
    "ask": "Please call us by {next_on}.",
    "after": "",
}


def drawn(page: str) -> str:
    """The letter as plain text on its page."""
    found = re.search(r'<pre class="letter-text" [^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def test_every_letter_is_listed_and_can_be_looked_at(program: Program) -> None:
    sokha = program.browser("Sokha")
    listed = sokha.get("/wordings").text
    assert markup.faults(listed) == []
    links = set(re.findall(r'href="/wordings/([a-z_.0-9]+)\?in=en"', listed))
    assert links == set(SHIPPED)
    assert "Every letter has the shipped words" in listed
    page = sokha.get(AT).text
    assert markup.faults(page) == []
    assert "A stage began: stage 3" in page
    assert "KH-2026-0042: not settled, stage 3" in drawn(page)
    assert "nobody has changed them" in page
    for one in ("bundle", "reminded.community", "letter_undeliverable"):
        assert sokha.get(f"/wordings/{one}").status_code == 200
    assert "due Wed 4 March" in drawn(sokha.get("/wordings/reminded").text), "a date is coming near"


def test_the_mail_stands_in_a_frame_that_loads_and_runs_nothing(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get(AT)
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert 'sandbox title="As a mail"' in page.text
    mail = sokha.get(f"{AT}/mail", params={"in": "km"})
    policy = mail.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox;" in policy
    assert "script-src" not in policy
    assert '<html lang="km"' in mail.text
    assert mail.headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-src" not in sokha.get("/themes").headers["content-security-policy"]


def test_words_are_tried_before_they_are_kept(program: Program) -> None:
    sokha = program.browser("Sokha")
    before = sokha.get(AT).text
    action, filled = pages.form(before, "Keep these words")
    tried = sokha.post(f"{action}/try", data={**filled, **OWN})
    assert tried.status_code == 200
    assert drawn(tried.text).startswith("KH-2026-0042: our own words")
    assert "We write about Test results take six weeks." in drawn(tried.text)
    assert "Nothing is kept yet." in tried.text
    assert "{ref}: our own words" in tried.text, "the form keeps what was typed"
    assert drawn(sokha.get(AT).text) == drawn(before)
    kept = pages.send(sokha, tried.text, "Keep these words", **OWN)
    assert kept.status_code == 303
    page = sokha.get(kept.headers["location"]).text
    assert drawn(page).startswith("KH-2026-0042: our own words")
    assert "In words of our own." in page
    listed = sokha.get("/wordings").text
    assert "our own, version 1" in listed
    assert listed.index("our own, version 1") < listed.index("<details"), "what was changed stands first"
    assert "changed the words of letters" in sokha.get("/ledger").text


def test_the_shipped_words_come_back_and_older_ones_can_be_read_and_kept_again(program: Program) -> None:
    sokha = program.browser("Sokha")
    pages.send(sokha, sokha.get(AT).text, "Keep these words", **OWN)
    page = sokha.get(AT).text
    assert pages.send(sokha, page, "Take the shipped words").status_code == 303
    page = sokha.get(AT).text
    assert "not settled, stage 3" in drawn(page)
    assert "the shipped words again" in page
    old = sokha.get(AT, params={"version": "1"}).text
    assert drawn(old).startswith("KH-2026-0042: our own words")
    assert "As version 1 had it." in old
    _action, filled = pages.form(old, "Keep these words")
    assert filled["subject"] == OWN["subject"]
    assert sokha.post(AT, data=filled).status_code == 303
    assert drawn(sokha.get(AT).text).startswith("KH-2026-0042: our own words")


@pytest.mark.parametrize("door", ["", "/try"])
def test_an_unknown_place_is_named_under_its_field_and_nothing_typed_is_lost(
    program: Program, door: str
) -> None:
    sokha = program.browser("Sokha")
    _action, filled = pages.form(sokha.get(AT).text, "Keep these words")
    answer = sokha.post(AT + door, data={**filled, "ask": "Call {reporter} <b>now</b>", "subject": "Kept"})
    assert answer.status_code == 422
    assert "There is nothing to put in the place {reporter}." in answer.text
    assert 'id="ask-error"' in answer.text
    assert "Call {reporter} &lt;b&gt;now&lt;/b&gt;" in answer.text
    assert 'value="Kept"' in answer.text
    assert markup.faults(answer.text) == []


def test_nothing_that_somebody_writes_is_run(program: Program) -> None:
    sokha = program.browser("Sokha")
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> %(x)s $x"
    sent = pages.send(sokha, sokha.get(AT).text, "Keep these words", **{**OWN, "opening": hostile})
    assert sent.status_code == 303
    for page in (sokha.get(AT).text, sokha.get(f"{AT}/mail").text):
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "%(x)s $x" in page


def test_who_else_changed_them_is_shown_beside_what_was_typed(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get(AT).text
    _action, mine = pages.form(page, "Keep these words")
    pages.send(sokha, page, "Keep these words", **OWN)
    _action, other = pages.form(sokha.get(AT).text, "Keep these words")
    late = sokha.post(AT, data={**other, "version": mine["version"], "subject": "Mine"})
    assert late.status_code == 409
    assert "Somebody changed these words in the meantime" in late.text
    assert "{ref}: our own words" in late.text
    assert 'value="Mine"' in late.text
    _action, other = pages.form(sokha.get(AT).text, "Keep these words")
    del other["version"]
    unsaid = sokha.post(AT, data={**other, "subject": "Mine"})
    assert unsaid.status_code == 409
    assert "In the record now" in pages.text(unsaid.text), "what the second press replaces is seen before"


@pytest.mark.parametrize(
    "path",
    [
        "/wordings/nothing",
        f"{AT}?in=xx",
        f"{AT}?version=7",
        f"{AT}?version=x",
        f"{AT}/mail?version=0",
        "/wordings?in=../..",
    ],
)
def test_what_is_not_there_is_not_found(program: Program, path: str) -> None:
    assert program.browser("Sokha").get(path).status_code == 404


def test_who_does_not_set_up_sees_no_form(program: Program) -> None:
    dara = program.browser("Dara")
    page = dara.get(AT)
    assert page.status_code == 200
    assert "Keep these words" not in page.text
    assert dara.post(AT, data={"language": "en", "version": "0", **OWN}).status_code == 403
