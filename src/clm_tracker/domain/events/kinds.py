"""What is an event, and which kinds are there?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar, dataclass_transform


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `SENTENCE` is its English sentence; names in braces are its fields, and `who` did it."""

    kind: ClassVar[str] = ""
    SENTENCE: ClassVar[str] = ""


KINDS: dict[str, type[Event]] = {}
E = TypeVar("E", bound=Event)


@dataclass_transform(frozen_default=True)
def event(kind: str, sentence: str) -> Callable[[type[E]], type[E]]:
    """Names a class of events, for ever: its `kind`, and its sentence."""

    def register(cls: type[E]) -> type[E]:
        if kind in KINDS:
            raise TypeError(f"Two events are called {kind}.")
        cls.kind, cls.SENTENCE = kind, sentence
        KINDS[kind] = made = dataclass(frozen=True, slots=True)(cls)
        return made

    return register
