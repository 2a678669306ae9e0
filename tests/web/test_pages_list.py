"""Does the list sort by its headings, say what to do when it is empty, and leave as a file of exactly what it shows?"""

import csv
import io
import re
import zipfile
from html import unescape

import pytest
from sqlalchemy import update

from clm_tracker.commands import findings, programmes
from clm_tracker.db.tables import PersonRow
from clm_tracker.domain.words import Severity
from clm_tracker.queries import exports
from clm_tracker.queries.findings import rows
from clm_tracker.queries.paging import Count
from clm_tracker.web.pages.findings import counting, listing
from tests.cast import SOPHEA
from tests.web import markup, pages
from tests.web.program import Program


@pytest.fixture
def refs(program: Program) -> tuple[str, str]:
    """A high one at the health centre, and a minute later a critical one whose title would be run."""
    first = program.cast.open_finding(program.clock.now()).ref
    later = program.clock.advance(minutes=1)
    return first, program.cast.open_finding(later, title="=1+1 is shown", severity=Severity.CRITICAL).ref


def order(html: str) -> list[str]:
    return re.findall(r'<p class="t"><a href="/findings/(KH-[^"]+)"', html)


def table(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Without it a spreadsheet program does not see Khmer."
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_headings_sort_and_say_so(program: Program, refs: tuple[str, str]) -> None:
    browser = program.browser("Dara")
    page = browser.get("/findings").text
    assert order(page) == [refs[1], refs[0]]
    assert '<th scope="col" aria-sort="descending"><a href="/findings?sort=oldest">Finding</a>' in page
    page = browser.get("/findings?sort=oldest").text
    assert order(page) == list(refs)
    assert '<th scope="col" aria-sort="ascending"><a href="/findings">Finding</a>' in page
    page = browser.get("/findings?status=open&sort=due").text
    assert order(page) == [refs[1], refs[0]]
    assert 'aria-sort="ascending"><a href="/findings?status=open&amp;sort=due">Due</a>' in page
    assert page.count("aria-sort") == 1
    assert markup.faults(page) == []


def test_only_what_is_late_stands_out(program: Program, refs: tuple[str, str]) -> None:
    """In the list, about a finding and on the committee's list of what is overdue; the words say it too."""

    def counts(path: str) -> list[tuple[bool, bool]]:
        page = markup.Document(program.browser("Bopha").get(path).text)
        said = [e for e in page.elements if e.tag in {"p", "span"} and "count" in e.classes]
        return [("late" in e.classes, "late" in e.text) for e in said if "table" in e.inside]

    for path in ("/findings", f"/findings/{refs[0]}"):
        assert set(counts(path)) == {(False, False)}, path
    program.clock.advance(days=20)
    for path in ("/findings", f"/findings/{refs[0]}", "/decisions/overdue"):
        assert set(counts(path)) == {(True, True)}, path


@pytest.mark.usefixtures("refs")
def test_rows_are_shown_as_they_would_be_had_none_been_kept(program: Program) -> None:
    """By whoever looks first on a day and in a language, and whether or not findings can be chosen there."""

    def shown(who: str, language: str) -> str:
        with program.cast.store.engine.begin() as connection:
            connection.execute(update(PersonRow).values(language=language))
        found = program.browser(who).get("/findings").text
        return found[found.index("<tbody>") : found.index("</tbody>")]

    told = set()
    for _night in range(2):
        for who in ("Dara", SOPHEA):
            for language in ("en", "km"):
                before = shown(who, language)
                rows._SAID.forget()
                listing._ROWS.forget()
                assert shown(who, language) == before
                told.add(before)
        program.clock.advance(hours=20)
    assert len(told) == 8, "each is another one"


def test_what_is_owed_and_who_logged_it_narrow_the_list(program: Program, refs: tuple[str, str]) -> None:
    sokha = program.cast.open_finding(program.clock.advance(minutes=1), by="Sokha").ref
    browser = program.browser("Dara")
    assert order(browser.get("/findings?mine=yes").text) == [refs[1], refs[0]]
    assert order(program.browser("Sokha").get("/findings?mine=yes").text) == [sokha]
    assert len(order(browser.get("/findings?waits=acknowledge&owed_by=duty_bearer").text)) == 3
    page = pages.text(
        browser.get("/findings?waits=verify&owed_by=advocates&track=systemic&dimension=quality").text
    )
    for chip in ("Check that it is fixed", "Owed by: The advocates", "Systemic finding", "Quality"):
        assert f"{chip} ×" in page
    assert browser.get("/findings?waits=nonsense&owed_by=x&track=y&dimension=z&mine=w").status_code == 200


@pytest.mark.usefixtures("refs")
def test_an_empty_list_says_which_filter_to_take_away(program: Program) -> None:
    page = pages.text(program.browser("Dara").get("/findings?status=open&severity=standard").text)
    assert "No finding fits these filters" in page
    assert "Without “Standard” 2 findings" in page
    assert "Without “Open”" not in page


def test_a_role_sees_the_views_of_its_day(program: Program) -> None:
    def shown(name: str) -> str:
        page = program.browser(name).get("/findings").text
        return pages.text(page[page.index('<nav class="views"') :].split("</nav>", 1)[0])

    assert "To verify" in shown("Dara")
    assert "To route" not in shown("Dara")
    assert "To route" in shown("Sokha")
    assert "To decide" in shown("Bopha")
    assert "Logged by me" not in shown("Bopha")
    assert "To acknowledge" in shown(SOPHEA)
    assert "To verify" not in shown(SOPHEA)


def test_a_file_holds_what_the_list_shows(program: Program, refs: tuple[str, str]) -> None:
    browser = program.browser("Dara")
    page = browser.get("/findings?severity=critical&sort=due").text
    assert "Export this 1:" in pages.text(page)
    assert 'href="/findings/export.csv?severity=critical&amp;sort=due" download' in page
    answer = browser.get("/findings/export.csv?severity=critical&sort=due")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="findings-2026-03-02.csv"' in answer.headers["content-disposition"]
    head, row = table(answer.content)
    assert head[:3] == ["Reference", "Finding", "Description"]
    assert row[:2] == [refs[1], "'=1+1 is shown"]
    assert row[head.index("Who owes")] == "Chief, Ta Pung Health Centre"
    assert row[head.index("Due on")] == "2026-03-04"
    both = table(browser.get("/findings/export.csv?sort=oldest").content)
    assert [line[0] for line in both[1:]] == list(refs)
    one = table(browser.get(f"/findings/export.csv?pick={refs[0]}").content)
    assert [line[0] for line in one[1:]] == [refs[0]]
    every = table(browser.get(f"/findings/export.csv?sort=oldest&pick={refs[0]}&all=yes").content)
    assert every == both, "all that match are all of them, whatever is ticked besides"


def test_a_draft_has_no_severity_before_somebody_chose_one(program: Program) -> None:
    """Nowhere is it called standard, which is only what stands in its column until then."""
    with program.cast.writing("Dara", program.clock.now()) as unit:
        ref = findings.log(unit, title="The gate is shut").ref
    dara, unchosen = program.browser("Dara"), "Severity not chosen yet"
    for path, said in (
        ("/findings?status=draft", f"Draft {unchosen}"),
        ("/", unchosen),
        (f"/findings/{ref}", f"Individual case, {unchosen.lower()}"),
    ):
        text = pages.text(dara.get(path).text)
        assert said in text, path
    head, row = table(dara.get("/findings/export.csv?status=draft").content)
    assert row[head.index("Severity")] == ""
    with program.cast.reading("Dara", program.clock.now()) as look:
        sheet = exports.sheet(look, exports.Export.FINDINGS)
        (only,) = sheet.rows
        assert only[sheet.columns.index("severity")] is None


def test_every_page_of_a_long_list_is_in_its_file(program: Program) -> None:
    for n in range(27):
        program.cast.draft(program.clock.advance(minutes=1), title=f"Draft number {n}")
    browser = program.browser("Dara")
    for sort in ("newest", "oldest", "severity"):
        lines = table(browser.get(f"/findings/export.csv?status=draft&sort={sort}").content)
        shown = order(browser.get(f"/findings?status=draft&sort={sort}").text)
        assert [line[0] for line in lines[1:26]] == shown
        assert len(lines) == 28


def test_a_workbook_holds_words_and_no_formula(program: Program, refs: tuple[str, str]) -> None:
    answer = program.browser("Dara").get("/findings/export.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        names = book.namelist()
        held = "".join(book.read(name).decode() for name in names if name.endswith(".xml"))
    assert "=1+1 is shown" in held
    assert "<f>" not in held
    assert refs[0] in held


@pytest.mark.usefixtures("refs")
def test_safety_mode_leaves_people_out_of_the_file(program: Program) -> None:
    """R43."""
    browser = program.browser("Dara")
    assert "Who is affected" in table(browser.get("/findings/export.csv").content)[0]
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        programmes.change_settings(unit, {"safety_mode": True})
    assert "Who is affected" not in table(browser.get("/findings/export.csv").content)[0]


@pytest.mark.usefixtures("refs")
def test_files_are_for_those_who_see_the_list(program: Program) -> None:
    """R42: an observer gets totals, and no file of findings."""
    assert program.browser("Phal").get("/findings/export.csv").status_code == 403
    assert len(table(program.browser("Ratha").get("/findings/export.csv").content)) == 1
    assert program.browser("Dara").get("/findings/export.pdf").status_code in {404, 422}
    unknown = "/findings/export.csv?area=01a2079a-0000-7000-8000-000000000000"
    assert program.browser("Dara").get(unknown).status_code == 404


def test_counts_come_after_the_page_and_only_when_they_are_others(
    program: Program, refs: tuple[str, str]
) -> None:
    browser = program.browser("Dara")
    page = browser.get("/findings?status=open").text
    ask = re.search(r'id="counts" hidden hx-get="([^"]*)" hx-trigger="load, every 120s', page)
    assert ask is not None
    htmx = {"HX-Request": "true"}
    first = browser.get(unescape(ask[1]), headers=htmx)
    assert re.findall(r'id="view-(\d)" hx-swap-oob="true">([^<]*)<', first.text)[:3] == [
        ("0", "2"),
        ("1", "0"),
        ("2", "0"),
    ]
    assert 'id="changed" hx-swap-oob="true"></span>' in first.text
    again = re.search(r'hx-get="([^"]*)" hx-trigger="every 120s', first.text)
    assert again is not None
    assert browser.get(unescape(again[1]), headers=htmx).status_code == 204
    program.cast.open_finding(program.clock.now(), title="Another one")
    later = browser.get(unescape(again[1]), headers=htmx)
    assert "There are 3 now: load the page again to see them." in later.text
    assert refs[0] not in later.text
    assert program.browser("Phal").get("/findings/counts").status_code == 403
    assert browser.get("/findings/counts?shown=x&seen=y&area=z").status_code == 200


def test_a_count_beside_a_view_says_where_the_counting_stopped() -> None:
    counts = (None, Count(7), Count(100, more=True), Count(999), Count(1_000), Count(1_000, more=True))
    assert [counting.short(one) for one in counts] == ["", "7", "100+", "999", "999+", "999+"]


def test_the_help_sheet_says_which_keys_there_are_and_turns_them_off(program: Program) -> None:
    """WCAG 2.1.4."""
    dara = program.browser("Dara")
    page = dara.get("/help/keyboard").text
    assert markup.faults(page) == []
    assert "g l Log a finding" in pages.text(page)
    assert "g s" not in pages.text(page)
    assert "/static/keys.js" in page
    over = dara.get("/help/keyboard", headers={"HX-Request": "true"}).text
    assert over.strip().startswith("<section")
    assert pages.send(dara, page, "Turn the keys off", keys="off").status_code == 303
    page = dara.get("/help/keyboard").text
    assert "/static/keys.js" not in page
    assert "The keys are off." in pages.text(page)
    assert pages.send(dara, page, "Turn the keys on", keys="on").status_code == 303
    assert "/static/keys.js" in dara.get("/findings").text
    assert "/static/keys.js" not in program.browser(None).get("/sign-in").text
