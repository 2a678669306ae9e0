"""Does each page show each person what is theirs, say it in plain words, and stay light? (R2, R12, R34, R38)"""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from clm_tracker.commands import actions, escalation, findings, obligations
from clm_tracker.db import load
from clm_tracker.db.tables import BrakeRow
from clm_tracker.domain.words import ClosedAs, Role, Severity
from clm_tracker.web.demonstration import DemoPerson
from clm_tracker.web.desk import House
from tests.cast import PASSWORD, SOPHEA
from tests.web import markup, pages
from tests.web.program import Program

RAW = re.compile(r"\b[a-z]+_[a-z_]+\b")
MOST_STATEMENTS, MOST_BYTES = 12, 30_000


@pytest.fixture
def ref(program: Program) -> str:
    """An open finding that Dara logged and Sophea answers."""
    return program.cast.open_finding(program.clock.now()).ref


@contextmanager
def statements(program: Program) -> Iterator[list[str]]:
    """What the page itself asks the database, without finding out who is signed in."""
    said: list[str] = []

    def listen(_conn: object, _cursor: object, sql: str, *_rest: object) -> None:
        if sql.startswith(("SELECT", "WITH")) and not any(
            f"FROM {table}" in sql for table in ("sessions", "memberships", "people", "programmes", "holders")
        ):
            said.append(sql)

    event.listen(program.cast.store.engine, "before_cursor_execute", listen)
    yield said
    event.remove(program.cast.store.engine, "before_cursor_execute", listen)


@pytest.mark.parametrize("name", ["Sokha", "Dara", SOPHEA, "Bopha"])
def test_pages_are_sound_light_and_without_the_words_of_the_program(
    program: Program, ref: str, name: str
) -> None:
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        made = actions.propose(
            unit, ref, what="Send samples twice a week", due_on=unit.today + timedelta(days=9)
        )
    with program.cast.writing("Dara", program.clock.now()) as unit:
        actions.accept(unit, made.id)
    browser = program.browser(name)
    browser.get("/findings")  # the rules of the programme are read once a process, not once a page
    for path in (
        "/",
        "/findings",
        f"/findings/{ref}",
        f"/findings/{ref}/explain",
        f"/findings/{ref}/simulate",
    ):
        with statements(program) as asked:
            page = browser.get(path)
        assert page.status_code == 200, path
        assert markup.faults(page.text) == [], path
        assert not RAW.findall(pages.text(page.text)), path
        assert len(asked) <= MOST_STATEMENTS, (path, len(asked), asked)
        assert len(gzip.compress(page.content)) <= MOST_BYTES, path
        assert "Times are Phnom Penh time." in pages.text(page.text)


def test_a_finding_says_who_owes_what_and_what_follows(program: Program, ref: str) -> None:
    said = pages.text(program.browser("Dara").get(f"/findings/{ref}").text)
    assert "Chief, Ta Pung Health Centre owes an acknowledgement by Mon 9 March (in 5 working days)." in said
    assert "If nothing is done: stage 1, Reminder and dialogue, begins on" in said
    assert "7, skipped: weekend 8, skipped: weekend 9 5, due day, day 5" in said
    assert "Reply of Chief, Ta Pung Health Centre" in said


def test_a_finding_lists_what_was_merged_into_it_and_each_leads_to_the_other(
    program: Program, ref: str
) -> None:
    later = program.cast.open_finding(program.clock.now(), title="Viral load again").ref
    with program.cast.writing("Dara", program.clock.now()) as unit:
        findings.close(unit, later, closed_as=ClosedAs.MERGED, reason="The same", merged_into=ref)
    browser = program.browser("Dara")
    page = browser.get(f"/findings/{ref}").text
    said = pages.text(page)
    assert "Another finding was merged into this one:" in said
    assert f"{later}, Viral load again" in said
    assert f'href="/findings/{later}"' in page
    assert f'href="/findings/{ref}"' in browser.get(f"/findings/{later}").text


def test_a_finding_says_who_was_told_and_what_waits_to_be_sent(program: Program, ref: str) -> None:
    browser = program.browser("Dara")
    said = pages.text(browser.get(f"/findings/{ref}").text)
    assert "Who was told 1 notice, 1 waiting to be sent" in said
    assert "The finding, and what is asked Chief, Ta Pung Health Centre" in said
    for n in range(4):
        program.clock.advance(minutes=1)
        with program.cast.writing(SOPHEA, program.clock.now()) as unit:
            actions.propose(unit, ref, what=f"Way {n}", due_on=unit.today + timedelta(days=9))
    said = pages.text(browser.get(f"/findings/{ref}").text)
    assert "A proposed action The advocates" in said
    assert "5 notices, 5 waiting to be sent" in said
    assert "One earlier notice" in said


def test_what_the_committee_decided_takes_one_line(program: Program, ref: str) -> None:
    with program.cast.reading("Dara", program.clock.now()) as look:
        [owed] = load.case(look, ref, lock=False).live()
    for stage in range(5):
        with program.cast.writing("Dara", program.clock.now()) as unit:
            obligations.escalate(unit, owed.id, from_stage=stage, reason="People go without")
    with program.cast.reading("Bopha", program.clock.now()) as look:
        [proposal] = load.case(look, ref, lock=False).proposals.values()
    browser = program.browser("Dara")
    assert '<ul class="decided">' not in browser.get(f"/findings/{ref}").text
    with program.cast.writing("Bopha", program.clock.now()) as unit:
        escalation.refuse(unit, proposal.id, reason="Too early")
    page = browser.get(f"/findings/{ref}").text
    assert "refused; it is proposed again after its wait. Too early" in pages.text(page)
    assert '<div class="dec">' not in page


def test_a_desk_says_why_a_stage_cannot_be_approved_now(program: Program, ref: str) -> None:
    with program.cast.reading("Dara", program.clock.now()) as look:
        [owed] = load.case(look, ref, lock=False).live()
    browser = program.browser("Bopha")
    for stage in range(7):
        with program.cast.writing("Dara", program.clock.now()) as unit:
            obligations.escalate(unit, owed.id, from_stage=stage, reason="People go without")
        with program.cast.reading("Bopha", program.clock.now()) as look:
            asked = [p for p in load.case(look, ref, lock=False).proposals.values() if p.stage == stage + 1]
        if asked and not asked[0].public:
            assert f'href="/proposals/{asked[0].id}/approve?back=/"' in browser.get("/").text
            with program.cast.writing("Bopha", program.clock.now()) as unit:
                escalation.approve(unit, asked[0].id)
    page = browser.get("/").text
    assert "A public stage needs a completed risk check first" in pages.text(page)
    assert "/approve?back=/" not in page
    assert "/defer?back=/" in page
    assert markup.faults(page) == []


def test_a_merger_into_nothing_keeps_what_was_typed(program: Program, ref: str) -> None:
    browser = program.browser("Dara")
    page = browser.get(f"/findings/{ref}/close").text
    typed = {"closed_as": "merged", "reason": "The same", "merged_into": "KH-2026-9999"}
    answer = pages.send(browser, page, "Close the finding", **typed)
    assert answer.status_code == 422
    assert "No finding has this reference." in pages.text(answer.text)
    assert "The same" in answer.text
    assert "KH-2026-9999" in answer.text


def test_a_desk_offers_nothing_about_an_action_that_was_reported(program: Program, ref: str) -> None:
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        made = actions.propose(unit, ref, what="Send samples", due_on=unit.today + timedelta(days=9))
    with program.cast.writing("Dara", program.clock.now()) as unit:
        actions.accept(unit, made.id)
    browser = program.browser(SOPHEA)
    assert "Report it done" in browser.get("/").text
    page = pages.text(browser.get(f"/findings/{ref}").text)
    assert "Judged by the first day promised." in page
    assert "0 of 1 kept" not in page
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        actions.report_done(unit, made.id, note="They went out")
    page = browser.get("/").text
    assert "reported done" in page
    assert "Report it done" not in page
    assert "Ask for more time" not in page


def test_a_long_group_of_a_desk_leads_to_the_whole(program: Program) -> None:
    refs = [program.cast.open_finding(program.clock.now(), title=f"Number {n}").ref for n in range(7)]
    browser = program.browser(SOPHEA)
    desk = browser.get("/").text
    assert sum(ref in desk for ref in refs) == 5
    assert "All 7" in pages.text(desk)
    whole = browser.get("/desk/mine")
    assert all(ref in whole.text for ref in refs)
    assert markup.faults(whole.text) == []
    assert "1 to 7 of 7" in pages.text(whole.text)
    assert "Nothing more waits here" in browser.get("/desk/mine?from=50").text
    assert browser.get("/desk/mine?from=-1").status_code == 200
    assert browser.get("/desk/verify").status_code == 404


def test_two_people_see_different_acts_on_the_same_finding(program: Program, ref: str) -> None:
    theirs = pages.text(program.browser(SOPHEA).get(f"/findings/{ref}").text)
    ours = pages.text(program.browser("Dara").get(f"/findings/{ref}").text)
    assert "Not ours: say whose it is" in theirs
    assert "Pause the clock" not in theirs
    assert "Pause the clock" in ours
    assert "Put on record for Chief, Ta Pung Health Centre" in ours


def test_the_list_is_narrowed_by_its_address(program: Program, ref: str) -> None:
    now = program.clock.now()
    other = program.cast.open_finding(
        now, title="Condoms are kept behind the counter", severity=Severity.STANDARD
    )
    browser = program.browser("Dara")
    both = browser.get("/findings").text
    assert ref in both
    assert other.ref in both
    for query, there, gone in (
        ("severity=standard", other.ref, ref),
        ("q=viral+load", ref, other.ref),
        (f"q={other.ref}", other.ref, ref),
        (f"theme={program.cast.themes['care']}&severity=high", ref, other.ref),
    ):
        page = browser.get(f"/findings?{query}").text
        assert f"/findings/{there}" in page, query
        assert f"/findings/{gone}" not in page, query
    empty = pages.text(browser.get("/findings?overdue=yes").text)
    assert "No finding fits these filters" in empty
    program.clock.advance(days=20)
    late = program.browser("Dara").get("/findings?overdue=yes&sort=due").text
    assert "working days late" in pages.text(late)


def test_a_long_list_goes_on_by_cursor(program: Program) -> None:
    for n in range(27):
        program.cast.draft(program.clock.advance(minutes=1), title=f"Draft number {n}")
    browser = program.browser("Dara")
    first = browser.get("/findings?status=draft").text
    following = re.search(r'href="(/findings\?[^"]*after=[^"]*)"', first)
    assert following is not None
    second = browser.get(following[1].replace("&amp;", "&")).text
    assert "Draft number 26" in first
    assert "Draft number 0" not in first
    assert "Draft number 0" in second
    assert "Draft number 1<" in second
    assert browser.get("/findings?after=nonsense&theme=none&stage=x&sort=y").status_code == 200


def test_an_observer_is_told_why_there_are_no_findings(program: Program, ref: str) -> None:
    phal = program.browser("Phal")
    assert "Observers see totals" in pages.text(phal.get("/").text)
    no = phal.get(f"/findings/{ref}")
    assert no.status_code == 403
    assert "Observers see totals, not single findings." in pages.text(no.text)


def test_why_these_dates_and_what_happens_in_ninety_days(program: Program, ref: str) -> None:
    browser = program.browser("Dara")
    said = pages.text(browser.get(f"/findings/{ref}/explain").text)
    assert "5 working days" in said
    assert "day 5" in said
    assert "weekend" in said
    ahead = pages.text(browser.get(f"/findings/{ref}/simulate").text)
    assert ahead.index("Stage 1") < ahead.index("Stage 2") < ahead.index("Stage 3")
    assert "Stage 1, Reminder and dialogue, would begin, for an acknowledgement. It would go to" in ahead
    assert "entered" not in ahead
    assert "proposed stage" not in ahead
    assert ref in browser.get(f"/findings/{ref}/record").text


@pytest.fixture
def with_password(program: Program) -> None:
    program.cast.give_password("Dara", program.clock.now())


@pytest.mark.usefixtures("with_password")
def test_signing_in_goes_where_one_wanted_to_go(program: Program, ref: str) -> None:
    browser = program.browser(None)
    wanted = browser.get(f"/findings/{ref}")
    assert wanted.headers["location"] == f"/sign-in?next=/findings/{ref}"
    page = browser.get(wanted.headers["location"]).text
    wrong = pages.send(
        browser, page, "Sign in", email="dara@community-eyes.example.org", password="wrong one!"
    )
    assert wrong.status_code == 422
    assert "The address or the password is not right." in pages.text(wrong.text)
    assert "dara@community-eyes.example.org" in wrong.text
    assert "wrong one!" not in wrong.text
    came = pages.send(browser, wrong.text, "Sign in", password=PASSWORD)
    assert (came.status_code, came.headers["location"]) == (303, f"/findings/{ref}")
    page = browser.get("/").text
    assert "Dara" in page
    gone = browser.post("/sign-out")
    assert (gone.status_code, gone.headers["location"]) == (303, "/sign-in")
    assert browser.get("/").status_code == 303


@pytest.mark.usefixtures("with_password")
def test_nobody_is_sent_elsewhere_after_signing_in(program: Program) -> None:
    browser = program.browser(None)
    page = browser.get("/sign-in?next=https://elsewhere.example/").text
    came = pages.send(browser, page, "Sign in", email="dara@community-eyes.example.org", password=PASSWORD)
    assert came.headers["location"] == "/"


@dataclass
class Tried:
    """A demonstration in which days can pass."""

    program: Program

    def now(self) -> datetime:
        return self.program.clock.now()

    def advance(self, days: int) -> None:
        self.program.clock.advance(days=days)

    def people(self) -> tuple[DemoPerson, ...]:
        cast = self.program.cast
        return (
            DemoPerson("dara", cast.people["Dara"], cast.programme_id, "Dara, Rumduol", Role.ADVOCATE),
            DemoPerson("sophea", cast.people[SOPHEA], cast.programme_id, "Sophea, Chief", Role.DUTY_BEARER),
        )


def test_a_demonstration_has_its_clock_on_every_page(program: Program, ref: str) -> None:
    house: House = program.app.state.house
    browser = program.browser("Dara")
    assert "Demonstration." not in pages.text(browser.get("/").text)
    program.app.state.house = replace(house, demo=Tried(program))
    for path in ("/", "/findings", f"/findings/{ref}", "/findings/new", "/sign-in"):
        assert "Demonstration. It is Mon 2 Mar, 09:00" in pages.text(browser.get(path).text), path
    way_in = browser.get("/sign-in").text
    assert "They hold a post that has to answer" in pages.text(way_in)
    assert 'href="/demo/sign-in/sophea"' in way_in


def test_a_coordinator_releases_what_the_brake_holds(program: Program, ref: str) -> None:
    """R31 from the page: seen, released with a reason, refused without one."""
    cast, now = program.cast, program.clock.now()
    with cast.store.writing(now=now, actor=cast.actor("engine", now), programme_id=cast.programme_id) as unit:
        brake = BrakeRow(
            id=load.case(unit, ref).finding.id,
            programme_id=cast.programme_id,
            set_at=now,
            reason="Much at once.",
            held=60,
            running=100,
            through=now,
        )
        unit.session.add(brake)
    sokha = program.browser("Sokha")
    assert "Look and release" in pages.text(sokha.get("/").text)
    page = sokha.get("/engine").text
    assert "60 stages wait since" in pages.text(page)
    assert "The engine needs a look" in pages.text(page)
    assert "of 100 running obligations. Much at once." in pages.text(page)
    assert "Reminders go out meanwhile" in pages.text(page)
    late = pages.form(page, "Release the held stages")
    refused = pages.send(sokha, page, "Release the held stages", reason=" ")
    assert refused.status_code == 422
    assert "Say why the held stages may go on." in pages.text(refused.text)
    released = pages.send(sokha, refused.text, "Release the held stages", reason="All were looked at")
    assert released.status_code == 303
    after = pages.text(sokha.get("/engine").text)
    assert "60 stages are released." in after
    assert "No stage is held." in after
    second = sokha.post(late[0], data={**late[1], "reason": "Me too"})
    assert second.status_code == 409
    assert "No stages are held at present." in pages.text(second.text)
    assert "Sokha released 60 stages on" in pages.text(second.text)
    assert "All were looked at" in pages.text(second.text)
    for place in ("50", "x", "999", "99999"):
        assert sokha.get(f"/engine?from={place}").status_code == 200
    assert program.browser("Dara").get("/engine").status_code == 403
    with cast.writing("Sokha", now) as unit, pytest.raises(Exception, match="No stages are held"):
        escalation.release_brake(unit, reason="again")


def test_the_ledger_is_read_line_by_line_and_narrowed(program: Program, ref: str) -> None:
    """R35: by whom, about what, until which day; what cannot be read narrows nothing."""
    sokha = program.browser("Sokha")
    page = sokha.get("/ledger").text
    assert "Dara opened the finding" in pages.text(page)
    assert f'href="/findings/{ref}"' in page
    assert markup.faults(page) == []
    dara = program.cast.people["Dara"]
    assert "Dara opened the finding" in pages.text(sokha.get("/ledger", params={"actor": str(dara)}).text)
    for query in ({"about": "set-up"}, {"until": "2001-01-01"}, {"actor": str(program.cast.people["Bopha"])}):
        assert "opened the finding" not in pages.text(sokha.get("/ledger", params=query).text)
    for query in ({"about": "x"}, {"until": "soon"}, {"actor": "me"}, {"until": "0001-01-01"}):
        assert "Dara opened the finding" in pages.text(sokha.get("/ledger", params=query).text)
    assert program.browser("Dara").get("/ledger").status_code == 403
    assert "Ledger" in pages.text(program.browser("Bopha").get("/ledger").text)
