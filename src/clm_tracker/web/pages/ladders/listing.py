"""Which ladders are there, what does each look like, and what runs on which version? (R20, R21, R30)"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.domain.ladders import Stage
from clm_tracker.domain.policy import Act
from clm_tracker.queries import ladders
from clm_tracker.queries.ladders import LadderVersion
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages.ladders import stairs
from clm_tracker.web.pages.set_up.frame import crumbs
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
LADDERS = "/ladders"


@dataclass(frozen=True, slots=True)
class Shown:
    """One ladder with its staircase."""

    id: str
    title: c.Link
    note: c.Words
    ladder: c.Ladder


@dataclass(frozen=True)
class LaddersPage(Page):
    """Every ladder."""

    template: ClassVar[str] = "pages/ladders/list.html"

    crumbs: tuple[c.Link, ...]
    ladders: tuple[Shown, ...]


@dataclass(frozen=True)
class LadderPage(Page):
    """One ladder: its staircase, its stages in words, its versions."""

    template: ClassVar[str] = "pages/ladders/one.html"

    crumbs: tuple[c.Link, ...]
    heading: str
    says: str
    edit: c.Button | None
    move: c.Button | None
    ladder: c.Ladder
    stages: c.Table
    versions: c.Table


@router.get(LADDERS, access=may(Act.SEE_SET_UP))
def listing(desk: AtDesk) -> Response:
    """Each ladder in its newest version."""
    with desk.reading() as look:
        found = ladders.current(look)
    page = LaddersPage(
        _crumbs(desk),
        tuple(
            Shown(
                f"ladder-{n}",
                c.Link(one.ladder.said, f"{LADDERS}/{one.ladder.key}"),
                c.plain(
                    _("Version {n}; {running}").format(n=one.ladder.version, running=running(one.running))
                ),
                stairs.stairs(one.ladder),
            )
            for n, one in enumerate(found, 1)
        ),
        purpose=c.plain(
            _(
                "An overdue obligation climbs its ladder a stage at a time. A key marks a stage that the committee "
                "approves, a megaphone one that is public."
            )
        ),
    )
    return desk.show(page)


@router.get(f"{LADDERS}/{{key}}", access=may(Act.SEE_SET_UP))
def one(desk: AtDesk, key: str) -> Response:
    """One ladder."""
    with desk.reading() as look:
        found = ladders.versions(look, key)
    newest, may_change = found[0], desk.may(Act.SET_UP)
    behind = sum(v.running for v in found[1:])
    page = LadderPage(
        _crumbs(desk, c.Link(_("Ladders"), LADDERS)),
        newest.ladder.said,
        _("Version {n}; {running}").format(n=newest.ladder.version, running=running(newest.running)),
        c.Button(_("Edit the ladder"), c.Look.MAIN, href=f"{LADDERS}/{key}/edit") if may_change else None,
        c.Button(
            _("Move what runs to this version"),
            href=f"{LADDERS}/{key}/move",
        )
        if may_change and behind
        else None,
        stairs.stairs(newest.ladder),
        c.Table(
            _("Stages"),
            (_("Stage"), _("What it is"), _("When"), _("To whom"), _("Who else hears"), _("How it begins")),
            tuple(_stage(s) for s in newest.ladder.stages),
        ),
        c.Table(
            _("Versions"),
            (_("Version"), _("Name"), _("Stages"), _("What runs on it")),
            tuple(_version(v) for v in found),
        ),
        purpose=c.plain(
            _("Which stages follow when something is overdue, when each comes, and who is told.")
        ),
    )
    return desk.show(page)


def running(n: int) -> str:
    """How many obligations follow a version."""
    return words.counted(n, "one running obligation follows it", "{n} running obligations follow it")


def _crumbs(desk: Desk, *links: c.Link) -> tuple[c.Link, ...]:
    """The set-up is a coordinator's; others come from the ladders alone."""
    return crumbs(*links) if desk.may(Act.SET_UP) else links


def _stage(s: Stage) -> c.Line:
    more = ". ".join(text.rstrip(".") for text in (s.tactics, s.letter) if text)
    return c.Line(
        c.plain(_("{n}. {name}").format(n=s.number, name=s.said)),
        (
            c.plain(f"{stairs.KINDS[s.kind]}. {more}" if more else stairs.KINDS[s.kind]),
            c.plain(stairs.wait(s)),
            c.plain(stairs.whom(s.addresses)),
            c.plain(words.listed([stairs.whom(word) for word in s.tells]) or "–"),
            c.plain(stairs.GATE[stairs.gate(s)]),
        ),
    )


def _version(v: LadderVersion) -> c.Line:
    return c.Line(
        c.plain(
            _("Version {n}, followed by new obligations").format(n=v.ladder.version)
            if v.current
            else _("Version {n}").format(n=v.ladder.version)
        ),
        (
            c.plain(v.ladder.said),
            c.plain(words.counted(v.ladder.last, "one stage", "{n} stages")),
            c.plain(words.counted(v.running, "one obligation", "{n} obligations")),
        ),
    )
