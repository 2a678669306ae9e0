"""How is a line of the ledger said as a sentence?

From the template of its event, with days in the programme's zone, states and parties in words, and what is owed by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from clm_tracker.db.typed import load_event
from clm_tracker.domain import events
from clm_tracker.domain.events import Event
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import AgreedWhere, ClosedAs, Kind, PauseReason, Verdict
from clm_tracker.queries import wording

# Their sentence is about what is owed, not about who caused it.
ABOUT_WHAT_IS_OWED = frozenset(
    {
        events.ObligationOpened,
        events.ObligationMet,
        events.ObligationVoided,
        events.ObligationSuspended,
        events.ObligationReturned,
        events.DueMoved,
        events.Parked,
    }
)
_WHERE = {
    AgreedWhere.MEETING: "in a meeting",
    AgreedWhere.LETTER: "by letter",
    AgreedWhere.CALL: "in a call",
    AgreedWhere.HERE: "",
}
_CLOSED = {
    ClosedAs.WITHDRAWN: "withdrawn",
    ClosedAs.MERGED: "merged into another",
    ClosedAs.UNRESOLVABLE: "unresolvable",
}


@dataclass(frozen=True, slots=True)
class Said:
    """`subject` begins the sentence, `text` goes on, `details` are whole sentences to be set smaller below it."""

    subject: str
    text: str
    details: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The whole of it."""
        end = "" if self.text.endswith((".", "!", "?")) else "."
        return f"{wording.upper(self.subject)} {self.text}{end}"


def said(kind: str, facts: Mapping[str, Any], actor: str, rules: Rules, today: date) -> Said:
    """One ledger line in words. A kind that this program does not know is shown by its name."""
    if kind not in events.KINDS:
        return Said(actor, kind.replace("_", " "))
    return say(load_event(kind, facts), actor, rules, today)


def say(event: Event, actor: str, rules: Rules, today: date) -> Said:
    """One event in words."""
    values = {f.name: _words(f.name, getattr(event, f.name), rules, today) for f in fields(event)}
    if isinstance(event, events.Paused):
        # Its reason is a word of ours; every other reason is what somebody wrote.
        values["reason"] = _enum(wording.PAUSES, PauseReason)(event.reason)
    text = event.SENTENCE.format(**values)
    owed = values.get("obligation", "")
    details = tuple(d for d in _details(event, values) if d)
    if type(event) in ABOUT_WHAT_IS_OWED:
        return Said(owed, text, details)
    if isinstance(event, events.PauseEnded):
        return Said(f"The clock for {owed}", f"runs again, due {values['due_on']}", details)
    if isinstance(event, events.StageEntered | events.StageProposed):
        return Said(actor, f"{text}, for {owed}", details)
    if isinstance(event, events.Paused | events.Reminded):
        return Said(actor, f"{text} (for {owed})", details)
    return Said(actor, text, details)


def foretell(event: Event, rules: Rules, today: date) -> Said:
    """One event that the simulator foresees, said as what would happen. Other events are said as `say` says them."""
    values = {f.name: _words(f.name, getattr(event, f.name), rules, today) for f in fields(event)}
    owed, due_on = values.get("obligation", ""), values.get("due_on", "")
    match event:
        case events.Reminded():
            return Said("a reminder", f"would go out that {owed} is due {due_on}")
        case events.StageEntered():
            told = _who_is_told(event)
            details = [f"It would go to {told}." if told else "", event.fell_through or ""]
            stage = f"stage {event.stage}, {event.name},"
            return Said(stage, f"would begin, for {owed}", tuple(d for d in details if d))
        case events.StageProposed():
            invited = ("The duty bearer would be invited to reply first.",) if event.public else ()
            stage = f"stage {event.stage}, {event.name},"
            return Said(stage, f"would be proposed to the steering committee, for {owed}", invited)
        case events.ObligationOpened():
            return Said(owed, f"would be owed by {values['owed_by']} by {due_on}")
        case events.PauseEnded():
            return Said(f"the clock for {owed}", f"would run again, due {due_on}")
    return say(event, "the engine", rules, today)


def _who_is_told(event: events.StageEntered) -> str:
    return ", ".join(dict.fromkeys((*event.addressed_names, *map(wording.party, event.told_roles))))


def _details(event: Event, values: Mapping[str, str]) -> tuple[str, ...]:
    """What a template leaves out and a reader wants to know."""
    if isinstance(event, events.StageEntered):
        told = _who_is_told(event)
        return (
            f"Told: {told}." if told else "",
            event.fell_through or "",
            f"It was due on {values['missed_at']}." if event.missed_at else "",
            event.reason or "",
        )
    behalf = values.get("on_behalf_of")
    own: list[str] = [f"On behalf of {behalf}." if behalf else ""]
    for name in ("note", "reason"):
        template = "{" + name + "}"
        if (text := values.get(name)) and template not in event.SENTENCE:
            own.append(text)
    return (*own, _turn(event, values))


def _turn(event: Event, values: Mapping[str, str]) -> str:  # noqa: C901 - one line for each kind of event
    """The one thing besides that matters about this kind of event."""
    match event:
        case events.FindingOpened(duty_bearer=None):
            return "No duty bearer matched, so the coordinator names one."
        case events.FindingOpened(duty_bearer=str(post), how=how):
            return f"Addressed to {post}{', named by hand' if how == 'by_hand' else ''}."
        case events.TransferAccepted(common_superior=True):
            return "It was the second transfer, so it went to the superior of both."
        case events.Refused(outside_power=True):
            return "It is outside their power."
        case events.SustainChecked(still_fixed=fixed):
            return "It is still fixed." if fixed else "It is not fixed any more."
        case events.StageProposed(public=True):
            return "The duty bearer is invited to reply first."
        case events.ActionAgreed() if values["where"]:
            return f"Agreed {values['where']}."
        case events.Paused(until=until):
            return f"Until {values['until']}." if until else "Until the community side lets it run again."
        case events.PauseEnded(by_itself=True):
            return "The pause was over."
        case events.ProposalApproved(approvals=n, needed=needed):
            return f"Approval {n} of {needed}."
    return ""


def _words(name: str, value: object, rules: Rules, today: date) -> str:
    if value is None:
        return ""
    if name in _SPECIAL:
        return _SPECIAL[name](str(value))
    match value:
        case datetime():
            return wording.day(rules.calendar.local_date(value), today)
        case date():
            return wording.day(value, today)
        case UUID():
            post = rules.posts.get(value)
            return post.name if post else str(value)
        case tuple():
            return ", ".join(_words("", item, rules, today) for item in value)
        case _:
            return str(value)


def _enum(words: Mapping[Any, str], of: Callable[[str], Any]) -> Callable[[str], str]:
    def say_it(kept: str) -> str:
        try:
            return words[of(kept)]
        except (ValueError, KeyError):
            return kept.replace("_", " ")

    return say_it


_SPECIAL: dict[str, Callable[[str], str]] = {
    "obligation": _enum({k: wording.what(k) for k in Kind}, Kind),
    "owed_by": wording.party,
    "closed_as": _enum(_CLOSED, ClosedAs),
    "verdict": _enum(wording.VERDICTS, Verdict),
    "where": _enum(_WHERE, AgreedWhere),
}


def is_engine(actor_role: str) -> bool:
    """Was it the program itself?"""
    return actor_role == "engine"
