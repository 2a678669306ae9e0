"""Is a page of HTML sound: unique ids, labelled fields, named buttons, nothing inline?"""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "meta", "link", "br", "img", "use", "path", "line", "circle"}
POINTERS = ("for", "aria-labelledby", "aria-describedby")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    inside: tuple[str, ...]
    text: str = ""

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())


@dataclass
class Document(HTMLParser):
    """The elements of a page in their order, each with all the text inside it."""

    html: str
    elements: list[Element] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.stack: list[Element] = []
        self.feed(self.html)
        self.crossed += [f"<{e.tag}> is never closed" for e in self.stack]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {k: v or "" for k, v in attrs}, tuple(e.tag for e in self.stack))
        self.elements.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {k: v or "" for k, v in attrs}, tuple(e.tag for e in self.stack)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.stack or self.stack[-1].tag != tag:
            self.crossed.append(f"</{tag}> closes {self.stack[-1].tag if self.stack else 'nothing'}")
            return
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        for element in self.stack:
            element.text += data

    def all(self, tag: str) -> list[Element]:
        return [e for e in self.elements if e.tag == tag]

    def by_id(self, name: str) -> Element:
        return next(e for e in self.elements if e.attributes.get("id") == name)


def faults(html: str) -> list[str]:
    """Every fault found, in words; an empty list is a sound page."""
    page = Document(html)
    said = list(page.crossed)
    ids = Counter(e.attributes["id"] for e in page.elements if "id" in e.attributes)
    said += [f"id {name!r} stands {n} times" for name, n in ids.items() if n > 1]
    labels = {e.attributes.get("for") for e in page.all("label")}
    for e in page.elements:
        said += [
            f"<{e.tag}> points to #{target}, which is not there"
            for pointer in POINTERS
            for target in e.attributes.get(pointer, "").split()
            if target not in ids
        ]
        said += [f"<{e.tag}> has {a}" for a in e.attributes if a == "style" or a.startswith("on")]
        asks = e.tag in {"input", "select", "textarea"} and e.attributes.get("type") != "hidden"
        if asks and "label" not in e.inside and e.attributes.get("id") not in labels:
            said.append(f"<{e.tag} name={e.attributes.get('name')!r}> has no label")
        if e.tag in {"button", "a", "th", "label", "legend", "summary", "h1", "h2", "h3"}:
            pictured = any(
                o.tag in {"img", "svg"}
                and e.tag == "a"
                and o.attributes.get("alt", o.attributes.get("aria-label"))
                for o in page.elements
            )
            if not e.text.strip() and not pictured:
                said.append(f"<{e.tag}> says nothing")
        if e.tag == "img" and not e.attributes.get("alt"):
            said.append("<img> has no words")
        if e.tag == "form" and not ("action" in e.attributes and "method" in e.attributes):
            said.append("<form> does not say where or how")
        if e.tag in {"script", "style"} and not (e.tag == "script" and e.attributes.get("src")):
            said.append(f"<{e.tag}> stands in the page")
    return said
