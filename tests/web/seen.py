"""What do people see of a page outside of the program's own texts, when those stand in ⟦ ⟧?"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

SPOKEN = ("aria-label", "placeholder", "alt", "title", "label", "data-say")
BLOCKS = {
    "p", "li", "td", "th", "div", "section", "article", "h1", "h2", "h3", "dt", "dd", "label", "legend", "button", "a",
    "option", "figcaption", "caption", "title", "blockquote", "summary", "time",
}  # fmt: skip
_OWN = re.compile(r"⟦[^⟦⟧]*⟧")


@dataclass
class Seen(HTMLParser):
    """Every text node and spoken attribute of a page, without what stands in ⟦ ⟧ at any depth, with its element."""

    html: str
    outside: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._silent = 0
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self._silent += 1
        for name, value in attrs:
            if name in SPOKEN and value:
                self._keep(self._without(value))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        # A sentence may hold links and strong names, so its end may stand in a later node.
        kept = ""
        for letter in data:
            if letter == "⟦":
                self._depth += 1
                kept += "\n"
            elif letter == "⟧":
                self._depth -= 1
                kept += "\n"
            elif not self._depth:
                kept += letter
        for part in kept.split("\n"):
            self._keep(part)

    @staticmethod
    def _without(text: str) -> str:
        while _OWN.search(text):
            text = _OWN.sub("\n", text)
        return text

    def _keep(self, text: str) -> None:
        self.outside += [part.strip() for part in text.split("\n") if re.search(r"[^\W\d_]{2}", part)]
