"""What if somebody sends any form of any page what nobody would type? A sentence in their language, every answer kept, nothing half written. (R38)

The list of doors is the program's and the forms are those that stand on its pages, so a new one is tried the day it is
made. Of each form every field is wrong in turn. The harmful values are drawn by a seed of the form and the field;
`CLM_TEST_HOSTILE_SEED` draws others, `CLM_TEST_HOSTILE_TURNS` draws more of them.
"""

import inspect
import os
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import BaseModel

from clm_tracker.commands import places
from clm_tracker.db import load
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries.acts import PossibleAct, acts_for
from clm_tracker.web.access import ANYONE, doors
from clm_tracker.web.pages.acts.forms import DOINGS, path
from tests.cast import SOPHEA
from tests.pseudo import TAG
from tests.web import things
from tests.web.hostile import HARM, LEAKS, Asked, Form, Kept, Sent, a_field, arrived, forms, lost, raw
from tests.web.program import Program
from tests.web.seen import is_data, lines_of, said_by, written
from tests.web.test_doors import Door, every_door

API = "/api/v1"
WHO = ("Sokha", "Dara", SOPHEA, "Chan", "Bopha")
SEED, TURNS = os.environ.get("CLM_TEST_HOSTILE_SEED", ""), int(os.environ.get("CLM_TEST_HOSTILE_TURNS", "1"))
MOST_FIELDS = 12  # of one form in one turn: the editor of ladders has hundreds
ZERO, LONG, HUGE, BROKEN = "a\0b", "x" * 10_000, "9" * 400, "a\udcff\udced\udca0b"
TEXTS = (
    "", ZERO, LONG, BROKEN, "\u202e' OR 1=1 --\r\n", "   ", HUGE, "2026-02-31", "../../etc/passwd", "{}", "%s%n", "{0.__class__}",
    "\ufffe\u0007\x1b[31m", "-", HARM, "0000", "\u0085",
)  # fmt: skip
CHOICES = ("", things.UNKNOWN, "THEIRS", "worst", ZERO, LONG, BROKEN, "-1", "on", "²", HARM, "{}")
VALUES: Mapping[str, tuple[str, ...]] = {
    "date": ("", "0", "9999-12-31", "0001-01-01", "0000-01-01", "2026-02-31", ZERO, LONG, BROKEN, "2026-03-20T00:00:00Z"),
    "number": ("", HUGE, "-1", "²", "1e9", "NaN", ZERO, "0", "2147483648", "9223372036854775808", "three", "1.5", BROKEN),
    "email": ("", "@", "a@b\r\nBcc: c@d", ZERO, LONG, BROKEN, "a" * 250 + "@example.org", "a b@c"),
    "password": ("", ZERO, "short", LONG, BROKEN, "\u202e" * 20),
    "file": ("a file's name only", ZERO, ""),
    **dict.fromkeys(("select", "radio", "checkbox", "hidden"), CHOICES),
}  # fmt: skip
LISTS = {"/findings", "/ledger", "/obligations", "/next", "/decisions", "/people", "/duty-bearers"}
QUIET = ("/static", "/health", "/metrics", "/gallery", "/findings/export", "/evidence", "/guide")
NO_FILE = {"": ("", b"")}  # what makes a form without a file a form of several parts
A_FILE = ("x.csv", b"\xff\xfe\x00a,b\n", "text/csv")


def test_no_form_breaks_loses_or_half_happens(abroad: Program) -> None:
    program, of = abroad, things.make(abroad)
    kept, asked = Kept(program), Tally(program)
    for name, form in [*forms_on_pages(program, of), *forms_without_page(program, of)]:
        asked.attack(kept, name, form)
    for name, form in forms_of_acts(program, of):
        asked.attack(kept, name, form)
    assert asked.faults == []
    # What a link without an account may do now depends on its finding: `test_by_link_answers` sends those forms.
    of_pages = {door for door, _ in posts(program) if not door.startswith("/a/{word}")}
    assert of_pages - asked.doors == set()
    assert asked.refused > 400
    assert asked.sent > 700
    assert len(asked.told) > 50


@dataclass
class Tally:
    """What was asked of which door, and what came back that should not."""

    program: Program
    faults: list[str] = field(default_factory=list)
    doors: set[str] = field(default_factory=set)
    sent: int = 0
    refused: int = 0
    told: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)

    def attack(self, kept: Kept, name: str | None, form: Form) -> None:
        """Send a form with everything that is wrong about it, each time to the database as it was."""
        browser = self.program.browser(name)
        browser.headers["Accept-Language"] = TAG
        kept.take()
        with self.program.cast.reading("engine", self.program.clock.now()) as look:
            known = written(look)
        cookies = dict(browser.cookies)
        door = door_of(self.program, form.action)
        self.doors.add(door)
        for wrong, answers, files in wrongs(form, door, str(self.program.cast.people["Maly"])):
            self.sent += 1
            answer = post(browser, form, answers, files)
            self.refused += answer.status_code == 422
            shown = {n: [x[:20] for x in v] for n, v in answers.items() if n == wrong}
            said = f"{name}: {answer.status_code} {form.action[:80]} {shown or wrong} {sorted(files)}"
            self.faults += [f"{said} {ill}" for ill in ills(kept, form, wrong, answers, files, answer)]
            self.faults += [
                f"{said} says {text!r} in no language" for text in self.untold(known, answers, answer)
            ]
            kept.put_back()
            if dict(browser.cookies) != cookies:
                browser.cookies.clear()
                browser.cookies.update(cookies)

    def untold(self, known: set[str], sent: Sent, answer: Any) -> Iterator[str]:  # noqa: ANN401 - the client's response
        """What an answer says that did not pass through the catalogues, and that nobody wrote."""
        typed = {line for text in chain(*sent.values()) for way in arrived(text) for line in lines_of(way)}
        for text in said_by(answer, self.told):
            if text not in self.known and not is_data(text, known | typed):
                yield text
            self.known.add(text)


def ills(
    kept: Kept,
    form: Form,
    wrong: str | None,
    sent: Sent,
    files: Iterable[str],
    answer: Any,  # noqa: ANN401 - the client's response
) -> Iterator[str]:
    """What an answer to a harmful form must not be. A draft alone is kept without the file that is refused."""
    if leak := LEAKS.search(answer.text):
        yield f"shows {leak[0]!r}"
    if answer.status_code >= 500:
        yield "is a mistake"
        return
    if answer.status_code < 400:
        rests_on = form.is_on_page and any(asked.name == "version" for asked in form.fields)
        if rests_on and "version" not in sent and kept.grown():
            yield "changed what nobody said they had seen"
        return
    if (grown := kept.grown()) and not (form.action == "/findings/new" and files):
        yield f"left something behind in {grown}"
    asked = next((a for a in form.fields if a.name == wrong), None)
    hidden = asked is None or asked.kind == "hidden" or not form.is_on_page
    if answer.status_code not in {409, 422} and not (hidden and answer.status_code in {403, 404, 410, 413}):
        yield "is no answer to a form"
    elif not hidden:
        for name in lost(form, answer.text, {n: v for n, v in sent.items() if n not in files}, wrong):
            yield f"lost {name}"


def post(browser: TestClient, form: Form, sent: Sent, files: Mapping[str, Any]) -> Any:  # noqa: ANN401 - its own
    """As a browser sends it; text may hold bytes that are no letters."""
    if files or form.has_files:
        typed = {n: [raw(v) for v in values] for n, values in sent.items()}
        return browser.post(form.action, data=typed, files=dict(files) or NO_FILE)
    pairs = [(n, raw(v)) for n, values in sent.items() for v in values]
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return browser.post(form.action, content=urlencode(pairs), headers=kind)


def wrongs(form: Form, door: str, theirs: str) -> Iterator[tuple[str | None, Sent, dict[str, Any]]]:
    """The form with nothing in it, everything twice, what nobody asked; then each field wrong, missing, twice, or a file."""
    good = form.filled()
    dice = random.Random(f"{SEED} {door}")
    good.pop("once", None)  # each time a new request, not the same one again
    if form.buttons:
        name, value = dice.choice(form.buttons)
        good[name] = [value]
    whole: tuple[Sent, ...] = (
        {},
        {name: [*values, *values] for name, values in good.items()},
        {**good, "extra": ["1"], "version[]": ["1"], "": ["x"], "_method": ["DELETE"], ZERO: [ZERO]},
    )
    for _turn in range(TURNS):
        yield None, dice.choice(whole), {}
        names = {asked.name: asked for asked in form.fields if asked.name != "once"}
        for name in dice.sample(sorted(names), min(len(names), MOST_FIELDS)):
            yield one_wrong(names[name], good, dice, theirs)
    if any(asked.name == "version" for asked in form.fields):
        yield "version", {n: values for n, values in good.items() if n != "version"}, {}
    if any(asked.name == "once" for asked in form.fields):
        yield None, {**good, "once": [dice.choice((ZERO, LONG, "ភ្លៀង", BROKEN))]}, {}


def one_wrong(asked: Asked, good: Sent, dice: random.Random, theirs: str) -> tuple[str, Sent, dict[str, Any]]:
    """The good answers, but for one field."""
    wrong = dice.choice(VALUES.get(asked.kind, TEXTS))
    wrong = theirs if wrong == "THEIRS" else wrong
    without = {n: v for n, v in good.items() if n != asked.name}
    match dice.randrange(8):
        case 0:
            return asked.name, without, {}
        case 1:
            return asked.name, {**good, asked.name: [*good.get(asked.name, []), wrong]}, {}
        case 2:
            return asked.name, without, {asked.name: A_FILE}
        case _:
            return asked.name, {**good, asked.name: [wrong]}, {}


def posts(program: Program) -> Iterator[tuple[str, type[BaseModel] | None]]:
    """Every door of the pages that takes a form, with the shape its handler reads."""
    for route, at in routes(program, "POST"):
        if not at.startswith(API):
            read = [inspect.getclosurevars(d.call).nonlocals for d in route.dependant.dependencies if d.call]
            yield at, next((found["model"] for found in read if "model" in found), None)


def routes(program: Program, method: str) -> Iterator[tuple[APIRoute, str]]:
    """Every route that takes this method, in the order in which they are asked."""
    for door in doors(program.app):
        if method in (door.methods or ()) and isinstance(door.original_route, APIRoute) and door.path:
            yield door.original_route, door.path


def door_of(program: Program, address: str, method: str = "POST") -> str:
    """The path of the door that answers there."""
    here = urlsplit(address).path
    return next((at for route, at in routes(program, method) if route.path_regex.match(here)), here)


def forms_on_pages(program: Program, of: Mapping[str, str]) -> Iterator[tuple[str | None, Form]]:
    """Every form that stands on a page, once, and somebody who has it before them."""
    parts = {"actions": of["action_id"], "obligations": of["obligation_id"], "proposals": of["proposal_id"]}
    start = [
        door.at({**of, "key": "high", "part": parts.get(door.path.split("/")[1], "")})
        for door in every_door(program)
        if door.method == "GET" and not door.is_api
    ]
    seen = set()
    for name in (*WHO, None):
        for html in visit(program, program.browser(name), start):
            for form in forms(html):
                key = (door_of(program, form.action), frozenset(a.name for a in form.fields))
                if key not in seen:
                    seen.add(key)
                    yield name, form


def visit(program: Program, client: TestClient, start: list[str]) -> Iterator[str]:
    """Every page that can be reached from these, each door once with each set of parameters."""
    waiting, seen = [*start], set()
    while waiting:
        at = waiting.pop(0)
        found = urlsplit(at)
        door = door_of(program, at, "GET")
        # Lists and tables have the same forms in whatever order and choice.
        asked = () if door in LISTS else tuple(sorted(n for n, _ in parse_qsl(found.query)))
        if (door, asked) in seen or door.startswith(QUIET):
            continue
        seen.add((door, asked))
        answer = client.get(at)
        if answer.status_code == 200 and "text/html" in answer.headers.get("content-type", ""):
            yield answer.text
            hrefs = re.findall(r'<a [^>]*href="(/[^/"#][^"#]*)', answer.text)
            waiting += [unescape(href) for href in hrefs]


def forms_of_acts(program: Program, of: Mapping[str, str]) -> Iterator[tuple[str | None, Form]]:
    """The form of each act of the law, at a moment when it is possible, before somebody who may do it."""
    tried = set()
    for ref in life(program, of):
        for name in WHO:
            browser = program.browser(name)
            for act in possible(program, name, ref):
                key = (act.target, act.verb)
                if key in tried or key not in DOINGS:
                    continue
                tried.add(key)
                at = path(DOINGS[key], ref, act.target_id)
                page = browser.get(at)
                assert page.status_code == 200, (at, page.text)
                yield from ((name, form) for form in forms(page.text) if form.action == at)
    assert set(DOINGS) - tried == set(), "An act that is possible at no moment here is not tried."


def possible(program: Program, name: str, ref: str) -> list[PossibleAct]:
    """What this person may do now; nothing about a draft that is not theirs to see."""
    with program.cast.reading(name, program.clock.now()) as look:
        try:
            case = load.case(look, ref, lock=False)
        except NotFound:
            return []
        return [act for act in acts_for(look, case) if not act.why_not]


def life(program: Program, of: Mapping[str, str]) -> Iterator[str]:
    """Findings at each turn of their lives."""
    cast, now = program.cast, program.clock.now()
    yield cast.draft(now).ref
    with cast.writing("Sokha", now) as unit:
        elsewhere = places.add_area(unit, name="Elsewhere", level="country")
    yield (
        replace(cast, areas={**cast.areas, "elsewhere": elsewhere})
        .open_finding(now, site=None, area="elsewhere")
        .ref
    )  # nobody's
    moved = cast.open_finding(now).ref
    theirs = {"to": str(cast.posts["district"]), "reason": "It is theirs."}
    yield from turns(program, moved, (SOPHEA, f"findings/{moved}/transfer", theirs))
    ref, action = of["ref"], f"actions/{of['action_id']}"
    owed = program.api("Dara").get(f"{API}/findings/{ref}").json()["obligations"]
    running = "obligations/" + next(o["id"] for o in owed if o["state"] == "running")
    resolved = {"note": "All have their results."}
    yield ref
    yield from turns(
        program,
        ref,
        (
            "Sokha",
            f"{running}/pause",
            {"reason": "safety", "note": "Flood.", "until": "2026-04-01T00:00:00Z"},
        ),
        ("Sokha", f"{running}/resume", {}),
        (SOPHEA, f"{action}/accept", {}),
        (SOPHEA, f"{action}/extension", {"due_on": "2026-05-01", "reason": "Rain."}),
        (SOPHEA, f"{action}/report-done", {"note": "Done."}),
        ("Chan", f"{action}/verify", {"verdict": "fixed", "note": "Seen.", "statement": "It works."}),
        ("Dara", f"findings/{ref}/resolve", resolved),
        ("Chan", f"findings/{ref}/resolve", resolved),
    )
    yield from climb(program)


def climb(program: Program) -> Iterator[str]:
    """Nobody answers, up to the last stage."""
    ref = program.cast.open_finding(program.clock.now()).ref
    dara = program.api("Dara")
    owed = "obligations/" + dara.get(f"{API}/findings/{ref}").json()["obligations"][0]["id"]
    risk = {"who": "Nobody", "how": "Totals", "last_word": "The group"}
    for stage in range(8):
        up = ("Dara", f"{owed}/escalate", {"from_stage": stage, "reason": "People are waiting."})
        yield from turns(program, ref, up)
        for asked in dara.get(f"{API}/proposals").json()["items"]:
            if asked["ref"] == ref:
                proposal = f"proposals/{asked['id']}"
                if stage > 5:
                    yield from turns(program, ref, ("Sokha", f"{proposal}/check-risk", risk))
                    program.clock.advance(days=12)  # the time to reply
                members = ("Bopha", "Rith")[: asked["approvals_needed"]]
                yield from turns(program, ref, *((name, f"{proposal}/approve", {}) for name in members))


def turns(program: Program, ref: str, *steps: tuple[str, str, Mapping[str, object]]) -> Iterator[str]:
    """What somebody does, and the finding afterwards."""
    for name, at, sent in steps:
        answer = program.api(name).post(f"{API}/{at}", json=sent)
        assert answer.status_code < 300, (at, answer.text)
        yield ref


def forms_without_page(program: Program, of: Mapping[str, str]) -> Iterator[tuple[str | None, Form]]:
    """What each door of the pages takes, as its handler declares it: whether or not a page shows it at this moment."""
    parts = {"actions": of["action_id"], "obligations": of["obligation_id"], "proposals": of["proposal_id"]}
    more = {"key": "high", "severity": "high", "word": "no-such-word"}
    for at, model in posts(program):
        real = {**of, **more, "part": parts.get(at.split("/")[1], "")}
        action = Door("POST", at, ANYONE).at(real)
        fields = model.model_fields.items() if model else ()
        asked = tuple(a_field(name, info.annotation) for name, info in fields)
        yield None if at.startswith("/invitation") else "Sokha", Form(action, asked, is_on_page=False)
