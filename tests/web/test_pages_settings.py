"""Are themes and settings changed from the pages, refused in sentences, and never written over somebody else? (R5, R18, R43)"""

from datetime import date

import pytest
from sqlalchemy import select

from clm_tracker.commands import programmes
from clm_tracker.db import load
from clm_tracker.db.tables import LedgerRow, ThemeRow
from clm_tracker.domain.words import Severity
from clm_tracker.kernel import sayings
from clm_tracker.queries import exports
from tests.commands.left import left_by
from tests.web import markup, pages
from tests.web.program import Program

KEEP = "Keep these settings"


def form_of(html: str, act: str) -> str:
    """The part of the page with this act's form."""
    return html.split(f'<details class="act" id="{act}"')[1].split("</details>", maxsplit=1)[0]


def test_a_theme_is_added_named_replaced_and_retired(program: Program) -> None:
    sokha, cast = program.browser("Sokha"), program.cast
    kept = cast.open_finding(program.clock.now()).ref
    page = sokha.get("/themes")
    assert markup.faults(page.text) == []
    assert f"/findings?theme={cast.themes['care']}&amp;status=open" in page.text
    added = pages.send(sokha, page.text, "Add the theme", name="Housing", name_km="លំនៅឋាន", code="housing")
    assert added.headers["location"] == "/themes"
    again = pages.send(sokha, sokha.get("/themes").text, "Add the theme", name="Housing", code="housing")
    assert again.status_code == 422
    assert "There is a theme with the code housing already" in pages.text(again.text)
    at = f"/themes/{cast.themes['care']}"
    one = sokha.get(at)
    assert markup.faults(one.text) == []
    assert "ការថែទាំ និងព្យាបាល" in pages.text(one.text)
    pages.send(sokha, one.text, "Keep the names", name="Care & treatment")
    past = pages.send(sokha, sokha.get(at).text, "Make the version", name="Care", on="2026-03-01")
    assert past.status_code == 422
    made = pages.send(sokha, sokha.get(at).text, "Make the version", name="Care and support", on="2026-04-01")
    assert made.status_code == 303
    old = pages.text(sokha.get(at).text)
    assert "until Tue 31 March" in old
    assert "Replaced by Care and support" in old
    assert "Make a new version" not in old
    with cast.reading("Sokha", program.clock.now()) as look:
        assert load.case(look, kept, lock=False).finding.theme_id == cast.themes["care"]
    gone = f"/themes/{cast.themes['mental']}"
    retire = pages.send(
        sokha,
        sokha.get(gone).text,
        "Retire the theme",
        on="2026-03-02",
        replaced_by=str(cast.themes["social"]),
    )
    assert retire.status_code == 303
    with cast.reading("Sokha", program.clock.now()) as look:
        row = look.session.get_one(ThemeRow, cast.themes["mental"])
        assert (row.valid_to, row.replaced_by) == (date(2026, 3, 1), cast.themes["social"])
    assert "No longer used" in pages.text(sokha.get("/themes").text)
    assert sokha.get("/themes/01a2079a-0000-7000-8000-000000000000").status_code == 404


def test_windows_change_for_what_is_opened_later(program: Program) -> None:
    sokha, cast = program.browser("Sokha"), program.cast
    before = cast.open_finding(program.clock.now()).ref
    page = sokha.get("/settings")
    assert markup.faults(page.text) == []
    assert "5 working days 10 working days 30 working days" in pages.text(page.text)
    high = form_of(page.text, "high")
    wrong = pages.send(sokha, high, KEEP, acknowledge="soon")
    assert wrong.status_code == 422
    assert "Write 10wd (working days)" in pages.text(wrong.text)
    assert markup.faults(wrong.text) == []
    done = pages.send(sokha, high, KEEP, acknowledge="3 working days", fix="Forum")
    assert done.headers["location"] == "/settings"
    with cast.reading("Sokha", program.clock.now()) as look:
        assert (look.rules.windows[Severity.HIGH].acknowledge, look.rules.windows[Severity.HIGH].fix) == (
            "3wd",
            "forum",
        )
        line = look.session.scalars(select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(1)).one()
        assert str(sayings.load(line.facts["what"])) == "changed the windows of one severity: High"
        assert look.rules.windows[Severity.CRITICAL].acknowledge == "2wd"
        assert load.case(look, before, lock=False).live()[0].due_on == date(2026, 3, 9), (
            "what is owed keeps its date"
        )
    after = cast.open_finding(program.clock.now()).ref
    with cast.reading("Sokha", program.clock.now()) as look:
        assert load.case(look, after, lock=False).live()[0].due_on == date(2026, 3, 5)
    assert "The windows are changed, for what is opened from now on." in sokha.get("/settings").text
    own = pages.send(sokha, form_of(sokha.get("/settings").text, "own"), KEEP, decide="4wd")
    assert own.status_code == 303
    assert sokha.post("/settings/windows/urgent", data={}).status_code == 404


def test_nothing_different_is_nothing_changed(program: Program) -> None:
    """Nor is a line written in a new programme, where every setting is the shipped one (R35)."""
    sokha = program.browser("Sokha")
    page = sokha.get("/settings").text
    with left_by(program.cast, program.clock.now()) as left:
        for part in ("high", "own", "limits", "safety"):
            assert pages.send(sokha, form_of(page, part), KEEP).status_code == 303
            said = pages.text(sokha.get("/settings").text)
            assert "Nothing was different, so nothing was changed." in said
    assert left.lines == []


def test_two_who_change_the_same_see_both(program: Program) -> None:
    sokha, cast = program.browser("Sokha"), program.cast
    page = sokha.get("/settings").text
    with cast.writing("Sokha", program.clock.now()) as unit:
        programmes.change_settings(unit, {"windows": {"high": {"acknowledge": "4wd"}}})
    elsewhere = pages.send(sokha, form_of(page, "limits"), KEEP, max_extensions="3")
    assert elsewhere.status_code == 303, "another part was not touched in between"
    stale = pages.send(sokha, form_of(page, "high"), KEEP, acknowledge="3wd")
    assert stale.status_code == 409
    assert markup.faults(stale.text) == []
    said = pages.text(stale.text)
    assert "This changed while you were writing" in said
    assert "To say that it was received 4 working days 3 working days" in said
    assert pages.send(sokha, form_of(stale.text, "high"), KEEP).status_code == 303
    with cast.reading("Sokha", program.clock.now()) as look:
        assert look.rules.windows[Severity.HIGH].acknowledge == "3wd"
        assert look.rules.max_extensions == 3


def test_name_limits_and_safety(program: Program) -> None:
    sokha, cast = program.browser("Sokha"), program.cast
    page = sokha.get("/settings").text
    general = form_of(page, "general")
    data = {"name": "Community Eyes Cambodia", "prefix": "cam", "languages": ["km", "en"], "weekend": ["6"]}
    hidden = pages.form(general, KEEP)[1]
    changed = sokha.post("/settings/general", data={**hidden, **data})
    assert changed.status_code == 303, pages.text(changed.text)
    assert cast.open_finding(program.clock.now()).ref.startswith("CAM-")
    settled = sokha.get("/settings").text
    hidden = pages.form(form_of(settled, "general"), KEEP)[1]
    refused = sokha.post("/settings/general", data={**hidden, **data, "prefix": "KH"})
    assert refused.status_code == 422
    assert "This is settled once the first finding is logged" in pages.text(refused.text)
    limits = form_of(settled, "limits")
    kept = pages.send(sokha, limits, KEEP, reminders="2 10, 5", max_pauses="1", fewest_told="10")
    assert kept.status_code == 303
    wrong = pages.send(
        sokha,
        form_of(sokha.get("/settings").text, "limits"),
        KEEP,
        reminders="soon",
        reply_days="1",
        fewest_told="2",
    )
    assert wrong.status_code == 422
    assert "Write up to five numbers" in pages.text(wrong.text)
    pages.send(sokha, form_of(sokha.get("/settings").text, "safety"), KEEP, safety_mode="yes")
    assert "They hold for everything from now on." in sokha.get("/settings").text, "R43: old findings too"
    with cast.reading("Sokha", program.clock.now()) as look:
        assert (look.rules.reminders, look.rules.max_pauses) == ((10, 5, 2), 1)
        assert look.rules.fewest_told == 10
        assert look.programme.languages == ("km", "en")
        assert look.rules.calendar.weekend == {6}
        assert look.programme.safety_mode
        assert "affected" not in exports.sheet(look, exports.Export.FINDINGS).columns, "R43"


@pytest.mark.parametrize("name", ["Dara", "Bopha", "Sophea"])
def test_only_a_coordinator_comes_in(program: Program, name: str) -> None:
    for path in ("/themes", "/settings", "/places", "/rounds", "/calendar-days"):
        assert program.browser(name).get(path).status_code == 403


def test_settings_say_where_the_programme_is(program: Program) -> None:
    """R11: due days end at the midnight of its zone, and its country has the holidays."""
    said = pages.text(program.browser("Sokha").get("/settings").text)
    assert "Country of the public holidays Cambodia" in said
    assert "Time zone, at whose midnight a due day ends Asia/Phnom_Penh" in said


def test_two_who_rename_a_theme_lose_nothing(program: Program) -> None:
    sokha = program.browser("Sokha")
    at = f"/themes/{program.cast.themes['care']}"
    older = sokha.get(at).text
    assert pages.send(sokha, sokha.get(at).text, "Keep the names", name="Care for all").status_code == 303
    stale = pages.send(sokha, older, "Keep the names", name_km="ការថែទាំ")
    assert stale.status_code == 409
    assert "Care for all" in pages.text(stale.text)
    assert pages.form(stale.text, "Keep the names")[1]["name_km"] == "ការថែទាំ"
    assert pages.send(sokha, stale.text, "Keep the names").status_code == 303
