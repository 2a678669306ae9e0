"""What does a coordinator do about a letter: send it again, or hand over the printed one? (R45)"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db import changes
from clm_tracker.db.letters import answers
from clm_tracker.db.tables import HolderRow, LetterRow, PersonRow, WebhookRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import events
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Channel, LetterState, Outcome
from clm_tracker.kernel.refusals import NotFound, NotNow, Stale
from clm_tracker.kernel.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A letter as it stands on paper."""

    language: str
    subject: str
    text: str

    @property
    def mark(self) -> str:
        """Another one as soon as a word differs."""
        return sha256(f"{self.subject}\n{self.text}".encode()).hexdigest()[:16]


def send_again(unit: Writing, letter_id: UUID) -> None:
    """A letter that could not be delivered goes out once more, with as many tries as at first.

    What was found out about its reader's address is forgotten: it was looked at, or mended. Raises NotNow for another letter.
    """
    row = _held(unit, letter_id)
    if row.state is not LetterState.DEAD:
        raise NotNow("not_dead", _("This letter is not waiting to be sent again."))
    answers.again(unit, letter_id)
    _tell(unit, events.LetterSentAgain(_to(unit, row)), letter_id)


def hand_over(unit: Writing, letter_id: UUID, *, draw: Callable[[], Printed | None], printed: str) -> None:
    """The printed letter is in its reader's hands, as it read: `printed` is the mark of that, `draw` says how it reads now.

    Raises NotNow when it was handed over before, and Stale when something else stands in it by now.
    """
    row = _held(unit, letter_id)
    if row.channel is not Channel.PRINT or row.state is not LetterState.WAITING:
        raise NotNow("not_printed", _("This letter is not waiting to be handed over."))
    now = draw()
    if now is None or now.mark != printed:
        raise Stale(_("Something else stands in this letter by now. Print it again before you hand it over."))
    answers.attempted(
        unit,
        letter_id,
        lease=None,
        outcome=Outcome.SENT,
        answer="",
        reference=None,
        parts=1,
        again_at=None,
        said={"language": now.language, "subject": now.subject, "text": now.text},
    )
    _tell(unit, events.LetterHandedOver(_to(unit, row)), letter_id)


def _held(unit: Writing, letter_id: UUID) -> LetterRow:
    unit.require(Act.LOOK_AFTER_LETTERS)
    row = unit.session.get(LetterRow, letter_id, with_for_update=True)
    if row is None or row.programme_id != unit.programme_id:
        raise NotFound("letter")
    return row


def _to(unit: Writing, row: LetterRow) -> str:
    """The reader's name; of a letter to a post, the post's."""
    named: tuple[tuple[Any, UUID | None], ...] = (
        (PersonRow, row.person_id),
        (HolderRow, row.holder_id),
        (WebhookRow, row.webhook_id),
    )
    for table, id in named:
        if id is not None:
            return str(unit.session.scalar(select(table.name).where(table.id == id)))
    assert row.duty_bearer_id is not None
    return unit.rules.posts[row.duty_bearer_id].name


def _tell(unit: Writing, event: events.Event, letter_id: UUID) -> None:
    changes.announce(unit, Act.LOOK_AFTER_LETTERS, event, "letter", letter_id)
