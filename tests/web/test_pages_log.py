"""Is a finding logged from the pages without script: places found, drafts kept, refused forms kept, and then opened? (R3, R8)"""

import re

import pytest

from clm_tracker.commands import evidence, findings, themes
from clm_tracker.db import load
from clm_tracker.domain.cases import Finding
from clm_tracker.domain.words import FindingStatus, Purpose
from tests.cast import SOPHEA
from tests.web import markup, pages
from tests.web.program import Program

KEEP = "Keep it, then see who has to answer"


@pytest.fixture
def answers(program: Program) -> dict[str, str]:
    """Everything that a finding needs."""
    return {
        "title": "No viral load results for three months",
        "site": str(program.cast.sites["health_centre"]),
        "theme": str(program.cast.themes["care"]),
        "dimension": "availability",
        "observed_on": "2026-02-27",
        "severity": "high",
    }


def found(program: Program, ref: str) -> Finding:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return load.case(look, ref, lock=False).finding


def test_from_the_question_to_the_open_finding(program: Program, answers: dict[str, str]) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/new")
    assert markup.faults(page.text) == []
    assert "Somebody is in danger or turned away today" in pages.text(page.text)
    kept = pages.send(dara, page.text, KEEP, **answers)
    assert kept.status_code == 303
    ref = kept.headers["location"].split("/")[2]
    opening = dara.get(kept.headers["location"]).text
    assert "Chief, Ta Pung Health Centre, as routing finds" in pages.text(opening)
    assert found(program, ref).status is FindingStatus.DRAFT
    assert pages.send(dara, opening, "Open the finding").headers["location"] == f"/findings/{ref}"
    assert found(program, ref).duty_bearer_id == program.cast.posts["health_centre"]
    assert "Say that it was received" in pages.text(program.browser(SOPHEA).get("/").text)


def test_places_are_found_without_script(program: Program) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    looked = pages.send(dara, page, KEEP, look="yes", find="referral", title="Half written")
    assert looked.status_code == 200
    assert "Battambang Referral Hospital" in pages.text(looked.text)
    assert "Ta Pung Health Centre" not in pages.text(looked.text)
    assert pages.form(looked.text, KEEP)[1]["title"] == "Half written"
    nothing = pages.send(dara, page, KEEP, look="yes", find="zzz")
    assert "Nothing is called “zzz”" in pages.text(nothing.text)
    part = dara.get("/findings/new?find=ta+pung", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="sites">')
    assert "Ta Pung Health Centre" in part.text


def test_what_is_missing_is_asked_for_and_the_rest_is_kept(program: Program, answers: dict[str, str]) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    kept = pages.send(
        dara, page, KEEP, **{**answers, "title": "", "description": "Fourteen of nineteen waited"}
    )
    assert kept.status_code == 303
    asked = dara.get(kept.headers["location"]).text
    assert markup.faults(asked) == []
    assert "Give the finding a title of a few words." in pages.text(asked)
    filled = pages.form(asked, KEEP)[1]
    assert {name: filled[name] for name in ("site", "theme", "severity", "description")} == {
        "site": answers["site"],
        "theme": answers["theme"],
        "severity": "high",
        "description": "Fourteen of nineteen waited",
    }
    nowhere = pages.send(dara, page, KEEP, **{**answers, "site": "nowhere"})
    assert '<a href="#site">Facility, service point or area</a>' in nowhere.text, (
        "called as it is on the form"
    )
    again = pages.send(dara, asked, KEEP, title="No results")
    assert again.headers["location"].endswith("/open")


def test_a_refused_answer_keeps_every_other(program: Program, answers: dict[str, str]) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    answer = pages.send(dara, page, KEEP, **{**answers, "title": "x" * 201})
    assert answer.status_code == 422
    assert "Shorten this to at most 200 characters." in pages.text(answer.text)
    assert pages.form(answer.text, KEEP)[1]["severity"] == "high"
    nothing = pages.send(dara, page, KEEP)
    assert nothing.status_code == 422
    assert "Give the finding a title of a few words." in pages.text(nothing.text)


def test_half_a_draft_is_kept_and_finished_later(program: Program, answers: dict[str, str]) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    stopped = pages.send(
        dara, page, KEEP, title="Nothing but a title", severity="high", keep="yes", observed_on=""
    )
    assert (stopped.status_code, stopped.headers["location"]) == (303, "/")
    desk = dara.get("/").text
    assert "Unfinished drafts" in pages.text(desk)
    assert "Nothing but a title" in pages.text(desk)
    assert "Nothing but a title" not in pages.text(program.browser("Chan").get("/findings").text)
    ref = pages.text(desk).split("KH-2026-")[1][:4]
    draft = f"/findings/KH-2026-{ref}"
    assert "Choose the thematic area." in pages.text(dara.get(f"{draft}/open").text)
    editing = dara.get(f"{draft}/edit").text
    done = pages.send(dara, editing, KEEP, **answers)
    assert done.headers["location"] == f"{draft}/open"
    assert "Choose the thematic area." not in pages.text(dara.get(f"{draft}/open").text)


def test_an_edit_over_another_shows_both(program: Program) -> None:
    drafted = program.cast.draft(program.clock.now())
    dara = program.browser("Dara")
    page = dara.get(f"/findings/{drafted.ref}/edit").text
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        findings.edit(unit, drafted.ref, {"title": "No results since December"})
    answer = pages.send(dara, page, KEEP, title="No results for a quarter")
    said = pages.text(answer.text)
    assert answer.status_code == 409
    assert "Sokha changed this on Mon 2 March 2026" in said
    assert "No results since December" in said
    assert "No results for a quarter" in said
    assert found(program, drafted.ref).title == "No results since December"
    assert pages.send(dara, answer.text, KEEP).status_code == 303
    assert found(program, drafted.ref).title == "No results for a quarter"


def test_of_an_open_finding_only_the_text_changes(program: Program) -> None:
    opened = program.cast.open_finding(program.clock.now())
    dara = program.browser("Dara")
    page = dara.get(f"/findings/{opened.ref}/edit").text
    assert "How serious is it?" not in pages.text(page)
    answer = pages.send(dara, page, "Keep the change", title="No viral load results since December")
    assert answer.headers["location"] == f"/findings/{opened.ref}"
    assert found(program, opened.ref).title == "No viral load results since December"
    assert found(program, opened.ref).severity is opened.severity


def test_the_same_problem_resolved_before_is_offered_again(program: Program) -> None:
    """R8: who opens a finding sees what was resolved here not long ago."""
    now = program.clock.now()
    before = program.cast.open_finding(now)
    with program.cast.writing("Dara", now) as unit:
        evidence.attach(
            unit,
            before.ref,
            purpose=Purpose.RESOLUTION,
            text="Results came",
            store=program.app.state.house.evidence,
        )
        findings.resolve(unit, before.ref, note="Fixed")
    with program.cast.writing("Chan", now) as unit:
        findings.resolve(unit, before.ref, note="Fixed, seen")
    drafted = program.cast.draft(now, title="Results are late again")
    page = program.browser("Dara").get(f"/findings/{drafted.ref}/open").text
    assert f"({before.ref})" in pages.text(page)
    assert f'href="/findings/{before.ref}/reopen"' in page


def test_duty_bearers_do_not_log(program: Program) -> None:
    no = program.browser(SOPHEA).get("/findings/new")
    assert no.status_code == 403
    assert "Your role in this programme does not include this." in pages.text(no.text)


def test_a_finding_can_be_written_in_every_language_whose_words_are_known(
    program: Program, answers: dict[str, str]
) -> None:
    """R44: the Spanish list ships, so a text can be said to be Spanish; an edit keeps the language it was in."""
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    assert {"en", "fr", "es"} <= set(re.findall(r'<option value="([a-z]{2})"', page))
    spanish = {**answers, "language": "es", "title": "Nadie explica el virus del sida"}
    kept = pages.send(dara, page, KEEP, **spanish)
    ref = kept.headers["location"].split("/")[2]
    assert found(program, ref).language == "es"
    assert "“virus del sida”" in pages.text(dara.get(f"/findings/{ref}/edit?all=yes").text)
    other = pages.send(dara, page, KEEP, **{**answers, "language": "sw", "title": "Dawa zimekwisha"})
    ref = other.headers["location"].split("/")[2]
    pages.send(dara, dara.get(f"/findings/{ref}/edit?all=yes").text, KEEP)
    assert found(program, ref).language == "sw"
    page = dara.get(f"/findings/{ref}/edit").text
    assert re.search('name="title"[^>]* lang="sw"', page), "what is written in it is asked for in it"


def test_a_draft_goes_on_under_the_theme_in_place_of_its_own(
    program: Program, answers: dict[str, str]
) -> None:
    dara = program.browser("Dara")
    kept = pages.send(dara, dara.get("/findings/new").text, KEEP, **answers)
    address = f"/findings/{kept.headers['location'].split('/')[2]}/edit?all=yes"
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        newer = themes.replace(unit, program.cast.themes["care"], name="Care for all")
    page = dara.get(address).text
    assert "“Care and treatment” is no longer used; “Care for all” stands in its place." in pages.text(page)
    assert pages.form(page, KEEP)[1]["theme"] == str(newer)
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        themes.retire(unit, newer)
    page = dara.get(address).text
    assert "“Care and treatment” is no longer used; choose another one." in pages.text(page)
    assert pages.form(page, KEEP)[1]["theme"] == ""
