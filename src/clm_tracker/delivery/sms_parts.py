"""How many messages does a phone network make of a text? (GSM 03.38, 03.40)"""

from typing import Final

# The letters of the alphabet that phones send seven bits at a time, and those that take the room of two.
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("\f^{}\\[~]|€")
ALONE, JOINED = (160, 70), (153, 67)  # letters of that alphabet, or of all others


def is_plain(text: str) -> bool:
    """Does it need nothing but the phones' own alphabet? One other letter, such as a Khmer one, makes it 70 a part."""
    return all(c in _GSM or c in _GSM_TWICE for c in text)


def parts(text: str) -> int:
    """160 letters of the phones' own alphabet or 70 others; 153 or 67 a part when several are joined.

    What takes the room of two is never cut in half: where only one place is left, it begins the next part.
    """
    wide = 0 if is_plain(text) else 1
    sizes = [_size(c) for c in text] if wide else [2 if c in _GSM_TWICE else 1 for c in text]
    if sum(sizes) <= ALONE[wide]:
        return 1
    made, filled = 1, 0
    for size in sizes:
        if filled + size > JOINED[wide]:
            made, filled = made + 1, 0
        filled += size
    return made


def _size(letter: str) -> int:
    return 2 if ord(letter) > 0xFFFF else 1
