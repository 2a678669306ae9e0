"""Does the page of words show, try, add, hide and refuse? (R44)"""

from tests.web import markup, pages
from tests.web.program import Program

TERM = {
    "language": "en",
    "avoid": "hurtful word\nhurtful phrase",
    "prefer": "kind word",
    "source": "Our meeting",
    "year": "2020",
    "weight": "care",
}


def test_a_sentence_is_tried_and_quotations_are_left_alone(program: Program) -> None:
    dara = program.browser("Dara")
    page = dara.get("/terms", params={"q": "Prostitutes said “addict”"}).text
    assert "“Prostitutes”" in page
    assert "“addict”: better" not in page
    assert "UNFPA, Preferred terminology, 2013" in page
    assert "Add a term" not in page
    assert markup.faults(page) == []
    assert "Nothing is pointed out in it" in dara.get("/terms", params={"q": "A kind sentence"}).text


def test_a_coordinator_adds_hides_and_shows_a_term(program: Program) -> None:
    sokha = program.browser("Sokha")
    answer = pages.send(sokha, sokha.get("/terms/new").text, "Keep the term", **TERM)
    assert answer.status_code == 303
    assert "hurtful word and hurtful phrase" in sokha.get("/terms").text
    change = sokha.get("/terms/change", params={"language": "en", "key": "hurtful word"}).text
    assert "Point it out no more" in change
    _action, filled = pages.form(change, "Keep the term")
    assert sokha.post("/terms/hide", data=filled).status_code == 303
    assert "“hurtful word”" not in sokha.get("/terms", params={"q": "a hurtful word"}).text


def test_what_was_typed_is_kept_when_it_is_refused(program: Program) -> None:
    sokha = program.browser("Sokha")
    answer = pages.send(sokha, sokha.get("/terms/new").text, "Keep the term", **{**TERM, "year": "1492"})
    assert answer.status_code == 422
    assert "Write the year of the source" in answer.text
    assert "hurtful phrase" in answer.text
    assert sokha.get("/terms/change", params={"language": "en", "key": "nothing"}).status_code == 404
