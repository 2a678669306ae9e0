"""What does somebody need to know of the finding beside the form of an act? Who owes what, how far it has climbed, what was found."""

from dataclasses import dataclass

from clm_tracker.domain.cases import Obligation, Proposal
from clm_tracker.domain.words import LIVE, ObligationState
from clm_tracker.queries import owes
from clm_tracker.web import components as c
from clm_tracker.web.pages import owing
from clm_tracker.web.pages.acts.about import About
from clm_tracker.web.pages.voice import Voice


@dataclass(frozen=True, slots=True)
class Standing:
    """One finding in few words; `found_lang` where it was not written in the page's language."""

    owes: c.Owes
    rung: c.Rung | None
    found: str
    found_lang: str | None


def of(about: About, voice: Voice) -> Standing:
    """How a finding stands at this moment; of several things that are owed, the one that the act is about."""
    f = about.case.finding
    o = _meant(about)
    return Standing(
        owing.of(owes.of(o, voice.rules, voice.now), voice, why=owing.why(o.id))
        if o
        else c.Owes(owing.nobody(f, voice)),
        _rung(o, voice) if o else None,
        f.description,
        f.language if f.language != voice.lang else None,
    )


def _meant(about: About) -> Obligation | None:
    owed, row = about.case.obligations, about.row
    meant = owed[row.obligation_id] if isinstance(row, Proposal) else row
    if isinstance(meant, Obligation) and meant.state in LIVE:
        return meant
    return owes.first(owed.values()) or owes.leading(owed.values())


def _rung(o: Obligation, voice: Voice) -> c.Rung:
    waits = o.state is ObligationState.AWAITING_DECISION
    return voice.rung(voice.rules.ladders[o.ladder_id], o.stage, o.next_step_at, waits=waits)
