"""How is the engine run, tried and asked from the command line?"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import func, select

from clm_tracker.cli import here
from clm_tracker.db import load
from clm_tracker.db.tables import FindingRow, LetterItemRow, LetterRow, NoticeRow
from clm_tracker.db.typed import dump_event
from clm_tracker.domain.simulation import Happening
from clm_tracker.domain.words import LetterState, NoticeState
from clm_tracker.jobs.sweep import BUDGET, SweepReport, run_sweep
from clm_tracker.queries import foretold, sentences
from clm_tracker.queries import health as health_of
from clm_tracker.settings import load as settings

AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of lines.")]
Programme = Annotated[str | None, typer.Option(metavar="KEY", help="Needed when there are several.")]


def sweep(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sweep once: remind, enter and propose stages, end pauses; print what was done. Exit 1 when a row could not be decided."""
    every = timedelta(seconds=settings().sweep_interval)
    with here.store() as store:
        now = here.clock(store).now()
        report = run_sweep(store, now, every=every, budget_seconds=BUDGET, dry_run=dry_run)
    if as_json:
        steps = [asdict(step) for step in report.steps]
        answer = {"dry_run": dry_run, **report.outcome(), "steps": steps, "problems": report.problems}
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for line in _about(report, dry_run=dry_run):
            typer.echo(line)
    if report.problems:
        raise typer.Exit(1)


def _about(report: SweepReport, *, dry_run: bool) -> Iterator[str]:
    if dry_run:
        yield "Tried only; nothing was done."
    for step in report.steps:
        stage = "" if step.stage is None else f" stage {step.stage}"
        yield f"  {step.ref}: {step.kind.replace('_', ' ')}, {step.what}{stage}"
    yield (
        f"{report.reminded:,} reminded, {report.entered:,} stages entered, {report.proposed:,} proposed, "
        f"{report.resumed:,} pauses ended."
    )
    if report.released:
        yield f"{report.released:,} steps go on that a coordinator released."
    if report.held:
        yield f"{report.held:,} steps wait for a coordinator, because there are suddenly so many."
    if report.busy:
        yield f"{report.busy:,} wait for the next sweep, because somebody is working on the finding."
    if report.left:
        yield "The time ran out; the next sweep goes on."
    for problem in report.problems:
        yield f"Parked for an hour: {problem}"


def health() -> None:
    """Say whether the engine keeps its promises; exit 1 when one is broken."""
    with here.store() as store:
        found = health_of.engine(store, here.clock(store).now())
    for problem in found.problems:
        typer.echo(problem)
    for broken in found.broken:
        typer.echo(
            f"  {broken.ref}: {broken.what}"
            + (f" since {broken.since:%Y-%m-%d %H:%M} UTC" if broken.since else "")
        )
    for parked in found.parked:
        typer.echo(f"  {parked.ref}: {parked.kind} is parked after {parked.times} tries: {parked.problem}")
    for programme in found.braked:
        typer.echo(f"  {programme}: stages are held until a coordinator releases them")
    if not found.ok:
        raise typer.Exit(1)
    typer.echo("All promises of the engine are kept.")


def simulate(
    ref: Annotated[
        str | None, typer.Argument(metavar="[REF]", help="One finding, for example KH-2026-0042.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3_650, help="How far to look ahead.")] = foretold.DAYS,
    programme: Programme = None,
    as_json: AsJson = False,
) -> None:
    """Print what happens in the next days if nobody does anything, to one finding or to all."""
    every = timedelta(seconds=settings().sweep_interval)
    with here.looking(programme) as look:
        finding = load.case(look, ref).finding.id if ref else None
        zone = ZoneInfo(look.programme.timezone)
        happenings = list(foretold.foretell(look, finding, days=days, every=every))
        if as_json:
            typer.echo(json.dumps([_plainly(one) for one in happenings], ensure_ascii=False))
            return
        for one in happenings:
            at = one.at.astimezone(zone)
            said = sentences.foretell(one.told.event, look.rules, at.date())
            typer.echo(f"{at:%a %d %b %Y %H:%M}  {one.ref}  {said.sentence}")
        typer.echo(
            f"{len(happenings):,} events in {days} days if nobody does anything."
            if happenings
            else f"Nothing in {days} days."
        )


def _plainly(one: Happening) -> dict[str, object]:
    return {
        "at": _rfc3339(one.at),
        "ref": one.ref,
        "obligation_id": str(one.obligation_id),
        "event": one.told.event.kind,
        "facts": dump_event(one.told.event),
    }


def _rfc3339(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def outbox(programme: Programme = None, as_json: AsJson = False) -> None:
    """Print the notices that wait to be sent, oldest first, and what each waits for."""
    with here.looking(programme) as look:
        zone = ZoneInfo(look.programme.timezone)
        letter = (
            select(
                LetterItemRow.notice_id,
                func.min(LetterRow.send_at).label("leaves_at"),
                func.max(LetterRow.attempts).label("attempts"),
            )
            .join(LetterRow, LetterRow.id == LetterItemRow.letter_id)
            .where(LetterRow.programme_id == look.programme_id, LetterRow.state == LetterState.WAITING)
            .group_by(LetterItemRow.notice_id)
            .subquery()
        )
        rows = look.session.execute(
            select(
                NoticeRow.created_at,
                NoticeRow.kind,
                NoticeRow.duty_bearer_id,
                NoticeRow.role,
                NoticeRow.person_id,
                NoticeRow.placed_at,
                FindingRow.ref,
                letter.c.leaves_at,
                letter.c.attempts,
            )
            .outerjoin(FindingRow, FindingRow.id == NoticeRow.finding_id)
            .outerjoin(letter, letter.c.notice_id == NoticeRow.id)
            .where(NoticeRow.programme_id == look.programme_id, NoticeRow.state == NoticeState.WAITING)
            .order_by(NoticeRow.created_at, NoticeRow.id)
        ).all()
        for row in rows:
            post = look.rules.posts.get(row.duty_bearer_id) if row.duty_bearer_id else None
            to = post.name if post else row.role or "a person"
            if as_json:
                line = {
                    "at": _rfc3339(row.created_at),
                    "ref": row.ref,
                    "kind": row.kind,
                    "to": to,
                    "placed": row.placed_at is not None,
                    "leaves": row.leaves_at and _rfc3339(row.leaves_at),
                    "tries": row.attempts or 0,
                }
                typer.echo(json.dumps(line, ensure_ascii=False))
            else:
                at = row.created_at.astimezone(zone)
                what = f"{row.kind.replace('_', ' ')} to {to}"
                typer.echo(f"{at:%a %d %b %Y %H:%M}  {row.ref or ''}  {what}, {_waits_for(row, zone)}")
        if not as_json:
            typer.echo(f"{len(rows):,} notices wait." if rows else "No notice waits.")


def _waits_for(row: Any, zone: ZoneInfo) -> str:  # noqa: ANN401 - a row of `outbox`
    if row.placed_at is None:
        return "not in a letter yet"
    if row.leaves_at is None:
        return "in a letter that did not arrive"
    tried = f", tried {row.attempts} times" if row.attempts else ""
    return f"in a letter of {row.leaves_at.astimezone(zone):%a %d %b %H:%M}{tried}"
