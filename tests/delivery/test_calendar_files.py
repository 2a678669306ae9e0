"""Does what people wrote stay text in a calendar, whichever program reads its lines?"""

import re
from datetime import UTC, date, datetime

import icalendar
import pytest

from clm_tracker.delivery.calendar_files import Calendar, Entry, as_ics

ENDS = ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1e", "\x85", "\u2028", "\n\n"]


def made(said: str) -> bytes:
    entry = Entry(
        uid="due-1@clm-tracker",
        on=date(2026, 3, 27),
        summary=said,
        description=said,
        changed_at=datetime(2026, 3, 16, 9, tzinfo=UTC),
        sequence=1,
        url="https://clm.example/findings/KH-2026-0042",
    )
    return as_ics(Calendar(name=said, about=said, language="km", entries=(entry,)))


@pytest.mark.parametrize("end", ENDS)
def test_nothing_ends_a_line_and_begins_one_of_its_own(end: str) -> None:
    file = made(f"Water{end}ATTACH:https://example.net/{end}END:VCALENDAR")
    # As the most careless program splits lines, once what was folded is whole again.
    lines = file.decode().replace("\r\n ", "").splitlines()
    assert not [one for one in lines if one.startswith("ATTACH")]
    assert lines.count("END:VCALENDAR") == 1
    read = icalendar.Calendar.from_ical(file)
    (event,) = read.walk("VEVENT")
    assert (
        str(event["SUMMARY"])
        == str(read["X-WR-CALNAME"])
        == "Water ATTACH:https://example.net/ END:VCALENDAR"
    )
    assert str(event["DESCRIPTION"]).replace("\n\n", "\n").startswith("Water\nATTACH")


def test_signs_of_the_format_arrive_as_they_were_written() -> None:
    said = 'Tests; late, \\n "six" weeks: ខ្មែរ 🚨'
    read = icalendar.Calendar.from_ical(made(f"{said}\x00\x07"))
    (event,) = read.walk("VEVENT")
    assert str(event["SUMMARY"]) == str(event["DESCRIPTION"]) == said
    # It is text (RFC 7986), which this library leaves as it stands.
    assert re.sub(r"\\(.)", r"\1", str(read["NAME"])) == said
