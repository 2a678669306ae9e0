"""What becomes of a finding that nobody answers, from the first draft to the national programme? (R3, R9, R20 to R29)

High severity: 5 working days to acknowledge; stages after 1, 5, 5, 5 and 10 working days. In April 2026 the 14th to the
16th are Khmer New Year. Every day below was counted by hand.
"""

from datetime import date, datetime

import pytest

from clm_tracker.commands import escalation, findings
from clm_tracker.domain.words import FindingStatus, Kind, ProposalState
from clm_tracker.kernel.refusals import NotAllowed
from tests.journeys.journal import PHNOM_PENH, Journal

MAR, APR = 3, 4


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def test_from_the_draft_to_the_national_programme(journal: Journal) -> None:
    # -- Monday: a draft is nobody else's; opening tells the post, and only the post.
    journal.ref = journal.cast.draft(journal.now).ref
    assert journal.told() == []
    assert not journal.sees("Sophea")
    with journal.as_("Dara") as unit:
        findings.open_(unit, journal.ref)
    assert journal.told() == [(day(MAR, 2), "finding_opened", "health_centre")]
    assert journal.owed() == {Kind.ACKNOWLEDGE: ("running", day(MAR, 9), 0)}
    assert journal.sees("Sophea")

    # -- A reminder two working days before the due day; the due day itself is silent.
    journal.until(day(MAR, 9), hour=23)
    assert journal.told() == [(day(MAR, 5), "reminded", "health_centre")]
    assert journal.owed() == {Kind.ACKNOWLEDGE: ("running", day(MAR, 9), 0)}

    # -- Stage 1, one working day later: still between the site and the programme.
    journal.until(day(MAR, 16))
    assert journal.told() == [(day(MAR, 10), "stage_entered", "health_centre")]
    assert journal.owed() == {Kind.ACKNOWLEDGE: ("running", day(MAR, 9), 1)}
    assert not journal.sees("Kosal")

    # -- Stage 2, the formal letter, with a copy to the district; stage 3 is the district's own.
    journal.until(day(MAR, 23))
    assert journal.told() == [
        (day(MAR, 17), "stage_entered", "district"),
        (day(MAR, 17), "stage_entered", "health_centre"),
    ]
    assert journal.sees("Kosal")
    journal.until(day(MAR, 30))
    assert journal.told() == [
        (day(MAR, 24), "stage_entered", "district"),
        (day(MAR, 24), "stage_entered", "health_centre"),
    ]
    assert not journal.sees("Ratha")

    # -- Stage 4: the province hears of it for the first time.
    journal.until(day(APR, 16))
    assert journal.told() == [
        (day(MAR, 31), "stage_entered", "health_centre"),
        (day(MAR, 31), "stage_entered", "province"),
    ]
    assert journal.sees("Ratha")

    # -- Stage 5 needs the committee: it is proposed, not entered, and the decision is owed like anything else.
    journal.until(day(APR, 17))
    assert journal.told() == [(day(APR, 17), "stage_proposed", "committee")]
    assert journal.owed() == {
        Kind.ACKNOWLEDGE: ("awaiting_decision", day(MAR, 9), 4),
        Kind.DECIDE: ("running", day(APR, 24), 0),
    }

    # -- Nobody decides: the committee is reminded, before and after, and nothing is entered by itself.
    journal.until(day(APR, 27))
    assert journal.told() == [
        (day(APR, 22), "reminded", "committee"),
        (day(APR, 27), "stage_entered", "committee"),
    ]
    assert journal.owed() == {
        Kind.ACKNOWLEDGE: ("awaiting_decision", day(MAR, 9), 4),
        Kind.DECIDE: ("running", day(APR, 24), 1),
    }

    # -- Who logged it does not decide, nor does a member of the same organisation; another member does.
    journal.until(day(APR, 28))
    (proposal,) = journal.case.proposals.values()
    for name, reason in (("Dara", "Only a member of the steering committee"), ("Vanna", "You are recused")):
        with pytest.raises(NotAllowed, match=reason), journal.as_(name) as unit:
            escalation.approve(unit, proposal.id)
    with journal.as_("Bopha") as unit:
        assert escalation.approve(unit, proposal.id).state is ProposalState.APPROVED
    assert journal.told() == [
        (day(APR, 28), "proposal_approved", "advocates"),
        (day(APR, 28), "stage_entered", "health_centre"),
        (day(APR, 28), "stage_entered", "national"),
    ]
    assert journal.owed() == {Kind.ACKNOWLEDGE: ("running", day(MAR, 9), 5)}

    # -- Both moments are kept: when the stage was due, and when it was entered.
    (owed,) = journal.case.live(Kind.ACKNOWLEDGE)
    assert owed.stage_missed_at == datetime(2026, APR, 17, tzinfo=PHNOM_PENH)
    assert owed.stage_entered_at == journal.now
    assert journal.case.finding.status is FindingStatus.OPEN
    journal.adds_up()
