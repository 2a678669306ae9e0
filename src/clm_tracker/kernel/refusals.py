"""In what words does the program say no?

A refusal is part of the vocabulary, not an accident: a permanent code, one sentence for people, and for bad input the
fields it is about. Only `web/refusals.py` knows what HTTP makes of each.
"""

from dataclasses import dataclass


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
        super().__init__("not_found", f"There is no such {what}, or it is not yours to see.")


class NotSignedIn(Refusal):
    """Nobody is known to be asking."""

    def __init__(self, sentence: str = "Sign in first.") -> None:
        super().__init__("not_signed_in", sentence)


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


class Invalid(Refusal):
    """The input cannot be used; each error names its field."""

    def __init__(
        self, errors: tuple[FieldError, ...], sentence: str = "Some answers need another look."
    ) -> None:
        super().__init__("invalid", sentence)
        self.errors = errors


def invalid(field: str, message: str) -> Invalid:
    """One field is wrong; the sentence for people is the message itself."""
    return Invalid((FieldError(field, message),), message)
