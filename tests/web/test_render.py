"""Does every page get what its template asks for, whole and in blocks, and nothing that the browser must distrust?"""

import importlib
import json
import pkgutil
import re
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

import pytest
from jinja2 import UndefinedError, nodes
from markupsafe import Markup

from clm_tracker.delivery.beside import folder
from clm_tracker.domain.words import Severity
from clm_tracker.web import files, pages
from clm_tracker.web.components import Button, Docket, Message, words
from clm_tracker.web.pages import gallery
from clm_tracker.web.pages.errors import RefusedPage
from clm_tracker.web.render import HTMX_CONFIG, Page, Renderer, Templated
from tests.web import contract, markup

for module in pkgutil.walk_packages(pages.__path__, f"{pages.__name__}."):
    importlib.import_module(module.name)

PRODUCT = [p for p in Templated.registered.values() if p.__module__.startswith("clm_tracker.")]


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


def templates(renderer: Renderer, *folders: str) -> list[str]:
    return [n for n in renderer.environment.list_templates() if n.startswith(folders)]


def test_pages_are_registered_by_subclassing() -> None:
    assert gallery.GalleryPage in PRODUCT
    assert RefusedPage in PRODUCT


@pytest.mark.parametrize("page", PRODUCT, ids=lambda p: p.__qualname__)
def test_a_template_and_its_page_agree(renderer: Renderer, page: type[Templated]) -> None:
    assert contract.complaints(renderer.environment, page) == []


def test_every_page_says_what_it_is_for() -> None:
    """A page cannot be made without its purpose nor with an empty one, and its template shows it (the test above)."""
    refusals = {"RefusedPage", "UnsentPage", "OverPage"}
    parts_of_pages = {"KeptPage", "CountsPage", "OfferedPage"}
    assert {p.__name__ for p in PRODUCT if not issubclass(p, Page)} == refusals | parts_of_pages
    with pytest.raises(ValueError, match="does not say what it is for"):
        replace(gallery.example(), purpose=words(" "))


def test_every_page_template_belongs_to_a_page(renderer: Renderer) -> None:
    named = {p.template for p in PRODUCT}
    used = {name for top in named for name, _ in contract.family(renderer.environment, top)}
    assert set(templates(renderer, "pages/", "errors/")) - used == set()


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("{{ docke.ref }}", "asks for 'docke'"),
        ("{{ docket.reff }}", "Docket has no 'reff'"),
        ("{% if false %}{{ docket.reff }}{% endif %}", "Docket has no 'reff'"),
        (
            "{% for part in docket.facts %}{% for p in part %}{{ p.txt }}{% endfor %}{% endfor %}",
            "Part has no 'txt'",
        ),
        ("{{ docket.ref }}{{ viewer.nme }}", "Viewer has no 'nme'"),
        ("nothing", "docket is shown nowhere"),
    ],
)
def test_the_contract_notices(tmp_path: Path, source: str, complaint: str) -> None:
    @dataclass(frozen=True)
    class Tried(Templated):
        template: ClassVar[str] = "tried.html"
        docket: Docket

    (tmp_path / "tried.html").write_text(source)
    said = contract.complaints(Renderer(tmp_path).environment, Tried)
    assert any(complaint in s for s in said), said


def test_pages_set_and_import_nothing_at_the_top(renderer: Renderer) -> None:
    """A block rendered alone would not see it."""
    forbidden = (nodes.Assign, nodes.AssignBlock, nodes.Import, nodes.FromImport)
    loose = [
        (name, node.lineno)
        for name in templates(renderer, "pages/", "errors/")
        for node in contract.parsed(renderer.environment, name).body
        if isinstance(node, forbidden)
    ]
    assert loose == []


def test_each_component_file_holds_one_macro_of_its_name(renderer: Renderer) -> None:
    held = {
        Path(name).stem: [m.name for m in contract.parsed(renderer.environment, name).find_all(nodes.Macro)]
        for name in templates(renderer, "components/")
    }
    assert held == {name: [name] for name in held}
    assert set(vars(renderer.ui)) == set(held)


def test_a_component_that_does_not_exist_is_named(renderer: Renderer) -> None:
    with pytest.raises(AttributeError, match="no component 'bagde'"):
        _ = renderer.ui.bagde


def refused(**changes: str | None) -> RefusedPage:
    page = RefusedPage("Not now", "The extension was asked for after its day.", Button("Back", href="/"))
    return replace(page, **changes)  # type: ignore[arg-type]


def test_a_whole_page_stands_in_its_frame(renderer: Renderer) -> None:
    html = renderer.show(refused(), shared=gallery.shared())
    assert html.startswith("<!doctype html>")
    assert "The extension was asked for after its day." in html
    assert '<html lang="en" dir="ltr">' in html
    assert "Chan Sokha" in html
    assert markup.faults(html) == []


def test_a_page_stands_without_viewer_navigation_or_demonstration(renderer: Renderer) -> None:
    bare = replace(
        gallery.shared(), viewer=None, nav=(), menu=(), messages=(), seal=(), demo=None, sign_out=None
    )
    html = renderer.show(refused(), shared=bare)
    assert "Chan Sokha" not in html
    assert "/demo/advance" not in html
    assert markup.faults(html) == []


def test_a_block_comes_alone_with_the_messages(renderer: Renderer) -> None:
    shared = replace(gallery.shared(), messages=(Message(words("Kept.")),))
    html = renderer.show(refused(), shared=shared, block="main")
    assert "<html" not in html
    assert "The extension was asked for" in html
    region = markup.Document(html).by_id("messages")
    assert region.attributes["hx-swap-oob"] == "true"
    assert region.text.strip() == "Kept."


def test_a_block_without_messages_leaves_theirs_alone(renderer: Renderer) -> None:
    shared = replace(gallery.shared(), messages=())
    assert "hx-swap-oob" not in renderer.show(refused(), shared=shared, block="main")


def test_a_block_that_the_page_does_not_have_is_named(renderer: Renderer) -> None:
    with pytest.raises(LookupError, match="no block 'mian'"):
        renderer.show(refused(), shared=gallery.shared(), block="mian")


def test_what_people_typed_is_never_markup(renderer: Renderer) -> None:
    html = renderer.show(refused(sentence='<script>alert("x")</script>'), shared=gallery.shared())
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


@pytest.mark.parametrize(
    ("it", "shown"),
    [
        pytest.param("plain", "plain", id="nothing to escape"),
        pytest.param(
            """<a href='x'>"&</a>""", "&lt;a href=&#39;x&#39;&gt;&#34;&amp;&lt;/a&gt;", id="every sign"
        ),
        pytest.param(Markup("<b>made</b>"), "<b>made</b>", id="what a component made"),
        pytest.param(Severity.HIGH, "high", id="a word of the law"),
        pytest.param(7, "7", id="a number"),
    ],
)
def test_what_is_written_in_a_text_or_between_quotes_stays_there(
    tmp_path: Path, it: object, shown: str
) -> None:
    @dataclass(frozen=True)
    class Typed(Templated):
        template: ClassVar[str] = "typed.html"
        it: object

    (tmp_path / "typed.html").write_text('<p title="{{ it }}">{{ it }}</p>')
    html = Renderer(tmp_path).show(Typed(it), shared=gallery.shared())
    assert html == f'<p title="{shown}">{shown}</p>'


def test_a_missing_name_is_an_error_not_a_blank(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Careless(Templated):
        template: ClassVar[str] = "careless.html"

    (tmp_path / "careless.html").write_text("{{ nobody }}")
    with pytest.raises(UndefinedError, match="nobody"):
        Renderer(tmp_path).show(Careless(), shared=gallery.shared())


def test_no_template_writes_style_or_script_into_a_page(renderer: Renderer) -> None:
    inline = re.compile(r"\sstyle=|<style|<script(?! src=)|\son[a-z]+=|javascript:|hx-on|\|\s*safe")
    for name in renderer.environment.list_templates():
        if name.startswith("letters/"):  # a mail brings its own style; it never stands in a page
            continue
        source = (folder("templates") / name).read_text(encoding="utf-8")
        assert not inline.search(source), name


def test_htmx_is_told_to_evaluate_and_keep_nothing() -> None:
    told = json.loads(HTMX_CONFIG)
    assert told["allowEval"] is False
    assert told["includeIndicatorStyles"] is False
    assert told["historyCacheSize"] == 0

    def swapped(status: int) -> dict[str, object]:
        return next(r for r in told["responseHandling"] if re.fullmatch(r["code"], str(status)))

    assert swapped(200) == swapped(303) == {"code": "[23]..", "swap": True}
    assert swapped(422)["swap"]
    assert "error" not in swapped(422)
    assert swapped(500)["target"] == "#main"


def test_the_configuration_of_htmx_survives_its_attribute(renderer: Renderer) -> None:
    html = renderer.show(refused(), shared=gallery.shared())
    meta = next(e for e in markup.Document(html).all("meta") if e.attributes.get("name") == "htmx-config")
    assert json.loads(meta.attributes["content"]) == json.loads(HTMX_CONFIG)


def test_static_addresses_change_with_their_content() -> None:
    content = (files.STATIC / "clm.css").read_bytes()
    assert files.static_url("clm.css") == f"/static/clm.css?v={sha256(content).hexdigest()[:12]}"
    with pytest.raises(FileNotFoundError):
        files.static_url("nothing.css")


def test_a_folder_that_is_nowhere_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="'nowhere'"):
        folder("nowhere")


def test_the_vendored_script_is_the_one_that_was_recorded() -> None:
    recorded = dict(
        re.findall(
            r"^\| `(\S+)` .*`([0-9a-f]{64})`", (files.STATIC / "VENDORED.md").read_text(), re.MULTILINE
        )
    )
    assert set(recorded) == {p.name for p in files.STATIC.glob("*.min.js")}
    for name, told in recorded.items():
        assert sha256((files.STATIC / name).read_bytes()).hexdigest() == told
