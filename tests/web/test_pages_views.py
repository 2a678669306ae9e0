"""Is a view saved from the list, shown above it, shared, and changed by whom it belongs to?"""

import re

from clm_tracker.commands import views
from tests.web import markup, pages
from tests.web.program import Program
from tests.web.test_called import in_khmer


def above(page: str) -> str:
    return pages.text(page[page.index('<nav class="views"') :].split("</nav>", 1)[0])


def test_the_filters_that_are_on_become_a_view(program: Program) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings?severity=critical&mine=yes&sort=due").text
    link = re.search(r'href="(/findings/views/new\?[^"]*)"', page)
    assert link is not None
    form = dara.get(link[1].replace("&amp;", "&")).text
    assert "Critical, Logged by me, Due first" in pages.text(form)
    assert "For whom" not in form
    assert markup.faults(form) == []
    refused = pages.send(dara, form, "Save this view", name=" ")
    assert (refused.status_code, "This needs a name." in refused.text) == (422, True)
    kept = pages.send(dara, refused.text, "Save this view", name="My urgent ones")
    assert (kept.status_code, kept.headers["location"]) == (
        303,
        "/findings?severity=critical&mine=yes&sort=due",
    )
    page = dara.get(kept.headers["location"]).text
    assert "My urgent ones" in above(page)
    assert "Save this view" not in above(page)
    assert 'aria-current="page">My urgent ones' in page
    assert "My urgent ones" not in program.browser("Sokha").get("/findings").text


def test_a_coordinator_shares_one_and_whoever_reads_it_is_meant(program: Program) -> None:
    sokha = program.browser("Sokha")
    form = sokha.get("/findings/views/new?mine=yes&status=open").text
    long = pages.send(sokha, form, "Save this view", name="Ours", name_km="x" * 61, whose="all")
    assert long.status_code == 422
    given = pages.send(sokha, form, "Save this view", name="Ours", name_km="របស់យើង", whose="all")
    assert given.status_code == 303
    assert "Ours" in above(program.browser("Bopha").get("/findings").text)
    in_khmer(program, "Bopha")
    assert "របស់យើង" in above(program.browser("Bopha").get("/findings").text)
    dara = program.browser("Dara")
    stolen = pages.send(dara, dara.get("/findings/views/new").text, "Save this view", name="x", whose="all")
    assert stolen.status_code == 403


def test_a_shared_view_is_not_called_like_one_that_is_always_there(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get("/findings/views/new?severity=critical").text
    for name in ("ALL open", "To acknowledge", "Tous les ouverts", "ត្រូវបញ្ជាក់ទទួលដំណឹង"):
        no = pages.send(sokha, page, "Save this view", name=name, whose="all")
        assert (no.status_code, "There is a view of this name already." in pages.text(no.text)) == (422, True)
    assert pages.send(sokha, page, "Save this view", name="All open", whose="me").status_code == 303


def test_a_view_is_renamed_moved_and_removed(program: Program) -> None:
    dara = program.browser("Dara")
    with program.cast.writing("Dara", program.clock.now()) as unit:
        views.save(unit, name="One", query="status=open&theme=gone")
        view = views.save(unit, name="Two", query="status=open&theme=gone")
    page = dara.get("/findings/views").text
    assert markup.faults(page) == []
    assert "For everybody None yet" in pages.text(page)
    assert f'href="/findings/views/{view}"' in page
    page = dara.get(f"/findings/views/{view}").text
    assert markup.faults(page) == []
    assert pages.send(dara, page, "One place to the front").status_code == 303
    again = pages.send(dara, dara.get(f"/findings/views/{view}").text, "One place to the front")
    assert (again.status_code, "is the first already" in again.text) == (409, True)
    before = dara.get(f"/findings/views/{view}").text
    assert pages.send(dara, page, "Rename", name="Second").status_code == 303
    late = pages.send(dara, before, "Rename", name="Third")
    assert (late.status_code, 'value="Third"' in late.text) == (409, True)
    assert "Somebody changed this view in the meantime." in pages.text(late.text)
    assert above(dara.get("/findings").text).index("Second") < above(dara.get("/findings").text).index("One")
    assert pages.send(dara, before, "Remove this view").status_code == 409, "it is called otherwise by now"
    page = dara.get(f"/findings/views/{view}").text
    assert pages.send(dara, page, "Remove this view").status_code == 303
    assert dara.get(f"/findings/views/{view}").status_code == 404
    assert "Second" not in above(dara.get("/findings").text)
