"""How do findings live that nobody answers, that a post refuses, or whose promise was broken?

Every ladder is climbed to each of its eight stages, by one of these ways. The ages follow from the shipped waits.
"""

from clm_tracker.demo.people import By
from clm_tracker.demo.plots import step as s
from clm_tracker.demo.plots.step import Act, Aim, Plot, Step
from clm_tracker.domain.words import Severity

CRITICAL, HIGH, STANDARD, SYSTEMIC = Severity
_STANDS = (
    "a reminder has gone out",
    "the formal letter",
    "the district has been told",
    "the province has been told",
    "the committee took it to the national programme",
    "the oversight body has it",
    "the public campaign, with the reply beside the claim",
    "every earlier stage failed; a formal remedy was asked for",
)


def _climbing(
    how: str,
    about: str,
    severity: Severity,
    stage: int,
    age: tuple[int, int],
    first: tuple[Step, ...] = (),
) -> Plot:
    """A plot `how_severity_stage`: `first`, then what carries it up to its stage."""
    return Plot(
        f"{how}_{severity}_{stage}",
        f"{about}: {_STANDS[stage - 1]}.",
        Aim.CLIMBING,
        age,
        (*first, *s.up_to(stage)),
        stage=stage,
        severities=frozenset({severity}),
    )


def _unanswered(severity: Severity, stage: int, age: tuple[int, int]) -> Plot:
    return _climbing("silent", "Unanswered", severity, stage, age)


def _refused(severity: Severity, stage: int, age: tuple[int, int]) -> Plot:
    refusal = (
        Step("1wd", By.POST, Act.ACKNOWLEDGE, "Received."),
        Step("1wd", By.POST, Act.REFUSE, "This is outside our power: {obstacle}"),
    )
    return _climbing("refused", "Outside the post's power, as it says", severity, stage, age, refusal)


def _broken(severity: Severity, stage: int, age: tuple[int, int], due: str) -> Plot:
    about = "A date was agreed and passed without a word"
    return _climbing("broken", about, severity, stage, age, s.agree(due))


PLOTS = (
    _unanswered(CRITICAL, 1, (4, 4)),
    _unanswered(CRITICAL, 3, (7, 8)),
    _broken(CRITICAL, 4, (19, 20), "7wd"),
    _unanswered(CRITICAL, 5, (15, 18)),
    _refused(CRITICAL, 6, (21, 24)),
    _broken(CRITICAL, 7, (47, 54), "7wd"),
    _unanswered(CRITICAL, 8, (68, 74)),
    _unanswered(HIGH, 1, (8, 10)),
    _unanswered(HIGH, 2, (13, 15)),
    _refused(HIGH, 3, (14, 16)),
    _unanswered(HIGH, 4, (25, 29)),
    _unanswered(HIGH, 5, (40, 42)),
    _unanswered(HIGH, 7, (80, 84)),
    _unanswered(HIGH, 8, (112, 117)),
    _unanswered(STANDARD, 2, (19, 24)),
    _broken(STANDARD, 2, (33, 34), "18wd"),
    _unanswered(STANDARD, 3, (29, 34)),
    _unanswered(STANDARD, 4, (39, 43)),
    _broken(STANDARD, 6, (72, 86), "15wd"),
    _unanswered(STANDARD, 7, (93, 107)),
    _unanswered(STANDARD, 8, (131, 136)),
    _unanswered(SYSTEMIC, 2, (27, 34)),
    _unanswered(SYSTEMIC, 3, (40, 45)),
    _refused(SYSTEMIC, 4, (30, 45)),
    _unanswered(SYSTEMIC, 6, (93, 108)),
    _unanswered(SYSTEMIC, 7, (123, 136)),
    _refused(SYSTEMIC, 8, (144, 148)),
    # The same, with something more to tell.
    Plot(
        "broken_at_forum",
        "What was agreed in front of the community at the December forum has not come.",
        Aim.CLIMBING,
        (65, 65),
        s.agree("58wd"),
        stage=1,
        severities=s.SYSTEMIC,
    ),
    Plot(
        "escalated_early",
        "An advocate went to the next stage before its day, with a reason.",
        Aim.CLIMBING,
        (5, 5),
        (
            Step(
                "1wd",
                By.ADVOCATE,
                Act.ESCALATE,
                "The formal letter goes now: people were sent home again this week.",
                awaits="stage:1",
            ),
        ),
        stage=2,
        severities=s.CRITICAL,
    ),
    Plot(
        "nobody_answers",
        "Nobody answered at any level; the committee has not decided in time either.",
        Aim.CLIMBING,
        (42, 44),
        (s.WATCHED,),
        stage=4,
        severities=s.HIGH,
    ),
    Plot(
        "national_deferred",
        "At the national programme; the next stage was put off to a date.",
        Aim.CLIMBING,
        (94, 108),
        (
            s.approve(5),
            Step(
                "2wd",
                By.CHAIR,
                Act.DEFER,
                "The national programme has asked for two meetings first.",
                awaits="proposal:6",
                due="25wd",
            ),
        ),
        stage=5,
        severities=s.SYSTEMIC,
    ),
    Plot(
        "national_refused",
        "At the national programme; the committee refused the next stage for now.",
        Aim.CLIMBING,
        (62, 68),
        (
            s.approve(5),
            Step(
                "2wd",
                By.CHAIR,
                Act.REFUSE_STAGE,
                "A draft circular exists; going further now would not help.",
                awaits="proposal:6",
            ),
        ),
        stage=5,
        severities=s.STANDARD,
    ),
    Plot(
        "oversight_one_approval",
        "A public stage is asked for: risk check done, reply given, one of two approvals.",
        Aim.CLIMBING,
        (70, 74),
        (*s.up_to(6), *s.publicly(7)[:3]),
        stage=6,
        severities=s.HIGH,
    ),
)
