"""What do people see of a page outside of the program's own texts, when those stand in ⟦ ⟧, and is it what people wrote?"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from clm_tracker import languages
from clm_tracker.commands import webhooks
from clm_tracker.db.base import Base
from clm_tracker.db.typed import plain
from clm_tracker.db.units import Reading
from clm_tracker.delivery.letters import wordings
from clm_tracker.intake import mapping, mapping_files
from clm_tracker.intake.records import Import
from clm_tracker.kernel.cldr import locale
from clm_tracker.queries import terms
from clm_tracker.web import components
from clm_tracker.web.desk import FLASH
from tests.pseudo import TAG

SPOKEN = ("aria-label", "placeholder", "alt", "title", "label", "data-say")
BLOCKS = {
    "p", "li", "td", "th", "div", "section", "article", "h1", "h2", "h3", "dt", "dd", "label", "legend", "button", "a",
    "option", "figcaption", "caption", "title", "blockquote", "summary", "time",
}  # fmt: skip
# Columns in which people write, and those with names that people gave to things of their programme.
WRITTEN = {
    "name", "names", "title", "titles", "institutions", "description", "affected", "institution", "organisation", "what", "expected", "how_checked",
    "note", "text", "caption", "reason", "ref", "email", "phone", "stages", "drop_reason", "extension_reason",
    "transfer_reason", "actor_name", "timezone", "facts", "code", "sha256", "url", "term", "better", "why", "subject", "source", "level", "report", "reply", "filename",
    "risk_who", "risk_how", "risk_last_word",
}  # fmt: skip
# No text: what stands in an example for an address, and a reference.
_EXAMPLE = re.compile(r"https://example\.org/.*|[a-z]+-\d{4}-\d{4}")
_OWN, _MARKS = re.compile(r"⟦[^⟦⟧]*⟧"), re.compile("([⟦⟧])")


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
        for part in _MARKS.split(data):
            if part in {"⟦", "⟧"}:
                self._depth += 1 if part == "⟦" else -1
            elif not self._depth:
                self._keep(part)

    @staticmethod
    def _without(text: str) -> str:
        while _OWN.search(text):
            text = _OWN.sub("\n", text)
        return text

    def _keep(self, text: str) -> None:
        self.outside += [part.strip() for part in text.split("\n") if re.search(r"[^\W\d_]{2}", part)]


def said_by(answer: Any, told: set[str]) -> list[str]:  # noqa: ANN401 - the client's response
    """What an answer says outside of ⟦ ⟧: on its page, and in the sentence for the next one, which goes into `told`."""
    said = urlsafe_b64decode(answer.cookies.get(FLASH, "").strip('"')).decode()
    told.add(said)
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    return Seen((answer.text if is_page else "") + escape(said)).outside


def written(look: Reading) -> set[str]:
    """What people wrote, and what the program knows in no language, as it is looked for by `is_data`."""
    known = [*everything(look), "clm-tracker", "PDF", "DOCX"]
    known += [*mapping_files.shipped(), *webhooks.KINDS, *(f"{{{place}}}" for place in wordings.PLACES)]
    known += [name for kind in Import for names in mapping.columns_of(kind) for name in names]
    known += [word for one in terms.listed(look) for word in texts_in(plain(one))]
    known += map(languages.name_of, terms.languages(look))
    # Khmer inside a text stands by itself on a page in another language.
    return {line for text in known for run in (text, *texts_of(text)) for line in lines_of(run)}


def texts_of(text: str) -> Iterator[str]:
    """The runs of a text that a page marks by their language."""
    return (part.text for part in components.plain(text))


def everything(look: Reading) -> Iterator[str]:
    """Every text in the columns in which people write."""
    for table in Base.metadata.sorted_tables:
        wanted = [c for c in table.columns if c.name in WRITTEN or str(c) == "sites.kind"]
        if wanted:
            for row in look.session.execute(select(*wanted)):
                yield from texts_in(list(row))


def texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON, or what a column holds
    if isinstance(value, str):
        yield value
        yield value.replace("_", " ")
        if "/" in value:
            yield value.rpartition("/")[2].replace("_", " ")
        if value.startswith("https://"):
            yield urlsplit(value).netloc
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from texts_in(one)


def lines_of(text: str) -> set[str]:
    """A text, and each line of it, as they are looked for."""
    return {folded(line) for line in (text, *text.splitlines())}


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("(", ", ").replace(")", "").strip(" .,:;“”\"'…·→-–").casefold()


def of_cldr() -> set[str]:
    english = locale("en")
    return (
        {
            folded(str(name))
            for kind in (english.days, english.months)
            for context in kind.values()
            for width in context.values()
            for name in width.values()
        }
        | {folded(str(name)) for name in english.languages.values()}
        | {folded(languages.name_of(tag)) for tag in (*languages.shipped(), "en", "km", "fr", TAG)}
        | {folded(TAG)}
    )


CLDR = of_cldr()


def is_data(text: str, data: set[str]) -> bool:
    said = re.sub(r"^and |\band$", "", folded(text)).strip()  # of a list that CLDR joined
    if not said or said in data:
        return True
    if _EXAMPLE.fullmatch(said):
        return True
    if re.fullmatch(r"[0-9a-f]{8}", said) and any(one.startswith(said) for one in data):
        return True
    if "…" in text and any(one.startswith(said) for one in data):
        return True
    if all(word in CLDR or not re.search(r"[^\W\d_]{2}", word) for word in map(folded, said.split(" "))):
        return True
    for sign in (", ", " and ", ": ", "; "):
        parts = said.split(sign)
        if len(parts) > 1:
            for cut in range(1, len(parts)):
                if is_data(sign.join(parts[:cut]), data) and is_data(sign.join(parts[cut:]), data):
                    return True
    return False
