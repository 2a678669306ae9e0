"""What is an event, and which kinds are there?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar, dataclass_transform


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `SENTENCE` is its English sentence; names in braces are its fields, and `who` did it.

    `PUT_ON_RECORD` is the sentence where the community side only wrote down what a post answered (`on_behalf_of`).
    """

    kind: ClassVar[str] = ""
    SENTENCE: ClassVar[str] = ""
    PUT_ON_RECORD: ClassVar[str] = ""


KINDS: dict[str, type[Event]] = {}
E = TypeVar("E", bound=Event)


@dataclass_transform(frozen_default=True)
def event(kind: str, sentence: str, put_on_record: str = "") -> Callable[[type[E]], type[E]]:
    """Names a class of events, for ever: its `kind`, and its sentences."""

    def register(cls: type[E]) -> type[E]:
        if kind in KINDS:
            raise TypeError(f"Two events are called {kind}.")
        cls.kind, cls.SENTENCE, cls.PUT_ON_RECORD = kind, sentence, put_on_record
        KINDS[kind] = made = dataclass(frozen=True, slots=True)(cls)
        return made

    return register
