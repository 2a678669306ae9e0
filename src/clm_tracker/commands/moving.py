"""Which dates does a change of the set-up move, and how are they all moved at once? (R11, R13, R30)"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from clm_tracker.db import changes, load
from clm_tracker.db.tables import ObligationRow
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain import events
from clm_tracker.domain.cases import Case, Finding, Obligation, Proposal, Story
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import LIVE, Kind, ObligationState
from clm_tracker.kernel.refusals import NotAllowed

Tell = Callable[[Case], Story]
Touched = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Move:
    """One date that moves: a due day, or with a new ladder the moment of the next stage (None: no further stage).

    `still`: its clock stands still, so the stage comes only after that, as much later.
    """

    ref: str
    obligation_id: UUID
    kind: Kind
    was: date | datetime | None
    becomes: date | datetime | None
    still: bool = False


def preview(look: Reading, touched: Touched, tell: Tell) -> tuple[Move, ...]:
    """What `carry_out` would move, by reference. `touched` selects obligations; `tell` decides about their cases."""
    if why := look.why_not(Act.SET_UP, None):
        raise NotAllowed(why)
    moves = [move for case in _cases(look, touched) for move in _moves(tell(case))]
    return tuple(sorted(moves, key=lambda move: (move.ref, str(move.kind))))


def carry_out(unit: Writing, touched: Touched, tell: Tell) -> tuple[Move, ...]:
    """Move the dates, with one ledger line each; the change of the set-up was cleared and written before."""
    stories = [(case, tell(case)) for case in _cases(unit, touched)]
    changes.apply_many(unit, Act.SET_UP, [(case, story.told) for case, story in stories])
    return tuple(move for _, story in stories for move in _moves(story))


def _moves(story: Story) -> list[Move]:
    ref, found = story.case.finding.ref, []
    for told in story.told:
        match told.event:
            case events.DueMoved(obligation=kind, was=day, due_on=due_on) if told.obligation_id:
                found.append(Move(ref, told.obligation_id, Kind(kind), day, due_on))
            case events.LadderFollowed(obligation=kind, was=at, next_step_at=step) if told.obligation_id:
                still = story.case.obligations[told.obligation_id].state is not ObligationState.RUNNING
                found.append(Move(ref, told.obligation_id, Kind(kind), at, step, still))
            case _:
                pass
    return found


def _cases(look: Reading, touched: Touched) -> list[Case]:
    """Whole but for actions and evidence, which nothing here asks about: the findings with a live obligation like this."""
    locking = isinstance(look, Writing)
    whose = (
        select(ObligationRow.finding_id)
        .where(
            ObligationRow.programme_id == look.programme_id, ObligationRow.state.in_(sorted(LIVE)), touched
        )
        .distinct()
    )
    found: list[Finding] = load.rows(look.session, "finding", TABLES["finding"].c.id.in_(whose), lock=locking)
    owed: dict[UUID, dict[UUID, Obligation]] = {f.id: {} for f in found}
    asked: dict[UUID, dict[UUID, Proposal]] = {f.id: {} for f in found}
    for row, into in (("obligation", owed), ("proposal", asked)):
        table = TABLES[row]
        for one in load.rows(look.session, row, table.c.finding_id.in_(whose), lock=locking):
            into[one.finding_id][one.id] = one
    return [Case(f, obligations=owed[f.id], proposals=asked[f.id]) for f in found]
