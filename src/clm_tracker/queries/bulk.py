"""What would one act do to each of these findings, before anything is changed?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clm_tracker.db import load
from clm_tracker.db.units import Reading
from clm_tracker.domain import bulk as law
from clm_tracker.domain import events
from clm_tracker.domain.bulk import ACTS, MOST, Deed, Given
from clm_tracker.domain.cases import Case, Story
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import LIVE
from clm_tracker.kernel.refusals import NotFound, Refusal
from clm_tracker.kernel.speech import _, plural
from clm_tracker.queries import owes, wording

# What is asked once for all does not matter to whether a finding allows it.
ANY_REASON = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """One finding: `now` says what is owed, `then` what would change, `why_not` why nothing would.

    Into the one that `stays` the others are merged, unless the person names another.
    """

    ref: str
    title: str
    mark: int
    now: str
    then: str = ""
    why_not: str | None = None
    stays: bool = False


def preview(look: Reading, deed: Deed, refs: Sequence[str]) -> tuple[Foreseen, ...]:
    """What would happen to each of these findings; one that this person may not see is left out."""
    found = []
    for ref in sorted(set(refs))[:MOST]:
        try:
            case = load.case(look, ref)
        except NotFound:
            continue
        found.append(_foreseen(look, deed, case))
    can = [one for one in found if one.why_not is None]
    if deed is Deed.MERGE and len(can) > 1:
        says = _("It stays open, unless another is named below. The others lead to it.")
        found[found.index(can[0])] = replace(can[0], then=says, stays=True)
    return tuple(found)


def _foreseen(look: Reading, deed: Deed, case: Case) -> Foreseen:
    f = case.finding
    owed = owes.next_of(case.live(), look.rules, look.now)
    then, why = "", look.why_not(ACTS[deed], case)
    if why is None:
        # Whether it may be merged is known once it is said into which; until then: whether it may be closed.
        tried = Deed.WITHDRAW if deed is Deed.MERGE else deed
        try:
            told = law.stories(tried, case, Given(reason=ANY_REASON), look.rules, look.now)
            then = _then(look, deed, case, told)
        except Refusal as no:
            why = no.sentence
    return Foreseen(
        ref=f.ref,
        title=f.title,
        mark=law.mark(case),
        now=owed.sentence if owed else _("Nobody owes anything."),
        then=then,
        why_not=why,
    )


def _then(look: Reading, deed: Deed, case: Case, told: tuple[Story, ...]) -> str:
    """What would change, as a sentence."""
    match deed:
        case Deed.PAUSE:
            return plural("{n} clock stands still.", "{n} clocks stand still.", len(told)).format(n=len(told))
        case Deed.RESUME:
            after = told[-1].case
            due = min(o.due_on for o in after.live())
            return _("The clock runs again; what presses first is due on {day}.").format(
                day=wording.day(due, look.today)
            )
        case Deed.ESCALATE:
            return _stage(told[-1], look.rules)
    ends = sum(o.state in LIVE for o in case.obligations.values())
    return plural(
        "It is closed, and {n} obligation ends.", "It is closed, and {n} obligations end.", ends
    ).format(n=ends)


def _stage(story: Story, rules: Rules) -> str:
    for one in story.told:
        match one.event:
            case events.StageEntered(stage=n, name=kept, ladder_id=ladder):
                name = rules.called_stage(kept, n, ladder)
                return _("Stage {n}, {name}, begins now.").format(n=n, name=name)
            case events.StageProposed(stage=n, name=kept, ladder_id=ladder):
                name = rules.called_stage(kept, n, ladder)
                return _("Stage {n}, {name}, is proposed to the steering committee.").format(n=n, name=name)
    return _("Nothing changes.")
