"""At which addresses is a name, without waiting for longer than one would? The look-ups of one batch.

The system's own look-up knows no deadline and cannot be broken off, so it is left to a thread that nobody waits for. Each
name is asked for once: one that kept silent costs its batch one thread and one wait, at however many ports.
"""

import socket
from concurrent.futures import Future
from threading import Thread
from typing import Final

PATIENCE: Final = 10.0  # seconds for a name


class Lookups:
    """What the system said of each name."""

    def __init__(self) -> None:
        self._asked: dict[str, Future[list[str]]] = {}

    def addresses(self, host: str, seconds: float) -> list[str]:
        """The addresses of the name, in the order in which to try them. Raises TimeoutError when that takes longer, or what the system raises."""
        asked = self._asked.get(host)
        if asked is None:
            asked = self._asked[host] = _ask(host)
        elif not asked.done():
            raise TimeoutError
        return asked.result(seconds)


def _ask(host: str) -> Future[list[str]]:
    found: Future[list[str]] = Future()

    def ask() -> None:
        try:
            said = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found.set_result(list(dict.fromkeys(str(address[0]) for *_kind, address in said)))
        except Exception as no:  # noqa: BLE001 - it is raised where somebody waits
            found.set_exception(no)

    Thread(target=ask, name=f"looking up {host}", daemon=True).start()
    return found
