"""In which language is a request answered, and how does its reader choose another?"""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from clm_tracker import languages
from clm_tracker.db.tables import LedgerRow, PersonRow, ProgrammeRow
from clm_tracker.web import components as c
from clm_tracker.web.render import Renderer
from tests.pseudo import TAG, Pseudo
from tests.web import pages
from tests.web.program import Program


@pytest.fixture
def two_tongues(program: Program) -> Iterator[Program]:
    """The program with a second language, which the programme offers too."""
    with languages.with_one_more(TAG, Pseudo()):
        with program.cast.store.engine.begin() as connection:
            connection.execute(update(ProgrammeRow).values(languages=("en", TAG)))
        yield program


def test_the_persons_own_language_answers(two_tongues: Program) -> None:
    dara = two_tongues.browser("Dara")
    assert '<html lang="en" dir="ltr">' in dara.get("/findings").text
    with two_tongues.cast.store.engine.begin() as connection:
        connection.execute(update(PersonRow).values(language=TAG))
    page = dara.get("/findings")
    assert f'<html lang="{TAG}" dir="ltr">' in page.text
    assert "⟦Findings⟧" in page.text
    assert "Accept-Language" in page.headers["vary"]
    refused = two_tongues.api("Dara").get("/api/v1/findings/KH-2026-9999").json()
    assert refused["detail"].startswith("⟦")
    assert refused["code"] == "not_found"


def test_an_address_that_leads_nowhere_answers_in_the_persons_language(two_tongues: Program) -> None:
    with two_tongues.cast.store.engine.begin() as connection:
        connection.execute(update(PersonRow).values(language=TAG))
    page = two_tongues.browser("Dara").get("/no-such-page", headers={"Accept-Language": "en"})
    assert page.status_code == 404
    assert f'<html lang="{TAG}"' in page.text
    assert "⟦Not found⟧" in page.text
    assert "⟦Back to the start⟧" in page.text


def test_the_browsers_language_answers_whoever_has_none_of_the_programmes(two_tongues: Program) -> None:
    with two_tongues.cast.store.engine.begin() as connection:
        connection.execute(update(PersonRow).values(language="xx"))
    dara = two_tongues.browser("Dara")
    assert f'lang="{TAG}"' in dara.get("/", headers={"Accept-Language": f"de, {TAG};q=0.5"}).text
    assert '<html lang="en"' in dara.get("/", headers={"Accept-Language": "de"}).text


def test_a_language_is_chosen_at_the_foot_of_every_page_and_kept(two_tongues: Program) -> None:
    dara = two_tongues.browser("Dara")
    page = dara.get("/findings?status=open")
    answer = pages.send(
        dara, page.text, "English (XA)" if "English (XA)" in page.text else "English", language=TAG
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/findings?status=open")
    assert f'<html lang="{TAG}"' in dara.get("/").text
    with two_tongues.cast.store.engine.connect() as connection:
        kept = connection.execute(
            select(LedgerRow.kind, LedgerRow.facts, LedgerRow.changes).order_by(-LedgerRow.seq)
        ).first()
    assert kept is not None
    assert "⟦" not in str(kept)
    assert kept.changes[0]["after"] == {"language": TAG}


def test_a_language_that_is_not_offered_is_refused(two_tongues: Program) -> None:
    for sent in ({"language": "tlh"}, {}, {"language": "en\x00"}):
        assert two_tongues.browser("Dara").post("/language", data=sent).status_code == 422


def test_nobody_is_sent_elsewhere_by_choosing_a_language(two_tongues: Program) -> None:
    answer = two_tongues.browser("Dara").post(
        "/language", data={"language": TAG, "back": "https://example.org/"}
    )
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "text", ["HIV", "Stockout", "Rupture de stock", "KH-2026-0001, No results", "KH-2026-0001"]
)
def test_latin_letters_on_a_khmer_page_are_english_but_for_a_reference(text: str) -> None:
    lang = None if text == "KH-2026-0001" else "en"
    assert c.tongue(text, "en") is None
    with languages.speaking("km"):
        assert {c.link(text, "/").lang, c.strong(text).lang, c.tongue(text, "km")} == {lang}
        assert c.plain(text) == (c.Part(text, lang=lang),)


@pytest.mark.parametrize("text", ["\u19e0៸ ៚", "ថ្នាំ (៣ ខែ)", "ថ្នាំ «អស់» [ខែ]"])
def test_khmer_is_marked_whole_with_its_signs_and_the_brackets_it_opens(text: str) -> None:
    assert c.plain(f"({text}), HIV") == (c.Part("("), c.Part(text, lang="km"), c.Part("), HIV"))
    assert {c.link(text, "/").lang, c.strong(text).lang, c.tongue(text, "fr")} == {"km"}
    with languages.speaking("km"):
        assert c.plain(text) == (c.Part(text),)


def test_khmer_inside_another_language_is_told_apart() -> None:
    """It is read aloud, and set, as Khmer; on a Khmer page it is the page's own language."""
    said = c.words("{who} wrote a draft: {title}.", who=c.strong("Dara"), title="ថ្នាំ (៣ ខែ) អស់, KH-2026-0001")
    assert [(p.text, p.lang) for p in said] == [
        ("Dara", None),
        (" wrote a draft: ", None),
        ("ថ្នាំ (៣ ខែ) អស់", "km"),
        (", KH-2026-0001", None),
        (".", None),
    ]
    assert c.words("{who} wrote ថ្នាំអស់", who="Dara")[-1].lang == "km"
    assert c.link("KH-2026-0001, ថ្នាំអស់", "/").lang == "km"
    assert c.plain("Ratanakiri “Réserve” à Kompong Cham")[0].lang is None
    with languages.speaking("km"):
        assert [p.lang for p in (*c.plain("ថ្នាំ KH"), c.strong("ថ្នាំអស់"))] == [None, None]
        assert c.link("KH-2026-0001, No results for months", "/").lang == "en"
    named = Renderer().ui.facts((c.Fact("Khmer", "ថ្នាំ", in_words=True, lang="km"),))
    assert 'lang="km">ថ្នាំ</dd>' in named
    asked = Renderer().ui.field(c.Field("name_km", "Name in Khmer", lang="km"))
    assert 'lang="km"' in asked
