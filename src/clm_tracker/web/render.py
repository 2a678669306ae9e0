"""How does a page become HTML, whole or one block of it?

A page is a type: a frozen dataclass whose fields are all that its template may ask for,
besides those of `Shared`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from inspect import isabstract
from pathlib import Path
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from clm_tracker.delivery.beside import folder
from clm_tracker.kernel import speech
from clm_tracker.web import files
from clm_tracker.web.components import Button, DemoClock, Link, Message, Tongues, Words
from clm_tracker.web.glossary import Glossary, glossary
from clm_tracker.web.words import _

COMPONENTS = "components"
# Those that a page repeats, and many pages alike. What one makes depends on nothing but what it is given and the language, so what
# was made before is kept, of each so many.
REPEATED = {
    **dict.fromkeys(
        ("badge", "button", "chip", "icon", "mini", "row", "rung", "when", "why_not", "word"), 4_096
    ),
    **dict.fromkeys(("filters", "ladder"), 256),
}
Component = Callable[..., Markup]
_is_marked = re.compile("[&<>\"']").search


@dataclass(frozen=True)
class Templated:
    """What a template shows: a page, or a refusal, or a part of a page that comes alone. A subclass names its `template`
    and declares what that template shows.
    """

    template: ClassVar[str]
    registered: ClassVar[dict[str, type["Templated"]]] = {}

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "template" in cls.__dict__ and not isabstract(cls):
            Templated.registered[f"{cls.__module__}.{cls.__qualname__}"] = cls

    def values(self) -> dict[str, Any]:
        """The fields by name, as they are (nested dataclasses stay what they are)."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True)
class Page(Templated):
    """Base of every page. Each says in one plain sentence what it is for, under its heading."""

    purpose: Words = field(kw_only=True)

    def __post_init__(self) -> None:
        if not any(part.text.strip() for part in self.purpose):
            raise ValueError(f"{type(self).__name__} does not say what it is for")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: a name, and one line that says as whom."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Shared:
    """What every template may show besides its own page's fields, under these names."""

    programme: str
    path: str
    now: datetime
    lang: str = "en"
    dir: str = "ltr"
    tongues: Tongues | None = None
    viewer: Viewer | None = None
    nav: tuple[Link, ...] = ()
    menu: tuple[Link, ...] = ()
    messages: tuple[Message, ...] = ()
    focus: bool = False  # the page came without a reload: its message is what the reader is led to
    seal: Words = ()
    demo: DemoClock | None = None
    sign_out: Button | None = None
    keys: bool = False
    glossary: Glossary = field(default_factory=glossary)

    def values(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


SHARED_NAMES = frozenset(f.name for f in fields(Shared))
GLOBAL_NAMES = frozenset({"ui", "_", "static_url", "htmx_config"})

# A success, a refused form (422) and a conflict (409) replace what was asked for; any other error is a whole page,
# of which the main part is shown. Nothing is evaluated; nothing is kept in the browser, for phones are shared.
HTMX_CONFIG = Markup(
    '{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,"selfRequestsOnly":true,"attributesToSettle":["class"],'
    '"historyCacheSize":0,"historyRestoreAsHxRequest":false,"responseHandling":['
    '{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"409|422","swap":true},'
    '{"code":"[45]..","swap":true,"error":true,"target":"#main","select":"#main","swapOverride":"outerHTML"}]}'
)


class Components:
    """Every macro of `templates/components/`, each an attribute: one file, one macro of the file's name."""

    def __getattr__(self, name: str) -> Component:
        raise AttributeError(f"There is no component {name!r} in templates/{COMPONENTS}/")


class _Straight(CodeGenerator):
    """Templates as Python without Jinja's detours: here `a.b` is an attribute and never a key, and what is called wants no context.

    A page asks for a thousand attributes and calls two hundred components and sentences: a quarter of its rendering.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """The attribute itself."""
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 - Jinja's
        """The call itself."""
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            self.fail("A template names what it gives to a component.", node.lineno)
        self.visit(node.node, frame)
        self.write("(")
        for given in (*node.args, *node.kwargs):
            self.visit(given, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def _output_child_pre(self, _node: nodes.Expr, _frame: Frame, _finalize: object) -> None:
        self.write("environment.written(")


class _Environment(Environment):
    """Jinja as templates here need it."""

    code_generator_class = _Straight

    @staticmethod
    def written(it: object) -> str:
        """What stands for it on a page. Most texts have nothing to escape, and what a component made is not copied again."""
        if type(it) is Markup:
            return it
        if isinstance(it, str):
            text = str.__str__(it)  # of an enumeration its word
            return text if _is_marked(text) is None else escape(text)
        return escape(it)


class Renderer:
    """The only caller of Jinja."""

    def __init__(self, templates: Path | None = None, *, reload: bool = False) -> None:
        """`templates` is the folder to read, by default the program's own; `reload` sees changed files."""
        self.environment = _Environment(
            loader=FileSystemLoader(templates or folder("templates")),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=reload,
            cache_size=-1,
        )
        self.ui = Components()
        self.environment.globals.update(ui=self.ui, _=_, static_url=files.static_url, htmx_config=HTMX_CONFIG)
        for name in self.environment.list_templates(filter_func=lambda n: n.startswith(f"{COMPONENTS}/")):
            macro = Path(name).stem
            made: Component = getattr(self.environment.get_template(name).module, macro)
            setattr(self.ui, macro, _kept(made, REPEATED[macro]) if macro in REPEATED else made)

    def show(self, page: Templated, *, shared: Shared, block: str | None = None) -> str:
        """The page as HTML, or one block of it for htmx, followed by the messages for their own place.

        Raises LookupError for a block that the page's own template does not have, and
        jinja2.UndefinedError for a name that neither the page nor `Shared` has.
        """
        template = self.environment.get_template(page.template)
        values = {**shared.values(), **page.values()}
        if block is None:
            return template.render(values)
        html = self._block(template, block, values)
        if shared.messages:
            html += str(self.ui.messages(shared.messages, True))
        return html

    def _block(self, template: Template, name: str, values: dict[str, Any]) -> str:
        try:
            render = template.blocks[name]
        except KeyError:
            raise LookupError(f"{template.name} has no block {name!r}") from None
        return "".join(render(template.new_context(values)))


def _kept(macro: Component, most: int) -> Component:
    @lru_cache(maxsize=most, typed=True)  # text and markup that read alike are not the same
    def made(_language: str, *given: object, **named: object) -> Markup:
        return macro(*given, **named)

    return lambda *given, **named: made(speech.language(), *given, **named)
