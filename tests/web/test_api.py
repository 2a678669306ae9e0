"""Does the JSON interface carry a finding from the first line to the community being told? (R1, R2, R14, R17, R18)"""

import re
from datetime import timedelta
from typing import Any

import pytest

from clm_tracker.queries import paging
from clm_tracker.web.pages.acts.forms import DOINGS
from tests.cast import SOPHEA
from tests.intake import papers
from tests.web import things
from tests.web.program import Program, a_finding, problem
from tests.web.test_doors import every_door

API = "/api/v1"
LADDER = {
    "key": "high",
    "name": "High, shorter",
    "stages": [{"name": "Letter", "kind": "formal_letter", "wait": "3wd"}],
}


@pytest.fixture
def ref(program: Program) -> str:
    """An open finding of Dara's, which Sophea's post has to answer."""
    dara = program.api("Dara")
    made = dara.post(f"{API}/findings", json=a_finding(program.cast))
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"{API}/findings/{made.json()['ref']}"
    assert made.json()["status"] == "draft"
    opened = dara.post(f"{API}/findings/{made.json()['ref']}/open")
    assert opened.status_code == 200, opened.text
    return str(made.json()["ref"])


def test_a_finding_says_at_least_what_the_interface_promises(program: Program, ref: str) -> None:
    found = program.api("Dara").get(f"{API}/findings/{ref}").json()
    assert set(found) >= {
        *("ref", "title", "description", "status", "severity", "track", "theme", "dimension", "area", "site"),
        *("round", "observed_on", "opened_at", "duty_bearer", "stage", "overdue", "next", "actions"),
        *("obligations", "evidence", "version"),
    }
    assert found["opened_at"] == "2026-03-02T02:00:00Z"
    assert set(found["next"]) >= {"what", "who", "due_at", "then"}
    owed = found["obligations"][0]
    assert set(owed) >= {
        *("id", "kind", "owed_by", "due_at", "due_on", "first_due_on", "state", "stage", "stage_entered_at"),
        *("next_step_at", "slips"),
    }
    assert (owed["kind"], owed["owed_by"], owed["state"]) == ("acknowledge", "duty_bearer", "running")
    assert owed["due_at"].endswith("Z")


def test_a_finding_is_fixed_verified_and_resolved(program: Program, ref: str) -> None:
    dara, sophea, chan = program.api("Dara"), program.api("Sophea"), program.api("Chan")
    assert sophea.post(f"{API}/findings/{ref}/acknowledge").status_code == 200
    promised = sophea.post(
        f"{API}/findings/{ref}/actions", json={"what": "Send samples weekly", "due_on": "2026-03-20"}
    )
    assert promised.status_code == 201
    action = promised.headers["location"]
    assert dara.post(f"{action}/accept").json()["state"] == "agreed"
    asked = {"due_on": "2026-03-27", "reason": "The courier is late."}
    assert sophea.post(f"{action}/extension", json=asked).json()["extension_asked_on"] == "2026-03-27"
    assert dara.post(f"{action}/extension", json={"grant": True}).json()["due_on"] == "2026-03-27"
    assert dara.get(action).json()["first_due_on"] == "2026-03-20", "R15: the first promise is kept for ever."
    program.clock.advance(days=10)
    assert sophea.post(f"{action}/report-done", json={"note": "Done."}).json()["state"] == "reported"
    checked = {"verdict": "fixed", "note": "We asked.", "statement": "Three people had their results."}
    assert dara.post(f"{action}/verify", json=checked).json()["verdict"] == "fixed"
    proof = dara.post(
        f"{API}/findings/{ref}/evidence", data={"purpose": "resolution", "text": "Results are on time."}
    )
    assert proof.status_code == 201, proof.text
    assert dara.post(f"{API}/findings/{ref}/resolve", json={"note": "Fixed."}).json()["status"] == "open"
    resolved = chan.post(f"{API}/findings/{ref}/resolve", json={"note": "Confirmed."})
    assert resolved.json()["status"] == "resolved", resolved.text
    told = dara.post(f"{API}/findings/{ref}/tell-community", json={"note": "At the meeting."})
    assert told.status_code == 200
    lines = dara.get(f"{API}/findings/{ref}/timeline", params={"limit": 5}).json()
    assert len(lines["items"]) == 5
    older = dara.get(f"{API}/findings/{ref}/timeline", params={"after": lines["next"]}).json()
    assert older["items"][0]["seq"] < lines["items"][-1]["seq"]


def test_a_refusal_says_why(program: Program, ref: str) -> None:
    sophea, dara = program.api("Sophea"), program.api("Dara")
    assert sophea.post(f"{API}/findings/{ref}/acknowledge").status_code == 200
    twice = dara.post(f"{API}/findings/{ref}/acknowledge")
    assert twice.status_code == 409
    assert twice.json()["detail"] == "Nobody owes an acknowledgement at present."
    no = problem(sophea.post(f"{API}/findings/{ref}/resolve", json={"note": "x"}), 403, "not_allowed")
    assert no["detail"] == "Only the community side resolves a finding."
    without = dara.post(f"{API}/findings/{ref}/resolve", json={"note": "x"})
    assert without.status_code == 409, "R18: without evidence the answer is a refusal, in a sentence."


def test_what_was_changed_since_is_not_overwritten(program: Program, ref: str) -> None:
    dara = program.api("Dara")
    seen = dara.get(f"{API}/findings/{ref}").headers["etag"]
    changed = dara.patch(f"{API}/findings/{ref}", json={"title": "No results"}, headers={"If-Match": seen})
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] != seen
    late = dara.patch(f"{API}/findings/{ref}", json={"title": "None"}, headers={"If-Match": seen})
    assert problem(late, 412, "stale")["detail"].startswith("Dara changed this on")
    assert dara.get(f"{API}/findings/{ref}").json()["title"] == "No results"
    problem(dara.post(f"{API}/findings/{ref}/acknowledge", headers={"If-Match": seen}), 412, "stale")
    problem(dara.post(f"{API}/findings/{ref}/acknowledge", headers={"If-Match": "new"}), 412, "stale")
    any_ = dara.post(f"{API}/findings/{ref}/acknowledge", headers={"If-Match": "*"})
    assert any_.status_code == 200


def test_whoever_changes_a_thing_says_which_version_they_saw(program: Program) -> None:
    """Every door of the interface that changes a finding, a part of it, a ladder or a post asks, as the forms of the pages do; what is only added needs no version."""
    of = things.make(program)
    document = program.api(None).get(f"{API}/openapi.json").json()
    asked = 0
    for door in every_door(program):
        thing = re.match(rf"{API}/(\w+)s/{{(ref|action_id|obligation_id|proposal_id)}}/?([\w-]*)", door.path)
        if door.method == "GET" or door.path not in document["paths"]:
            continue
        responses = document["paths"][door.path][door.method.lower()]["responses"]
        doing = DOINGS.get((thing[1], thing[3].replace("-", "_"))) if thing else None
        needed = "201" not in responses and (doing is None or doing.fresh)
        # A theme that is retired already is refused: nothing of it is written over.
        needed = (
            needed if thing else door.path == f"{API}/ladders" or door.path.startswith(f"{API}/duty-bearers/")
        )
        assert ("428" in responses) is needed, (door, "says what it asks")
        if thing is None and not needed:
            continue
        sent = things.body_of(document, door.path, door.method)
        body = {} if sent is None else {"json" if sent[0] == "application/json" else "data": sent[1]}
        body = {"json": LADDER} if door.path == f"{API}/ladders" else body
        answers = (
            program.api(name, matching=None).request(door.method, door.at(of), **body)
            for name in ("Sokha", SOPHEA, "Bopha")
        )
        answer = next(a for a in answers if a.status_code != 403)
        asked += needed
        assert (answer.status_code == 428) is needed, (door, answer.status_code, answer.text)
        if needed:
            problem(answer, 428, "version_needed")
    assert asked >= 20


def test_escalating_what_has_moved_meanwhile_changes_nothing(program: Program, ref: str) -> None:
    dara = program.api("Dara")
    owed = dara.get(f"{API}/obligations", params={"kind": "acknowledge"}).json()["items"]
    assert [one["ref"] for one in owed] == [ref]
    at = f"{API}/obligations/{owed[0]['id']}"
    climbed = dara.post(f"{at}/escalate", json={"from_stage": 0, "reason": "People are waiting."})
    assert climbed.json()["stage"] == 1, climbed.text
    again = dara.post(f"{at}/escalate", json={"from_stage": 0, "reason": "People are waiting."})
    assert again.status_code == 409
    assert "already escalated" in again.json()["detail"]


@pytest.mark.usefixtures("ref")
def test_a_clock_is_paused_and_resumed(program: Program) -> None:
    dara = program.api("Dara")
    owed = dara.get(f"{API}/obligations").json()["items"][0]
    until = (program.clock.now() + timedelta(days=3)).isoformat()
    at = f"{API}/obligations/{owed['id']}"
    paused = dara.post(f"{at}/pause", json={"reason": "agreed", "until": until})
    assert paused.json()["state"] == "paused", paused.text
    program.clock.advance(days=1)
    assert dara.post(f"{at}/resume", json={}).json()["state"] == "running"


def test_a_list_is_read_page_by_page(program: Program) -> None:
    dara = program.api("Dara")
    sent = a_finding(program.cast)
    refs = [dara.post(f"{API}/findings", json=sent).json()["ref"] for _ in range(5)]
    found, after = [], None
    while True:
        page = dara.get(f"{API}/findings", params={"limit": 2} | ({"after": after} if after else {})).json()
        assert set(page) == {"items", "next"}
        found += [row["ref"] for row in page["items"]]
        if (after := page["next"]) is None:
            break
    assert found == refs[::-1]
    problem(dara.get(f"{API}/findings", params={"after": "nonsense"}), 422, "invalid")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": 7}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"severity": "urgent"}, "severity"),
        ({"severity": False}, "severity"),
        ({"observed_on": 20260301}, "observed_on"),
        ({"observed_on": "1772323200"}, "observed_on"),
        ({"theme_id": "care"}, "theme_id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_body_is_taken_for_nothing_else(program: Program, body: dict[str, Any], field: str) -> None:
    answer = program.api("Dara").post(f"{API}/findings", json=a_finding(program.cast) | body)
    said = problem(answer, 422, "invalid")
    assert [error["field"] for error in said["errors"]] == [field]


@pytest.mark.usefixtures("ref")
def test_no_is_no_number_and_half_a_character_is_no_text(program: Program) -> None:
    dara = program.api("Dara")
    owed = dara.get(f"{API}/obligations").json()["items"][0]["id"]
    for stage in (False, "0", 0.0):
        answer = dara.post(
            f"{API}/obligations/{owed}/escalate", json={"from_stage": stage, "reason": "People are waiting."}
        )
        assert problem(answer, 422, "invalid")["errors"][0]["field"] == "from_stage"
    half = b'{"title": "\\ud800", "severity": "high", "\\udfff": 1}'
    answer = dara.post(f"{API}/findings", content=half, headers={"Content-Type": "application/json"})
    problem(answer, 422, "invalid")
    forum = b'{"name": "\\ud800", "held_on": "2026-03-25"}'
    answer = program.api("Sokha").post(
        f"{API}/forums", content=forum, headers={"Content-Type": "application/json"}
    )
    assert problem(answer, 422, "invalid")["errors"][0]["field"] == "name"


@pytest.mark.parametrize("n", [2**63, -(2**63) - 1, 10**30])
def test_a_place_beyond_all_numbers_is_no_place(program: Program, ref: str, n: int) -> None:
    after = paging.cursor("timeline", (n,))
    answer = program.api("Dara").get(f"{API}/findings/{ref}/timeline", params={"after": after})
    problem(answer, 422, "invalid")


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_place_that_no_database_keeps_is_no_place(program: Program, name: str) -> None:
    after = paging.cursor("duty_bearers", (name, program.cast.programme_id))
    answer = program.api("Dara").get(f"{API}/duty-bearers", params={"after": after})
    problem(answer, 422, "invalid")


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 5_000, b"null", b"[]", b""])
def test_a_body_that_is_no_object_is_refused(program: Program, content: bytes) -> None:
    answer = program.api("Dara").post(
        f"{API}/findings", content=content, headers={"Content-Type": "application/json"}
    )
    problem(answer, 422, "invalid")


def test_a_body_that_is_too_large_is_not_read(program: Program) -> None:
    content = b'"' + b"a" * 600_000 + b'"'
    answer = program.api("Dara").post(
        f"{API}/findings", content=content, headers={"Content-Type": "application/json"}
    )
    problem(answer, 413, "too_large")


def test_filters_that_are_not_known_are_not_ignored(program: Program) -> None:
    said = problem(
        program.api("Dara").get(f"{API}/findings?sevrity=high&overdue=1&stage=1.0&limit=0"), 422, "invalid"
    )
    assert {e["field"] for e in said["errors"]} == {"sevrity", "overdue", "stage", "limit"}


@pytest.mark.parametrize(
    "path",
    [
        "findings/KH-2026-9999",
        "findings/nonsense",
        "findings/%00",
        "findings/KH-2026-٠٠٠١",
        "evidence/{id}",
        "actions/{id}",
    ],
)
def test_what_is_not_there_is_not_found(program: Program, path: str) -> None:
    at = path.format(id="01a2079a-0000-7000-8000-000000000000")
    problem(program.api("Dara").get(f"{API}/{at}"), 404, "not_found")


def test_evidence_is_given_back_as_a_file_that_no_browser_runs(program: Program, ref: str) -> None:
    dara = program.api("Dara")
    at = f"{API}/findings/{ref}/evidence"
    page = {"file": ("photo.jpg", b"<html><script>alert(1)</script></html>", "image/jpeg")}
    said = problem(dara.post(at, data={"purpose": "problem"}, files=page), 422, "invalid")
    assert said["errors"][0]["field"] == "file"
    pdf = papers.pdf(signed=True)  # kept as it is
    made = dara.post(at, data={"purpose": "problem"}, files={"file": ("réport.pdf", pdf, "text/html")})
    assert made.status_code == 201, made.text
    got = dara.get(made.headers["location"])
    assert got.content == pdf
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''r%C3%A9port.pdf"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]


def test_the_set_up_is_read_and_extended(program: Program) -> None:
    sokha, cast = program.api("Sokha"), program.cast
    me = sokha.get(f"{API}/me").json()
    assert (me["name"], me["programme"]["name"]) == ("Sokha", "Community Eyes")
    assert "set_up" in me["acts"]
    area = sokha.post(
        f"{API}/areas",
        json={"name": "Moung Ruessei", "level": "district", "parent_id": str(cast.areas["province"])},
    )
    assert area.status_code == 201, area.text
    site = sokha.post(f"{API}/sites", json={"name": "Kear Health Centre", "area_id": area.json()["id"]})
    assert site.json()["within"][0] == "Moung Ruessei"
    post = sokha.post(
        f"{API}/duty-bearers", json={"title": "Chief", "level": "site", "site_id": site.json()["id"]}
    )
    at = f"{API}/duty-bearers/{post.json()['id']}"
    assert sokha.post(f"{at}/appoint", json={"name": "Nary"}).json()["holder"] == "Nary"
    reached = sokha.post(f"{at}/reach", json={"email": "nary@example.org", "language": None})
    assert (reached.status_code, reached.json()["holder"]) == (200, "Nary"), reached.text
    assert "nary@example.org" not in reached.text
    no = sokha.post(f"{at}/reach", json={"email": "nary", "phone": "call me", "language": "xx"})
    assert no.status_code == 422
    assert {e["field"] for e in no.json()["errors"]} == {"email", "phone", "language"}
    assert program.api("Dara").post(f"{at}/reach", json={"email": "x@example.org"}).status_code == 403
    assert [p["name"] for p in sokha.get(f"{API}/duty-bearers?q=chief").json()["items"]] == [
        "Chief",
        "Chief, Ta Pung Health Centre",
    ]
    round_ = {"name": "Next quarter", "first_on": "2026-04-01", "last_on": "2026-06-30"}
    assert sokha.post(f"{API}/rounds", json=round_).status_code == 201
    assert [r["name"] for r in sokha.get(f"{API}/rounds").json()["items"]] == ["Next quarter", "This quarter"]
    person = sokha.post(f"{API}/people", json={"name": "Thida", "role": "observer"})
    assert person.json()["memberships"][0]["role"] == "observer"
    assert "password" not in person.text
    made = sokha.post(f"{API}/ladders", json=LADDER)
    assert (made.json()["ladder"]["version"], made.headers["etag"]) == (2, '"2"')
    problem(sokha.post(f"{API}/ladders", json=LADDER, headers={"If-Match": '"1"'}), 412, "stale")
    ledger = sokha.get(f"{API}/ledger?limit=3").json()
    assert [line["entry"]["actor"] for line in ledger["items"]] == ["Sokha"] * 3
    problem(program.api("Dara").get(f"{API}/ledger"), 403, "not_allowed")


def test_why_and_what_next(program: Program, ref: str) -> None:
    dara = program.api("Dara")
    why = dara.get(f"{API}/findings/{ref}/explain").json()["obligations"][0]
    counted = [day for day in why["due"]["days"] if day["counted"]]
    assert counted[-1]["date"] == why["obligation"]["due_on"]
    ahead = dara.get(f"{API}/findings/{ref}/simulate", params={"days": 60}).json()
    stages = [event["stage"] for event in ahead["items"] if event["kind"] == "stage_entered"]
    assert stages[:2] == [1, 2], "R34: what happens if nobody does anything."
    problem(dara.get(f"{API}/findings/{ref}/simulate?days=0"), 422, "invalid")
