"""How is a role asked for, with the areas and themes it is limited to and the organisation behind it? (R39)"""

from typing import Any

from pydantic import BaseModel

from clm_tracker.db.units import Reading
from clm_tracker.domain.names import LONGEST
from clm_tracker.domain.words import Role
from clm_tracker.kernel.refusals import each, invalid
from clm_tracker.queries import themes
from clm_tracker.web import components as c
from clm_tracker.web.forms import Line, Note, Plain
from clm_tracker.web.pages import pick
from clm_tracker.web.words import N_, Labels, _

GIVEN = (Role.ADVOCATE, Role.DUTY_BEARER, Role.COMMITTEE, Role.COORDINATOR, Role.OBSERVER)
NAMES = Labels(
    {
        Role.ADVOCATE: N_("Advocate"),
        Role.DUTY_BEARER: N_("Duty bearer"),
        Role.COMMITTEE: N_("Committee member"),
        Role.COORDINATOR: N_("Coordinator"),
        Role.OBSERVER: N_("Observer"),
    }
)
DOES = Labels(
    {
        Role.ADVOCATE: N_("Logs findings and verifies."),
        Role.DUTY_BEARER: N_(
            "Answers for a post: acknowledges, agrees, reports. Appoint them on the page of the post."
        ),
        Role.COMMITTEE: N_("Reviews and decides about the stages that need an approval."),
        Role.COORDINATOR: N_("Sets up the programme, routes findings, releases what is held."),
        Role.OBSERVER: N_("Reads totals."),
    }
)


class Given(BaseModel):
    """A role and its limits, as they are typed."""

    role: Plain = ""
    organisation: Line = ""
    areas: Note = ""
    themes: tuple[Plain, ...] = ()


def values(look: Reading, given: Given) -> dict[str, Any]:
    """What a command takes. Raises Invalid for a role that is none, and for a name that is none or several."""
    known_areas, known = pick.areas(look), _themes(look)
    role, areas, chosen = each(
        lambda: _role(given.role),
        lambda: [pick.understood("areas", one, known_areas) for one in given.areas.splitlines()],
        lambda: [pick.understood("themes", one, known) for one in given.themes],
    )
    return {
        "role": role,
        "organisation": given.organisation,
        "areas": [a for a in areas if a],
        "themes": [t for t in chosen if t],
    }


def _role(given: str) -> Role:
    if given not in set(GIVEN):
        raise invalid("role", _("Choose a role."))
    return Role(given)


def fields(look: Reading, scope: str = "") -> tuple[c.Field, ...]:
    """The questions about a role."""
    return (
        c.Field(
            "role",
            _("Role"),
            c.FieldKind.RADIO,
            options=tuple(c.Option(str(r), NAMES[r], DOES[r]) for r in GIVEN),
            scope=scope,
        ),
        c.Field(
            "organisation",
            _("Organisation"),
            hint=_("A member of the committee does not decide about their own organisation."),
            required=False,
            longest=LONGEST,
            scope=scope,
        ),
        c.Field(
            "areas",
            _("Only in these areas"),
            c.FieldKind.TEXTAREA,
            hint=_("One name a line. Left empty: everywhere."),
            required=False,
            rows=3,
            scope=scope,
        ),
        c.Field(
            "themes",
            _("Only for these themes"),
            c.FieldKind.CHECKBOX,
            hint=_("None ticked: all of them."),
            required=False,
            options=tuple(c.Option(str(t.id), t.name) for t in _themes(look)),
            scope=scope,
        ),
    )


def _themes(look: Reading) -> tuple[pick.Choice, ...]:
    return tuple(pick.Choice(t.id, t.said) for t in themes.themes(look))
