"""How is a stage before the committee answered from a list: with which buttons, or with which sentence why not?"""

from uuid import UUID

from clm_tracker.web import components as c
from clm_tracker.web.desk import Desk
from clm_tracker.web.words import _


def answers(
    desk: Desk, proposal_id: UUID, version: int, *, recused: str | None, why_not: str | None, back: str = "/"
) -> c.Form:
    """Approve, defer and refuse, each on its own page; greyed out with the sentence the server would answer with."""
    proposal = f"/proposals/{proposal_id}"

    def to(slug: str, label: str, look: c.Look = c.Look.SECOND) -> c.Button:
        return c.Button(label, look, href=f"{proposal}/{slug}?back={back}")

    others = () if recused else (to("defer", _("Defer")), to("refuse", _("Refuse")))
    if why := recused or why_not:
        approve = c.Button(_("Approve"), why_not=why, id=f"no-{str(proposal_id)[-6:]}")
        hidden = (("back", back),)
        return c.Form(
            f"{proposal}/approve", approve, once=desk.once(), version=version, hidden=hidden, also=others
        )
    return c.Form(proposal, to("approve", _("Approve"), c.Look.MAIN), also=others)
