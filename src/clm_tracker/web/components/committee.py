"""What does a committee's room take: what waits for a decision, and how much is overdue?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from clm_tracker.web.components.forms import Form
from clm_tracker.web.components.ladder import Mini, heat, mini
from clm_tracker.web.components.record import Fact
from clm_tracker.web.components.text import Icon, Link, Words

_ACROSS, _PITCH, _SIDE = 4, 8, 6
_MOST = 40


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be true before a decision; without an icon it is still to do."""

    text: str
    icon: Icon | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """An item of the agenda: from which stage to which (`asked` is none for closing), by when, and what it needs.

    `number` is the one it has on paper too; `paper` are the boxes to tick when the page is printed.
    """

    id: str
    ref: str
    stage: int
    stages: int
    asked: int | None
    asked_says: str
    title: Link
    by: Words
    form: Form
    checks: tuple[Check, ...] = ()
    paper: tuple[str, ...] = ()
    number: int | None = None

    @property
    def heat(self) -> int | None:
        return heat(self.stage, self.stages) if self.stage else None

    @property
    def mini(self) -> Mini:
        return mini(self.stage, self.stages)


@dataclass(frozen=True, slots=True)
class Count:
    """A number that leads to what it counts; nought leads nowhere. `squares` draws it."""

    says: str
    href: str | None = None
    squares: str = ""
    tall: int = 0


@dataclass(frozen=True, slots=True)
class AgeRow:
    """The obligations of one stage by age, and their sum."""

    stage: int
    heat: int
    name: str
    counts: tuple[Count, ...]
    total: Count


@dataclass(frozen=True, slots=True)
class Ages:
    """What is overdue, by stage and age, with its sums, and what is not counted; the caption alone where nothing is."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[AgeRow, ...]
    totals: tuple[Count, ...]
    aside: tuple[Fact, ...] = ()


def scale(numbers: Sequence[int]) -> int:
    """How many obligations one square stands for, so that no field holds more than forty; the caption says it."""
    return max(1, ceil(max(numbers, default=0) / _MOST))


def count(says: str, n: int, href: str, *, per: int = 1) -> Count:
    """A number with its squares, four in a row, each standing for `per`."""
    if n == 0:
        return Count(says)
    squares = ceil(n / per)
    path = "".join(
        f"M{i % _ACROSS * _PITCH} {i // _ACROSS * _PITCH}h{_SIDE}v{_SIDE}h-{_SIDE}z" for i in range(squares)
    )
    return Count(says, href, path, ceil(squares / _ACROSS) * _PITCH - (_PITCH - _SIDE))
