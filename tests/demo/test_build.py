"""Is everything that the demonstration is meant to show in the database, and does all of it keep the law?"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import create_engine, func, select

from clm_tracker.cli.demo import send
from clm_tracker.db import actors, load
from clm_tracker.db.base import Base
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import (
    ActionRow,
    BrakeRow,
    DutyBearerRow,
    FindingRow,
    HolderRow,
    ImportRow,
    InvitationRow,
    LadderRow,
    LedgerRow,
    NoticeRow,
    ObligationRow,
    PersonRow,
    ProposalRow,
)
from clm_tracker.db.units import Reading, Store
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.demo import people, programme
from clm_tracker.demo.build import build
from clm_tracker.demo.findings import FINDINGS
from clm_tracker.demo.findings.entry import Entry
from clm_tracker.demo.plots import PLOTS
from clm_tracker.demo.plots.step import Act, Aim
from clm_tracker.demo.running import find
from clm_tracker.domain import ladders
from clm_tracker.domain.cases import Case
from clm_tracker.domain.events import KINDS
from clm_tracker.domain.words import (
    LIVE,
    ActionState,
    Agreement,
    ClosedAs,
    FindingStatus,
    Kind,
    ObligationState,
    Party,
    PauseReason,
    ProposalState,
    Role,
    Verdict,
)
from clm_tracker.jobs import housekeeping
from clm_tracker.queries import health
from clm_tracker.settings import Settings


@contextmanager
def looking(store: Store) -> Iterator[Reading]:
    programme_id = find(store)
    assert programme_id is not None
    actor = actors.within(actors.ENGINE, programme_id)
    with store.reading(now=programme.TODAY_AT, actor=actor, programme_id=programme_id) as look:
        yield look


@pytest.fixture(scope="session")
def cases(built: Store) -> dict[str, Case]:
    """Every finding with all that hangs on it, by its key."""
    with looking(built) as look:
        ids = {row.title: row.id for row in look.session.execute(select(FindingRow.title, FindingRow.id))}
        return {one.key: load.case(look, ids[one.title], lock=False) for one in FINDINGS}


def living(cases: dict[str, Case], plot: str) -> list[Case]:
    return [cases[one.key] for one in FINDINGS if one.plot == plot]


def stage(case: Case) -> int:
    """The stage that the duty bearer's live obligations stand on."""
    return max((o.stage for o in case.live() if o.owed_by is Party.DUTY_BEARER), default=0)


# -- what each plot aims at -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", FINDINGS, ids=lambda one: one.key)
def test_a_finding_stands_today_where_its_plot_aims(entry: Entry, cases: dict[str, Case]) -> None:
    case, plot = cases[entry.key], PLOTS[entry.plot]
    live = {(o.kind, o.state) for o in case.live()}
    kinds = {kind for kind, _ in live}
    match plot.aim:
        case Aim.DRAFT:
            assert case.finding.status is FindingStatus.DRAFT
        case Aim.TO_ROUTE:
            assert kinds == {Kind.ROUTE}
        case Aim.RUNNING:
            assert case.finding.status is FindingStatus.OPEN
            assert stage(case) == 0
            assert ObligationState.RUNNING in {state for _, state in live}
        case Aim.PAUSED:
            assert ObligationState.PAUSED in {state for _, state in live}
        case Aim.TO_VERIFY:
            assert {(Kind.VERIFY, ObligationState.RUNNING), (Kind.ACT, ObligationState.SUSPENDED)} <= live
        case Aim.TO_CONFIRM:
            assert case.finding.resolve_proposed_by is not None
            assert case.finding.status is FindingStatus.OPEN
        case Aim.CLIMBING:
            assert stage(case) == plot.stage
        case Aim.RESOLVED:
            assert case.finding.status is FindingStatus.RESOLVED
        case Aim.CLOSED:
            assert case.finding.status is FindingStatus.CLOSED


def test_a_finding_goes_where_the_content_says(cases: dict[str, Case], built: Store) -> None:
    with looking(built) as look:
        names = {id: post.name for id, post in look.rules.posts.items()}
    titles = {one.key: f"{one.title}, {one.institution}" for one in people.POSTS}
    for entry in FINDINGS:
        expected = people.route(entry.place, entry.theme)
        for step in PLOTS[entry.plot].steps:
            if step.act in {Act.ROUTE, Act.ACCEPT_TRANSFER}:
                expected = step.to or entry.transfer_to
        if PLOTS[entry.plot].aim is Aim.DRAFT:
            expected = ""
        post = cases[entry.key].finding.duty_bearer_id
        assert (names[post] if post else None) == titles.get(expected), entry.key


# -- what has to be there ---------------------------------------------------------------------------------------------


def test_every_stage_of_every_ladder_is_occupied(built: Store) -> None:
    with looking(built) as look:
        rows = look.session.execute(
            select(LadderRow.key, ObligationRow.stage)
            .join(LadderRow, LadderRow.id == ObligationRow.ladder_id)
            .where(ObligationRow.stage > 0, ObligationRow.state.in_(LIVE))
        )
        held = {(row.key, row.stage) for row in rows}
    expected = {(key, stage.number) for key, (_, stages) in ladders.shipped().items() for stage in stages}
    assert len(expected) == 4 * 8 + 3
    assert held == expected


def test_promises_were_kept_broken_stretched_and_set(cases: dict[str, Case], built: Store) -> None:
    with looking(built) as look:
        actions = look.session.scalars(select(ActionRow)).all()
    in_time = [
        one
        for one in actions
        if one.state is ActionState.VERIFIED
        and one.reported_at is not None
        and one.first_due_on is not None
        and one.reported_at.date() <= one.first_due_on
    ]
    assert len(in_time) >= 8
    broken = [
        o
        for case in cases.values()
        for o in case.live(Kind.ACT)
        if o.first_due_at <= programme.TODAY_AT and o.state is ObligationState.RUNNING
    ]
    assert len(broken) >= 4
    assert {one.extensions for one in actions} == {0, 1, 2}
    assert {one.agreement for one in actions} == set(Agreement)
    assert {one.state for one in actions} == set(ActionState)
    assert {one.verdict for one in actions} >= set(Verdict)


def test_clocks_stand_still_and_stood_still(cases: dict[str, Case]) -> None:
    owed = [o for case in cases.values() for o in case.obligations.values()]
    paused = [o for o in owed if o.state is ObligationState.PAUSED]
    assert {o.pause_reason for o in paused} >= {PauseReason.SAFETY, PauseReason.FORCE_MAJEURE}
    assert all(o.pause_until is None for o in paused if o.pause_reason is PauseReason.SAFETY)
    assert PauseReason.AGREED in {reason for o in owed for _, _, reason in o.stops}


def test_findings_moved_ended_and_came_back(cases: dict[str, Case]) -> None:
    found = [case.finding for case in cases.values()]
    assert any(one.transfers for one in found)
    assert any(one.transfer_to for one in found)
    assert any(one.reopened for one in found)
    assert {one.closed_as for one in found} == {None, *ClosedAs}
    repeated = {one.recurrence_of for one in found} - {None}
    assert repeated == {cases["condoms-reception"].finding.id}


def test_the_committee_decided_in_every_way(built: Store) -> None:
    with looking(built) as look:
        proposals = look.session.scalars(select(ProposalRow)).all()
    assert {one.state for one in proposals} >= {
        ProposalState.WAITING,
        ProposalState.DEFERRED,
        ProposalState.APPROVED,
        ProposalState.REFUSED,
    }
    for one in proposals:
        if one.public and one.state is ProposalState.APPROVED:
            assert one.reply
            assert one.risk_at is not None
            assert len(set(one.approved_by)) == 2


def test_everything_that_people_can_do_to_a_finding_was_done(built: Store) -> None:
    with looking(built) as look:
        told = set(look.session.scalars(select(LedgerRow.kind).distinct()))
    never = {
        "brake_set", "brake_released", "parked",  # the engine never stumbled
    }  # fmt: skip
    assert never.isdisjoint(told)
    assert told <= KINDS.keys()
    assert {
        "refused",
        "transfer_declined",
        "action_imposed",
        "action_dropped",
        "review_done",
        "replied",
    } <= told


def test_answers_are_given_by_posts_with_an_account_and_recorded_for_the_others(built: Store) -> None:
    with looking(built) as look:
        rows = look.session.execute(
            select(LedgerRow.actor_role, LedgerRow.facts).where(LedgerRow.kind == "acknowledged")
        ).all()
    own = [row for row in rows if row.actor_role == Role.DUTY_BEARER]
    recorded = [row for row in rows if row.facts["on_behalf_of"]]
    assert own
    assert recorded
    assert len(own) + len(recorded) == len(rows)


def test_posts_changed_hands(built: Store) -> None:
    with looking(built) as look:
        held = look.session.execute(
            select(DutyBearerRow.level, HolderRow.name, HolderRow.to_on).join(
                HolderRow, HolderRow.duty_bearer_id == DutyBearerRow.id
            )
        ).all()
        fell = look.session.scalars(select(LedgerRow.facts).where(LedgerRow.kind == "stage_entered")).all()
    expected = {(one.name, one.until) for one in people.HOLDERS}
    assert {(row.name, row.to_on) for row in held} == expected
    assert any(facts["fell_through"] for facts in fell), "The vacant district was passed over."


def test_one_link_waits_for_somebody_who_was_invited(built: Store) -> None:
    with looking(built) as look:
        waits = look.session.execute(
            select(PersonRow.name, PersonRow.password_hash, InvitationRow.expires_at).join(
                InvitationRow, InvitationRow.person_id == PersonRow.id
            )
        ).all()
    assert [(row.name, row.password_hash) for row in waits] == [(people.INVITED.name, None)]
    assert waits[0].expires_at > programme.TODAY_AT


# -- the law ----------------------------------------------------------------------------------------------------------


def test_one_list_was_taken_in_and_stays_when_one_that_was_only_looked_at_goes(built: Store) -> None:
    with looking(built) as look:
        taken, waits = look.session.scalars(select(ImportRow).order_by(ImportRow.created_at))
        old = look.now - housekeeping.FILES_KEPT
    assert (taken.name, taken.report["refused"]) == (programme.AREAS.name, [])
    assert taken.done_at == taken.created_at < old
    assert (waits.name, waits.done_at) == (programme.NEW_AREAS.name, None)
    assert waits.created_at < old, "Housekeeping takes it away, so that one alone would leave the page empty."


def test_the_ledger_tells_every_finding_as_it_stands(cases: dict[str, Case], built: Store) -> None:
    """R37."""
    with looking(built) as look:
        for case in cases.values():
            assert load.replayed(look.session, case.finding.id) == case


def test_the_auditor_finds_nothing_and_the_brake_was_never_set(built: Store) -> None:
    """R31, R33."""
    found = health.engine(built, programme.TODAY_AT)
    assert found.problems == ()
    assert found.parked == ()
    with looking(built) as look:
        assert look.session.scalar(select(func.count()).select_from(BrakeRow)) == 0


def test_the_story_is_told_in_order_of_time(built: Store) -> None:
    with looking(built) as look:
        moments = look.session.scalars(select(LedgerRow.at).order_by(LedgerRow.seq)).all()
    assert list(moments) == sorted(moments)
    assert moments[0] == programme.STARTS_AT
    assert moments[-1] <= programme.TODAY_AT


def test_nobody_is_told_of_a_draft_and_each_stage_tells_somebody(built: Store) -> None:
    with looking(built) as look:
        told = Counter(look.session.scalars(select(NoticeRow.finding_id)))
        drafts = look.session.scalars(select(FindingRow.id).where(FindingRow.status == FindingStatus.DRAFT))
        assert [one for one in drafts if told[one]] == []
        entered = look.session.scalars(select(LedgerRow.finding_id).where(LedgerRow.kind == "stage_entered"))
        assert [one for one in entered if not told[one]] == []


def test_the_same_seed_gives_the_same_rows(prepared: Settings, sqlite_url: str) -> None:
    """But for passwords, whose hash has its own salt each time (without passwords there is none), and secret words of links."""
    engine = make_engine(sqlite_url)
    build(Store(engine), EvidenceStore.at("memory:///"), send=partial(send, prepared))
    engine.dispose()
    one, other = create_engine(prepared.database_url), create_engine(sqlite_url)
    with one.connect() as first, other.connect() as second:
        for table in Base.metadata.sorted_tables:
            query = select(*(c for c in table.c if c.name not in {"password_hash", "hash"})).order_by(
                *table.primary_key
            )
            assert first.execute(query).all() == second.execute(query).all(), table.name
        kept = select(PersonRow.password_hash)
        hashes = set(first.scalars(kept)) - {None}  # who was invited has none yet
        assert len(hashes) == 1, "One password, hashed once."
        assert set(second.scalars(kept)) == {None}
    one.dispose()
    other.dispose()
