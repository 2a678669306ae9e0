"""Does each component say what it is given: reasons on buttons, errors under fields, days on calendars and lines?"""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clm_tracker.kernel.refusals import FieldError
from clm_tracker.web import components as c
from clm_tracker.web import files
from clm_tracker.web.pages import gallery
from clm_tracker.web.pages.gallery import days, finding, lists
from clm_tracker.web.render import Renderer
from tests.web import markup

CSS = (files.STATIC / "clm.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture(scope="module")
def ui(renderer: Renderer) -> Callable[..., markup.Document]:
    """Call a macro and read what it wrote."""
    return lambda name, *given: markup.Document(str(getattr(renderer.ui, name)(*given)))


UI = Callable[..., markup.Document]


def test_the_gallery_shows_every_component_soundly() -> None:
    renderer = Renderer()
    shown: set[str] = set()

    def noticed(name: str, macro: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: object, **kwargs: object) -> object:
            shown.add(name)
            return macro(*args, **kwargs)

        return call

    every = dict(vars(renderer.ui))
    vars(renderer.ui).update({name: noticed(name, macro) for name, macro in every.items()})
    html = renderer.show(gallery.example(), shared=gallery.shared())
    assert set(every) - shown == set()
    assert markup.faults(html) == []


def test_every_class_on_a_page_is_known_to_the_style_sheet(renderer: Renderer) -> None:
    page = markup.Document(renderer.show(gallery.example(), shared=gallery.shared()))
    known = set(re.findall(r"\.([a-z][\w-]*)", CSS))
    quiet = {
        "second",
        "start",
        "counted",
        "what",
        "menu",
        "done",
        "note",
        "refused",
        "w1",
        "close",
        "r",
        "more",
    }
    assert {k for e in page.elements for k in e.classes} - known - quiet == set()


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (files.STATIC / "icons.svg").read_text(encoding="utf-8")))
    assert {i.value for i in c.Icon} == drawn


def test_a_refused_act_still_posts_and_says_why(ui: UI) -> None:
    page = ui("button", c.Button("Verify", why_not="Nothing to verify yet.", id="verify"))
    (button,) = page.all("button")
    assert button.attributes["aria-disabled"] == "true"
    assert "disabled" not in button.attributes
    assert button.attributes["type"] == "submit"
    assert page.by_id(button.attributes["aria-describedby"]).text == "Nothing to verify yet."


@pytest.mark.parametrize(("href", "identity"), [("/x", "verify"), (None, None)])
def test_a_reason_needs_a_button_that_posts(href: str | None, identity: str | None) -> None:
    with pytest.raises(ValueError, match="Verify"):
        c.Button("Verify", href=href, id=identity, why_not="Not yet.")


def test_a_refused_panel_stays_folded_away(ui: UI) -> None:
    act = finding.acts()[2]
    page = ui("act", act)
    assert page.all("details") == []
    hidden = {e.attributes["name"]: e.attributes["value"] for e in page.all("input")}
    assert hidden == {"once": "01J0VERIFY", "version": "17"}


def test_an_act_unfolds_to_its_form_with_what_travels_unseen(ui: UI) -> None:
    page = ui("act", finding.acts()[1])
    assert "open" in page.all("details")[0].attributes
    hidden = {
        e.attributes["name"]: e.attributes["value"]
        for e in page.all("input")
        if e.attributes["type"] == "hidden"
    }
    assert hidden == {"once": "01J0EARLY", "version": "17", "from_stage": "2"}


def test_version_nought_travels_too(ui: UI) -> None:
    page = ui("keys", replace(finding.acts()[1].form, version=0, once=None, hidden=()))
    assert [e.attributes["value"] for e in page.all("input")] == ["0"]


@pytest.mark.parametrize("kind", list(c.FieldKind))
def test_an_error_is_tied_to_its_field(ui: UI, kind: c.FieldKind) -> None:
    options = (c.Option("a", "A"), c.Option("b", "B", chosen=True))
    asked = c.Field("why", "Why", kind, "b", "In a few words.", "Say why.", options=options, scope="late")
    page = ui("field", asked)
    (described,) = [
        e for e in page.elements if e.attributes.get("aria-describedby") == "late-why-hint late-why-error"
    ]
    assert described.tag in {"input", "textarea", "select", "fieldset"}
    assert page.by_id("late-why-error").text == "Say why."
    assert page.by_id("late-why").attributes["name"] == "why"
    if described.tag != "fieldset":
        assert described.attributes["aria-invalid"] == "true"


def test_without_hint_or_error_nothing_is_pointed_to(ui: UI) -> None:
    (box,) = ui("field", c.Field("why", "Why", required=False)).all("input")
    assert not {"aria-describedby", "aria-invalid", "required"} & set(box.attributes)


def test_what_was_typed_stays(ui: UI) -> None:
    options = (c.Option("high", "High", chosen=True), c.Option("critical", "Critical"))
    asked = (
        c.Field("reason", "Why", c.FieldKind.TEXTAREA, scope="x"),
        c.Field("severity", "Severity", c.FieldKind.SELECT, options=options),
        c.Field(
            "themes", "Themes", c.FieldKind.CHECKBOX, options=(c.Option("1", "One"), c.Option("2", "Two"))
        ),
        c.Field("password", "Password", c.FieldKind.PASSWORD),
    )
    kept = c.answered(
        asked,
        {"reason": "\n<fuel> & more", "severity": "critical", "themes": ["1", "2"], "password": "secret"},
        (FieldError("severity", "Critical needs a second pair of eyes."),),
    )
    assert ui("field", kept[0]).all("textarea")[0].text.strip() == "<fuel> & more"
    chosen = [e.attributes["value"] for e in ui("field", kept[1]).all("option") if "selected" in e.attributes]
    assert chosen == ["critical"]
    assert [o.chosen for o in kept[2].options] == [True, True]
    assert kept[3].value == ""
    assert [f.error for f in kept] == [None, "Critical needs a second pair of eyes.", None, None]


@pytest.mark.parametrize(("kind", "mark"), [(c.FieldKind.SELECT, "selected"), (c.FieldKind.RADIO, "checked")])
def test_a_value_chooses_its_option(ui: UI, kind: c.FieldKind, mark: str) -> None:
    asked = c.Field(
        "on", "When", kind, "b", options=(c.Option("a", "A"), c.Option("b", "B"), c.Option("", "None"))
    )
    page = ui("field", asked)
    assert [e.attributes["value"] for e in page.elements if mark in e.attributes] == ["b"]


def test_a_ready_sentence_keeps_its_braces(ui: UI) -> None:
    page = ui("message", c.Message(c.plain("Nothing was kept of {this}.")))
    assert page.all("p")[0].text == "Nothing was kept of {this}."


def test_a_form_that_came_back_leads_to_each_wrong_answer(ui: UI) -> None:
    page = ui("form", lists.form())
    summary = next(e for e in page.elements if e.attributes.get("role") == "alert")
    assert "One answer needs another look." in summary.text
    assert [a.attributes["href"] for a in page.all("a")] == ["#seen_on"]
    assert page.all("form")[0].attributes["enctype"] == "multipart/form-data"


def test_a_sentence_keeps_its_parts_wherever_the_translator_puts_them(ui: UI) -> None:
    said = c.words("By {when}, {who} owes it.", who=c.strong("The Chief"), when=days.on(9))
    assert [p.text for p in said] == ["By ", "Fri 9 Oct", ", ", "The Chief", " owes it."]
    page = ui("say", said)
    assert page.all("strong")[0].text == "The Chief"
    assert page.all("time")[0].attributes["datetime"] == "2026-10-09"


@pytest.mark.parametrize(
    ("stages", "heats"), [(1, [1]), (2, [1, 8]), (4, [1, 3, 5, 8]), (8, [1, 2, 3, 4, 5, 6, 7, 8])]
)
def test_a_ladder_takes_its_heat_from_the_eight(stages: int, heats: list[int]) -> None:
    assert [c.heat(n, stages) for n in range(1, stages + 1)] == heats


@pytest.mark.parametrize(("stage", "stages"), [(0, 8), (9, 8), (-1, 3)])
def test_there_is_no_heat_off_the_ladder(stage: int, stages: int) -> None:
    with pytest.raises(ValueError, match="no stage"):
        c.heat(stage, stages)


@pytest.mark.parametrize("stage", range(9))
def test_the_small_stair_has_a_bar_for_every_stage(stage: int) -> None:
    drawn = c.mini(stage, 8)
    assert [p.count("M") for p in (drawn.reached, drawn.next, drawn.rest)] == [
        stage,
        int(stage < 8),
        max(7 - stage, 0),
    ]


def test_the_ladder_tells_its_state_in_words_as_well(ui: UI) -> None:
    page = ui("ladder", finding.ladder())
    steps = [e for e in page.all("li") if "step" in e.classes]
    reach = [next(iter(e.classes & {r.value for r in c.Reach})) for e in steps]
    assert reach == ["climbed", "now", "next", *["later"] * 5]
    assert [e.attributes.get("aria-current") for e in steps][:3] == [None, "step", None]
    assert "Now" in steps[1].text
    assert "in 4 working days, if nothing is done" in steps[2].text
    assert "two approvers" in steps[6].text
    assert [e.classes for e in page.all("li") if e not in steps] == [{"w4"}, {"w2"}, {"w2"}]


def test_a_kept_promise_is_whole() -> None:
    promised = c.Promised(
        date(2026, 7, 27), date(2026, 8, 14), reported=date(2026, 8, 12), verified=date(2026, 8, 21)
    )
    bars, marks = c.drawing(promised, c.axis((promised,), date(2026, 10, 14)), date(2026, 10, 14))
    assert [b.bar for b in bars] == ["whole", "wait"]
    assert [m.mark for m in marks] == ["first", "reported", "verified"]
    assert bars[0].end == marks[1].at


def test_a_slipped_promise_is_stretched_from_its_first_date() -> None:
    promised = c.Promised(date(2026, 7, 27), date(2026, 8, 28), moved=(date(2026, 9, 11), date(2026, 9, 25)))
    bars, marks = c.drawing(promised, c.axis((promised,), date(2026, 10, 14)), date(2026, 10, 14))
    assert [b.bar for b in bars] == ["whole", "slip1", "slip2", "over"]
    assert bars[0].end == bars[1].start == marks[0].at
    assert [m.mark for m in marks] == ["first", "moved", "moved"]


def test_a_promise_that_still_runs_reaches_until_today() -> None:
    today = date(2026, 10, 14)
    promised = c.Promised(date(2026, 10, 1), date(2026, 10, 30))
    on = c.axis((promised,), today)
    bars, _ = c.drawing(promised, on, today)
    assert [(b.bar, b.end) for b in bars] == [("whole", on.at(today))]


def test_promises_agreed_today_can_be_drawn() -> None:
    today = date(2026, 10, 14)
    promised = c.Promised(today, today)
    bars, marks = c.drawing(promised, c.axis((promised,), today), today)
    assert bars == ()
    assert marks[0].at == "0.0%"


def test_the_calendar_counts_or_explains_each_day(ui: UI) -> None:
    """R12: each day counted or skipped, and why."""
    due = finding.due()
    assert due.why is not None
    cells = {cell.number: cell for week in due.why.weeks for cell in week if cell}
    assert [cells[n].mark for n in ("6", "9", "13", "16", "21")] == ["1", "4", "5", "7", "10"]
    assert cells["5"].look == "start"
    assert cells["21"].look == "end"
    assert cells["14"].today
    assert cells["17"].mark == ""
    assert cells["17"].says == "skipped: weekend"
    assert due.why.keys == (
        ("5 Oct", "stage 2 entered; the start day does not count"),
        ("a", "Pchum Ben, 10 to 12 October"),
        ("b", "King Norodom Sihanouk Mourning Day, 15 October"),
    )
    page = ui("due", due)
    assert len(page.all("td")) == 21
    assert page.all("time")[0].attributes["datetime"] == "2026-10-21"


def test_a_calendar_over_two_months_starts_on_a_monday() -> None:
    shown = [c.Day(date(2026, 10, 31), False, "weekend", weekend=True), c.Day(date(2026, 11, 1), True)]
    drawn = c.calendar("", date(2026, 10, 30), shown, date(2027, 1, 1), start_says="", end_says="due")
    assert [None if x is None else x.number for x in drawn.weeks[0]] == [*[None] * 4, "30", "31", "1 Nov"]


def test_a_calendar_of_no_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        c.calendar("", date(2026, 10, 30), [], date(2026, 10, 30), start_says="", end_says="")


def test_the_engine_and_people_look_different_in_the_record(ui: UI) -> None:
    rows = ui("timeline", finding.timeline()).all("li")
    assert [sorted(e.classes) for e in rows] == [["eng"], [], ["eng", "h2", "lad"], []]


def test_a_number_is_a_link_to_what_it_counts_or_says_that_there_is_too_little(ui: UI) -> None:
    page = ui("facts", gallery.example().facts)
    assert [a.text for a in page.all("a")] == ["7 of 9", "6"]
    assert [d.text for d in page.all("dd") if "words" in d.classes] == ["not enough data, n = 3"]


def test_a_figure_is_set_as_one_also_where_nothing_is_behind_it(ui: UI) -> None:
    page = ui("facts", (c.Fact("Overdue", "0"), c.Fact("Level", "province", in_words=True)))
    assert [d.text for d in page.all("dd") if "words" in d.classes] == ["province"]


def test_a_conflict_shows_both(ui: UI) -> None:
    cells = [e.text for e in ui("conflict", gallery.example().conflict).all("td")]
    assert cells[1:3] == ["High", "Critical"]


def test_rows_without_a_tick_box_have_no_column_for_it(ui: UI) -> None:
    table = lists.rows()
    plain = replace(table, rows=tuple(replace(r, pick=None) for r in table.rows))
    assert len(ui("rows", table).all("th")) == 5 + len(table.rows)
    assert len(ui("rows", plain).all("th")) == 4 + len(table.rows)


def test_the_demonstration_moves_in_three_strides(ui: UI) -> None:
    demo = gallery.shared().demo
    page = ui("demo_clock", demo)
    assert page.all("form")[0].attributes["action"] == "/demo/advance"
    assert [b.attributes["value"] for b in page.all("button")] == ["1", "7", "30"]


@pytest.mark.parametrize(
    ("n", "per", "squares", "tall"), [(1, 1, 1, 6), (4, 1, 4, 6), (5, 1, 5, 14), (81, 3, 27, 54)]
)
def test_a_square_stands_for_as_many_as_it_says(n: int, per: int, squares: int, tall: int) -> None:
    counted = c.count(str(n), n, "#", per=per)
    assert counted.squares.count("M") == squares
    assert counted.tall == tall


def test_nought_leads_nowhere(ui: UI) -> None:
    assert ui("count", c.count("0", 0, "#")).all("a") == []


@pytest.mark.parametrize(("numbers", "per"), [([], 1), ([0], 1), ([40], 1), ([41, 3], 2), ([4000], 100)])
def test_no_field_holds_more_than_forty_squares(numbers: list[int], per: int) -> None:
    assert c.scale(numbers) == per


def test_a_decision_on_paper_has_boxes_to_tick(ui: UI) -> None:
    page = ui("decision", gallery.example().decisions[0])
    boxes = next(e for e in page.elements if "boxes" in e.classes)
    assert boxes.text == "ApproveDefer to ____________RefuseReason"
    assert page.all("button")[0].attributes["aria-disabled"] == "true"


# ---- the style sheet


def test_the_style_sheet_is_light_and_asks_nobody() -> None:
    assert len(gzip.compress(CSS.encode(), 9)) <= 14 * 1024
    assert "url(" not in CSS
    assert "@import" not in CSS


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(d * 2 for d in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


LIGHT = tokens(CSS.split("@media (prefers-color-scheme: dark)")[0])
DARK = LIGHT | tokens(CSS.split("@media (prefers-color-scheme: dark)")[1].split("@media")[0])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_everything_can_be_read(theme: dict[str, str]) -> None:
    """WCAG 2.2 AA: 4.5 for text, 3 for the edges of controls and of the ladder's steps."""
    grounds = ("paper", "sheet", "well")
    texts = [(ink, ground, 4.5) for ink in ("ink", "ink-2", "ink-3", "sign", "sign-2") for ground in grounds]
    texts += [(ink, "wash", 4.5) for ink in ("sign", "sign-2", "ink")] + [
        ("on-sign", "sign", 4.5),
        ("paper", "ink", 4.5),
    ]
    texts += [("on-sign", "sign-2", 4.5)]
    texts += [("on-cool" if n < 5 else "on-hot", f"h{n}", 4.5) for n in range(1, 9)]
    texts += [("line-2", ground, 3) for ground in grounds]
    poor = [
        (a, b, round(contrast(theme[a], theme[b]), 2))
        for a, b, least in texts
        if contrast(theme[a], theme[b]) < least
    ]
    assert poor == []
