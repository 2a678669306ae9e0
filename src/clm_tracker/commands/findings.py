"""What can people do with a finding, from the draft to the community being told? (R1 to R8, R18, R19, R27)"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import holding
from clm_tracker.db import changes as ledgered
from clm_tracker.db import load, numbers
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import AreaRow, LedgerRow, RoundRow, SiteRow, ThemeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import events, proposals, transfers
from clm_tracker.domain import findings as law
from clm_tracker.domain.cases import Case, Finding
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ClosedAs, Dimension, FindingStatus, Kind, Severity, Side, Track
from clm_tracker.kernel.refusals import FieldError, Invalid, NotFound, invalid
from clm_tracker.kernel.speech import N_, _

_KNOWN: dict[str, tuple[Any, str]] = {
    "theme_id": (ThemeRow, N_("There is no such thematic area in this programme.")),
    "area_id": (AreaRow, N_("There is no such area in this programme.")),
    "site_id": (SiteRow, N_("There is no such site in this programme.")),
    "round_id": (RoundRow, N_("There is no such round in this programme.")),
}


def log(
    unit: Writing,
    *,
    title: str = "",
    severity: Severity | None = None,
    description: str = "",
    track: Track | None = None,
    theme_id: UUID | None = None,
    dimension: Dimension | None = None,
    area_id: UUID | None = None,
    site_id: UUID | None = None,
    round_id: UUID | None = None,
    observed_on: date | None = None,
    affected: str = "",
    language: str = "en",
    recurrence_of: str | None = None,
    id: UUID | None = None,
    with_more: bool = False,
) -> Finding:
    """Write a draft that only its author and the coordinators see.

    One answer is enough; what is missing is asked for when it is opened. Without a track it follows the severity,
    without a round it is today's; a site brings its area. `recurrence_of` is the reference of the resolved finding
    that this may repeat (R8). A draft `with_more` has something else to keep at once, a photo or who told of it, and may
    say nothing yet. Raises Stale when the `id` that somebody chose for it is taken.
    """
    unit.require(Act.LOG_FINDING)
    given = {"theme_id": theme_id, "area_id": area_id, "site_id": site_id, "round_id": round_id}
    places = _known(unit, given)
    finding = Finding(
        id=id or new_id(),
        programme_id=unit.programme_id,
        ref=numbers.next_reference(unit),
        title=title.strip(),
        description=description,
        severity=severity or Severity.STANDARD,
        severity_is_said=severity is not None,
        track=track or (Track.SYSTEMIC if severity is Severity.SYSTEMIC else Track.INDIVIDUAL),
        theme_id=theme_id,
        dimension=dimension,
        area_id=places.get("area_id"),
        site_id=site_id,
        round_id=round_id or _round_today(unit),
        observed_on=observed_on,
        affected=affected,
        language=language,
        organisation=next((m.organisation for m in unit.actor.memberships if m.organisation), ""),
        logged_by=unit.actor.id,
        logged_at=unit.now,
        recurrence_of=_named(unit, recurrence_of, "recurrence_of").id if recurrence_of else None,
    )
    ledgered.apply(unit, Act.LOG_FINDING, None, law.draft(finding, with_more=with_more))
    return finding


def edit(unit: Writing, ref: str, changes: Mapping[str, Any], *, version: int | None = None) -> Finding:
    """Change what the finding says; `changes` holds fields of `Finding` by name (`domain.findings.EDITABLE`).

    `recurrence_of` is a reference here too, or None.
    """
    case = holding.take(unit, Act.EDIT_FINDING, ref, version)
    says = _known(unit, changes)
    if repeated := says.get("recurrence_of"):
        says["recurrence_of"] = _named(unit, repeated, "recurrence_of").id
    story = law.edit(case, says, unit.now)
    return holding.put(unit, Act.EDIT_FINDING, case, story).finding


def open_(
    unit: Writing,
    ref: str,
    *,
    duty_bearer_id: UUID | None = None,
    reason: str = "",
    version: int | None = None,
) -> Finding:
    """Open a draft: routing names the duty bearer, or a person does, with a reason (R3)."""
    case = holding.take(unit, Act.OPEN_FINDING, ref, version)
    if case.finding.area_id:
        unit.keep_area(case.finding.area_id)
    story = law.open_(case, unit.rules, unit.now, duty_bearer_id=duty_bearer_id, reason=reason)
    # A draft is its author's wherever it is about; an open finding lies in somebody's areas and themes (R39).
    unit.require(Act.OPEN_FINDING, story.case)
    return holding.put(unit, Act.OPEN_FINDING, case, story).finding


def name_duty_bearer(unit: Writing, ref: str, *, duty_bearer_id: UUID, reason: str) -> Finding:
    """Route a finding that nobody matched (R3)."""
    case = holding.take(unit, Act.ROUTE_FINDING, ref)
    story = law.name_duty_bearer(case, duty_bearer_id, reason, unit.rules, unit.now)
    return holding.put(unit, Act.ROUTE_FINDING, case, story).finding


def acknowledge(unit: Writing, ref: str, *, note: str = "") -> Finding:
    """The duty bearer has received it; an answer is owed next (R9). Saying it twice changes nothing."""
    case = holding.take(unit, Act.ACKNOWLEDGE, ref)
    if _received(unit, case, note):
        return case.finding
    behalf = holding.on_behalf_of(unit, case)
    story = law.acknowledge(case, unit.rules, unit.now, note=note, on_behalf_of=behalf)
    return holding.put(unit, Act.ACKNOWLEDGE, case, story).finding


def received_since(unit: Writing, ref: str, *, note: str = "") -> datetime | None:
    """When this person said before that it was received, where to say so again adds nothing."""
    return _received(unit, load.case(unit, ref), note)


def _received(unit: Writing, case: Case, note: str) -> datetime | None:
    owed = any(o.kind is Kind.ACKNOWLEDGE for o in case.live())
    if owed or case.finding.status is not FindingStatus.OPEN:
        return None
    last = unit.session.execute(
        select(LedgerRow.actor_id, LedgerRow.at, LedgerRow.facts)
        .where(LedgerRow.finding_id == case.finding.id, LedgerRow.kind == events.Acknowledged.kind)
        .order_by(LedgerRow.seq.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.actor_id != unit.actor.id or note.strip() not in {"", last.facts.get("note")}:
        return None
    at: datetime = last.at
    return at


def refuse(unit: Writing, ref: str, *, reason: str, outside_power: bool = False) -> Finding:
    """The duty bearer refuses, or says it is outside their power: the next stage is due now (R19)."""
    case = holding.take(unit, Act.REFUSE, ref)
    behalf = holding.on_behalf_of(unit, case)
    story = law.refuse(case, reason, outside_power, unit.now, on_behalf_of=behalf)
    return holding.put(unit, Act.REFUSE, case, story).finding


def propose_transfer(unit: Writing, ref: str, *, to: UUID | None, reason: str) -> Finding:
    """The duty bearer says whose it is and why, or that they do not know whose (R4)."""
    case = holding.take(unit, Act.PROPOSE_TRANSFER, ref)
    behalf = holding.on_behalf_of(unit, case)
    story = transfers.propose(case, to, reason, unit.rules, unit.now, on_behalf_of=behalf)
    return holding.put(unit, Act.PROPOSE_TRANSFER, case, story).finding


def accept_transfer(unit: Writing, ref: str) -> Finding:
    """The community accepts a transfer; the new duty bearer gets the full window to acknowledge (R4)."""
    case = holding.take(unit, Act.ANSWER_TRANSFER, ref)
    story = transfers.accept(case, unit.rules, unit.now)
    return holding.put(unit, Act.ANSWER_TRANSFER, case, story).finding


def decline_transfer(unit: Writing, ref: str, *, reason: str) -> Finding:
    """The finding stays where it is (R4)."""
    case = holding.take(unit, Act.ANSWER_TRANSFER, ref)
    story = transfers.decline(case, reason, unit.now)
    return holding.put(unit, Act.ANSWER_TRANSFER, case, story).finding


def resolve(unit: Writing, ref: str, *, note: str, version: int | None = None) -> Finding:
    """Call the finding resolved; with four eyes the first call proposes and a second person confirms (R18)."""
    case = holding.take(unit, Act.RESOLVE, ref, version)
    story = law.resolve(case, unit.actor.id, note, unit.rules, unit.now)
    return holding.put(unit, Act.RESOLVE, case, story).finding


def close(
    unit: Writing,
    ref: str,
    *,
    closed_as: ClosedAs,
    reason: str,
    merged_into: str | None = None,
    version: int | None = None,
) -> Finding:
    """Withdraw, merge into an earlier finding (its reference), or call unresolvable, which the committee does (R7)."""
    act = Act.CLOSE_UNRESOLVABLE if closed_as is ClosedAs.UNRESOLVABLE else Act.CLOSE
    case = holding.take(unit, act, ref, version)
    # Held too: what it is merged into may not be closed in the same moment, or nobody would owe anything (R7).
    into = _named(unit, merged_into, "merged_into", lock=True) if merged_into else None
    story = law.close(case, closed_as, reason, unit.now, merged_into=into)
    return holding.put(unit, act, case, story).finding


def reopen(unit: Writing, ref: str, *, reason: str) -> Finding:
    """It is not fixed after all: the ladder resumes where it had stood (R8)."""
    case = holding.take(unit, Act.REOPEN, ref)
    story = law.reopen(case, reason, unit.rules, unit.now)
    return holding.put(unit, Act.REOPEN, case, story).finding


def tell_community(unit: Writing, ref: str, *, note: str) -> Finding:
    """The people who asked were told what came of it (R9)."""
    case = holding.take(unit, Act.TELL_COMMUNITY, ref)
    story = law.tell_community(case, note, unit.now)
    return holding.put(unit, Act.TELL_COMMUNITY, case, story).finding


def check_sustained(unit: Writing, ref: str, *, still_fixed: bool, note: str) -> Finding:
    """Is it still fixed one round later? When it is not, the finding is open again (R9)."""
    case = holding.take(unit, Act.CHECK_SUSTAINED, ref)
    story = law.check_sustained(case, still_fixed, note, unit.rules, unit.now)
    return holding.put(unit, Act.CHECK_SUSTAINED, case, story).finding


def review(unit: Writing, ref: str, *, note: str) -> Finding:
    """The committee looked at a finding at its last stage; the next review follows (R9)."""
    case = holding.take(unit, Act.REVIEW, ref)
    story = law.review(case, note, unit.rules, unit.now)
    return holding.put(unit, Act.REVIEW, case, story).finding


def reply(unit: Writing, ref: str, *, text: str) -> Finding:
    """The duty bearer's reply, which stands beside the claim (R27)."""
    case = holding.take(unit, Act.REPLY, ref)
    behalf, own = holding.on_behalf_of(unit, case), True
    if behalf is not None and unit.actor.side is Side.DUTY_BEARER:
        # A post that was only told replies for itself; it does not use up the right of reply of the one that owes.
        behalf, own = holding.own_post(unit, case), False
    story = proposals.reply(case, text, unit.now, on_behalf_of=behalf, by_owing_post=own)
    return holding.put(unit, Act.REPLY, case, story).finding


def _round_today(unit: Writing) -> UUID | None:
    return next((r.id for r in unit.rules.rounds if r.first_on <= unit.today <= r.last_on), None)


def _known(unit: Writing, given: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, with the area of a newly named site. Raises Invalid for things of no or another programme."""
    values, errors = dict(given), []
    for name, (table, missing) in _KNOWN.items():
        if (wanted := values.get(name)) is None:
            continue
        row = unit.session.get(table, wanted)
        if row is None or row.programme_id != unit.programme_id:
            errors.append(FieldError(name, _(missing)))
        elif isinstance(row, ThemeRow) and row.valid_to is not None and row.valid_to < unit.today:
            errors.append(
                FieldError(
                    name, _("The theme {name} is no longer used; choose another one.").format(name=row.name)
                )
            )
        elif isinstance(row, SiteRow):
            values["area_id"] = row.area_id
    if errors:
        raise Invalid(tuple(errors))
    return values


def _named(unit: Writing, ref: str, field: str, *, lock: bool = False) -> Finding:
    """Another finding that an answer names. A wrong name is that answer's fault: the form comes back with it."""
    try:
        return load.case(unit, ref, lock=lock).finding
    except NotFound:
        raise invalid(field, _("No finding has this reference.")) from None
