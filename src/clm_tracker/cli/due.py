"""When is it due, if the clock starts now, and which days count?"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from clm_tracker.domain import deadlines
from clm_tracker.domain.calendars import Calendar
from clm_tracker.intake.public_holidays import public_holidays, read_closed_days

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def due(
    start: Annotated[
        str, typer.Argument(metavar="START", help="A date or moment: 2026-04-10, 2026-04-10T16:30, …+07:00.")
    ],
    window: Annotated[
        str, typer.Argument(metavar="WINDOW", help="10wd (working days), 30d (calendar days), 48h (hours).")
    ],
    country: Annotated[
        str | None, typer.Option(help="Skip this country's public holidays: KH, or US-MA for a part of it.")
    ] = None,
    holidays: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="More closed days: an ISO date a line, its name behind it; # comments."
        ),
    ] = None,
    weekend: Annotated[str, typer.Option(help="Weekdays without work; an empty text for none.")] = "sat,sun",
    tz: Annotated[
        str,
        typer.Option(help="Time zone whose midnight ends the due day; also read into a START without one."),
    ] = "Asia/Phnom_Penh",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
) -> None:
    """Print a due date and each day counted or skipped, with the reason."""
    try:
        length = deadlines.parse_window(window)
        plain = Calendar(tz, _weekend(weekend), {})
        begin = _moment(start, plain)
        closed: dict[date, str] = {}
        if country is not None:
            closed |= public_holidays(country, _years(plain.local_date(begin), length))
        if holidays is not None:
            closed |= read_closed_days(_read(holidays))
        calendar = Calendar(tz, plain.weekend, closed)
        end = deadlines.due(begin, length, calendar)
        days = deadlines.explain(begin, length, calendar)
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from None
    if as_json:
        listed = [{"date": d.date.isoformat(), "counted": d.counted, "reason": d.reason} for d in days]
        typer.echo(
            json.dumps(
                {"due_on": end.on.isoformat(), "due_at": _rfc3339(end.at), "days": listed}, ensure_ascii=False
            )
        )
        return
    typer.echo(f"Due {_day(end.on)}, late from {_rfc3339(end.at)} ({tz})")
    for day in days:
        count = f"day {day.number}" if day.number is not None else ""
        word = "counted" if day.counted else "skipped"
        typer.echo(f"  {_day(day.date)}  {word}  {count if day.counted else day.reason}".rstrip())


def _weekend(text: str) -> frozenset[int]:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name[:3] not in _WEEKDAYS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a weekday; write them like sat,sun.")
    return frozenset(_WEEKDAYS.index(name[:3]) for name in names)


def _moment(text: str, calendar: Calendar) -> datetime:
    try:
        if len(text) <= len("2026-04-10") and "T" not in text:
            at: date = date.fromisoformat(text)
        else:
            at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date or moment like 2026-04-10 or 2026-04-10T16:30.") from None
    if not isinstance(at, datetime):
        return calendar.start_of(at)
    return at if at.tzinfo is not None else calendar.moment(at)


def _years(start: date, window: deadlines.Window) -> range:
    # Even with one working day a week the due date lies within seven days for each day counted.
    return range(start.year, min(start.year + window.amount * 7 // 365 + 2, 9999) + 1)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{file} cannot be read as a text file.") from None


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()].title()} {day.day:2} {_MONTHS[day.month - 1]} {day.year:04}"
