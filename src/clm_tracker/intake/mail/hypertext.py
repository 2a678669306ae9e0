"""What does a message in HTML say, read as plain text?

Links stay as text with their address; what is quoted begins with ">", as in plain messages; scripts, styles and what is
hidden from readers are left out. Read in one pass of our own: on 1 MB of opened tags the library's parser takes minutes.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

LARGEST: Final = 1_000_000  # characters that are read
LONGEST_TAG: Final = 4_000
DEEPEST_QUOTE: Final = 5
_SKIPPED: Final = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe", "select"}
)
_BLOCKS: Final = frozenset(
    {"p", "div", "tr", "table", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section"}
    | {"article", "header", "footer", "pre", "center", "dl", "dt", "dd", "form", "figure", "address"}
)
_SPACED: Final = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"})
_VOID: Final = frozenset({"br", "hr", "img", "meta", "link", "input", "wbr", "area", "base", "col", "source"})
_HIDDEN: Final = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_TAG: Final = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:_-]{0,40})")
_ATTRIBUTE: Final = r"""[\s"']{}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_HREF: Final = re.compile(_ATTRIBUTE.format("href"), re.IGNORECASE)
_STYLE: Final = re.compile(_ATTRIBUTE.format("style"), re.IGNORECASE)


def text_of(html: str) -> str:
    """The text of a message in HTML."""
    page = _Page()
    for piece, is_tag in _pieces(html[:LARGEST]):
        if not is_tag:
            page.text(unescape(piece))
            continue
        named = _TAG.match(piece)
        assert named is not None
        tag = named.group(1).lower().rpartition(":")[2]
        if piece.startswith("</"):
            page.end(tag)
        else:
            page.begin(tag, piece)
    return page.read()


def _pieces(html: str) -> Iterator[tuple[str, bool]]:
    """Texts and tags in turn. Every "<" that opens no whole tag is text; comments and declarations are left out."""
    at, end = 0, len(html)
    last = html.rfind(">")  # beyond it nothing is a tag
    while at < end:
        opens = html.find("<", at)
        if opens < 0 or opens > last:
            yield html[at:], False
            return
        if opens > at:
            yield html[at:opens], False
        if html.startswith("<!--", opens):
            closes = html.find("-->", opens + 4)
            at = closes + 3 if closes >= 0 else end
        elif html.startswith(("<!", "<?"), opens):
            at = html.find(">", opens) + 1
        elif _TAG.match(html, opens) and (closes := _closes(html, opens)):
            yield html[opens:closes], True
            at = closes
        else:
            yield "<", False
            at = opens + 1


def _closes(html: str, opens: int) -> int:
    """Behind the ">" that closes the tag; one in quotation marks does not. 0 when there is none near."""
    tag = html[opens : opens + LONGEST_TAG]
    at, quote = 0, ""
    for found in re.finditer("[\"'>]", tag):
        sign = found.group()
        if quote:
            quote = "" if sign == quote else quote
        elif sign != ">":
            # A quotation mark that follows no "=" is a writer's slip.
            quote = sign if tag[: found.start()].rstrip().endswith("=") else ""
        else:
            at = found.end()
            break
    return opens + at if at else 0


class _Page:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._skipping: tuple[str, int] | None = None  # in which element, and how often it was opened again
        self._link: str | None = None
        self._linked: list[str] = []
        self._pre = 0

    def begin(self, tag: str, whole: str) -> None:
        if self._skipping is not None:
            of, depth = self._skipping
            # Of a paragraph, the next one is the end.
            if tag == of:
                self._skipping = None if tag in {"p", "li", "td", "tr"} else (of, depth + 1)
            return
        if tag in _SKIPPED or ((style := _STYLE.search(whole)) and _HIDDEN.search(style.group())):
            if tag not in _VOID and not whole.endswith("/>"):
                self._skipping = (tag, 1)
            return
        if tag in _BLOCKS:
            self._break(empty=tag in _SPACED)
        self._begin(tag, whole)

    def _begin(self, tag: str, whole: str) -> None:
        match tag:
            case "br":
                self._break()
            case "hr":
                self._break()
                self._line.append("_" * 32)
                self._break()
            case "blockquote":
                self._quotes += 1
            case "li":
                self._line.append("- ")
            case "pre":
                self._pre += 1
            case "td" | "th" if self._line:
                self._line.append(" ")
            case "a":
                self._end_link()
                found = _HREF.search(whole)
                target = next((one for one in found.groups() if one), "") if found else ""
                self._link, self._linked = unescape(target).strip(), []
            case _:
                pass

    def end(self, tag: str) -> None:
        if self._skipping is not None:
            of, depth = self._skipping
            if tag == of:
                self._skipping = (of, depth - 1) if depth > 1 else None
            return
        if tag == "a":
            self._end_link()
        if tag in _BLOCKS:
            self._break(empty=tag in _SPACED)
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        if tag == "pre":
            self._pre = max(0, self._pre - 1)

    def text(self, data: str) -> None:
        if self._skipping is not None:
            return
        if self._pre:
            first, *rest = data.split("\n")
            self._line.append(first)
            for line in rest:
                self._break()
                self._line.append(line)
            return
        plain = re.sub(r"[ \t\r\n\f]+", " ", data.replace("\xa0", " "))
        self._line.append(plain)
        if self._link is not None:
            self._linked.append(plain)

    def read(self) -> str:
        self._end_link()
        self._break()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def _end_link(self) -> None:
        if self._link is None:
            return
        shown, target = "".join(self._linked).strip(), self._link
        self._link = None
        if not target.lower().startswith(("http://", "https://", "mailto:")):
            return
        bare = target.split(":", 1)[1] if target.lower().startswith("mailto:") else target
        if bare.rstrip("/") not in shown:
            self._line.append(f" ({bare})" if shown else bare)

    def _break(self, *, empty: bool = False) -> None:
        text = "".join(self._line)
        text = text.rstrip() if self._pre else text.strip()
        self._line = []
        start = "> " * min(self._quotes, DEEPEST_QUOTE)
        if text:
            self._lines.append(start + text)
        if (empty or not text) and self._lines and self._lines[-1].strip("> "):
            self._lines.append(start.rstrip())
