"""Which pages, answers and files does each role get from every door of the program, and from the links in letters?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from clm_tracker.commands import feeds
from clm_tracker.db import letters, load
from clm_tracker.db.tables import EvidenceRow, LetterRow, LinkRow, ObligationRow, ProposalRow
from clm_tracker.delivery import sheets
from clm_tracker.delivery.letters import documents
from clm_tracker.delivery.letters.drawing import as_html, as_sms, as_text
from clm_tracker.delivery.sheets import Format
from clm_tracker.domain.feeds import Scope
from clm_tracker.kernel.refusals import NotAllowed, Refusal
from clm_tracker.queries import exports
from clm_tracker.queries.exports import Export
from clm_tracker.queries.letters import contents
from clm_tracker.queries.letters.contents import Ways
from clm_tracker.queries.letters.readers import Readers
from clm_tracker.web.security import CALENDARS
from tests.journeys.canaries.living import Life
from tests.web import things
from tests.web.program import BASE
from tests.web.reader import HREF
from tests.web.test_doors import every_door

EVERYBODY = ("Dara", "Chan", "Sophea", "Kosal", "Bopha", "Phal", "Sokha")


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer: who got it, where, and what it said with its headers."""

    where: str
    status: int
    said: bytes


def of_doors(life: Life, name: str | None, of: dict[str, str]) -> Iterator[Seen]:
    """What each door that can be looked through answers this person; each piece of evidence and each letter too."""
    program = life.program
    browser, api = program.browser(name), program.api(name)
    for door in every_door(program):
        if door.method != "GET" or door.rule.by_link:
            continue
        client = api if door.is_api else browser
        ways = {door.at(of)}
        for parameter in ("evidence_id", "letter_id", "obligation_id", "proposal_id"):
            if f"{{{parameter}}}" in door.path:
                ways |= {door.at({**of, parameter: one}) for one in every(life, parameter)}
        for at in sorted(ways):
            answer = client.get(at)
            assert answer.status_code != 500, (name, at)
            yield _seen(f"{name} {at}", answer)


def of_links(life: Life) -> Iterator[Seen]:
    """Everything that the links of all letters lead to, in each language, without an account."""
    client, todo, seen = life.program.browser(None), list(life.links), set[str]()
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        answer = client.get(at)
        assert answer.status_code != 500, at
        yield _seen(f"by link {re.sub('/a/[^/?]+', '/a/…', at)}", answer)
        if answer.headers["content-type"].startswith("text/html"):
            todo += [to for to in HREF.findall(answer.text) if to.startswith("/a/")]


def of_feeds(life: Life) -> Iterator[Seen]:
    """A calendar of each kind that somebody may have, as another program reads it."""
    program, client = life.program, life.program.browser(None)
    for name in EVERYBODY:
        for scope in Scope:
            about = life.post if scope is Scope.POST else None
            try:
                with program.cast.writing(name, program.clock.now()) as unit:
                    made = feeds.make(unit, scope=scope, about=about)
            except Refusal:
                continue
            answer = client.get(f"{CALENDARS}{made.word}.ics")
            assert answer.status_code == 200, (name, scope, answer.text)
            yield _seen(f"the calendar of {name}, {scope}", answer)


def of_exports(life: Life, folder: Path) -> Iterator[Seen]:
    """Every table in every format, as each role may take it, and the list of findings as the pages give it."""
    for name in EVERYBODY:
        with life.program.cast.reading(name, life.program.clock.now()) as look:
            for what in Export:
                for kind in Format:
                    to = folder / f"{name}-{what}.{kind}"
                    try:
                        sheets.write([exports.sheet(look, what)], kind, to)
                    except NotAllowed:
                        continue
                    yield Seen(f"{name} exports {to.name}", 200, to.read_bytes())


def of_documents(life: Life) -> Iterator[Seen]:
    """Every letter of every channel once more, as text, HTML, message, PDF and DOCX."""
    program = life.program
    ways = Ways(BASE)
    with program.cast.reading("engine", program.clock.now()) as look:
        ids = look.session.scalars(select(LetterRow.id).where(LetterRow.webhook_id.is_(None))).all()
        readers = Readers(look, ())
        for kept in letters.letters(look, ids):
            to = readers.today(kept.reader)
            letter = contents.written(look, kept, to, ways) if to and kept.items else None
            if letter is None:
                continue
            at = f"letter {letter.wording} to {to.name if to else ''}"
            for text in (as_text(letter), as_html(letter), as_sms(letter)):
                yield Seen(at, 200, text.encode())
            yield Seen(f"{at} as DOCX", 200, documents.as_docx(letter))
            if letter.wording.startswith("stage_entered"):  # setting one takes a second
                yield Seen(f"{at} as PDF", 200, documents.as_pdf(letter))


def things_of(life: Life) -> dict[str, str]:
    """What the paths of the doors name: what belongs to this finding, else what the tests of doors make."""
    made = things.make(life.program)
    own = {name: every(life, name)[-1] for name in ("evidence_id", "obligation_id", "proposal_id", "link_id")}
    return {**made, **own, "ref": life.ref, "action_id": life.action or made["action_id"], "post_id": str(life.post), "site_id": str(life.site)}  # fmt: skip


def every(life: Life, parameter: str) -> list[str]:
    """All things of this kind that hang on the finding, as paths name them; of letters all there are."""
    tables: dict[str, Any] = {
        "evidence_id": EvidenceRow,
        "obligation_id": ObligationRow,
        "proposal_id": ProposalRow,
        "link_id": LinkRow,
        "letter_id": LetterRow,
    }
    table = tables[parameter]
    with life.program.cast.reading("engine", life.program.clock.now()) as look:
        query = select(table.id).order_by(table.id)
        if table is not LetterRow:
            query = query.where(table.finding_id == load.case(look, life.ref, lock=False).finding.id)
        return [str(one) for one in look.session.scalars(query)]


def _seen(where: str, answer: Any) -> Seen:  # noqa: ANN401 - the client's response
    return Seen(where, answer.status_code, answer.content)
