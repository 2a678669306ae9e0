"""How is something kept for one and the same thing, whatever is like it?"""

from typing import Generic, TypeVar
from weakref import ref

T = TypeVar("T")


class Same(Generic[T]):
    """A thing as a key: alike is only the very same one.

    It is not held, for it may be large: what is kept for one that is gone is never found again, and makes room in its turn.
    """

    __slots__ = ("_hash", "_ref")

    def __init__(self, it: T) -> None:
        self._ref, self._hash = ref(it), id(it)

    @property
    def it(self) -> T:
        """The thing, while somebody holds it."""
        found = self._ref()
        assert found is not None, "Whoever asks what is kept for a thing holds it."
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Same):
            return False
        mine = self._ref()
        return mine is not None and mine is other._ref()

    def __hash__(self) -> int:
        return self._hash
