"""What does somebody need to know of the finding beside the form of an act? Who owes what, how far it has climbed, what was found."""

from dataclasses import dataclass

from clm_tracker.domain.cases import Case, Obligation
from clm_tracker.domain.words import ObligationState
from clm_tracker.queries import owes
from clm_tracker.web import components as c
from clm_tracker.web.pages import owing
from clm_tracker.web.pages.voice import Voice


@dataclass(frozen=True, slots=True)
class Standing:
    """One finding in few words; `found_lang` where it was not written in the page's language."""

    owes: c.Owes
    rung: c.Rung | None
    found: str
    found_lang: str | None


def of(case: Case, voice: Voice) -> Standing:
    """How a finding stands at this moment."""
    f, owed = case.finding, case.obligations.values()
    pressing = owes.first(owed)
    shown = pressing or owes.leading(owed)
    return Standing(
        owing.of(owes.of(pressing, voice.rules, voice.now), voice)
        if pressing
        else c.Owes(owing.nobody(f, voice)),
        _rung(shown, voice) if shown else None,
        f.description,
        f.language if f.language != voice.lang else None,
    )


def _rung(o: Obligation, voice: Voice) -> c.Rung:
    waits = o.state is ObligationState.AWAITING_DECISION
    return voice.rung(voice.rules.ladders[o.ladder_id], o.stage, o.next_step_at, waits=waits)
