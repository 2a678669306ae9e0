"""What do the letters of a batch ask alike? Each question once for all of them, however many there are.

Whose eyes a letter is read with is decided here, by the same rule as on the pages (`policy.sees`): what its reader may
not see is not among what the letter may say.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from clm_tracker.db import actors, letters, subjects, tables, visible
from clm_tracker.db.together import Together
from clm_tracker.db.units import Reading
from clm_tracker.domain import policy
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.letters import PROPOSALS
from clm_tracker.domain.policy import Actor, Membership
from clm_tracker.domain.words import ActionState, Role
from clm_tracker.queries import timeline, wordings
from clm_tracker.queries.findings import rows
from clm_tracker.queries.letters.readers import Addressee

LINES = 40  # of the chronology in one letter
_A, _F, _L = tables.ActionRow, tables.FindingRow, tables.LedgerRow
_Told = tuple[UUID, str, UUID | None, UUID | None]  # unit, kind, finding, obligation
_Proposed = tuple[UUID, datetime, str]  # finding, moment, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who the readers are, by letter, with the findings that each may see; and of the findings what letters say of them."""

    readers: Mapping[UUID, Actor]
    seen: Mapping[UUID, frozenset[UUID]]  # by letter
    findings: Mapping[UUID, Any]  # rows of `rows.SHOWN`
    owed: Mapping[UUID, Sequence[Obligation]]
    lines: Mapping[_Told, Any]  # rows of `timeline.SHOWN`
    chronologies: Mapping[UUID, Sequence[Any]]  # the same, of letters about one thing alone
    proposed: Mapping[_Proposed, Mapping[str, str]]  # what goes with an action that waits for an answer
    own: Mapping[tuple[str, str], Mapping[str, str]]  # the programme's words, by key and language


def known(look: Reading, batch: Collection[tuple[letters.Letter, Addressee]]) -> Known:
    """What these letters ask, each together with its reader as they are today."""
    items = [i for letter, _to in batch for i in letter.items]
    about = sorted({i.finding_id for i in items if i.finding_id is not None})
    readers = _readers(look, batch)
    of_findings = subjects.many(look.session, look.programme_id, about, look.rules) if about else {}
    areas = look.rules.areas
    seen = {
        letter.id: frozenset(
            {
                i.finding_id
                for i in letter.items
                if i.finding_id in of_findings
                and letter.id in readers
                and policy.sees(readers[letter.id], of_findings[i.finding_id], areas)
            }
        )
        for letter, _to in batch
    }
    shown = sorted({one for theirs in seen.values() for one in theirs})
    findings, owed = _findings(look, shown)
    alone = [kept[0] for letter, _to in batch if len(kept := once(letter.items, seen[letter.id])) == 1]
    return Known(
        readers=readers,
        seen=seen,
        findings=findings,
        owed=owed,
        lines=_lines(look, items, about),
        chronologies=timeline.many(
            look, {i.finding_id for i in alone if i.finding_id and i.stage}, limit=LINES
        ),
        proposed=_proposed(look, items),
        own=wordings.own(look),
    )


def once(items: Iterable[letters.Item], seen: Collection[UUID]) -> list[letters.Item]:
    """What of a letter its reader may see, each event once. It may have been told to several posts and roles of theirs:
    they read it as a post's holder, if as any.
    """
    found: dict[tuple[object, ...], letters.Item] = {}
    for i in items:
        if i.finding_id is not None and i.finding_id not in seen:
            continue
        event = (i.unit, i.kind, i.finding_id, i.obligation_id)
        before = found.setdefault(event, i)
        if before.duty_bearer_id is None and i.duty_bearer_id is not None:
            found[event] = i
    return list(found.values())


def _readers(look: Reading, batch: Collection[tuple[letters.Letter, Addressee]]) -> dict[UUID, Actor]:
    """The readers as somebody who may see something, by letter; a person without a role is not among them."""
    people = {to.reader.person_id for _letter, to in batch if to.reader.person_id is not None}
    loaded = actors.load_many(look.session, people, look.programme_id, now=look.now, day=look.today)
    found = {}
    for letter, to in batch:
        one = loaded.get(to.reader.person_id) if to.reader.person_id is not None else _of_post(look, to)
        if one is not None:
            found[letter.id] = one
    return found


def _of_post(look: Reading, to: Addressee) -> Actor | None:
    one = to.reader.holder_id or to.reader.duty_bearer_id
    if one is None:
        return None  # another system is told of events and reads no letter
    member = Membership(role=Role.DUTY_BEARER)
    return Actor(id=one, name=to.name, programme_id=look.programme_id, memberships=(member,), posts=to.posts)


def _findings(
    look: Reading, ids: Sequence[UUID]
) -> tuple[Mapping[UUID, Any], Mapping[UUID, Sequence[Obligation]]]:
    """The rows of findings that somebody among the readers may see, and what is owed about them."""
    if not ids:
        return {}, {}
    whole = look.seen_by(actors.within(actors.ENGINE, look.programme_id))
    shown = (
        visible.visible(whole)
        .with_only_columns(*rows.SHOWN)
        .outerjoin(tables.SiteRow, tables.SiteRow.id == _F.site_id)
        .where(_F.id.in_(ids))
    )
    found = Together.of(shown=shown, owed=rows.owed(ids)).ask(look, {})
    return {row.id: row for row in found["shown"]}, rows.by_finding(found["owed"])


def _lines(look: Reading, items: Collection[letters.Item], about: Collection[UUID]) -> dict[_Told, Any]:
    """The lines of the ledger that tell what these notices tell."""
    if not items:
        return {}
    rows = look.session.execute(
        select(*timeline.SHOWN, _L.unit)
        .where(
            _L.unit.in_({i.unit for i in items}),
            _L.kind.in_({i.kind for i in items}),
            or_(_L.finding_id.in_(about), _L.finding_id.is_(None)),
        )
        .order_by(_L.seq)
    )
    return {(r.unit, r.kind, r.finding_id, r.obligation_id): r for r in rows}


def _proposed(look: Reading, items: Collection[letters.Item]) -> dict[_Proposed, dict[str, str]]:
    """The result and the check of the actions that these notices propose, as they stand."""
    about = {i.finding_id for i in items if i.kind in PROPOSALS and i.finding_id is not None}
    if not about:
        return {}
    shown = (_A.finding_id, _A.proposed_at, _A.what, _A.expected, _A.how_checked)
    waits = (_A.finding_id.in_(about), _A.state == ActionState.PROPOSED)
    return {
        (r.finding_id, r.proposed_at, r.what): {"expected": r.expected, "how_checked": r.how_checked}
        for r in look.session.execute(select(*shown).where(*waits))
    }
