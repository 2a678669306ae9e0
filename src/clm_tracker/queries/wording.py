"""In what plain words are days, parties and things owed said? The same on pages, in JSON and in letters."""

from datetime import date, datetime

from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.ladders import Mode, Stage
from clm_tracker.domain.possible import WAITS
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import Kind, Party, PauseReason, Verdict
from clm_tracker.kernel import cldr
from clm_tracker.kernel.sayings import Saying, Text
from clm_tracker.kernel.speech import N_, Labels, _

PARTIES = Labels(
    {
        Party.DUTY_BEARER: N_("the duty bearer"),
        Party.ADVOCATES: N_("the advocates"),
        Party.COMMITTEE: N_("the steering committee"),
        Party.COORDINATOR: N_("the coordinator"),
    }
)
# Beside "The steering committee owes", its name need not be said again.
_BESIDE_PARTY = Labels({Kind.DECIDE: N_("a decision about the next stage"), Kind.REVIEW: N_("a review")})
PAUSES = Labels(
    {
        PauseReason.SAFETY: N_("for safety"),
        PauseReason.WAITING_FOR_US: N_("waiting for the community side"),
        PauseReason.FORCE_MAJEURE: N_("force majeure"),
        PauseReason.AGREED: N_("agreed by both sides"),
    }
)
VERDICTS = Labels(
    {Verdict.FIXED: N_("fixed"), Verdict.PARTLY: N_("partly fixed"), Verdict.NOT_FIXED: N_("not fixed")}
)


def day(on: date, today: date) -> str:
    """ "Wed 21 October"; with the year when it is not this one."""
    return cldr.day(on, today=today)


def coming(stage: Stage, *, begins: str, proposed: str) -> str:
    """Of two sentences about a stage that comes next the true one: it begins by itself, or the committee is asked (R21)."""
    return begins if stage.mode is Mode.AUTOMATIC else proposed


def otherwise(stage: Stage, on: str) -> str:
    """What comes on a day if there is no answer until then."""
    said = coming(
        stage,
        begins=_("If there is no answer by {day}, the next stage begins: {stage}."),
        proposed=_("If there is no answer by {day}, the next stage is proposed to the committee: {stage}."),
    )
    return said.format(day=on, stage=stage.said)


def day_of(at: datetime, rules: Rules, now: datetime) -> str:
    """The local day of a moment, as `day` says it."""
    return day(rules.calendar.local_date(at), rules.calendar.local_date(now))


def titled(title: str) -> str:
    """What a finding is called in a list: a draft may have no title yet."""
    return title or _("Without a title yet")


def upper(text: str) -> str:
    """The text as the beginning of a sentence: "the advocates" becomes "The advocates"."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """The text inside a sentence: "Newest first" becomes "newest first"."""
    return text[:1].lower() + text[1:]


_BEYOND_LATIN = "\u0250"


def ended(text: str) -> str:
    """The text as a whole sentence, with the sign that ends one in its language, inside a quotation or after it; none for none."""
    text = text.rstrip()
    if not text or text.rstrip("\"'”’»›)] ").endswith((".", "!", "?", ":", "…", "។", "៕", "៖")):
        return text
    if max(filter(str.isalpha, text), default=_BEYOND_LATIN) < _BEYOND_LATIN:
        return f"{text}."  # typed in another script than the page's, it keeps the sign of its own
    return _("{sentence}.").replace("{sentence}", text)


def spaced(word: str) -> str:
    """A word that the program does not know any more, as it was kept."""
    return word.replace("_", " ")


def what(kind: Kind) -> str:
    """What is owed: "an acknowledgement"."""
    return WAITS[kind]


def owed(kind: Kind) -> str:
    """The same beside who owes it, who need not be named again: "a decision"."""
    return _BESIDE_PARTY.get(kind) or what(kind)


def who(o: Obligation, rules: Rules) -> str:
    """Who owes it: the name of the post, or "the advocates"."""
    post = rules.posts.get(o.duty_bearer_id) if o.duty_bearer_id else None
    return post.said if post else PARTIES[o.owed_by]


def on_record(kept: Text, rules: Rules) -> str:
    """A sentence of the record, with each thing that it names as it is called in the language of the moment."""
    return str(kept.told(rules.called) if isinstance(kept, Saying) else kept)


def party(word: str) -> str:
    """A role as the ledger keeps it, in words; the word itself when it is none."""
    return PARTIES[Party(word)] if word in set(Party) else spaced(word)
