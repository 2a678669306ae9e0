"""Which notices come into letters now, and which letters leave? (R25, R45, decision 0015)

Two steps, each in small transactions: waiting notices are placed into their readers' letters, and letters whose moment
has come are taken, looked at once more, drawn and handed over. Any number of relays may run: a notice or a letter
belongs to whoever locked or leased it, and a worker that dies leaves nothing that somebody else does not find.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from uuid import UUID

import structlog

from clm_tracker.commands import links
from clm_tracker.db import actors, changes, letters
from clm_tracker.db.letters import placing
from clm_tracker.db.letters.placing import Bundle, Notice
from clm_tracker.db.units import Store, Writing
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.domain import events, messages
from clm_tracker.domain import letters as law
from clm_tracker.domain.letters import Pace, Reader
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Channel, LetterState, Outcome
from clm_tracker.jobs import heartbeats, parcels
from clm_tracker.jobs.parcels import INBOX, Drawn, Post, Taken
from clm_tracker.kernel import sayings
from clm_tracker.kernel.clock import Clock
from clm_tracker.kernel.sayings import pack, saying
from clm_tracker.queries.letters.readers import Readers

NAME = "relay"
EVERY = timedelta(seconds=30)
PLACED_AT_ONCE = 500  # notices
TAKEN_AT_ONCE = 25  # letters


@dataclass(slots=True)
class RelayReport:
    """What one run did, in notices and letters. `later`: handed over without success, to be tried again."""

    placed: int = 0
    unread: int = 0
    sent: int = 0
    later: int = 0
    dead: int = 0
    lapsed: int = 0
    put_back: int = 0

    def outcome(self) -> dict[str, int]:
        """The numbers, for the heartbeat and for programs."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(slots=True)
class _Run:
    store: Store
    clock: Clock
    post: Post
    worker: str
    keep_going: Callable[[], bool]
    report: RelayReport = field(default_factory=RelayReport)


def run_relay(
    store: Store,
    clock: Clock,
    post: Post,
    *,
    worker: str,
    every: timedelta = EVERY,
    keep_going: Callable[[], bool] = lambda: True,
) -> RelayReport:
    """Place what waits and hand over what is due, as far as `keep_going` allows, which is asked before each batch."""
    run = _Run(store, clock, post, worker, keep_going)
    place_all(run)
    _hand_over_all(run)
    with store.writing(now=clock.now(), actor=actors.ENGINE, programme_id=None) as unit:
        heartbeats.beat(unit.session, NAME, unit.now, every, run.report.outcome())
    return run.report


def place_all(run: _Run) -> None:
    """Put every waiting notice into the letters of its readers."""
    with run.store.reading(now=run.clock.now(), actor=actors.ENGINE, programme_id=None) as look:
        programmes = placing.programmes_with_notices(look.session)
    for programme in programmes:
        while run.keep_going() and _place(run, programme) == PLACED_AT_ONCE:
            pass


def _place(run: _Run, programme: UUID) -> int:
    """One batch; how many notices it had."""
    actor = actors.within(actors.ENGINE, programme)
    with run.store.writing(now=run.clock.now(), actor=actor, programme_id=programme) as unit:
        if not placing.is_alone(unit):
            return 0
        notices = placing.unplaced(unit, PLACED_AT_ONCE)
        bundles, weekly = _bundles(unit, notices, run.post.channels)
        placing.place(unit, bundles, [n.id for n in notices], weekly)
    read = {notice for bundle in bundles for notice in bundle.notices} | weekly
    run.report.placed += len(read)
    run.report.unread += len(notices) - len(read)
    return len(notices)


def _bundles(
    unit: Writing, notices: Sequence[Notice], channels: Collection[Channel]
) -> tuple[list[Bundle], set[UUID]]:
    """The letters that these notices belong into, and the notices that all their readers find in the letter of the week.

    An urgent one brings the whole letter forward, so that order is kept. Who has no letter of the week reads within the day.
    """
    readers = Readers(unit, channels)
    works = unit.rules.calendar.is_working
    found: dict[str, Bundle] = {}
    weekly: set[UUID] = set()
    for notice, addressees in readers.of(notices):
        pace = law.pace(notice.kind, notice.severity, _told_to(unit, notice))
        if addressees and pace is Pace.WEEKLY and all(to.weekly for to in addressees):
            weekly.add(notice.id)
        for to in addressees:
            if pace is Pace.WEEKLY and to.weekly:
                continue
            at = law.send_at(pace, notice.created_at, to.hours, works)
            bundle = found.setdefault(to.reader.key, Bundle(to.reader, to.reader.key, to.reader.key, at))
            bundle.send_at = min(bundle.send_at, at)
            bundle.notices.append(notice.id)
        for hook in readers.webhooks if Channel.WEBHOOK in channels else ():
            if (hook.kinds and notice.kind not in hook.kinds) or notice.created_at < hook.created_at:
                continue
            reader = Reader(channel=Channel.WEBHOOK, webhook_id=hook.id)
            # One event may be told to many; another system hears of it once.
            key = f"{reader.key}:{notice.unit}:{notice.kind}:{notice.finding_id}:{notice.obligation_id}"
            # One finding's events come in their order; another finding does not wait for them.
            line = f"{reader.key}:{notice.finding_id or notice.id}"
            found.setdefault(key, Bundle(reader, key, line, unit.now, [notice.id]))
    return list(found.values()), weekly


def _told_to(unit: Writing, notice: Notice) -> law.ToldTo:
    ladder = unit.rules.ladders.get(notice.ladder_id) if notice.ladder_id else None
    stage = ladder.stage(notice.stage) if ladder and notice.stage else None
    return law.ToldTo(
        post=notice.duty_bearer_id is not None,
        role=notice.role,
        owed_by=notice.owed_by,
        addresses=stage.addresses if stage else None,
    )


def _hand_over_all(run: _Run) -> None:
    for channel in sorted({*run.post.carriers, Channel.INBOX}):
        with run.store.reading(now=run.clock.now(), actor=actors.ENGINE, programme_id=None) as look:
            programmes = letters.programmes_with_letters(look.session, look.now, [channel])
        for programme in programmes:
            while run.keep_going() and (taken := _take(run, programme, channel)) is not None:
                _hand_over(run, programme, channel, taken)


def _take(run: _Run, programme: UUID, channel: Channel) -> list[Taken] | None:
    """The next letters of a channel that are still true and still have their reader; None when none is due."""
    now = run.clock.now()
    until = now + law.LEASE
    with run.store.writing(
        now=now, actor=actors.within(actors.ENGINE, programme), programme_id=programme
    ) as unit:
        found = letters.claim(unit, [channel], TAKEN_AT_ONCE, worker=run.worker, until=until)
        if not found:
            return None
        readers = Readers(unit, run.post.channels)
        readers.expect(found)
        taken = []
        for letter in found:
            to = readers.today(letter.reader)
            theirs = [i for i in letter.items if to is not None and _is_theirs(readers, letter.reader, i)]
            letters.put_back(unit, letter.id, [i.id for i in letter.items if i not in theirs])
            run.report.put_back += len(letter.items) - len(theirs)
            true = tuple(i for i in theirs if law.still_true(i.kind, i.stage, i.now))
            letters.left_out(unit, letter.id, [i.id for i in theirs if i not in true])
            if to is None or not (true or letter.digest):
                letters.lapse(unit, letter.id)
                run.report.lapsed += 1
                continue
            awake = law.send_at(Pace.AT_ONCE, now, to.hours)
            if awake > now and channel is not Channel.WEBHOOK:
                letters.postpone(unit, letter.id, awake)
                continue
            taken.append(Taken(replace(letter, items=true), to, until, {}, None))
        given = _links(unit, readers, [one.letter for one in taken])
        for n, one in enumerate(taken):
            own = given.get(one.letter.id, {})
            reply = _reply(unit, one.letter, one.letter.items, own) if run.post.reply_domain else None
            taken[n] = replace(one, links=own, reply=reply)
    return taken


def _links(unit: Writing, readers: Readers, batch: Iterable[letters.Letter]) -> dict[UUID, dict[UUID, UUID]]:
    """For each letter, a link without an account for each finding that it tells the holder of a post about (R40)."""
    wanted: dict[tuple[UUID, UUID], links.Wanted] = {}
    for letter in batch:
        for item in letter.items:
            if item.finding_id is None or item.duty_bearer_id is None or letter.reader.webhook_id is not None:
                continue
            if (holder := readers.holding(letter.reader, item.duty_bearer_id)) is not None:
                wanted[letter.id, item.finding_id] = links.Wanted(
                    letter_id=letter.id,
                    finding_id=item.finding_id,
                    duty_bearer_id=item.duty_bearer_id,
                    holder_id=holder,
                    due_at=item.owed_at,
                )
    found: dict[UUID, dict[UUID, UUID]] = {}
    made = links.give_many(unit, wanted.values()) if wanted else []
    for (letter_id, finding_id), link in zip(wanted, made, strict=True):
        found.setdefault(letter_id, {})[finding_id] = link
    return found


def _reply(
    unit: Writing, letter: letters.Letter, items: Iterable[letters.Item], given: Mapping[UUID, UUID]
) -> UUID | None:
    """The link whose word is the address for answers, where a mail is about one finding alone (R40)."""
    about = {item.finding_id for item in items}
    finding = about.pop() if len(about) == 1 else None
    if finding is None or letter.reader.channel is not Channel.MAIL:
        return None
    if finding in given:
        return given[finding]
    person = letter.reader.person_id
    if person is None:
        return None
    return links.give(unit, links.Wanted(letter_id=letter.id, finding_id=finding, person_id=person))


def _is_theirs(readers: Readers, reader: Reader, item: letters.Item) -> bool:
    """What is told to a post is for whoever holds it when the letter leaves (R45)."""
    if item.duty_bearer_id is None or reader.webhook_id is not None:
        return True
    return readers.reads_for(reader, item.duty_bearer_id)


def _hand_over(run: _Run, programme: UUID, channel: Channel, taken: Sequence[Taken]) -> None:
    drawn: dict[UUID, Drawn] = {}
    # What letters of people ask alike is asked once for all; the look ends before a server is asked, who may be slow.
    lots = [[one] for one in taken] if channel is Channel.WEBHOOK else [taken]

    def one_by_one() -> Iterator[Parcel]:
        for lot in lots:
            for one, found in zip(lot, _drawn(run, programme, lot), strict=True):
                # What another worker may have taken meanwhile is left to it.
                if run.clock.now() >= one.until:
                    return
                if isinstance(found, Exception):
                    _could_not_be_written(run, programme, one, found)
                elif found is None:
                    _give_up(run, programme, one)
                else:
                    drawn[one.letter.id] = found
                    yield found.parcel

    carrier = run.post.carriers.get(channel, INBOX)
    by_id = {one.letter.id: one for one in taken}
    for letter_id, answer in carrier.carry(one_by_one()):
        made = drawn.pop(letter_id)
        said = {
            "language": made.parcel.language,
            "address": made.parcel.address,
            "subject": made.parcel.subject,
            "text": made.kept,
        }
        _write_down(run, programme, by_id[letter_id], said, answer)


def _drawn(run: _Run, programme: UUID, lot: Sequence[Taken]) -> list[Drawn | Exception | None]:
    engine = actors.within(actors.ENGINE, programme)
    with run.store.reading(now=run.clock.now(), actor=engine, programme_id=programme) as look:
        return parcels.draw(look, run.post, lot)


def _could_not_be_written(run: _Run, programme: UUID, one: Taken, no: Exception) -> None:
    """A mistake of ours: tried again as if a server had failed, and in the end an alarm."""
    structlog.get_logger().error("a letter could not be written", letter=one.letter.id, exc_info=no)
    said = saying("The letter could not be written: {why}", why=type(no).__name__)
    _write_down(run, programme, one, {}, Answer(outcome=Outcome.LATER, said=pack(said)))


def _write_down(run: _Run, programme: UUID, one: Taken, said: Mapping[str, str], answer: Answer) -> None:
    now = run.clock.now()
    # A server may say the letter again, with the reader's own way in.
    answer = replace(answer, said=messages.without_words(answer.said))
    again_at = law.retry_at(one.letter.attempts, now)
    with run.store.writing(
        now=now, actor=actors.within(actors.ENGINE, programme), programme_id=programme
    ) as unit:
        state = letters.attempted(
            unit,
            one.letter.id,
            worker=run.worker,
            outcome=answer.outcome,
            answer=answer.said,
            reference=answer.reference,
            parts=answer.parts,
            again_at=again_at,
            said=said,
        )
        if answer.address_failed and one.letter.reader.channel is Channel.MAIL:
            letters.address_failed(unit, one.letter.reader)
        if state is LetterState.DEAD:
            _alarm(unit, one, answer)
    match state:
        case LetterState.SENT:
            run.report.sent += 1
        case LetterState.DEAD:
            run.report.dead += 1
        case LetterState.WAITING:
            run.report.later += 1
        case _:  # another worker has it by now
            pass


def _alarm(unit: Writing, one: Taken, answer: Answer) -> None:
    """A coordinator hears of it (R45); that the alarm itself could not be delivered stands on the desk alone."""
    structlog.get_logger().error("a letter could not be delivered", letter=one.letter.id, answer=answer.said)
    if all(i.kind == events.LetterUndeliverable.kind for i in one.letter.items) and one.letter.items:
        return
    unit.require(Act.RUN_ENGINE)
    channel = str(one.letter.reader.channel)
    event = events.LetterUndeliverable(one.to.name, channel, sayings.unpack(answer.said))
    changes.announce(unit, Act.RUN_ENGINE, event, "letter", one.letter.id)


def _give_up(run: _Run, programme: UUID, one: Taken) -> None:
    with run.store.writing(
        now=run.clock.now(), actor=actors.within(actors.ENGINE, programme), programme_id=programme
    ) as unit:
        letters.left_out(unit, one.letter.id, [i.id for i in one.letter.items])
        letters.lapse(unit, one.letter.id)
    run.report.lapsed += 1
