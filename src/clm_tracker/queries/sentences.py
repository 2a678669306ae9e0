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
from clm_tracker.domain.possible import WAITS
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import COMMUNITY_ROLES, AgreedWhere, ClosedAs, Kind, PauseReason, Verdict
from clm_tracker.kernel import cldr
from clm_tracker.kernel.sayings import Saying
from clm_tracker.kernel.speech import N_, Labels, _
from clm_tracker.queries import wording

_WHERE = Labels(
    {
        AgreedWhere.MEETING: N_("Agreed in a meeting."),
        AgreedWhere.LETTER: N_("Agreed by letter."),
        AgreedWhere.CALL: N_("Agreed in a call."),
    }
)
_CLOSED = Labels(
    {
        ClosedAs.WITHDRAWN: N_("withdrawn"),
        ClosedAs.MERGED: N_("merged into another"),
        ClosedAs.UNRESOLVABLE: N_("unresolvable"),
    }
)


# What a finding says, as `FindingEdited` names it.
_FIELDS = Labels(
    {
        "title": N_("the title"),
        "description": N_("what was seen"),
        "severity": N_("how serious it is"),
        "track": N_("the track"),
        "theme": N_("the thematic area"),
        "dimension": N_("the kind of problem"),
        "area": N_("the area"),
        "site": N_("the site"),
        "round": N_("the round"),
        "observed_on": N_("the day it was seen"),
        "affected": N_("who is affected"),
        "language": N_("the language it is written in"),
        "recurrence": N_("what it repeats"),
    }
)


_NOT_OURS = N_("{who} said that this is not theirs and that they do not know whose it is: {reason}")
_PUT_ON_RECORD_NOT_OURS = N_(
    "{who} put on record that, as {on_behalf_of} says, this is not theirs and they do not know whose it is: {reason}"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in which `{who}` is still to be set, in whatever way a page sets names; and whole ones below it.

    `subject` is who did it, or nobody where the sentence is about what is owed.
    """

    pattern: str
    subject: str | None
    details: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The whole of it."""
        return wording.upper(self.pattern.format(who=self.subject or ""))


def said(
    kind: str, facts: Mapping[str, Any], actor: str, rules: Rules, today: date, *, roles: str = ""
) -> Said:
    """One ledger line in words; `roles` are the actor's at the time. A kind that this program does not know is shown by its name."""
    if kind not in events.KINDS:
        return Said(wording.ended("{who}: " + kind.replace("_", " ")), actor)
    return say(load_event(kind, facts), actor, rules, today, roles=roles)


def say(event: Event, actor: str, rules: Rules, today: date, *, roles: str = "") -> Said:
    """One event in words."""
    values = _values(event, rules, today)
    sentence = _sentence(event, roles)
    subject = actor if "{who}" in sentence else None
    details = tuple(d for d in _details(event, values, sentence, rules) if d)
    return Said(_filled(_(sentence), values), subject, details)


def _sentence(event: Event, roles: str) -> str:
    """A post above the one that owes answers itself; somebody of the community side only puts the answer on record."""
    behalf = getattr(event, "on_behalf_of", None)
    put_on_record = bool(behalf) and not COMMUNITY_ROLES.isdisjoint(roles.split(", "))
    if isinstance(event, events.TransferProposed) and not event.known:
        return _PUT_ON_RECORD_NOT_OURS if put_on_record else _NOT_OURS
    return event.PUT_ON_RECORD if put_on_record else event.SENTENCE


def foretell(event: Event, rules: Rules, today: date) -> Said:
    """One event that the simulator foresees, said as what would happen. Other events are said as `say` says them."""
    values = _values(event, rules, today)
    match event:
        case events.Reminded():
            pattern = _("A reminder would go out that {obligation} is due {due_on}")
            return Said(_filled(pattern, values), None)
        case events.StageEntered():
            told = _who_is_told(event, rules)
            details = [
                _("It would go to {who}.").format(who=told) if told else "",
                wording.on_record(event.fell_through or "", rules),
            ]
            pattern = _("Stage {stage}, {name}, would begin, for {obligation}")
            return Said(_filled(pattern, values), None, tuple(d for d in details if d))
        case events.StageProposed():
            invited = (_("The duty bearer would be invited to reply first."),) if event.public else ()
            pattern = _(
                "Stage {stage}, {name}, would be proposed to the steering committee, for {obligation}"
            )
            return Said(_filled(pattern, values), None, invited)
        case events.ObligationOpened():
            return Said(_filled(_("{obligation} would be owed by {owed_by} by {due_on}"), values), None)
        case events.PauseEnded():
            return Said(_filled(_("The clock for {obligation} would run again, due {due_on}"), values), None)
    return say(event, _("the engine"), rules, today)


def _values(event: Event, rules: Rules, today: date) -> dict[str, str]:
    values = {f.name: _words(f.name, getattr(event, f.name), rules, today) for f in fields(event)}
    if isinstance(event, events.Paused):
        # Its reason is a word of ours; every other reason is what somebody wrote.
        values["reason"] = _enum(wording.PAUSES, PauseReason)(event.reason)
    if isinstance(event, events.StageEntered | events.StageProposed | events.ProposalApproved):
        values["name"] = rules.called_stage(event.name, event.stage, event.ladder_id)
    if isinstance(event, events.FindingEdited):
        values["what"] = cldr.listed([_FIELDS.get(name, name) for name in event.what.split(", ")])
    if isinstance(event, events.ObligationOpened | events.StageProposed) and event.obligation in set(Kind):
        values["obligation"] = wording.owed(Kind(event.obligation))
    if isinstance(event, events.LadderFollowed):
        values["ladder"] = rules.called_ladder(event.ladder, event.ladder_id)
    return values


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    """The pattern with everything but `{who}` in its place; what people wrote may hold braces of its own, and end with a dot."""
    safe = {
        name: (value.removesuffix(".") if f"{{{name}}}," in pattern else value)
        .replace("{", "{{")
        .replace("}", "}}")
        for name, value in values.items()
    }
    return wording.ended(pattern.format(**{**safe, "who": "{who}"}))


def _who_is_told(event: events.StageEntered, rules: Rules) -> str:
    posts = map(rules.directory.said, event.addressed_names)
    return cldr.listed(list(dict.fromkeys((*posts, *map(wording.party, event.told_roles)))))


def _details(event: Event, values: Mapping[str, str], sentence: str, rules: Rules) -> tuple[str, ...]:
    """What a template leaves out and a reader wants to know."""
    if isinstance(event, events.StageEntered):
        told = _who_is_told(event, rules)
        return (
            _("Told: {who}.").format(who=told) if told else "",
            wording.on_record(event.fell_through or "", rules),
            _("It was due on {day}.").format(day=values["missed_at"]) if event.missed_at else "",
            event.reason or "",
        )
    behalf = values.get("on_behalf_of") if "{on_behalf_of}" not in sentence else None
    own: list[str] = [_("On behalf of {name}.").format(name=behalf) if behalf else ""]
    for name in ("note", "reason"):
        template = "{" + name + "}"
        if (text := values.get(name)) and template not in sentence:
            own.append(text)
    if isinstance(event, events.ActionProposed | events.ActionChanged):
        own += _besides(event)
    return (*own, _turn(event, values))


def _besides(event: events.ActionProposed | events.ActionChanged) -> tuple[str, ...]:
    """What else is proposed, or changed in a proposal: what will be different for people, and how it is checked."""
    said = (
        (
            event.expected,
            _("What will be different: {text}"),
            _("What will be different is not said any more."),
        ),
        (event.how_checked, _("How it is checked: {text}"), _("How it is checked is not said any more.")),
    )
    return tuple(
        wording.ended(now.format(text=text)) if text else gone for text, now, gone in said if text is not None
    )


def _turn(event: Event, values: Mapping[str, str]) -> str:  # noqa: C901, PLR0912 - one line for each kind of event
    """The one thing besides that matters about this kind of event."""
    match event:
        case events.FindingOpened(duty_bearer=None):
            return _("No duty bearer matched, so the coordinator names one.")
        case events.FindingOpened(how="by_hand"):
            return _("Addressed to {post}, named by hand.").format(post=values["duty_bearer"])
        case events.FindingOpened():
            return _("Addressed to {post}.").format(post=values["duty_bearer"])
        case events.TransferProposed(known=False):
            return _("It is put to {post}, the post above.").format(post=values["to"])
        case events.TransferAccepted(common_superior=True):
            return _("It was the second transfer, so it went to the superior of both.")
        case events.Refused(outside_power=True):
            return _("It is outside their power.")
        case events.SustainChecked(still_fixed=fixed):
            return _("It is still fixed.") if fixed else _("It is not fixed any more.")
        case events.StageProposed(public=True):
            return _("The duty bearer is invited to reply first.")
        case events.ActionAgreed():
            return values["where"]
        case events.Paused(until=None):
            return _("Until the community side lets it run again.")
        case events.Paused():
            return _("Until {day}.").format(day=values["until"])
        case events.PauseEnded(by_itself=True):
            return _("The pause was over.")
        case events.ProposalApproved(approvals=n, needed=needed):
            return _("Approval {n} of {needed}.").format(n=cldr.number(n), needed=cldr.number(needed))
    return ""


def _words(name: str, value: object, rules: Rules, today: date) -> str:
    if value is None:
        return ""
    if name in _POSTS and isinstance(value, str):
        return rules.directory.said(value)
    if name in _SPECIAL:
        return _SPECIAL[name](str(value))
    match value:
        case datetime():
            return wording.day(rules.calendar.local_date(value), today)
        case date():
            return wording.day(value, today)
        case UUID():
            post = rules.posts.get(value)
            return post.said if post else str(value)
        case Saying():
            return wording.on_record(value, rules)
        case tuple():
            return cldr.listed([_words("", item, rules, today) for item in value])
        case _:
            return str(value)


def _enum(
    words: Mapping[Any, str], of: Callable[[str], Any], otherwise: Callable[[str], str] = wording.spaced
) -> Callable[[str], str]:
    def say_it(kept: str) -> str:
        try:
            return words[of(kept)]
        except (ValueError, KeyError):
            return otherwise(kept)

    return say_it


# Fields that hold the name of a post as it was.
_POSTS = frozenset({"duty_bearer", "on_behalf_of", "post", "to"})

_SPECIAL: dict[str, Callable[[str], str]] = {
    "obligation": _enum(WAITS, Kind),
    "owed_by": wording.party,
    "closed_as": _enum(_CLOSED, ClosedAs),
    "verdict": _enum(wording.VERDICTS, Verdict),
    "where": _enum(_WHERE, AgreedWhere, lambda _kept: ""),
}


def is_engine(actor_role: str) -> bool:
    """Was it the program itself?"""
    return actor_role == "engine"
