"""In which sentence does a page say who owes what by when, or why nobody owes anything? (R2)"""

from uuid import UUID

from clm_tracker.domain.cases import Finding, Obligation
from clm_tracker.domain.words import FindingStatus, ObligationState, Party
from clm_tracker.queries import wording
from clm_tracker.queries.findings import FindingDetail
from clm_tracker.queries.owes import Next
from clm_tracker.web import components as c
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _


def of(n: Next, voice: Voice, jump: c.Button | None = None, *, why: str | None = None) -> c.Owes:
    """One obligation: who owes what by when, and what happens if nothing is done; `why` leads to why it is that day."""
    many = n.who == wording.PARTIES[Party.ADVOCATES]
    left = voice.left(n.due_on, late=n.overdue)
    if n.overdue:
        pattern = (
            _("{who} owe {what}. It was due {when}, {left}.")
            if many
            else _("{who} owes {what}. It was due {when}, {left}.")
        )
    else:
        pattern = (
            _("{who} owe {what} by {when} ({left}).") if many else _("{who} owes {what} by {when} ({left}).")
        )
    then = n.then
    if n.climbs:
        then = _("If nothing is done: {then}").format(then=wording.lower(then))
    return c.Owes(
        c.words(
            pattern,
            who=c.strong(wording.upper(n.who)),
            what=n.what,
            when=c.strong(voice.long(n.due_on), why),
            left=left,
        ),
        c.plain(then),
        jump,
    )


def ended(o: Obligation) -> str:
    """How an obligation ended, with places for `who` and `day`."""
    if o.state is ObligationState.MET:
        return _("{who} met this on {day}.")
    return _("This is not asked of {who} any more, since {day}.")


def why(obligation_id: UUID) -> str:
    """The one way to why an obligation is due on its day: each day counted or skipped, on its own page."""
    return f"/obligations/{obligation_id}#why"


def nobody(d: FindingDetail | Finding, voice: Voice) -> c.Words:
    """Why nobody owes anything."""
    match d.status:
        case FindingStatus.DRAFT:
            return c.plain(_("This is a draft. Nobody is asked for anything until it is opened."))
        case FindingStatus.RESOLVED if d.resolved_at:
            return c.words(
                _("Resolved on {day}. Nothing is owed any more."),
                day=c.strong(voice.long(voice.local(d.resolved_at))),
            )
        case FindingStatus.CLOSED if d.closed_at:
            how = labels.CLOSED[d.closed_as] if d.closed_as else _("Closed")
            return c.words(
                _("{how} on {day}. Nothing is owed any more."),
                how=how,
                day=c.strong(voice.long(voice.local(d.closed_at))),
            )
    return c.plain(_("Nothing is owed at present."))
