"""What can happen to letters, and to the links in them?"""

from uuid import UUID

from clm_tracker.domain.events.kinds import Event, event
from clm_tracker.kernel.sayings import Text
from clm_tracker.kernel.speech import N_


@event("letter_undeliverable", N_("A letter to {to} could not be delivered ({channel}): {answer}"))
class LetterUndeliverable(Event):
    to: str
    channel: str
    answer: Text


@event(
    "notices_parked",
    N_("{notices} notices could not be put into letters and wait an hour: {problem}"),
)
class NoticesParked(Event):
    notices: int
    problem: str


@event(
    "webhook_turned_off",
    N_("The webhook {name} was turned off: it did not take {missed} messages in a row"),
)
class WebhookTurnedOff(Event):
    name: str
    missed: int


@event("link_revoked", N_("{who} revoked the link that was sent to {to}, {post}: {reason}"))
class LinkRevoked(Event):
    to: str
    post: str
    reason: str


@event(
    "link_returned", N_("The link that was sent to {to}, {post}, had reached somebody else, who gave it back")
)
class LinkReturned(Event):
    to: str
    post: str
    note: str


@event("link_asked_again", N_("{who} asked for a new link in place of an expired one, as {post}"))
class LinkAskedAgain(Event):
    post: UUID


@event("letter_sent_again", N_("{who} had the letter to {to} sent again"))
class LetterSentAgain(Event):
    to: str


@event("letter_handed_over", N_("{who} handed over the printed letter to {to}"))
class LetterHandedOver(Event):
    to: str
