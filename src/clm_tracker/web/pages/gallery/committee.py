"""What does a committee's room show, by example?"""

from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.components import strong
from clm_tracker.web.pages.gallery.days import STAGES, on

OVERDUE = (
    (9, 4, 1, 0),
    (2, 7, 3, 0),
    (0, 3, 4, 1),
    (0, 1, 3, 2),
    (0, 0, 2, 1),
    (0, 0, 1, 1),
    (0, 0, 0, 1),
    (0,) * 4,
)


def decisions() -> tuple[c.Decision, ...]:
    """One that cannot be approved yet, and one that can."""
    defer, refuse = c.Button("Defer", href="#defer"), c.Button("Refuse", href="#refuse")
    paper = ("Approve", "Defer to ____________", "Refuse")
    waiting = c.Button(
        "Approve",
        why_not="The Provincial Health Department may reply until the end of today. Approval opens on Fri 16 October.",
        id="approve-61",
    )
    return (
        c.Decision(
            "d61",
            "F-2026-0061",
            6,
            8,
            7,
            STAGES[6],
            c.Link("Condoms withheld from entertainment workers, two health centres", "#f61"),
            c.words(
                "{late} Asked for on 1 October, decide by {day}.",
                late=strong("3 working days late."),
                day=on(8),
            ),
            c.Form("/proposals/61/approve", waiting, once="01J0D61", also=(defer, refuse)),
            (
                c.Check("Risk check done 9 Oct", c.Icon.TICK),
                c.Check("1 of 2 approvals", c.Icon.KEY),
                c.Check("Right of reply open until tonight"),
            ),
            paper,
            1,
        ),
        c.Decision(
            "d88",
            "F-2026-0088",
            4,
            8,
            5,
            STAGES[4],
            c.Link("Equity card holders charged for a chest X-ray, three hospitals", "#f88"),
            c.words("{by}, in 1 working day. Asked for on 7 October.", by=strong("Decide by Fri 16 October")),
            c.Form(
                "/proposals/88/approve",
                c.Button("Approve", c.Look.MAIN),
                once="01J0D88",
                also=(defer, refuse),
            ),
            (c.Check("0 of 1 approval", c.Icon.KEY),),
            paper,
            2,
        ),
    )


def ages() -> c.Ages:
    """Forty-six overdue obligations."""
    per = c.scale([n for row in OVERDUE for n in row])

    def number(n: int) -> c.Count:
        return c.count(words.number(n), n, "#overdue", per=per)

    def total(n: int) -> c.Count:
        return c.Count(words.number(n), "#overdue" if n else None)

    columns = [sum(row[i] for row in OVERDUE) for i in range(4)]
    return c.Ages(
        "46 overdue obligations. One square is one obligation; columns are working days since its date.",
        ("1–5", "6–20", "21–60", "61+"),
        tuple(
            c.AgeRow(
                n, c.heat(n, 8), name, tuple(number(x) for x in OVERDUE[n - 1]), total(sum(OVERDUE[n - 1]))
            )
            for n, name in enumerate(STAGES, 1)
        ),
        tuple(total(n) for n in (*columns, sum(columns))),
        (c.Fact("Paused: the clock stands still, so nothing becomes late.", "3", "#paused"),),
    )
