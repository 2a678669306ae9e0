"""How is a secret kept that the program must read again, so that a copy of the database alone does not tell it?"""

import base64
from collections.abc import Sequence
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

WEBHOOKS: Final = "webhooks"  # the purpose of the secrets that webhooks are signed with


class Unreadable(Exception):
    """It was sealed with another secret key, or is damaged."""


class Seal:
    """Closes and opens what is kept for one purpose, such as "webhooks"; another purpose cannot open it.

    The secret key comes first, keys that were used before it after that: these only open.
    """

    def __init__(self, purpose: str, key: bytes, *before: bytes) -> None:
        self._with = MultiFernet([Fernet(_derived(one, purpose)) for one in (key, *before)])

    def close(self, secret: str) -> str:
        """The secret as it may be kept: another text every time."""
        return self._with.encrypt(secret.encode()).decode()

    def open(self, kept: str) -> str:
        """The secret again. Raises Unreadable."""
        try:
            return self._with.decrypt(kept).decode()
        except (InvalidToken, ValueError):  # ValueError: it was never a seal
            raise Unreadable("This was sealed with another secret key.") from None

    def open_all(self, kept: Sequence[str]) -> tuple[str, ...]:
        """Several secrets again, in their order. Raises Unreadable."""
        return tuple(self.open(one) for one in kept)


def _derived(key: bytes, purpose: str) -> bytes:
    made = HKDF(SHA256(), length=32, salt=None, info=f"clm-tracker {purpose}".encode()).derive(key)
    return base64.urlsafe_b64encode(made)
