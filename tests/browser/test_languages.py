"""Do advocates and duty bearers read their pages in Khmer and French, with nothing of English left that is ours?"""

import pytest
from playwright.sync_api import expect

from clm_tracker import languages
from tests.architecture import texts
from tests.browser.atlas import Atlas, Visit
from tests.browser.seats import PHONE, Seats

OTHERS = [tag for tag in languages.shipped() if tag != "en"]
PATHS = ("/", "/findings", "/findings/{ref}", "/findings/{ref}/explain")
SHORTEST = 12  # characters: shorter texts may well stand in somebody's own words


def english(tag: str) -> list[str]:
    """Texts of ours that are said otherwise in this language."""
    return [
        message.id
        for message in texts.read(tag)
        if isinstance(message.id, str)
        and len(message.id) > SHORTEST
        and "{" not in message.id
        and message.string
        and message.id not in str(message.string)
    ]


@pytest.mark.parametrize("tag", OTHERS)
@pytest.mark.parametrize("role", ["duty_bearer", "advocate"])
def test_pages_are_in_the_readers_language(page_as: Seats, atlas: Atlas, role: str, tag: str) -> None:
    ours = english(tag)
    assert len(ours) > 500
    page = page_as(role, PHONE, language=tag)
    for path in (*PATHS, *(("/findings/new",) if role == "advocate" else ())):
        _who, address = atlas.find(Visit(path, role))
        page.goto(address)
        assert page.get_attribute("html", "lang") == tag
        lines = {line.strip() for line in page.inner_text("body").splitlines()}
        assert not [text for text in ours if text in lines], address


def test_the_language_is_changed_at_the_foot_of_the_page(page_as: Seats) -> None:
    page = page_as(None, PHONE)
    page.goto("/sign-in")
    page.get_by_role("button", name="ខ្មែរ").click()
    expect(page.locator("html")).to_have_attribute("lang", "km")
    assert page.url.endswith("/sign-in")
