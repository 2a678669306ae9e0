"""Does a link offer exactly what its post may do, the next thing first, and does it say whose answer it is? (R4, R14, R40)"""

import re

import pytest

from clm_tracker.commands import duty_bearers, findings, programmes
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import NoticeRow
from clm_tracker.domain.cases import Finding
from clm_tracker.domain.duty_bearers import superiors
from tests import links as given
from tests.web.program import Program
from tests.web.reader import Reader, last, lines

OFFERED = re.compile(r'<a class="btn[^"]*" href="/a/[^"/]+/([^"]+)"')
MAIN = re.compile(r'<a class="btn main[^"]*" href="/a/[^"/]+/([^"]+)"')
BIG = re.compile(r'<div class="big">(.*?)</div>', re.DOTALL)


def of(program: Program, finding: Finding, post: str) -> Reader:
    return Reader(program, given.a_link(program.cast, program.clock.now(), finding.id, post=post))


def told(program: Program, finding: Finding, post: str) -> None:
    """This post has had a notice about the finding, as a stage brings it."""
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        unit.session.add(
            NoticeRow(
                id=new_id(),
                programme_id=unit.programme_id,
                finding_id=finding.id,
                kind="stage_entered",
                duty_bearer_id=program.cast.posts[post],
                created_at=unit.now,
                unit=unit.id,
            )
        )


def large(page: str) -> list[str]:
    """Where the answers lead that stand large."""
    return OFFERED.findall(BIG.findall(page)[0])


def test_r40_the_post_that_owes_is_told_nothing_of_others(reader: Reader) -> None:
    page = reader.get().text
    assert "The answer is owed by" not in page
    assert large(page) == ["acknowledge", "propose", "propose-transfer"]
    assert MAIN.findall(page) == ["acknowledge"]


def test_r40_a_post_above_reads_whose_answer_it_is_and_may_give_it(
    program: Program, finding: Finding
) -> None:
    told(program, finding, "province")
    above = of(program, finding, "province")
    page = above.get().text
    assert "The answer is owed by Chief, Ta Pung Health Centre. Your post stands above it" in page
    assert MAIN.findall(page) == ["propose"], "it is asked to see to it, not to confirm what came to another"
    assert above.answer("/propose", what="Send a courier", due_on="2026-03-20").status_code == 303
    line = last(program, "action_proposed")
    assert line.facts["on_behalf_of"] == "Chief, Ta Pung Health Centre"
    received = above.get("/received").text
    assert "put on record" not in received, (
        "whoever stands above answers, and puts nothing on record for others"
    )
    assert f"{line.actor_name} proposed: Send a courier" in received


def test_r40_a_post_that_was_only_told_answers_in_words_alone(program: Program, finding: Finding) -> None:
    """R40: what another post answers is neither offered nor listed as impossible, and cannot be done by its address."""
    told(program, finding, "hospital")
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        duty_bearers.appoint(unit, program.cast.posts["hospital"], name="Nary", from_on=unit.today)
        assert program.cast.posts["hospital"] not in superiors(
            program.cast.posts["health_centre"], unit.rules.posts
        )
    other = of(program, finding, "hospital")
    page = other.get().text
    assert "Your post was told; you may answer in words." in page
    assert [to for to in OFFERED.findall(page) if to != "not-me"] == ["reply"]
    assert "Not possible now, and why" not in page
    before = lines(program)
    for verb in ("acknowledge", "propose", "propose-transfer", "refuse"):
        shown = other.get(f"/{verb}").text
        assert "This is addressed to another post" in shown
        assert 'name="once"' not in shown
    assert lines(program) == before
    assert other.answer("/reply", text="We lend them a machine.").status_code == 303
    assert last(program, "replied").facts["on_behalf_of"] == "Director, Battambang Referral Hospital"
    page = program.browser("Dara").get(f"/findings/{finding.ref}").text
    assert "Director, Battambang Referral Hospital" in page


def test_after_a_proposal_what_stands_is_said_and_what_is_next_is_offered(
    program: Program, reader: Reader
) -> None:
    assert "What stands now" not in reader.get().text
    assert reader.answer("/propose", what="Send the samples again.", due_on="2026-03-20").status_code == 303
    page = reader.get().text
    assert "Proposed to the community: Send the samples again, by" in page
    assert "It waits for the community’s answer." in page
    mine = str(last(program, "action_proposed").changes[0]["id"])
    assert large(page) == [f"actions/{mine}/change", "reply"]
    assert not MAIN.findall(page), "nothing is asked of the post now"
    assert "Propose something more" in page, "it is still there, below"

    dara = program.api("Dara")
    changed = {"what": "Send all samples again", "due_on": "2026-03-18"}
    assert dara.patch(f"/api/v1/actions/{mine}", json=changed).status_code == 200
    page = reader.get().text
    assert "Proposed by the community: Send all samples again, by" in page
    assert MAIN.findall(page) == [f"actions/{mine}/accept"]
    assert large(page) == [f"actions/{mine}/accept", f"actions/{mine}/change", "reply"]

    assert reader.answer(f"/actions/{mine}/accept").status_code == 303
    page = reader.get().text
    assert "Agreed: Send all samples again, by" in page
    assert MAIN.findall(page) == [f"actions/{mine}/report-done"]
    assert large(page)[:2] == [f"actions/{mine}/report-done", f"actions/{mine}/ask-extension"]

    more = {"due_on": "2026-03-24", "reason": "The road is flooded."}
    assert reader.answer(f"/actions/{mine}/ask-extension", **more).status_code == 303
    assert "More time is asked for, to" in reader.get().text
    assert reader.answer(f"/actions/{mine}/report-done", note="They were sent.").status_code == 303
    page = reader.get().text
    assert "Reported done: Send all samples again, due" in page
    assert large(page) == ["reply"]


def test_r43_what_stands_has_no_words_of_it_in_safety_mode(program: Program, reader: Reader) -> None:
    assert reader.answer("/propose", what="Send the samples again", due_on="2026-03-20").status_code == 303
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        programmes.change_settings(unit, {"safety_mode": True})
    page = reader.get().text
    assert "Proposed to the community: a corrective action, by" in page
    assert "samples" not in page


class TestNotOurs:
    def test_offers_the_likely_posts_first(self, reader: Reader) -> None:
        """R4: those of the place, those above, those of the areas around, then the others."""
        page = reader.get("/propose-transfer").text
        select = page.partition("<select")[2].partition("</select>")[0]
        assert "Ta Pung" not in select, "the one that was asked is no answer"
        groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', select)
        assert [name for name, _options in groups] == [
            "Above the post that was asked",
            "In the areas around",
        ]
        above = re.findall(r">([^<]+)</option>", groups[0][1])
        assert above == [
            "Director, Operational District",
            "Director, Provincial Health Department",
            "Manager, National Programme",
            "Chair, Oversight Committee",
        ]
        assert "I do not know whose it is" in page.partition("</select>")[2]

    def test_by_whoever_does_not_know_whose_it_is_goes_to_the_post_above(
        self, program: Program, reader: Reader, finding: Finding
    ) -> None:
        """R4: and the record says that they did not know."""
        hidden = reader.form("/propose-transfer")
        sent = {**hidden, "unknown": "yes", "reason": "We have no laboratory."}
        assert reader.post("/propose-transfer", sent).status_code == 303
        assert "do not know whose it is: We have no laboratory." in reader.get("/received").text
        page = reader.get().text
        assert "It was said to belong to Director, Operational District." in page
        line = last(program, "transfer_proposed")
        assert (line.facts["to"], line.facts["known"]) == ("Director, Operational District", False)
        with program.cast.writing("Dara", program.clock.now()) as unit:
            moved = findings.accept_transfer(unit, finding.ref)
        assert moved.duty_bearer_id == program.cast.posts["district"]

    @pytest.mark.parametrize("to", ["", "nobody", "00000000-0000-0000-0000-000000000001"])
    def test_needs_a_post_that_there_is(self, program: Program, reader: Reader, to: str) -> None:
        before = lines(program)
        hidden = reader.form("/propose-transfer")
        no = reader.post("/propose-transfer", {**hidden, "duty_bearer": to, "reason": "Theirs"})
        assert no.status_code in {404, 422}
        assert lines(program) == before

    def test_needs_somebody_above_for_whoever_does_not_know(self, program: Program, finding: Finding) -> None:
        """R4: the highest post says whose it is; there is nobody to ask."""
        cast = program.cast
        api = program.api("Dara")
        at = f"/api/v1/findings/{finding.ref}/transfer"
        to = str(cast.posts["oversight"])
        assert api.post(at, json={"to": to, "reason": "They decide"}).status_code == 200
        assert api.post(at, json={"answer": "accept"}).status_code == 200
        no = api.post(at, json={"to": None, "reason": "Not ours"})
        assert no.status_code == 422
        assert "No post stands above the one that was asked." in no.text
