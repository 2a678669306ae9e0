"""What does an imported row become before anything is written?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from clm_tracker.domain.words import Dimension, Severity, Track
from clm_tracker.intake.files.table import RefusedRow


class Import(StrEnum):
    """What one file holds."""

    AREAS = "areas"
    SITES = "sites"
    DUTY_BEARERS = "duty-bearers"
    FINDINGS = "findings"

    @property
    def one(self) -> str:
        """What one of them is called where they are counted."""
        return self.value.rstrip("s").replace("-", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRecord:
    """A unit of the administrative tree. Two areas with one name are told apart by what they hang under."""

    source_id: str
    names: Mapping[str, str]  # by language, the first is the one to show
    level: str
    code: str = ""
    parent: str | None = None  # another area's source_id; None: below the programme's root
    lat: float | None = None  # degrees north
    long: float | None = None  # degrees east


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRecord:
    """A facility or service point."""

    source_id: str
    names: Mapping[str, str]
    area: str | None  # an area's source_id
    code: str = ""
    kind: str = ""
    level: str = ""
    lat: float | None = None
    long: float | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyBearerRecord:
    """A post and, when the file names one, the person who holds it today."""

    source_id: str
    title: str
    titles: Mapping[str, str] = field(default_factory=dict)  # by language
    institution: str = ""
    institutions: Mapping[str, str] = field(default_factory=dict)
    level: str = ""
    area: str | None = None
    site: str | None = None
    superior: str | None = None  # another post's source_id
    holder: str = ""
    holder_email: str = ""
    holder_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRecord:
    """A problem, what was promised about it and when it ended. Moments are in UTC."""

    source_id: str
    title: str
    observed_on: date
    opened_at: datetime
    description: str = ""
    theme: str = ""  # the theme's name
    severity: Severity = Severity.STANDARD
    track: Track = Track.INDIVIDUAL
    dimension: Dimension | None = None
    area: str | None = None
    site: str | None = None
    duty_bearer: str | None = None  # the post's source_id
    due_at: datetime | None = None  # the target of an `act` obligation: done at this moment is still on time
    resolved_at: datetime | None = None
    resolution_note: str = ""


Record = AreaRecord | SiteRecord | DutyBearerRecord | FindingRecord


@dataclass(frozen=True, slots=True)
class Known:
    """The source identifiers a programme already has from this source: what a file may refer to without holding it."""

    areas: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    duty_bearers: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One file, checked. To be applied in this order, in one transaction; parents and superiors stand before theirs.

    Besides the kind that was asked for, a batch holds what its columns imply: the areas of a list of sites, the
    posts and themes of a list of findings.
    """

    kind: Import
    source: str
    areas: tuple[AreaRecord, ...] = ()
    sites: tuple[SiteRecord, ...] = ()
    duty_bearers: tuple[DutyBearerRecord, ...] = ()
    themes: tuple[str, ...] = ()
    findings: tuple[FindingRecord, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    warnings: tuple[str, ...] = ()
    skipped: int = 0  # left out because the mapping says so
    unit: str = "line"  # what the numbers of refused rows count
    lines: Mapping[str, int] = field(default_factory=dict)  # source_id → line, of the kind that was asked for

    @property
    def records(self) -> tuple[Record, ...]:
        """The records of the kind that was asked for."""
        found: tuple[Record, ...] = getattr(self, self.kind.replace("-", "_"))
        return found

    @property
    def refused_rows(self) -> int:
        """How many rows were refused; one row may have several reasons."""
        return len({row.line for row in self.refused})
