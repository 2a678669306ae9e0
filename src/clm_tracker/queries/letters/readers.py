"""Who reads a notice today, and by which channel? (R29, R41, R45)

Notices name posts, roles and persons. A post is read by whoever holds it today, a role by those who have it and whose
areas and themes the finding lies in; whoever did what is told is not told of it. Who asked for a new link is the one who
gets it, of all who hold the post.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from clm_tracker.db import letters
from clm_tracker.db.letters.placing import Notice
from clm_tracker.db.tables import DutyBearerRow, HolderRow, MembershipRow, PersonRow, WebhookRow
from clm_tracker.db.units import Reading
from clm_tracker.domain.events import LinkAskedAgain
from clm_tracker.domain.letters import Hours, Reader
from clm_tracker.domain.places import lies_in
from clm_tracker.domain.words import Channel, Party, Role

_ROLES = {
    Party.ADVOCATES: Role.ADVOCATE,
    Party.COMMITTEE: Role.COMMITTEE,
    Party.COORDINATOR: Role.COORDINATOR,
}
_H, _P, _M = HolderRow, PersonRow, MembershipRow
_OF_PERSON = (
    _P.id,
    _P.name,
    _P.email,
    _P.phone,
    _P.language,
    _P.timezone,
    _P.letter_at,
    _P.quiet_from,
    _P.quiet_until,
    _P.email_failed_at,
    _P.disabled_at,
    _P.digest,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A reader with the hours of their day, and where a letter reaches them today; no address for inbox and print.

    `weekly`: whether they have the letter of the week.
    """

    reader: Reader
    name: str
    language: str
    hours: Hours
    address: str = ""
    posts: frozenset[UUID] = frozenset()
    weekly: bool = False


class Readers:
    """The readers of one programme at one moment; what several notices ask is asked once."""

    def __init__(self, look: Reading, channels: Collection[Channel]) -> None:
        self._look = look
        self._channels = frozenset(channels)
        self._of_posts: dict[UUID, list[Addressee]] = {}
        self._holdings: dict[tuple[Reader, UUID], UUID] = {}
        self._by_holder: dict[UUID, Addressee] = {}

    def foresee(self, notices: Sequence[Notice]) -> None:
        """Ask at once what these notices will ask one by one: the holders of their posts."""
        self._read_posts({n.duty_bearer_id for n in notices if n.duty_bearer_id is not None})

    def of(self, notice: Notice) -> list[Addressee]:
        """The readers of a notice, none of them twice."""
        found = {one.reader: one for one in self._readers(notice) if _is_for(one, notice)}
        return list(found.values())

    def expect(self, batch: Iterable[letters.Letter]) -> None:
        """Ask at once what these letters will ask one by one: the holders of their posts, and those who read them."""
        posts: set[UUID] = set()
        holders: set[UUID] = set()
        for letter in batch:
            posts |= {i.duty_bearer_id for i in letter.items if i.duty_bearer_id is not None}
            if letter.reader.duty_bearer_id is not None:
                posts.add(letter.reader.duty_bearer_id)
            if letter.reader.holder_id is not None:
                holders.add(letter.reader.holder_id)
        self._read_posts(posts)
        for row in self._holders(_H.id.in_(holders - self._by_holder.keys())):
            self._by_holder[row.id] = self._holder(row)

    def weekly(self) -> Iterator[Addressee]:
        """Everybody who has the letter of the week: each person with a role who did not switch it off, and each holder
        of a post without an account whom a letter reaches otherwise than in print.
        """
        for row in sorted(self._people.values(), key=lambda r: str(r.id)):
            if row.digest:
                yield self._person(row)
        posts = select(DutyBearerRow.id).where(DutyBearerRow.programme_id == self._look.programme_id)
        for row in self._holders(_H.duty_bearer_id.in_(posts) & _H.person_id.is_(None)):
            if (one := self._holder(row)).reader.channel is not Channel.PRINT:
                yield one

    def person(self, person_id: UUID) -> Addressee | None:
        """A person with an account, as they are written to today; None without a role, or when the account is disabled."""
        row = self._people.get(person_id)
        return self._person(row) if row is not None else None

    def holder(self, holder_id: UUID) -> Addressee | None:
        """Somebody who holds a post today, without an account; None when they do no longer."""
        if holder_id not in self._by_holder:
            for row in self._holders(_H.id == holder_id):
                self._by_holder[holder_id] = self._holder(row)
        return self._by_holder.get(holder_id)

    def post(self, post_id: UUID) -> Addressee | None:
        """The post itself, for a letter in print; None when somebody holds it today."""
        self._read_posts({post_id})
        found = self._of_posts[post_id][0]
        return found if found.reader.duty_bearer_id is not None else None

    def of_post(self, post_id: UUID) -> Addressee:
        """Who holds the post today, the first of several; the post itself while nobody does."""
        self._read_posts({post_id})
        return self._of_posts[post_id][0]

    def today(self, reader: Reader) -> Addressee | None:
        """The reader of a letter, when they may still be written to by its channel at all."""
        if reader.person_id is not None:
            found = self.person(reader.person_id)
        elif reader.holder_id is not None:
            found = self.holder(reader.holder_id)
        elif reader.webhook_id is not None:
            found = self.webhook(reader.webhook_id)
        else:
            assert reader.duty_bearer_id is not None
            found = self.post(reader.duty_bearer_id)
        return found if found is not None and found.reader == reader else None

    def reads_for(self, reader: Reader, post_id: UUID) -> bool:
        """Whether what is told to the post goes to this reader today."""
        self._read_posts({post_id})
        return any(one.reader == reader for one in self._of_posts[post_id])

    def holding(self, reader: Reader, post_id: UUID) -> UUID | None:
        """The reader's time in the post, by its holder's identifier; None for whoever does not hold it today."""
        self._read_posts({post_id})
        return self._holdings.get((reader, post_id))

    def webhook(self, webhook_id: UUID) -> Addressee | None:
        """Another system; None when it is no longer told."""
        found = next((row for row in self.webhooks if row.id == webhook_id), None)
        if found is None:
            return None
        reader = Reader(channel=Channel.WEBHOOK, webhook_id=webhook_id)
        return Addressee(reader=reader, name=found.name, language="en", hours=self._hours, address=found.url)

    @cached_property
    def webhooks(self) -> tuple[Any, ...]:
        """The rows of the webhooks that are told of events."""
        w = WebhookRow
        query = select(w).where(w.programme_id == self._look.programme_id, w.disabled_at.is_(None))
        return tuple(self._look.session.scalars(query))

    def _readers(self, notice: Notice) -> Iterator[Addressee]:
        if notice.duty_bearer_id is not None:
            self._read_posts({notice.duty_bearer_id})
            yield from self._of_posts[notice.duty_bearer_id]
        elif notice.person_id is not None:
            if (one := self.person(notice.person_id)) is not None:
                yield one
        else:
            yield from self._of_role(notice)

    def _of_role(self, notice: Notice) -> Iterator[Addressee]:
        wanted = _ROLES.get(Party(notice.role)) if notice.role in set(Party) else None
        reached = [m for m in self._members if m.role is wanted and self._reaches(m, notice)]
        if not reached:
            # A role that nobody has: whoever sets the programme up hears of it.
            reached = [m for m in self._members if m.role is Role.COORDINATOR]
        for member in reached:
            yield self._person(member)

    def _reaches(self, member: Any, notice: Notice) -> bool:  # noqa: ANN401 - a row of `_members`
        in_theme = not member.theme_ids or notice.theme_id is None or notice.theme_id in member.theme_ids
        here = notice.area_id
        return in_theme and (
            not member.area_ids or here is None or lies_in(here, member.area_ids, self._look.rules.areas)
        )

    @cached_property
    def _members(self) -> tuple[Any, ...]:
        """Each role that somebody has, with the person."""
        query = (
            select(_M.role, _M.area_ids, _M.theme_ids, *_OF_PERSON)
            .join(_P, _P.id == _M.person_id)
            .where(
                _M.programme_id == self._look.programme_id,
                or_(_M.ended_at.is_(None), _M.ended_at > self._look.now),
                _P.disabled_at.is_(None),
            )
            .order_by(_M.id)
        )
        return tuple(self._look.session.execute(query))

    @cached_property
    def _people(self) -> dict[UUID, Any]:
        return {m.id: m for m in self._members}

    def _read_posts(self, posts: set[UUID]) -> None:
        new = sorted(posts - self._of_posts.keys())
        if not new:
            return
        for post in new:
            self._of_posts[post] = []
        for row in self._holders(_H.duty_bearer_id.in_(new)):
            person = self.person(row.person_id) if row.person_id else None
            one = person or self._holder(row)
            if person is None:
                self._by_holder[row.id] = one
            self._of_posts[row.duty_bearer_id].append(one)
            self._holdings[one.reader, row.duty_bearer_id] = row.id
        for post in new:
            if not self._of_posts[post]:
                self._of_posts[post] = [self._vacant(post)]

    def _holders(self, which: Any) -> list[Any]:  # noqa: ANN401 - a condition
        today = self._look.today
        query = select(_H).where(which, _H.from_on <= today, or_(_H.to_on.is_(None), _H.to_on >= today))
        return list(self._look.session.scalars(query.order_by(_H.from_on, _H.id)))

    def _person(self, row: Any) -> Addressee:  # noqa: ANN401 - a row of `_members`
        mail = row.email if row.email_failed_at is None else None
        channel, address = self._by(mail, row.phone, Channel.INBOX)
        usual = Hours(timezone=row.timezone or self._look.programme.timezone)
        hours = Hours(
            timezone=usual.timezone,
            letter_at=usual.letter_at if row.letter_at is None else row.letter_at,
            quiet_from=usual.quiet_from if row.quiet_from is None else row.quiet_from,
            quiet_until=usual.quiet_until if row.quiet_until is None else row.quiet_until,
        )
        return Addressee(
            reader=Reader(channel=channel, person_id=row.id),
            name=row.name,
            language=row.language,
            hours=hours,
            address=address,
            weekly=row.digest,
        )

    def _holder(self, row: HolderRow) -> Addressee:
        mail = row.email if row.email_failed_at is None else None
        channel, address = self._by(mail, row.phone, Channel.PRINT)
        return Addressee(
            reader=Reader(channel=channel, holder_id=row.id),
            name=row.name,
            language=row.language or self._language,
            hours=self._hours,
            address=address,
            posts=frozenset({row.duty_bearer_id}),
        )

    def _vacant(self, post: UUID) -> Addressee:
        return Addressee(
            reader=Reader(channel=Channel.PRINT, duty_bearer_id=post),
            name="",
            language=self._language,
            hours=self._hours,
            posts=frozenset({post}),
        )

    def _by(self, mail: str | None, phone: str | None, otherwise: Channel) -> tuple[Channel, str]:
        if mail and Channel.MAIL in self._channels:
            return Channel.MAIL, mail
        if phone and Channel.SMS in self._channels:
            return Channel.SMS, phone
        return otherwise, ""

    @property
    def _language(self) -> str:
        return next(iter(self._look.programme.languages), "en")

    @property
    def _hours(self) -> Hours:
        return Hours(timezone=self._look.programme.timezone)


def _is_for(one: Addressee, notice: Notice) -> bool:
    did_it = notice.actor_id is not None and notice.actor_id in {one.reader.person_id, one.reader.holder_id}
    return did_it is (notice.kind == LinkAskedAgain.kind)
