"""Which acts stand on a page of a finding or of a part of it, in what order, and whose answers are they?"""

from collections.abc import Iterable
from dataclasses import replace

from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import Side
from clm_tracker.queries import timeline
from clm_tracker.queries.acts import PossibleAct
from clm_tracker.web import components as c
from clm_tracker.web.desk import Desk
from clm_tracker.web.pages.acts import forms
from clm_tracker.web.words import _

# What a person most probably came for, first of those that are possible.
_FIRST = (
    "open",
    "name_duty_bearer",
    "approve",
    "check_risk",
    "acknowledge",
    "verify",
    "accept",
    "accept_transfer",
    "grant_extension",
    "report_done",
    "propose",
    "resolve",
    "tell_community",
    "check_sustained",
    "review",
    "reopen",
    "resume",
)
_OF_THE_POST = frozenset(
    {
        ("finding", "acknowledge"),
        ("finding", "refuse"),
        ("finding", "propose_transfer"),
        ("finding", "reply"),
        ("action", "report_done"),
        ("action", "ask_extension"),
    }
)


def of(
    desk: Desk,
    look: Reading,
    case: Case,
    acts: Iterable[PossibleAct],
    *,
    back: str = "",
    seen: int | None = None,
) -> c.Acts:
    """These acts as panels: possible ones first, then what is put on record for the post, then the refused ones.

    `seen` is the newest line of the record that the page shows.
    """
    acts = tuple(acts)
    if seen is None and acts:
        seen = timeline.latest(look)
    shown = [
        (act, drawn)
        for act in acts
        if not act.why_not and (drawn := forms.panel(desk, look, case, act, back=back, seen=seen))
    ]
    of_post = _on_behalf(look, case)
    can = [pair for pair in shown if (pair[0].target, pair[0].verb) not in of_post]
    can.sort(key=lambda pair: _place(pair[0], case))
    cannot = tuple(filter(None, (forms.refused(look, case, act) for act in acts)))
    post = look.rules.posts.get(case.finding.duty_bearer_id) if case.finding.duty_bearer_id else None
    return c.Acts(
        can=_main_first(can),
        behalf=tuple(drawn for act, drawn in shown if (act.target, act.verb) in of_post),
        behalf_title=_("Put on record for {who}").format(who=post.said if post else _("the duty bearer")),
        cannot=cannot,
        cannot_title=_("Not possible now, and why ({n})").format(n=len(cannot)),
        once=desk.once() if cannot else None,
    )


def _place(act: PossibleAct, case: Case) -> int:
    """Where an act stands; a risk check that is done already is nobody's first errand."""
    done = act.verb == "check_risk" and case.proposals[act.target_id].risk_at is not None
    return _FIRST.index(act.verb) if act.verb in _FIRST and not done else len(_FIRST)


def _on_behalf(look: Reading, case: Case) -> frozenset[tuple[str, str]]:
    """Answers of the duty bearer that somebody of the community side would only put on record for the post."""
    if look.actor.side is not Side.COMMUNITY or case.finding.duty_bearer_id in look.actor.posts:
        return frozenset()
    return _OF_THE_POST


def _main_first(can: list[tuple[PossibleAct, c.Act]]) -> tuple[c.Act, ...]:
    """The first one stands out, where it is an errand: to drop or to close something is nobody's."""
    drawn = [one for _act, one in can]
    if not can or can[0][0].verb not in _FIRST:
        return tuple(drawn)
    first = drawn[0]
    form = replace(first.form, submit=replace(first.form.submit, look=c.Look.MAIN))
    return replace(first, form=form, main=True), *drawn[1:]
