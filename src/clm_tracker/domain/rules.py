"""What are a programme's own settings, as far as the law needs them? (R5, R9, R11)"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from clm_tracker.domain import deadlines, names
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.duty_bearers import Directory, Post
from clm_tracker.domain.ladders import REMINDERS, Ladder
from clm_tracker.domain.places import Area
from clm_tracker.domain.words import Kind, Party, Severity

ROUND = "round"
FORUM = "forum"
DATE = "date"
LEAST_FEWEST_TOLD = 3  # R42: with less, a count of one or two would be told
UNPLANNED = "60wd"  # R11: while the round or forum a date is tied to is not planned yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A monitoring cycle, first and last day inclusive."""

    id: UUID
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    first_on: date
    last_on: date

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One version of a thematic area; old findings keep the one they were logged under."""

    id: UUID
    code: str
    name: str
    names: Mapping[str, str]
    version: int
    valid_from: date | None = None
    valid_to: date | None = None
    replaced_by: UUID | None = None

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)

    def current_on(self, day: date) -> bool:
        """May findings be logged under it on this day?"""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How long each step may take; a window ("10wd", "30d", "48h") or the end of the next `round` or `forum`."""

    acknowledge: str
    agree: str
    fix: str
    verify: str


WINDOWS = {
    Severity.CRITICAL: Windows(acknowledge="2wd", agree="5wd", fix="7wd", verify="5wd"),
    Severity.HIGH: Windows(acknowledge="5wd", agree="10wd", fix="30wd", verify="10wd"),
    Severity.STANDARD: Windows(acknowledge="10wd", agree="20wd", fix=ROUND, verify="20wd"),
    Severity.SYSTEMIC: Windows(acknowledge="20wd", agree="60wd", fix=FORUM, verify=ROUND),
}


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True)
class Rules:
    """One programme's calendar, windows, ladders, posts, areas and themes, as they stand at one moment."""

    calendar: Calendar
    directory: Directory
    ladders: Mapping[UUID, Ladder]
    current: Mapping[str, UUID]  # ladder key -> its newest version
    windows: Mapping[Severity, Windows] = field(default_factory=lambda: WINDOWS)
    rounds: tuple[Round, ...] = ()
    forums: tuple[date, ...] = ()
    themes: tuple[Theme, ...] = ()  # by code, the newest version first
    # Of ladders, stages, rounds, forums and closed days, as written: what all that are written so are called by language.
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    route: str = "2wd"
    decide: str = "5wd"
    tell_community: str = "10wd"
    sustain: str = ROUND
    review: str = "20wd"
    reminders: tuple[int, ...] = (7, 2)  # working days before the due day, furthest first (R25)
    reply_days: int = 5  # working days between telling the duty bearer and a public stage (R27)
    max_extensions: int = 2
    max_pauses: int = 2
    max_pause_days: int = 30
    # Keeps an agreed or extended date from escaping the ladder for ever (R15).
    max_action_days: int = 366
    reporter_days: int = 90  # R41: days after a finding's end until it is forgotten who reported it
    reporter_most_days: int = 365  # and days after it was written down, whatever becomes of the finding
    fewest_told: int = 5  # R42: a smaller count is not told to whoever sees no single finding
    four_eyes: bool = True
    # To duty bearers, people of the community side appear by their role alone; always so in safety mode (R43).
    community_by_role: bool = False

    @property
    def posts(self) -> Mapping[UUID, Post]:
        """The duty bearers."""
        return self.directory.posts

    @property
    def areas(self) -> Mapping[UUID, Area]:
        """The administrative tree."""
        return self.directory.areas

    def called(self, kept: str) -> str:
        """The name of a thing of the programme as the record keeps it, in the language of the moment while one is called so."""
        own = self.names.get(kept)
        return names.said(self.directory.said(kept), own)

    def called_ladder(self, kept: str, ladder_id: UUID | None) -> str:
        """The same of a ladder, by the translations of its own version where the record knows which one it was."""
        ladder = self.ladders.get(ladder_id) if ladder_id else None
        return ladder.said if ladder else self.called(kept)

    def called_stage(self, kept: str, number: int, ladder_id: UUID | None) -> str:
        """The same of a stage."""
        ladder = self.ladders.get(ladder_id) if ladder_id else None
        stage = ladder.stage(number) if ladder else None
        return stage.said if stage else self.called(kept)

    def theme_in_place_of(self, theme_id: UUID, day: date) -> Theme | None:
        """Under which theme what was begun under this one is logged on that day: itself, or what took its place since."""
        known = {theme.id: theme for theme in self.themes}
        theme = known.get(theme_id)
        for _step in known:  # so that a circle ends
            if theme is None or theme.current_on(day):
                return theme
            theme = known.get(theme.replaced_by) if theme.replaced_by else None
        return None

    def why_not_into(self, area_id: UUID | None) -> str | None:
        """Why nothing new comes into the area; None when it takes what comes (R29)."""
        area = self.areas.get(area_id) if area_id else None
        return area.why_not if area else None

    def ladder_for(self, party: Party, severity: Severity) -> Ladder:
        """The newest ladder for what this party owes (R5, R10)."""
        key = str(severity) if party is Party.DUTY_BEARER else REMINDERS
        return self.ladders[self.current[key]]

    def due(self, start: datetime, window: str) -> deadlines.Due:
        """When something is due that has `window` from `start`; see R11 for windows tied to a round or forum."""
        today = self.calendar.local_date(start)
        if window == ROUND:
            following = [r.last_on for r in self.rounds if r.first_on > today]
            return (
                deadlines.due_on(min(following), self.calendar) if following else self.due(start, UNPLANNED)
            )
        if window == FORUM:
            coming = [d for d in self.forums if d > today]
            return deadlines.due_on(min(coming), self.calendar) if coming else self.due(start, UNPLANNED)
        return deadlines.due(start, deadlines.parse_window(window), self.calendar)

    def window(self, kind: Kind, severity: Severity) -> str:
        """The window of an obligation of this kind (R9). An `act` has an agreed date instead."""
        of = self.windows[severity]
        match kind:
            case Kind.ROUTE:
                return self.route
            case Kind.ACKNOWLEDGE:
                return of.acknowledge
            case Kind.AGREE:
                return of.agree
            case Kind.ACT:
                return of.fix
            case Kind.VERIFY:
                return of.verify
            case Kind.DECIDE:
                return self.decide
            case Kind.TELL_COMMUNITY:
                return self.tell_community
            case Kind.SUSTAIN:
                return self.sustain
            case Kind.REVIEW:
                return self.review

    def unit(self, window: str) -> deadlines.Unit:
        """In what a window is counted; a date, round or forum counts as working days when a clock stops."""
        if window in (DATE, ROUND, FORUM):
            return deadlines.Unit.WORKING_DAYS
        return deadlines.parse_window(window).unit
