"""How is one decision shown in a list, on the screen and on paper?"""

from clm_tracker.domain.words import ProposalState
from clm_tracker.queries import wording
from clm_tracker.queries.decisions import Item
from clm_tracker.web import components as c
from clm_tracker.web.desk import Desk
from clm_tracker.web.pages import owing
from clm_tracker.web.pages.decisions.answers import answers
from clm_tracker.web.pages.findings import before
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _


def decision(
    i: Item, desk: Desk, voice: Voice, *, decides: bool, back: str, number: int | None
) -> c.Decision:
    """An item of the list, with the number that it has on paper too; who has no say by their role gets the way to its page instead of buttons."""
    page = f"/decisions/{i.proposal.id}"
    if decides and before.waits(i.proposal):
        form = answers(
            desk, i.proposal.id, i.proposal.version, recused=i.recused, why_not=i.why_not, back=back
        )
    else:
        form = c.Form(page, c.Button(_("Look at it"), href=page))
    return c.Decision(
        f"decision-{i.proposal.id}",
        i.ref,
        i.stage,
        i.stages,
        i.proposal.stage,
        i.stage_name,
        c.Link(i.title, page, lang=voice.script(i.title)),
        by(i, voice),
        form,
        before.checks(i.proposal, i.opens_at, {}, voice) if before.waits(i.proposal) else (),
        (_("Approve"), _("Defer to ____________"), _("Refuse")) if before.waits(i.proposal) else (),
        number,
    )


def by(i: Item, voice: Voice) -> c.Words:
    """By when, and since when it waits; or how it was decided."""
    asked = voice.day(voice.local(i.proposal.proposed_at))
    if not before.waits(i.proposal):
        return _decided(i, voice)
    by_day, why = voice.long(i.decide_by), owing.why(i.proposal.decide_id)
    if i.late:
        return c.words(
            _("{late} Asked for on {asked}, to be decided by {day}."),
            late=c.strong(_("{n}.").format(n=wording.upper(voice.left(i.decide_by, late=True)))),
            asked=asked,
            day=c.dated(by_day, why),
        )
    if i.proposal.state is ProposalState.DEFERRED:
        return c.words(
            _("{day}, {left}. Asked for on {asked}. {reason}"),
            day=c.strong(_("Deferred to {day}").format(day=by_day.text), why),
            left=voice.left(i.decide_by),
            asked=asked,
            reason=wording.ended(i.proposal.reason or ""),
        )
    return c.words(
        _("{day}, {left}. Asked for on {asked}."),
        day=c.strong(_("Decide by {day}").format(day=by_day.text), why),
        left=voice.left(i.decide_by),
        asked=asked,
    )


def _decided(i: Item, voice: Voice) -> c.Words:
    on = voice.long(voice.local(i.ended_at)) if i.ended_at else voice.long(i.decide_by)
    if i.proposal.state is ProposalState.APPROVED:
        return c.words(
            _("{day}; the stage was entered."), day=c.strong(_("Approved {day}").format(day=on.text))
        )
    return c.words(
        _("{day}. {reason}"),
        day=c.strong(_("Refused {day}").format(day=on.text)),
        reason=wording.ended(i.proposal.reason or ""),
    )
