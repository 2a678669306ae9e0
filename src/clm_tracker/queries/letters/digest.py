"""What stands in the letter of the week: what moved, what is coming, what is late? (R41, R42, R43)

It is looked up as its reader when it leaves. Whoever sees no single finding reads totals, and of few things only that
they are few. In safety mode nothing that a finding says leaves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, or_, select

from clm_tracker import languages
from clm_tracker.db import actors, letters, load, tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.delivery.letters import Letter, Line, Section, wordings
from clm_tracker.domain import events as e
from clm_tracker.domain.policy import GRANTS, Act
from clm_tracker.domain.words import ActionState, LetterState, ObligationState, Role, Verdict
from clm_tracker.kernel.cldr import counted
from clm_tracker.kernel.speech import _, language
from clm_tracker.queries import owes, timeline, wording
from clm_tracker.queries.letters import batch, log
from clm_tracker.queries.letters.batch import Known
from clm_tracker.queries.letters.contents import Ways
from clm_tracker.queries.letters.readers import Addressee
from clm_tracker.queries.live import TICKING, live
from clm_tracker.queries.notices import ABOUT

MOST: Final = 10  # lines of one part
WEEK, LONGEST = timedelta(days=7), timedelta(days=35)
FARTHEST: Final = 50_000  # lines of the record: after a longer week the newest are told
MANY: Final = 1_000
_F, _O, _A, _L = tables.FindingRow, tables.ObligationRow, tables.ActionRow, tables.LedgerRow
_ANSWERS = (
    e.Acknowledged,
    e.Refused,
    e.Replied,
    e.TransferProposed,
    e.ActionProposed,
    e.ActionAgreed,
    e.ActionReported,
    e.ExtensionAsked,
)
_DECISIONS = (e.ProposalApproved, e.ProposalDeferred, e.ProposalRefused)
_TOLD = tuple(
    kind.kind
    for kind in (
        e.FindingOpened,
        *_ANSWERS,
        e.ActionVerified,
        e.StageEntered,
        *_DECISIONS,
        e.FindingResolved,
        e.FindingClosed,
    )
)


@dataclass(frozen=True, slots=True)
class _Week:
    """A look as the reader, since when, and where their pages are; nowhere without an account."""

    look: Reading
    since: datetime
    base_url: str | None

    def to(self, path: str) -> str | None:
        return f"{self.base_url}{path}" if self.base_url else None


def written(
    look: Reading, letter: letters.Letter, to: Addressee, ways: Ways, of: Known | None = None
) -> Letter | None:
    """The letter in its reader's language, as they may see things today; None when there is nothing to say.

    `of`: what was asked for a whole batch.
    """
    of = of or batch.known(look, [(letter, to)])
    reader = of.readers.get(letter.id)
    if reader is None:
        return None
    since = _since(look, letter)
    with languages.speaking(languages.chosen(languages.spoken(), to.language)):
        week = _Week(look.seen_by(reader), since, ways.base_url if to.reader.person_id else None)
        sections = tuple(s for s in _sections(week) if s.numbers)
        return _letter(week.look, sections, to, ways, of) if sections else None


def late(n: int) -> str:
    """How many things are late."""
    return counted(n, "{n} thing is late", "{n} things are late")


def _letter(look: Reading, sections: tuple[Section, ...], to: Addressee, ways: Ways, of: Known) -> Letter:
    words = wordings.said(wordings.DIGEST, of.own.get((wordings.DIGEST, language())))
    posts = [look.rules.posts[post].said for post in sorted(to.posts, key=str) if post in look.rules.posts]
    post = ", ".join(posts)
    places = {
        "programme": look.programme.said,
        "reader": to.name or post,
        "post": post or to.name,
        "count": str(len(sections)),
    }
    has_account = to.reader.person_id is not None
    return Letter(
        wording=wordings.DIGEST,
        language=language(),
        programme=look.programme.said,
        on=look.today,
        reader=to.name,
        post=post,
        subject=wordings.filled(words.subject, places),
        opening=wordings.filled(words.opening, places),
        ask=wordings.filled(words.ask, places) if _sees(look) else "",
        after=wordings.filled(words.after, places) if has_account else "",
        items=(),
        settings_url=f"{ways.base_url}/account/letters" if has_account else None,
        sections=sections,
    )


def _since(look: Reading, letter: letters.Letter) -> datetime:
    """When the reader's last letter of this kind left; a week ago for the first one."""
    row = tables.LetterRow
    mine = (
        row.person_id == letter.reader.person_id
        if letter.reader.person_id
        else row.holder_id == letter.reader.holder_id
    )
    before = look.session.scalar(
        select(func.max(row.ended_at)).where(
            mine,
            row.programme_id == look.programme_id,
            row.digest.is_(True),
            row.state == LetterState.SENT,
            row.id != letter.id,
        )
    )
    return max(before, look.now - LONGEST) if before else look.now - WEEK


def _sees(look: Reading) -> bool:
    return any(Act.SEE_FINDINGS in GRANTS[role] for role in look.actor.roles())


def _sections(week: _Week) -> Iterator[Section]:
    if not _sees(week.look):
        yield _totals(week)
        return
    yield _moved(week)
    yield _coming(week)
    yield _late(week)
    if Role.COORDINATOR in week.look.actor.roles():
        yield _to_mend(week)


def _moved(week: _Week) -> Section:
    look = week.look
    recent = timeline.latest(look) - FARTHEST
    query = (
        visible.visible(look)
        .with_only_columns(*timeline.SHOWN, _F.ref, _F.title)
        .select_from(_F)
        .join(_L, _L.finding_id == _F.id)
        .where(_L.programme_id == look.programme_id, _L.seq > recent, _L.at > week.since, _L.kind.in_(_TOLD))
    )
    by_kind = query.with_only_columns(_L.kind, func.count().label("n")).group_by(_L.kind)
    n = {r.kind: r.n for r in look.session.execute(by_kind)}
    kept, broken = _promises(week)
    opened, resolved = n.get(e.FindingOpened.kind, 0), n.get(e.FindingResolved.kind, 0)
    answers, stages = sum(n.get(kind.kind, 0) for kind in _ANSWERS), n.get(e.StageEntered.kind, 0)
    decided, closed = sum(n.get(kind.kind, 0) for kind in _DECISIONS), n.get(e.FindingClosed.kind, 0)
    missed = counted(broken, "{n} promise was not kept in time", "{n} promises were not kept in time")
    rows = look.session.execute(query.order_by(_L.seq.desc()).limit(MOST)).all() if n else []
    return Section(
        title=_("What moved"),
        numbers=_numbers(
            week,
            (opened, _opened(opened), "/findings"),
            (answers, counted(answers, "{n} answer came", "{n} answers came"), "/findings"),
            (kept, counted(kept, "{n} promise was kept", "{n} promises were kept"), "/findings"),
            (broken, missed, "/findings?overdue=yes"),
            (stages, counted(stages, "{n} stage began", "{n} stages began"), "/findings?sort=stage"),
            (
                decided,
                counted(
                    decided, "{n} decision was made about a stage", "{n} decisions were made about stages"
                ),
                "/findings?sort=stage",
            ),
            (resolved, _resolved(resolved), "/findings?status=resolved"),
            (
                closed,
                counted(closed, "{n} finding was closed", "{n} findings were closed"),
                "/findings?status=closed",
            ),
        ),
        lines=tuple(_line(week, r.ref, r.title, _happened(look, r)) for r in rows),
    )


def _numbers(week: _Week, *told: tuple[int, str, str]) -> tuple[Line, ...]:
    """How much of each there is, with the list of it; of what there is none nothing is said."""
    return tuple(Line(text=text, url=week.to(path)) for n, text, path in told if n)


def _opened(n: int) -> str:
    return counted(n, "{n} finding was opened", "{n} findings were opened")


def _resolved(n: int) -> str:
    return counted(n, "{n} finding was resolved", "{n} findings were resolved")


def _happened(look: Reading, r: Any) -> str:  # noqa: ANN401 - a row of the timeline
    """The sentence of a line; what kind of thing it was where no words of a finding may leave."""
    if look.programme.safety_mode:
        return wording.ended(wording.upper(ABOUT.get(r.kind, wording.spaced(r.kind))))
    return timeline.entry(look, r).sentence


def _line(week: _Week, ref: str, title: str, what: str) -> Line:
    said = (
        _("{ref}: {what}").format(ref=ref, what=what)
        if week.look.programme.safety_mode
        else _("{ref}, {title}: {what}").format(ref=ref, title=wording.titled(title), what=what)
    )
    return Line(text=said, url=week.to(f"/findings/{ref}"))


def _promises(week: _Week) -> tuple[int, int]:
    """How many promises were kept by their first date in this time, and of how many that date went by."""
    look = week.look
    local = look.rules.calendar.local_date
    went_by = (_A.first_due_on >= local(week.since)) & (_A.first_due_on < look.today)
    fixed = (_A.state == ActionState.VERIFIED) & (_A.verdict == Verdict.FIXED) & (_A.verified_at > week.since)
    rows = look.session.execute(
        visible.visible(look)
        .with_only_columns(_A.first_due_on, _A.reported_at, fixed.label("fixed"), went_by.label("went_by"))
        .select_from(_F)
        .join(_A, _A.finding_id == _F.id)
        .where(_A.agreed_on.is_not(None), _A.first_due_on.is_not(None), _A.state != ActionState.DROPPED)
        .where(or_(went_by, fixed), *_of_mine(look, _A.duty_bearer_id))
        .limit(MANY)
    ).all()
    in_time = [r.reported_at is not None and local(r.reported_at) <= r.first_due_on for r in rows]
    pairs = list(zip(rows, in_time, strict=True))
    return sum(r.fixed and ok for r, ok in pairs), sum(r.went_by and not ok for r, ok in pairs)


def _of_mine(look: Reading, post: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a column
    """For whoever is a duty bearer and nothing else: what their own posts owe."""
    only = {role for role in look.actor.roles() if Act.SEE_FINDINGS in GRANTS[role]} == {Role.DUTY_BEARER}
    return [post.in_(sorted(look.actor.posts))] if only else []


def _owed(look: Reading) -> Select[Any]:
    return visible.owed(look).where(live(_O), *_of_mine(look, _O.duty_bearer_id))


def _coming(week: _Week) -> Section:
    look = week.look
    soon = look.now + WEEK
    due = _owed(look).where(_O.state.in_(TICKING), _O.due_at > look.now, _O.due_at <= soon)
    begins = _owed(look).where(
        _O.state == ObligationState.RUNNING, _O.next_step_at >= look.now, _O.next_step_at <= soon
    )
    asked = _owed(look).where(_O.state == ObligationState.AWAITING_DECISION)
    n, steps, decisions = _counts(look, due, begins, asked)
    if Role.COMMITTEE not in look.actor.roles():
        decisions = 0
    stages = counted(
        steps,
        "{n} stage begins or is proposed to the committee if nothing is done",
        "{n} stages begin or are proposed to the committee if nothing is done",
    )
    waiting = counted(decisions, "{n} decision waits for you", "{n} decisions wait for you")
    return Section(
        title=_("What is coming in the next seven days"),
        numbers=_numbers(
            week,
            (n, counted(n, "{n} thing falls due", "{n} things fall due"), "/findings?sort=due"),
            (steps, stages, "/next"),
            (decisions, waiting, "/decisions"),
        ),
        lines=_first(week, due) if n else (),
    )


def _late(week: _Week) -> Section:
    look = week.look
    query = _owed(look).where(_O.state.in_(TICKING), _O.due_at <= look.now)
    (n,) = _counts(look, query)
    numbers = _numbers(week, (n, late(n), "/findings?overdue=yes"))
    if n and Role.COMMITTEE in look.actor.roles():
        by_stage = query.with_only_columns(_O.stage, func.count().label("n")).group_by(_O.stage)
        numbers += tuple(
            Line(
                text=_("At stage {stage}: {n}").format(stage=r.stage, n=r.n),
                url=week.to(f"/findings?overdue=yes&stage={r.stage}"),
            )
            for r in look.session.execute(by_stage.order_by(_O.stage))
        )
    return Section(title=_("What is late"), numbers=numbers, lines=_first(week, query) if n else ())


def _first(week: _Week, query: Select[Any]) -> tuple[Line, ...]:
    """The few that are due first, with who owes what by when."""
    look = week.look
    ids = look.session.scalars(query.with_only_columns(_O.id).order_by(_O.due_at, _O.id).limit(MOST)).all()
    owed = sorted(load.rows(look.session, "obligation", _O.id.in_(ids)), key=lambda o: (o.due_at, str(o.id)))
    heads = look.session.execute(
        visible.visible(look)
        .with_only_columns(_F.id, _F.ref, _F.title)
        .where(_F.id.in_(sorted({o.finding_id for o in owed})))
    )
    named = {r.id: r for r in heads}
    return tuple(
        _line(
            week,
            named[o.finding_id].ref,
            named[o.finding_id].title,
            owes.of(o, look.rules, look.now).sentence,
        )
        for o in owed
    )


def _counts(look: Reading, *queries: Select[Any]) -> tuple[int, ...]:
    """How many obligations each of these has, in one statement."""
    parts = [
        select(func.count()).select_from(q.with_only_columns(_O.id).subquery()).scalar_subquery()
        for q in queries
    ]
    return tuple(look.session.execute(select(*parts)).one())


def _to_mend(week: _Week) -> Section:
    """What a coordinator has to look after: letters, what could not be decided, what the brake holds."""
    look = week.look
    letters_ = log.waiting(look).undelivered.n
    own = select(_O).where(_O.programme_id == look.programme_id)
    held = own.where(
        _O.state == ObligationState.RUNNING, _O.next_check_at.is_(None), _O.next_step_at.is_not(None)
    )
    parked, braked = _counts(look, own.where(_O.parked_until.is_not(None)), held)
    undelivered = counted(letters_, "{n} letter could not be delivered", "{n} letters could not be delivered")
    undecided = counted(parked, "{n} thing could not be decided", "{n} things could not be decided")
    return Section(
        title=_("What needs looking after"),
        numbers=_numbers(
            week,
            (letters_, undelivered, "/letters?state=dead"),
            (parked, undecided, "/engine"),
            (braked, counted(braked, "The brake holds {n} stage", "The brake holds {n} stages"), "/engine"),
        ),
    )


def _totals(week: _Week) -> Section:
    """Three totals of the whole programme; of few it is only said that they are few."""
    look = week.look.seen_by(actors.within(actors.ENGINE, week.look.programme_id))
    whole = replace(week, look=look)
    recent = timeline.latest(look) - FARTHEST
    kinds = (e.FindingOpened.kind, e.FindingResolved.kind)
    by_kind = (
        select(_L.kind, func.count().label("n"))
        .where(_L.programme_id == look.programme_id, _L.seq > recent, _L.at > whole.since, _L.kind.in_(kinds))
        .group_by(_L.kind)
    )
    n = {r.kind: r.n for r in look.session.execute(by_kind)}
    (overdue,) = _counts(look, _owed(look).where(_O.state.in_(TICKING), _O.due_at <= look.now))
    opened, resolved = n.get(e.FindingOpened.kind, 0), n.get(e.FindingResolved.kind, 0)
    fewest = look.rules.fewest_told
    few = str(fewest)
    told = (
        (opened, _opened(opened), _("Fewer than {n} findings were opened").format(n=few)),
        (resolved, _resolved(resolved), _("Fewer than {n} findings were resolved").format(n=few)),
        (overdue, late(overdue), _("Fewer than {n} things are late").format(n=few)),
    )
    return Section(
        title=_("The week in numbers"),
        numbers=tuple(Line(text=exact if n >= fewest else hidden) for n, exact, hidden in told if n),
    )
