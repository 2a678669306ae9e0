"""What becomes of a finding that is reported fixed and is not, then is fixed, and breaks again? (R8, R14, R17, R18)

High severity: 10 working days to verify; the community is told within 10 working days. Every day below was counted by
hand; in 2026 the 14th to the 16th of April are Khmer New Year.
"""

from datetime import date

import pytest

from clm_tracker.commands import actions, findings
from clm_tracker.domain.words import ActionState, FindingStatus, Kind, Verdict
from clm_tracker.kernel.refusals import NotAllowed, NotNow
from tests.journeys.journal import Journal

MAR, APR, MAY, JUN = 3, 4, 5, 6


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def test_reported_refused_fixed_resolved_and_reopened_at_its_stage(journal: Journal) -> None:
    # -- Nobody answers until the formal letter, stage 2.
    journal.ref = journal.cast.open_finding(journal.now).ref
    journal.until(day(MAR, 18))
    assert [told for told in journal.told() if told[0] == day(MAR, 17)] == [
        (day(MAR, 17), "stage_entered", "district"),
        (day(MAR, 17), "stage_entered", "health_centre"),
    ]

    # -- The post proposes; that acknowledges. The other side accepts the same text and date.
    with journal.as_("Sophea") as unit:
        action = actions.propose(unit, journal.ref, what="Send the samples weekly", due_on=day(APR, 3))
    with pytest.raises(NotNow, match="Your side proposed this"), journal.as_("Sophea") as unit:
        actions.accept(unit, action.id)
    with journal.as_("Dara") as unit:
        actions.accept(unit, action.id)
    assert journal.told() == [
        (day(MAR, 18), "action_agreed", "health_centre"),
        (day(MAR, 18), "action_proposed", "advocates"),
    ]
    assert journal.owed() == {Kind.ACT: ("running", day(APR, 3), 0)}

    # -- Reported done, falsely. The clock stops and the community owes a check.
    journal.until(day(MAR, 27))
    assert journal.told() == [(day(MAR, 25), "reminded", "health_centre")]
    with journal.as_("Sophea") as unit:
        actions.report_done(unit, action.id, note="The courier comes every week.")
    assert journal.told() == [(day(MAR, 27), "action_reported", "advocates")]
    assert journal.owed() == {
        Kind.ACT: ("suspended", day(APR, 3), 0),
        Kind.VERIFY: ("running", day(APR, 10), 0),
    }

    # -- Who owes it does not check it, and a check without evidence is none.
    journal.until(day(MAR, 31))
    with pytest.raises(NotAllowed, match="Only the community side verifies"), journal.as_("Sophea") as unit:
        actions.verify(unit, action.id, verdict=Verdict.FIXED, note="Done.")
    with pytest.raises(NotNow, match="at least one piece of evidence"), journal.as_("Dara") as unit:
        actions.verify(unit, action.id, verdict=Verdict.NOT_FIXED, note="Not so.")
    with journal.as_("Dara") as unit:
        actions.verify(
            unit,
            action.id,
            verdict=Verdict.NOT_FIXED,
            note="No courier came.",
            statement="Two visits: the samples of three weeks stood in the cold box.",
        )
    assert journal.told() == [(day(MAR, 31), "action_verified", "health_centre")]
    # The clock stood still at noon of two working days, so two are given back.
    assert journal.owed() == {Kind.ACT: ("running", day(APR, 7), 0)}

    # -- Reported again, and true.
    journal.until(day(APR, 6))
    assert journal.told() == [(day(APR, 3), "reminded", "health_centre")]
    with journal.as_("Sophea") as unit:
        actions.report_done(unit, action.id, note="The courier has come twice, with receipts.")
    journal.until(day(APR, 8))
    with journal.as_("Dara") as unit:
        checked = actions.verify(
            unit,
            action.id,
            verdict=Verdict.FIXED,
            note="So it is.",
            statement="Receipts of two weeks; results of last week were on the shelf.",
        )
    assert checked.state is ActionState.VERIFIED
    assert journal.told() == [
        (day(APR, 6), "action_reported", "advocates"),
        (day(APR, 8), "action_verified", "health_centre"),
    ]
    assert set(journal.owed()) == {Kind.VERIFY}

    # -- Four eyes: one calls it resolved, another one confirms.
    with journal.as_("Dara") as unit:
        findings.resolve(unit, journal.ref, note="Results come within a week.")
    with pytest.raises(NotNow, match="a second person"), journal.as_("Dara") as unit:
        findings.resolve(unit, journal.ref, note="Results come within a week.")
    assert journal.told() == []
    journal.until(day(APR, 9))
    with journal.as_("Chan") as unit:
        resolved = findings.resolve(unit, journal.ref, note="Read the evidence.")
    assert resolved.status is FindingStatus.RESOLVED
    assert resolved.reached_stage == 2
    assert journal.told() == [
        (day(APR, 9), "finding_resolved", "Dara"),
        (day(APR, 9), "finding_resolved", "health_centre"),
    ]
    owed = journal.owed()
    assert owed.keys() == {Kind.TELL_COMMUNITY, Kind.SUSTAIN}
    assert owed[Kind.TELL_COMMUNITY] == ("running", day(APR, 28), 0)

    # -- The community is told, late enough for one reminder.
    journal.until(day(APR, 20))
    with journal.as_("Chan") as unit:
        findings.tell_community(unit, journal.ref, note="Told at the monthly meeting.")
    assert journal.told() == [(day(APR, 17), "reminded", "advocates")]

    # -- Weeks later it has broken again: open again, at the stage it had reached, with a new date.
    journal.until(day(MAY, 18))
    with journal.as_("Chan") as unit:
        again = findings.check_sustained(
            unit, journal.ref, still_fixed=False, note="No results again for a month."
        )
    assert (again.status, again.reopened) == (FindingStatus.OPEN, 1)
    assert journal.told() == [(day(MAY, 18), "finding_reopened", "health_centre")]
    assert journal.owed() == {Kind.AGREE: ("running", day(JUN, 1), 2)}

    # -- Unanswered, the next stage is the third, the district's, not the first.
    journal.until(day(JUN, 7))
    assert journal.told() == []
    journal.until(day(JUN, 8))
    assert journal.told() == [
        (day(JUN, 8), "stage_entered", "district"),
        (day(JUN, 8), "stage_entered", "health_centre"),
    ]
    assert journal.owed() == {Kind.AGREE: ("running", day(JUN, 1), 3)}
    journal.adds_up()
