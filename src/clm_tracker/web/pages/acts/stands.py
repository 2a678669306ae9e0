"""What have both sides put on the table already, so that nothing new is asked of the duty bearer, and whose turn is it? (R4, R14)"""

from collections.abc import Collection

from clm_tracker.domain.cases import Action
from clm_tracker.domain.words import ActionState, Agreement, Side
from clm_tracker.web.words import _

LIVE = frozenset({ActionState.PROPOSED, ActionState.AGREED, ActionState.REPORTED})


def anything(actions: Collection[Action], *, handed_over: bool) -> bool:
    """Is there an action that stands, or is it said to be another's? Then to propose is not the next thing to do."""
    return handed_over or any(a.state in LIVE for a in actions)


def pattern(action: Action) -> str:
    """How it stands, with places for `what` and `day`."""
    if action.state is ActionState.REPORTED:
        return _("Reported done: {what}, due {day}. The community checks it.")
    if action.state is ActionState.AGREED:
        if action.agreement is Agreement.IMPOSED:
            return _("Set without agreement: {what}, by {day}.")
        return _("Agreed: {what}, by {day}.")
    if action.proposed_side is Side.DUTY_BEARER:
        return _("Proposed to the community: {what}, by {day}. It waits for the community’s answer.")
    return _("Proposed by the community: {what}, by {day}. It waits for your answer.")


def besides(action: Action) -> tuple[str, ...]:
    """What else of it is accepted with its text and day."""
    said = (
        (action.expected, _("What will be different: {text}")),
        (action.how_checked, _("How it is checked: {text}")),
    )
    return tuple(pattern.format(text=text) for text, pattern in said if text)


def elsewhere() -> str:
    """That it is said to be another post's, with a place for `post`."""
    return _("It was said to belong to {post}. The community has not answered yet.")
