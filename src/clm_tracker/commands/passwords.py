"""Is this the person's password, and how is one kept?"""

from functools import cache

from pwdlib import PasswordHash

from clm_tracker.kernel.cldr import number
from clm_tracker.kernel.refusals import invalid
from clm_tracker.kernel.speech import _

SHORTEST, LONGEST = 10, 1_000


def keep(password: str) -> str:
    """The Argon2id hash to store. Raises Invalid for a password that is easy to try."""
    if len(password) < SHORTEST:
        raise invalid(
            "password", _("Choose a password of at least {shortest} characters.").format(shortest=SHORTEST)
        )
    if len(password) > LONGEST:
        raise invalid(
            "password",
            _("Choose a password of at most {longest} characters.").format(longest=number(LONGEST)),
        )
    if len(set(password)) < 5:
        raise invalid("password", _("This password is easy to guess; use more different characters."))
    return _argon2().hash(password)


def check(password: str, kept: str | None) -> bool:
    """Is it the one? Without a stored hash it takes as long, so that the time tells nobody which addresses exist."""
    right = _argon2().verify(password[: LONGEST + 1], kept or _of_nobody())
    return right and kept is not None


@cache
def _argon2() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _of_nobody() -> str:
    return _argon2().hash("the password of nobody")
