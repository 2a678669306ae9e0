"""Why this date? The card of the day that comes next for a finding, with each day counted or skipped."""

from collections.abc import Sequence
from datetime import datetime

from clm_tracker.domain import deadlines
from clm_tracker.domain.cases import Case, Obligation
from clm_tracker.domain.ladders import Stage
from clm_tracker.domain.words import ObligationState
from clm_tracker.queries import explain, owes, wording
from clm_tracker.web import components as c
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _


def card(case: Case, o: Obligation, voice: Voice, *, late: bool, id: str = "due") -> c.Due:
    """The day something is due or, once it is late, the day the next stage comes."""
    above = voice.rules.ladders[o.ladder_id].stage(o.stage + 1)
    if late and above is not None and o.next_step_at is not None and o.next_step_at > voice.now:
        name = owes.coming_name(o, above, voice.rules)
        label = _("Stage {n}, {name}, is next").format(n=above.number, name=name)
        day = voice.local(o.next_step_at)
        return c.Due(
            id, label, voice.long(day), voice.left(day), step_calendar(o, o.next_step_at, above, voice)
        )
    label = _("{what} is due").format(what=wording.upper(wording.what(o.kind)))
    if o.state is ObligationState.PAUSED:
        return c.Due(
            id, label, voice.long(o.due_on), _("The clock stands still."), due_calendar(case, o, voice)
        )
    return c.Due(
        id, label, voice.long(o.due_on), voice.left(o.due_on, late=late), due_calendar(case, o, voice)
    )


def due_calendar(case: Case, o: Obligation, voice: Voice) -> c.Calendar | None:
    """Each day up to the due day, where days were counted."""
    return drawn(explain.due_date(o, case, voice.rules, voice.now), voice)


def drawn(due: explain.DueDate, voice: Voice) -> c.Calendar | None:
    """The days of an explained date."""
    return _drawn(due.days, due.sentence, voice, end=_("due day"))


def step_calendar(o: Obligation, at: datetime, above: Stage, voice: Voice) -> c.Calendar | None:
    """Each day up to the next stage, counted from the due day or from the entry of the stage before (R22)."""
    start = o.stage_entered_at if o.stage and o.stage_entered_at else o.due_at
    days = deadlines.explain(start, deadlines.parse_window(above.wait), voice.rules.calendar)
    if not days or days[-1].date != voice.local(at):
        return None
    window = explain.length(above.wait)
    said = (
        _("{window} after stage {n} began. Each day is counted, or skipped and why.").format(
            window=window, n=o.stage
        )
        if o.stage
        else _("{window} after the due day. Each day is counted, or skipped and why.").format(window=window)
    )
    end = wording.coming(
        above, begins=_("the stage begins"), proposed=_("the stage is proposed to the committee")
    )
    return _drawn(days, said, voice, end=end)


def _drawn(days: Sequence[deadlines.Day], caption: str, voice: Voice, *, end: str) -> c.Calendar | None:
    if len(days) < 2:
        return None
    return c.calendar(
        caption,
        days[0].date,
        [c.Day(d.date, d.counted, d.reason, weekend=d.weekend) for d in days[1:]],
        voice.today,
        start_says=_("the start; it does not count"),
        end_says=end,
        lang=voice.lang,
    )
