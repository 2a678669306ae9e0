"""Does everybody choose for themselves how they are written to, and does the next letter come like that? (R45)"""

import pytest
from sqlalchemy import select

from clm_tracker.db.tables import LedgerRow, PersonRow
from tests.jobs.letters.conftest import Kept, Office
from tests.web import markup, pages
from tests.web.program import Program

PAGE = "/account/letters"
GOOD = {
    "phone": "+855 12 345 678",
    "timezone": "Asia/Tokyo",
    "letter_at": "6",
    "quiet_from": "22",
    "quiet_until": "5",
    "digest": "yes",
}


def test_what_is_chosen_is_kept_and_shown_and_the_number_is_not_in_the_ledger(program: Program) -> None:
    sophea = program.browser("Sophea")
    page = sophea.get(PAGE).text
    assert markup.faults(page) == []
    assert "sophea@community-eyes.example.org" in page
    assert pages.send(sophea, page, "Keep this", **GOOD).status_code == 303
    page = sophea.get(PAGE).text
    assert 'value="+855 12 345 678"' in page
    with program.cast.reading("Sokha", program.clock.now()) as look:
        person = look.session.get(PersonRow, program.cast.people["Sophea"])
        assert person is not None
        assert (person.timezone, person.letter_at, person.quiet_from, person.quiet_until) == (
            "Asia/Tokyo",
            6,
            22,
            5,
        )
        line = look.session.scalars(select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(1)).one()
        assert [set(change["after"]) for change in line.changes] == [
            {"timezone", "letter_at", "quiet_from", "quiet_until"}
        ]
        assert [written for written in ("12 345 678", "12345678") if written in str(line.changes)] == []
    empty = dict.fromkeys(GOOD, "")
    assert pages.send(sophea, page, "Keep this", **empty).status_code == 303
    with program.cast.reading("Sokha", program.clock.now()) as look:
        person = look.session.get(PersonRow, program.cast.people["Sophea"])
        assert person is not None
        assert (person.phone, person.timezone, person.letter_at) == (None, None, None)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"timezone": "Asia/Nowhere"}, "There is no such time zone"),
        ({"timezone": "../../etc/passwd"}, "There is no such time zone"),
        ({"timezone": "Asia"}, "There is no such time zone"),
        ({"phone": "twelve"}, "phone"),
        ({"letter_at": "24"}, "Choose an hour of the day."),
        ({"letter_at": "-1"}, "Choose an hour of the day."),
        ({"quiet_until": ""}, "Choose both ends of the quiet hours, or neither."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    program: Program, wrong: dict[str, str], why: str
) -> None:
    sophea = program.browser("Sophea")
    refused = pages.send(sophea, sophea.get(PAGE).text, "Keep this", **{**GOOD, **wrong})
    assert refused.status_code == 422
    assert why in pages.text(refused.text)
    assert (wrong.get("phone") or GOOD["phone"]) in refused.text
    with program.cast.reading("Sokha", program.clock.now()) as look:
        person = look.session.get(PersonRow, program.cast.people["Sophea"])
        assert person is not None
        assert person.letter_at is None


def test_the_next_letter_comes_at_the_hour_that_was_chosen(program: Program) -> None:
    sophea, office = program.browser("Sophea"), Office(program.cast, program.clock, Kept())
    office.run()
    pages.send(sophea, sophea.get(PAGE).text, "Keep this", **{**GOOD, "timezone": "", "letter_at": "11"})
    program.cast.open_finding(program.clock.now())  # at nine in the morning
    office.run()
    office.mail.parcels.clear()
    program.clock.advance(hours=1, minutes=59)
    office.run()
    assert not office.mail.to("Sophea")
    program.clock.advance(minutes=2)
    office.run()
    (letter,) = office.mail.to("Sophea")
    assert f"https://clm.example.org{PAGE}" in letter.text


def test_the_account_leads_there(program: Program) -> None:
    for name in ("Sophea", "Phal"):
        assert PAGE in program.browser(name).get("/account").text
        assert program.browser(name).get(PAGE).status_code == 200
