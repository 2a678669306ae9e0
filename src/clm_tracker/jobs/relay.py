"""Which notices come into letters now, and which letters leave? (R25, R45, decision 0015)

Two steps, each in small transactions: waiting notices are placed into their readers' letters, and letters whose moment
has come are taken, looked at once more, drawn and handed over. Any number of relays may run: a notice or a letter
belongs to whoever locked or leased it, and a worker that dies leaves nothing that somebody else does not find.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog

from clm_tracker.commands import links
from clm_tracker.db import actors, changes, letters
from clm_tracker.db.letters import Sifted, answers
from clm_tracker.db.letters.answers import Lease
from clm_tracker.db.units import Store, Writing
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.domain import events, messages
from clm_tracker.domain import letters as law
from clm_tracker.domain.letters import Hours, Pace, Reader
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Channel, LetterState, Outcome
from clm_tracker.jobs import heartbeats, parcels, placing
from clm_tracker.jobs.parcels import INBOX, Drawn, Post, Taken
from clm_tracker.jobs.patience import patiently
from clm_tracker.kernel import sayings
from clm_tracker.kernel.clock import Clock
from clm_tracker.kernel.sayings import pack, saying
from clm_tracker.kernel.speech import _
from clm_tracker.queries.letters.readers import Addressee, Readers

NAME = "relay"
EVERY = timedelta(seconds=30)
TAKEN_AT_ONCE = 25  # letters
OFF_AFTER = 10  # messages in a row that a webhook did not take, each after all its tries


@dataclass(slots=True)
class RelayReport:
    """What one run did, in notices and letters. `later`: handed over without success, to be tried again."""

    placed: int = 0
    unread: int = 0
    parked: int = 0
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
    report: RelayReport


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
    done = placing.place_all(store, clock, post.channels, keep_going)
    report = RelayReport(placed=done.placed, unread=done.unread, parked=done.parked)
    run = _Run(store, clock, post, worker, keep_going, report)
    _hand_over_all(run)
    with store.writing(now=clock.now(), actor=actors.ENGINE, programme_id=None) as unit:
        heartbeats.beat(unit.session, NAME, unit.now, every, run.report.outcome())
    return run.report


def _hand_over_all(run: _Run) -> None:
    for channel in sorted({*run.post.carriers, Channel.INBOX}):
        with run.store.reading(now=run.clock.now(), actor=actors.ENGINE, programme_id=None) as look:
            programmes = letters.programmes_with_letters(look.session, look.now, [channel])
        for programme in programmes:
            while (
                run.keep_going() and (taken := patiently(partial(_take, run, programme, channel))) is not None
            ):
                _hand_over(run, programme, channel, taken)


def _take(run: _Run, programme: UUID, channel: Channel) -> list[Taken] | None:
    """The next letters of a channel that are still true and still have their reader; None when none is due."""
    now = run.clock.now()
    lease = Lease(run.worker, now + law.LEASE)
    wrong: list[tuple[Taken, Exception]] = []
    with _unit(run, programme, now) as unit:
        found = letters.claim(unit, [channel], TAKEN_AT_ONCE, worker=lease.worker, until=lease.until)
        if not found:
            return None
        readers = Readers(unit, run.post.channels)
        readers.expect(found)
        sifted, taken = Sifted(), []
        for letter in found:
            to = None
            try:
                to = readers.today(letter.reader)
                true = _still_true(readers, letter, to, sifted)
                awake = law.send_at(Pace.AT_ONCE, now, to.hours) if to else now
            except Exception as no:  # noqa: BLE001 - a mistake of ours keeps back no other letter
                wrong.append((Taken(letter, to or _nobody(letter.reader), lease), no))
                continue
            if to is None or not (true or letter.digest):
                sifted.lapsed.append(letter.id)
            elif awake > now and channel is not Channel.WEBHOOK:
                sifted.postponed.append((letter.id, awake))
            else:
                taken.append(Taken(replace(letter, items=true), to, lease))
        letters.sift(unit, sifted)
        taken = _with_links(unit, readers, taken, reply=run.post.reply_domain is not None)
    run.report.put_back += len(sifted.put_back)
    run.report.lapsed += len(sifted.lapsed)
    for one, error in wrong:
        _could_not_be_written(run, programme, one, error)
    return taken


def _still_true(
    readers: Readers, letter: letters.Letter, to: Addressee | None, sifted: Sifted
) -> tuple[letters.Item, ...]:
    """What of the letter is for its reader today, and still so; what is not is sifted out."""
    true = []
    for item in letter.items:
        if to is None or not _is_theirs(readers, letter.reader, item):
            sifted.put_back.append((letter.id, item.id))
        # What a webhook is told of happened, whatever came after it.
        elif letter.reader.webhook_id is None and not law.still_true(item.kind, item.stage, item.now):
            sifted.left_out.append((letter.id, item.id))
        else:
            true.append(item)
    return tuple(true)


def _with_links(unit: Writing, readers: Readers, batch: Iterable[Taken], *, reply: bool) -> list[Taken]:
    """The letters with their links, in one statement for all; where answers by mail come in (`reply`), a mail about one
    finding alone has the link whose word is its address for them (R40).
    """
    made: list[Taken] = []
    wanted: list[links.Wanted] = []
    for one in batch:
        own = _wanted(readers, one.letter)
        wanted += own.values()
        about = {item.finding_id for item in one.letter.items}
        alone = about.pop() if len(about) == 1 else None
        answer = own.get(alone) if alone else None
        by_mail = reply and one.letter.reader.channel is Channel.MAIL
        person = one.letter.reader.person_id
        if answer is None and alone is not None and by_mail and person is not None:
            answer = links.Wanted(letter_id=one.letter.id, finding_id=alone, person_id=person)
            wanted.append(answer)
        made.append(
            replace(
                one,
                links={finding: link.link_id for finding, link in own.items()},
                reply=answer.link_id if answer and by_mail else None,
            )
        )
    if wanted:
        links.give_many(unit, wanted)
    return made


def _wanted(readers: Readers, letter: letters.Letter) -> dict[UUID, links.Wanted]:
    """A link without an account for each finding that the letter tells the holder of a post about (R40)."""
    found: dict[UUID, links.Wanted] = {}
    for item in letter.items:
        if item.finding_id is None or item.duty_bearer_id is None or letter.reader.webhook_id is not None:
            continue
        if (holder := readers.holding(letter.reader, item.duty_bearer_id)) is not None:
            found[item.finding_id] = links.Wanted(
                letter_id=letter.id,
                finding_id=item.finding_id,
                duty_bearer_id=item.duty_bearer_id,
                holder_id=holder,
                due_at=item.owed_at,
            )
    return found


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
                if run.clock.now() >= one.lease.until:
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
    # A server may say the letter again, with the reader's own way in.
    answer = replace(answer, said=messages.without_words(answer.said))
    match patiently(partial(_written_down, run, programme, one, said, answer)):
        case LetterState.SENT:
            run.report.sent += 1
        case LetterState.DEAD:
            run.report.dead += 1
        case LetterState.WAITING:
            run.report.later += 1
        case _:  # another worker has it by now
            pass


def _written_down(
    run: _Run, programme: UUID, one: Taken, said: Mapping[str, str], answer: Answer
) -> LetterState | None:
    reader = one.letter.reader
    with _unit(run, programme, run.clock.now()) as unit:
        state = answers.attempted(
            unit,
            one.letter.id,
            lease=one.lease,
            outcome=answer.outcome,
            answer=answer.said,
            reference=answer.reference,
            parts=answer.parts,
            again_at=law.retry_at(one.letter.attempts, unit.now),
            said=said,
        )
        if state is not None and answer.address_failed and reader.channel is Channel.MAIL:
            answers.address_failed(unit, reader)
        if state is LetterState.DEAD:
            _alarm(unit, one, answer)
        if reader.webhook_id is not None and state in {LetterState.SENT, LetterState.DEAD}:
            _heard(unit, reader.webhook_id, took_it=state is LetterState.SENT)
    return state


def _heard(unit: Writing, webhook_id: UUID, *, took_it: bool) -> None:
    """A system that takes nothing any more is told nothing more, until a coordinator turns it on again."""
    missed = answers.heard(unit, webhook_id, took_it=took_it)
    if missed >= OFF_AFTER and (name := answers.turn_off(unit, webhook_id)) is not None:
        structlog.get_logger().error("a webhook was turned off", webhook=webhook_id, missed=missed)
        event = events.WebhookTurnedOff(name, missed)
        changes.announce(unit, Act.RUN_ENGINE, event, "webhook", webhook_id)


def _alarm(unit: Writing, one: Taken, answer: Answer) -> None:
    """A coordinator hears of it (R45); that the alarm itself could not be delivered stands on the desk alone."""
    structlog.get_logger().error("a letter could not be delivered", letter=one.letter.id, answer=answer.said)
    if all(i.kind == events.LetterUndeliverable.kind for i in one.letter.items) and one.letter.items:
        return
    channel = str(one.letter.reader.channel)
    event = events.LetterUndeliverable(one.to.name, channel, sayings.unpack(answer.said))
    changes.announce(unit, Act.RUN_ENGINE, event, "letter", one.letter.id)


def _give_up(run: _Run, programme: UUID, one: Taken) -> None:
    with _unit(run, programme, run.clock.now()) as unit:
        letters.sift(
            unit, Sifted(left_out=[(one.letter.id, i.id) for i in one.letter.items], lapsed=[one.letter.id])
        )
    run.report.lapsed += 1


def _nobody(reader: Reader) -> Addressee:
    """In place of a reader who could not be found out."""
    return Addressee(reader=reader, name=_("somebody"), language="en", hours=Hours(timezone="UTC"))


@contextmanager
def _unit(run: _Run, programme: UUID, now: datetime) -> Iterator[Writing]:
    actor = actors.within(actors.ENGINE, programme)
    with run.store.writing(now=now, actor=actor, programme_id=programme) as unit:
        unit.require(Act.RUN_ENGINE)
        yield unit
