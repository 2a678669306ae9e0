"""What do acts and forms take: buttons with their reason, fields, panels, and the answer to a refused one?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from clm_tracker.domain.names import folded
from clm_tracker.kernel.refusals import FieldError, another_look
from clm_tracker.web.components.text import Icon, Link, Words
from clm_tracker.web.words import _

MOST_OFFERED = 60


class Look(StrEnum):
    MAIN = "main"
    SECOND = "second"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Button:
    """A link (`href`) or a submit button.

    It may post to its own `action`; `unchecked` posts a form that is not finished. With `why_not` it is shown
    as refused but still posts, and the server answers with the same sentence.
    """

    label: str
    look: Look = Look.SECOND
    href: str | None = None
    name: str | None = None
    value: str | None = None
    action: str | None = None
    icon: Icon | None = None
    unchecked: bool = False
    why_not: str | None = None
    id: str | None = None

    def __post_init__(self) -> None:
        if self.why_not and (self.href or not self.id):
            raise ValueError(f"A refused act is a submit button with an id: {self.label!r}")


class FieldKind(StrEnum):
    TEXT = "text"
    TEXTAREA = "textarea"
    SELECT = "select"
    DATE = "date"
    FILE = "file"
    RADIO = "radio"
    CHECKBOX = "checkbox"
    NUMBER = "number"
    EMAIL = "email"
    PASSWORD = "password"  # noqa: S105 - a kind of field
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. On a radio card `also` is the name in another language, `hint` an example or a place, `note` what there is.

    Choices of one list that stand side by side and have the same `group` stand under its name.
    """

    value: str
    label: str
    hint: str | None = None
    also: str | None = None
    also_lang: str | None = None
    count: str | None = None
    heat: int | None = None
    chosen: bool = False
    group: str = ""
    note: str | None = None


class Options(tuple[Option, ...]):  # noqa: SLOT001 - a tuple takes no slots of its own
    """Choices that many pages offer alike: as a key of what is kept they are reckoned once, not option by option."""

    _reckoned: int | None = None

    def __hash__(self) -> int:
        if self._reckoned is None:
            self._reckoned = super().__hash__()
        return self._reckoned


@dataclass(frozen=True, slots=True)
class Field:
    """One question. Of the options those are on that are `chosen` or have the field's value; under a line they are offered.

    Of many (`finds`) the first, and while somebody types those that have this in them, asked for at the form's own address.
    `scope` keeps ids apart when several forms on a page ask for the same name. `lang` is that of the answer, where one is asked for.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    value: str = ""
    hint: str | None = None
    error: str | None = None
    required: bool = True
    options: tuple[Option, ...] = ()
    autocomplete: str | None = None
    least: str | None = None
    most: str | None = None
    rows: int = 4
    longest: int | None = None
    accept: str | None = None
    multiple: bool = False
    finds: bool = False
    scope: str = ""
    lang: str | None = None

    @property
    def offered(self) -> tuple[Option, ...]:
        """What is offered under a line: what has its value in it, all of it where that is chosen already or fits none."""
        if not self.finds:
            return self.options
        wanted = folded(self.value)
        fits = [o for o in self.options if wanted in folded(o.value)] if wanted else []
        if not fits or any(o.value == self.value for o in fits):
            return self.options[:MOST_OFFERED]
        return tuple(sorted(fits, key=lambda o: not folded(o.value).startswith(wanted))[:MOST_OFFERED])

    @property
    def id(self) -> str:
        return f"{self.scope}-{self.name}" if self.scope else self.name

    @property
    def groups(self) -> tuple[tuple[str, tuple[Option, ...]], ...]:
        """The options as they stand together, each with the name of its group; an empty one for those that have none."""
        return tuple((name, tuple(options)) for name, options in groupby(self.options, lambda o: o.group))

    @property
    def described_by(self) -> str:
        """Ids of the hint and the error, as `aria-describedby` wants them; empty when there is neither."""
        shown = (("hint", self.hint), ("error", self.error))
        return " ".join(f"{self.id}-{what}" for what, text in shown if text)


def answered(
    fields: Sequence[Field], typed: Mapping[str, str | Sequence[str]], errors: Sequence[FieldError] = ()
) -> tuple[Field, ...]:
    """The questions with what was typed and each error under its field. Passwords and files are not kept."""
    wrong = {e.field: e.message for e in errors}
    kept: list[Field] = []
    for asked in fields:
        field = replace(asked, error=wrong.get(asked.name))
        if asked.name in typed and asked.kind not in {FieldKind.PASSWORD, FieldKind.FILE}:
            given = typed[asked.name]
            values = {given} if isinstance(given, str) else set(given)
            field = replace(
                field,
                value=given if isinstance(given, str) else "",
                options=tuple(replace(o, chosen=o.value in values) for o in asked.options),
            )
        kept.append(field)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Form:
    """Questions posted together, or the one-tap answers of a card (`submit` and `also`, without fields).

    `once` makes a second press harmless, `version` (a number, or a mark of what stood there) finds out about a conflict;
    `refused` is why it came back.
    """

    action: str
    submit: Button
    fields: tuple[Field, ...] = ()
    once: str | None = None
    version: int | str | None = None
    hidden: tuple[tuple[str, str], ...] = ()
    also: tuple[Button, ...] = ()
    refused: str | None = None

    @property
    def upload(self) -> bool:
        return any(f.kind is FieldKind.FILE for f in self.fields)

    @property
    def problem(self) -> "Problem | None":
        """What stands above the questions when the form came back."""
        wrong = tuple(f for f in self.fields if f.error)
        return Problem(self.refused, wrong) if self.refused else None


def came_back(
    form: Form,
    typed: Mapping[str, str | Sequence[str]],
    errors: Sequence[FieldError] = (),
    refused: str | None = None,
    *,
    counts: bool = False,
) -> Form:
    """The form as it was typed, each error under its field. With one mistake every question left open is told too: all at once.

    `refused` is the sentence above it. One that only `counts` the answers that are wrong counts these.
    """
    fields = answered(form.fields, typed, errors)
    if errors:
        fields = tuple(replace(f, error=_("This is needed.")) if _is_left_open(f) else f for f in fields)
    wrong = sum(f.error is not None for f in fields)
    if wrong and counts:
        refused = another_look(wrong)
    return replace(form, fields=fields, refused=refused)


def _is_left_open(f: Field) -> bool:
    """Needed, and nothing was typed or chosen. A file or a password is never kept, so nobody knows."""
    if not f.required or f.error or f.kind in {FieldKind.CHECKBOX, FieldKind.FILE, FieldKind.PASSWORD}:
        return False
    return not f.value.strip() and not any(o.chosen for o in f.options)


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person may do here: a folded panel with its form, the way to its own page, or the refused button.

    `here` is asked for its panel, to open in the place of the way to its page.
    """

    id: str
    label: str
    form: Form
    about: str | None = None
    main: bool = False
    open: bool = False
    here: str | None = None


@dataclass(frozen=True, slots=True)
class Acts:
    """All that a person may do here: what is possible, what is only put on record for another, and what is not, and why.

    What is not possible stands in one form with the key `once`; each of its buttons posts to its own address.
    """

    can: tuple[Act, ...] = ()
    behalf: tuple[Act, ...] = ()
    behalf_title: str = ""
    cannot: tuple[Button, ...] = ()
    cannot_title: str = ""
    once: str | None = None

    def __bool__(self) -> bool:
        return bool(self.can or self.behalf or self.cannot)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was not done, in one sentence, with a link to each field to look at again.

    What a field says itself stands there alone.
    """

    sentence: str
    fields: tuple[Field, ...] = ()

    @property
    def is_said_below(self) -> bool:
        return any(f.error == self.sentence for f in self.fields)

    @property
    def said(self) -> str:
        if not self.is_said_below:
            return self.sentence
        return another_look(len(self.fields))


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer of the record beside the one that was typed; `at` is the id of its question, where that follows."""

    label: str
    theirs: str
    yours: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """The record changed in between: who did what, what it says now beside what you wrote, and what you wrote.

    A form follows with yours kept; where none is possible any more, `kept` shows it, so that it can be copied.
    """

    sentence: Words
    theirs: str
    yours: str
    rows: tuple[Difference, ...] = ()
    lines: tuple[Words, ...] = ()
    kept: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing here, why, and what one can do about it; `ways` lead to where there is something, with how much."""

    title: str
    text: str | None = None
    act: Button | None = None
    ways: tuple[Link, ...] = ()
