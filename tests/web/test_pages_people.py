"""Are people invited, come in, get and lose roles from the pages, and is everybody's account their own? (R38, R39)"""

import re
from html import unescape

import pytest

from clm_tracker.commands import people
from clm_tracker.domain.words import Role
from clm_tracker.web.pages import shown_once
from tests.cast import PASSWORD, SOPHEA
from tests.web import markup, pages
from tests.web.program import Program

CHOSEN = "nine green parrots"


def person(program: Program, name: str, verb: str = "") -> str:
    return f"/people/{program.cast.people[name]}{verb}"


def word(html: str) -> str:
    """What a page shows this once."""
    found = re.search(r'<code class="secret"[^>]*>([^<]*)</code>', html)
    assert found is not None, "Nothing is shown once here."
    return unescape(found[1])


def test_from_the_invitation_to_the_desk(program: Program) -> None:
    sokha = program.browser("Sokha")
    form = sokha.get("/people/invite").text
    assert markup.faults(form) == []
    wrong = pages.send(
        sokha,
        form,
        "Invite, and make the link",
        name="Thida",
        email="thida",
        role="advocate",
        areas="Nowhere",
    )
    assert wrong.status_code == 422
    assert "Nothing here is called “Nowhere”." in pages.text(wrong.text)
    assert 'value="Thida"' in wrong.text
    assert "2 answers need another look." in pages.text(wrong.text)
    assert "Write an address like name@example.org." in pages.text(wrong.text)
    made = pages.send(
        sokha,
        wrong.text,
        "Invite, and make the link",
        email="thida@example.org",
        areas="Battambang",
        role="advocate",
    )
    assert made.status_code == 303
    html = sokha.get(made.headers["location"]).text
    assert markup.faults(html) == []
    link = word(html)
    assert "Advocate (Battambang)" in pages.text(html)
    assert 'class="secret"' not in sokha.get(made.headers["location"]).text, "It is shown once."
    path = link.removeprefix("http://testserver")

    guest = program.browser(None)
    page = guest.get(path)
    assert guest.get(path).status_code == page.status_code == 200, "Opening it changes nothing."
    assert markup.faults(page.text) == []
    assert "thida@example.org" in page.text
    weak = pages.send(guest, page.text, "Choose it and come in", password="aaaaaaaaaaaa", name="Keo Thida")
    assert weak.status_code == 422
    assert "This password is easy to guess" in pages.text(weak.text)
    assert 'value="Keo Thida"' in weak.text
    came = pages.send(guest, weak.text, "Choose it and come in", password=CHOSEN)
    assert (came.status_code, came.headers["location"]) == (303, "/")
    assert "Keo Thida" in pages.text(guest.get("/").text)
    again = program.browser(None).get(path)
    assert again.status_code == 410
    assert "This link was used already. Sign in with your address and password." in pages.text(again.text)
    assert program.browser(None).get("/invitation/nonsense").status_code == 404
    assert "Keo Thida" in pages.text(sokha.get("/people").text)


def test_a_link_that_ended_says_what_to_do(program: Program) -> None:
    sokha = program.browser("Sokha")
    answer = pages.send(sokha, sokha.get(person(program, "Dara")).text, "Make a new link")
    link = word(sokha.get(answer.headers["location"]).text).removeprefix("http://testserver")
    program.clock.advance(days=7)
    late = program.browser(None).post(link, data={"name": "Dara", "password": CHOSEN})
    assert late.status_code == 410
    assert "Ask the coordinator of your programme for a new one." in pages.text(late.text)


def test_the_link_is_in_no_answer_that_is_kept(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get(person(program, "Dara")).text
    first = pages.send(sokha, page, "Make a new link")
    shown = word(sokha.get(first.headers["location"]).text).rpartition("/")[2]
    again = pages.send(sokha, page, "Make a new link")
    assert again.headers["location"] == first.headers["location"]
    assert shown not in again.text
    assert shown not in str(again.headers)
    sokha.cookies.set(shown_once._COOKIE, "evil.0000", path=person(program, "Dara"))
    assert "evil" not in sokha.get(person(program, "Dara")).text, "Only what was made here is shown."


def test_roles_come_and_go_and_one_coordinator_stays(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get(person(program, "Chan")).text
    assert pages.send(sokha, page, "Give this role", role="").status_code == 422
    given = pages.send(sokha, page, "Give this role", role="committee", organisation="Neary")
    assert given.status_code == 303
    said = pages.text(sokha.get(person(program, "Chan")).text)
    assert "Committee member" in said
    own = sokha.get(person(program, "Sokha")).text
    assert "Make a new link" not in own
    last = pages.send(sokha, own, "End this role")
    assert last.status_code == 409
    assert "A programme needs a coordinator. Name another one first." in pages.text(last.text)
    ended = pages.send(sokha, sokha.get(person(program, "Phal")).text, "End this role")
    assert ended.status_code == 303
    assert "Phal" not in pages.text(sokha.get("/people").text)
    assert "Phal" in pages.text(sokha.get("/people?show=ended").text)


def test_an_account_is_disabled_and_opened_again(program: Program) -> None:
    sokha, dara = program.browser("Sokha"), program.browser("Dara")
    assert dara.get("/").status_code == 200
    pages.send(sokha, sokha.get(person(program, "Dara")).text, "Disable the account")
    assert dara.get("/").status_code == 303
    page = sokha.get(person(program, "Dara")).text
    assert "disabled" in pages.text(page)
    assert pages.send(sokha, page, "Open the account again").status_code == 303


def test_the_committee_looks_and_others_do_not(program: Program) -> None:
    bopha = program.browser("Bopha")
    said = pages.text(bopha.get("/people").text)
    assert "dara" in said.lower()
    assert "Invite a person" not in said
    assert "Disable the account" not in bopha.get(person(program, "Dara")).text
    assert bopha.post(person(program, "Dara", "/link")).status_code == 403
    for name in ("Dara", SOPHEA, "Phal"):
        assert program.browser(name).get("/people").status_code == 403
    assert program.browser("Sokha").get("/people?q=zebra&after=nonsense").status_code == 200
    assert "Sophea" in program.browser("Sokha").get("/people", params={"q": "ＳOP\u200bhea"}).text


class TestAccount:
    @pytest.mark.parametrize("name", ["Dara", SOPHEA, "Bopha", "Sokha", "Phal"])
    def test_everybody_has_one(self, program: Program, name: str) -> None:
        html = program.browser(name).get("/account").text
        assert markup.faults(html) == []
        assert f"You are here as {name}" in pages.text(html)
        assert "Your programmes" not in html

    def test_name_language_and_password(self, program: Program) -> None:
        program.cast.give_password("Dara", program.clock.now())
        here, there = program.browser("Dara"), program.browser("Dara")
        page = here.get("/account").text
        assert pages.send(here, page, "Keep this", name=" ").status_code == 422
        assert pages.send(here, page, "Keep this", name="Dara Sok").status_code == 303
        assert "Dara Sok" in pages.text(here.get("/").text)
        wrong = pages.send(here, page, "Change the password", old="guess", new=CHOSEN)
        assert wrong.status_code == 422
        assert "The old password is not right." in pages.text(wrong.text)
        assert CHOSEN not in wrong.text
        short = pages.send(here, page, "Change the password", old=PASSWORD, new="short")
        assert "Choose a password of at least 10 characters." in pages.text(short.text)
        done = pages.send(here, here.get("/account").text, "Change the password", old=PASSWORD, new=CHOSEN)
        assert done.status_code == 303
        assert here.get("/account").status_code == 200
        assert there.get("/account").status_code == 303, "Other sessions end."

    def test_signing_out_elsewhere(self, program: Program) -> None:
        here, there = program.browser("Dara"), program.browser("Dara")
        page = here.get("/account").text
        assert "Another browser" in pages.text(page)
        assert pages.send(here, page, "Sign out everywhere else").status_code == 303
        assert there.get("/account").status_code == 303
        assert "Another browser" not in pages.text(here.get("/account").text)

    def test_a_token_is_shown_once_works_and_is_revoked(self, program: Program) -> None:
        dara = program.browser("Dara")
        page = dara.get("/account").text
        assert pages.send(dara, page, "Make the token", name="", days="30").status_code == 422
        assert pages.send(dara, page, "Make the token", name="export", days="7").status_code == 422
        made = pages.send(dara, page, "Make the token", name="export", days="30")
        assert made.status_code == 303
        html = dara.get("/account").text
        token = word(html)
        assert 'class="secret"' not in dara.get("/account").text
        api = program.api(None)
        asked = {"Authorization": f"Bearer {token}"}
        assert api.get("/api/v1/me", headers=asked).status_code == 200
        assert pages.send(dara, html, "Revoke “export”").status_code == 303
        assert api.get("/api/v1/me", headers=asked).status_code == 401
        chan = program.browser("Chan")
        forged = chan.post("/account/tokens/revoke", data={"id": "01a2079a-0000-7000-8000-000000000000"})
        assert forged.status_code == 404

    def test_going_on_in_another_programme(self, program: Program) -> None:
        maly = program.cast.actor("Maly", program.clock.now())
        with program.cast.store.writing(
            now=program.clock.now(), actor=maly, programme_id=program.cast.other_programme_id
        ) as unit:
            people.add(unit, name="Dara", email="dara@community-eyes.example.org", role=Role.OBSERVER)
        dara = program.browser("Dara")
        page = dara.get("/account").text
        assert "You work in Community Eyes now." in pages.text(page)
        gone = pages.send(dara, page, "Go on in Another Programme")
        assert (gone.status_code, gone.headers["location"]) == (303, "/")
        assert "Another Programme" in pages.text(dara.get("/").text)
        no = program.browser("Chan").post(
            "/account/programme", data={"id": str(program.cast.other_programme_id)}
        )
        assert no.status_code == 404
