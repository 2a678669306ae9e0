"""Is a file looked at first, taken in once, and every refused row listed with its reason? (decision 0004)"""

from datetime import timedelta

from sqlalchemy import select

from clm_tracker.db.tables import AreaRow, ImportRow
from clm_tracker.jobs import housekeeping
from tests.web import markup, pages
from tests.web.program import Program

AREAS = "source_id,level,name,names.km\n01,province,Pailin,ប៉ៃលិន\n02,province,,\n03,province,Kep,កែប\n"


def look_at(program: Program, content: str, **answers: str) -> str:
    """Send a file of areas to be looked at; the address of its report."""
    sokha = program.browser("Sokha")
    answer = pages.send(
        sokha,
        sokha.get("/imports").text,
        "Look what would happen",
        {"file": ("areas.csv", content.encode(), "text/csv")},
        **{"kind": "areas", **answers},
    )
    assert answer.status_code == 303, pages.text(answer.text)
    return str(answer.headers["location"])


def names(program: Program) -> set[str]:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return set(look.session.scalars(select(AreaRow.name)))


def test_a_file_is_looked_at_first_and_nothing_is_kept_of_it(program: Program) -> None:
    before = names(program)
    at = look_at(program, AREAS)
    page = program.browser("Sokha").get(at).text
    said = pages.text(page)
    assert "Nothing of it is taken in" in said
    assert "Line 3" in said
    assert "Areas 2 0 0" in said
    assert markup.faults(page) == []
    assert names(program) == before


def test_the_first_rows_are_shown_until_the_file_is_taken_in(program: Program) -> None:
    sokha = program.browser("Sokha")
    pages.send(sokha, sokha.get(look_at(program, AREAS)).text, "Take it in")
    head = "source_id,title,observed_on,area,severity,theme\n"
    rows = "".join(f"{n},Door locked {n},2026-02-0{n},01,high,\n" for n in range(1, 8))
    at = look_at(program, head + rows.replace("2026-02-02", "tomorrow"), kind="findings")
    page = sokha.get(at).text
    said = pages.text(page)
    assert "The first 5 of 6 rows, as they would be taken in." in said
    assert "Door locked 1 Pailin Sun 1 Feb High – New" in said
    assert "Door locked 6 " in said
    assert "Door locked 2 " not in said, "the row that is refused"
    assert "Door locked 7 " not in said
    assert markup.faults(page) == []
    assert pages.send(sokha, page, "Take it in").status_code == 303
    assert "Door locked" not in pages.text(sokha.get(at).text), "what is in the lists is not kept beside them"
    posts = "source_id,title,level,holder,holder_email\n1,Director,province,Chan,chan@example.org\n"
    said = pages.text(sokha.get(look_at(program, posts, kind="duty-bearers")).text)
    assert "1 row, as it would be taken in." in said
    assert "Director Whole programme province Chan New" in said
    assert "chan@example.org" not in said


def test_the_page_says_what_the_columns_are_called(program: Program) -> None:
    said = pages.text(program.browser("Sokha").get("/imports").text)
    assert "Areas source_id, level, name code, parent, lat, long, names.km" in said
    assert "Sites source_id, name, area code, kind" in said
    at = look_at(program, "source_id,name,area\n1,Ta Ney,battambang\n2,No area,\n", kind="sites")
    said = pages.text(program.browser("Sokha").get(at).text)
    assert "Line 3 area A site needs an area." in said, "what is needed is needed"


def test_it_is_taken_in_once(program: Program) -> None:
    at = look_at(program, AREAS)
    sokha = program.browser("Sokha")
    form = sokha.get(at).text
    assert pages.send(sokha, form, "Take it in").status_code == 303
    assert {"Pailin", "Kep"} <= names(program)
    assert "Taken in" in pages.text(sokha.get(at).text)
    _action, filled = pages.form(form, "Take it in")
    again = sokha.post(
        at,
        data={**filled, "once": pages.form(sokha.get("/imports").text, "Look what would happen")[1]["once"]},
    )
    assert again.status_code == 409
    assert "This file was taken in already." in pages.text(again.text)
    assert "Areas 0 0 2" in pages.text(sokha.get(look_at(program, AREAS)).text)


def test_a_file_that_cannot_be_used_is_refused_with_the_rest_kept(program: Program) -> None:
    sokha = program.browser("Sokha")
    for content, mapping, said in (
        (b"", "", "The file is empty."),
        (b"a,b\n1,2\n", "", "source_id"),
        (AREAS.encode(), "kenya_sites", "is for sites, not for areas"),
        (AREAS.encode(), "../../etc/passwd", "Choose one of the mappings."),
    ):
        answer = pages.send(
            sokha,
            sokha.get("/imports").text,
            "Look what would happen",
            {"file": ("areas.csv", content, "text/csv")},
            kind="areas",
            mapping=mapping,
        )
        assert answer.status_code == 422
        assert said in pages.text(answer.text)
    answer = pages.send(
        sokha,
        sokha.get("/imports").text,
        "Look what would happen",
        {
            "file": ("areas.csv", AREAS.encode(), "text/csv"),
            "mapping_file": ("m.toml", b"kind = 3 [", "text/plain"),
        },
        kind="areas",
    )
    assert answer.status_code == 422
    assert "The mapping is not TOML" in pages.text(answer.text)


def test_what_was_only_looked_at_goes_after_a_day(program: Program) -> None:
    at = look_at(program, AREAS)
    program.clock.advance(days=1, minutes=1)
    gone = housekeeping.clear_up(program.cast.store, program.clock.now(), timedelta(hours=1))
    assert gone["files"] == 1
    assert program.browser("Sokha").get(at).status_code == 404
    with program.cast.reading("Sokha", program.clock.now()) as look:
        assert look.session.scalars(select(ImportRow.id)).all() == []


def test_only_coordinators_import(program: Program) -> None:
    assert program.browser("Dara").get("/imports").status_code == 403
