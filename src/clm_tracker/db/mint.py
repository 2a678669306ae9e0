"""Where do new identifiers and unguessable words come from? The only source of randomness."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """An identifier that sorts by the moment it was made."""
    made: UUID = uuid7()
    return made


def new_token() -> str:
    """A word of 256 random bits that nobody can guess, safe in a URL."""
    return secrets.token_urlsafe(32)
