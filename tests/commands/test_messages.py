"""What becomes of a message that came by mail, and what does it leave alone? (R40, R41)"""

import re
import threading
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest

from clm_tracker.commands import findings, messages
from clm_tracker.domain import messages as law
from clm_tracker.domain.messages import Way
from clm_tracker.domain.words import ClosedAs, Effect, LetterState
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.sayings import unpack
from tests.cast import Cast
from tests.commands.post_office import DOMAIN, Office, open_office
from tests.intake.mail.attached import ATTACHED
from tests.intake.mail.bounced import BOUNCED
from tests.intake.mail.corpus import DARA, Mail, message
from tests.intake.mail.hostile import BURDENS, HOSTILE
from tests.intake.mail.machines import AUTOMATIC, EMPTY, LISTS
from tests.intake.mail.written import WRITTEN


@pytest.fixture
def office(cast: Cast, clock: FixedClock) -> Office:
    return open_office(cast, clock.now())


def test_the_corpus_is_as_large_as_was_promised() -> None:
    everything = (*WRITTEN, *AUTOMATIC, *LISTS, *EMPTY, *BOUNCED, *ATTACHED, *HOSTILE, *BURDENS)
    assert len(everything) >= 140
    assert len({mail.name for mail in everything}) == len(everything)


@pytest.mark.parametrize("corpus", [WRITTEN, ATTACHED], ids=["written", "attached"])
def test_an_answer_stands_on_the_record_as_its_writer(office: Office, corpus: tuple[Mail, ...]) -> None:
    for mail in corpus:
        _try(office, mail)


@pytest.mark.parametrize(
    "corpus", [(*AUTOMATIC, *LISTS, *EMPTY), HOSTILE, BURDENS], ids=["machines", "hostile", "burdens"]
)
def test_what_is_no_answer_of_the_reader_changes_nothing(office: Office, corpus: tuple[Mail, ...]) -> None:
    gone = office.ended()
    for mail in corpus:
        _try(office, mail, gone)


def test_what_servers_say_of_a_letter(office: Office) -> None:
    """R45: what could not be delivered is an alarm, and the address is not written to again."""
    for mail in BOUNCED:
        _try(office, mail)
        office.mend()


def _try(office: Office, mail: Mail, more: dict[str, str] | None = None) -> None:
    places, letter, link = office.places()
    before, files = office.state(), {one.id for one in office.files()}
    raw = mail.to(places | (more or {}))
    got = messages.receive(office.box, raw, office.now)
    assert got.effect is mail.effect, f"{mail.name}: {got}"
    after, lines = office.state(), office.lines(before["lines"])
    row = office.messages()[-1]
    assert (row.effect, str(unpack(row.why))) == (str(mail.effect), str(got.why)), mail.name
    assert row.programme_id in {office.cast.programme_id, None}
    new = [one for one in office.files() if one.id not in files]
    if mail.effect is Effect.FILED:
        _is_on_the_record(office, mail, lines, link, {one.filename: one.text for one in new})
        assert row.finding_id == office.finding.id
        for name in mail.refused:
            assert name in str(got.why), mail.name
    elif mail.effect is Effect.BOUNCED:
        assert [line.kind for line in lines] == ["letter_undeliverable"], mail.name
        assert lines[0].subject_id == letter
        assert after["notices"] == before["notices"] + 1, "a coordinator is told"
        assert after["dead"] == before["dead"] + 1
        assert after["failed"] == ({"Sophea"} if mail.marks else set()), mail.name
    else:
        assert after == before, mail.name
    again = office.state()
    assert messages.receive(office.box, raw, office.now).effect is Effect.DUPLICATE, mail.name
    assert office.state() == again, f"{mail.name}, for the second time"


def _is_on_the_record(
    office: Office, mail: Mail, lines: Iterable[object], link: UUID, new: dict[str | None, str | None]
) -> None:
    by = "Dara" if "of an advocate" in mail.name else "Sophea"
    told = list(lines)
    assert {line.actor_name for line in told} == {by}  # type: ignore[attr-defined]
    assert {line.link_id for line in told} == ({link} if by == "Sophea" else {None})  # type: ignore[attr-defined]
    assert {line.finding_id for line in told} == {office.finding.id}  # type: ignore[attr-defined]
    replied = [line.facts["text"] for line in told if line.kind == "replied"]  # type: ignore[attr-defined]
    if by == "Dara":
        assert (replied, new) == ([], {None: mail.text})
        return
    if mail.text is not None:
        assert replied == ([mail.text] if mail.text else []), mail.name
    # A picture loses its name to one that is made of its content.
    names = [re.sub(r"^picture-[0-9a-f]{8}", "picture", str(name)) for name in new]
    assert sorted(names) == sorted(mail.kept), mail.name


class TestAnAnswer:
    def test_a_long_one_is_kept_whole_beside_its_beginning(self, office: Office) -> None:
        places, _letter, _link = office.places()
        text = "All of it. " * 2_000
        before = office.state()["lines"]
        got = messages.receive(office.box, message(text, to=places["TO"]), office.now)
        assert got.effect is Effect.FILED
        replied = office.lines(before)[0].facts["text"]
        assert len(replied) <= law.LONGEST_REPLY
        assert replied.endswith("[…]")
        assert [one.text for one in office.files()] == [text.strip()]

    def test_a_closed_finding_takes_none_and_it_says_so(self, office: Office) -> None:
        places, _letter, _link = office.places()
        with office.cast.writing("Dara", office.now) as unit:
            findings.close(unit, office.finding.ref, closed_as=ClosedAs.WITHDRAWN, reason="It was a mistake.")
        before = office.state()
        got = messages.receive(office.box, message("It works.", sender=DARA, to=places["DARA"]), office.now)
        assert got.effect is Effect.NOT_FILED
        assert str(got.why) == "Evidence is not added to a closed finding."
        assert office.state() == before

    def test_the_envelope_decides_before_the_headers(self, office: Office) -> None:
        places, _letter, _link = office.places()
        hidden = message("We agree.", to="somebody@example.org")
        assert messages.receive(office.box, hidden, office.now, recipient=places["TO"]).effect is Effect.FILED

    def test_an_identifier_that_is_empty_hides_no_second_answer(self, office: Office) -> None:
        to = office.places()[0]["TO"]
        for n, empty in enumerate(("<>", "< >", "<>", "")):
            got = messages.receive(office.box, message(f"Answer {n}.", to=to, id=empty), office.now)
            assert got.effect is Effect.FILED, empty

    def test_one_message_to_two_addresses_is_two_answers(self, office: Office) -> None:
        first, second = office.places()[0]["TO"], office.places()[0]["TO"]
        both = message("We agree.", to=f"{first}, {second}")
        effects = [
            messages.receive(office.box, both, office.now, recipient=to).effect for to in (first, second)
        ]
        assert effects == [Effect.FILED, Effect.FILED]
        assert messages.receive(office.box, both, office.now, recipient=first).effect is Effect.DUPLICATE

    def test_no_more_than_so_many_in_an_hour(self, office: Office) -> None:
        """A program that answers every letter cannot fill the record."""
        to = office.places()[0]["TO"]
        effects = [
            messages.receive(office.box, message("Yes.", to=to, id=f"<n{n}@x>"), office.now).effect
            for n in range(22)
        ]
        assert effects == [Effect.FILED] * 20 + [Effect.NOT_FILED] * 2
        later = office.now + timedelta(hours=1)
        assert messages.receive(office.box, message("Yes.", to=to, id="<n@x>"), later).effect is Effect.FILED

    def test_the_same_message_at_the_same_moment_is_filed_once(self, office: Office) -> None:
        raw = message("We agree.", to=office.places()[0]["TO"])
        before, effects = office.state()["lines"], []
        ready = threading.Barrier(4)

        def bring() -> None:
            ready.wait()
            effects.append(messages.receive(office.box, raw, office.now).effect)

        threads = [threading.Thread(target=bring) for _ in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert sorted(effects) == [Effect.DUPLICATE] * 3 + [Effect.FILED]
        assert [line.kind for line in office.lines(before)] == ["replied"]


class TestABounce:
    def test_a_letter_that_is_dead_raises_no_second_alarm(self, office: Office) -> None:
        letter = office.letter(state=LetterState.DEAD)
        before = office.state()
        postfix = BOUNCED[0].to({"LETTER": f"{letter}@clm.example.org"})
        assert messages.receive(office.box, postfix, office.now).effect is Effect.BOUNCED
        assert office.state() == before | {"failed": {"Sophea"}}

    def test_an_address_that_was_corrected_since_is_good(self, office: Office) -> None:
        letter = office.letter("Ratha")  # was sent to another address than the one that failed
        failed = BOUNCED[0].to({"LETTER": f"{letter}@clm.example.org"})
        assert messages.receive(office.box, failed, office.now).effect is Effect.BOUNCED
        assert office.state()["failed"] == set()


class TestAnAddress:
    def test_capitals_and_small_letters_are_the_same(self, office: Office) -> None:
        good = office.places()[0]["TO"]
        assert len(good.partition("@")[0]) <= 64
        assert law.word_in(good, DOMAIN) == law.word_in(good.upper(), DOMAIN)
        assert messages.expects(office.box, good.upper(), office.now)

    def test_every_sign_of_it_counts(self, office: Office) -> None:
        good = office.places()[0]["TO"]
        local, _at, domain = good.partition("@")
        for at in range(len("reply+"), len(local)):
            for sign in "a2q":
                altered = f"{local[:at]}{sign}{local[at + 1 :]}@{domain}"
                if altered != good:
                    assert not messages.expects(office.box, altered, office.now), altered

    def test_a_link_is_no_letter_and_a_letter_no_link(self, office: Office) -> None:
        _places, letter, link = office.places()
        assert not messages.expects(office.box, office.address(link, Way.BOUNCE), office.now)
        assert not messages.expects(office.box, office.address(letter, Way.REPLY), office.now)
        assert messages.expects(office.box, office.address(letter, Way.BOUNCE), office.now)
