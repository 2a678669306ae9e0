"""What is a plot made of: acts, steps, and the runs of steps that many plots share?

A step falls due `after` its wait, counted in working days from the later of the step before it and of what it
`awaits`. So a plot survives other waits on the ladder. Texts may hold a finding's own words in braces.
"""

from dataclasses import dataclass
from enum import StrEnum

from clm_tracker.demo.people import By
from clm_tracker.domain.words import AgreedWhere, PauseReason, Severity


class Act(StrEnum):
    """What a step does: one command each."""

    ACKNOWLEDGE = "acknowledge"
    PROPOSE_ACTION = "propose_action"
    ACCEPT_ACTION = "accept_action"
    IMPOSE_ACTION = "impose_action"
    DROP_ACTION = "drop_action"
    REPORT_DONE = "report_done"
    ADD_EVIDENCE = "add_evidence"
    VERIFY_FIXED = "verify_fixed"
    VERIFY_PARTLY = "verify_partly"
    VERIFY_NOT_FIXED = "verify_not_fixed"
    RESOLVE = "resolve"
    CONFIRM_RESOLUTION = "confirm_resolution"
    TELL_COMMUNITY = "tell_community"
    SUSTAIN_OK = "sustain_ok"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    PAUSE = "pause"
    RESUME = "resume"
    TRANSFER = "transfer"
    ACCEPT_TRANSFER = "accept_transfer"
    DECLINE_TRANSFER = "decline_transfer"
    REFUSE = "refuse"
    ROUTE = "route"
    ESCALATE = "escalate"
    RISK_CHECK = "risk_check"
    CLOSE_UNRESOLVABLE = "close_unresolvable"
    MERGE = "merge"
    REPLY = "reply"
    APPROVE = "approve"
    DEFER = "defer"
    REFUSE_STAGE = "refuse_stage"
    REVIEW = "review"


class Aim(StrEnum):
    """What a plot is meant to show on the demonstration's "today"."""

    DRAFT = "draft"
    TO_ROUTE = "to_route"
    RUNNING = "running"
    PAUSED = "paused"
    TO_VERIFY = "to_verify"
    TO_CONFIRM = "to_confirm"
    CLIMBING = "climbing"
    RESOLVED = "resolved"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Step:
    """One act. `due` is a date that the act names, in working days from the step; `to` a transfer's or route's post.

    `awaits` is `stage:N` (entered) or `proposal:N` (waiting for the committee). `risk` answers the three questions of a
    risk check: who could be harmed, how it is said, who has the last word.
    """

    after: str
    by: By
    act: Act
    text: str = ""
    awaits: str = ""
    due: str = ""
    to: str = ""
    evidence: str = ""
    reason: PauseReason | None = None
    risk: tuple[str, str, str] | None = None
    where: AgreedWhere = AgreedWhere.HERE


@dataclass(frozen=True, slots=True)
class Plot:
    """A life. `age` is how many working days before "today" it opened, at least and at most.

    With aim `climbing`, `stage` is the stage the finding stands on today. `severities` are those it fits.
    """

    key: str
    about: str
    aim: Aim
    age: tuple[int, int]
    steps: tuple[Step, ...] = ()
    stage: int = 0
    severities: frozenset[Severity] = frozenset(Severity)


HIGH = frozenset({Severity.HIGH})
STANDARD = frozenset({Severity.STANDARD})
CRITICAL = frozenset({Severity.CRITICAL})
SYSTEMIC = frozenset({Severity.SYSTEMIC})
SLOW = frozenset({Severity.STANDARD, Severity.SYSTEMIC})
NOT_CRITICAL = frozenset({Severity.HIGH, Severity.STANDARD, Severity.SYSTEMIC})

ACK = Step("2wd", By.POST, Act.ACKNOWLEDGE, "Received. The team will look into it and answer.")
CONFIRM = Step("1wd", By.SECOND_ADVOCATE, Act.CONFIRM_RESOLUTION, "Read the evidence and agreed.")
TELL = Step("4wd", By.ADVOCATE, Act.TELL_COMMUNITY, "Told at the monthly meeting of the community network.")


def agree(due: str, *, first: Step = ACK, where: AgreedWhere = AgreedWhere.MEETING) -> tuple[Step, ...]:
    """Received, proposed by the post with a date `due` working days ahead, accepted by the community (5 working days)."""
    return (
        first,
        Step("2wd", By.POST, Act.PROPOSE_ACTION, "{remedy}", due=due),
        Step("1wd", By.ADVOCATE, Act.ACCEPT_ACTION, where=where),
    )


def report(after: str, awaits: str = "") -> Step:
    """The post says that the action is done."""
    return Step(after, By.POST, Act.REPORT_DONE, "Done: {remedy}", awaits=awaits)


def check(after: str, act: Act, text: str = "Visited and checked: {check}") -> Step:
    """The community's own check, with a piece of evidence that is not the duty bearer's."""
    return Step(after, By.ADVOCATE, act, text, evidence="Notes of the monitors' visit: {check}")


def resolve() -> tuple[Step, ...]:
    """Resolved by one community member, confirmed by another (R18)."""
    return (
        Step(
            "1wd",
            By.ADVOCATE,
            Act.RESOLVE,
            "The agreed change is in place.",
            evidence="Monitors' record: {check}",
        ),
        CONFIRM,
    )


def approve(stage: int, after: str = "2wd") -> Step:
    """One approval of a stage that waits for the committee."""
    return Step(after, By.CHAIR, Act.APPROVE, awaits=f"proposal:{stage}")


def publicly(stage: int) -> tuple[Step, ...]:
    """What a public stage needs: a risk check, the reply (invited by the proposal itself), two approvers (R27)."""
    return (
        Step(
            "2wd",
            By.COORDINATOR,
            Act.RISK_CHECK,
            awaits=f"proposal:{stage}",
            risk=(
                "People who use the service could be recognised by days and small numbers; so could single members of staff.",
                "With totals by round only: no dates of visits, and nothing about staff.",
                "The network of the people it is about has the last word, also after approval.",
            ),
        ),
        Step("3wd", By.POST, Act.REPLY, "{reply}"),
        Step("4wd", By.CHAIR, Act.APPROVE),
        Step("1wd", By.MEMBER, Act.APPROVE),
    )


_REVIEWED = Step(
    "10wd",
    By.CHAIR,
    Act.REVIEW,
    "The complaint has been received; the committee asks the ombudsperson for a date before the next review.",
)
WATCHED = Step(
    "3wd",
    By.ADVOCATE,
    Act.ADD_EVIDENCE,
    "Asked again at the site; nothing has changed.",
    evidence="Notes of a second visit.",
    awaits="stage:2",
)


def up_to(stage: int) -> tuple[Step, ...]:
    """What carries a finding that the engine moves up the ladder to `stage`: approvals, and a second look on the way."""
    return (
        *((WATCHED,) if stage in {3, 4} else ()),
        *((approve(5),) if stage >= 5 else ()),
        *((approve(6),) if stage >= 6 else ()),
        *(publicly(7) if stage >= 7 else ()),
        *((*publicly(8), _REVIEWED) if stage == 8 else ()),
    )
