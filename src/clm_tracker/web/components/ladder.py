"""How is a ladder drawn, large on the page of a finding and small in a row?"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from clm_tracker.web.components.text import Icon, Words

HEATS = 8
_WIDTH, _HEIGHT = 48.0, 20.0
_LOWEST = 8.6


def heat(stage: int, stages: int) -> int:
    """Which of the eight heats (1 straw to 8 oxblood) a stage takes: a ladder of four takes 1, 3, 5 and 8."""
    if not 1 <= stage <= stages:
        raise ValueError(f"There is no stage {stage} on a ladder of {stages}")
    return 1 if stages == 1 else 1 + (stage - 1) * (HEATS - 1) // (stages - 1)


@dataclass(frozen=True, slots=True)
class Mini:
    """SVG paths in a box of 48 by 20: the bars reached, the next one, and the rest of the stair."""

    reached: str
    next: str
    rest: str


def mini(stage: int, stages: int) -> Mini:
    """The small stair of a ladder of `stages`, climbed up to `stage` (0 for not yet)."""
    pitch = _WIDTH / stages
    bar = pitch * 0.75
    rise = (_HEIGHT - _LOWEST) / max(stages - 1, 1)

    def path(number: int, inset: float = 0.0) -> str:
        left = (number - 1) * pitch + inset
        height = _LOWEST + (number - 1) * rise - inset * 2
        width = bar - inset * 2
        return f"M{left:g} {_HEIGHT - inset:g}v-{height:.4g}h{width:.4g}v{height:.4g}z"

    return Mini(
        "".join(path(n) for n in range(1, stage + 1)),
        path(stage + 1, 0.5) if stage < stages else "",
        "".join(path(n) for n in range(stage + 2, stages + 1)),
    )


@dataclass(frozen=True, slots=True)
class Rung:
    """Where an obligation stands, small. Stage 0 is before the first, and has no heat."""

    stage: int
    stages: int
    name: Words = ()
    next: str | None = None
    gate: Icon | None = None

    @property
    def heat(self) -> int | None:
        return heat(self.stage, self.stages) if self.stage else None

    @property
    def mini(self) -> Mini:
        return mini(self.stage, self.stages)


class Gate(StrEnum):
    """What a stage needs before it can be entered (R21)."""

    OPEN = "open"
    APPROVAL = "approval"
    PUBLIC = "public"

    @property
    def icon(self) -> Icon | None:
        return {Gate.OPEN: None, Gate.APPROVAL: Icon.KEY, Gate.PUBLIC: Icon.HORN}[self]


class Reach(StrEnum):
    CLIMBED = "climbed"
    NOW = "now"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Step:
    """One tread of the large ladder. `lines` stand on it: when it was entered, who was told, a letter."""

    number: int
    name: str
    reach: Reach
    lines: tuple[Words, ...] = ()
    count: Words = ()
    gate: Gate = Gate.OPEN
    gate_says: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A run of stages with the same gate, as the line under the stair shows it."""

    gate: Gate
    says: str
    width: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The staircase of one obligation. `gate_says` explains each kind of gate once, under the stair."""

    steps: tuple[Step, ...]
    gate_says: tuple[tuple[Gate, str], ...] = ()

    def heat(self, step: Step) -> int:
        return heat(step.number, len(self.steps))

    @property
    def spans(self) -> tuple[Span, ...]:
        says = dict(self.gate_says)
        runs = [(gate, len(tuple(run))) for gate, run in groupby(s.gate for s in self.steps)]
        return tuple(Span(gate, says[gate], width) for gate, width in runs) if says else ()
