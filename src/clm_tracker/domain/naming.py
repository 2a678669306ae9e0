"""By what name do people of the community side appear to a duty bearer? (R39, R43)

The ledger keeps who wrote, and community and committee read it. A duty bearer needs to know that the community wrote, in
which role, and when; in some places the name of an advocate puts that person in danger. Decision 0010.
"""

from clm_tracker.domain.policy import Actor
from clm_tracker.domain.words import Role, Side
from clm_tracker.kernel.speech import N_, Labels, _

# Of several roles the one furthest from the field is named: it says the least about who was where.
_ROLES = Labels(
    {
        Role.COMMITTEE: N_("a member of the steering committee"),
        Role.COORDINATOR: N_("a coordinator"),
        Role.ADVOCATE: N_("an advocate"),
    }
)


def as_seen_by(reader: Actor, name: str, roles: str, *, by_role: bool) -> str:
    """The person of a ledger line, of these `roles` ("advocate, committee"), as the reader may know them.

    With `by_role` a reader on the duty bearer's side is told the role of somebody of the community side; everybody
    else keeps their name.
    """
    if roles == Role.ENGINE:
        return _(name)
    if not by_role or reader.side is Side.COMMUNITY:
        return name
    held = {word.strip() for word in roles.split(",")}
    return next((_ROLES[role] for role in _ROLES if role in held), name)
