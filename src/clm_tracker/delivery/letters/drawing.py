"""How does a letter look as plain text, as HTML and as a message of a phone?

Nothing but the letter is asked: what must not leave is not in it (R41, R43). Each is drawn in the letter's language.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from clm_tracker import languages
from clm_tracker.delivery.beside import folder
from clm_tracker.delivery.letters import Item, Letter, Section, Step
from clm_tracker.delivery.sms_parts import is_plain, parts
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _

WIDTH: Final = 72  # columns
MOST_PARTS: Final = 3  # of an SMS
_LATIN_FACE = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
_KHMER_FACE = (
    "'Noto Sans Khmer', 'Khmer OS Battambang', 'Khmer UI', 'Leelawadee UI', 'Khmer Sangam MN', " + _LATIN_FACE
)
# Signs of good print that would cost a message half its room.
_PLAINER = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
        "\u202f": " ",
    }
)


@dataclass(frozen=True, slots=True)
class _Words:
    """A text that is broken into lines where it is shown."""

    text: str
    indent: str = ""
    hang: str = ""


_Block = list[str | _Words]


def as_text(letter: Letter, columns: int | None = WIDTH) -> str:
    """Plain text, each link on a line of its own, broken at `columns` where the script has spaces; None: by whoever shows it."""
    return as_texts(letter, columns)[0]


def as_texts(letter: Letter, *columns: int | None) -> tuple[str, ...]:
    """The same broken in several ways, and drawn once."""
    with languages.speaking(letter.language):
        blocks = list(_blocks(letter))
    return tuple(_laid_out(blocks, one) for one in columns)


def _laid_out(blocks: list[_Block], columns: int | None) -> str:
    laid = ([line for part in block for line in _lines(part, columns)] for block in blocks)
    return "\n\n".join("\n".join(lines) for lines in laid if lines) + "\n"


def _lines(part: str | _Words, columns: int | None) -> Iterator[str]:
    """The lines of a text, none broken inside a word or a link."""
    if isinstance(part, str):
        yield part
        return
    for whole in paragraphs(part.text):
        if columns is None:
            yield part.hang + whole
        else:
            first, rest = part.indent + part.hang, part.indent + " " * len(part.hang)
            yield from _broken(whole, columns, first, rest)


def as_html(letter: Letter) -> str:
    """One column that needs nothing from elsewhere, for mail programs in the light and in the dark."""
    khmer = letter.language.partition("-")[0] == "km"
    with languages.speaking(letter.language):
        return _template().render(
            letter=letter,
            dir=languages.direction(letter.language),
            day=cldr.dated(letter.on),
            greeting=greeting(letter),
            opening=paragraphs(letter.opening),
            ask=paragraphs(letter.ask),
            after=paragraphs(letter.after),
            several=len(letter.items) > 1,
            chronology=_chronology(letter),
            alone=_one_link(),
            each=_several_links() if any(item.answer_url for item in letter.items) else "",
            face=_KHMER_FACE if khmer else _LATIN_FACE,
            leading="1.9" if khmer else "1.55",  # signs above and below the line need room
            tight="1.7" if khmer else "1.3",
        )


def as_sms(letter: Letter) -> str:
    """Reference, what is owed by when, and the link, in at most `MOST_PARTS` parts; the link is never shortened."""
    with languages.speaking(letter.language):
        one = letter.items[0] if len(letter.items) == 1 else None
        says = (one.owed or one.what) if one else letter.subject
        if one and one.ref:
            says = _("{ref}: {what}").format(ref=one.ref, what=says)
        ways = [url for item in letter.items for url in (item.answer_url, item.url)]
        ways += [line.url for section in letter.sections for line in section.numbers]
        link = next((url for url in ways if url), "")
    if not is_plain(says):
        says = plainer if is_plain(plainer := says.translate(_PLAINER)) else says
    return _shortened(says, link)


def _shortened(says: str, link: str) -> str:
    """The longest beginning of `says`, by whole words where it has some, that leaves room for the link."""
    end = f"\n{link}" if link else ""
    if parts(says + end) <= MOST_PARTS:
        return says + end
    short, long = 0, len(says)
    while short < long:  # the most that fits
        middle = (short + long + 1) // 2
        short, long = (
            (middle, long) if parts(f"{says[:middle]}...{end}") <= MOST_PARTS else (short, middle - 1)
        )
    kept = says[:short]
    words = kept.rpartition(" ")[0]
    return f"{words if len(words) > short // 2 else kept}...{end}"


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text: an empty line begins the next one, other ends of lines are a space."""
    return tuple(" ".join(part.split()) for part in re.split(r"\n[^\S\n]*\n", text) if part.strip())


def _blocks(letter: Letter) -> Iterator[_Block]:
    several = len(letter.items) > 1
    yield [letter.programme, cldr.dated(letter.on)]
    yield [
        greeting(letter),
        *([letter.post] if letter.reader and letter.post not in {"", letter.reader} else []),
    ]
    yield [_Words(letter.opening)]
    asked: _Block = [_("What is asked of you").upper(), _Words(letter.ask)] if letter.ask else []
    if several:
        yield asked
        yield [_Words(_several_links())] if any(item.answer_url for item in letter.items) else []
    for item in letter.items:
        yield _matter(item)
        if several:
            yield _ways(item, alone=False)
    for section in letter.sections:
        yield list(_section(section))
    if not several:
        yield asked
        for item in letter.items:
            yield _ways(item, alone=True)
    yield [_Words(letter.after)]
    if steps := _chronology(letter):
        yield [
            _("What happened so far").upper(),
            *(_Words(_("{day}: {what}").format(day=step.on, what=step.what), hang="- ") for step in steps),
        ]
    if letter.may_reply:
        yield [_Words(_("You can also answer by replying to this message."))]
    yield [_Words(_("This letter was written by {programme}.").format(programme=letter.programme))]
    if letter.settings_url:
        yield [_("How you are written to"), letter.settings_url]


def _section(section: Section) -> Iterator[str | _Words]:
    yield section.title.upper()
    for line in (*section.numbers, *section.lines):
        yield _Words(line.text, hang="- ")
        if line.url:
            yield f"  {line.url}"


def _matter(item: Item) -> _Block:
    head = " · ".join(part for part in (item.ref, item.place) if part)
    told = [head, item.title, item.what, item.owed, item.then]
    return [_Words(text, indent="  ") for text in told if text]


def _one_link() -> str:
    return _("No account is needed. The link is for you alone; opening it changes nothing.")


def _several_links() -> str:
    """Said once, above them."""
    return _("No account is needed. The links are for you alone; opening them changes nothing.")


def _ways(item: Item, *, alone: bool) -> _Block:
    """The links of one thing; with what is to be known of the one that needs no account where that is not said above."""
    lines: _Block = []
    if item.answer_url:
        label = _("Look and answer: {ref}").format(ref=item.ref) if item.ref else _("Look and answer")
        lines += [label, item.answer_url, *([_Words(_one_link())] if alone else [])]
    if item.url:
        own = (
            _("Open {ref} with your account").format(ref=item.ref)
            if item.ref
            else _("Open it with your account")
        )
        lines += [own, item.url]
    return lines


def greeting(letter: Letter) -> str:
    """How the reader is spoken to, in the language of the moment."""
    if letter.reader:
        return _("Dear {reader},").format(reader=letter.reader)
    return _("To whoever holds the post {post},").format(post=letter.post) if letter.post else _("Good day,")


def _chronology(letter: Letter) -> tuple[Step, ...]:
    """What happened so far; in a letter about several things each has its own page for it."""
    return letter.items[0].chronology if len(letter.items) == 1 else ()


def _broken(text: str, columns: int, first: str, rest: str) -> Iterator[str]:
    """The lines of a paragraph: as many words in each as there is room for, and one at least."""
    line, begun = first, False
    for word in text.split(" "):
        if begun and len(line) + 1 + len(word) > columns:
            yield line
            line, begun = rest, False
        line += f" {word}" if begun else word
        begun = True
    yield line


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(folder("templates")),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["_"] = _
    return made


def _template() -> Template:
    return _environment().get_template("letters/mail.html")
