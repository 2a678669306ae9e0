"""Does a list say of a finding what is so now, although it keeps what it said before?"""

from collections.abc import Callable

from clm_tracker import languages
from clm_tracker.commands import duty_bearers, obligations, places
from clm_tracker.commands import findings as commands
from clm_tracker.db.units import Writing
from clm_tracker.domain.words import Severity
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.queries import findings
from clm_tracker.queries.findings import Filters, FindingRow, rows
from tests.cast import Cast


def test_what_a_list_said_before_is_said_anew_when_anything_of_it_is_otherwise(
    cast: Cast, clock: FixedClock
) -> None:
    critical, standard = (
        cast.open_finding(clock.now(), severity=severity, title=f"A {severity} one").ref
        for severity in (Severity.CRITICAL, Severity.STANDARD)
    )

    def shown(tag: str = "en") -> tuple[FindingRow, ...]:
        """The rows as they are said; each is said again as it was, and as it would be without what is kept."""
        with cast.reading("Dara", clock.now()) as look, languages.speaking(tag):
            said = findings.page(look, Filters()).items
            assert all(
                one is again for one, again in zip(said, findings.page(look, Filters()).items, strict=True)
            )
            rows._SAID.forget()
            assert findings.page(look, Filters()).items == said
        return said

    def changes(change: Callable[[Writing], object], by: str = "Sokha") -> None:
        with cast.writing(by, clock.now()) as unit:
            change(unit)

    def one_of(ref: str, said: tuple[FindingRow, ...]) -> FindingRow:
        return next(row for row in said if row.ref == ref)

    before = shown()
    due = one_of(critical, before).next
    assert due is not None
    told = [before]
    clock.advance(seconds=(due.due_at - clock.now()).total_seconds() - 1)
    told.append(shown())
    assert not one_of(critical, told[-1]).overdue
    clock.advance(seconds=1)  # the last second of its time is over
    told.append(shown())
    assert one_of(critical, told[-1]).overdue
    clock.advance(days=1)
    told.append(shown())
    told.append(shown("km"))
    assert one_of(critical, told[-1]).next != one_of(critical, told[-2]).next
    changes(lambda unit: commands.edit(unit, standard, {"title": "Told otherwise"}), "Dara")
    told.append(shown())
    assert one_of(standard, told[-1]).title == "Told otherwise"
    changes(lambda unit: places.change_site(unit, cast.sites["health_centre"], name="Ta Pung Centre"))
    told.append(shown())
    assert one_of(standard, told[-1]).site == "Ta Pung Centre"
    changes(lambda unit: duty_bearers.change(unit, cast.posts["health_centre"], {"title": "Head"}))
    told.append(shown())
    assert one_of(standard, told[-1]).duty_bearer == "Head, Ta Pung Health Centre"
    changes(
        lambda unit: obligations.escalate(unit, due.obligation_id, from_stage=0, reason="Nobody answered"),
        "Dara",
    )
    told.append(shown())
    assert one_of(critical, told[-1]).stage == 1
