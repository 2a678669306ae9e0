"""How does the list leave as a file that holds exactly what it shows, and runs nothing where it is opened? (R42, R43)

The file is written first and sent from the disk: a failure is a page and not half a file, no look at the database is
held open by a slow line, and a long list never stands in memory.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from clm_tracker.db.units import Reading
from clm_tracker.delivery import sheets
from clm_tracker.delivery.sheets import Format
from clm_tracker.domain.cases import said_severity
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound
from clm_tracker.queries import findings
from clm_tracker.queries.findings import Exported, Filters
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.findings.filters import Asked
from clm_tracker.web.security import FILE_POLICY
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
EXPORT = "/findings/export"
MEDIA = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
E = TypeVar("E", bound=StrEnum)
Value = sheets.Value
Columns = tuple[tuple[str, Callable[[Exported], Value]], ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet with headings in the reader's language."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[Value, ...]]


@router.get(f"{EXPORT}.csv", access=may(Act.SEE_FINDINGS))
def as_csv(desk: AtDesk) -> Response:
    """The list in this address for any program: the same filters and order, every page; or what was ticked in it."""
    return _file(desk, Format.CSV)


@router.get(f"{EXPORT}.xlsx", access=may(Act.SEE_FINDINGS))
def as_workbook(desk: AtDesk) -> Response:
    """The same as a workbook."""
    return _file(desk, Format.XLSX)


def _file(desk: Desk, kind: Format) -> Response:
    asked = Asked.read(desk.request.query_params, desk.actor.id)
    with desk.reading() as look:
        if why := look.why_not(Act.SEE_FINDINGS, None):
            raise NotAllowed(why)
        # Whoever chose all that match means all of them, whatever is ticked besides.
        every = desk.request.query_params.get("all") == "yes"
        picked = () if every else tuple(desk.request.query_params.getlist("pick"))[:200]
        path = _written(look, asked.filters, picked, kind)
        name = f"findings-{look.today.isoformat()}.{kind}"
    return FileResponse(
        path,
        media_type=MEDIA[kind],
        filename=name,
        headers={"Content-Security-Policy": FILE_POLICY},
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


def _written(look: Reading, filters: Filters, picked: tuple[str, ...], kind: Format) -> Path:
    with tempfile.NamedTemporaryFile(prefix="clm-export-", suffix=f".{kind}", delete=False) as kept:
        path = Path(kept.name)
    try:
        columns = _columns(look)
        rows = findings.exported(look, filters, picked)
        headings = tuple(heading for heading, _cell in columns)
        table = _Table("findings", headings, (tuple(cell(e) for _h, cell in columns) for e in rows))
        sheets.write([table], kind, path)
    except Invalid:  # an area of long ago in the address
        path.unlink(missing_ok=True)
        raise NotFound("list") from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _word(of: Mapping[E, str], value: E | None) -> str | None:
    return of[value] if value else None


def _columns(look: Reading) -> Columns:
    zone = ZoneInfo(look.programme.timezone)

    def local(at: datetime | None) -> date | None:
        return None if at is None else at.astimezone(zone).date()

    about_people: Columns = ((_("Who is affected"), lambda e: e.affected),)
    return (
        (_("Reference"), lambda e: e.row.ref),
        (_("Finding"), lambda e: e.row.title),
        (_("Description"), lambda e: e.description),
        (_("Where it stands"), lambda e: labels.STATUS[e.row.status]),
        (_("Severity"), lambda e: _word(labels.SEVERITY, said_severity(e.row))),
        (_("Kind of finding"), lambda e: labels.TRACK[e.row.track]),
        (_("Thematic area"), lambda e: e.row.theme),
        (_("Dimension"), lambda e: _word(labels.DIMENSION, e.dimension)),
        (_("Area"), lambda e: e.row.area),
        (_("Site"), lambda e: e.row.site),
        (_("Round"), lambda e: e.round),
        (_("Seen on"), lambda e: e.observed_on),
        (_("Opened on"), lambda e: local(e.row.opened_at)),
        (_("Duty bearer"), lambda e: e.row.duty_bearer),
        (_("Who owes"), lambda e: e.row.next.who if e.row.next else None),
        (_("What is owed"), lambda e: e.row.next.what if e.row.next else None),
        (_("Due on"), lambda e: e.row.next.due_on if e.row.next else None),
        (_("Overdue"), lambda e: _("yes") if e.row.overdue else _("no")),
        (_("Stage reached"), lambda e: e.row.stage),
        (_("Name of the stage"), lambda e: e.row.stage_name),
        (_("Transfers"), lambda e: e.transfers),
        (_("Times reopened"), lambda e: e.reopened),
        (_("Resolved on"), lambda e: local(e.resolved_at)),
        (_("Closed on"), lambda e: local(e.closed_at)),
        (_("Closed as"), lambda e: labels.CLOSED[e.closed_as] if e.closed_as else None),
        *(() if look.programme.safety_mode else about_people),
    )
