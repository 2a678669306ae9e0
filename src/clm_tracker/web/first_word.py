"""With which word does the operator of the machine begin the first programme from a page? (decision 0011)"""

import hmac
from base64 import b32encode
from hashlib import sha256


def first_word(key: bytes) -> str:
    """The word that `serve` prints while there is no programme: from the secret key, so every process knows it."""
    mark = hmac.new(key, b"the first programme", sha256).digest()
    text = b32encode(mark[:10]).decode().lower()
    return "-".join(text[n : n + 4] for n in range(0, 16, 4))


def is_first_word(typed: str, key: bytes) -> bool:
    """Whether somebody typed that word, with or without its dashes."""
    tidy = "".join(typed.lower().replace("-", "").split())
    return hmac.compare_digest(tidy.encode(), first_word(key).replace("-", "").encode())
