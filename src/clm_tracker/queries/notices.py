"""Who was told what about a finding, and has it left? (R25, R45)"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from clm_tracker.db import tables, visible
from clm_tracker.db.base import table_of
from clm_tracker.db.units import Reading
from clm_tracker.domain.words import NoticeState
from clm_tracker.kernel.speech import N_, Labels, _
from clm_tracker.queries import wording

MOST = 100
_KEPT = table_of(tables.NoticeRow).c
_NOTICES = (
    select(_KEPT.id, _KEPT.kind, _KEPT.duty_bearer_id, _KEPT.role, _KEPT.created_at, _KEPT.state)
    .order_by(_KEPT.created_at.desc(), _KEPT.id)
    .limit(MOST)
)
# What a notice is about, by the kind of its event. `domain.notices.TELLS` says which kinds there are.
ABOUT = Labels(
    {
        "finding_opened": N_("the finding, and what is asked"),
        "duty_bearer_named": N_("the finding, and what is asked"),
        "transfer_proposed": N_("a proposed transfer"),
        "transfer_accepted": N_("the transfer, and what is asked"),
        "transfer_declined": N_("the transfer was declined"),
        "refused": N_("the duty bearer refused"),
        "reminded": N_("a reminder of the due date"),
        "stage_entered": N_("a stage began"),
        "stage_proposed": N_("a stage is before the committee"),
        "proposal_approved": N_("a stage was approved"),
        "proposal_deferred": N_("a decision was put off"),
        "proposal_refused": N_("a stage was refused"),
        "replied": N_("the duty bearer replied"),
        "action_proposed": N_("a proposed action"),
        "action_changed": N_("a change of the proposed action"),
        "action_agreed": N_("an agreed action"),
        "action_imposed": N_("an action set without agreement"),
        "action_dropped": N_("an action was dropped"),
        "extension_asked": N_("more time is asked for"),
        "extension_granted": N_("more time was granted"),
        "extension_refused": N_("more time was refused"),
        "action_reported": N_("an action was reported done"),
        "action_verified": N_("what the community saw"),
        "paused": N_("the clock was paused"),
        "pause_ended": N_("the clock runs again"),
        "due_moved": N_("a due date moved"),
        "finding_resolved": N_("the finding is resolved"),
        "finding_closed": N_("the finding is closed"),
        "finding_reopened": N_("the finding was reopened"),
        "brake_set": N_("stages are held"),
        "parked": N_("something could not be decided"),
        "letter_undeliverable": N_("a letter could not be delivered"),
        "notices_parked": N_("notices could not be put into letters"),
        "webhook_turned_off": N_("a webhook was turned off"),
        "link_returned": N_("a link had reached somebody else"),
        "link_asked_again": N_("a new link in place of an expired one"),
    }
)


@dataclass(frozen=True, slots=True)
class ToldOf:
    """One thing told at one moment: to whom, in words, and whether it waits, was sent or lapsed."""

    about: str
    to: tuple[str, ...]
    at: datetime
    state: NoticeState


def of(look: Reading, finding_id: UUID) -> tuple[ToldOf, ...]:
    """What was told about a finding that the actor may see, newest first, at most `MOST` notices; nothing for others."""
    f = tables.FindingRow
    seen = visible.visible(look).with_only_columns(f.id).where(f.id == finding_id)
    return told(look, look.session.execute(_NOTICES.where(_KEPT.finding_id.in_(seen))).all())


def notices(of: ColumnElement[UUID], _sight: visible.Sight) -> Select[*tuple[Any, ...]]:
    """The question for the notices about a finding."""
    return select(_NOTICES.where(_KEPT.finding_id == of).subquery())


def told(look: Reading, rows: Iterable[Any]) -> tuple[ToldOf, ...]:
    """The same of the answers to `notices` in any order."""
    together: dict[tuple[datetime, str, NoticeState], dict[str, None]] = {}
    for r in sorted(sorted(rows, key=lambda r: r.id), key=lambda r: r.created_at, reverse=True):
        to = _to(look, r.duty_bearer_id, r.role)
        together.setdefault((r.created_at, r.kind, r.state), {})[to] = None
    return tuple(ToldOf(about(kind), tuple(to), at, state) for (at, kind, state), to in together.items())


def about(kind: str) -> str:
    """What a notice of this kind is about, in a few words."""
    return ABOUT.get(kind, wording.spaced(kind))


def _to(look: Reading, post_id: UUID | None, role: str | None) -> str:
    if post_id is not None:
        return look.rules.posts[post_id].said
    return wording.party(role) if role else _("the person who logged it")
