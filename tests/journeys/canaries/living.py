"""How does a finding live a whole life, from the form to the resolution, with letters leaving all the while?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, text

from clm_tracker.delivery.channels import Parcel
from clm_tracker.delivery.sealed import Seal
from clm_tracker.domain.words import Channel
from clm_tracker.jobs import housekeeping, relay
from clm_tracker.jobs.parcels import Post
from clm_tracker.jobs.sweep import run_sweep
from tests.intake import papers
from tests.jobs.letters.conftest import Kept
from tests.journeys.canaries import planting
from tests.web import pages
from tests.web.program import BASE, Program

LINK = re.compile(r"/a/[\w.~-]+")
# What is said along the way, a word of it each.
SAID = (
    "Saffronnote",
    "Crimsonreply",
    "Indigocourier",
    "Umberparcel",
    "Ochreresult",
    "Sepiaend",
    "Scarletqueue",
)
SEALED = {("reporters", "sealed")}


@dataclass
class Life:
    """The program with its carriers, and the finding."""

    program: Program
    carriers: dict[Channel, Kept]
    site: UUID
    post: UUID
    ref: str = ""
    action: str = ""
    answers: list[tuple[str, bytes]] = field(default_factory=list)  # what was answered on the way
    files: dict[str, bytes] = field(default_factory=dict)  # what is kept of the papers that were sent

    def log(self, **more: str) -> None:
        """Dara fills in the form, with a photo, and opens the finding."""
        dara, cast = self.program.browser("Dara"), self.program.cast
        page = dara.get("/findings/new").text
        answers = {
            "title": "No viral load results for three months",
            "description": "Samples wait since November.",
            "site": str(self.site),
            "theme": str(cast.themes["care"]),
            "dimension": "availability",
            "observed_on": "2026-02-27",
            "severity": "high",
            "affected": "About twenty people",
            "reporter_name": planting.NAME,
            "reporter_phone": planting.PHONE,
            "reporter_note": planting.NOTE,
            **more,
        }
        files = {"file": (planting.FILE, planting.photo(), "image/jpeg")}
        kept = pages.send(dara, page, "Keep it, then see who has to answer", files, **answers)
        self.keep("the form that was sent", kept, 303)
        self.ref = str(kept.headers["location"].split("/")[2])
        opening = dara.get(kept.headers["location"])
        self.keep("the page that opens it", opening, 200)
        self.keep("opened", pages.send(dara, opening.text, "Open the finding"), 303)

    def days(self, n: int) -> None:
        """Time passes: each day a sweep in the night, the day's letters in the morning."""
        for _ in range(n):
            night = self.program.clock.now() + timedelta(hours=16)
            run_sweep(self.program.cast.store, night)
            self.program.clock.set(night + timedelta(hours=8))
            self.post_goes()

    def post_goes(self) -> None:
        """One run of the relay."""
        key = self.program.app.state.house.key
        post = Post(carriers=dict(self.carriers), base_url=BASE, key=key, unseal=Seal("webhooks", key).open)
        relay.run_relay(self.program.cast.store, self.program.clock, post, worker="test")
        housekeeping.clear_up(self.program.cast.store, self.program.clock.now(), timedelta(hours=1))

    def send_papers(self) -> None:
        """Dara adds what other programs wrote, with a name in each, and saves it again."""
        dara = self.program.api("Dara")
        for name, made in papers.EVERY.items():
            sent = dara.post(
                f"/api/v1/findings/{self.ref}/evidence",
                data={"purpose": "problem"},
                files={"file": (name, made(), "application/octet-stream")},
            )
            self.keep(f"added {name}", sent, 201)
            saved = dara.get(sent.headers["location"])
            self.keep(f"saved {name}", saved, 200)
            self.files[name] = saved.content

    def escalate(self) -> None:
        """Nobody answers, so it climbs to a stage that the committee decides; Bopha lets it be entered."""
        dara = self.program.api("Dara")
        (owed,) = [o for o in self.of_api("Dara")["obligations"] if o["kind"] == "acknowledge"]
        for stage in range(5):
            sent = {"from_stage": stage, "reason": "People are waiting, Scarletqueue."}
            self.keep("climbed", dara.post(f"/api/v1/obligations/{owed['id']}/escalate", json=sent), 200)
            self.days(1)
        proposals = dara.get("/api/v1/proposals").json()["items"]
        approved = self.program.api("Bopha").post(f"/api/v1/proposals/{proposals[0]['id']}/approve")
        self.keep("approved", approved, 200)
        self.days(2)

    def answer_by_link(self, path: str, files: Any = None, /, **typed: str) -> None:  # noqa: ANN401 - as httpx takes them
        """Whoever holds the post answers with the newest link that came by mail, in both steps."""
        at = self.links[-1] + path
        client = self.program.browser(None)
        page = client.get(at)
        self.keep(f"by link {path}", page, 200)
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        answered = client.post(at, data={**hidden, **typed}, files=files)
        self.keep(f"answered by link {path}", answered, 303)
        self.keep(f"receipt {path}", client.get(self.links[-1] + "/received"), 200)

    def through(self, *, safely: bool = False) -> None:
        """Answers by link, an action, a report with a photo, the community's check, and the resolution by two.

        In safety mode a link does not show what is promised, so that it is accepted on the pages.
        """
        self.answer_by_link("/acknowledge", note="We write to the laboratory, Saffronnote.")
        self.answer_by_link("/reply", text="The courier had stopped, Crimsonreply.")
        dara = self.program.api("Dara")
        asked = {"what": "Send the samples by Indigocourier", "due_on": "2026-03-30"}
        made = dara.post(f"/api/v1/findings/{self.ref}/actions", json=asked)
        self.keep("proposed", made, 201)
        self.action = str(made.json()["id"])
        self.days(1)
        if safely:
            agreed = self.program.api("Sophea").post(f"/api/v1/actions/{self.action}/accept")
            self.keep("accepted", agreed, 200)
        else:
            self.answer_by_link(f"/actions/{self.action}/accept")
        self.days(1)
        files = {"file": (planting.FILE, planting.photo(), "image/jpeg")}
        self.answer_by_link(f"/actions/{self.action}/report-done", files, note="Sent, Umberparcel.")
        self.days(1)
        checked = {
            "verdict": "fixed",
            "note": "We saw the results, Ochreresult.",
            "statement": "Three people had their results.",
        }
        self.keep("checked", dara.post(f"/api/v1/actions/{self.action}/verify", json=checked), 200)
        self.days(1)
        for name in ("Dara", "Chan"):
            done = self.program.api(name).post(
                f"/api/v1/findings/{self.ref}/resolve", json={"note": "Fixed, Sepiaend."}
            )
            self.keep("resolved", done, 200)
        self.days(1)

    def of_api(self, name: str) -> dict[str, Any]:
        """The finding as JSON."""
        found: dict[str, Any] = self.program.api(name).get(f"/api/v1/findings/{self.ref}").json()
        return found

    def keep(self, what: str, answer: Any, status: int) -> None:  # noqa: ANN401 - the client's response
        """An answer that somebody got."""
        assert answer.status_code == status, (what, answer.status_code, answer.text)
        self.answers.append((what, answer.content + str(answer.headers).encode()))

    @property
    def parcels(self) -> Iterator[Parcel]:
        """Everything that was handed to a carrier."""
        for kept in self.carriers.values():
            yield from kept.parcels

    @property
    def links(self) -> list[str]:
        """Every address without an account that went out, in its order."""
        found: dict[str, None] = {}
        for parcel in self.carriers[Channel.MAIL].parcels:
            found |= dict.fromkeys(LINK.findall("".join(parcel.text.split("=\n"))))
        return list(found)

    def rows(self) -> Iterator[tuple[str, str | bytes]]:
        """Every value in the database but for what is sealed, by where it stands."""
        with self.program.cast.reading("engine", self.program.clock.now()) as look:
            tables = inspect(look.session.connection()).get_table_names()
            for name in tables:
                for row in look.session.execute(text(f'SELECT * FROM "{name}"')).mappings():
                    for column, value in row.items():
                        if value is not None and (name, column) not in SEALED:
                            yield f"{name}.{column}", value if isinstance(value, bytes | str) else str(value)
