"""Which record does one row make, and why does it make none?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TypeVar

from clm_tracker.domain import findings
from clm_tracker.domain.names import LONGEST, LONGEST_BY_LANGUAGE, is_seen, one_line
from clm_tracker.domain.words import Dimension, Severity, Track
from clm_tracker.intake import values
from clm_tracker.intake.files import RefusedRow, Row
from clm_tracker.intake.mapping import INSTITUTION, NAME, REQUIRED, TITLE, Cell, FileMapping
from clm_tracker.intake.records import (
    AreaRecord,
    DutyBearerRecord,
    FindingRecord,
    Import,
    Record,
    SiteRecord,
)
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Made:
    """A row's record with what its columns imply: the chain of areas, outermost first, and the post."""

    record: Record
    areas: tuple[AreaRecord, ...] = ()
    duty_bearer: DutyBearerRecord | None = None


def make(row: Row, mapping: FileMapping, now: datetime) -> Made | tuple[RefusedRow, ...]:
    """The record of one row, or everything that is wrong with it. What lies after `now` cannot have happened."""
    fields = _Fields(row, mapping.cells)
    areas = _areas(row, mapping, fields)
    post = None
    if mapping.duty_bearer:
        inner = _Fields(row, mapping.duty_bearer, "duty_bearer.")
        post = _duty_bearer(inner)
        fields.errors += inner.errors
    for name in REQUIRED[mapping.kind]:
        if name != NAME and name in mapping.cells:
            fields.needed(name)
    area = areas[-1].source_id if areas else fields.text("area") or None
    record: Record
    match mapping.kind:
        case Import.AREAS:
            record = _area(fields, mapping.swap)
        case Import.SITES:
            record = _site(fields, mapping.swap, area)
        case Import.DUTY_BEARERS:
            record = _duty_bearer(fields, area)
        case Import.FINDINGS:
            record = _finding(fields, mapping.dates, now, area, post.source_id if post else None)
    return tuple(fields.errors) or Made(record, areas, post)


def point(row: Row, mapping: FileMapping) -> tuple[float, float] | None:
    """Latitude and longitude as the file has them (after the mapping's swap), possible or not."""
    fields = _Fields(row, mapping.cells)
    lat, long = _point_texts(fields, mapping.swap)
    try:
        return (values.degrees(lat, 360), values.degrees(long, 360)) if lat and long else None
    except values.BadValueError:
        return None


class _Fields:
    """One row's fields as they are asked for; remembers what was wrong with each."""

    def __init__(self, row: Row, cells: Mapping[str, Cell], prefix: str = "") -> None:
        self.row = row
        self.cells = cells
        self.prefix = prefix
        self.errors: list[RefusedRow] = []
        self._texts: dict[str, str] = {}

    def refuse(self, name: str, reason: str, value: str = "") -> None:
        self.errors.append(RefusedRow(self.row.line, self.prefix + name, reason, value[:200]))

    def text(self, name: str) -> str:
        """The field's text; empty when there is none or it is refused."""
        if name not in self._texts:
            cell, found = self.cells.get(name), ""
            try:
                found = cell.text(self.row.values) if cell else ""
            except values.BadValueError as error:
                raw = ", ".join(self.row.values.get(c, "") for c in cell.columns) if cell else ""
                self.refuse(name, str(error), raw)
            self._texts[name] = found
        return self._texts[name]

    def needed(self, name: str) -> str:
        found = self.text(name)
        if not is_seen(found) and not self.is_refused(name):
            self.refuse(name, _("This is needed and is empty."))
        return found

    def is_refused(self, name: str) -> bool:
        return any(error.field == self.prefix + name for error in self.errors)

    def name(self, name: str, most: int = LONGEST) -> str:
        """The field's text as a name is kept; one of which nothing is seen is refused, and one longer than on the pages."""
        text = self.text(name)
        if text and not is_seen(text) and not self.is_refused(name):
            self.refuse(name, _("This needs a name."), text)
        return self.within(name, most, one_line(text))

    def within(self, name: str, most: int, text: str) -> str:
        """The text, refused when it is longer than on the pages."""
        if len(text) > most and not self.is_refused(name):
            self.refuse(name, _("Shorten this to at most {n} characters.").format(n=cldr.number(most)), text)
        return text

    def read(self, name: str, parse: Callable[[str], T]) -> T | None:
        """The field's meaning; None when it is empty or refused."""
        text = self.text(name)
        return self.meaning(name, text, parse) if text else None

    def meaning(self, name: str, text: str, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(text)
        except (values.BadValueError, OverflowError) as error:
            self.refuse(name, str(error), text)
            return None

    def names(self) -> dict[str, str]:
        found = self.by_language(NAME, first=LONGEST)  # the first is what it is called by
        if not found and not any(self.is_refused(name) for name in self.cells if name.startswith(NAME)):
            self.refuse("names", _("A name in at least one language is needed."))
        return found

    def by_language(self, of: str, *, first: int = LONGEST_BY_LANGUAGE) -> dict[str, str]:
        """What is said under `names.km` and the like; `first` is how long the first may be."""
        found: dict[str, str] = {}
        for name in self.cells:
            most = LONGEST_BY_LANGUAGE if found else first
            if name.startswith(of) and (text := self.name(name, most)):
                found[name.removeprefix(of)] = text
        return found


def _areas(row: Row, mapping: FileMapping, fields: _Fields) -> tuple[AreaRecord, ...]:
    """The chain of areas that the row's columns name; a step without a name is left out."""
    chain: list[AreaRecord] = []
    for step in mapping.parents:
        cells = {f"parents.{step.level}": step.cell}
        inner = _Fields(row, cells)
        name = inner.name(f"parents.{step.level}")
        fields.errors += inner.errors
        if name:
            above = chain[-1].source_id if chain else None
            # The whole path is the identifier: two wards called Township are two areas.
            own = name.replace(">", ">>")
            path = f"{above} > {own}" if above else own
            chain.append(
                AreaRecord(source_id=path, names={step.language: name}, level=step.level, parent=above)
            )
    return tuple(chain)


def _point_texts(fields: _Fields, swap: bool) -> tuple[str, str]:
    lat, long = fields.text("lat"), fields.text("long")
    return (long, lat) if swap else (lat, long)


def _point(fields: _Fields, swap: bool) -> tuple[float | None, float | None]:
    lat, long = _point_texts(fields, swap)
    if bool(lat) != bool(long):
        fields.refuse("lat" if long else "long", _("Only one of latitude and longitude is given."))
    if not (lat and long):
        return None, None
    return (
        fields.meaning("lat", lat, lambda text: values.degrees(text, 90)),
        fields.meaning("long", long, lambda text: values.degrees(text, 180)),
    )


def _area(fields: _Fields, swap: bool) -> AreaRecord:
    lat, long = _point(fields, swap)
    return AreaRecord(
        source_id=fields.text("source_id"),
        names=fields.names(),
        level=fields.name("level"),
        code=fields.text("code"),
        parent=fields.text("parent") or None,
        lat=lat,
        long=long,
    )


def _site(fields: _Fields, swap: bool, area: str | None) -> SiteRecord:
    if area is None:
        fields.refuse("area", _("A site needs an area."))
    lat, long = _point(fields, swap)
    return SiteRecord(
        source_id=fields.text("source_id"),
        names=fields.names(),
        area=area,
        code=fields.text("code"),
        kind=fields.text("kind"),
        level=fields.text("level"),
        lat=lat,
        long=long,
        closed=bool(fields.read("closed", values.flag)),
    )


def _duty_bearer(fields: _Fields, area: str | None = None) -> DutyBearerRecord:
    email = fields.text("holder_email")
    if email and "@" not in email.strip("@"):
        fields.refuse("holder_email", _("This is not an e-mail address."), email)
    holder = fields.name("holder")
    if not holder and (email or fields.text("holder_phone")):
        fields.refuse("holder", _("There is an address here and no name of the person it belongs to."))
    return DutyBearerRecord(
        source_id=fields.needed("source_id"),
        title=fields.needed("title") and fields.name("title"),
        titles=fields.by_language(TITLE),
        institution=fields.name("institution"),
        institutions=fields.by_language(INSTITUTION),
        level=fields.name("level"),
        area=area or fields.text("area") or None,
        site=fields.text("site") or None,
        superior=fields.text("superior") or None,
        holder=holder,
        holder_email=email,
        holder_phone=fields.text("holder_phone"),
    )


def _finding(
    fields: _Fields, dates: values.Dates, now: datetime, area: str | None, post: str | None
) -> FindingRecord:
    observed = fields.read("observed_on", dates.day)
    opened = fields.read("opened_at", dates.moment)
    if opened is not None and observed is None and not fields.text("observed_on"):
        observed = fields.read("opened_at", dates.day)
    elif observed is not None and opened is None and not fields.text("opened_at"):
        opened = fields.meaning("observed_on", str(observed), dates.moment)
    elif observed is None and not fields.errors:
        fields.refuse("observed_on", _("It is needed to know when this was observed or opened."))
    due = fields.read("due_at", lambda text: dates.moment(text, ends_day=True))
    resolved = fields.read("resolved_at", dates.moment)
    zone = dates.zone or UTC
    if opened and resolved and resolved < opened and resolved.astimezone(zone).time() == time.min:
        # A day without a time: the same day it was opened is not before it.
        resolved = opened if resolved.astimezone(zone).date() == opened.astimezone(zone).date() else resolved
    for name, moment in (("opened_at", opened), ("resolved_at", resolved)):
        if moment and moment > now:
            fields.refuse(name, _("This lies in the future."), fields.text(name))
    if observed and observed > now.astimezone(zone).date():
        fields.refuse("observed_on", _("This lies in the future."), fields.text("observed_on"))
    for name, moment in (("due_at", due), ("resolved_at", resolved)):
        if opened and moment and moment < opened:
            fields.refuse(name, _("This lies before the finding was opened."), fields.text(name))
    dimension = fields.read("dimension", lambda text: values.choice(text, tuple(Dimension)))
    return FindingRecord(
        source_id=fields.text("source_id"),
        title=fields.within("title", findings.LONGEST["title"], fields.text("title")),
        observed_on=observed or now.date(),  # stands in only beside a refusal
        opened_at=opened or now,
        description=fields.within("description", findings.LONGEST["description"], fields.text("description")),
        theme=fields.name("theme"),
        severity=Severity(
            fields.read("severity", lambda text: values.choice(text, tuple(Severity))) or "standard"
        ),
        track=Track(fields.read("track", lambda text: values.choice(text, tuple(Track))) or "individual"),
        dimension=Dimension(dimension) if dimension else None,
        area=area,
        site=fields.text("site") or None,
        duty_bearer=post or fields.text("duty_bearer") or None,
        due_at=due,
        resolved_at=resolved,
        resolution_note=fields.text("resolution_note"),
    )
