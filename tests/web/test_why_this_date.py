"""Does a due date lead to why it is that day, wherever the reader may see it? (R12, R40)"""

import re
from uuid import UUID

from clm_tracker.db import load
from clm_tracker.domain.cases import Finding
from tests.cast import SOPHEA
from tests.web import things
from tests.web.program import Program
from tests.web.reader import Reader


def test_r12_every_due_date_opens_its_calendar(program: Program, finding: Finding, reader: Reader) -> None:
    """R12: on desks, lists, the finding, its acts, the post's page, what happens next and the committee's pages; behind a link it stands open beside it."""
    with program.cast.reading(SOPHEA, program.clock.now()) as look:
        owed = next(iter(load.case(look, finding.ref, lock=False).obligations))
    why = f'href="/obligations/{owed}#why"'
    sophea = program.browser(SOPHEA)
    for at in (
        "/",
        "/findings",
        f"/findings/{finding.ref}",
        f"/findings/{finding.ref}/refuse",
        f"/duty-bearers/{program.cast.posts['health_centre']}",
        "/next",
    ):
        assert why in sophea.get(at).text, at
    opened = sophea.get(f"/obligations/{owed}").text
    assert re.search(r'id="why".*?<table class="cal', opened, re.DOTALL)
    behind = reader.get().text
    assert "/obligations/" not in behind
    assert "Why this date" in behind
    of = things.make(program)
    with program.cast.reading("Bopha", program.clock.now()) as look:
        decide = load.case(look, of["ref"], lock=False).proposals[UUID(of["proposal_id"])].decide_id
    for days in (0, 30):  # by when it is to be decided, and when it was
        program.clock.advance(days=days)
        bopha = program.browser("Bopha")
        for at in (
            "/decisions",
            "/decisions/print",
            f"/decisions/{of['proposal_id']}",
            f"/findings/{of['ref']}",
        ):
            assert f'href="/obligations/{decide}#why"' in bopha.get(at).text, (at, days)
