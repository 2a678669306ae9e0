"""What stands in a letter, before it is drawn as text, HTML, a message of a phone or a document?"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one kind of letter, with their places still to be filled in."""

    subject: str
    opening: str
    ask: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the chronology: a local day, as the language writes it, and what happened."""

    on: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One notice in a letter. Everything is in the letter's language; in safety mode `title` and `place` are empty (R43).

    `what`: what happened, in one sentence; `owed`: who owes what by when, or nothing; `then`: what happens if nothing is
    done, or nothing. `answer_url` opens without an account (R40); `url` is the page of whoever has one. `chronology` is
    there in the letter of a stage, oldest first.
    """

    kind: str
    ref: str
    what: str
    stage: int | None = None
    title: str = ""
    place: str = ""
    owed: str = ""
    then: str = ""
    answer_url: str | None = None
    url: str | None = None
    chronology: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the weekly letter; `url` is the page of whoever has an account."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the weekly letter: how much of each, and the first few."""

    title: str
    numbers: tuple[Line, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one reader: the only value that letters are drawn from.

    `wording` is the key of its words ("stage_entered.3", "bundle"); `subject`, `opening`, `ask` and `after` are those
    words with their places filled in. `reader` is the person's name, `post` the post as whose holder they are written
    to. `settings_url` is where somebody with an account chooses how they are written to. The weekly letter has
    `sections` and no items.
    """

    wording: str
    language: str
    programme: str
    on: date
    reader: str
    post: str
    subject: str
    opening: str
    ask: str
    after: str
    items: tuple[Item, ...]
    may_reply: bool = False
    settings_url: str | None = None
    sections: tuple[Section, ...] = ()
