"""Which answers does the page behind a link offer, the next one first; what stands already, and whose answer is it? (R4, R14, R40)

Offered is what the reader's post may do about the finding, and nothing else: what only another post answers is left out.
"""

from dataclasses import dataclass

from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import ActionState, FindingStatus, Side
from clm_tracker.queries.acts import PossibleAct
from clm_tracker.web import components as c
from clm_tracker.web.by_link import ByLink
from clm_tracker.web.pages.acts import stands as stands_how
from clm_tracker.web.pages.by_link import wording as plainly
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

# What nobody is likely to have come for while something stands.
_INSTEAD = frozenset({"propose", "propose_transfer", "refuse"})
_LATER = 100


@dataclass(frozen=True, slots=True)
class Cannot:
    """An answer that is not possible now, and why."""

    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Offers:
    """The answers that stand large, those that are folded, and those that are not possible now."""

    big: tuple[c.Button, ...]
    more: tuple[c.Button, ...]
    cannot: tuple[Cannot, ...]


def of(
    link: ByLink, look: Reading, case: Case, acts: tuple[PossibleAct, ...], voice: Voice, *, quietly: bool
) -> Offers:
    """The answers to a finding; `quietly` without those that need its words."""
    slugs = {(one.target, one.verb): one.slug for one in plainly.DOINGS}
    theirs = [
        a
        for a in acts
        if (a.target, a.verb) in slugs
        and not (quietly and a.verb in plainly.OF_WORDS)
        and look.why_not(a.act, case) is None
    ]
    big: list[c.Button] = []
    more: list[c.Button] = []
    cannot: list[Cannot] = []
    for act in sorted(theirs, key=lambda a: _place(look, case, a)):
        label = plainly.says(act, case, voice, quietly=quietly)
        if act.why_not:
            cannot.append(Cannot(label, act.why_not))
            continue
        to = link.to(plainly.path(act.target, slugs[act.target, act.verb], act.target_id))
        is_next = _place(look, case, act) < _LATER and len(big) < plainly.BIG
        main = is_next and not big and _is_asked(case, act)
        (big if is_next else more).append(plainly.button(act, label, to, main=main))
    return Offers(tuple(big), tuple(more), tuple(cannot))


def stands(look: Reading, case: Case, voice: Voice, *, quietly: bool) -> tuple[c.Words, ...]:
    """What both sides have put on the table already, and whose turn it is; `quietly` without words of it (R43)."""
    if case.finding.status is not FindingStatus.OPEN:
        return ()
    lines = []
    for action in sorted(case.actions.values(), key=lambda a: (a.proposed_at, a.id)):
        if action.state in stands_how.LIVE:
            what = _("a corrective action") if quietly else action.what.strip().rstrip(".")
            lines.append(c.words(stands_how.pattern(action), what=what, day=voice.long(action.due_on)))
        if action.state is ActionState.PROPOSED and not quietly:
            lines += [c.plain(one) for one in stands_how.besides(action)]
        if action.state is ActionState.AGREED and action.extension_asked_on is not None:
            asked = _("More time is asked for, to {day}. The community has not answered yet.")
            lines.append(c.words(asked, day=voice.long(action.extension_asked_on)))
    to = look.rules.posts.get(case.finding.transfer_to) if case.finding.transfer_to else None
    if to is not None:
        lines.append(c.words(stands_how.elsewhere(), post=to.name))
    return tuple(lines)


def whose(look: Reading, case: Case) -> str | None:
    """Whose answer it is, for whoever holds another post; None for the post that owes it."""
    owes = look.rules.posts.get(case.finding.duty_bearer_id) if case.finding.duty_bearer_id else None
    if owes is None or owes.id in look.actor.posts:
        return None
    if look.actor.posts & look.subject(case).above:
        return _(
            "The answer is owed by {post}. Your post stands above it, so you may answer too; the record says that it was you."
        ).format(post=owes.name)
    return _(
        "The answer is owed by {post}, and it or a post above it gives it. Your post was told; you may answer in words."
    ).format(post=owes.name)


def _place(look: Reading, case: Case, act: PossibleAct) -> int:
    """Where an answer stands among the others: first what is asked of this post next."""
    handed_over = case.finding.transfer_to is not None
    standing = stands_how.anything(case.actions.values(), handed_over=handed_over)
    place = plainly.ORDER.index(act.verb)
    if standing and act.verb in _INSTEAD:
        return _LATER + place
    if act.verb == "acknowledge" and whose(look, case) is not None:
        # Whoever stands above is asked to see to it, not to confirm what was sent to another.
        return _LATER + place
    return place


def _is_asked(case: Case, act: PossibleAct) -> bool:
    """Is it what the community waits for? Not what one may say besides."""
    if case.finding.status is not FindingStatus.OPEN:
        return False
    part = case.actions.get(act.target_id)
    if act.verb == "change":
        return part is not None and part.proposed_side is Side.COMMUNITY
    return act.verb in {"acknowledge", "report_done", "accept", "propose"}
