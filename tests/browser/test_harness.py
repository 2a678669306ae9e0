"""Do the browser tests hear what goes wrong, and is what they judge by the thing that was recorded?"""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.browser import judging
from tests.browser.seats import LAPTOP, PHONE, Seats
from tests.browser.served import CAST, Served

HERE = Path(__file__).parent


def test_the_vendored_script_is_the_one_that_was_recorded() -> None:
    told = re.findall(r"^\| `(\S+)` .*`([0-9a-f]{64})`", (HERE / "VENDORED.md").read_text(), re.MULTILINE)
    assert {name for name, _sum in told} == {file.name for file in HERE.glob("*.js")}
    for name, recorded in told:
        assert sha256((HERE / name).read_bytes()).hexdigest() == recorded


@pytest.mark.parametrize("role", CAST)
def test_everybody_of_the_cast_comes_to_a_desk_of_their_own(page_as: Seats, place: Served, role: str) -> None:
    page = page_as(role, PHONE)
    answer = page.goto("/")
    assert answer is not None
    assert answer.status == 200
    assert place.actor(role).name in page.inner_text("header")


def test_a_page_is_as_it_was_asked_for(page_as: Seats) -> None:
    dark = page_as("coordinator", PHONE, dark=True, js=False)
    dark.goto("/findings")
    light = page_as("coordinator", LAPTOP)
    light.goto("/findings")
    asked = "() => [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, typeof htmx]"
    assert light.evaluate(asked) == [LAPTOP, False, "object"]
    assert dark.evaluate(asked) == [PHONE, True, "undefined"]


def test_what_goes_wrong_on_a_page_is_heard(page_as: Seats) -> None:
    page = page_as(None)
    page.goto("/sign-in")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">red</p>')")
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"/static/nothing.png\" alt=\"\">')"
    )
    page.evaluate("setTimeout(() => { throw new Error('broken') })")
    page.evaluate("console.error('seen')")
    page.wait_for_timeout(100)
    heard = "\n".join(page_as.problems)
    for wrong in ("Content Security Policy", "404 for", "broken", "seen"):
        assert wrong in heard, wrong
    page_as.problems.clear()


def test_what_is_wrong_with_a_page_is_found(page_as: Seats) -> None:
    page = page_as(None)
    page.goto("/sign-in")
    assert judging.judge(page) == []
    page.evaluate("""document.querySelector('main').insertAdjacentHTML('beforeend',
        '<p class="faint">Hardly seen</p><img src="/static/mark.svg"><pre>' + 'wide'.repeat(99) + '</pre>'
        + '<a href="/">x</a><p>Inside <a href="/">a sentence</a> it may be small.</p>')""")
    page.evaluate("document.querySelector('.faint').style.color = '#ddd'")
    wrong = "\n".join(judging.judge(page))
    for told in (
        "laptop: color-contrast at .faint",
        "image-alt",
        f"{judging.NARROW} px: the page is",
        "px to touch: <a",
    ):
        assert told in wrong, told
    assert wrong.count("px to touch") == 1
    page.evaluate("document.querySelector('.faint').style.color = '#222'")
    assert "dark: color-contrast at .faint" in "\n".join(judging.judge(page))


@pytest.mark.own_demonstration
def test_days_pass_for_a_test_of_its_own(page_as: Seats, place: Served) -> None:
    before = place.demo.now()
    place.demo.advance(1)
    page = page_as("coordinator")
    page.goto("/")
    assert (place.demo.now() - before).days == 1
    assert f"{place.demo.now():%-d %B}" in page.inner_text("main")
