"""What does the page of a finding show, by example?"""

from datetime import date

from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.components import link, strong
from clm_tracker.web.pages.gallery.days import STAGES, TODAY, at, mark, on, rung


def owes() -> c.Owes:
    """A corrective action that is late, and what happens next."""
    return c.Owes(
        c.words(
            "{who} owes a sample run to the Battambang laboratory twice a week."
            " It was due {when}, 12 working days ago.",
            who=strong("The Chief of Thma Koul Health Centre"),
            when=strong(on(25, 9, words.Style.LONG)),
        ),
        c.words(
            "If nothing is done, {stage} begins on {when}, in 4 working days.",
            stage=strong("stage 3, District,"),
            when=strong(on(21, 10, words.Style.LONG)),
        ),
        c.Button("What you can do", c.Look.MAIN, href="#acts"),
    )


def due() -> c.Due:
    """Ten working days over Pchum Ben."""
    holidays = {10: "Pchum Ben", 11: "Pchum Ben", 12: "Pchum Ben", 15: "King Norodom Sihanouk Mourning Day"}
    days = [
        c.Day(
            date(2026, 10, n),
            n not in holidays and date(2026, 10, n).weekday() < 5,
            holidays.get(n, "weekend"),
            weekend=n not in holidays and date(2026, 10, n).weekday() >= 5,
        )
        for n in range(6, 22)
    ]
    why = c.calendar(
        "10 working days after stage 2 was entered. Each day is counted, or skipped and why.",
        date(2026, 10, 5),
        days,
        TODAY,
        start_says="stage 2 entered; the start day does not count",
        end_says="stage 3 begins",
    )
    return c.Due("due", "Stage 3 begins", on(21, 10, words.Style.LONG), words.countdown(4), why, open=True)


def ladder() -> c.Ladder:
    """The second stage reached, the third near."""
    reach = (c.Reach.CLIMBED, c.Reach.NOW, c.Reach.NEXT, *(c.Reach.LATER,) * 5)
    gates = (*(c.Gate.OPEN,) * 4, *(c.Gate.APPROVAL,) * 2, *(c.Gate.PUBLIC,) * 2)
    lines: dict[int, tuple[c.Words, ...]] = {
        1: (c.words("Entered {when}", when=on(28, 9)), c.words("Told: Chief, Thma Koul Health Centre")),
        2: (
            c.words("Since {when}", when=on(5)),
            c.words(
                "Told: Chief; copy to Director, Thma Koul Operational District. {letter}",
                letter=link("Letter 311", "#letters"),
            ),
        ),
        3: (c.words("Will be told: Director, Thma Koul Operational District"),),
        4: (c.words("not before {when}", when=on(5, 11)),),
    }
    gate_says = {
        c.Gate.OPEN: "Stages 1 to 4 begin by themselves when their date comes",
        c.Gate.APPROVAL: "One approval by the committee",
        c.Gate.PUBLIC: "Public: two approvers, a risk check, a right of reply",
    }
    return c.Ladder(
        tuple(
            c.Step(
                n,
                name,
                reach[n - 1],
                lines.get(n, ()),
                c.words("{when}, in 4 working days, if nothing is done", when=on(21)) if n == 3 else (),
                gates[n - 1],
                gate_says[gates[n - 1]],
            )
            for n, name in enumerate(STAGES, 1)
        ),
        tuple(gate_says.items()),
    )


def promises() -> tuple[c.Promise, ...]:
    """One kept, one that slipped twice."""
    kept = c.Promised(
        date(2026, 7, 27), date(2026, 8, 14), reported=date(2026, 8, 12), verified=date(2026, 8, 21)
    )
    slipped = c.Promised(date(2026, 7, 27), date(2026, 8, 28), moved=(date(2026, 9, 11), date(2026, 9, 25)))
    both = c.axis((kept, slipped), TODAY)
    return (
        c.Promise(
            "promise-1",
            "Results given by telephone the day they arrive",
            "Kept, 2 days early",
            "Agreed 27 July, promised for 14 August, reported done 12 August, verified 21 August."
            " The bar is whole.",
            *c.drawing(kept, both, TODAY),
            both.at(TODAY),
            (
                c.PromiseDate("Agreed", mark(27, 7)),
                c.PromiseDate("Promised", mark(14, 8), c.Mark.FIRST),
                c.PromiseDate("Reported done", mark(12, 8), c.Mark.REPORTED),
                c.PromiseDate("Verified", mark(21, 8), c.Mark.VERIFIED, " by Prak Dara"),
            ),
        ),
        c.Promise(
            "promise-2",
            "A sample run to Battambang twice a week",
            "Slipped twice, not reported",
            "Agreed 27 July, first promised for 28 August, moved to 11 September, moved to 25 September,"
            " not reported by today, 14 October. The bar is stretched.",
            *c.drawing(slipped, both, TODAY),
            both.at(TODAY),
            (
                c.PromiseDate("Agreed", mark(27, 7)),
                c.PromiseDate("First promised", mark(28, 8), c.Mark.FIRST),
                c.PromiseDate("Moved to", mark(11, 9), c.Mark.MOVED, ": motorbike in repair"),
                c.PromiseDate("Moved to", mark(25, 9), c.Mark.MOVED, ": fuel not released"),
            ),
        ),
    )


def obligations() -> c.Obligations:
    """One running, one met."""
    chief = "Chief, Thma Koul Health Centre"
    return c.Obligations(
        "What is owed about F-2026-0147",
        (
            c.Obligation(
                c.words("A sample run twice a week"),
                chief,
                on(25, 9),
                words.countdown(-12),
                "Running",
                rung=rung(2),
                late=True,
            ),
            c.Obligation(
                c.words("Say that it was received"), chief, on(16, 7), "met on 15 July", "Met", over=True
            ),
        ),
    )


def known() -> tuple[c.Told, ...]:
    """What is known about one action."""
    return (
        c.Told("How it is checked", c.words("The register of the {site}, on two days", site="health centre")),
        c.Told("Its fingerprint", c.plain("9f2c4d1e"), exact=True),
    )


def acts() -> tuple[c.Act, ...]:
    """One to unfold, one unfolded, one refused."""
    answer = c.Form(
        "/findings/F-2026-0147/answer",
        c.Button("Keep the answer in the record", c.Look.MAIN),
        (
            c.Field("answer", "What the health centre said", c.FieldKind.TEXTAREA, scope="answer"),
            c.Field(
                "said_on", "On which day", c.FieldKind.DATE, "2026-10-14", most="2026-10-14", scope="answer"
            ),
        ),
        once="01J0ANSWER",
        version=17,
    )
    early = c.Form(
        "/obligations/7/escalate",
        c.Button("Enter stage 3 now", c.Look.MAIN),
        (c.Field("reason", "Why before its date", hint="It stands in the record.", scope="early"),),
        once="01J0EARLY",
        version=17,
        hidden=(("from_stage", "2"),),
    )
    verify = c.Form(
        "/actions/2/verify",
        c.Button(
            "Verify the sample run",
            why_not="Nothing to verify yet: the health centre has not reported this action done.",
            id="verify-run",
        ),
        once="01J0VERIFY",
        version=17,
    )
    return (
        c.Act("act-answer", "Record an answer from the health centre", answer, main=True),
        c.Act(
            "act-early",
            "Escalate early, to stage 3",
            early,
            "The Director of the district is told today.",
            open=True,
        ),
        c.Act("act-verify", "Verify the sample run", verify),
    )


def beside() -> c.Beside:
    """A claim with its reply."""
    return c.Beside(
        c.Side(
            "What was found",
            "14 of 19 people interviewed in round 2026-Q3 waited six weeks or more for a viral load result."
            " The guideline says two weeks. Five said they stopped asking.",
            c.words("Logged by the provincial network, 13 July"),
        ),
        c.Side(
            "Reply of the Chief, Thma Koul Health Centre",
            "“Samples wait for fuel. The fuel line for the motorbike has been with the operational district"
            " since 18 September. We ask for its support.”",
            c.words("Received {when}, shown wherever the finding is shown", when=on(30, 9)),
            quoted=True,
        ),
    )


def evidence() -> tuple[c.Evidence, ...]:
    """One piece of each usual kind."""
    return (
        c.Evidence("Sample register", "8 Oct, Chan Sokha", "#e1", "4c1f9a02", c.Icon.PHOTO, "Photo"),
        c.Evidence("Statement, no name kept", "2 min, 7 Jul", "#e2", "b07e51d3", c.Icon.SOUND, "Sound"),
        c.Evidence("Waiting times, 19 people", "round 2026-Q3", "#e3", "e8826bc0", c.Icon.TABLE, "Table"),
        c.Evidence(
            "Letter on fuel", "from the duty bearer, 30 Sep", "#e4", "71aa0f4e", c.Icon.LETTER, "Letter"
        ),
    )


def photos() -> tuple[c.Photo, ...]:
    """A photo of a draft, and one whose words are too long."""
    said = (("p1", None), ("p2", "Shorten this to at most 300 characters."))
    return tuple(
        c.Photo(
            c.Evidence("Empty shelf", "8 Oct, 214 KB", f"#{id}", "4c1f9a02", c.Icon.PHOTO, "Picture"),
            c.Field(f"says-{id}", "What it shows", value="Empty shelf", error=wrong, required=False),
            "Empty shelf",
            c.Button("Take it off", name="take_off", value=id),
        )
        for id, wrong in said
    )


def letters() -> c.Table:
    """Two letters that arrived."""
    chief = c.words("Chief, Thma Koul Health Centre")
    return c.Table(
        "Letters and notices sent about this finding",
        ("Letter", "To", "Delivered"),
        (
            c.Line((link("Letter 311", "#l311"),), (chief, c.words("{d}", d=on(6)))),
            c.Line((link("Notice 287", "#l287"),), (chief, c.words("{d}", d=on(28, 9)))),
        ),
    )


def timeline() -> c.Timeline:
    """People's lines and the engine's."""
    chief = strong("Chief, Thma Koul Health Centre")
    return c.Timeline(
        (
            c.Entry(
                at(13, 6, 0),
                c.words("Sent a reminder to the Chief: stage 3 begins in 5 working days."),
                engine=True,
            ),
            c.Entry(
                at(8, 15, 12),
                c.words("{who}, advocate, added a photo of the sample register.", who=strong("Chan Sokha")),
                links=(c.Link("Sample register, photo", "#e1"),),
            ),
            c.Entry(
                at(5, 6, 0),
                c.words(
                    "{what} Letter 311 sent to the Chief.", what=strong("Entered stage 2, Formal letter.")
                ),
                engine=True,
                heat=c.heat(2, 8),
            ),
            c.Entry(
                at(30, 10, 5, 9),
                c.words("{who}, replied from the link in the letter:", who=chief),
                quote="“Samples wait for fuel…”",
            ),
        ),
        (c.Button("10 earlier lines", c.Look.PLAIN, href="#earlier"),),
    )
