"""What do the first rows of a file look like, as they would be taken in?"""

from collections.abc import Callable, Mapping
from datetime import date

from clm_tracker.domain.names import word
from clm_tracker.domain.words import Severity
from clm_tracker.intake.records import Import
from clm_tracker.queries.imports import Looked
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.set_up.frame import Part
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import N_, Labels, _

CAME = Labels({"imported": N_("New"), "changed": N_("Changed"), "unchanged": N_("As before")})
# What the list of each kind shows of a row, its name first (`commands.intake.first`).
HEADS = {
    Import.AREAS: Labels(
        {"name": N_("Area"), "level": N_("Level"), "code": N_("Code"), "parent": N_("In")},
    ),
    Import.SITES: Labels(
        {
            "name": N_("Site"),
            "area": N_("In"),
            "kind": N_("Kind"),
            "level": N_("Level"),
            "code": N_("Code"),
            "closed": N_("Closed"),
        }
    ),
    Import.DUTY_BEARERS: Labels(
        {"post": N_("Post"), "place": N_("Where"), "level": N_("Level"), "holder": N_("Held by")},
    ),
    Import.FINDINGS: Labels(
        {
            "title": N_("Finding"),
            "place": N_("Where"),
            "observed_on": N_("Seen on"),
            "severity": N_("Severity"),
            "theme": N_("Thematic area"),
        }
    ),
}


def first_rows(f: Looked, voice: Voice, acts: tuple[c.Act, ...]) -> Part:
    """The first rows under the names of their fields, and the act that takes in all of them."""
    kind = Import(f.kind)
    heads = HEADS[kind]
    said: Mapping[str, Callable[[str], c.Words]] = {
        "level": lambda text: c.plain(word(text)),
        "kind": lambda text: c.plain(word(text)),
        "closed": lambda _text: c.plain(_("Yes")),
        "severity": lambda text: c.plain(labels.SEVERITY[Severity(text)]),
        "observed_on": lambda text: c.words("{day}", day=voice.day(date.fromisoformat(text))),
    }

    empty = {"place": _("Whole programme")}  # as the list of posts has it; a finding always has a place

    def line(row: Mapping[str, Mapping[str, str]], came: str) -> c.Line:
        says = row["says"]
        head, *cells = (
            said.get(name, c.plain)(says[name]) if says[name] else c.plain(empty.get(name, "–"))
            for name in heads
        )
        return c.Line(head, (*cells, c.plain(came)))

    title = _("The first rows")
    table = c.Table(
        title, (*heads.values(), _("State")), tuple(line(row, CAME[row["came"]]) for row in f.first)
    )
    return Part(
        "first",
        title,
        c.plain(_of_how_many(len(f.first), sum(f.counts[kind.one].values()))),
        table=table,
        acts=acts,
    )


def _of_how_many(n: int, whole: int) -> str:
    if n < whole:
        return _("The first {n} of {whole} rows, as they would be taken in.").format(
            n=words.number(n), whole=words.number(whole)
        )
    return words.counted(n, "{n} row, as it would be taken in.", "{n} rows, as they would be taken in.")
