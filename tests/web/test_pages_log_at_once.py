"""Does one form begin one draft, however often and how close together it is sent, with no script? (R35)"""

import io
import threading
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import select

from clm_tracker.commands import findings
from clm_tracker.db import load
from clm_tracker.db.tables import FindingRow
from clm_tracker.domain.cases import Case
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast
from tests.web import markup, pages
from tests.web import program as programs
from tests.web.program import Program

KEEP = "Keep it, then see who has to answer"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def program(app: FastAPI, cast_on_each: Cast, clock: FixedClock) -> Program:
    """The program, once on SQLite and once on PostgreSQL."""
    return programs.put(app, cast_on_each, clock)


def drafts(program: Program) -> list[Case]:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        refs = look.session.scalars(select(FindingRow.ref).order_by(FindingRow.ref)).all()
        return [load.case(look, ref, lock=False) for ref in refs]


def all_at_once(program: Program, *sent: dict[str, Any], action: str = "/findings/new") -> list[int]:
    """Each sent by a browser of Dara's own, none before all are ready; the statuses of the answers."""
    gate, statuses = threading.Barrier(len(sent)), [0] * len(sent)
    dara = program.browser("Dara")

    def send(n: int, more: dict[str, Any]) -> None:
        client = program.browser(None)
        client.cookies.update(dara.cookies)
        gate.wait()
        statuses[n] = client.post(action, **more).status_code

    threads = [threading.Thread(target=send, args=(n, more)) for n, more in enumerate(sent)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def form(program: Program) -> dict[str, str]:
    filled = pages.form(program.browser("Dara").get("/findings/new").text, KEEP)[1]
    assert filled["begun"]
    # The mark of a browser is not the point here; each of these browsers is told apart by its cookie alone.
    return {name: value for name, value in filled.items() if name != "once"}


def test_two_steps_sent_at_once_make_one_draft(program: Program) -> None:
    filled = form(program)
    site, theme = str(program.cast.sites["health_centre"]), str(program.cast.themes["care"])
    sent = (
        filled | {"go": "next", "step": "1", "site": site},
        filled | {"go": "next", "step": "2", "title": "No water", "theme": theme},
        filled | {"go": "next", "step": "5", "severity": "high"},
    )
    assert all_at_once(program, *({"data": one} for one in sent)) == [303] * 3
    (case,) = drafts(program)
    f = case.finding
    assert (f.title, f.theme_id, f.site_id) == (
        "No water",
        program.cast.themes["care"],
        program.cast.sites["health_centre"],
    )
    assert (f.severity, f.severity_is_said) == ("high", True)
    assert str(f.id) == filled["begun"]


def test_what_is_kept_while_writing_and_a_button_at_once(program: Program) -> None:
    """The button wins, whichever comes first."""
    for title in ("The tap is dry", "The lamp is broken", "The door is locked"):
        filled = form(program)
        late = {"data": filled | {"go": "auto", "title": title[:7]}, "headers": HTMX}
        button = {"data": filled | {"go": "next", "step": "2", "title": title}}
        assert sorted(all_at_once(program, late, button)) == [200, 303]
        assert drafts(program)[-1].finding.title == title
    assert len(drafts(program)) == 3


def test_a_photo_sent_twice_is_there_once(program: Program) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    filled = form(program)
    sent = [
        {
            "data": filled | {"title": title, "go": "here"},
            "files": {"file": ("a.jpg", out.getvalue(), "image/jpeg")},
        }
        for title in ("An empty shelf", "An empty shelf again")
    ]
    assert all_at_once(program, *sent) == [303, 303]
    (case,) = drafts(program)
    assert len(case.pieces) == 1


def test_the_same_page_sent_again_with_more_in_it_is_the_next_step(program: Program) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    first = pages.send(dara, page, KEEP, go="next", step="2", title="No water")
    again = pages.send(dara, page, KEEP, go="next", step="2", title="No water", affected="Everybody")
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["location"] == first.headers["location"]
    assert pages.send(dara, page, KEEP, go="next", step="2", title="No water").status_code == 303
    (case,) = drafts(program)
    assert (case.finding.title, case.finding.affected) == ("No water", "Everybody")


def test_going_back_an_hour_later_to_log_something_else_loses_neither(program: Program) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    pages.send(dara, page, KEEP, go="next", step="2", title="No water", affected="Everybody")
    (case,) = drafts(program)
    program.clock.set(program.clock.now() + timedelta(hours=1))
    late = dara.post(
        "/findings/new",
        data=pages.form(page, KEEP)[1] | {"go": "auto", "title": "No light"},
        headers=HTMX,
    )
    assert late.status_code == 200
    assert drafts(program)[0].finding.title == "No water"
    answer = pages.send(dara, page, KEEP, go="next", step="2", title="No light")
    assert answer.status_code == 409
    assert markup.faults(answer.text) == []
    said = pages.text(answer.text)
    assert f"With this form you began the draft {case.finding.ref} before." in said
    assert "No water" in said
    assert "No light" in said
    assert drafts(program) == [case]


def test_when_the_first_is_open_the_form_begins_another(program: Program) -> None:
    dara, cast = program.browser("Dara"), program.cast
    page = dara.get("/findings/new").text
    answers = {
        "title": "No water",
        "site": str(cast.sites["health_centre"]),
        "theme": str(cast.themes["care"]),
        "dimension": "quality",
        "observed_on": "2026-02-27",
        "severity": "high",
    }
    pages.send(dara, page, KEEP, **answers)
    with cast.writing("Dara", program.clock.now()) as unit:
        findings.open_(unit, drafts(program)[0].finding.ref)
    assert pages.send(dara, page, KEEP, **answers | {"title": "No light"}).status_code == 303
    assert [case.finding.title for case in drafts(program)] == ["No water", "No light"]


@pytest.mark.parametrize("begun", ["", "nothing", "00000000-0000-0000-0000-000000000000"])
def test_what_no_form_of_ours_minted_is_nothing(program: Program, begun: str) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    assert pages.send(dara, page, KEEP, go="here", title="No water", begun=begun).status_code == 303
    (case,) = drafts(program)
    assert str(case.finding.id) != begun


def test_nobody_begins_in_another_persons_draft(program: Program) -> None:
    dara, chan = program.browser("Dara"), program.browser("Chan")
    page = dara.get("/findings/new").text
    begun = pages.form(page, KEEP)[1]["begun"]
    pages.send(dara, page, KEEP, go="here", title="No water")
    (case,) = drafts(program)
    answer = pages.send(chan, chan.get("/findings/new").text, KEEP, go="here", title="Mine", begun=begun)
    assert answer.status_code == 409
    assert "No water" not in answer.text
    assert "Mine" in answer.text
    assert drafts(program) == [case]
    assert pages.send(chan, answer.text, KEEP, go="here").status_code == 303, "the next press begins another"
    assert len(drafts(program)) == 2
