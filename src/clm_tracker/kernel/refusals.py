"""In what words does the program say no?

A refusal is part of the vocabulary, not an accident: a permanent code, one sentence for people, and for bad input the
fields it is about. Only `web/refusals.py` knows what HTTP makes of each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clm_tracker.kernel.cldr import counted
from clm_tracker.kernel.speech import N_, Labels, _

# A whole sentence for each: not every language says "no such" the same way of everything.
_NONE = Labels(
    {
        "action": N_("There is no such action, or it is not yours to see."),
        "area": N_("There is no such area, or it is not yours to see."),
        "calendar": N_("There is no such calendar, or it is not yours to see."),
        "corrective action": N_("There is no such corrective action, or it is not yours to see."),
        "duty bearer": N_("There is no such duty bearer, or it is not yours to see."),
        "evidence": N_("There is no such evidence, or it is not yours to see."),
        "file": N_("There is no such file, or it is not yours to see."),
        "finding": N_("There is no such finding, or it is not yours to see."),
        "group": N_("There is no such group, or it is not yours to see."),
        "import": N_("There is no such import, or it is not yours to see."),
        "invitation": N_("There is no such invitation, or it is not yours to see."),
        "link": N_("There is no such link, or it is not yours to see."),
        "ladder": N_("There is no such ladder, or it is not yours to see."),
        "membership": N_("There is no such membership, or it is not yours to see."),
        "obligation": N_("There is no such obligation, or it is not yours to see."),
        "page": N_("There is no such page, or it is not yours to see."),
        "person": N_("There is no such person, or it is not yours to see."),
        "programme": N_("There is no such programme, or it is not yours to see."),
        "proposal": N_("There is no such proposal, or it is not yours to see."),
        "reporter": N_("Nothing is kept of who reported this finding."),
        "round": N_("There is no such round, or it is not yours to see."),
        "site": N_("There is no such site, or it is not yours to see."),
        "stage": N_("There is no such stage, or it is not yours to see."),
        "term": N_("There is no such term, or it is not yours to see."),
        "theme": N_("There is no such theme, or it is not yours to see."),
        "token": N_("There is no such token, or it is not yours to see."),
        "webhook": N_("There is no such webhook, or it is not yours to see."),
        "view": N_("There is no such view, or it is not yours to see."),
        "forum": N_("There is no such forum, or it is not yours to see."),
        "letter": N_("There is no such letter, or it is not yours to see."),
        "act": N_("There is no such act, or it is not yours to see."),
    }
)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: its name as the sender wrote it, and a sentence."""

    field: str
    message: str


class Refusal(Exception):
    """The program understood, and says no. `code` is for programs, `sentence` is for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class NotFound(Refusal):
    """There is no such thing, as far as this person may know."""

    def __init__(self, what: str = "page") -> None:
        super().__init__(
            "not_found", _NONE.get(what) or _("There is no such thing, or it is not yours to see.")
        )


class Gone(Refusal):
    """It was there and was good for something; it is no more."""


class NotSignedIn(Refusal):
    """Nobody is known to be asking."""

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__("not_signed_in", sentence or _("Sign in first."))


class NotAllowed(Refusal):
    """This person may see the thing but not do this."""

    def __init__(self, sentence: str, code: str = "not_allowed") -> None:
        super().__init__(code, sentence)


class NotNow(Refusal):
    """The act is right, the moment is wrong."""


class Stale(Refusal):
    """Somebody changed the thing in between. `changed_by` and `changed_at` (local text) say who and when."""

    def __init__(self, sentence: str, *, version: int | None = None, code: str = "stale") -> None:
        super().__init__(code, sentence)
        self.version = version


class Unseen(Stale):
    """Nobody said which version of the thing this rests on. What was sent is kept, to be sent again with it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, code="version_needed")


class Invalid(Refusal):
    """The input cannot be used; each error names its field. `counts`: its sentence says no more than how many there are."""

    def __init__(self, errors: tuple[FieldError, ...], sentence: str | None = None) -> None:
        super().__init__("invalid", sentence or another_look(len(errors)))
        self.errors = errors
        self.counts = sentence is None


def each(*asked: Callable[[], Any]) -> list[Any]:
    """What each of these answers. Raises Invalid with the mistakes of all, not of the first alone."""
    found: list[Any] = []
    wrong: list[Invalid] = []
    for ask in asked:
        try:
            found.append(ask())
        except Invalid as no:
            wrong.append(no)
    if len(wrong) > 1:
        raise Invalid(tuple(error for no in wrong for error in no.errors))
    if wrong:
        raise wrong[0]
    return found


def another_look(n: int) -> str:
    """That so many answers need one; in no number where none is told."""
    if not n:
        return _("Some answers need another look.")
    return counted(n, "One answer needs another look.", "{n} answers need another look.")


def invalid(field: str, message: str) -> Invalid:
    """One field is wrong; the sentence for people is the message itself."""
    return Invalid((FieldError(field, message),), message)
