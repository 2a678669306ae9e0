"""Does a request that is sent twice change things only once, on both databases?"""

import threading
from dataclasses import replace

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.responses import Response

from clm_tracker.db.tables import FindingRow, OnceKeyRow
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.web import once
from tests.cast import Cast
from tests.intake import papers
from tests.web import program as programs
from tests.web.program import Program, a_finding, problem

AT = "/api/v1/findings"
KEY = {"Idempotency-Key": "first-try"}


@pytest.fixture
def program(app: FastAPI, cast_on_each: Cast, clock: FixedClock) -> Program:
    """The program, once on SQLite and once on PostgreSQL."""
    return programs.put(app, cast_on_each, clock)


def count(program: Program) -> int:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return look.session.scalar(select(func.count()).select_from(FindingRow)) or 0


def test_the_same_request_again_is_answered_as_before_and_does_nothing(program: Program) -> None:
    dara, sent = program.api("Dara"), a_finding(program.cast)
    first = dara.post(AT, json=sent, headers=KEY)
    assert first.status_code == 201, first.text
    again = dara.post(AT, json=sent, headers=KEY)
    assert again.status_code == 201
    assert again.content == first.content
    for name in ("location", "etag", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["idempotency-replayed"] == "true"
    assert count(program) == 1
    assert (
        dara.post(AT, json=sent, headers={"Idempotency-Key": "second"}).json()["ref"] != first.json()["ref"]
    )
    assert count(program) == 2
    nobody = program.api(None)
    problem(nobody.post(AT, json=sent, headers=KEY | {"Authorization": "Bearer no"}), 401, "not_signed_in")


def test_a_key_of_another_request_is_refused(program: Program) -> None:
    dara, sent = program.api("Dara"), a_finding(program.cast)
    ref = dara.post(AT, json=sent, headers=KEY).json()["ref"]
    problem(dara.post(AT, json=sent | {"title": "Another"}, headers=KEY), 422, "invalid")
    problem(dara.post(f"{AT}/{ref}/open", headers=KEY), 422, "invalid")
    assert count(program) == 1
    problem(dara.post(AT, json=sent, headers={"Idempotency-Key": "a b"}), 422, "invalid")
    other = program.api("Chan").post(AT, json=sent, headers=KEY)
    assert other.status_code == 201, "A key is its sender's own."
    assert count(program) == 2


def test_what_was_refused_may_be_tried_again_with_the_same_key(program: Program) -> None:
    dara, sent = program.api("Dara"), a_finding(program.cast)
    ref = dara.post(AT, json=sent).json()["ref"]
    early = dara.post(f"{AT}/{ref}/acknowledge", headers=KEY)
    assert early.status_code == 409
    assert dara.post(f"{AT}/{ref}/open").status_code == 200
    assert dara.post(f"{AT}/{ref}/acknowledge", headers=KEY).status_code == 200


def test_the_same_file_sent_again_counts_as_the_same_request(program: Program) -> None:
    dara = program.api("Dara")
    ref = dara.post(AT, json=a_finding(program.cast)).json()["ref"]
    file = {"file": ("seen.pdf", papers.pdf(), "application/pdf")}
    first, again = (
        dara.post(f"{AT}/{ref}/evidence", data={"purpose": "problem"}, files=file, headers=KEY)
        for _ in range(2)
    )
    assert first.status_code == 201, first.text
    assert again.json()["id"] == first.json()["id"], "Each sending has a boundary of its own."
    other = {"file": ("seen.pdf", papers.pdf(names=False), "application/pdf")}
    problem(
        dara.post(f"{AT}/{ref}/evidence", data={"purpose": "problem"}, files=other, headers=KEY),
        422,
        "invalid",
    )


def test_of_many_at_once_one_does_it_and_all_hear_of_it(program: Program) -> None:
    program.token("Dara")
    sent, gate = a_finding(program.cast), threading.Barrier(4)
    answers: list[tuple[int, bytes]] = []

    def send() -> None:
        client = program.api("Dara")
        gate.wait()
        answer = client.post(AT, json=sent, headers=KEY)
        answers.append((answer.status_code, answer.content))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [201] * 4
    assert len({content for _, content in answers}) == 1
    assert count(program) == 1


def test_an_answer_that_was_lost_is_not_made_up(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process died between its commit and its answer: the change stands, and nobody makes it again."""
    monkeypatch.setattr(once, "_WAIT_SECONDS", 0.0)
    dara, sent = program.api("Dara"), a_finding(program.cast)
    assert dara.post(AT, json=sent, headers=KEY).status_code == 201
    with program.cast.writing("Dara", program.clock.now()) as unit:
        row = unit.session.scalars(select(OnceKeyRow)).one()
        row.status = once.CLAIMED
    problem(dara.post(AT, json=sent, headers=KEY), 409, "in_progress")
    assert count(program) == 1


def test_the_buttons_of_one_form_that_lead_elsewhere_are_requests_of_their_own(program: Program) -> None:
    """Refused acts of a page share a form: one that is possible by now and was done says nothing of the others."""
    cast, now = program.cast, program.clock.now()
    one, other = (
        replace(once.ticket("a-key", f"POST /{act}", b"x"), in_form=True) for act in ("one", "other")
    )
    with cast.writing("Dara", now) as unit:
        once.claim(unit, one)
        once.keep(unit, one, Response(status_code=303))
    with cast.reading("Dara", now) as look:
        assert once.earlier(look, other) is None
        again = once.earlier(look, one)
        assert again is not None
        assert again.status_code == 303
        with pytest.raises(once.UsedBefore, match="as you sent it then"):
            once.earlier(look, replace(one, digest="something else"))
    with cast.writing("Dara", now) as unit:
        once.claim(unit, other)


def test_a_key_is_claimed_with_the_change_or_not_at_all(program: Program) -> None:
    ticket = once.ticket("a-key", "POST /x", b"x")
    cast, now = program.cast, program.clock.now()
    with pytest.raises(ZeroDivisionError), cast.writing("Dara", now) as unit:
        once.claim(unit, ticket)
        raise ZeroDivisionError
    with cast.reading("Dara", now) as look:
        assert once.earlier(look, ticket) is None
    with cast.writing("Dara", now) as unit:
        once.claim(unit, ticket)
    with pytest.raises(once.AnsweredBefore), cast.writing("Dara", now) as unit:
        once.claim(unit, replace(ticket, digest="other"))
