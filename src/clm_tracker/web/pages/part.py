"""What does the page of a part of a finding look like: an action, an obligation, a piece of evidence?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from clm_tracker.domain.cases import Case
from clm_tracker.queries.timeline import Entry
from clm_tracker.web import components as c
from clm_tracker.web.pages.findings import parts
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

LINES = 15


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page under its heading. What is not given is not shown."""

    id: str
    title: str
    note: c.Words = ()
    says: tuple[c.Words, ...] = ()
    told: tuple[c.Told, ...] = ()
    quote: str | None = None
    picture: c.Evidence | None = None
    promise: c.Promise | None = None
    ladder: c.Ladder | None = None
    calendar: c.Calendar | None = None
    table: c.Table | None = None
    evidence: tuple[c.Evidence, ...] = ()
    buttons: tuple[c.Button, ...] = ()


@dataclass(frozen=True)
class PartPage(Page):
    """One part of a finding, whole: its sentence, its date, its story, and what this person can do."""

    template: ClassVar[str] = "pages/part.html"

    crumbs: tuple[c.Link, ...]
    docket: c.Docket
    heading: str
    heading_lang: str | None
    owes: c.Owes
    due: c.Due | None
    wide: tuple[Part, ...]
    parts: tuple[Part, ...]
    acts: c.Acts
    record: c.Timeline


def crumbs(case: Case) -> tuple[c.Link, ...]:
    """The way back: the findings, then the one that this is a part of."""
    ref = case.finding.ref
    return c.Link(_("Findings"), "/findings"), c.Link(ref, f"/findings/{ref}")


def docket(case: Case, what: str, voice: Voice, *facts: c.Words) -> c.Docket:
    """What this is a part of, and of what kind it is."""
    f = case.finding
    title = c.Part(f.title, lang=voice.script(f.title))
    return c.Docket(None, (c.plain(what), (title,), *facts))


def record(case: Case, lines: Sequence[Entry], voice: Voice, stages: int = 0) -> c.Timeline:
    """The newest lines about this part, and the way to the whole record of the finding."""
    way = c.Button(
        _("The whole record of the finding"), c.Look.PLAIN, href=f"/findings/{case.finding.ref}/record"
    )
    return c.Timeline(tuple(parts.entry(e, voice, stages) for e in lines[:LINES]), (way,))
