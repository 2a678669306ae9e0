"""Who is at work, at what moment, in which transaction? The only place that commits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Executable, Select, bindparam, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from clm_tracker.db import names, rules, subjects
from clm_tracker.db.base import POSTGRESQL, table_of
from clm_tracker.db.engine import KEPT, READING, Compiled
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import AreaRow, ProgrammeRow
from clm_tracker.domain import naming, policy
from clm_tracker.domain.cases import Case
from clm_tracker.domain.policy import Act, Actor, Subject
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import Side
from clm_tracker.kernel.clock import utc
from clm_tracker.kernel.refusals import NotAllowed, NotFound, NotNow
from clm_tracker.kernel.speech import N_, _

_NAMED = text("SELECT set_config('clm.unit', :unit, true)")
_ONE_AT_A_TIME = frozenset({Act.SET_UP, Act.IMPORT})
# Put together once for all pages.
_PROGRAMME = select(ProgrammeRow).where(ProgrammeRow.id == bindparam("of")).execution_options(**{KEPT: True})
_COLUMNS = select(table_of(ProgrammeRow)).where(ProgrammeRow.id == bindparam("of"))
BUSY = N_("Somebody else is changing this right now. Try again in a moment.")


@dataclass(frozen=True, slots=True)
class Memory:
    """What one process keeps of each programme, under its version."""

    of_programmes: dict[UUID, ProgrammeRow] = field(default_factory=dict)
    of_rules: rules.KeptRules = field(default_factory=rules.KeptRules)
    of_names: names.KeptNames = field(default_factory=names.KeptNames)
    # For a question whose plan is kept: it is put together once, and comes again.
    options: Mapping[str, Any] = field(default_factory=lambda: {"compiled_cache": Compiled()})


class Reading:
    """A look at the database: one picture, one moment, one actor. Nothing can be changed with it."""

    def __init__(
        self,
        at: Connection | Session,
        *,
        now: datetime,
        actor: Actor,
        programme_id: UUID | None,
        request: str | None,
        memory: Memory,
    ) -> None:
        self._at = at
        self.now = utc(now)
        self.actor = actor
        self.request = request
        self._programme_id = programme_id
        self._programme: ProgrammeRow | None = None
        self._memory = memory
        self._told: dict[UUID, frozenset[UUID]] = {}

    @cached_property
    def session(self) -> Session:
        """What rows are read as objects through: made when somebody asks, for many a look reads none."""
        if isinstance(self._at, Session):
            return self._at
        return Session(self._at, autoflush=False, expire_on_commit=False)

    @property
    def connection(self) -> Connection:
        """What questions for columns alone are asked through."""
        return self._at.connection() if isinstance(self._at, Session) else self._at

    @property
    def dialect(self) -> str:
        """What kind of database it looks at."""
        return self.connection.dialect.name

    def seen_by(self, actor: Actor) -> "Reading":
        """The same picture at the same moment with somebody else's eyes: what a letter may say is what its reader sees."""
        seen = Reading(
            self.session,
            now=self.now,
            actor=actor,
            programme_id=self._programme_id,
            request=self.request,
            memory=self._memory,
        )
        seen._programme = self.programme
        seen.__dict__["rules"] = self.rules
        return seen

    @property
    def programme_id(self) -> UUID:
        """The programme this unit works in. Raises NotFound where there is none."""
        if self._programme_id is None:
            raise NotFound("programme")
        return self._programme_id

    @property
    def programme(self) -> ProgrammeRow:
        """The programme's own row."""
        # Kept here, for a session forgets a row that nobody holds and would read it again for each question.
        if self._programme is None:
            self._programme = self.session.scalars(_PROGRAMME, {"of": self.programme_id}).one_or_none()
        if self._programme is None:
            raise NotFound("programme")
        return self._programme

    @property
    def today(self) -> date:
        """The local day in the programme's zone."""
        return rules.local_day(self.programme.timezone, self.now)

    @cached_property
    def rules(self) -> Rules:
        """Calendar, posts, areas, ladders and settings as they stand today."""
        return self.rules_of(self.programme)

    def rules_of(self, programme: ProgrammeRow) -> Rules:
        """Those of any programme, for whoever looks across all of them."""
        day = rules.local_day(programme.timezone, self.now)
        return self._memory.of_rules.get(programme, day, lambda: rules.load(self.session, programme, day))

    @property
    def known_names(self) -> names.Names:
        """The names of areas, sites and posts as they stand, to look something up by."""
        of = self.programme
        return self._memory.of_names.get(of, lambda: names.load(self.session, of.id, self.rules))

    def ask(self, question: Executable, given: Mapping[str, object]) -> Sequence[Any]:
        """The rows of a question for columns alone: of rows that are no objects a session need not keep count.

        In a unit of work, what is not flushed yet is not among them.
        """
        again = question.get_execution_options().get(KEPT)
        options = self._memory.options if again else None
        return self.connection.execute(question, given, execution_options=options).all()

    def subject(self, case: Case) -> Subject:
        """The case as the policy sees it."""
        finding_id = case.finding.id
        if finding_id not in self._told:
            self._told[finding_id] = subjects.told_posts(self.session, finding_id)
        return subjects.subject(case, self.rules, self._told[finding_id])

    def know_told(self, finding_id: UUID, posts: Iterable[UUID]) -> None:
        """Which posts had a notice about a finding, where that was read beside it: `subject` need not ask."""
        self._told[finding_id] = frozenset(posts)

    def side(self, case: Case) -> Side:
        """On which side the actor speaks about this finding."""
        return policy.side(self.actor, self.subject(case))

    def called(self, name: str, roles: str) -> str:
        """What somebody of the record, with these roles at the time, is called to this actor: the one place (decision 0010)."""
        by_role = self.programme.safety_mode or self.rules.community_by_role
        return naming.as_seen_by(self.actor, name, roles, by_role=by_role)

    def why_not(self, act: Act, subject: Case | Subject | None) -> str | None:
        """Why the actor may not do this: one sentence, or None when they may. Nobody acts in another programme."""
        if self.actor.programme_id != self._programme_id:
            return _("You have no role in this programme.")
        about = self.subject(subject) if isinstance(subject, Case) else subject
        return policy.why_not(self.actor, act, about, self.rules.areas if about else {})


class Writing(Reading):
    """A unit of work: everything in it is committed together at its end, or nothing is."""

    def __init__(
        self,
        session: Session,
        *,
        now: datetime,
        actor: Actor,
        programme_id: UUID | None,
        request: str | None,
        memory: Memory,
    ) -> None:
        super().__init__(
            session, now=now, actor=actor, programme_id=programme_id, request=request, memory=memory
        )
        self.id = new_id()
        self._cleared: set[tuple[Act, UUID | None]] = set()
        self._changed_set_up = False
        self._turn_taken = False

    def require(self, act: Act, subject: Case | None = None) -> None:
        """Ask whether the actor may do this, and clear it for this unit. Raises NotAllowed with the reason."""
        reason = self.why_not(act, subject)
        if reason is not None:
            raise NotAllowed(reason)
        if act in _ONE_AT_A_TIME and subject is None:
            self.take_turn()
        self._cleared.add((act, subject.finding.id if subject else None))

    def take_turn(self) -> None:
        """Wait until no other unit changes the set-up: what is checked here (a coordinator is left) is still so at the end.

        What hangs on findings goes on meanwhile.
        """
        if self._turn_taken or self._programme_id is None:
            return
        self._turn_taken = True
        self._programme = self.session.scalar(
            select(ProgrammeRow)
            .where(ProgrammeRow.id == self._programme_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        self.__dict__.pop("rules", None)

    def keep_area(self, area_id: UUID) -> None:
        """Let nobody close the area before this unit ends; the rules are read anew, with a closing that was waited for (R29).

        For what comes into an area without a turn at the set-up. Whoever closes one locks its whole row before counting; who
        only changes it, as a long import does, waits for nobody here and nobody for them.
        """
        kept = select(AreaRow.id).where(AreaRow.id == area_id)
        self.session.execute(kept.with_for_update(read=True, key_share=True))
        self._read_anew()

    def is_cleared(self, act: Act, finding_id: UUID | None) -> bool:
        """Was `require` asked for this act on this finding?

        The engine, and a change of the set-up, are cleared for all of their programme at once.
        """
        everywhere = act in {Act.RUN_ENGINE, Act.SET_UP} and (act, None) in self._cleared
        return everywhere or (act, finding_id) in self._cleared

    def set_up_changed(self) -> None:
        """From here on this unit reads the rules anew, and keeps them to itself: it may still be rolled back."""
        self._changed_set_up = True
        self._read_anew()

    def _read_anew(self) -> None:
        self.session.expire(self.programme)
        self.__dict__.pop("rules", None)

    @cached_property
    def rules(self) -> Rules:
        """Calendar, posts, areas, ladders and settings as they stand today, with this unit's own changes."""
        if self._changed_set_up:
            self.session.flush()
            return rules.load(self.session, self.programme, self.today)
        return self.rules_of(self.programme)


@dataclass(slots=True)
class Beginning:
    """A look that began before it was known who looks: what is asked to find that out, and what they are shown, are one picture.

    `programme`: its row, where it is known from the answer.
    """

    connection: Connection
    programme: ProgrammeRow | None = None

    def ask(self, question: Select[*tuple[Any, ...]], given: Mapping[str, object]) -> Sequence[Any]:
        """The rows of the question who is at the door."""
        return self.connection.execute(question, given, execution_options={KEPT: True}).all()

    @property
    def goes_on(self) -> bool:
        """Whether it is still the same picture."""
        return not self.connection.closed

    def let_go(self) -> None:
        """Give the connection back: what is asked or written afterwards takes one of its own, and nobody holds two."""
        self.programme = None
        self.connection.commit()
        self.connection.close()


class Store:
    """The database of one process: makes units of work, and keeps the rules they share."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._looking = engine.execution_options(**{READING: True})
        alone = {"isolation_level": "AUTOCOMMIT"} if engine.dialect.name == POSTGRESQL else {}
        self._asking = self._looking.execution_options(**alone)
        self._memory = Memory()

    def ask(self, question: Select[*tuple[Any, ...]], given: Mapping[str, object]) -> Sequence[Any]:
        """The rows of one question that stands alone, as who is at the door: it needs no transaction around it."""
        with self._asking.connect() as connection:
            return connection.execute(question, given, execution_options={KEPT: True}).all()

    def programme_at(self, of: UUID, version: int, begun: Beginning | None = None) -> ProgrammeRow:
        """A programme's own row at this version, read when it is not the one kept. It belongs to no session, and to all.

        The look that has `begun` knows it from then on.
        """
        kept = self._memory.of_programmes.get(of)
        if kept is None or kept.version != version:
            kept = ProgrammeRow(**(begun or self).ask(_COLUMNS, {"of": of})[0]._mapping)  # noqa: SLF001 - its public name
            self._memory.of_programmes[of] = kept
        if begun is not None:
            begun.programme = kept
        return kept

    @contextmanager
    def begun(self) -> Iterator[Beginning]:
        """The beginning of a look, for `reading`."""
        with self._looking.connect() as connection:
            begun = Beginning(connection)
            yield begun
            if begun.goes_on:
                begun.let_go()

    @contextmanager
    def reading(
        self,
        *,
        now: datetime,
        actor: Actor,
        programme_id: UUID | None,
        request: str | None = None,
        begun: Beginning | None = None,
    ) -> Iterator[Reading]:
        """A look, a new one or one that has `begun`: the database itself refuses changes in it."""
        with self.begun() if begun is None else nullcontext(begun) as beginning:
            look = Reading(
                beginning.connection,
                now=now,
                actor=actor,
                programme_id=programme_id,
                request=request,
                memory=self._memory,
            )
            if beginning.programme is not None and beginning.programme.id == programme_id:
                look._programme = beginning.programme  # noqa: SLF001 - this module's own
            yield look
            # Rolled back, the driver would forget the statements that it has prepared, and each would be planned again.
            beginning.let_go()

    @contextmanager
    def writing(
        self, *, now: datetime, actor: Actor, programme_id: UUID | None, request: str | None = None
    ) -> Iterator[Writing]:
        """A unit of work, committed when the block ends well and rolled back when it raises.

        Raises NotNow ("busy") when another unit held what this one needs for too long.
        """
        with Session(self.engine, expire_on_commit=False) as session, _busy_is_a_refusal():
            unit = Writing(
                session, now=now, actor=actor, programme_id=programme_id, request=request, memory=self._memory
            )
            if self.engine.dialect.name == POSTGRESQL:
                # What the database compares with the ledger before it lets a change through (migrations).
                session.execute(_NAMED, {"unit": str(unit.id)})
            yield unit
            session.commit()


@contextmanager
def _busy_is_a_refusal() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        state = getattr(error.orig, "sqlstate", None)
        # Lock not available, deadlock detected; SQLite says it in words.
        if state in {"55P03", "40P01"} or "database is locked" in str(error.orig):
            raise NotNow("busy", _(BUSY)) from error
        raise
