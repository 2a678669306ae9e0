"""Is a holder whose address failed written to again once a coordinator gives another? (R45)"""

from datetime import timedelta

from clm_tracker.commands import duty_bearers, letters
from clm_tracker.delivery.channels import Answer
from clm_tracker.domain.words import LetterState, Outcome, Severity
from tests.jobs.letters.conftest import Office

NOBODY = Answer(outcome=Outcome.NEVER, said="550 5.1.1 No such user", address_failed=True)
OLD, NEW = "nary@old.example.org", "nary@new.example.org"


def test_letters_go_to_the_new_address_and_none_to_the_old_one(office: Office) -> None:
    post = office.cast.posts["hospital"]
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        holder = duty_bearers.appoint(unit, post, name="Nary", email=OLD)
    office.mail.answers[OLD] = NOBODY
    office.cast.open_finding(office.clock.now(), site="hospital", severity=Severity.CRITICAL)
    office.run()
    (dead,) = [one for one in office.letters(LetterState.DEAD) if one.holder_id == holder]
    office.mail.parcels.clear()
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        duty_bearers.reach(unit, post, {"email": NEW})
    office.cast.open_finding(
        office.clock.now(), title="The ward has no water", site="hospital", severity=Severity.CRITICAL
    )
    office.run(office.clock.now() + timedelta(minutes=1))
    assert [p.address for p in office.mail.parcels if p.address in {OLD, NEW}] == [NEW]
    office.mail.parcels.clear()
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        letters.send_again(unit, dead.id)
    office.run(office.clock.now() + timedelta(minutes=1))
    assert [p.address for p in office.mail.parcels if p.id == dead.id] == [NEW], (
        "the dead one too, once sent again"
    )
