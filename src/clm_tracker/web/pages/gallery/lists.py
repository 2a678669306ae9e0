"""What do a desk, a list and a form show, by example?"""

from datetime import date

from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.pages.gallery.days import STAGES, on, rung


def group() -> c.Group:
    """Two cards of a desk."""
    late = c.Form(
        "/findings/F-2026-0121/answers",
        c.Button("Report done, with a photo", c.Look.MAIN, icon=c.Icon.CAMERA, href="#done"),
        once="01J0CARD1",
        also=(
            c.Button("Answer in words", href="#words"),
            c.Button(
                "Ask for more time",
                action="/actions/9/extension",
                why_not="More time has to be asked for before the due date, Fri 9 October.",
                id="more-time",
            ),
        ),
    )
    soon = c.Form(
        "/findings/F-2026-0159/answers",
        c.Button("Not mine", c.Look.PLAIN, name="answer", value="not-mine"),
        once="01J0CARD2",
        also=tuple(
            c.Button(label, name="on", value=value)
            for label, value in (
                ("Fri 30 Oct", "2026-10-30"),
                ("Fri 13 Nov", "2026-11-13"),
                ("Another date", ""),
            )
        ),
    )
    return c.Group(
        "owed",
        "What your post owes",
        (
            c.Card(
                "card-1",
                words.big_day(date(2026, 10, 9)),
                words.countdown(-2),
                "A corrective action is due",
                c.Link("Evening hours open again at Battambang Referral Hospital", "#f121"),
                c.words("Promised first for 11 September, moved once. F-2026-0121"),
                late=True,
                rung=rung(1, "Stage 2, formal letter, on Wed 21 Oct"),
                form=late,
            ),
            c.Card(
                "card-2",
                words.big_day(date(2026, 10, 20)),
                words.countdown(3),
                "Agree what will be done, and by when",
                c.Link("Equity cards not accepted for a chest X-ray, Moung Ruessei", "#f159"),
                c.words("Moung Ruessei Referral Hospital. F-2026-0159"),
                rung=rung(0, "If nothing is done, a reminder on Wed 21 Oct"),
                form=soon,
                legend="Propose a date",
            ),
        ),
        c.Link("7", "#owed"),
        c.Link("All 7", "#owed"),
    )


def rows() -> c.Rows:
    """Four findings, cooler to hotter."""
    asked = (
        ("PrEP given on two mornings a week only", "F-2026-0150", "Bavel Health Centre", 1, -3, None),
        ("Names called aloud in the waiting room", "F-2026-0139", "Sangkae Health Centre", 2, -9, None),
        (
            "Equity card holders charged for a chest X-ray",
            "F-2026-0088",
            "Three hospitals",
            4,
            -62,
            c.Icon.KEY,
        ),
        (
            "Condoms withheld from entertainment workers",
            "F-2026-0061",
            "Two health centres",
            6,
            -108,
            c.Icon.HORN,
        ),
    )
    return c.Rows(
        "Overdue findings in Battambang, 1 to 4 of 46",
        tuple(
            c.Row(
                c.Link(title, f"/findings/{ref}"),
                ref,
                (place, "Care and treatment"),
                f"Chief, {place}" if stage < 4 else "Director, Provincial Health Department",
                "acknowledge the finding",
                on(8),
                words.countdown(late),
                rung(
                    stage,
                    f"Stage {stage + 1} asked for" if gate else f"Stage {stage + 1} on Tue 20 Oct",
                    gate,
                ),
                "#why",
                pick=ref,
                late=late < 0,
            )
            for title, ref, place, stage, late, gate in asked
        ),
        (
            c.Head("Finding", "#newest"),
            c.Head("Who owes what"),
            c.Head("Was due", "#due", c.Sorted.UP),
            c.Head("Ladder", "#stage"),
        ),
        "bulk",
    )


def filters() -> c.Filters:
    """Stages with their counts, and a place."""
    counts = (14, 12, 8, 6, 3, 2, 1, 0)
    return c.Filters(
        "/gallery",
        (
            c.Choices(
                "Stage reached",
                "stage",
                tuple(
                    c.Option(str(n), name, count=str(counts[n - 1]), heat=c.heat(n, 8), chosen=n == 2)
                    for n, name in enumerate(STAGES, 1)
                ),
            ),
        ),
        (
            c.Field(
                "area",
                "Place",
                c.FieldKind.SELECT,
                required=False,
                options=(c.Option("02", "Battambang province"),),
            ),
        ),
        c.Link("Clear", "/gallery"),
        keep=(("overdue", "yes"),),
    )


def form() -> c.Form:
    """A form that came back with one answer to look at again."""
    return c.Form(
        "/findings",
        c.Button("Next: what was seen", c.Look.MAIN),
        (
            c.Field(
                "site",
                "Where was it seen?",
                c.FieldKind.RADIO,
                hint="Where you logged last comes first.",
                options=(
                    c.Option(
                        "thma-koul",
                        "Thma Koul Health Centre",
                        "Thma Koul, Battambang. 3 open findings",
                        "មណ្ឌលសុខភាពថ្មគោល",
                        "km",
                        chosen=True,
                    ),
                    c.Option("area", "A whole district or province", "When it is the same in many places"),
                ),
            ),
            c.Field(
                "seen_on",
                "On which day?",
                c.FieldKind.DATE,
                "2026-11-03",
                error="This day lies ahead. Write the day on which it was seen.",
            ),
            c.Field(
                "photo",
                "A photo",
                c.FieldKind.FILE,
                required=False,
                accept="image/*",
                hint="No faces, no names.",
            ),
            c.Field("quoted", "These are the words of a person", c.FieldKind.CHECKBOX, required=False),
        ),
        once="01J0FORM",
        also=(c.Button("Keep the draft and stop", c.Look.PLAIN, name="keep", value="yes", unchecked=True),),
        refused="One answer needs another look.",
    )


def alongside() -> c.Alongside:
    """Beside a form: a word with a better one, something that came back, and what is open at the place."""
    repeats = c.Field(
        "recurrence_of",
        "Logged anew all the same",
        c.FieldKind.RADIO,
        options=(
            c.Option("", "It is something else", chosen=True),
            c.Option("F-2026-0102", "It is F-2026-0102 again", "Results come late"),
        ),
    )
    return c.Alongside(
        (c.words("{found}: better “person who uses drugs”. UNAIDS, 2024.", found=c.strong("“drug addict”")),),
        (
            c.OpenHere(
                c.words("{title} Open since 13 July.", title=c.link("Results take six weeks", "#f147")),
                c.Rung(2, 8),
            ),
            c.OpenHere(
                c.words("{title} Open since 3 August.", title=c.link("No water in the waiting room", "#f88")),
                c.Rung(0, 8),
            ),
        ),
        (
            c.words(
                "The same theme at this site was resolved on 1 July. {look}", look=c.link("Look", "#f102")
            ),
        ),
        repeats,
    )
