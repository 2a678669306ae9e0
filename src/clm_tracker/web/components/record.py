"""What do the parts of a record take? What is owed, said, shown and done, as a page tells it."""

from dataclasses import dataclass
from enum import StrEnum

from clm_tracker.web.components.forms import Button, Field
from clm_tracker.web.components.text import Icon, Link, Words
from clm_tracker.web.words import When


class Tone(StrEnum):
    DONE = "done"
    NOTE = "note"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Message:
    """What just happened, once, at the top of the next page."""

    text: Words
    tone: Tone = Tone.DONE

    @property
    def icon(self) -> Icon:
        return {Tone.DONE: Icon.TICK, Tone.NOTE: Icon.FLAG, Tone.REFUSED: Icon.NO}[self.tone]


@dataclass(frozen=True, slots=True)
class Docket:
    """What this record is, in one line of small facts."""

    ref: str | None
    facts: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Owes:
    """Who owes what by when, and what happens if nothing is done (R2)."""

    sentence: Words
    then: Words = ()
    jump: Button | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that is a link to the rows behind it, where there is a list of them; or something in words."""

    label: str
    value: str
    href: str | None = None
    note: str | None = None
    in_words: bool = False
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One thing known about a record, in words under its name. `exact` is a mark that is compared letter by letter."""

    label: str
    value: Words
    lang: str | None = None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Secret:
    """A word shown this once, to be copied: a link for somebody, or what a program signs in with."""

    id: str
    label: str
    word: str
    hint: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of two voices of equal weight."""

    title: str
    text: str
    source: Words
    quoted: bool = False
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """The claim, and the reply beside it."""

    claim: Side
    reply: Side


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record. The engine's lines look different; `heat` is set when a stage was entered."""

    at: When
    text: Words
    engine: bool = False
    heat: int | None = None
    quote: str | None = None
    quote_lang: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    entries: tuple[Entry, ...]
    more: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that shows something: a picture where there is one, else the drawing of its kind."""

    title: str
    facts: str
    href: str
    digest: str
    icon: Icon
    kind: str
    picture: str | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A piece of evidence of a draft, with the field for what it shows, what that was, and the button to take it off."""

    shown: Evidence
    says: Field
    was: str
    off: Button


@dataclass(frozen=True, slots=True)
class DemoClock:
    """The demonstration's clock, which can be moved forward from the page."""

    now: When
    action: str = "/demo/advance"
    back_to: str = "/"
    once: str | None = None


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language by its tag and in its own words; `href` where the address alone says the language."""

    tag: str
    name: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Tongues:
    """In which other languages the page can be read; `back` is where the reader stays."""

    label: str
    back: str
    others: tuple[Tongue, ...]
