"""How do pages say a day, a moment, a rest of time and a rung, for this person and this programme?"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from clm_tracker.db.units import Reading
from clm_tracker.domain.ladders import Ladder, Mode
from clm_tracker.domain.rules import Rules
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.words import BigDay, When, _


@dataclass(frozen=True, slots=True)
class Voice:
    """The reader's language, and the programme's rules, zone and day."""

    rules: Rules
    now: datetime
    lang: str
    today: date

    @classmethod
    def of(cls, look: Reading, lang: str) -> "Voice":
        """The voice of one look at the database."""
        return cls(look.rules, look.now, lang, look.today)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.rules.calendar.tz)

    def day(self, on: date, style: words.Style = words.Style.SHORT) -> When:
        """ "Wed 21 Oct"; with the year when it is another one."""
        return words.when(on, self.lang, style=style, today=self.today)

    def long(self, on: date) -> When:
        """ "Wed 21 October"."""
        return self.day(on, words.Style.SENTENCE)

    def big(self, on: date) -> BigDay:
        """A day set large on a desk; with the year when it is another one."""
        return words.big_day(on, self.lang, today=self.today)

    def local(self, at: datetime) -> date:
        """The programme's day of a moment."""
        return self.rules.calendar.local_date(at)

    def moment(self, at: datetime) -> When:
        """ "Tue 13 Oct, 06:00"."""
        return words.moment(at, self.zone, self.lang, now=self.now)

    def ago(self, at: datetime) -> str:
        """ "93 days ago"."""
        return words.ago(max((self.today - self.local(at)).days, 0), self.lang)

    def left(self, due_on: date, *, late: bool = False) -> str:
        """ "in 6 working days", "today", "tomorrow", "12 working days late"."""
        if late:
            n = self.rules.calendar.count_working_days(due_on, self.today)
            return words.countdown(-n, self.lang) if n > 0 else _("late")
        if due_on < self.today:
            return _("the clock stands still")  # what has passed without being late
        if due_on == self.today:
            return _("today")
        n = self.rules.calendar.count_working_days(self.today, due_on)
        if n > 0:
            return words.countdown(n, self.lang)
        return words.countdown((due_on - self.today).days, self.lang, unit=words.Unit.DAY)

    def script(self, text: str) -> str | None:
        """The language to read a text in, where it is not the page's."""
        return c.tongue(text, self.lang)

    def rung(self, ladder: Ladder, stage: int, next_at: datetime | None, *, waits: bool = False) -> c.Rung:
        """Where something stands on its ladder, and when the next step begins; `waits` for the committee."""
        here, above = ladder.stage(stage), ladder.stage(stage + 1)
        name = c.plain(here.said) if here else c.plain(_("Not on the ladder yet"))
        gate = None
        if above and above.mode is Mode.APPROVAL:
            gate = c.Icon.HORN if above.public else c.Icon.KEY
        said = None
        if above and waits:
            said = _("Stage {n} asked for").format(n=above.number)
        elif above and next_at is not None:
            on = self.local(next_at)
            if on <= self.today:
                said = _("Stage {n} is next").format(n=above.number)
            else:
                said = _("Stage {n} on {day}").format(n=above.number, day=self.day(on).text)
        return c.Rung(stage, ladder.last, name, said, gate if said else None)
