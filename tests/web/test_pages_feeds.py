"""Do other programs read the right calendar by its word alone, and nothing else? (R41, R43)"""

import logging
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import icalendar
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from clm_tracker.commands import duty_bearers, feeds, people, programmes, rounds, views
from clm_tracker.db.tables import FeedRow, MembershipRow, ObligationRow
from clm_tracker.domain import feeds as law
from clm_tracker.domain.feeds import Scope
from tests.web import markup, pages
from tests.web.program import BASE, Program
from tests.web.test_statements import asked_for

PAGE = "/account/calendars"
TITLE = "No viral load results for three months"


def a_calendar(program: Program, name: str, scope: Scope, about: UUID | None = None) -> str:
    """Its path."""
    with program.cast.writing(name, program.clock.now()) as unit:
        return f"/calendar/{feeds.make(unit, scope=scope, about=about).word}.ics"


def entries(program: Program, path: str) -> list[Any]:
    """The events of a calendar that is as the standard has it."""
    answer = program.browser(None).get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    read = icalendar.Calendar.from_ical(answer.content)
    assert not read.errors
    assert (read["VERSION"], str(read["CALSCALE"])) == ("2.0", "GREGORIAN")
    assert read["PRODID"]
    assert icalendar.Calendar.from_ical(read.to_ical()) == read
    found: list[Any] = list(read.walk("VEVENT"))
    for event in found:
        assert not event.errors
        for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE"):
            assert name in event, name
        assert type(event["DTSTART"].dt) is date
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
        for name in ("DTSTAMP", "LAST-MODIFIED"):
            at: Any = event[name].dt
            assert isinstance(at, datetime)
            assert at.tzinfo is not None
    assert len({str(e["UID"]) for e in found}) == len(found)
    return found


def told(found: list[Any]) -> dict[str, date]:
    return {str(e["SUMMARY"]): e["DTSTART"].dt for e in found}


def test_due_days_next_stages_and_meetings_stand_on_their_day(program: Program) -> None:
    ref = program.cast.open_finding(program.clock.now()).ref
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        rounds.plan_forum(unit, name="Provincial forum", held_on=date(2026, 3, 20))
    path = a_calendar(program, "Sophea", Scope.POST, program.cast.posts["health_centre"])
    found = entries(program, path)
    assert told(found) == {
        f"{ref}: an acknowledgement is due": date(2026, 3, 9),
        f"{ref}: stage 1, Reminder and dialogue, begins if nothing is done": date(2026, 3, 10),
        "Provincial forum": date(2026, 3, 20),
    }
    due = next(e for e in found if "due" in e["SUMMARY"])
    assert str(due["URL"]) == f"{BASE}/findings/{ref}"
    assert TITLE in due["DESCRIPTION"]
    assert told(entries(program, a_calendar(program, "Sophea", Scope.MINE))) == told(found)


def test_every_kind_of_calendar_is_read_as_it_was_written(program: Program) -> None:
    meeting, title = 'វេទិកាខេត្ត, ជុំទី ៤; "public"', "លទ្ធផល, \\n three; months"
    ref = program.cast.open_finding(program.clock.now(), title=title).ref
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        rounds.plan_forum(unit, name=meeting, held_on=date(2026, 3, 20))
    with program.cast.writing("Dara", program.clock.now()) as unit:
        view = views.save(unit, name="High, ខ្ពស់; all", query="severity=high")
    of: dict[Scope, tuple[str, UUID | None]] = {
        Scope.MINE: ("Sophea", None),
        Scope.POST: ("Sophea", program.cast.posts["health_centre"]),
        Scope.ADVOCATES: ("Dara", None),
        Scope.COMMITTEE: ("Bopha", None),
        Scope.VIEW: ("Dara", view),
    }
    assert of.keys() == set(Scope)
    names = set()
    for scope, (name, about) in of.items():
        path = a_calendar(program, name, scope, about)
        found = {str(e["SUMMARY"]): e for e in entries(program, path)}
        assert meeting in found, scope
        read = icalendar.Calendar.from_ical(program.browser(None).get(path).content)
        # Text, as its name is (RFC 7986); this library leaves it as it stands.
        names.add(re.sub(r"\\(.)", r"\1", str(read["X-WR-CALNAME"])))
        if scope in {Scope.MINE, Scope.POST, Scope.VIEW}:
            due = found[f"{ref}: an acknowledgement is due"]
            assert str(due["DESCRIPTION"]).startswith(f"{title}\n"), scope
    assert len(names) == len(Scope)
    assert any(one.endswith("View: High, ខ្ពស់; all") for one in names)


def test_an_entry_stays_the_same_and_says_when_it_changed(program: Program) -> None:
    program.cast.open_finding(program.clock.now())
    path = a_calendar(program, "Sophea", Scope.MINE)
    before = {str(e["UID"]): e for e in entries(program, path)}
    program.clock.advance(days=3)
    assert program.browser(None).get(path).content == program.browser(None).get(path).content
    after = {str(e["UID"]): e for e in entries(program, path)}
    assert after == before, "Nothing happened."
    with program.cast.reading("Dara", program.clock.now()) as look:
        owed = look.session.scalars(select(ObligationRow.id)).one()
    paused = program.api("Dara").post(
        f"/api/v1/obligations/{owed}/pause",
        json={"reason": "agreed", "until": "2026-03-20T00:00:00Z", "note": "Both sides agreed."},
    )
    assert paused.status_code == 200, paused.text
    assert entries(program, path) == [], "A clock that stands still falls due on no day."


def test_a_program_that_has_it_already_hears_so(program: Program) -> None:
    path = a_calendar(program, "Dara", Scope.MINE)
    browser = program.browser(None)
    first = browser.get(path)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, max-age=900"
    again = browser.get(path, headers={"If-None-Match": f"W/{tag}"})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    program.cast.open_finding(program.clock.now())
    assert (
        browser.get(a_calendar(program, "Sophea", Scope.MINE), headers={"If-None-Match": tag}).status_code
        == 200
    )


def test_nobody_reads_a_word_that_was_revoked_never_given_or_whose_person_is_gone(program: Program) -> None:
    browser, now = program.browser(None), program.clock.now()
    assert browser.get("/calendar/nothing.ics").status_code == 404
    assert browser.get(f"/calendar/{'x' * 5_000}.ics").status_code == 404
    path = a_calendar(program, "Dara", Scope.MINE)
    with program.cast.writing("Dara", now) as unit:
        feeds.revoke(unit, unit.session.scalars(select(FeedRow.id)).one())
    gone = browser.get(path)
    assert (gone.status_code, "was revoked" in gone.text) == (410, True)
    dara, bopha = a_calendar(program, "Dara", Scope.ADVOCATES), a_calendar(program, "Bopha", Scope.MINE)
    with program.cast.writing("Sokha", now) as unit:
        people.disable(unit, program.cast.people["Dara"])
        role = select(MembershipRow.id).where(MembershipRow.person_id == program.cast.people["Bopha"])
        people.end_membership(unit, unit.session.scalars(role).one())
    program.clock.advance(seconds=1)
    assert (browser.get(dara).status_code, browser.get(bopha).status_code) == (410, 410)


def test_a_post_that_is_held_no_more_has_no_calendar(program: Program) -> None:
    program.cast.open_finding(program.clock.now())
    post = program.cast.posts["health_centre"]
    path = a_calendar(program, "Sophea", Scope.POST, post)
    assert entries(program, path)
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        duty_bearers.relieve(unit, post, last_on=unit.today)
    program.clock.advance(days=1)
    assert program.browser(None).get(path).status_code == 410


def test_a_calendar_shows_what_its_person_may_see_and_no_more(program: Program) -> None:
    """Chan works in Battambang: what lies elsewhere is not in what they read; a post sees its own."""
    here = program.cast.open_finding(program.clock.now()).ref
    other = a_calendar(program, "Kosal", Scope.MINE)
    assert entries(program, other) == []
    for name in ("Dara", "Sokha"):
        path = a_calendar(program, name, Scope.POST, program.cast.posts["health_centre"])
        assert any(here in str(e["SUMMARY"]) for e in entries(program, path))


def test_a_saved_view_is_a_calendar_until_it_is_removed(program: Program) -> None:
    high = program.cast.open_finding(program.clock.now()).ref
    with program.cast.writing("Dara", program.clock.now()) as unit:
        both = [
            views.save(unit, name=name, query=query)
            for name, query in (
                ("High", "severity=high&overdue=false&sort=due"),
                ("Low", "severity=critical&mine=yes"),
            )
        ]
    found, none = (a_calendar(program, "Dara", Scope.VIEW, one) for one in both)
    assert any(high in str(e["SUMMARY"]) for e in entries(program, found))
    assert entries(program, none) == []
    with program.cast.writing("Dara", program.clock.now()) as unit:
        views.remove(unit, both[0])
    assert program.browser(None).get(found).status_code == 410


def test_a_name_of_several_lines_is_one_line_and_breaks_no_calendar(program: Program) -> None:
    with program.cast.writing("Dara", program.clock.now()) as unit:
        view = views.save(unit, name="High\r\nATTACH:x\x07\u202e", query="severity=high")
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        programmes.change_settings(unit, {"name": "CLM\nKampong\tSala"})
    path = a_calendar(program, "Dara", Scope.VIEW, view)
    entries(program, path)
    read = icalendar.Calendar.from_ical(program.browser(None).get(path).content)
    assert str(read["NAME"]) == "CLM Kampong Sala: View: High ATTACH:x"


def test_in_safety_mode_no_words_of_a_finding_leave(program: Program) -> None:
    """R43, and R41 at all times: nobody who reported anything is named."""
    program.cast.open_finding(program.clock.now())
    path = a_calendar(program, "Sophea", Scope.MINE)
    said = program.browser(None).get(path).text
    assert "Dara" not in said
    assert "Rumduol" not in said
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        programmes.change_settings(unit, {"safety_mode": True})
    found = entries(program, path)
    assert len(found) == 2
    text = "".join(str(e.to_ical()) for e in found)
    assert "viral" not in text
    assert "Ta Pung" in text, "who owes it is no word of the finding"


def test_it_is_in_its_readers_language(program: Program) -> None:
    program.cast.open_finding(program.clock.now())
    path = a_calendar(program, "Sophea", Scope.MINE)
    with program.cast.writing("Sophea", program.clock.now()) as unit:
        people.choose_language(unit, "km")
    found = entries(program, path)
    assert all(re.search("[\u1780-\u17ff]", str(e["SUMMARY"])) for e in found)
    assert {e["SUMMARY"].params["LANGUAGE"] for e in found} == {"km"}


def test_it_is_read_often_but_not_endlessly(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law, "READS", 3)
    path = a_calendar(program, "Dara", Scope.MINE)
    browser = program.browser(None)
    assert [browser.get(path).status_code for _ in range(4)] == [200, 200, 200, 429]
    program.clock.advance(hours=1)
    assert browser.get(path).status_code == 200


def test_there_are_never_more_entries_than_a_program_bears(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(law, "MOST", 4)
    for ago in (30, 20, 2, 1, 0):
        program.cast.open_finding(program.clock.now() - timedelta(days=ago))
    found = entries(program, a_calendar(program, "Sokha", Scope.POST, program.cast.posts["health_centre"]))
    assert len(found) == 4
    assert all(e["DTSTART"].dt >= date(2026, 3, 2) for e in found), "What is ahead comes first."


@pytest.mark.parametrize("many", [1, 12])
def test_a_calendar_takes_few_statements(program: Program, many: int) -> None:
    for n in range(many):
        program.cast.open_finding(program.clock.now(), title=f"One more {n}")
    path = a_calendar(program, "Dara", Scope.POST, program.cast.posts["health_centre"])
    status, said = asked_for(program, program.browser(None), path)
    assert status == 200
    assert len(said) <= 8, said


def test_the_word_is_in_no_log(program: Program, caplog: pytest.LogCaptureFixture) -> None:
    path = a_calendar(program, "Dara", Scope.MINE)
    word = path.removeprefix("/calendar/").removesuffix(".ics")
    with caplog.at_level(logging.DEBUG, logger="clm_tracker"), capture_logs() as logs:
        program.browser(None).get(path)
    assert [line["path"] for line in logs if line.get("event") == "request"] == ["/calendar/{word}"]
    assert word not in f"{logs}{caplog.text}"


def test_one_makes_a_calendar_copies_its_address_and_revokes_it(program: Program) -> None:
    program.cast.open_finding(program.clock.now())
    dara = program.browser("Dara")
    page = dara.get(PAGE).text
    assert markup.faults(page) == []
    assert "None yet" in page
    done = pages.send(dara, page, "Make the calendar", holds="advocates")
    assert (done.status_code, done.headers["location"]) == (303, PAGE)
    page = dara.get(PAGE).text
    assert markup.faults(page) == []
    address = next(iter(_addresses(page)))
    assert program.browser(None).get(address.removeprefix(BASE)).status_code == 200
    assert not list(_addresses(dara.get(PAGE).text)), "shown once"
    assert "What the advocates owe" in pages.text(page)
    revoked = pages.send(dara, dara.get(PAGE).text, "Revoke “What the advocates owe”")
    assert revoked.status_code == 303
    assert program.browser(None).get(address.removeprefix(BASE)).status_code == 410
    refused = pages.send(dara, dara.get(PAGE).text, "Make the calendar", holds="everything")
    assert (refused.status_code, "Choose what the calendar holds." in refused.text) == (422, True)
    assert program.browser("Phal").get(PAGE).status_code == 403


def test_the_page_of_a_post_leads_to_its_calendar(program: Program) -> None:
    dara, post = program.browser("Dara"), program.cast.posts["health_centre"]
    to = f"{PAGE}?post={post}"
    assert to in dara.get(f"/duty-bearers/{post}").text
    page = dara.get(to).text
    assert f'value="post:{post}" selected' in page
    assert pages.send(dara, page, "Make the calendar").status_code == 303


def _addresses(page: str) -> Iterator[str]:
    return (found[0] for found in re.finditer(rf"{BASE}/calendar/[\w-]+\.ics", page))
