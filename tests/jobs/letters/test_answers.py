"""Does a letter carry an address for answers that leads to the finding it is about, and to nothing else? (R40)"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from clm_tracker.commands import messages
from clm_tracker.commands.messages import Box
from clm_tracker.db.tables import AttemptRow, EvidenceRow, LedgerRow, LetterRow
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.domain.words import Channel, Effect, Outcome, Severity
from clm_tracker.jobs.parcels import Post
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast
from tests.intake.mail.bounced import BOUNCED
from tests.intake.mail.corpus import DARA, message
from tests.jobs.letters.conftest import BASE_URL, Kept, Office

DOMAIN, SECRET = "answers.example.org", b"a secret of the tests, of more than thirty-two bytes"
DAY = timedelta(days=1)


@dataclass
class WithAnswers(Office):
    """A relay whose letters are answered by mail."""

    domain: str | None = DOMAIN

    @property
    def post(self) -> Post:
        return Post(
            carriers={Channel.MAIL: self.mail},
            base_url=BASE_URL,
            key=SECRET,
            reply_domain=self.domain,
            returns=self.domain is not None,
        )

    @property
    def box(self) -> Box:
        store = EvidenceStore.at("memory:///")
        return Box(store=self.cast.store, evidence=store, secret=SECRET, domain=DOMAIN)


@pytest.fixture
def office(cast: Cast, clock: FixedClock) -> WithAnswers:
    return WithAnswers(cast, clock, Kept())


def _first(office: WithAnswers, name: str = "Sophea") -> Parcel:
    return office.mail.to(name)[0]


def test_what_is_answered_to_a_letter_stands_on_its_finding(office: WithAnswers) -> None:
    opened = office.cast.open_finding(office.clock.now(), severity=Severity.CRITICAL)
    office.run()
    letter = _first(office)
    assert letter.reply_to is not None
    assert "replying to this message" in letter.text.replace("\n", " ")
    now = office.clock.now()
    got = messages.receive(office.box, message("We agree.", to=letter.reply_to), now)
    assert got.effect is Effect.FILED
    with office.cast.reading("Sokha", now) as look:
        line = look.session.scalars(select(LedgerRow).where(LedgerRow.kind == "replied")).one()
    assert (line.finding_id, line.actor_name, line.facts["text"]) == (opened.id, "Sophea", "We agree.")
    assert line.link_id is not None


def test_an_advocate_answers_for_themselves(office: WithAnswers) -> None:
    """The reply tells Dara, and what Dara answers is evidence of the community side."""
    office.cast.open_finding(office.clock.now(), severity=Severity.CRITICAL)
    office.run()
    reply_to = _first(office).reply_to
    assert reply_to is not None
    messages.receive(office.box, message("We agree.", to=reply_to), office.clock.now())
    office.run(office.clock.now() + DAY)
    to_dara = _first(office, "Dara")
    assert to_dara.reply_to is not None
    assert f"{BASE_URL}/a/" not in to_dara.text, "no link without an account for somebody who has one"
    raw = message("They have not yet begun.", sender=DARA, to=to_dara.reply_to, id="<d@x>")
    assert messages.receive(office.box, raw, office.clock.now()).effect is Effect.FILED
    with office.cast.reading("Sokha", office.clock.now()) as look:
        kept = look.session.scalars(select(EvidenceRow)).one()
    assert (kept.text, kept.given_by) == ("They have not yet begun.", office.cast.people["Dara"])


def test_a_letter_about_many_has_no_address_for_answers(office: WithAnswers) -> None:
    for _ in range(2):
        office.cast.open_finding(office.clock.now(), severity=Severity.HIGH)
    office.run()
    office.run(office.clock.now() + DAY)
    letter = _first(office)
    assert letter.thread is None
    assert letter.reply_to is None
    assert "replying to this message" not in letter.text.replace("\n", " ")


def test_without_a_domain_no_letter_has_one(office: WithAnswers) -> None:
    office.domain = None
    office.cast.open_finding(office.clock.now(), severity=Severity.CRITICAL)
    office.run()
    assert (_first(office).reply_to, _first(office).return_path) == (None, None)


def test_a_server_that_renames_letters_is_understood_by_where_it_writes_to(office: WithAnswers) -> None:
    """R45: the coordinator hears of it, and what is told next goes another way."""
    office.cast.open_finding(office.clock.now(), severity=Severity.CRITICAL)
    office.run()
    letter = _first(office)
    assert letter.return_path is not None
    assert letter.return_path.startswith("bounce+")
    renamed = next(mail for mail in BOUNCED if mail.name == "to the return path of the letter")
    raw = renamed.to({"RETURN": letter.return_path})
    assert messages.receive(office.box, raw, office.clock.now()).effect is Effect.BOUNCED
    before = len(office.mail.to("Sophea"))
    office.cast.open_finding(office.clock.now(), severity=Severity.CRITICAL)
    office.run()
    assert len(office.mail.to("Sophea")) == before, "nobody is at the address"
    assert any(
        "could not be delivered" in parcel.text.replace("\n", " ") for parcel in office.mail.to("Sokha")
    )
    assert any(
        row.channel is not Channel.MAIL
        for row in office.letters()
        if row.person_id == office.cast.people["Sophea"]
    )


def test_no_way_in_is_kept_of_what_servers_and_readers_say_again(office: WithAnswers) -> None:
    """R40: whoever reads a log, an alarm or a reply does not come in by the link that was quoted in it."""
    office.mail.answers["sophea@community-eyes.example.org"] = Answer(outcome=Outcome.SENT, said="250 kept")
    opened = office.cast.open_finding(office.clock.now(), severity=Severity.CRITICAL)
    office.run()
    letter = _first(office)
    assert letter.reply_to is not None
    assert letter.return_path is not None
    link = next(word for word in letter.text.split() if word.startswith(f"{BASE_URL}/a/"))
    words = (link.rpartition("/")[2], *(a.partition("@")[0] for a in (letter.reply_to, letter.return_path)))
    safe = f"https://safe.example.net/?url={quote(link, safe='')}&data=05"
    quoted = f"We agree.\n\n> Look and answer\n> {link}\n\nSee {safe}, and {letter.reply_to}. It is done."
    got = messages.receive(office.box, message(quoted, to=letter.reply_to), office.clock.now())
    assert got.effect is Effect.FILED
    for said in (
        f"550 refused: {letter.text}"[:500],
        f"550 <{letter.return_path}>: sender refused",
        f"550 {safe}",
    ):
        office.mail.answers["sophea@community-eyes.example.org"] = Answer(outcome=Outcome.NEVER, said=said)
        office.cast.open_finding(office.clock.now(), severity=Severity.CRITICAL)
        office.run()
    with office.cast.reading("Sokha", office.clock.now()) as look:
        kept = [str(line.facts) for line in look.session.scalars(select(LedgerRow))]
        kept += look.session.scalars(select(AttemptRow.answer))
        kept += [str(text) for text in look.session.scalars(select(LetterRow.text))]
        reply = look.session.scalars(select(LedgerRow).where(LedgerRow.kind == "replied")).one()
    assert sum("550" in one for one in kept) >= 6, "the log and the alarm say what the server said"
    assert "It is done." in reply.facts["text"]
    assert reply.finding_id == opened.id
    for word in words:
        assert not [one for one in kept if word in one or word[:39] in one]
