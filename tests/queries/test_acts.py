"""Are the buttons the truth: what they offer can be done, and what they grey out is refused in the same words?"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clm_tracker.commands import actions, findings, obligations
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain.words import AgreedWhere
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.queries import acts
from clm_tracker.queries.acts import FIELDS, Form
from tests.cast import Cast
from tests.queries.stories import agree, report, resolve


def offered(cast: Cast, clock: FixedClock, by: str, ref: str) -> dict[str, str | None]:
    with cast.reading(by, clock.now()) as look:
        return {a.verb: a.why_not for a in acts.acts_for(look, load.case(look, ref, lock=False))}


def test_every_form_names_its_fields() -> None:
    assert FIELDS.keys() == set(Form)


def test_a_duty_bearer_is_offered_answers_and_nothing_of_the_community(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    mine = offered(cast, clock, "Sophea", ref)
    assert {v for v, why in mine.items() if why is None} == {
        "acknowledge",
        "propose",
        "propose_transfer",
        "refuse",
        "reply",
        "attach",
    }
    assert not {"resolve", "close", "escalate", "pause", "approve", "name_duty_bearer"} & mine.keys()


def test_what_is_not_possible_now_is_greyed_out_with_the_sentence(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    with cast.writing("Sophea", clock.now()) as unit:
        findings.acknowledge(unit, ref)
    assert offered(cast, clock, "Sophea", ref)["acknowledge"] == "Nobody owes an acknowledgement at present."
    assert offered(cast, clock, "Dara", ref)["reopen"] == "Only a resolved finding can be reopened."
    assert offered(cast, clock, "Chan", ref)["resolve"] is not None


def test_who_proposed_does_not_accept_and_the_community_records_what_was_agreed(
    cast: Cast, clock: FixedClock
) -> None:
    ref = cast.open_finding(clock.now()).ref
    due_on = clock.now().date() + timedelta(days=9)
    with cast.writing("Sophea", clock.now()) as unit:
        action = actions.propose(unit, ref, what="Order reagents", due_on=due_on)
    mine = offered(cast, clock, "Sophea", ref)
    alone = "Your side proposed this; the community accepts it, or says where both sides agreed."
    assert (mine["accept"], mine["record_agreement"]) == (alone, alone)
    assert offered(cast, clock, "Dara", ref)["accept"] is None
    with cast.writing("Dara", clock.now()) as unit:
        actions.accept(unit, action.id, where=AgreedWhere.MEETING)


def test_the_greyed_out_sentence_is_the_refusal(cast: Cast, clock: FixedClock) -> None:
    """Every act of Dara's without a form, tried where it is grey: the command says the same."""
    ref = cast.open_finding(clock.now()).ref
    action_id = agree(cast, clock, ref)
    why = offered(cast, clock, "Dara", ref)
    tries: dict[str, Callable[[Writing], object]] = {
        "acknowledge": lambda unit: findings.acknowledge(unit, ref),
        "accept_transfer": lambda unit: findings.accept_transfer(unit, ref),
        "decline_transfer": lambda unit: findings.decline_transfer(unit, ref, reason="No"),
        "tell_community": lambda unit: findings.tell_community(unit, ref, note="Told"),
        "check_sustained": lambda unit: findings.check_sustained(unit, ref, still_fixed=True, note="Seen"),
        "reopen": lambda unit: findings.reopen(unit, ref, reason="Seen again"),
        "resolve": lambda unit: findings.resolve(unit, ref, note="Works"),
        "grant_extension": lambda unit: actions.answer_extension(unit, action_id, grant=True),
        "open": lambda unit: findings.open_(unit, ref),
    }
    for verb, attempt in tries.items():
        assert why[verb] is not None, verb
        with pytest.raises(Refusal) as no, cast.writing("Dara", clock.now()) as unit:
            attempt(unit)
        assert no.value.sentence == why[verb], verb


def test_an_obligation_offers_its_clock(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    with cast.reading("Dara", clock.now()) as look:
        [owed] = load.case(look, ref, lock=False).live()
    assert offered(cast, clock, "Dara", ref)["resume"] == "This clock is not paused."
    assert offered(cast, clock, "Dara", ref)["pause"] is None
    with cast.writing("Dara", clock.now()) as unit:
        obligations.escalate(unit, owed.id, from_stage=0, reason="People go without")
    assert offered(cast, clock, "Dara", ref)["escalate"] is None


def test_who_reported_does_not_verify(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    action_id = agree(cast, clock, ref)
    assert offered(cast, clock, "Dara", ref)["verify"] == (
        "Nothing to verify yet: the action has not been reported done."
    )
    report(cast, clock, action_id)
    assert offered(cast, clock, "Dara", ref)["verify"] is None
    assert "verify" not in offered(cast, clock, "Sophea", ref)


def test_a_recused_member_is_told_so(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    assert (
        offered(cast, clock, "Vanna", ref)["review"]
        == "You are recused: this concerns your own organisation."
    )


def test_a_resolved_finding_can_be_reopened_and_told_of(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    resolve(cast, clock, ref)
    mine = offered(cast, clock, "Dara", ref)
    assert {v for v, why in mine.items() if why is None} >= {"tell_community", "check_sustained", "reopen"}
    assert mine["edit"] == "A resolved finding is not edited; reopen it first."
