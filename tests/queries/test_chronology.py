"""Does a letter's chronology tell what the two sides did, and who only put it on record? (R25, R35)"""

from datetime import datetime, timedelta
from uuid import UUID

from clm_tracker.commands import actions, evidence, findings
from clm_tracker.db.units import Reading
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.domain import events
from clm_tracker.domain.letters import CHRONOLOGY
from clm_tracker.domain.words import Purpose
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.queries import sentences, timeline
from clm_tracker.queries.timeline import Entry
from tests.cast import Cast
from tests.queries.stories import agree, report, verify

LEFT_OUT = {
    "what is a draft's": {"finding_begun", "finding_drafted"},
    "evidence, which stands with the finding": {
        "evidence_attached",
        "evidence_captioned",
        "evidence_taken_off",
    },
    "what is told by the event that met, voided or suspended it": {
        "obligation_met",
        "obligation_voided",
        "obligation_suspended",
    },
    "what the community side does for itself": {
        "resolution_proposed",
        "community_told",
        "sustain_checked",
        "review_done",
        "risk_checked",
        "ladder_followed",
    },
    "what the engine and the set-up do for themselves": {"parked", "brake_set", "brake_released", "recorded"},
    "how letters and links travel": {
        "letter_undeliverable",
        "notices_parked",
        "webhook_turned_off",
        "letter_sent_again",
        "letter_handed_over",
        "link_asked_again",
        "link_returned",
        "link_revoked",
    },
    "who reported it (R41)": {
        "reporter_kept",
        "reporter_changed",
        "reporter_read",
        "reporter_forgotten",
        "reporter_expired",
    },
}


def chronology(look: Reading, finding_id: UUID, until: datetime, *, limit: int) -> tuple[Entry, ...]:
    rows = timeline.many(look, {finding_id}, limit=limit).get(finding_id, [])
    return timeline.chronology(look, rows, until, limit=limit)


def test_every_kind_of_line_is_in_it_or_left_out_for_a_reason() -> None:
    out = set().union(*LEFT_OUT.values())
    assert not out & CHRONOLOGY
    assert out | CHRONOLOGY == set(events.KINDS)


def test_r25_it_begins_with_the_opening_and_leaves_out_what_one_side_does_for_itself(
    cast: Cast, clock: FixedClock
) -> None:
    draft, store_of_evidence = cast.draft(clock.now()), EvidenceStore.at("memory:///")
    with cast.writing("Dara", clock.now()) as unit:
        findings.edit(unit, draft.ref, {"description": "Forty people were sent home."})
        evidence.attach(unit, draft.ref, purpose=Purpose.PROBLEM, store=store_of_evidence, text="Seen")
    with cast.writing("Dara", clock.now()) as unit:
        findings.open_(unit, draft.ref)
    clock.advance(days=1)
    action_id = agree(cast, clock, draft.ref)
    with cast.writing("Dara", clock.now()) as unit:
        findings.edit(unit, draft.ref, {"description": "Forty-two people were sent home."})
    clock.advance(days=1)
    until = clock.now()
    report(cast, clock, action_id)
    verify(cast, clock, action_id)
    clock.advance(days=1)
    with cast.writing("Dara", clock.now()) as unit:
        findings.resolve(unit, draft.ref, note="Works")
    with cast.reading("Sophea", clock.now()) as look:
        told = chronology(look, draft.id, until, limit=40)
    assert [e.kind for e in told] == [
        "finding_opened",
        "obligation_opened",
        "acknowledged",
        "obligation_opened",
        "action_proposed",
        "action_agreed",
        "obligation_opened",
        "finding_edited",
        "action_reported",
        "action_verified",
    ]
    with cast.reading("Sophea", clock.now()) as look:
        assert chronology(look, draft.id, until, limit=3) == told[-3:]
        assert not chronology(look, draft.id, until - timedelta(days=9), limit=40)


def test_r14_a_changed_proposal_says_all_that_changed_and_nothing_that_did_not(
    cast: Cast, clock: FixedClock
) -> None:
    f, due = cast.open_finding(clock.now()), clock.now().date() + timedelta(days=10)
    with cast.writing("Dara", clock.now()) as unit:
        made = actions.propose(
            unit, f.ref, what="Order", due_on=due, expected="Nobody waits", how_checked="We ask"
        )

    def told(**changed: str) -> tuple[str, ...]:
        with cast.writing("Sophea", clock.now()) as unit:
            actions.change(unit, made.id, **{"what": "Order ", "due_on": due, **changed})  # type: ignore[arg-type]
        with cast.reading("Dara", clock.now()) as look:
            line = chronology(look, f.id, clock.now(), limit=1)[0]
        what = changed.get("what", "Order")
        assert line.sentence == f"Sophea changed the proposed action: {what}, by Thu 12 March."
        return line.details

    assert told(expected="Nobody waits", how_checked="{who} asks ") == ("How it is checked: {who} asks.",)
    assert told(expected="Few wait!", how_checked="") == (
        "What will be different: Few wait!",
        "How it is checked is not said any more.",
    )
    assert told(what="Order twice") == ()
    with cast.reading("Dara", clock.now()) as look:
        old = {"what": "Order.", "due_on": due.isoformat(), "on_behalf_of": None}
        said = sentences.said("action_changed", old, "Sophea", look.rules, look.today)
    assert (said.sentence, said.details) == (
        "Sophea changed the proposed action: Order, by Thu 12 March.",
        (),
    )


def test_r35_what_was_put_on_record_for_a_post_is_not_told_as_if_whoever_wrote_it_down_had_said_it(
    cast: Cast, clock: FixedClock
) -> None:
    f = cast.open_finding(clock.now())
    due = clock.now().date() + timedelta(days=10)
    with cast.writing("Sokha", clock.now()) as unit:
        findings.acknowledge(unit, f.ref)
        findings.reply(unit, f.ref, text="We wait for reagents")
        first = actions.propose(unit, f.ref, what="Order", due_on=due, for_duty_bearer=True)
    with cast.writing("Dara", clock.now()) as unit:
        actions.accept(unit, first.id)
    with cast.writing("Sokha", clock.now()) as unit:
        actions.ask_extension(unit, first.id, due_on=due + timedelta(days=5), reason="Flood")
        actions.report_done(unit, first.id, note="They came")
        findings.propose_transfer(unit, f.ref, to=cast.posts["district"], reason="Theirs")
        findings.propose_transfer(unit, f.ref, to=None, reason="Not ours")
    with cast.reading("Sophea", clock.now()) as look:
        told = [e.sentence for e in chronology(look, f.id, clock.now(), limit=40)]
    post, who = "Chief, Ta Pung Health Centre", "Sokha put on record"
    for said in (
        f"{who} that {post} acknowledged the finding.",
        f"{who} the reply of {post}: We wait for reagents.",
        f"{who} what {post} proposed: Order, by Thu 12 March.",
        f"{who} that {post} asked for more time, to Tue 17 March: Flood.",
        f"{who} that {post} reported done: Order.",
        f"{who} that, as {post} says, this belongs to Director, Operational District: Theirs.",
        f"{who} that, as {post} says, this is not theirs and they do not know whose it is: Not ours.",
    ):
        assert said in told, told
    assert any(said.startswith("Dara agreed: Order") for said in told), (
        "the community's own answer is its own"
    )


def test_every_event_that_can_be_put_on_record_for_a_post_says_so() -> None:
    for cls in events.KINDS.values():
        has_post = "on_behalf_of" in getattr(cls, "__dataclass_fields__", {})
        assert bool(cls.PUT_ON_RECORD) is has_post, cls
        if has_post:
            assert "{who} put on record" in cls.PUT_ON_RECORD
            assert "{on_behalf_of}" in cls.PUT_ON_RECORD
