"""Does a link in a letter open one thing, change nothing until it is asked twice, and act as its holder alone? (R40)"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from clm_tracker.commands import duty_bearers, links, programmes
from clm_tracker.db.tables import NoticeRow, OnceKeyRow, PersonRow
from clm_tracker.domain import links as law
from clm_tracker.domain.cases import Finding
from tests import links as given
from tests.web.program import Program
from tests.web.reader import (
    HREF,
    ONCE,
    Reader,
    an_agreed_action,
    attach_picture,
    crawl,
    everything,
    last,
    lines,
)


class TestOpening:
    def test_changes_nothing_whoever_opens_what(
        self, program: Program, reader: Reader, finding: Finding
    ) -> None:
        """R40: mail scanners open everything there is, with GET and HEAD."""
        attach_picture(program, finding)
        before = everything(program)
        seen = crawl(reader)
        assert len([at for at in seen if "?in=km" in at]) >= 5
        assert {at.rsplit("/", 1)[1] for at in seen} >= {
            "acknowledge",
            "propose",
            "reply",
            "refuse",
            "not-me",
        }
        assert any("/pictures/" in at for at in seen)
        assert everything(program) == before

    def test_says_whose_it_is_and_what_is_asked(self, reader: Reader) -> None:
        """R40: a link that was forwarded says so too, in the language of its reader."""
        page = reader.get()
        assert page.status_code == 200
        text = page.text
        assert "This link was sent to <strong>Sophea</strong>, Chief, Ta Pung Health Centre." in text
        assert "owes an acknowledgement by <strong>" in text
        assert "stage 1, Reminder and dialogue, begins on" in text
        assert text.count('class="btn main"') == 1
        assert "<script" not in text
        assert "set-cookie" not in page.headers
        assert int(page.headers["content-length"]) < 30_000
        head = reader.client.head(reader.at())
        assert (head.status_code, head.content) == (200, b"")
        assert 'lang="km"' in reader.get("?in=km").text[:40]
        assert 'lang="en"' in reader.get("?in=xx").text[:40]

    def test_is_in_the_language_that_the_holder_is_written_to_in(
        self, program: Program, finding: Finding
    ) -> None:
        """R40: before what the browser would like."""
        with program.cast.writing("Sokha", program.clock.now()) as unit:
            unit.session.get_one(PersonRow, program.cast.people["Sophea"]).language = "km"
            programmes.change_settings(unit, {"names": {"km": "ភ្នែកសហគមន៍"}})
        link = given.a_link(program.cast, program.clock.now(), finding.id)
        reader = Reader(program, link, **{"Accept-Language": "fr,en"})
        page = reader.get().text
        assert '<html lang="km"' in page
        assert "ភ្នែកសហគមន៍" in page
        assert "?in=en" in page

    def test_tells_nobody_its_address(
        self, program: Program, reader: Reader, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """R40, R41: no other site, cache, search engine, log or row of the database learns the word."""
        for answer in (
            reader.get(),
            reader.answer("/acknowledge"),
            reader.get("/received"),
            reader.get("/actions/nothing/report-done"),
            reader.get("/nothing-here"),
            reader.post("/acknowledge", {}),
        ):
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["x-robots-tag"].startswith("noindex")
            assert "no-store" in answer.headers["cache-control"]
            assert not [to for to in HREF.findall(answer.text) if not to.startswith(("/", "#"))]
            assert reader.word not in answer.headers.get("location", "")
        assert reader.word not in capsys.readouterr().out
        with program.cast.reading("Sokha", program.clock.now()) as look:
            kept = look.session.scalars(select(OnceKeyRow)).all()
            assert kept
            for row in kept:
                assert reader.word not in f"{row.route}{row.location}{row.headers}{row.body!r}"

    def test_is_for_the_link_alone_whoever_is_signed_in(self, program: Program, reader: Reader) -> None:
        """R40: a coordinator who looks at a forwarded link sees it as its reader does."""
        browser = program.browser("Sokha")
        page = browser.get(reader.at()).text
        assert "Sokha" not in page
        assert 'href="/set-up"' not in page


class TestOver:
    def test_expired_offers_a_new_one_and_shows_none(self, program: Program, reader: Reader) -> None:
        """R40: the letter goes to the address that is known; at most one an hour."""
        program.clock.set(program.clock.now() + timedelta(days=60))
        page = reader.get()
        assert page.status_code == 410
        assert "No viral load" not in page.text
        hidden = dict(re.findall(r'name="(once)" value="([^"]+)"', page.text))
        assert reader.get("/acknowledge").status_code == 410
        assert reader.post("/acknowledge", hidden).status_code == 410
        assert reader.post("/again", {}).status_code == 403
        sent = reader.post("/again", hidden)
        assert sent.status_code == 200, sent.text
        assert set(re.findall(r"/a/([^/?\"]+)", sent.text)) <= {reader.word}
        with program.cast.reading("Sokha", program.clock.now()) as look:
            told = look.session.scalars(
                select(NoticeRow.duty_bearer_id).where(NoticeRow.kind == "link_asked_again")
            ).all()
        assert told == [program.cast.posts["health_centre"]]
        again = dict(re.findall(r'name="(once)" value="([^"]+)"', reader.get().text))
        assert reader.post("/again", again).status_code == 409
        assert last(program, "link_asked_again").link_id == reader.link_id

    def test_a_good_link_has_no_need_of_another(self, reader: Reader) -> None:
        """R40."""
        assert reader.post("/again", reader.form("/acknowledge")).status_code == 409

    def test_revoked_opens_nothing(self, program: Program, reader: Reader) -> None:
        """R40: and leads to no new one."""
        hidden = reader.form("/acknowledge")
        with program.cast.writing("Dara", program.clock.now()) as unit:
            links.revoke(unit, reader.link_id, reason="It was read by others.")
        for answer in (
            reader.get(),
            reader.get("/acknowledge"),
            reader.post("/acknowledge", hidden),
            reader.post("/again", hidden),
        ):
            assert answer.status_code == 410
            assert "No viral load" not in answer.text
            assert "<form" not in answer.text

    def test_ends_with_the_holding(self, program: Program, reader: Reader) -> None:
        """R40, R45: at once, and also where the end was put down before."""
        with program.cast.writing("Sokha", program.clock.now()) as unit:
            duty_bearers.relieve(unit, program.cast.posts["health_centre"], last_on=unit.today)
        assert reader.get().status_code == 200
        program.clock.set(program.clock.now() + timedelta(days=1))
        page = reader.get()
        assert page.status_code == 410
        assert "does not hold the post any more" in page.text

    def test_given_back_ends_at_once(self, program: Program, reader: Reader) -> None:
        """R40: whoever it reached by mistake can say so."""
        hidden = reader.form("/not-me")
        before = lines(program)
        assert reader.get().status_code == 200
        assert lines(program) == before
        sent = reader.post("/not-me", {**hidden, "note": "She left."})
        assert sent.status_code == 200, sent.text
        assert reader.get().status_code == 410
        assert last(program, "link_returned").facts["note"] == "She left."
        assert reader.post("/not-me", {**hidden, "note": "She left."}).status_code == 410


class TestNotMore:
    def test_than_a_word_that_was_given(self, program: Program, reader: Reader, finding: Finding) -> None:
        """R40: altered, made up, of another key or of nothing."""
        key = program.app.state.house.key
        words = [
            given.word(key, finding.id),
            given.word(b"another key altogether, as long", reader.link_id),
            reader.word[:-1],
            reader.word + "A",
            reader.word.swapcase(),
            "x",
            "%00",
            "%E2%80%AE",
            "a" * 5_000,
        ]
        for word in words:
            for path in ("", "/acknowledge", "/received", "/not-me", f"/pictures/{finding.id}"):
                assert reader.client.get(f"/a/{word}{path}").status_code == 404, word
            assert reader.client.post(f"/a/{word}/acknowledge", data={"once": "x"}).status_code == 404

    def test_than_a_person_would_use_it(self, program: Program, reader: Reader) -> None:
        """R40: sixty times an hour it opens, twenty times it acts; then it says when to come back."""
        hidden = reader.form("/reply")
        for _n in range(law.MOST["act"]):
            assert reader.post("/reply", {**hidden, "text": " "}).status_code == 422
        often = reader.post("/reply", {**hidden, "text": "Words."})
        assert (often.status_code, "Try again in an hour." in often.text) == (429, True)
        opened = [reader.get().status_code for _n in range(law.MOST["open"])]
        assert set(opened) == {200, 429}
        assert opened.index(429) == law.MOST["open"] - 1, "one was the form's"
        program.clock.set(program.clock.now() + law.WINDOW)
        assert reader.get().status_code == 200

    def test_than_the_reference_in_safety_mode(
        self, program: Program, reader: Reader, finding: Finding
    ) -> None:
        """R43: neither its words nor its place, in no page of it."""
        action = an_agreed_action(program, reader, finding)
        picture = attach_picture(program, finding)
        with program.cast.writing("Sokha", program.clock.now()) as unit:
            programmes.change_settings(unit, {"safety_mode": True})
        seen = crawl(reader)
        seen += [
            reader.at("/received"),
            reader.at(f"/actions/{action}/change"),
            reader.at(f"/pictures/{picture}"),
        ]
        for at in seen:
            page = reader.client.get(at).text
            for word in ("viral load", ">Ta Pung Health Centre<", "Send the samples"):
                assert word not in page, at
        assert reader.get(f"/pictures/{picture}").status_code == 404
        assert finding.ref in reader.get().text


class TestOnTheFindingsPage:
    def test_the_community_sees_who_has_links_and_what_they_did(
        self, program: Program, reader: Reader, finding: Finding
    ) -> None:
        """R40: and the record says which answers came by one."""
        assert reader.answer("/acknowledge").status_code == 303
        dara = program.browser("Dara")
        page = dara.get(f"/findings/{finding.ref}").text
        assert f'href="/findings/{finding.ref}/links"' in page
        assert "By the link in a letter, without an account." in page
        page = dara.get(f"/findings/{finding.ref}/links").text
        assert "Sophea, Chief, Ta Pung Health Centre" in page
        assert "Sophea acknowledged the finding." in page
        assert reader.word not in page
        for name in ("Sophea", "Bopha"):
            browser = program.browser(name)
            assert "/links" not in browser.get(f"/findings/{finding.ref}").text
            assert browser.get(f"/findings/{finding.ref}/links").status_code == 403

    def test_revokes_one(self, program: Program, reader: Reader, finding: Finding) -> None:
        """R40: with a reason; what was wrong comes back with the form open."""
        dara, at = program.browser("Dara"), f"/findings/{finding.ref}/links"
        once = ONCE.findall(dara.get(at).text)[-1]
        to = f"{at}/{reader.link_id}/revoke"
        empty = dara.post(to, data={"once": once, "reason": " "})
        assert (empty.status_code, "Say why." in empty.text) == (422, True)
        done = dara.post(to, data={"once": once, "reason": "It was forwarded."})
        assert (done.status_code, done.headers["location"]) == (303, at)
        assert reader.get().status_code == 410
        assert "revoked" in dara.get(at).text
        late = dara.post(to, data={"once": ONCE.findall(dara.get("/account").text)[0], "reason": "Again."})
        assert (late.status_code, "This link was revoked already." in late.text) == (409, True)
        other = program.cast.open_finding(program.clock.now(), title="Something else")
        empty_page = dara.get(f"/findings/{other.ref}/links").text
        assert "No letter about this finding has left so far." in empty_page
