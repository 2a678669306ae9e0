"""Which stages does an overdue obligation climb, and what is each? (R20, R21)"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from clm_tracker.domain import deadlines, names
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.words import Severity
from clm_tracker.kernel.refusals import FieldError
from clm_tracker.kernel.speech import _


class StageKind(StrEnum):
    """What a stage is."""

    DIALOGUE = "dialogue"
    FORMAL_LETTER = "formal_letter"
    SUPERIOR = "superior"
    DISTRICT = "district"
    PROVINCE = "province"
    NATIONAL = "national"
    COMMITTEE = "committee"
    OVERSIGHT = "oversight"
    PUBLIC_CAMPAIGN = "public_campaign"
    LEGAL_REMEDY = "legal_remedy"


class Mode(StrEnum):
    """Does a stage begin by itself, or is it proposed to the committee?"""

    AUTOMATIC = "automatic"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of a ladder.

    `wait` is a window ("5wd"), counted from the due date for the first stage and from the entry of the previous one
    for the others. `addresses` is `duty_bearer`, `superior:N`, `level:NAME`, `committee`, `coordinator` or
    `contacts:TEXT`; `tells` are further addressees in the same words. `names` are by language.
    """

    number: int
    name: str
    kind: StageKind
    wait: str
    addresses: str = "duty_bearer"
    tells: tuple[str, ...] = ()
    tactics: str = ""
    letter: str = ""
    mode: Mode = Mode.AUTOMATIC
    public: bool = False
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        deadlines.parse_window(self.wait)
        if self.public and self.mode is not Mode.APPROVAL:
            raise ValueError(_("Stage {n} is public, so it needs approval.").format(n=self.number))

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)

    @property
    def approvals(self) -> int:
        """How many different people must approve (R21)."""
        return 0 if self.mode is Mode.AUTOMATIC else 2 if self.public else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """One version of an ordered list of stages. Never changed: editing makes the next version (R30)."""

    id: UUID
    programme_id: UUID
    key: str
    version: int
    name: str
    stages: tuple[Stage, ...]
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if [s.number for s in self.stages] != list(range(1, len(self.stages) + 1)):
            raise ValueError(_("Stages are numbered 1, 2, 3, … without gaps."))

    def stage(self, number: int) -> Stage | None:
        """The stage with this number, or None beyond the ends."""
        return self.stages[number - 1] if 1 <= number <= len(self.stages) else None

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)

    @property
    def last(self) -> int:
        """The number of the highest stage."""
        return len(self.stages)

    @property
    def levels(self) -> frozenset[str]:
        """The levels at which its stages look for a post."""
        words = (word for s in self.stages for word in (s.addresses, *s.tells))
        return frozenset(word.removeprefix("level:") for word in words if word.startswith("level:"))


MOST_STAGES = 30
# What these are cannot be done quietly, whatever somebody ticks (R27, decision 0014).
ALWAYS_PUBLIC = frozenset({StageKind.PUBLIC_CAMPAIGN, StageKind.LEGAL_REMEDY})
_ADDRESSED = re.compile(
    r"duty_bearer|owner|committee|coordinator|advocates|superior:[1-9]|(level|contacts):.*\S.*"
)


def problems(stages: Sequence[Stage]) -> tuple[FieldError, ...]:
    """What is wrong with the stages of a ladder, by stage and field ("3.addresses"); counted from 1, as people do.

    What a stage cannot even be made with (a wait that is no window) is refused before, in the same words.
    """
    if not stages:
        return (FieldError("stages", _("A ladder needs at least one stage.")),)
    if len(stages) > MOST_STAGES:
        return (FieldError("stages", _("A ladder has at most {n} stages.").format(n=MOST_STAGES)),)
    return tuple(error for stage in stages for error in _problems_of(stage))


def _problems_of(stage: Stage) -> Iterator[FieldError]:
    if not names.is_seen(stage.name):
        yield FieldError(f"{stage.number}.name", _("Stage {n} needs a name.").format(n=stage.number))
    if not _ADDRESSED.fullmatch(stage.addresses):
        yield FieldError(
            f"{stage.number}.addresses", _("Say whom stage {n} addresses.").format(n=stage.number)
        )
    if any(not _ADDRESSED.fullmatch(word) for word in stage.tells):
        yield FieldError(
            f"{stage.number}.tells", _("Say who else hears of stage {n}.").format(n=stage.number)
        )
    if stage.kind in ALWAYS_PUBLIC and not stage.public:
        yield FieldError(
            f"{stage.number}.public",
            _(
                "Stage {n} is a public campaign or a legal remedy, so it is public and two people approve it."
            ).format(n=stage.number),
        )


@lru_cache(maxsize=4_096)  # a sweep enters many stages at one moment
def begins(start: datetime, wait: str, calendar: Calendar) -> datetime:
    """When a stage begins that waits `wait` from `start`: on the last day of the wait, at its first instant.

    The start day does not count (R12). A wait of zero begins at `start` itself; a wait in hours is exact.
    """
    window = deadlines.parse_window(wait)
    if window.amount == 0:
        return start
    due = deadlines.due(start, window, calendar)
    return due.at if window.unit is deadlines.Unit.HOURS else calendar.start_of(due.on)


_SHIPPED = (
    ("Reminder and dialogue", StageKind.DIALOGUE, "duty_bearer", (), Mode.AUTOMATIC, False),
    ("Formal letter", StageKind.FORMAL_LETTER, "duty_bearer", ("superior:1",), Mode.AUTOMATIC, False),
    ("District", StageKind.DISTRICT, "level:district", ("duty_bearer",), Mode.AUTOMATIC, False),
    ("Province", StageKind.PROVINCE, "level:province", ("duty_bearer",), Mode.AUTOMATIC, False),
    ("National programme", StageKind.NATIONAL, "level:national", ("duty_bearer",), Mode.APPROVAL, False),
    (
        "Oversight body and donors",
        StageKind.OVERSIGHT,
        "level:oversight",
        ("duty_bearer",),
        Mode.APPROVAL,
        False,
    ),
    ("Public campaign", StageKind.PUBLIC_CAMPAIGN, "level:national", ("duty_bearer",), Mode.APPROVAL, True),
    ("Formal remedy", StageKind.LEGAL_REMEDY, "level:oversight", ("duty_bearer",), Mode.APPROVAL, True),
)
_WAITS = {
    Severity.CRITICAL: ("1wd", "2wd", "2wd", "2wd", "3wd", "5wd", "5wd", "10wd"),
    Severity.HIGH: ("1wd", "5wd", "5wd", "5wd", "10wd", "10wd", "10wd", "20wd"),
    Severity.STANDARD: ("1wd", "5wd", "10wd", "10wd", "10wd", "10wd", "20wd", "20wd"),
    Severity.SYSTEMIC: ("1wd", "5wd", "10wd", "10wd", "20wd", "20wd", "20wd", "20wd"),
}
REMINDERS = "reminders"


def shipped() -> dict[str, tuple[str, tuple[Stage, ...]]]:
    """The ladders a new programme starts with: key -> (name, stages); one per severity, one for the community (R10, R21)."""
    ladders = {
        str(severity): (
            f"{severity.value.capitalize()} ladder",
            tuple(
                Stage(
                    number=n,
                    name=name,
                    kind=kind,
                    wait=wait,
                    addresses=to,
                    tells=tells,
                    mode=mode,
                    public=public,
                )
                for n, ((name, kind, to, tells, mode, public), wait) in enumerate(
                    zip(_SHIPPED, waits, strict=True), 1
                )
            ),
        )
        for severity, waits in _WAITS.items()
    }
    ladders[REMINDERS] = (
        "Reminders to the community side",
        (
            Stage(number=1, name="Reminder", kind=StageKind.DIALOGUE, wait="1wd", addresses="owner"),
            Stage(number=2, name="Coordinator", kind=StageKind.SUPERIOR, wait="3wd", addresses="coordinator"),
            Stage(
                number=3,
                name="Steering committee",
                kind=StageKind.COMMITTEE,
                wait="5wd",
                addresses="committee",
            ),
        ),
    )
    return ladders
