"""Is who reported a finding kept from its form, opened on a page of its own by those who may, and shown nowhere else? (R41)"""

import pytest
from sqlalchemy import text

from clm_tracker.commands import programmes
from clm_tracker.db.base import Base
from clm_tracker.domain.cases import Finding
from tests.web import markup, pages
from tests.web.program import Program

NAME, PHONE, NOTE = "Sreymom Quincewood", "+855 12 987 654", "Only by message, after the evening bell"
SAID = {"reporter_name": NAME, "reporter_phone": PHONE, "reporter_note": NOTE}
KEEP, LOCK = "Keep it, then see who has to answer", "Keep it locked away"


def everything(program: Program) -> str:
    """All that the database holds, but for what came in encrypted."""
    with program.cast.reading("Sokha", program.clock.now()) as look:
        tables = Base.metadata.sorted_tables
        rows = [list(look.session.execute(text(f'SELECT * FROM "{t.name}"'))) for t in tables]
    return str(rows)


def nothing_of(*seen: str) -> None:
    for canary in ("Quincewood", "987 654", "evening bell"):
        for one in seen:
            assert canary not in one


def logged(program: Program, **more: str) -> str:
    """A draft of Dara's, with its reporter, kept by the form; its reference."""
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    kept = pages.send(dara, page, KEEP, **{"title": "No results", **SAID, **more})
    assert kept.status_code == 303, kept.text
    return str(kept.headers["location"].split("/")[2].partition("?")[0])


def test_r41_it_is_kept_from_the_form_and_never_comes_back_to_it(program: Program) -> None:
    """R41: nor is it anywhere in the database, with the keys of requests and their answers."""
    dara = program.browser("Dara")
    ref = logged(program)
    again = dara.get(f"/findings/{ref}/edit").text
    assert markup.faults(again) == []
    assert "It is kept, locked away from the finding." in pages.text(again)
    assert not set(SAID) & set(pages.form(again, KEEP)[1])
    nothing_of(again, everything(program), dara.get(f"/findings/{ref}").text)


def test_r41_a_photo_that_is_refused_does_not_bring_it_back(program: Program) -> None:
    """R41: the form that comes back is written down beside the key of the request."""
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    files = {"file": ("x.jpg", b"no picture at all", "image/jpeg")}
    back = pages.send(dara, page, KEEP, files, title="No results", **SAID)
    assert back.status_code == 422
    nothing_of(back.text, everything(program))


def test_what_is_wrong_elsewhere_loses_nothing_that_was_typed(program: Program) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    back = pages.send(dara, page, KEEP, **SAID, title="x" * 300)
    assert back.status_code == 422
    assert pages.form(back.text, KEEP)[1]["reporter_name"] == NAME
    nothing_of(everything(program))
    long = pages.send(dara, page, KEEP, title="Short", reporter_phone="1" * 100)
    assert long.status_code == 422
    assert '<details class="why" open' in long.text


def test_what_is_kept_while_somebody_writes_does_not_hold_it(program: Program) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/new").text
    assert all(name in page.split('hx-params="')[1].partition('"')[0] for name in SAID)
    action, filled = pages.form(page, KEEP)
    sent = {**filled, "title": "No results", "go": "auto", **SAID}
    answer = dara.post(action, data=sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    nothing_of(answer.text, str(answer.headers), everything(program))
    asked = dara.get("/findings/new", params=SAID)
    assert pages.form(asked.text, KEEP)[1]["reporter_name"] == ""


def test_r41_opening_it_is_a_second_step_with_a_line(program: Program) -> None:
    """R41: looking at the page shows nothing and leaves nothing; a coordinator may open it too."""
    ref = logged(program)
    for name in ("Dara", "Sokha"):
        browser = program.browser(name)
        page = browser.get(f"/findings/{ref}/reporter").text
        assert markup.faults(page) == []
        nothing_of(page)
        assert f"{name} opened what is kept apart" not in pages.text(page)
        opened = pages.send(browser, page, "Open it")
        assert opened.status_code == 200
        assert opened.headers["cache-control"] == "private, no-store"
        assert markup.faults(opened.text) == []
        nothing_of(browser.get(f"/findings/{ref}/reporter/open").text)
        for part in (NAME, PHONE, NOTE):
            assert part in pages.text(opened.text)
        title = opened.text.partition("</title>")[0]
        nothing_of(title, everything(program))
        assert f"{name} opened what is kept apart" in pages.text(
            browser.get(f"/findings/{ref}/reporter").text
        )


def test_what_is_open_can_be_changed_and_deleted(program: Program) -> None:
    ref, browser = logged(program), program.browser("Sokha")
    opened = pages.send(browser, browser.get(f"/findings/{ref}/reporter").text, "Open it")
    changed = pages.send(browser, opened.text, LOCK, phone="+855 70 111 222")
    assert changed.status_code == 303
    again = pages.send(browser, browser.get(f"/findings/{ref}/reporter").text, "Open it").text
    assert "+855 70 111 222" in again
    assert NAME in again
    gone = pages.send(browser, again, "Delete it now")
    assert gone.status_code == 303
    page = browser.get(f"/findings/{ref}/reporter").text
    assert "Nothing is kept so far" in pages.text(page)
    assert browser.post(f"/findings/{ref}/reporter/open").status_code == 404
    empty = pages.send(browser, page, LOCK)
    assert empty.status_code == 422
    assert "Write a name, a telephone number, or how to reach them." in pages.text(empty.text)


def test_of_two_who_write_it_anew_the_second_is_told(program: Program) -> None:
    """Decision 0020: what the first wrote stays locked, what the second wrote is in the form."""
    ref, dara, sokha = logged(program), program.browser("Dara"), program.browser("Sokha")
    at = f"/findings/{ref}/reporter"
    older = pages.send(sokha, sokha.get(at).text, "Open it").text
    slip = pages.send(sokha, older, LOCK, name="", phone="", note="")
    assert slip.status_code == 422
    opened = pages.send(dara, dara.get(at).text, "Open it").text
    assert pages.send(dara, opened, LOCK, phone="+855 70 111 222").status_code == 303
    late = slip
    for page in (older, slip.text):
        late = pages.send(sokha, page, LOCK, phone="+855 70 333 444")
        assert (late.status_code, markup.faults(late.text)) == (409, [])
        assert "Somebody changed this in the meantime." in pages.text(late.text)
        assert pages.form(late.text, LOCK)[1]["phone"] == "+855 70 333 444"
        assert "+855 70 111 222" not in late.text
    assert pages.send(sokha, older, "Delete it now").status_code == 409
    assert pages.send(sokha, late.text, LOCK).status_code == 303


@pytest.mark.parametrize(
    ("name", "draft", "open_"), [("Chan", 404, 403), ("Sophea", 403, 403), ("Bopha", 403, 403), ("Phal", 403, 403), ("Maly", 404, 404)]
)  # fmt: skip
def test_r41_nobody_else_comes_to_that_page(
    program: Program, finding: Finding, name: str, draft: int, open_: int
) -> None:
    """R41: another advocate sees the finding and hears why; the others' roles do not include it."""
    ref, browser = logged(program), program.browser(name)
    for of, status in ((ref, draft), (finding.ref, open_)):
        here = f"/findings/{of}/reporter"
        assert browser.get(here).status_code == status
        for path in (here, f"{here}/open", f"{here}/delete"):
            answer = browser.post(path, data={"name": "x"})
            assert answer.status_code == status
            nothing_of(answer.text)
        if browser.get(f"/findings/{of}").status_code == 200:
            assert f"/findings/{of}/reporter" not in browser.get(f"/findings/{of}").text
    assert f"/findings/{ref}/reporter" in program.browser("Dara").get(f"/findings/{ref}").text


def test_another_persons_draft_asks_a_coordinator_and_not_an_advocate(
    program: Program, finding: Finding
) -> None:
    draft = program.cast.draft(program.clock.now())
    assert 'name="reporter_name"' in program.browser("Sokha").get(f"/findings/{draft.ref}/edit").text
    assert 'name="reporter_name"' not in program.browser("Dara").get(f"/findings/{finding.ref}/edit").text


def test_r43_in_safety_mode_the_form_asks_not_to(program: Program) -> None:
    """R43: plainly, before the questions."""
    dara = program.browser("Dara")
    warning = "Do not write here who reported it unless it is needed."
    draft = program.cast.draft(program.clock.now())
    ways = ("/findings/new", f"/findings/{draft.ref}/reporter")
    assert not [way for way in ways if warning in pages.text(dara.get(way).text)]
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        programmes.change_settings(unit, {"safety_mode": True})
    assert [way for way in ways if warning in pages.text(dara.get(way).text)] == list(ways)


def test_an_open_finding_can_be_given_its_reporter_later(program: Program, finding: Finding) -> None:
    dara = program.browser("Dara")
    page = dara.get(f"/findings/{finding.ref}/reporter").text
    assert pages.send(dara, page, LOCK, name=NAME).status_code == 303
    nothing_of(everything(program))
    record = program.browser("Sophea").get(f"/findings/{finding.ref}/record").text
    assert "reported" not in pages.text(record).lower()
