"""How do findings live that are new, answered, stopped or sent elsewhere?"""

from clm_tracker.demo.people import By
from clm_tracker.demo.plots import step as s
from clm_tracker.demo.plots.step import Act, Aim, Plot, Step
from clm_tracker.domain.words import AgreedWhere, PauseReason

PLOTS = (
    # Not yet anybody's, or just opened.
    Plot("draft", "A draft that is still being written.", Aim.DRAFT, (1, 3)),
    Plot("to_route", "No route fits; the coordinator owes one.", Aim.TO_ROUTE, (1, 1)),
    Plot("fresh", "Just opened; the acknowledgement is not due yet.", Aim.RUNNING, (1, 2)),
    Plot(
        "routed",
        "No route fitted; the coordinator named the post.",
        Aim.RUNNING,
        (4, 6),
        (
            Step("1wd", By.COORDINATOR, Act.ROUTE, "The scheme is the office that pays.", to="equity-fund"),
            Step("2wd", By.POST, Act.ACKNOWLEDGE, "Received. The scheme will answer in writing."),
        ),
        severities=s.NOT_CRITICAL,
    ),
    # Answered, agreed, under way.
    Plot(
        "acknowledged",
        "Received; an action is to be agreed.",
        Aim.RUNNING,
        (4, 6),
        (s.ACK,),
        severities=s.NOT_CRITICAL,
    ),
    Plot(
        "proposed",
        "The post proposed an action; the community has not answered.",
        Aim.RUNNING,
        (5, 7),
        s.agree("20wd")[:2],
        severities=s.NOT_CRITICAL,
    ),
    Plot(
        "promised",
        "A date was agreed and is still ahead.",
        Aim.RUNNING,
        (9, 16),
        s.agree("25wd"),
        severities=s.NOT_CRITICAL,
    ),
    Plot(
        "promised_soon",
        "Urgent: answered the next day, with a date this week.",
        Aim.RUNNING,
        (6, 7),
        s.agree("6wd", first=Step("1wd", By.POST, Act.ACKNOWLEDGE, "Received today.")),
        severities=s.CRITICAL,
    ),
    Plot(
        "promised_in_forum",
        "Agreed in front of the community at the December forum.",
        Aim.RUNNING,
        (65, 65),
        s.agree("80wd", where=AgreedWhere.MEETING),
        severities=s.SLOW,
    ),
    Plot(
        "imposed",
        "The post did not answer the community's proposal, so the action was set without agreement.",
        Aim.RUNNING,
        (13, 17),
        (
            s.ACK,
            Step("3wd", By.ADVOCATE, Act.PROPOSE_ACTION, "{remedy}", due="25wd"),
            Step(
                "4wd",
                By.ADVOCATE,
                Act.IMPOSE_ACTION,
                "Two calls and a visit brought no answer to our proposal.",
            ),
        ),
        severities=s.HIGH | s.STANDARD,
    ),
    Plot(
        "dropped",
        "A first action was dropped, as it would not help; another one was agreed.",
        Aim.RUNNING,
        (16, 20),
        (
            s.ACK,
            Step(
                "2wd", By.POST, Act.PROPOSE_ACTION, "Remind all staff of the rule in a circular", due="10wd"
            ),
            Step("1wd", By.ADVOCATE, Act.ACCEPT_ACTION, where=AgreedWhere.MEETING),
            Step(
                "4wd",
                By.ADVOCATE,
                Act.DROP_ACTION,
                "Staff showed us the same circular of last year; a reminder alone changes nothing.",
            ),
            Step("2wd", By.POST, Act.PROPOSE_ACTION, "{remedy}", due="15wd"),
            Step("1wd", By.ADVOCATE, Act.ACCEPT_ACTION, where=AgreedWhere.MEETING),
        ),
        severities=s.NOT_CRITICAL,
    ),
    Plot(
        "extended",
        "More time was asked for and given once.",
        Aim.RUNNING,
        (24, 28),
        (
            *s.agree("18wd"),
            Step("10wd", By.POST, Act.ASK_EXTENSION, "{obstacle}", due="25wd"),
            Step("2wd", By.ADVOCATE, Act.GRANT_EXTENSION, "The reason holds; one more time."),
        ),
    ),
    Plot(
        "extended_twice",
        "The promise was stretched twice and still runs.",
        Aim.RUNNING,
        (44, 48),
        (
            *s.agree("15wd"),
            Step("10wd", By.POST, Act.ASK_EXTENSION, "{obstacle}", due="18wd"),
            Step("2wd", By.ADVOCATE, Act.GRANT_EXTENSION, "The reason holds."),
            Step("12wd", By.POST, Act.ASK_EXTENSION, "The same as before: {obstacle}", due="30wd"),
            Step("2wd", By.ADVOCATE, Act.GRANT_EXTENSION, "The second and last extension."),
        ),
    ),
    Plot(
        "extension_refused",
        "More time was refused and the date then passed.",
        Aim.CLIMBING,
        (26, 27),
        (
            *s.agree("18wd"),
            Step("12wd", By.POST, Act.ASK_EXTENSION, "{obstacle}", due="30wd"),
            Step(
                "2wd",
                By.ADVOCATE,
                Act.REFUSE_EXTENSION,
                "People go without meanwhile; a part can be done now.",
            ),
        ),
        stage=1,
        severities=s.HIGH | s.STANDARD,
    ),
    # Clocks that stand still.
    Plot(
        "paused",
        "The clock stands still for a while, for a reason both sides see.",
        Aim.PAUSED,
        (18, 20),
        (
            *s.agree("25wd"),
            Step(
                "8wd",
                By.COORDINATOR,
                Act.PAUSE,
                "{obstacle}",
                due="12wd",
                reason=PauseReason.FORCE_MAJEURE,
            ),
        ),
    ),
    Plot(
        "pause_over",
        "The clock stood still and runs again.",
        Aim.RUNNING,
        (30, 34),
        (
            *s.agree("28wd"),
            Step("4wd", By.COORDINATOR, Act.PAUSE, "{obstacle}", due="14wd", reason=PauseReason.AGREED),
            Step("9wd", By.COORDINATOR, Act.RESUME),
        ),
    ),
    Plot(
        "safety_freeze",
        "Frozen: going on could put people at risk. Only the community side lifts it.",
        Aim.PAUSED,
        (12, 16),
        (
            Step("1wd", By.POST, Act.ACKNOWLEDGE, "Received."),
            Step(
                "1wd",
                By.ADVOCATE,
                Act.PAUSE,
                "People who spoke with the monitors asked to wait until they feel safe.",
                reason=PauseReason.SAFETY,
            ),
        ),
    ),
    # Wrong addresses.
    Plot(
        "transfer_asked",
        "The post says it belongs to another office; the community has not answered.",
        Aim.RUNNING,
        (3, 4),
        (Step("2wd", By.POST, Act.TRANSFER, "{obstacle}", to="{transfer_to}"),),
        severities=s.NOT_CRITICAL,
    ),
    Plot(
        "transfer_declined",
        "The post said it belongs to another office; the community found that it stays.",
        Aim.RUNNING,
        (7, 9),
        (
            Step("2wd", By.POST, Act.TRANSFER, "{obstacle}", to="{transfer_to}"),
            Step("1wd", By.ADVOCATE, Act.DECLINE_TRANSFER, "What is asked lies in this office's own hands."),
            Step("2wd", By.POST, Act.ACKNOWLEDGE, "Received. We will answer ourselves."),
        ),
        severities=s.NOT_CRITICAL,
    ),
    Plot(
        "transferred",
        "It moved to the office that decides, which has received it.",
        Aim.RUNNING,
        (10, 12),
        (
            Step("3wd", By.POST, Act.TRANSFER, "{obstacle}", to="{transfer_to}"),
            Step("1wd", By.ADVOCATE, Act.ACCEPT_TRANSFER),
            Step("3wd", By.NEW_POST, Act.ACKNOWLEDGE, "Received. It is ours to answer."),
        ),
        severities=s.NOT_CRITICAL,
    ),
    Plot(
        "transferred_resolved",
        "It moved to the office that decides, which put it right.",
        Aim.RESOLVED,
        (60, 66),
        (
            Step("3wd", By.POST, Act.TRANSFER, "{obstacle}", to="{transfer_to}"),
            Step("1wd", By.ADVOCATE, Act.ACCEPT_TRANSFER),
            Step("3wd", By.NEW_POST, Act.ACKNOWLEDGE, "Received. It is ours to answer."),
            Step("2wd", By.NEW_POST, Act.PROPOSE_ACTION, "{remedy}", due="20wd"),
            Step("1wd", By.ADVOCATE, Act.ACCEPT_ACTION, where=AgreedWhere.LETTER),
            Step("15wd", By.NEW_POST, Act.REPORT_DONE, "Done: {remedy}"),
            s.check("4wd", Act.VERIFY_FIXED),
            *s.resolve(),
            s.TELL,
        ),
        severities=s.NOT_CRITICAL,
    ),
    # Ended without being put right.
    Plot(
        "unresolvable",
        "The committee closed it, with a reason: nobody in the programme's reach can change it.",
        Aim.CLOSED,
        (40, 50),
        (
            s.ACK,
            Step("5wd", By.POST, Act.REFUSE, "{obstacle}"),
            Step(
                "12wd",
                By.CHAIR,
                Act.CLOSE_UNRESOLVABLE,
                "The committee saw the papers: the building belongs to the commune, which has its own plan.",
            ),
        ),
        severities=s.SLOW,
    ),
    Plot(
        "merged",
        "The same problem was already on record; this one joined it.",
        Aim.CLOSED,
        (12, 14),
        (
            Step(
                "2wd",
                By.ADVOCATE,
                Act.MERGE,
                "The same problem at the same site; followed there.",
                to="{repeats}",
            ),
        ),
        severities=s.NOT_CRITICAL,
    ),
)
