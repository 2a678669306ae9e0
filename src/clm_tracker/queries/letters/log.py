"""What was written to whom, by which way, and has it arrived? (R45)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Channel, LetterState, Outcome
from clm_tracker.kernel.refusals import NotAllowed, NotFound
from clm_tracker.kernel.sayings import unpack
from clm_tracker.kernel.speech import _
from clm_tracker.queries import notices, paging
from clm_tracker.queries.live import NOW, is_word

_L, _A, _I, _N = tables.LetterRow, tables.AttemptRow, tables.LetterItemRow, tables.NoticeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One letter in a list. `to` is the reader's name; `at` is when it ended, or else when it leaves."""

    id: UUID
    channel: Channel
    state: LetterState
    to: str
    subject: str
    at: datetime
    attempts: int
    digest: bool


@dataclass(frozen=True, slots=True)
class LettersPage:
    """A stretch of the letters, newest first; `next` is the cursor of the older ones."""

    items: tuple[Summary, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One handing over."""

    at: datetime
    outcome: Outcome
    answer: str
    parts: int


@dataclass(frozen=True, slots=True)
class Inside:
    """One thing in a letter; `ref` where it is about a finding that the actor may see."""

    about: str
    ref: str | None
    left_out: bool


@dataclass(frozen=True, slots=True)
class One:
    """One letter with what stands in it and what became of it. `text` is None until it was written."""

    letter: Summary
    person_id: UUID | None
    address: str | None
    text: str | None
    language: str | None
    inside: tuple[Inside, ...]
    attempts: tuple[Attempt, ...]


def page(
    look: Reading,
    *,
    state: LetterState | None = None,
    channel: Channel | None = None,
    person_id: UUID | None = None,
    ref: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> LettersPage:
    """The programme's letters, newest first, for whoever looks after them: all, to one person, or about one finding. Raises NotAllowed."""
    if why := look.why_not(Act.LOOK_AFTER_LETTERS, None):
        raise NotAllowed(why)
    # A letter of the week in which there was nothing to say was never one.
    said = ~(_L.digest & (_L.state == LetterState.LAPSED))
    where = [said, *_narrowed(state, channel, person_id)]
    if ref is not None:
        where.append(_L.id.in_(_about(look, ref)))
    return _page(look, where, after, limit)


def mine(look: Reading, *, after: str | None = None, limit: int = 50) -> LettersPage:
    """What was written to the actor, newest first, by whatever way it went."""
    return _page(look, [_L.person_id == look.actor.id, _L.state == LetterState.SENT], after, limit)


def one(look: Reading, letter_id: UUID) -> One:
    """One letter: anybody's own, and every one for whoever looks after them. Raises NotFound."""
    row = look.session.execute(
        _shown()
        .add_columns(_L.person_id, _L.address, _L.text, _L.language)
        .where(_L.programme_id == look.programme_id, _L.id == letter_id)
    ).one_or_none()
    may = look.why_not(Act.LOOK_AFTER_LETTERS, None) is None
    if row is None or not (may or (row.person_id == look.actor.id and row.state is LetterState.SENT)):
        raise NotFound("letter")
    f = tables.FindingRow
    inside = look.session.execute(
        select(_N.kind, f.ref, _I.left_out)
        .join(_N, _N.id == _I.notice_id)
        .outerjoin(f, (f.id == _N.finding_id) & visible.condition(look))
        .where(_I.letter_id == letter_id)
        .order_by(_N.created_at, _N.id)
    )
    attempts = look.session.execute(
        select(_A.at, _A.outcome, _A.answer, _A.parts).where(_A.letter_id == letter_id).order_by(_A.at)
    )
    return One(
        _summary(look, row),
        row.person_id,
        row.address if may else None,
        row.text,
        row.language,
        tuple(Inside(notices.about(r.kind), r.ref, r.left_out) for r in inside),
        tuple(Attempt(r.at, r.outcome, str(unpack(r.answer)), r.parts) for r in attempts) if may else (),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a coordinator has to do about letters: those that cannot be delivered, and those to print; each up to `paging.MOST`."""

    undelivered: paging.Count
    to_print: paging.Count


def _bounded(*where: Any) -> Any:  # noqa: ANN401 - conditions, and a scalar of a select
    inner = select(_L.id).where(_L.programme_id == bindparam("of"), *where)
    return paging.bounded(inner).scalar_subquery()


# On every desk of a coordinator, so it is put together once.
WAITING = select(
    _bounded(is_word(_L.state, LetterState.DEAD)).label("undelivered"),
    _bounded(
        is_word(_L.state, LetterState.WAITING), is_word(_L.channel, Channel.PRINT), _L.send_at <= NOW
    ).label("to_print"),
)


def waiting(look: Reading) -> Waiting:
    """Both counts, in one statement."""
    return counted(look.session.execute(WAITING, {"of": look.programme_id, "now": look.now}).one())


def counted(row: Any) -> Waiting:  # noqa: ANN401 - the row of `WAITING`
    """The counts of `WAITING`."""
    return Waiting(paging.counted(row.undelivered), paging.counted(row.to_print))


def _narrowed(state: LetterState | None, channel: Channel | None, person_id: UUID | None) -> list[Any]:
    given = ((_L.state, state), (_L.channel, channel), (_L.person_id, person_id))
    return [column == value for column, value in given if value is not None]


def _about(look: Reading, ref: str) -> Any:  # noqa: ANN401 - a select of identifiers
    """The letters with something in them about a finding that the actor may see."""
    f = tables.FindingRow
    finding = visible.visible(look).with_only_columns(f.id).where(f.ref == ref)
    return select(_I.letter_id).join(_N, _N.id == _I.notice_id).where(_N.finding_id.in_(finding))


def _page(look: Reading, where: Sequence[Any], after: str | None, limit: int) -> LettersPage:
    limit = paging.checked(limit)
    key = paging.place("letters", after, (datetime, UUID))
    query = _shown().where(_L.programme_id == look.programme_id, *where)
    if key is not None:
        query = query.where(paging.after((_L.created_at, _L.id), key, descending=True))
    rows = look.session.execute(query.order_by(_L.created_at.desc(), _L.id.desc()).limit(limit + 1)).all()
    kept = rows[:limit]
    more = paging.cursor("letters", (kept[-1].created_at, kept[-1].id)) if len(rows) > limit else None
    return LettersPage(tuple(_summary(look, r) for r in kept), more)


def _shown() -> Any:  # noqa: ANN401 - a select of columns
    person, holder, hook = tables.PersonRow, tables.HolderRow, tables.WebhookRow
    return (
        select(
            _L.id,
            _L.channel,
            _L.state,
            _L.subject,
            _L.created_at,
            _L.send_at,
            _L.ended_at,
            _L.attempts,
            _L.digest,
            _L.duty_bearer_id,
            func.coalesce(person.name, holder.name, hook.name).label("name"),
        )
        .outerjoin(person, person.id == _L.person_id)
        .outerjoin(holder, holder.id == _L.holder_id)
        .outerjoin(hook, hook.id == _L.webhook_id)
    )


def _summary(look: Reading, r: Any) -> Summary:  # noqa: ANN401 - a row of `_shown`
    return Summary(
        id=r.id,
        channel=r.channel,
        state=r.state,
        to=r.name or look.rules.posts[r.duty_bearer_id].said,
        subject=r.subject or _("Not written yet"),
        at=r.ended_at or r.send_at,
        attempts=r.attempts,
        digest=r.digest,
    )
