"""How do the main pages look: on a phone, on a laptop, in the dark, on paper and in Khmer?

`CLM_TEST_PICTURES` names the folder that the pictures go to. Each is taken of a page without any complaint.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from clm_tracker import languages
from tests.browser.atlas import Atlas, Visit, visits
from tests.browser.seats import LAPTOP, PHONE, Seats

MAIN = {
    "sign-in": Visit("/sign-in"),
    "desk-duty-bearer": Visit("/", "duty_bearer"),
    "desk-advocate": Visit("/", "advocate"),
    "desk-committee": Visit("/", "committee"),
    "findings": Visit("/findings", "coordinator"),
    "finding": Visit("/findings/{ref}", "coordinator"),
    "log": Visit("/findings/new", "advocate"),
    "explain": Visit("/findings/{ref}/explain", "duty_bearer"),
    "approve": Visit("/proposals/{part}/approve"),
    "engine": Visit("/engine", "coordinator"),
}
PAPER = 688  # what an A4 page with its margins has, in CSS pixels
EMPTY = 5_000  # bytes: a white picture of this size takes less
LANGUAGES = languages.shipped()
EVERY = os.environ.get("CLM_TEST_PICTURES_OF") == "every page"


def _chosen() -> dict[str, Visit]:
    if not EVERY:
        return MAIN
    return {str(visit).strip("/").replace("/", "-") or "desk": visit for visit in visits()}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("CLM_TEST_PICTURES")
    place = Path(named) if named else tmp_path_factory.mktemp("pictures")
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.mark.parametrize("name", _chosen())
def test_a_picture_is_taken_of_every_main_page(page_as: Seats, atlas: Atlas, folder: Path, name: str) -> None:
    role, address = atlas.find(_chosen()[name])
    for language in LANGUAGES:
        page = page_as(role, language=language)
        page.goto(address)
        if role is not None:
            assert page.get_attribute("html", "lang") == language
        tail = "" if language == "en" else f"-{language}"
        for width in (LAPTOP, PHONE):
            page.set_viewport_size({"width": width, "height": 800})
            _take(page, folder / f"{name}-{width}{tail}.png")
        if language == "en":
            page.emulate_media(color_scheme="dark")
            _take(page, folder / f"{name}-{PHONE}-dark.png")
            page.set_viewport_size({"width": LAPTOP, "height": 800})
            _take(page, folder / f"{name}-{LAPTOP}-dark.png")
            page.emulate_media(color_scheme="light", media="print")
            page.set_viewport_size({"width": PAPER, "height": 1000})
            _take(page, folder / f"{name}-print.png")


def _take(page: Page, file: Path) -> None:
    picture = page.screenshot(path=file, full_page=True)
    assert len(picture) > EMPTY, f"{file.name} shows nothing."
