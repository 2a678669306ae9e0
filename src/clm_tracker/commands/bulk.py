"""How is one act done to many findings at once, each with its own lines in the ledger? (decision 0012)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clm_tracker.db import changes, load
from clm_tracker.db.units import Writing
from clm_tracker.domain import bulk as law
from clm_tracker.domain import obligations
from clm_tracker.domain.bulk import ACTS, MOST, Deed, Given
from clm_tracker.domain.cases import Case, Finding, Story
from clm_tracker.domain.names import must_say
from clm_tracker.domain.words import PauseReason
from clm_tracker.kernel.refusals import NotFound, Refusal, each, invalid
from clm_tracker.kernel.speech import _


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding as the person saw it: its reference and its mark (`domain.bulk.mark`)."""

    ref: str
    mark: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one finding; `why_not` is the sentence when nothing was done to it."""

    ref: str
    title: str
    why_not: str | None = None


def carry_out(
    unit: Writing,
    deed: Deed,
    seen: Sequence[Seen],
    *,
    reason: str = "",
    why: PauseReason = PauseReason.SAFETY,
    until: datetime | None = None,
    merged_into: str = "",
) -> tuple[Outcome, ...]:
    """Do it to each finding that is as it was seen and allows it; say of each other one why not, and leave it as it is.

    All in this unit: either every finding that is not refused is changed, or, when the database fails, none. Raises
    Invalid for an answer that no finding could accept.
    """
    if not seen:
        raise invalid("seen", _("Choose at least one finding."))
    if len(seen) > MOST:
        raise invalid("seen", _("Choose at most {n} findings at once.").format(n=MOST))
    given = Given(
        reason=reason, why=why, until=until, into=_checked(unit, deed, reason, why, until, merged_into)
    )
    outcomes: list[Outcome] = []
    done: list[tuple[Case, tuple[Story, ...]]] = []
    # In one order for everybody, so that two people at work do not wait for each other in a circle.
    for one in sorted({s.ref: s for s in seen}.values(), key=lambda s: s.ref):
        title = ""
        try:
            case = load.case(unit, one.ref)
            title = case.finding.title
            if given.into is not None and case.finding.id == given.into.id:
                continue  # the others are merged into it
            unit.require(ACTS[deed], case)
            if law.mark(case) != one.mark:
                outcomes.append(
                    Outcome(one.ref, title, _("Somebody changed it in the meantime. Look at it again."))
                )
                continue
            done.append((case, law.stories(deed, case, given, unit.rules, unit.now)))
        except Refusal as no:
            outcomes.append(Outcome(one.ref, title, no.sentence))
        else:
            outcomes.append(Outcome(one.ref, title))
    changes.apply_many(
        unit,
        ACTS[deed],
        [(case, [told for story in told_of for told in story.told]) for case, told_of in done],
    )
    for _case, told_of in done:
        obligations.check_limbo(told_of[-1].case)
    return tuple(outcomes)


def _checked(
    unit: Writing, deed: Deed, reason: str, why: PauseReason, until: datetime | None, merged_into: str
) -> Finding | None:
    """The finding that others are merged into. Raises Invalid when an answer is missing."""
    needs_an_end = deed is Deed.PAUSE and why is not PauseReason.SAFETY
    _reason, _end, into = each(
        lambda: _check_reason(reason) if deed is not Deed.RESUME else None,
        lambda: _check_end(until, unit.now) if needs_an_end else None,
        lambda: _merged_into(unit, merged_into) if deed is Deed.MERGE else None,
    )
    found: Finding | None = into
    return found


def _check_reason(reason: str) -> None:
    must_say("reason", reason, _("Say why, in a sentence: it stands in the ledger of each finding."))


def _check_end(until: datetime | None, now: datetime) -> None:
    if until is None or until <= now:
        raise invalid("until", _("A pause needs an end that lies ahead, unless it is for safety."))


def _merged_into(unit: Writing, ref: str) -> Finding:
    try:
        # Held too, so that it is not closed in the same moment.
        return load.case(unit, ref).finding
    except NotFound:
        raise invalid("merged_into", _("No finding has this reference.")) from None
