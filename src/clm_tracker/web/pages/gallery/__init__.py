"""What does each component look like? Every one with an invented, realistic example, for development only.

All of it stands on Wed 14 October 2026 in Phnom Penh. People, findings and letters are invented; the days are
those of Cambodia's calendar.
"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import ANYONE, Router
from clm_tracker.web.components import link, strong
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages.gallery import committee, finding, lists
from clm_tracker.web.pages.gallery.days import NOW, STAGES, ZONE, at, on, rung
from clm_tracker.web.render import Page, Shared, Viewer


@dataclass(frozen=True)
class GalleryPage(Page):
    """One of each component."""

    template: ClassVar[str] = "pages/gallery/one.html"

    docket: c.Docket
    owes: c.Owes
    due: c.Due
    ladder: c.Ladder
    rungs: tuple[c.Rung, ...]
    promises: tuple[c.Promise, ...]
    obligations: c.Obligations
    acts: c.Acts
    known: tuple[c.Told, ...]
    beside: c.Beside
    evidence: tuple[c.Evidence, ...]
    photos: tuple[c.Photo, ...]
    letters: c.Table
    timeline: c.Timeline
    group: c.Group
    facts: tuple[c.Fact, ...]
    views: c.Views
    search: c.Search
    filters_on: tuple[c.Link, ...]
    rows: c.Rows
    bulk: c.Bulk
    pagination: c.Pagination
    filters: c.Filters
    empty: c.Empty
    messages_shown: tuple[c.Message, ...]
    conflict: c.Conflict
    decisions: tuple[c.Decision, ...]
    ages: c.Ages
    questions: tuple[c.Link, ...]
    alongside: c.Alongside
    form: c.Form
    crumbs: tuple[c.Link, ...]
    ways: c.Ways
    word: c.Word
    first_steps: c.FirstSteps
    chain: tuple[c.Way, ...]
    secret: c.Secret


router = Router(include_in_schema=False)


@router.get("/gallery", access=ANYONE)
def gallery(desk: AtDesk) -> Response:
    """Every component; only a demonstration has this door."""
    return desk.show(example())


def example() -> GalleryPage:
    """The gallery with all its examples."""
    return GalleryPage(
        purpose=c.words("Every component once, as pages show it."),
        docket=c.Docket(
            "F-2026-0147",
            (
                c.words("Systemic, high"),
                c.words("Care and treatment"),
                (link("Thma Koul Health Centre", "#place"),),
                c.words("Opened {when}, 93 days ago", when=on(13, 7)),
            ),
        ),
        owes=finding.owes(),
        due=finding.due(),
        ladder=finding.ladder(),
        rungs=tuple(rung(n) for n in range(len(STAGES) + 1)),
        promises=finding.promises(),
        obligations=finding.obligations(),
        acts=c.Acts(finding.acts()),
        known=finding.known(),
        beside=finding.beside(),
        evidence=finding.evidence(),
        photos=finding.photos(),
        letters=finding.letters(),
        timeline=finding.timeline(),
        group=lists.group(),
        facts=(
            c.Fact("Promises kept by the first date", words.of(7, 9), "#kept"),
            c.Fact("Working days to answer, median, open ones counted", "6", "#answers", "n = 14"),
            c.Fact("Came back within two rounds", "not enough data, n = 3", in_words=True),
        ),
        views=c.Views(
            "Saved views",
            (
                c.Link("All open", "#all", count="214"),
                c.Link("Overdue", "#overdue", current=True, count="46"),
                c.Link("To decide", "#decide", count="4"),
                c.Link("To verify", "#verify", count="9"),
            ),
            add=c.Link("Save this view", "#save"),
            more=c.Link("1 more view", "#views"),
        ),
        search=c.Search(
            "/gallery", "Search findings, in English or Khmer", placeholder="Words, a place or a number"
        ),
        filters_on=(c.Link("Battambang province", "#off-1"), c.Link("Overdue", "#off-2")),
        rows=lists.rows(),
        bulk=c.Bulk(
            "With those chosen",
            (
                c.Button("Pause the clocks", name="deed", value="pause"),
                c.Button("Escalate now", name="deed", value="escalate"),
            ),
            "A preview comes first. Nothing is changed yet.",
            "bulk",
            "/gallery",
            c.Option("yes", "All that match: 46 findings"),
        ),
        pagination=c.Pagination(
            "1 to 4 of 46",
            c.Link("Next 25", "#next"),
            None,
            (c.Link("CSV", "#csv"), c.Link("Excel", "#xlsx")),
            "Export these 46:",
        ),
        filters=lists.filters(),
        empty=c.Empty(
            "Nothing to verify",
            "No duty bearer has reported an action done since your last visit.",
            c.Button("See what is due next", href="#next-due"),
        ),
        messages_shown=(
            c.Message(c.words("Kept. {who} is told today.", who=strong("The Director of the district"))),
            c.Message(
                c.words("Already escalated: stage 3 was entered at 06:00. Nothing was changed."),
                c.Tone.REFUSED,
            ),
        ),
        conflict=c.Conflict(
            c.words("{who} changed this finding at 09:40.", who=strong("Keo Sreymom")),
            "In the record now",
            "What you wrote",
            (
                c.Difference("Severity", "High", "Critical"),
                c.Difference("Place", "Thma Koul", "Thma Koul Health Centre"),
            ),
        ),
        decisions=committee.decisions(),
        ages=committee.ages(),
        questions=tuple(
            c.Link(name, "#asked")
            for name in (
                "Where",
                "What was seen",
                "When",
                "Who is affected",
                "How serious",
                "Photo, and check",
            )
        ),
        alongside=lists.alongside(),
        form=lists.form(),
        word=c.Word("ladder", "Ladder", "The stages that an obligation climbs when it is overdue."),
        crumbs=(c.Link("Set-up", "#set-up"), c.Link("Duty bearers", "#duty-bearers")),
        ways=c.Ways(
            "Who answers, and by when",
            (
                c.Way(
                    c.Link("Duty bearers", "#posts", count="42"),
                    "The posts obliged to act, and who holds them.",
                ),
                c.Way(c.Link("Ladders", "#ladders"), "The stages that an overdue obligation climbs."),
            ),
        ),
        first_steps=c.FirstSteps(
            "To the first finding",
            "These steps are left; each is ticked when it is done.",
            (
                c.FirstStep(c.Link("Places", "#places"), "Where findings are made.", done=True),
                c.FirstStep(c.Link("Duty bearers", "#posts"), "Who has to answer.", is_next=True),
                c.FirstStep(c.Link("The first finding", "#finding"), "Open it: then the clock runs."),
            ),
        ),
        chain=(
            c.Way(c.Link("Chief, Bavel Health Centre", "#chief", current=True), "Yim Sodany"),
            c.Way(c.Link("Director, Thma Koul Operational District", "#district"), "vacant"),
            c.Way(c.Link("Director, Battambang Provincial Health Department", "#province"), "Sin Monyroth"),
        ),
        secret=c.Secret(
            "link",
            "The link for Keo Thavy",
            "https://clm.example.org/invitation/Y2hhbm5lbA4f7xT0k2p5",
            "It works once, until Wed 21 October.",
        ),
    )


def shared() -> Shared:
    """The frame around the examples: an advocate in a demonstration."""
    return Shared(
        programme="Battambang CLM",
        path="/gallery",
        now=NOW,
        viewer=Viewer("Chan Sokha", "advocate, Battambang"),
        nav=(
            c.Link("My desk", "/"),
            c.Link("Findings", "/findings", current=True),
            c.Link("Log a finding", "/findings/new", short="Log"),
            c.Link("Decisions", "/decisions"),
            c.Link("Scoreboard", "/scores"),
            c.Link("What happens next", "/next"),
        ),
        menu=(
            c.Link("Ledger", "/ledger"),
            c.Link("Letters sent", "/letters"),
            c.Link("ភាសាខ្មែរ", "?lang=km", lang="km"),
        ),
        messages=(c.Message(c.words("The photo is in the record.")),),
        seal=c.words("Ledger sealed {when}, batch 412. Times are Phnom Penh time.", when=at(14, 6, 0)),
        demo=c.DemoClock(words.moment(NOW, ZONE), back_to="/gallery", once="01J0DEMO"),
        tongues=c.Tongues("Language", "/gallery", (c.Tongue("fr", "Français"), c.Tongue("km", "ខ្មែរ"))),
        sign_out=c.Button("Sign out", c.Look.PLAIN, action="/sign-out"),
    )
