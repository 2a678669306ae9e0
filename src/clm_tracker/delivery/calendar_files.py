"""What does a calendar look like to the programs that read one? iCalendar (RFC 5545), whole days only."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import icalendar
from icalendar import vText

EVERY = timedelta(hours=4)  # how often a program is asked to look again
_ENDS = re.compile(
    r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]"
)  # what one program or another takes for the end of a line
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one day brings. `uid` stays the same while it is about the same thing; `sequence` rises when that changes."""

    uid: str
    on: date
    summary: str
    description: str
    changed_at: datetime
    sequence: int
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A calendar in one language."""

    name: str
    about: str
    language: str
    entries: tuple[Entry, ...]


def as_ics(calendar: Calendar) -> bytes:
    """The file, the same for the same calendar."""
    made = icalendar.Calendar()
    made.add("prodid", "-//clm-tracker//calendar//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    # Once as RFC 7986 has it, once as programs before it read it.
    made.add("name", _line(calendar.name), {"LANGUAGE": calendar.language})
    made.add("x-wr-calname", _line(calendar.name))
    made.add("description", _text(calendar.about), {"LANGUAGE": calendar.language})
    made.add("x-wr-caldesc", _text(calendar.about))
    made.add("refresh-interval", EVERY, {"VALUE": "DURATION"})
    made.add("x-published-ttl", EVERY)
    for entry in calendar.entries:
        made.add_component(_event(entry, calendar.language))
    return bytes(made.to_ical())


def _event(entry: Entry, language: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", _line(entry.summary), {"LANGUAGE": language})
    if entry.description:
        event.add("description", _text(entry.description), {"LANGUAGE": language})
    if entry.url:
        event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")  # nobody is busy on a day because something falls due
    event.add("class", "PRIVATE")
    return event


def _text(said: str) -> vText:
    """Text of people as the format has it: the library escapes only what it knows to be text."""
    return vText(_NO_TEXT.sub("", _ENDS.sub("\n", said)))


def _line(said: str) -> vText:
    return vText(" ".join(_text(said).split()))
