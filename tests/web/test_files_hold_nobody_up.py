"""Can others write while a file that came is made clean, which may take seconds, at each door that files come in by? (R41)"""

import sys

import pytest

from clm_tracker.domain.cases import Finding
from clm_tracker.intake import pdf_files
from tests.intake import papers
from tests.web import pages
from tests.web.program import Program
from tests.web.reader import Reader, an_agreed_action
from tests.web.test_pages_stage_letters import escalated

# Instead of the program that cleans: one that writes into the same database, and fails when it has to wait.
_WRITER = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
other.execute("BEGIN IMMEDIATE")
other.execute("ROLLBACK")
sys.stdout.buffer.write(sys.stdin.buffer.read())
open(sys.argv[2], "a").write("x")
"""


def test_a_file_is_made_clean_before_anything_is_written(
    program: Program,
    reader: Reader,
    finding: Finding,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with program.cast.reading("Dara", program.clock.now()) as look:
        database = str(look.session.get_bind().engine.url.database)
    seen = tmp_path_factory.mktemp("seen") / "cleaned"
    monkeypatch.setattr(pdf_files, "_PROGRAM", (sys.executable, "-c", _WRITER, database, str(seen)))
    files = {"file": ("a.pdf", papers.pdf(), "application/pdf")}
    dara = program.browser("Dara")

    page = dara.get("/findings/new").text
    kept = pages.send(dara, page, "Keep it, then see who has to answer", files, title="Shelf", go="here")
    assert kept.status_code == 303, kept.text
    assert seen.read_text() == "x", "once, however often it is looked at"

    page = dara.get(f"/findings/{finding.ref}/attach").text
    kept = pages.send(dara, page, "Add this", files, purpose="problem")
    assert kept.status_code == 303, kept.text

    ref = escalated(program, 1)
    kept = pages.send(dara, dara.get(f"/findings/{ref}/letters").text, "Keep the signed copy", files)
    assert kept.status_code == 303, kept.text

    at = f"/api/v1/findings/{finding.ref}/evidence"
    kept = program.api("Dara").post(at, data={"purpose": "problem"}, files=files)
    assert kept.status_code == 201, kept.text

    at = f"/actions/{an_agreed_action(program, reader, finding)}/report-done"
    kept = reader.post(at, {**reader.form(at), "note": "Done."}, files=files)
    assert kept.status_code == 303, kept.text
    assert seen.read_text() == "xxxxx"
