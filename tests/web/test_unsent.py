"""Does what somebody wrote come back, and nowhere else, when their form could not be taken?"""

from html import unescape

import pytest
from pydantic import BaseModel

from clm_tracker.web import sessions
from clm_tracker.web.access import MOST_FILES, GuardedRoute
from clm_tracker.web.security import UPLOAD_LIMIT
from tests.web import markup, pages
from tests.web.program import Program
from tests.web.reader import Reader
from tests.web.test_hostile_forms import posts, routes

WORDS = 'It stands "open".\nEverybody <hears>, ថ្ងៃនេះ'
FORM = {"title": "The door does not close", "description": WORDS, "go": "next", "step": "2"}


def test_a_form_after_the_sign_in_has_ended_comes_back_with_everything(program: Program) -> None:
    dara, nobody = program.browser("Dara"), program.browser(None)
    filled = pages.form(dara.get("/findings/new?step=2").text, "Next: when")[1]
    page = nobody.post(
        "/findings/new?step=2", data={**filled, **FORM}, files={"file": ("a.jpg", b"x", "image/jpeg")}
    )
    assert page.status_code == 401
    assert markup.faults(page.text) == []
    assert "Files are to be chosen again: a.jpg." in pages.text(page.text)
    action, held = pages.form(page.text, "Send what I wrote")
    assert action == "/findings/new?step=2"
    assert {k: v for k, v in held.items() if k != "once"} == {
        k: v for k, v in {**filled, **FORM}.items() if k != "once"
    }
    name = sessions.cookie_name(secure=False)
    nobody.cookies.set(name, dara.cookies[name])
    sent = nobody.post(action, data=held)
    assert sent.status_code == 303, sent.text
    with program.cast.reading("Sokha", program.clock.now()):
        kept = dara.get(sent.headers["location"]).text
    assert WORDS in unescape(kept)


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"}],
)
def test_another_sites_form_is_not_put_before_anybody(program: Program, headers: dict[str, str]) -> None:
    nobody = program.browser(None)
    answer = nobody.post("/findings/new", data=FORM, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_no_password_comes_back_and_no_name_of_who_reported_is_put_on_the_screen(program: Program) -> None:
    nobody = program.browser(None)
    page = nobody.post(
        "/account/password", data={"password": "seven white herons", "new_password": "eight cranes x"}
    )
    assert "herons" not in page.text
    assert "cranes" not in page.text
    told = nobody.post(
        "/findings/new", data={**FORM, "reporter_name": "Sok Chantha", "reporter_phone": "012 345"}
    )
    assert told.status_code == 401
    assert "Sok Chantha" not in pages.text(told.text)
    assert pages.form(told.text, "Send what I wrote")[1]["reporter_name"] == "Sok Chantha"


def test_too_much_and_what_is_no_form_is_only_led_to_sign_in(program: Program) -> None:
    nobody = program.browser(None)
    for sent in (
        nobody.post("/findings/KH-2026-0001/acknowledge", data={"note": "x" * 600_000}),
        nobody.post("/findings/new", data={"title": "x"}, headers={"Content-Type": "multipart/form-data"}),
        nobody.post("/findings/new"),
    ):
        assert (sent.status_code, sent.headers.get("location")) == (303, "/sign-in"), sent.text[:200]


def test_a_page_that_is_being_written_on_is_left_alone(program: Program) -> None:
    """What is kept while somebody writes leads nobody away from what they write."""
    nobody = program.browser(None)
    quiet = nobody.post("/findings/new", data=FORM, headers={"HX-Request": "true", "HX-Target": "kept"})
    assert (quiet.status_code, quiet.headers["hx-reswap"]) == (401, "none")
    assert "hx-redirect" not in quiet.headers
    tapped = nobody.post("/findings/new", data=FORM, headers={"HX-Request": "true", "HX-Target": "main"})
    assert (tapped.status_code, tapped.headers["hx-redirect"]) == (401, "/sign-in")


def test_a_form_that_was_sent_before_with_other_words_is_sent_when_one_says_so(program: Program) -> None:
    ref = program.cast.open_finding(program.clock.now()).ref
    dara = program.browser("Dara")
    at = f"/findings/{ref}/attach"
    action, filled = pages.form(dara.get(at).text, "Add this")
    first = dara.post(action, data={**filled, "text": "The line was out to the road"})
    assert first.status_code == 303, first.text
    again = dara.post(action, data={**filled, "text": "And on Tuesday too"})
    assert again.status_code == 422
    assert markup.faults(again.text) == []
    said = pages.text(again.text)
    assert "This form was sent before" in said
    assert "And on Tuesday too" in said
    assert "Idempotency" not in said
    assert pages.send(dara, again.text, "Send what I wrote").status_code == 303
    record = pages.text(dara.get(f"/findings/{ref}").text)
    assert "The line was out to the road" in record
    assert "And on Tuesday too" in record


def test_an_answer_by_link_that_was_sent_before_with_other_words_is_not_lost(reader: Reader) -> None:
    """R40"""
    hidden = reader.form("/reply")
    assert reader.post("/reply", {**hidden, "text": "We hear you."}).status_code == 303
    again = reader.post("/reply", {**hidden, "text": "We hear you, and will write."})
    assert again.status_code == 422
    assert "This form was sent before" in again.text
    assert "We hear you, and will write." in again.text
    held = pages.form(again.text, "Send what I wrote")[1]
    assert reader.post("/reply", held).status_code == 303


def test_files_that_are_too_large_or_too_many_leave_what_was_written(program: Program) -> None:
    """What stands before and behind the files is there again, and is sent without them."""
    dara = program.browser("Dara")
    _action, filled = pages.form(
        dara.get("/findings/new?all=yes").text, "Keep it, then see who has to answer"
    )
    large = ("a.jpg", b"x" * (UPLOAD_LIMIT + 5), "image/jpeg")
    few = [("file", (f"{n}.jpg", b"x", "image/jpeg")) for n in range(MOST_FILES + 1)]
    said = {**filled, **FORM, "caption": "The door, from the road"}
    for files, title, why in (
        ([("file", large)], "The files are too large", "This is too large. Send at most 25 MB."),
        (few, "These are too many files", f"These are too many files. Send at most {MOST_FILES} at once."),
    ):
        page = dara.post("/findings/new", data=said, files=files)
        assert page.status_code == 413
        assert f"<h1>{title}</h1>" in page.text
        assert why in pages.text(page.text)
        assert "What you wrote is kept on this page" in page.text
        assert markup.faults(page.text) == []
        action, held = pages.form(page.text, "Send what I wrote")
        assert {k: v for k, v in held.items() if k != "once"} == {
            k: v for k, v in said.items() if k != "once"
        }
        sent = dara.post(action, data=held)
        assert sent.status_code == 303, sent.text
        assert WORDS in unescape(dara.get(sent.headers["location"]).text)
    elsewhere = dara.post(
        "/findings/new", data=said, files=[("file", large)], headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert elsewhere.status_code == 403
    assert "opens" not in elsewhere.text


def test_every_door_that_takes_files_takes_large_ones(program: Program) -> None:
    takes = {at for at, model in posts(program) if model and _has_file(model)}
    limits = {at: route.limit for route, at in routes(program, "POST") if isinstance(route, GuardedRoute)}
    assert len(takes) >= 5
    assert [at for at in takes if limits[at] < UPLOAD_LIMIT] == []


def _has_file(model: type[BaseModel]) -> bool:
    return any("Upload" in str(info.annotation) for info in model.model_fields.values())
