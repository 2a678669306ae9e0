"""Is each letter drawn whole in each language, readable wherever it is opened, and does nothing in it run?"""

import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from clm_tracker.delivery.letters import Letter, drawing
from clm_tracker.delivery.letters.drawing import as_html, as_sms, as_text
from clm_tracker.delivery.sms_parts import parts
from tests.delivery.letters import ANSWER, KEYS, LANGUAGES, POST, READER, REF, TITLE, letter

HERE = Path(__file__).parent / "letters_of_stages"
OF_STAGES = tuple(f"{kind}.{n}" for kind in ("stage_entered", "stage_proposed") for n in range(1, 9))
EVERY = [(key, tag) for key in KEYS for tag in LANGUAGES]


class Read(HTMLParser):
    """The tags and texts of a page, and whether each that was opened was closed."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_letters_of_all_stages_are_those_that_were_read(tag: str) -> None:
    """Written anew with CLM_TEST_REWRITE=1: read the difference before it is kept."""
    drawn = "".join(f"===== {key} =====\n\n{as_text(letter(key, tag))}\n" for key in OF_STAGES)
    kept = HERE / f"{tag}.letters"
    if os.environ.get("CLM_TEST_REWRITE") == "1":
        kept.write_text(drawn, encoding="utf-8")
    assert kept.read_text(encoding="utf-8") == drawn


@pytest.mark.parametrize(("key", "tag"), EVERY)
def test_every_letter_is_drawn_in_every_language_with_nothing_left_open(key: str, tag: str) -> None:
    made = letter(key, tag)
    text, html, sms = as_text(made), as_html(made), as_sms(made)
    for drawn in (text, html, sms):
        assert not re.search(r"\{\w+\}|None|Undefined", drawn.partition("</style>")[2] or drawn)
    read = Read(html)
    assert read.open == []
    for said in (made.subject, TITLE, ANSWER):
        assert said in html.replace("&#39;", "'")
    for paragraph in drawing.paragraphs(made.opening) + drawing.paragraphs(made.ask):
        assert " ".join(paragraph.split()) in " ".join(text.split())
        assert paragraph in read.text
    assert text.splitlines().count(ANSWER) == len(made.items), "each link on a line of its own"
    assert parts(sms) <= drawing.MOST_PARTS
    assert sms.endswith(f"\n{ANSWER}")
    assert (REF in sms) == (len(made.items) == 1)


@pytest.mark.parametrize("key", KEYS)
def test_text_is_72_columns_wide_but_for_links(key: str) -> None:
    for tag in ("en", "fr"):
        long = [line for line in as_text(letter(key, tag)).splitlines() if len(line) > drawing.WIDTH]
        assert all(line.startswith("https://") for line in long)


def test_html_asks_for_nothing_from_elsewhere_and_says_its_language() -> None:
    for tag in LANGUAGES:
        read = Read(as_html(letter("stage_entered.2", tag)))
        assert {name for name, _attributes in read.tags}.isdisjoint(
            {"img", "link", "script", "iframe", "form", "input"}
        )
        assert "url(" not in as_html(letter("stage_entered.2", tag))
        assert next(a["lang"] for name, a in read.tags if name == "html") == tag
        assert [a["href"] for name, a in read.tags if name == "a"] == [ANSWER]
        assert [name for name, _a in read.tags if name in {"h1", "h2"}] == ["h1", "h2", "h2", "h2"]
    assert "line-height:1.9" in as_html(letter("replied", "km"))


HOSTILE = "<script>alert(1)</script>{{ 7*7 }}{% for x in y %}\"'&"


def test_what_people_wrote_is_shown_and_never_run() -> None:
    base = letter("stage_entered.2")
    item = replace(base.items[0], title=HOSTILE, what=HOSTILE, owed=HOSTILE, place=HOSTILE)
    made = replace(
        base,
        subject=HOSTILE,
        opening=HOSTILE,
        ask=HOSTILE,
        after=HOSTILE,
        reader=HOSTILE,
        post=HOSTILE,
        programme=HOSTILE,
        items=(item,),
    )
    html = as_html(made)
    assert "<script>" not in html
    assert "49" not in Read(html).text
    assert HOSTILE in Read(html).text
    assert HOSTILE in as_text(made)


def test_a_template_that_asks_for_what_a_letter_does_not_have_fails() -> None:
    made = drawing._environment().from_string("{{ letter.reporter }}")
    with pytest.raises(UndefinedError):
        made.render(letter=letter("replied"))


def test_safety_mode_leaves_nothing_but_the_reference() -> None:
    """R43: the value has no title and no place; drawing makes no empty lines or headings of that."""
    base = letter("stage_entered.2")
    made = replace(base, items=(replace(base.items[0], title="", place="", chronology=()),))
    assert TITLE not in as_text(made) + as_html(made) + as_sms(made)
    assert "\n\n\n" not in as_text(made)
    assert [name for name, _a in Read(as_html(made)).tags].count("h2") == 1


def test_who_is_greeted() -> None:
    base = letter("stage_entered.2")
    assert f"Dear {READER},\n{POST}\n" in as_text(base)
    assert f"To whoever holds the post {POST},\n\n" in as_text(replace(base, reader=""))
    assert f"Dear {POST},\n\n" in as_text(replace(base, reader=POST))
    assert "Good day,\n" in as_text(replace(base, reader="", post=""))


def test_what_is_to_be_known_of_links_is_said_once() -> None:
    for key, said in (("bundle", "The links are for you alone"), ("replied", "The link is for you alone")):
        text, html = " ".join(as_text(letter(key)).split()), Read(as_html(letter(key))).text
        for drawn in (text, html):
            assert drawn.count("No account is needed") == drawn.count(said) == 1, key
    assert as_text(letter("bundle")).count(ANSWER) == 2


def test_a_reader_with_an_account_is_led_to_the_pages_and_to_how_they_are_written_to() -> None:
    base = letter("replied")
    item = replace(base.items[0], answer_url=None, url="https://clm.example/findings/KH-2026-0042")
    made = replace(base, items=(item,), settings_url="https://clm.example/account", may_reply=False)
    text = as_text(made)
    assert "\nhttps://clm.example/findings/KH-2026-0042\n" in text
    assert "\nhttps://clm.example/account\n" in text
    assert "No account is needed" not in text
    assert "replying" not in text
    assert as_sms(made).endswith("\nhttps://clm.example/findings/KH-2026-0042")


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ក" * 70, 1),
        ("ក" * 71, 2),
        ("ក" * 134, 2),
        ("ក" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts_of_a_message_are_counted_as_networks_do(text: str, n: int) -> None:
    assert parts(text) == n


@pytest.mark.parametrize("words", ["word " * 300, "ពាក្យ" * 300, "x" * 2_000, "’" * 600])
def test_a_long_message_is_shortened_and_its_link_is_not(words: str) -> None:
    base = letter("replied")
    made: Letter = replace(base, items=(replace(base.items[0], owed=words),))
    sms = as_sms(made)
    assert parts(sms) == drawing.MOST_PARTS, "as long as it may be"
    assert sms.endswith(f"...\n{ANSWER}")
    assert sms.startswith(REF)


def test_a_message_of_latin_letters_stays_in_the_alphabet_of_phones() -> None:
    base = letter("replied")
    made = replace(base, items=(replace(base.items[0], owed="L’accusé – « réception »…"),))
    assert parts(as_sms(made).partition("\n")[0] * 3) == 1
    assert 'L\'accusé - " réception "...' in as_sms(made)
