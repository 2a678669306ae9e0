"""What can happen to corrective actions?"""

from datetime import date

from clm_tracker.domain.events.kinds import Event, event
from clm_tracker.kernel.sayings import Text
from clm_tracker.kernel.speech import N_


@event(
    "action_proposed",
    N_("{who} proposed: {what}, by {due_on}"),
    N_("{who} put on record what {on_behalf_of} proposed: {what}, by {due_on}"),
)
class ActionProposed(Event):
    what: str
    due_on: date
    on_behalf_of: str | None = None
    expected: str | None = None
    how_checked: str | None = None


@event(
    "action_changed",
    N_("{who} changed the proposed action: {what}, by {due_on}"),
    N_("{who} put on record another proposal of {on_behalf_of}: {what}, by {due_on}"),
)
class ActionChanged(Event):
    """`expected` and `how_checked` as they are now, where they changed; an empty text where it was taken out. `side` changed it."""

    what: str
    due_on: date
    on_behalf_of: str | None = None
    expected: str | None = None
    how_checked: str | None = None
    side: str | None = None


@event(
    "action_agreed",
    N_("{who} agreed: {what}, by {due_on}"),
    N_("{who} put on record that {on_behalf_of} agreed: {what}, by {due_on}"),
)
class ActionAgreed(Event):
    what: str
    due_on: date
    where: str
    on_behalf_of: str | None = None


@event("action_imposed", N_("{who} set an action without agreement: {what}, by {due_on}"))
class ActionImposed(Event):
    what: str
    due_on: date
    reason: Text


@event("action_dropped", N_("{who} dropped the action {what}: {reason}"))
class ActionDropped(Event):
    what: str
    reason: Text


@event(
    "extension_asked",
    N_("{who} asked for more time, to {due_on}: {reason}"),
    N_("{who} put on record that {on_behalf_of} asked for more time, to {due_on}: {reason}"),
)
class ExtensionAsked(Event):
    was: date
    due_on: date
    reason: str
    on_behalf_of: str | None = None


@event("extension_granted", N_("{who} granted more time, to {due_on}"))
class ExtensionGranted(Event):
    was: date
    due_on: date
    number: int


@event("extension_refused", N_("{who} refused more time: {reason}"))
class ExtensionRefused(Event):
    due_on: date
    reason: str


@event(
    "action_reported",
    N_("{who} reported done: {what}"),
    N_("{who} put on record that {on_behalf_of} reported done: {what}"),
)
class ActionReported(Event):
    what: str
    note: str
    on_behalf_of: str | None = None


@event("action_verified", N_("{who} checked {what}: {verdict}"))
class ActionVerified(Event):
    what: str
    verdict: str
    note: str
