"""How do bytes of a message become text, whatever they were said to be?"""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses
from typing import Final

LONGEST_LINE: Final = 20_000  # characters of a header that are read
# Invisible signs that turn the order of what is read: in a name they make "gpj.exe" look like "exe.jpg".
_TURNING: Final = {ord(c): None for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ud800-\udfff]")
# Said of nearly everything by programs that do not know better; the wider one holds all that the narrower one has.
_WIDER: Final = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-2022-jp": "iso2022_jp_2",
    "unicode-1-1-utf-7": "utf-7",
    "utf8": "utf-8",
}
# What Python takes for a charset and no mail is written in; both take long over much.
_NO_CHARSET: Final = re.compile(r"(idna|punycode)", re.IGNORECASE)
_NAME: Final = re.compile(r'"(?:[^"\\]|\\.)*"|=\?[^?\s]*\?[bqBQ]\?[^?\s]*\?=')
_ADDRESS: Final = re.compile(r'[^\s<>()\[\],:;"@]+@[^\s<>()\[\],:;"@]+')
_ONE_BYTE: Final = re.compile(
    r"(iso-?8859-|windows-12|cp12|latin|koi8|us-ascii|ascii|x?-?mac)", re.IGNORECASE
)


def decoded(data: bytes, charset: str | None) -> str:
    """The text of these bytes. What was said of them is believed as far as it can be true."""
    said = (charset or "").strip().strip("\"'").lower()
    tries = [_WIDER.get(said, said), "utf-8"]
    if not said or _ONE_BYTE.match(said):
        tries.reverse()  # whatever is good UTF-8 is UTF-8; the other way round everything is good
    for name in tries:
        if not name or _NO_CHARSET.search(name):
            continue
        try:
            return cleaned(data.decode(name))
        except (LookupError, ValueError):
            continue
    return cleaned(data.decode("windows-1252", "replace"))


def cleaned(text: str) -> str:
    """The text with plain line ends and nothing that cannot be seen or kept."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\xa0", " ")
    return _CONTROL.sub("", plain.translate(_TURNING))


def one_line(text: str) -> str:
    """The text in one line, at most `LONGEST_LINE` characters."""
    return " ".join(cleaned(text).split())[:LONGEST_LINE]


def header(value: object) -> str:
    """A header as it is read: encoded words decoded, one line."""
    raw = str(value)[: LONGEST_LINE * 3]
    # Raw bytes in a header come as surrogates.
    if any("\udc80" <= c <= "\udcff" for c in raw):
        raw = decoded(raw.encode("utf-8", "surrogateescape"), None)
    if "=?" not in raw:
        return one_line(raw)
    try:
        parts = decode_header(re.sub(r"\r?\n[ \t]*", " ", raw))
    except (HeaderParseError, ValueError):
        return one_line(raw)
    pieces = [part if isinstance(part, str) else decoded(part, charset) for part, charset in parts]
    return one_line("".join(pieces))


def addresses(values: tuple[str, ...]) -> tuple[str, ...]:
    """The mail addresses in headers, in lower case, none twice; what is no address is left out."""
    found: dict[str, None] = {}
    for value in values:
        for address in _addresses(value):
            plain = address.strip().strip("<>").lower()
            if is_address(plain):
                found[plain] = None
    return tuple(found)


def every_address(values: tuple[str, ...]) -> tuple[str, ...]:
    """All addresses in raw headers, also where a comment or a broken sign hides one: whom a server checked is among them.

    What stands in quotes or in an encoded word is a name, and no address, whatever it looks like.
    """
    found: dict[str, None] = {}
    for raw in values:
        value = raw[:LONGEST_LINE]
        if any("\udc80" <= c <= "\udcff" for c in value):
            value = decoded(value.encode("utf-8", "surrogateescape"), None)
        plain = _NAME.sub(" ", one_line(value))
        for one in (*addresses((plain,)), *(word.lower() for word in _ADDRESS.findall(plain))):
            if is_address(one):
                found[one] = None
    return tuple(found)


def _addresses(value: str) -> list[str]:
    try:
        return [address for _name, address in getaddresses([value])]
    except (RecursionError, ValueError, IndexError):
        return []  # made to be a burden: nobody's address


def is_address(text: str) -> bool:
    """Does this look like one mail address?"""
    local, at, domain = text.rpartition("@")
    return bool(at and local and domain) and len(text) <= 254 and not re.search(r"[\s<>,;\"]", text)
