"""In what plain English are days, parties and things owed said? The same on pages, in JSON and in letters."""

from datetime import date, datetime

from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.possible import WAITS
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import Kind, Party, PauseReason, Verdict

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PARTIES = {
    Party.DUTY_BEARER: "the duty bearer",
    Party.ADVOCATES: "the advocates",
    Party.COMMITTEE: "the steering committee",
    Party.COORDINATOR: "the coordinator",
}
PAUSES = {
    PauseReason.SAFETY: "for safety",
    PauseReason.WAITING_FOR_US: "waiting for the community side",
    PauseReason.FORCE_MAJEURE: "force majeure",
    PauseReason.AGREED: "agreed by both sides",
}
VERDICTS = {Verdict.FIXED: "fixed", Verdict.PARTLY: "partly fixed", Verdict.NOT_FIXED: "not fixed"}


def day(on: date, today: date) -> str:
    """ "Wed 21 October"; with the year when it is not this one."""
    year = "" if on.year == today.year else f" {on.year}"
    return f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}{year}"


def day_of(at: datetime, rules: Rules, now: datetime) -> str:
    """The local day of a moment, as `day` says it."""
    return day(rules.calendar.local_date(at), rules.calendar.local_date(now))


def upper(text: str) -> str:
    """The text as the beginning of a sentence: "the advocates" becomes "The advocates"."""
    return text[:1].upper() + text[1:]


def what(kind: Kind) -> str:
    """What is owed: "an acknowledgement"."""
    return WAITS[kind]


def who(o: Obligation, rules: Rules) -> str:
    """Who owes it: the name of the post, or "the advocates"."""
    post = rules.posts.get(o.duty_bearer_id) if o.duty_bearer_id else None
    return post.name if post else PARTIES[o.owed_by]


def party(word: str) -> str:
    """A role as the ledger keeps it, in words; the word itself when it is none."""
    return PARTIES[Party(word)] if word in set(Party) else word.replace("_", " ")
