"""Where do new identifiers and unguessable words come from? The only source of randomness."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from uuid_utils.compat import uuid7

_source: ContextVar[Callable[[], UUID]] = ContextVar("source", default=uuid7)


def new_id() -> UUID:
    """An identifier that sorts by the moment it was made."""
    return _source.get()()


@contextmanager
def ids_from(source: Callable[[], UUID]) -> Iterator[None]:
    """Within the block, and this thread, identifiers come from `source`: so that a build can be repeated."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def new_token() -> str:
    """A word of 256 random bits that nobody can guess, safe in a URL."""
    return secrets.token_urlsafe(32)
