"""How is something that was made before found again, by all that it was made of?"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """So many things by their keys; when it is full it begins anew. A key holds all that the thing depends on."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[Hashable, T] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of this key, made when it is not there."""
        found = self._found.get(key)
        if found is None:
            found = make()
            if len(self._found) >= self._most:
                self.forget()  # at once, whoever else is adding to it
            self._found[key] = found
        return found

    def forget(self) -> None:
        """Let all of it go."""
        self._found.clear()
