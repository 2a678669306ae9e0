"""How do the main pages look: on a phone, on a laptop, in the dark, on paper and in Khmer?

`CLM_TEST_PICTURES` names the folder that the pictures go to. Each is taken of a page without any complaint.
"""

import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page
from pypdf import PdfReader

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


@dataclass(frozen=True)
class Shot:
    """One picture of the tour: a page as somebody sees it."""

    visit: Visit
    width: int = LAPTOP
    language: str = "en"
    look: str = "light"  # or dark, or print


def test_a_ladder_on_paper_begins_below_what_it_is_about_and_breaks_between_its_steps(
    page_as: Seats, atlas: Atlas
) -> None:
    role, address = atlas.find(MAIN["finding"])
    page = page_as(role)
    page.goto(address)
    steps = page.locator(".step-note").all_inner_texts()
    sheets = [_words(sheet.extract_text()) for sheet in PdfReader(BytesIO(page.pdf(format="A4"))).pages]
    on = [[n for n, sheet in enumerate(sheets) if _words(step) in sheet] for step in steps]
    assert on[0] == on[1] == [0]
    assert on[-1] == on[-2], "never one step alone"
    assert all(on), "no step is on two pages"


def _words(text: str) -> str:
    """Without spaces: lines are broken elsewhere on paper."""
    return "".join(text.split())


TOUR = {
    "desk-duty-bearer-phone": Shot(Visit("/", "site-chey-udam"), PHONE),
    "desk-duty-bearer-khmer": Shot(Visit("/", "site-chey-udam"), PHONE, "km"),
    "log-phone": Shot(Visit("/findings/new", "advocate"), PHONE),
    "finding": Shot(Visit("/findings/{ref}", "coordinator")),
    "finding-dark": Shot(Visit("/findings/{ref}", "coordinator"), look="dark"),
    "findings": Shot(Visit("/findings", "coordinator")),
    "findings-french": Shot(Visit("/findings", "advocate"), language="fr"),
    "decisions": Shot(Visit("/decisions", "committee")),
    "decisions-print": Shot(Visit("/decisions/print", "committee"), PAPER, look="print"),
    "ladder": Shot(Visit("/ladders/{key}", "coordinator")),
    "next": Shot(Visit("/next", "coordinator")),
    "explain": Shot(Visit("/findings/{ref}/explain", "duty_bearer")),
}
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
COLOURS = 96  # of a picture in the documents: enough for these pages, and a third of the bytes


@pytest.mark.parametrize("name", TOUR)
def test_the_tour_has_its_picture(page_as: Seats, atlas: Atlas, name: str) -> None:
    """`CLM_TEST_REWRITE=1` takes them anew."""
    shot, file = TOUR[name], PICTURES / f"{name}.png"
    assert f"pictures/{name}.png" in (PICTURES.parent / "tour.md").read_text(encoding="utf-8")
    role, address = atlas.find(shot.visit)
    page = page_as(role, shot.width, dark=shot.look == "dark", language=shot.language)
    page.goto(address)
    if shot.look == "print":
        page.emulate_media(media="print")
    picture = page.screenshot()
    assert len(picture) > EMPTY
    if os.environ.get("CLM_TEST_REWRITE") == "1":
        PICTURES.mkdir(exist_ok=True)
        Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS).save(file, optimize=True)
    with Image.open(file) as kept:
        assert kept.size == Image.open(BytesIO(picture)).size
