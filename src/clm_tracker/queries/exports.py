"""What leaves as a table: findings, corrective actions, escalations and the ledger, row by row?

Only what the actor may see, in plain columns. In safety mode the fields about people are left out (R43).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, case, exists, func, or_, select

from clm_tracker.db import tables as t
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import condition, visible
from clm_tracker.domain.cases import said_severity
from clm_tracker.domain.events import StageEntered
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import LIVE, ActionState
from clm_tracker.kernel import sayings
from clm_tracker.kernel.refusals import NotAllowed
from clm_tracker.queries import ledger

Value = str | int | float | bool | date | datetime | None
_BATCH = 1_000
ABOUT_PEOPLE = frozenset({"affected"})  # the fields of a finding that say who they are
_WHEN = ("before", "after")


class Export(StrEnum):
    """What can be exported; `everything` is all of them."""

    FINDINGS = "findings"
    ACTIONS = "actions"
    ESCALATIONS = "escalations"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named table: its columns, and its rows as they come from the database."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[tuple[Value, ...]]


def sheet(look: Reading, what: Export) -> Sheet:
    """One export, streamed. Raises NotAllowed for whoever may not see single findings (or the ledger)."""
    act = Act.SEE_LEDGER if what is Export.LEDGER else Act.SEE_FINDINGS
    if why := look.why_not(act, None):
        raise NotAllowed(why)
    query, given = _QUERIES[what](look)
    columns = tuple(given)
    rows = look.session.execute(query.execution_options(yield_per=_BATCH))
    return Sheet(what, columns, (tuple(given[c](r) for c in columns) for r in rows))


Columns = Mapping[str, Callable[[Any], Value]]


def _findings(look: Reading) -> tuple[Select[*tuple[Any, ...]], Columns]:
    f, o = t.FindingRow, t.ObligationRow
    live = (o.finding_id == f.id, o.state.in_(LIVE))
    stage = select(func.coalesce(func.max(o.stage), 0)).where(*live).scalar_subquery()
    overdue = exists().where(*live, o.due_at <= look.now)
    query = (
        visible(look)
        .with_only_columns(
            f,
            t.ThemeRow.name.label("theme"),
            t.AreaRow.name.label("area"),
            t.SiteRow.name.label("site"),
            t.RoundRow.name.label("round"),
            stage.label("stage"),
            case((overdue, 1), else_=0).label("overdue"),
        )
        .outerjoin(t.ThemeRow, t.ThemeRow.id == f.theme_id)
        .outerjoin(t.AreaRow, t.AreaRow.id == f.area_id)
        .outerjoin(t.SiteRow, t.SiteRow.id == f.site_id)
        .outerjoin(t.RoundRow, t.RoundRow.id == f.round_id)
        .order_by(f.logged_at, f.id)
    )
    columns: dict[str, Callable[[Any], Value]] = {
        "ref": lambda r: r.FindingRow.ref,
        "title": lambda r: r.FindingRow.title,
        "description": lambda r: r.FindingRow.description,
        "status": lambda r: str(r.FindingRow.status),
        "severity": lambda r: _word(said_severity(r.FindingRow)),
        "track": lambda r: str(r.FindingRow.track),
        "theme": lambda r: r.theme,
        "dimension": lambda r: _word(r.FindingRow.dimension),
        "area": lambda r: r.area,
        "site": lambda r: r.site,
        "round": lambda r: r.round,
        "observed_on": lambda r: r.FindingRow.observed_on,
        "opened_at": lambda r: r.FindingRow.opened_at,
        "duty_bearer": lambda r: _post(look, r.FindingRow.duty_bearer_id),
        "stage": lambda r: r.stage,
        "overdue": lambda r: bool(r.overdue),
        "transfers": lambda r: r.FindingRow.transfers,
        "reopened": lambda r: r.FindingRow.reopened,
        "resolved_at": lambda r: r.FindingRow.resolved_at,
        "closed_at": lambda r: r.FindingRow.closed_at,
        "closed_as": lambda r: _word(r.FindingRow.closed_as),
    }
    if not look.programme.safety_mode:
        columns["affected"] = lambda r: r.FindingRow.affected
    return query, columns


def _actions(look: Reading) -> tuple[Select[*tuple[Any, ...]], Columns]:
    a, f = t.ActionRow, t.FindingRow
    query = (
        visible(look)
        .with_only_columns(a, f.ref)
        .join(a, a.finding_id == f.id)
        .order_by(f.logged_at, f.id, a.id)
    )
    local = look.rules.calendar.local_date

    def kept(r: Any) -> Value:  # noqa: ANN401 - a row
        """R15: by the first promised date; empty while it is open."""
        one = r.ActionRow
        if one.state is not ActionState.VERIFIED or one.first_due_on is None or one.reported_at is None:
            return None
        return bool(local(one.reported_at) <= one.first_due_on)

    return query, {
        "finding": lambda r: r.ref,
        "what": lambda r: r.ActionRow.what,
        "expected": lambda r: r.ActionRow.expected,
        "how_checked": lambda r: r.ActionRow.how_checked,
        "duty_bearer": lambda r: _post(look, r.ActionRow.duty_bearer_id),
        "state": lambda r: str(r.ActionRow.state),
        "agreement": lambda r: str(r.ActionRow.agreement),
        "agreed_where": lambda r: _word(r.ActionRow.agreed_where),
        "agreed_on": lambda r: r.ActionRow.agreed_on,
        "first_due_on": lambda r: r.ActionRow.first_due_on,
        "due_on": lambda r: r.ActionRow.due_on,
        "extensions": lambda r: r.ActionRow.extensions,
        "reported_at": lambda r: r.ActionRow.reported_at,
        "verdict": lambda r: _word(r.ActionRow.verdict),
        "verified_at": lambda r: r.ActionRow.verified_at,
        "kept_by_first_date": kept,
        "drop_reason": lambda r: r.ActionRow.drop_reason and str(sayings.unpack(r.ActionRow.drop_reason)),
    }


def _escalations(look: Reading) -> tuple[Select[*tuple[Any, ...]], Columns]:
    line, f = t.LedgerRow, t.FindingRow
    query = (
        visible(look)
        .with_only_columns(line, f.ref)
        .join(line, line.finding_id == f.id)
        .where(line.kind == StageEntered.kind)
        .order_by(line.seq)
    )
    return query, {
        "finding": lambda r: r.ref,
        "obligation": lambda r: r.LedgerRow.facts["obligation"],
        "stage": lambda r: r.LedgerRow.facts["stage"],
        "name": lambda r: r.LedgerRow.facts["name"],
        "missed_at": lambda r: _moment(r.LedgerRow.facts["missed_at"]),
        "entered_at": lambda r: r.LedgerRow.at,
        "told": lambda r: "; ".join(
            [*r.LedgerRow.facts["addressed_names"], *r.LedgerRow.facts["told_roles"]]
        ),
        "fell_through": lambda r: _said(r.LedgerRow.facts["fell_through"]),
        "public": lambda r: r.LedgerRow.facts["public"],
        "by": lambda r: look.called(r.LedgerRow.actor_name, r.LedgerRow.actor_role),
        "reason": lambda r: r.LedgerRow.facts["reason"],
    }


def _said(kept: Any) -> str | None:  # noqa: ANN401 - JSON
    return None if kept is None else str(sayings.load(kept))


def _ledger(look: Reading) -> tuple[Select[*tuple[Any, ...]], Columns]:
    line, f = t.LedgerRow, t.FindingRow
    query = (
        select(line, f.ref)
        .outerjoin(f, f.id == ledger.ABOUT)
        .where(line.programme_id == look.programme_id)
        .where(or_(ledger.ABOUT.is_(None), condition(look)))
        .order_by(line.seq)
    )
    return query, {
        "seq": lambda r: r.LedgerRow.seq,
        "at": lambda r: r.LedgerRow.at,
        "actor": lambda r: look.called(r.LedgerRow.actor_name, r.LedgerRow.actor_role),
        "role": lambda r: r.LedgerRow.actor_role,
        "act": lambda r: r.LedgerRow.act,
        "link": lambda r: str(r.LedgerRow.link_id or ""),
        "kind": lambda r: r.LedgerRow.kind,
        "finding": lambda r: r.ref,
        "subject": lambda r: r.LedgerRow.subject,
        "subject_id": lambda r: str(r.LedgerRow.subject_id),
        "facts": lambda r: json.dumps(r.LedgerRow.facts, ensure_ascii=False),
        "changes": lambda r: json.dumps(_changes(look, r.LedgerRow.changes), ensure_ascii=False),
    }


def _changes(look: Reading, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was set, before and after; in safety mode without the fields about people (R43)."""
    if not look.programme.safety_mode:
        return kept
    return [
        {
            **change,
            **{when: {n: v for n, v in change[when].items() if n not in ABOUT_PEOPLE} for when in _WHEN},
        }
        for change in kept
    ]


_QUERIES: Mapping[Export, Callable[[Reading], tuple[Select[*tuple[Any, ...]], Columns]]] = {
    Export.FINDINGS: _findings,
    Export.ACTIONS: _actions,
    Export.ESCALATIONS: _escalations,
    Export.LEDGER: _ledger,
}


def _word(value: StrEnum | None) -> str | None:
    return None if value is None else str(value)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _post(look: Reading, post_id: Any) -> str | None:  # noqa: ANN401 - an identifier or none
    post = look.rules.posts.get(post_id)
    return None if post is None else post.name
