"""Which views of the list are offered to this person? A view is only an address, shared by copying it."""

from dataclasses import dataclass

from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import COMMUNITY_ROLES
from clm_tracker.web import components as c
from clm_tracker.web.desk import Desk
from clm_tracker.web.pages.findings import filters
from clm_tracker.web.pages.findings.filters import Asked
from clm_tracker.web.words import _

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class View:
    """A name and the filters of an address."""

    name: str
    pairs: Pairs


def shipped(desk: Desk) -> tuple[View, ...]:
    """The views that come with the program, for what this person's roles do."""
    due = ("sort", "due")
    ours = (
        (Act.VERIFY, View(_("To verify"), (("waits", "verify"), due))),
        (Act.DECIDE_STAGE, View(_("To decide"), (("waits", "decide"), due))),
        (Act.ROUTE_FINDING, View(_("To route"), (("waits", "route"), due))),
        (Act.LOG_FINDING, View(_("Logged by me"), (("mine", "yes"),))),
    )
    theirs = (
        View(_("To acknowledge"), (("waits", "acknowledge"), due)),
        View(_("To agree"), (("waits", "agree"), due)),
        View(_("To put right"), (("waits", "act"), due)),
    )
    for_role = (
        tuple(view for act, view in ours if desk.may(act)) if desk.actor.roles() & COMMUNITY_ROLES else theirs
    )
    return (
        View(_("All open"), (("status", "open"),)),
        View(_("Overdue"), (("overdue", "yes"), due)),
        *for_role,
        View(_("Highest stage"), (("status", "open"), ("sort", "stage"))),
        View(_("Resolved"), (("status", "resolved"),)),
        View(_("Everything"), ()),
    )


def links(desk: Desk, asked: Asked) -> c.Views:
    """The row of views above the list."""
    here = set(asked.pairs)
    found = tuple(
        c.Link(view.name, filters.address(view.pairs), current=set(view.pairs) == here)
        for view in shipped(desk)
    )
    add = c.Link(_("Log a finding"), "/findings/new") if desk.may(Act.LOG_FINDING) else None
    return c.Views(_("Views"), found, add)
