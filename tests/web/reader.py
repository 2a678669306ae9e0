"""How do tests come by a link without an account, as a browser, a mail scanner and on two devices do?"""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import func, select

from clm_tracker.db.tables import LedgerRow, LinkRow, NoticeRow, OnceKeyRow
from clm_tracker.domain.cases import Finding
from clm_tracker.web.desk import House
from tests import links as given
from tests.web.program import BASE, Program

HREF = re.compile(r'(?:href|src|action)="([^"]+)"')
ONCE = re.compile(r'name="once" value="([^"]+)"')


class Reader:
    """Somebody with a link in a browser of their own, without cookies."""

    def __init__(self, program: Program, link_id: UUID, **headers: str) -> None:
        house: House = program.app.state.house
        self.program = program
        self.link_id = link_id
        self.word = given.word(house.key, link_id)
        self.client = TestClient(program.app, base_url=BASE, headers=headers, follow_redirects=False)

    def at(self, path: str = "") -> str:
        return f"/a/{self.word}{path}"

    def get(self, path: str = "") -> Any:  # noqa: ANN401 - the client's response
        return self.client.get(self.at(path))

    def form(self, path: str) -> dict[str, str]:
        """What the form of the second step carries unseen."""
        page = self.get(path)
        assert page.status_code == 200, page.text
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        assert "once" in dict(found), page.text
        return dict(found)

    def post(self, path: str, sent: Mapping[str, str], **more: Any) -> Any:  # noqa: ANN401
        return self.client.post(self.at(path), data=dict(sent), **more)

    def answer(self, path: str, **typed: str) -> Any:  # noqa: ANN401 - the client's response
        """Both steps."""
        return self.post(path, {**self.form(path), **typed})


def lines(program: Program) -> int:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return look.session.scalar(select(func.count(LedgerRow.seq))) or 0


def last(program: Program, kind: str) -> LedgerRow:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        query = select(LedgerRow).where(LedgerRow.kind == kind).order_by(LedgerRow.seq.desc())
        return look.session.scalars(query.limit(1)).one()


def crawl(reader: Reader) -> list[str]:
    """Everything that the page leads to, as a mail scanner opens it."""
    seen: list[str] = []
    todo = [reader.at()]
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.append(at)
        reader.client.head(at)
        page = reader.client.get(at, headers={"Purpose": "prefetch", "Sec-Purpose": "prefetch"})
        if page.headers["content-type"].startswith("text/html"):
            todo += [to.split("?")[0] for to in HREF.findall(page.text) if to.startswith("/a/")]
            todo += [to for to in HREF.findall(page.text) if "?in=" in to]
    return seen


def everything(program: Program) -> tuple[int, ...]:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        tables = (LedgerRow, NoticeRow, OnceKeyRow)
        counts = [look.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables]
        links_ = look.session.execute(select(LinkRow.revoked_at, LinkRow.asked_again_at)).all()
    return (*counts, sum(value is not None for row in links_ for value in row))


def an_agreed_action(program: Program, reader: Reader, finding: Finding) -> str:
    """A corrective action that the community proposed and the reader accepted by link."""
    made = program.api("Dara").post(
        f"/api/v1/findings/{finding.ref}/actions", json={"what": "Send the samples", "due_on": "2026-03-20"}
    )
    action = str(made.json()["id"])
    assert reader.answer(f"/actions/{action}/accept").status_code == 303
    return action


def attach_picture(program: Program, finding: Finding) -> str:
    """A picture of the community's."""
    sent = program.api("Dara").post(
        f"/api/v1/findings/{finding.ref}/evidence",
        data={"purpose": "problem", "caption": "The shelf"},
        files={"file": ("a.jpg", a_picture(), "image/jpeg")},
    )
    assert sent.status_code in {200, 201}, sent.text
    return str(sent.json()["id"])


def a_picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(out, "JPEG")
    return out.getvalue()
