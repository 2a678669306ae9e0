"""Why does a finding stand where it stands?"""

import json
from collections.abc import Iterator
from typing import Annotated

import typer

from clm_tracker.cli import here
from clm_tracker.db.typed import plain
from clm_tracker.domain.cases import said_severity
from clm_tracker.queries import explain as question
from clm_tracker.queries.explain import Explained, Explanation


def explain(
    ref: Annotated[str, typer.Argument(metavar="REF", help="The finding, for example KH-2026-0042.")],
    programme: Annotated[
        str | None, typer.Option(metavar="KEY", help="Needed when there are several.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
) -> None:
    """Print a finding's facts, ladder, due dates day by day, and what is decided about it now."""
    with here.looking(programme) as look:
        answer = question.explain(look, ref)
        if as_json:
            typer.echo(json.dumps(plain(answer), ensure_ascii=False, indent=2))
            return
        for line in _lines(answer):
            typer.echo(line)


def _lines(answer: Explanation) -> Iterator[str]:
    finding = answer.finding
    yield f"{finding.ref}  {finding.title}"
    facts = [
        finding.status,
        said_severity(finding),
        f"stage {finding.stage}",
        "overdue" if finding.overdue else "",
    ]
    yield ", ".join(str(fact) for fact in facts if fact)
    if finding.duty_bearer:
        yield f"Duty bearer: {finding.duty_bearer.name}"
    if finding.next:
        yield finding.next.sentence
    for one in answer.obligations:
        yield ""
        yield from _obligation(one)


def _obligation(one: Explained) -> Iterator[str]:
    yield f"{one.obligation.who}: {one.obligation.what} ({str(one.obligation.state).replace('_', ' ')})"
    yield f"  {one.due.sentence}"
    for day in one.due.days:
        counted = f"day {day.number}" if day.counted else day.reason
        yield f"    {day.date:%a %d %b %Y}  {counted}"
    yield f"  {one.ladder.name}, version {one.ladder.version}"
    for step in one.ladder.steps:
        when = step.on or step.not_before
        on = f"{'from' if step.not_before else 'on'} {when:%a %d %b %Y}" if when else ""
        yield f"    {step.number}  {step.name:<28} {step.reach:<8} {step.gate:<9} {on}".rstrip()
    yield f"  {one.sentence}"
