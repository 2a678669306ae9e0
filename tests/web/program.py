"""How do tests of the web reach the whole program? In this process, as somebody of the cast."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from clm_tracker.commands import sign_in, tokens
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.web import sessions
from clm_tracker.web.desk import House
from tests.cast import Cast

BASE = "http://testserver"
SAME = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Program:
    """The program on the cast's database, under a clock that stands still."""

    app: FastAPI
    cast: Cast
    clock: FixedClock
    words: dict[str, str] = field(default_factory=dict)

    def api(self, name: str | None, *, matching: str | None = "*") -> TestClient:
        """A program that acts for this person, on whichever version it finds; None for nobody."""
        headers = {"Authorization": f"Bearer {self.token(name)}"} if name else {}
        headers |= {"If-Match": matching} if matching else {}
        return TestClient(self.app, base_url=BASE, headers=headers, follow_redirects=False)

    def browser(self, name: str | None) -> TestClient:
        """A browser in which this person is signed in; None for nobody."""
        client = TestClient(self.app, base_url=BASE, headers=SAME, follow_redirects=False)
        if name:
            programme = self.cast.other_programme_id if name == "Maly" else self.cast.programme_id
            came = sign_in.sign_in_as_demo(
                self.cast.store,
                person_id=self.cast.people[name],
                programme_id=programme,
                now=self.clock.now(),
            )
            client.cookies.set(sessions.cookie_name(secure=False), came.word)
        return client

    def token(self, name: str) -> str:
        """The word of a token of this person."""
        if name not in self.words:
            actor = self.cast.actor(name, self.clock.now())
            with self.cast.store.writing(
                now=self.clock.now(), actor=actor, programme_id=actor.programme_id
            ) as unit:
                self.words[name] = tokens.create(unit, name="test").word
        return self.words[name]


def put(app: FastAPI, cast: Cast, clock: FixedClock) -> Program:
    """The program on this database and clock, with no evidence in its memory."""
    house: House = app.state.house
    app.state.house = replace(house, store=cast.store, clock=clock, evidence=EvidenceStore.at("memory:///"))
    return Program(app, cast, clock)


def a_finding(cast: Cast) -> dict[str, Any]:
    """What a program sends to log a complete draft."""
    return {
        "title": "No viral load results for three months",
        "severity": "high",
        "theme_id": str(cast.themes["care"]),
        "dimension": "availability",
        "site_id": str(cast.sites["health_centre"]),
        "observed_on": "2026-03-01",
    }


def problem(answer: Any, status: int, code: str) -> Mapping[str, Any]:  # noqa: ANN401 - the client's response
    """The problem that an answer tells, after checking its shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert set(said) == {"type", "title", "status", "detail", "code", "errors"}
    assert said["status"] == status
    assert said["code"] == code
    assert said["type"].endswith(code)
    assert said["detail"].endswith("."), "A sentence for people."
    return said
