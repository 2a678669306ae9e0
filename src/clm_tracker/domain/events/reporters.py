"""What can happen to what is kept of a reporter? That it happened, never a word of what is kept. (R41)"""

from clm_tracker.domain.events.kinds import Event, event
from clm_tracker.kernel.speech import N_


@event("reporter_kept", N_("{who} kept apart who reported {ref}"))
class ReporterKept(Event):
    ref: str


@event("reporter_changed", N_("{who} changed what is kept apart of who reported {ref}"))
class ReporterChanged(Event):
    ref: str


@event("reporter_read", N_("{who} opened what is kept apart of who reported {ref}"))
class ReporterRead(Event):
    ref: str


@event("reporter_forgotten", N_("{who} deleted what was kept apart of who reported {ref}"))
class ReporterForgotten(Event):
    ref: str


@event("reporter_expired", N_("What was kept apart of who reported {ref} has had its time and was deleted"))
class ReporterExpired(Event):
    ref: str
