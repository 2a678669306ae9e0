"""What do tests of messages need? A finding about which Sophea was written to, with letters and addresses for answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from clm_tracker.commands import duty_bearers, links
from clm_tracker.commands.messages import Box
from clm_tracker.db import actors
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import (
    EvidenceRow,
    HolderRow,
    LedgerRow,
    LetterRow,
    LinkRow,
    MessageRow,
    NoticeRow,
    PersonRow,
)
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.domain import links as link_law
from clm_tracker.domain import messages as law
from clm_tracker.domain.cases import Finding
from clm_tracker.domain.messages import Way
from clm_tracker.domain.words import Channel, LetterState
from tests.cast import Cast

DOMAIN = "answers.example.org"
SECRET = b"a secret of the tests, of more than thirty-two bytes"
KEY = link_law.key_of(SECRET)


@dataclass(frozen=True, slots=True)
class Office:
    """The cast, a finding of Sophea's post, and the box that its answers come to."""

    cast: Cast
    now: datetime
    finding: Finding
    box: Box

    def letter(
        self, name: str = "Sophea", *, now: datetime | None = None, state: LetterState = LetterState.SENT
    ) -> UUID:
        """A letter that this person was sent by mail."""
        id, at = new_id(), now or self.now
        with self.engine(at) as unit:
            unit.session.execute(
                insert(LetterRow).values(
                    id=id,
                    programme_id=self.cast.programme_id,
                    channel=Channel.MAIL,
                    reader=f"mail:{self.cast.people[name]}",
                    person_id=self.cast.people[name],
                    state=state,
                    created_at=at,
                    send_at=at,
                    ended_at=at,
                    address=f"{name.lower()}@community-eyes.example.org",
                )
            )
        return id

    def link(self, post: str | None = "health_centre", *, letter: UUID, now: datetime | None = None) -> UUID:
        """The link in a letter to whoever holds the post, or to Dara."""
        holder = self.holder(post) if post else None
        with self.engine(now or self.now) as unit:
            wanted = links.Wanted(
                letter_id=letter,
                finding_id=self.finding.id,
                duty_bearer_id=self.cast.posts[post] if post else None,
                holder_id=holder,
                person_id=None if post else self.cast.people["Dara"],
            )
            return links.give(unit, wanted)

    def address(self, link: UUID, way: Way = Way.REPLY) -> str:
        return law.address(way, link_law.word(KEY, link), DOMAIN)

    def holder(self, post: str) -> UUID:
        with self.cast.reading("Sokha", self.now) as look:
            found = look.session.scalar(
                select(HolderRow.id).where(HolderRow.duty_bearer_id == self.cast.posts[post])
            )
        assert found is not None
        return found

    def engine(self, now: datetime) -> Any:  # noqa: ANN401 - a unit of work
        actor = actors.within(actors.ENGINE, self.cast.programme_id)
        return self.cast.store.writing(now=now, actor=actor, programme_id=self.cast.programme_id)

    def places(self) -> tuple[dict[str, str], UUID, UUID]:
        """What a message of the corpus is filled with, and the letter and link of it, made for it alone."""
        letter = self.letter()
        link, dara = self.link(letter=letter), self.link(None, letter=letter)
        good = self.address(link)
        local = good.partition("@")[0]
        places = {
            "TO": good,
            "TOUPPER": good.upper(),
            "DARA": self.address(dara),
            "LETTER": f"{letter}@clm.example.org",
            "RETURN": self.address(letter, Way.BOUNCE),
            "FORGED": law.address(Way.REPLY, link_law.word(link_law.key_of(b"another secret"), link), DOMAIN),
            "ALTERED": f"{local[:-20]}{'b' if local[-20] == 'a' else 'a'}{local[-19:]}@{DOMAIN}",
            "ELSEWHERE": f"{local}@elsewhere.example.net",
        }
        return places, letter, link

    def ended(self) -> dict[str, str]:
        """Addresses that are no longer good: expired, revoked, and of somebody who holds the post no longer."""
        long_ago = self.now - timedelta(days=100)
        expired = self.link(letter=self.letter(now=long_ago), now=long_ago)
        revoked = self.link(letter=self.letter())
        with self.cast.writing("Sokha", self.now) as unit:
            links.revoke(unit, revoked, reason="It was sent on.")
        district = self.link("district", letter=self.letter("Kosal"))
        with self.cast.writing("Sokha", self.now) as unit:
            yesterday = unit.today - timedelta(days=1)
            duty_bearers.relieve(unit, self.cast.posts["district"], last_on=yesterday)
        return {
            "EXPIRED": self.address(expired),
            "REVOKED": self.address(revoked),
            "ENDED": self.address(district),
        }

    def state(self) -> dict[str, Any]:
        """Everything that a message could change."""
        with self.cast.reading("Sokha", self.now) as look:
            session = look.session
            return {
                "lines": session.scalar(select(func.count()).select_from(LedgerRow)),
                "evidence": session.scalar(select(func.count()).select_from(EvidenceRow)),
                "notices": session.scalar(select(func.count()).select_from(NoticeRow)),
                "dead": session.scalar(
                    select(func.count()).select_from(LetterRow).where(LetterRow.state == LetterState.DEAD)
                ),
                "failed": set(
                    session.scalars(select(PersonRow.name).where(PersonRow.email_failed_at.is_not(None)))
                ),
                "revoked": session.scalar(
                    select(func.count()).select_from(LinkRow).where(LinkRow.revoked_at.is_not(None))
                ),
            }

    def lines(self, after: int) -> list[LedgerRow]:
        """What was written to the ledger after the first so many lines."""
        with self.cast.reading("Sokha", self.now) as look:
            return list(look.session.scalars(select(LedgerRow).order_by(LedgerRow.seq)))[after:]

    def files(self) -> list[EvidenceRow]:
        with self.cast.reading("Sokha", self.now) as look:
            rows = look.session.scalars(select(EvidenceRow).where(EvidenceRow.finding_id == self.finding.id))
            return list(rows)

    def messages(self) -> list[MessageRow]:
        with self.cast.reading("Sokha", self.now) as look:
            return list(look.session.scalars(select(MessageRow).order_by(MessageRow.id)))

    def mend(self) -> None:
        """Everybody's address is good again."""
        with self.engine(self.now) as unit:
            unit.session.execute(update(PersonRow).values(email_failed_at=None))


def open_office(cast: Cast, now: datetime) -> Office:
    """An office with one open finding."""
    box = Box(store=cast.store, evidence=EvidenceStore.at("memory:///"), secret=SECRET, domain=DOMAIN)
    return Office(cast, now, cast.open_finding(now), box)
