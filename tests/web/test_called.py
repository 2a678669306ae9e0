"""Is a thing of the programme called in the reader's language wherever it is shown? (decision 0008)"""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from clm_tracker import languages
from clm_tracker.commands import calendars
from clm_tracker.db.tables import ClosedDayRow, LedgerRow, PersonRow
from clm_tracker.domain.events import DueMoved, StageEntered
from clm_tracker.domain.feeds import Scope
from clm_tracker.kernel.refusals import NotAllowed, NotFound
from clm_tracker.kernel.sayings import saying
from clm_tracker.queries import feeds, sentences
from clm_tracker.queries.findings import Filters
from clm_tracker.queries.letters.example import example
from tests.web import markup, pages
from tests.web.program import Program
from tests.web.test_pages_ladders import filled

KHMER = "ប្រធានមណ្ឌល"
INSTITUTION = "មណ្ឌលសុខភាពតាពូង"
PROGRAMME, ROUND, FORUM = "ភ្នែកសហគមន៍", "វដ្តទីមួយ", "វេទិកាសហគមន៍"
LADDER, STAGE, LETTER = "ជណ្ដើររបស់យើង", "ការទៅសួរសុខទុក្ខ", "លិខិតរបស់សហគមន៍"
NEW_YEAR = date(2026, 4, 14)


def named(program: Program) -> str:
    """The health centre's post, with its title and institution in Khmer too; its address."""
    at = f"/duty-bearers/{program.cast.posts['health_centre']}"
    sokha = program.browser("Sokha")
    page = sokha.get(f"{at}/change").text
    assert markup.faults(page) == []
    kept = pages.send(sokha, page, "Keep the change", title_km=KHMER, institution_km=INSTITUTION)
    assert kept.status_code == 303
    return at


def closed(program: Program, day: date) -> UUID:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        of = ClosedDayRow.programme_id == look.programme_id
        return look.session.scalars(select(ClosedDayRow.id).where(of, ClosedDayRow.day == day)).one()


def in_khmer(program: Program, *names: str) -> None:
    with program.cast.store.engine.begin() as connection:
        connection.execute(update(PersonRow).where(PersonRow.name.in_(names)).values(language="km"))


def test_a_post_is_called_in_the_readers_language_and_kept_as_it_was_written(program: Program) -> None:
    before = program.cast.open_finding(program.clock.now()).ref
    at = named(program)
    after = program.cast.open_finding(program.clock.now()).ref
    in_khmer(program, "Dara")
    dara, sokha = program.browser("Dara"), program.browser("Sokha")
    name = f"{KHMER}, {INSTITUTION}"
    with program.cast.reading("Sokha", program.clock.now()) as look:
        kept_as = look.rules.posts[program.cast.posts["health_centre"]].name
    for ref in (before, after):
        for page in (f"/findings/{ref}", f"/findings/{ref}/record"):
            said = pages.text(dara.get(page).text)
            assert name in said
            assert kept_as not in said
            assert KHMER not in sokha.get(page).text
    for page in (at, "/duty-bearers", f"/duty-bearers?q={INSTITUTION}", f"/next?day={_due(program, after)}"):
        assert name in pages.text(dara.get(page).text), page
    with program.cast.reading("Sokha", program.clock.now()) as look:
        post = look.rules.posts[program.cast.posts["health_centre"]]
        with languages.speaking("km"):
            assert post.said == name
        kept = [
            line.facts for line in look.session.scalars(select(LedgerRow)) if line.kind == "finding_opened"
        ]
    assert {line["duty_bearer"] for line in kept} == {post.name}


def _due(program: Program, ref: str) -> str:
    shown = program.api("Dara").get(f"/api/v1/findings/{ref}").json()
    return str(shown["obligations"][0]["due_on"])


def test_the_interface_takes_and_gives_every_name(program: Program) -> None:
    sent: dict[str, Any] = {
        "title": "Head of Laboratory",
        "titles": {"km": "ប្រធានមន្ទីរពិសោធន៍", "fr": "Responsable du laboratoire"},
        "institution": "Ta Pung Health Centre",
        "institutions": {"km": INSTITUTION},
        "level": "site",
    }
    made = program.api("Sokha").post("/api/v1/duty-bearers", json=sent)
    assert made.status_code == 201, made.text
    shown = program.api("Dara").get(f"/api/v1/duty-bearers/{made.json()['id']}").json()
    assert {name: shown[name] for name in sent} == sent
    assert shown["name"] == "Head of Laboratory, Ta Pung Health Centre"
    wrong = {**sent, "titles": {"not a language": "x"}}
    assert program.api("Sokha").post("/api/v1/duty-bearers", json=wrong).status_code == 422


def test_public_holidays_come_with_their_names_in_the_programmes_languages(program: Program) -> None:
    in_khmer(program, "Sokha")
    with program.cast.reading("Sokha", program.clock.now()) as look:
        calendar = look.rules.calendar
    assert calendar.why_closed(NEW_YEAR) == "Khmer New Year's Day"
    with languages.speaking("km"):
        khmer = calendar.why_closed(NEW_YEAR)
    assert khmer == "ពិធីបុណ្យចូលឆ្នាំថ្មីប្រពៃណីជាតិ"
    said = pages.text(program.browser("Sokha").get("/calendar-days").text)
    assert khmer in said
    assert "Khmer New Year" not in said
    assert khmer in pages.text(program.browser("Sokha").get("/next?from=2026-04-13").text)
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        coming = calendars.coming_public_holidays(unit, [2029])
        calendars.close_public_days(unit, coming)
    with program.cast.reading("Sokha", program.clock.now()) as look, languages.speaking("km"):
        assert look.rules.calendar.why_closed(date(2029, 4, 16)) == khmer


def test_days_of_one_name_are_renamed_together_and_no_due_date_moves(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get(f"/calendar-days/{closed(program, NEW_YEAR)}")
    assert markup.faults(page.text) == []
    assert "9 days are called so" in pages.text(page.text)
    assert pages.send(sokha, page.text, "Keep the change", name=" ").status_code == 422
    done = pages.send(sokha, page.text, "Keep the change", name="Choul Chnam Thmey", name_km="ចូលឆ្នាំខ្មែរ")
    assert done.status_code == 303
    with program.cast.reading("Sokha", program.clock.now()) as look:
        rows = look.session.scalars(
            select(ClosedDayRow).where(ClosedDayRow.name == "Choul Chnam Thmey")
        ).all()
        assert len(rows) == 9
        assert {row.names["km"] for row in rows} == {"ចូលឆ្នាំខ្មែរ"}
        line = look.session.scalars(select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(1)).one()
    assert line.changes[0]["before"]["2026-04-14"]["name"] == "Khmer New Year's Day"
    with program.cast.reading("Sokha", program.clock.now()) as look, languages.speaking("km"):
        assert look.rules.calendar.why_closed(NEW_YEAR) == "ចូលឆ្នាំខ្មែរ"


def test_a_ladder_and_its_stages_are_called_in_the_readers_language(program: Program) -> None:
    """Also where an obligation runs on the version before, and where a line of the record names the stage."""
    ref = program.cast.open_finding(program.clock.now()).ref
    sokha, at = program.browser("Sokha"), "/ladders/high/edit"
    page = sokha.get(at)
    assert markup.faults(page.text) == []
    khmer = {"name": "Our ladder", "name_km": LADDER, "name_1": "Visit", "name_1_km": STAGE, "name_2_km": " "}
    drawn = sokha.post(at, data={**filled(page.text), **khmer, "do": "look"}).text
    assert f'value="{STAGE}"' in drawn
    assert sokha.post(at, data={**filled(drawn), "do": "save"}).status_code == 303
    with program.cast.reading("Sokha", program.clock.now()) as look:
        newest = look.rules.ladders[look.rules.current["high"]]
        assert (newest.name, newest.names, newest.stages[0].names) == (
            "Our ladder",
            {"km": LADDER},
            {"km": STAGE},
        )
        assert newest.stages[1].names == {}
    program.cast.open_finding(program.clock.now())
    named = program.api("Sokha").get("/api/v1/ladders?key=high").json()["items"][0]["ladder"]
    named = {**named, "stages": [{k: v for k, v in s.items() if k != "number"} for s in named["stages"]]}
    sent = {key: named[key] for key in ("key", "name", "names", "stages")}
    sent["stages"][1]["names"] = {"km": LETTER}
    made = program.api("Sokha").post("/api/v1/ladders", json=sent, headers={"If-Match": '"2"'})
    assert made.status_code == 201, made.text
    in_khmer(program, "Dara")
    dara = program.browser("Dara")
    assert LETTER in pages.text(dara.get(f"/findings/{ref}").text), "It runs on the version before."
    for path in ("/ladders", "/ladders/high"):
        said = pages.text(dara.get(path).text)
        assert STAGE in said
        assert LADDER in said
    with program.cast.reading("Dara", program.clock.now()) as look, languages.speaking("km"):
        line = StageEntered("act", 1, "Visit", 1, look.now)
        assert STAGE in sentences.say(line, "", look.rules, look.today).sentence
    assert "Our ladder" in pages.text(sokha.get("/ladders").text)


def test_nobody_but_a_coordinator_renames_a_day_and_only_a_closed_one(program: Program) -> None:
    day = closed(program, NEW_YEAR)
    with pytest.raises(NotAllowed), program.cast.writing("Dara", program.clock.now()) as unit:
        calendars.rename_days(unit, day, name="Other")
    with pytest.raises(NotFound), program.cast.writing("Sokha", program.clock.now()) as unit:
        calendars.rename_days(unit, program.cast.round_id, name="Other")
    assert program.browser("Sokha").get(f"/calendar-days/{program.cast.round_id}").status_code == 404


def test_the_programme_its_rounds_and_forums_are_called_in_the_readers_language(program: Program) -> None:
    sokha = program.browser("Sokha")
    general = sokha.get("/settings").text.split('id="general"')[1]
    answers = {"languages": ["en", "km"], "weekend": ["5", "6"], "name_km": PROGRAMME}
    action, filled = pages.form(general, "Keep these settings")
    assert sokha.post(action, data={**filled, **answers}).status_code == 303
    at = f"/rounds/{program.cast.round_id}"
    asked = sokha.get(at).text
    assert markup.faults(asked) == []
    preview = pages.send(sokha, asked, "See what it moves", name_km=f" {ROUND}\n").text
    assert pages.send(sokha, preview, "Keep the change").status_code == 303
    asked = sokha.get("/rounds").text.split('id="plan-forum"')[1]
    forum = {"name": "Forum", "name_km": FORUM, "held_on": "2026-05-04"}
    preview = pages.send(sokha, asked, "See what it moves", **forum).text
    assert pages.send(sokha, preview, "Plan this forum").status_code == 303
    ref = program.cast.open_finding(program.clock.now()).ref
    in_khmer(program, "Dara", "Sokha")
    shown = {
        "/": (PROGRAMME,),
        "/settings": (PROGRAMME,),
        "/rounds": (ROUND, FORUM),
        at: (ROUND,),
        "/findings": (ROUND,),
        "/next?from=2026-05-04": (FORUM,),
    }
    for page, names in shown.items():
        said = pages.text(program.browser("Sokha").get(page).text)
        assert not [name for name in names if name not in said], page
    assert ROUND in program.browser("Dara").get("/findings/export.csv").text
    api = program.api("Dara")
    assert api.get(f"/api/v1/findings/{ref}").json()["round"]["name"] == ROUND
    assert api.get("/api/v1/me").json()["programme"]["names"] == {"km": PROGRAMME}
    (shown_forum,) = api.get("/api/v1/forums").json()["items"]
    assert (shown_forum["name"], shown_forum["names"]) == ("Forum", {"km": FORUM})
    planned = {"name": "Q2", "names": {"km": "វដ្តទីពីរ"}, "first_on": "2026-04-01", "last_on": "2026-06-30"}
    made = program.api("Sokha").post("/api/v1/rounds", json=planned).json()
    assert {name: made[name] for name in planned} == planned
    with program.cast.reading("Dara", program.clock.now()) as look, languages.speaking("km"):
        calendar = feeds.content(look, Scope.MINE, None, "", view=None, filters=Filters())
        assert calendar.name.startswith(PROGRAMME)
        assert [one.summary for one in calendar.entries if one.uid.startswith("meeting-")] == [FORUM]
        assert example(look, "reminded").programme == PROGRAMME
        moved = DueMoved("acknowledge", NEW_YEAR, NEW_YEAR, saying("{name} is planned now", name="Forum"))
        told = sentences.say(moved, "", look.rules, look.today).sentence
        assert FORUM in told
        assert "Forum" not in told
