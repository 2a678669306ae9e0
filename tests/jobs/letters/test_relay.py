"""Does every notice reach its readers once, at their hour, and only while it is true? (R25, R45)"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import select, update

from clm_tracker.commands import duty_bearers, escalation, findings, people, wordings
from clm_tracker.db import load
from clm_tracker.db.base import table_of
from clm_tracker.db.tables import AttemptRow, HolderRow, LedgerRow, NoticeRow, PersonRow
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.domain import proposals
from clm_tracker.domain.cases import Proposal
from clm_tracker.domain.letters import LEASE, RETRIES
from clm_tracker.domain.words import (
    Channel,
    ClosedAs,
    LetterState,
    NoticeState,
    Outcome,
    ProposalState,
    Role,
    Severity,
)
from clm_tracker.jobs.parcels import Post
from clm_tracker.jobs.relay import run_relay
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.refusals import Invalid
from tests.jobs.letters.conftest import BASE_URL, Kept, Office

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TUESDAY_8 = datetime(2026, 3, 3, 1, tzinfo=UTC)  # eight in the morning in Phnom Penh


def test_r45_forty_things_of_a_day_are_one_letter(office: Office) -> None:
    now = office.clock.now()
    refs = [office.cast.open_finding(now, title=f"Thing {n}").ref for n in range(40)]
    assert office.run().placed >= 40
    assert office.mail.parcels == [], "nobody is written to before their hour"
    assert office.run(TUESDAY_8 - timedelta(seconds=1)).sent == 0
    office.run(TUESDAY_8)
    (letter,) = office.mail.to("Sophea")
    assert all(ref in letter.text for ref in refs)
    assert office.run(TUESDAY_8 + HOUR).sent == 0
    assert len(office.mail.to("Sophea")) == 1


def test_an_hour_that_was_missed_is_caught_up_once(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    office.run()
    office.run(TUESDAY_8 + 5 * HOUR)
    assert len(office.mail.to("Sophea")) == 1
    office.run(TUESDAY_8 + 29 * HOUR)
    assert len(office.mail.to("Sophea")) == 1


def test_something_critical_goes_at_once_and_takes_what_was_waiting_with_it(office: Office) -> None:
    calm = office.cast.open_finding(office.clock.now()).ref
    office.run()
    urgent = office.cast.open_finding(office.clock.now(), severity=Severity.CRITICAL).ref
    office.run()
    (letter,) = office.mail.to("Sophea")
    assert letter.text.index(calm) < letter.text.index(urgent)


def test_nothing_arrives_in_the_quiet_hours_of_the_reader(office: Office) -> None:
    late = datetime(2026, 3, 2, 16, tzinfo=UTC)  # eleven in the evening in Phnom Penh
    office.clock.set(late)
    office.cast.open_finding(late, severity=Severity.CRITICAL)
    office.run()
    assert office.mail.parcels == []
    office.run(datetime(2026, 3, 2, 23, 59, tzinfo=UTC))
    assert office.mail.parcels == []
    office.run(datetime(2026, 3, 3, 0, 0, tzinfo=UTC))  # seven in the morning
    assert len(office.mail.to("Sophea")) == 1


def test_a_letter_that_was_late_waits_for_the_end_of_the_quiet_hours_too(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    office.run()
    office.run(TUESDAY_8 + 14 * HOUR)  # the relay had stood still until ten in the evening
    assert office.mail.parcels == []
    office.run(TUESDAY_8 + 23 * HOUR)
    assert len(office.mail.to("Sophea")) == 1
    (letter,) = [one for one in office.letters() if one.person_id == office.cast.people["Sophea"]]
    assert letter.attempts == 1


def test_what_happened_before_the_hour_belongs_into_the_letter_of_that_hour(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    office.run(TUESDAY_8 + HOUR)  # nothing was placed until an hour too late
    assert len(office.mail.to("Sophea")) == 1


def test_r25_a_reminder_lapses_when_the_finding_is_closed_before_it_leaves(office: Office) -> None:
    ref = office.cast.open_finding(office.clock.now()).ref
    office.run()
    office.run(TUESDAY_8)
    for _ in range(10):
        office.clock.advance(days=1)
        if run_sweep(office.cast.store, office.clock.now()).reminded:
            break
    office.run()
    with office.cast.writing("Dara", office.clock.now()) as unit:
        findings.close(unit, ref, closed_as=ClosedAs.WITHDRAWN, reason="Logged twice.")
    before = len(office.mail.to("Sophea"))
    office.run(office.clock.now() + DAY)
    after = office.mail.to("Sophea")[before:]
    assert len(after) == 1
    assert "reminded" not in after[0].text.lower()
    with office.cast.reading("Sokha", office.clock.now()) as look:
        query = select(NoticeRow.state).where(NoticeRow.kind == "reminded")
        assert set(look.session.scalars(query)) == {NoticeState.LAPSED}


def test_a_letter_with_nothing_true_left_is_not_sent(office: Office) -> None:
    ref = office.cast.open_finding(office.clock.now()).ref
    office.run()
    with office.cast.writing("Dara", office.clock.now()) as unit:
        findings.close(unit, ref, closed_as=ClosedAs.WITHDRAWN, reason="Logged twice.")
        # The notice of the closing is a true one; only the others are looked at here.
        unit.session.execute(NoticeRow.__table__.delete().where(NoticeRow.kind == "finding_closed"))  # type: ignore[attr-defined]
    assert office.run(TUESDAY_8).lapsed >= 1
    assert office.mail.to("Sophea") == []


def test_r45_a_letter_goes_to_whoever_holds_the_post_when_it_is_sent(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    office.run()
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        today = unit.today
        new = people.add(unit, name="Vireak", role=Role.DUTY_BEARER, email="vireak@clinic.example.org")
        duty_bearers.relieve(unit, office.cast.posts["health_centre"], last_on=today - DAY)
        duty_bearers.appoint(
            unit, office.cast.posts["health_centre"], name="Vireak", from_on=today, person_id=new
        )
    assert office.run(TUESDAY_8).put_back == 1
    office.run(TUESDAY_8 + DAY)
    assert office.mail.to("Sophea") == []
    assert len(office.mail.to("Vireak")) == 1


def test_a_post_that_nobody_holds_gets_a_letter_in_print(office: Office) -> None:
    office.cast.open_finding(office.clock.now(), site="hospital")
    office.run(TUESDAY_8)
    (letter,) = [one for one in office.letters() if one.channel is Channel.PRINT]
    assert letter.duty_bearer_id == office.cast.posts["hospital"]
    assert letter.state is LetterState.WAITING


def test_a_server_that_is_down_for_six_hours_loses_and_repeats_nothing(office: Office) -> None:
    first = office.cast.open_finding(office.clock.now()).ref
    office.mail.down = True
    office.run(TUESDAY_8)
    second = ""
    for minute in range(0, 360, 10):
        if minute == 60:
            second = office.cast.open_finding(office.clock.now(), severity=Severity.CRITICAL).ref
        office.run(TUESDAY_8 + timedelta(minutes=minute))
    office.mail.down = False
    for minute in range(360, 900, 10):
        office.run(TUESDAY_8 + timedelta(minutes=minute))
    texts = [letter.text for letter in office.mail.to("Sophea")]
    assert [text.count(first) > 0 for text in texts] == [True, False]
    assert [second in text for text in texts] == [False, True], "what came first arrives first"


def test_a_refusal_for_good_is_an_alarm_and_stands_on_the_record(office: Office) -> None:
    office.mail.answers["sophea@community-eyes.example.org"] = Answer(
        outcome=Outcome.NEVER, said="550 5.1.1 No such user", address_failed=True
    )
    office.cast.open_finding(office.clock.now())
    assert office.run(TUESDAY_8).dead == 1
    office.run(TUESDAY_8)
    said = [" ".join(letter.text.split()) for letter in office.mail.to("Sokha")]
    alarms = [text for text in said if "550 5.1.1 No such user" in text]
    assert len(alarms) == 1, "a coordinator hears of it at once"
    with office.cast.reading("Sokha", office.clock.now()) as look:
        kinds = look.session.scalars(select(LedgerRow.kind).where(LedgerRow.kind == "letter_undeliverable"))
        assert len(list(kinds)) == 1
    office.cast.open_finding(office.clock.now())
    office.run(TUESDAY_8 + DAY)
    assert [one.channel for one in office.letters() if one.created_at >= TUESDAY_8][-1] is not Channel.MAIL


def test_a_number_that_nobody_has_says_nothing_about_the_mail_address(office: Office) -> None:
    phone = "+85512345678"
    nobody = Answer(outcome=Outcome.NEVER, said="21211 No such number", address_failed=True)
    sms = Kept(channel=Channel.SMS, answers={phone: nobody})
    post = Post(carriers={Channel.SMS: sms}, base_url=BASE_URL)
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        for row in (PersonRow, HolderRow):
            unit.session.execute(update(table_of(row)).values(phone=phone))
    office.cast.open_finding(office.clock.now())
    office.clock.set(TUESDAY_8)
    assert run_relay(office.cast.store, office.clock, post, worker="test").dead
    with office.cast.reading("Sokha", office.clock.now()) as look:
        failed = [list(look.session.scalars(select(row.email_failed_at))) for row in (PersonRow, HolderRow)]
    assert not any(any(column) for column in failed)


def test_an_alarm_that_cannot_be_delivered_raises_no_alarm_of_its_own(office: Office) -> None:
    for name in ("sophea", "sokha"):
        office.mail.answers[f"{name}@community-eyes.example.org"] = Answer(
            outcome=Outcome.NEVER, said="554 refused"
        )
    office.cast.open_finding(office.clock.now())
    for hour in range(96):
        office.run(TUESDAY_8 + hour * HOUR)
    with office.cast.reading("Sokha", office.clock.now()) as look:
        found = look.session.scalars(select(LedgerRow.seq).where(LedgerRow.kind == "letter_undeliverable"))
        assert len(list(found)) == 1


def test_tries_grow_apart_and_end_after_three_days(office: Office) -> None:
    office.mail.down = True
    office.cast.open_finding(office.clock.now())
    office.run(TUESDAY_8)
    at = TUESDAY_8
    while at < TUESDAY_8 + 4 * DAY:
        at += timedelta(minutes=5)
        office.run(at)
    with office.cast.reading("Sokha", office.clock.now()) as look:
        letter = next(one for one in office.letters() if one.person_id == office.cast.people["Sophea"])
        tries = list(
            look.session.scalars(
                select(AttemptRow.at).where(AttemptRow.letter_id == letter.id).order_by(AttemptRow.at)
            )
        )
    assert letter.state is LetterState.DEAD
    assert len(tries) == len(RETRIES) + 1
    gaps = [b - a for a, b in pairwise(tries)]
    assert all(gap >= wait for gap, wait in zip(gaps, RETRIES, strict=True)), (
        "longer where a night lay between"
    )
    assert timedelta(days=3) <= tries[-1] - tries[0] < timedelta(days=4)


@pytest.mark.parametrize("boundary", ["before it was handed over", "after it was taken"])
def test_a_relay_that_dies_leaves_the_letter_to_the_next_one(
    office: Office, boundary: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    office.cast.open_finding(office.clock.now())
    office.run()
    kept = office.mail.carry

    def dies(parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        answered = kept(parcels) if boundary == "after it was taken" else iter(())
        next(answered, None)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(office.mail, "carry", dies)
        with pytest.raises(Killed):
            office.run(TUESDAY_8)
    office.run(TUESDAY_8 + LEASE - timedelta(seconds=1))
    assert len({p.id for p in office.mail.to("Sophea")}) == (boundary == "after it was taken")
    office.run(TUESDAY_8 + LEASE)
    assert len({p.id for p in office.mail.to("Sophea")}) == 1, "one message, however often it was handed over"


def test_whoever_did_it_is_not_told_of_it(office: Office) -> None:
    finding = office.cast.open_finding(office.clock.now())
    with office.cast.writing("Sophea", office.clock.now()) as unit:
        findings.reply(unit, finding.ref, text="We have asked for more.")
    office.run(TUESDAY_8)
    assert office.mail.to("Dara"), "the advocates hear of a reply"
    assert "We have asked for more." not in "".join(p.text for p in office.mail.to("Sophea"))


def test_a_rollback_sends_nothing(office: Office) -> None:
    with pytest.raises(ZeroDivisionError), office.cast.writing("Dara", office.clock.now()) as unit:
        drafted = findings.log(unit, title="Never")
        findings.edit(unit, drafted.ref, {"description": "Never"})
        raise ZeroDivisionError
    assert office.run().placed == 0


def test_a_programme_is_heard_in_its_own_words(office: Office) -> None:
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        words = {"subject": "{ref}", "opening": "Greetings from Rumduol about {ref}, {reader}."}
        wordings.put(unit, key="finding_opened", language="en", parts=words, version=0)
    ref = office.cast.open_finding(office.clock.now()).ref
    office.run()
    office.run(TUESDAY_8)
    (letter,) = office.mail.to("Sophea")
    assert f"Greetings from Rumduol about {ref}, Sophea." in letter.text


def _texts(letters: Iterable[Parcel]) -> list[str]:
    return [" ".join(one.text.split()) for one in letters]


def test_the_community_and_a_post_are_told_of_several_things_in_words_of_their_own(office: Office) -> None:
    refs = [office.cast.open_finding(office.clock.now(), title=f"Thing {n}").ref for n in range(2)]
    for ref in refs:
        with office.cast.writing("Sophea", office.clock.now()) as unit:
            findings.reply(unit, ref, text="The laboratory was closed.")
    office.run()
    office.run(TUESDAY_8)
    (post,), (advocate, *_rest) = _texts(office.mail.to("Sophea")), _texts(office.mail.to("Dara"))
    assert "answer by the day that stands beside it" in post
    assert "answer by the day" not in advocate
    assert "Where the community side owes something" in advocate
    assert "judgement" not in advocate


def test_a_stage_is_told_once_and_a_post_that_does_not_owe_learns_why_it_is_written_to(
    office: Office,
) -> None:
    office.cast.open_finding(office.clock.now())
    for n in range(45):
        office.clock.set(TUESDAY_8 + n * DAY)
        run_sweep(office.cast.store, office.clock.now())
        office.run()
    why = "This letter comes to you because the stage is addressed to your post."
    own = [text for text in _texts(office.mail.to("Sophea")) if "Reminder and dialogue" in text]
    assert own
    for text in own:
        assert "entered stage 1" not in text.partition("WHAT HAPPENED SO FAR")[0]
        assert why not in text
    others = {p.address for p in office.mail.parcels if why in " ".join(p.text.split())}
    assert others


def test_a_letter_about_one_thing_can_be_answered_by_mail(office: Office) -> None:
    def run(at: datetime) -> None:
        office.clock.set(at)
        post = replace(office.post, key=b"k" * 32, reply_domain="answers.example.org")
        run_relay(office.cast.store, office.clock, post, worker="test")

    finding = office.cast.open_finding(office.clock.now())
    run(office.clock.now())
    run(TUESDAY_8)
    (letter,) = office.mail.to("Sophea")
    assert letter.reply_to is not None
    assert letter.reply_to.endswith("@answers.example.org")
    assert "replying to this message" in " ".join(letter.text.split())
    with office.cast.writing("Sophea", office.clock.now()) as unit:
        findings.reply(unit, finding.ref, text="We have asked for more.")
    run(TUESDAY_8 + HOUR)
    run(TUESDAY_8 + DAY)
    (to_dara,) = office.mail.to("Dara")
    assert to_dara.reply_to not in {None, letter.reply_to}, "an address for each reader"
    assert "/a/" not in to_dara.text, "who has an account answers with it"


def test_a_holder_without_an_account_is_written_to_in_their_language(office: Office) -> None:
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        hospital = office.cast.posts["hospital"]
        duty_bearers.appoint(unit, hospital, name="Makara", email="makara@clinic.example.org", language="km")
        with pytest.raises(Invalid):
            duty_bearers.appoint(unit, office.cast.posts["province"], name="Anne", language="fr")
    office.cast.open_finding(office.clock.now(), site="hospital")
    office.run()
    office.run(TUESDAY_8)
    (letter,) = office.mail.to("Makara")
    assert letter.language == "km"
    assert "សូម" in letter.text


def test_r27_the_words_of_a_proposed_stage_say_when_the_right_of_reply_is_over(office: Office) -> None:
    """R27: the day from which the committee may decide, and not that of a next stage, which nobody knows yet."""
    finding = office.cast.open_finding(office.clock.now(), severity=Severity.CRITICAL)
    now, asked = office.clock.now(), list[Proposal]()
    with office.cast.reading("Bopha", now) as look:
        rules = look.rules
    while not any(p.public for p in asked):
        now = TUESDAY_8 if now < TUESDAY_8 else now + DAY
        assert now < TUESDAY_8 + 120 * DAY
        office.clock.set(now)
        run_sweep(office.cast.store, now)
        office.run()
        with office.cast.reading("Bopha", now) as look:
            case = load.case(look, finding.ref, lock=False)
        asked = [p for p in case.proposals.values() if p.state is ProposalState.WAITING]
        for p in asked:
            if not p.public:
                with office.cast.writing("Bopha", now) as unit:
                    escalation.approve(unit, p.id)
    (public,) = asked
    opens = proposals.reply_until(public, rules)
    assert opens is not None
    day = f"{rules.calendar.local_date(opens):%a %-d %B}"
    office.run(now + DAY)
    said = {
        name: " ".join(" ".join(p.text for p in office.mail.to(name)).split()) for name in ("Sophea", "Bopha")
    }
    assert f"The committee decides on {day} at the earliest." in said["Sophea"]
    assert f"After the right of reply it can be approved, from {day} on." in said["Bopha"]
