"""Is everything that changes in the ledger, once, and only for whom it was cleared? (R23, R35, R37)"""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from clm_tracker.db import changes, load
from clm_tracker.db.tables import FindingTermsRow, LedgerRow, NoticeRow, ObligationRow, ProgrammeRow
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.typed import load_event
from clm_tracker.db.units import Store
from clm_tracker.domain import actions, deadlines, escalation, findings, obligations
from clm_tracker.domain.cases import ROWS, Case, Story, Told
from clm_tracker.domain.events import Acknowledged, BrakeSet, StageEntered
from clm_tracker.domain.policy import Act, Actor
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import Kind, Side
from clm_tracker.kernel.refusals import NotAllowed, NotFound, Stale
from tests.db import kept
from tests.db.kept import CHAN, CHIEF, DARA, ENGINE
from tests.domain.world import NOW, PROGRAMME, the


def acknowledged(store: Store) -> Case:
    finding = kept.opened(store)
    with store.writing(now=NOW, actor=CHIEF, programme_id=PROGRAMME) as unit:
        case = load.case(unit, finding.id)
        kept.put(unit, Act.ACKNOWLEDGE, case, findings.acknowledge(case, unit.rules, unit.now))
    return kept.case(store, finding)


def test_columns_are_the_fields_of_the_domain() -> None:
    for name, cls in ROWS.items():
        columns = {c.name: c for c in TABLES[name].columns}
        wanted = {f.name: f for f in fields(cls)}
        assert wanted.keys() <= columns.keys(), f"{name} lacks {sorted(wanted.keys() - columns.keys())}"
        optional = {n for n, f in wanted.items() if "None" in str(f.type)}
        assert {n for n in wanted if columns[n].nullable} == optional, f"{name}: which may be empty differs"


def test_what_was_told_is_kept_and_told_again(store: Store) -> None:
    """R37: replaying the ledger gives the rows."""
    case = acknowledged(store)
    assert [o.kind for o in case.live()] == [Kind.AGREE]
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        assert load.replayed(unit.session, case.finding.id) == case
        assert load.replayed(unit.session, the("nothing")) is None


def test_every_change_has_a_line_that_says_who_and_what(store: Store) -> None:
    """R35."""
    case = acknowledged(store)
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        lines = unit.session.scalars(
            select(LedgerRow).where(LedgerRow.finding_id == case.finding.id).order_by(LedgerRow.seq)
        ).all()
    assert [line.kind for line in lines][:3] == ["finding_drafted", "finding_opened", "obligation_opened"]
    one = next(line for line in lines if line.kind == "acknowledged")
    assert (one.actor_id, one.actor_name, one.actor_role) == (CHIEF.id, "Sok", "duty_bearer")
    assert (one.act, one.at, one.finding_id) == ("acknowledge", NOW, case.finding.id)
    assert isinstance(load_event(one.kind, one.facts), Acknowledged)
    assert len({line.unit for line in lines}) == 3, "one unit for each transaction"


def test_the_next_check_is_kept_with_the_change(store: Store) -> None:
    """R24."""
    case = acknowledged(store)
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        kept_at = dict(unit.session.execute(select(ObligationRow.id, ObligationRow.next_check_at)).all())
        assert kept_at == {o.id: escalation.wake(o, unit.rules, NOW) for o in case.obligations.values()}
        assert sorted(at is None for at in kept_at.values()) == [False, True]


def test_a_change_takes_an_obligation_out_of_parking(store: Store) -> None:
    """R32."""
    finding = kept.opened(store)
    with store.writing(now=NOW, actor=ENGINE, programme_id=PROGRAMME) as unit:
        row = unit.session.scalars(select(ObligationRow)).one()
        row.park_count, row.problem, row.parked_until = 2, "bad", NOW + timedelta(hours=1)
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        case = load.case(unit, finding.ref)
        [owed] = case.live()
        due = deadlines.due_on(owed.due_on + timedelta(days=7), unit.rules.calendar)
        story = Story(case, unit.now)
        obligations.move_due(story, owed, due, unit.rules, "a holiday was added")
        kept.put(unit, Act.EDIT_FINDING, case, story)
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as look:
        row = look.session.scalars(select(ObligationRow)).one()
        assert (row.park_count, row.problem, row.parked_until, row.due_on) == (0, None, None, due.on)


def test_a_finding_is_found_by_its_words(store: Store) -> None:
    finding = kept.draft(store, title="No ARVs at Sangkae", description="Since MONDAY")
    with store.writing(now=NOW, actor=CHAN, programme_id=PROGRAMME) as unit:
        case = load.case(unit, finding.ref)
        kept.put(
            unit, Act.EDIT_FINDING, case, findings.edit(case, {"description": "Since Tuesday"}, unit.now)
        )
    with store.reading(now=NOW, actor=CHAN, programme_id=PROGRAMME) as look:
        row = FindingTermsRow
        said = str(look.session.scalar(select(row.terms).where(row.finding_id == finding.id)))
        for term in ("kh", "2026", "0001", "no", "arvs", "at", "sangkae", "since", "tuesday"):
            assert term in said
        assert "monday" not in said


def test_nobody_changes_without_having_asked(store: Store) -> None:
    finding = kept.opened(store)
    case = kept.case(store, finding)
    story = findings.acknowledge(case, _rules(store), NOW)
    with (
        pytest.raises(AssertionError, match="Nobody was cleared for acknowledge on KH-2026-0001"),
        store.writing(now=NOW, actor=CHIEF, programme_id=PROGRAMME) as unit,
    ):
        unit.require(Act.ACKNOWLEDGE)  # in general is not for this finding
        changes.apply(unit, Act.ACKNOWLEDGE, case, story.told)
    with (
        pytest.raises(AssertionError, match="Nobody was cleared for acknowledge"),
        store.writing(now=NOW, actor=CHIEF, programme_id=PROGRAMME) as unit,
    ):
        unit.require(Act.PROPOSE_ACTION, case)
        changes.apply(unit, Act.ACKNOWLEDGE, case, story.told)
    assert kept.case(store, finding) == case


def test_who_may_not_is_told_why(store: Store) -> None:
    finding = kept.opened(store)
    with (
        pytest.raises(NotAllowed, match="Only the community side resolves a finding"),
        store.writing(now=NOW, actor=CHIEF, programme_id=PROGRAMME) as unit,
    ):
        unit.require(Act.RESOLVE, load.case(unit, finding.ref))


def test_who_comes_second_with_old_knowledge_is_told(store: Store) -> None:
    finding = kept.opened(store)
    seen = kept.case(store, finding)
    acknowledge = findings.acknowledge(seen, _rules(store), NOW).told
    _carry_out(store, seen, acknowledge, Act.ACKNOWLEDGE, CHIEF)
    with pytest.raises(Stale, match="Somebody changed this in the meantime"):
        _carry_out(store, seen, acknowledge, Act.ACKNOWLEDGE, CHIEF)
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        said = unit.session.scalar(select(func.count()).where(LedgerRow.kind == "acknowledged"))
        assert said == 1
        assert load.replayed(unit.session, finding.id) == load.case(unit, finding.id)


def test_a_stage_is_entered_once_for_one_due_date(store: Store) -> None:
    """R23: the ledger itself refuses the second one, and with it everything of its unit."""
    finding = kept.opened(store)
    case = kept.case(store, finding)
    [owed] = case.live()
    late = owed.next_step_at
    assert late is not None
    first, again = _entered(store, case), _entered(store, case)
    _carry_out(store, case, first)
    fresh = kept.case(store, finding)
    changed = [replace(again[0], changes=()), *again[1:]]
    with pytest.raises(Stale, match="already entered"):
        _carry_out(store, fresh, changed)
    with store.reading(now=late, actor=DARA, programme_id=PROGRAMME) as unit:
        [line] = unit.session.scalars(select(LedgerRow).where(LedgerRow.kind == StageEntered.kind)).all()
        assert line.dedup == f"{owed.id}:1:1"
        notices = unit.session.scalars(select(NoticeRow).where(NoticeRow.kind == StageEntered.kind)).all()
        assert [n.duty_bearer_id for n in notices] == [the("Chief")]
        assert {n.unit for n in notices} == {line.unit}


def test_many_cases_are_changed_as_one(store: Store) -> None:
    found = [kept.opened(store, id=the(f"f{n}"), ref=f"KH-2026-1{n:03}") for n in range(3)]
    cases = [kept.case(store, one) for one in found]
    with store.writing(now=NOW, actor=ENGINE, programme_id=PROGRAMME) as unit:
        unit.require(Act.RUN_ENGINE)
        changes.apply_many(unit, Act.RUN_ENGINE, [(case, _entered(store, case)) for case in cases])
    for one in found:
        assert kept.case(store, one).stage == 1
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as look:
        assert all(load.replayed(look.session, one.id) == load.case(look, one.id) for one in found)


def test_one_bad_case_takes_the_whole_unit_with_it(store: Store) -> None:
    found = [kept.opened(store, id=the(f"f{n}"), ref=f"KH-2026-1{n:03}") for n in range(2)]
    good, old = (kept.case(store, one) for one in found)
    _carry_out(store, old, _entered(store, old))
    with (
        pytest.raises(Stale),
        store.writing(now=NOW, actor=ENGINE, programme_id=PROGRAMME) as unit,
    ):
        unit.require(Act.RUN_ENGINE)
        changes.apply_many(unit, Act.RUN_ENGINE, [(good, _entered(store, good)), (old, _entered(store, old))])
    assert kept.case(store, found[0]) == good


def test_actions_and_what_hangs_on_them_come_back_as_they_were(store: Store) -> None:
    case = acknowledged(store)
    with store.writing(now=NOW, actor=CHIEF, programme_id=PROGRAMME) as unit:
        case = load.case(unit, case.finding.id)
        story = actions.propose(
            case,
            CHIEF.id,
            Side.DUTY_BEARER,
            unit.rules,
            unit.now,
            what="Order a month of stock",
            expected="No empty shelf",
            how_checked="A visit",
            due_on=NOW.date() + timedelta(days=20),
        )
        kept.put(unit, Act.PROPOSE_ACTION, case, story)
    after = kept.case(store, case.finding)
    assert after == story.case
    [action] = after.actions.values()
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as look:
        assert load.case_of(look, "action", action.id) == after
        assert load.replayed(look.session, case.finding.id) == after
        with pytest.raises(NotFound):
            load.case_of(look, "action", the("nothing"))


def test_what_is_ones_own_is_recorded_and_nothing_kept_is_read_again_for_it(store: Store) -> None:
    """R35: one view that somebody saved for themselves makes no process forget the rules of the whole programme."""

    def version() -> int:
        with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as look:
            return look.session.scalars(select(ProgrammeRow.version)).one()

    rules, before = _rules(store), version()
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        unit.require(Act.OWN_ACCOUNT)
        changes.record(unit, Act.OWN_ACCOUNT, "view", the("view"), "changed a view of their own", {}, {})
        assert unit.rules is rules
    assert _rules(store) is rules
    assert version() == before
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as look:
        line = look.session.scalars(select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(1)).one()
        assert (line.kind, line.subject) == ("recorded", "view")


def test_set_up_is_recorded_and_seen_by_the_next_unit(store: Store) -> None:
    """R35 for reference data; and the rules that were kept in the process give way to the new ones."""
    before = _rules(store)
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        unit.require(Act.SET_UP)
        unit.programme.settings = {"route": "3wd"}
        changes.record(
            unit, Act.SET_UP, "programme", PROGRAMME, "changed a window", {"route": "2wd"}, {"route": "3wd"}
        )
        assert unit.rules.route == "3wd", "the unit itself sees what it changed"
    assert (before.route, _rules(store).route) == ("2wd", "3wd")
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as look:
        assert look.session.scalars(select(ProgrammeRow.version)).one() == 3
        line = look.session.scalars(select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(1)).one()
        assert (line.kind, line.facts, line.subject) == (
            "recorded",
            {"what": "changed a window"},
            "programme",
        )
        [change] = line.changes
        assert (change["before"], change["after"]) == ({"route": "2wd"}, {"route": "3wd"})


def test_set_up_that_is_rolled_back_was_never_there(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        unit.require(Act.SET_UP)
        unit.programme.settings = {"route": "9wd"}
        changes.record(unit, Act.SET_UP, "programme", PROGRAMME, "changed a window", {}, {"route": "9wd"})
        assert unit.rules.route == "9wd"
        _ = 1 / 0
    assert _rules(store).route == "2wd"


@pytest.mark.parametrize("kept_words", [{"password_hash": "x"}, {"token": "x"}])
def test_a_secret_never_gets_into_the_ledger(store: Store, kept_words: dict[str, Any]) -> None:
    with (
        pytest.raises(AssertionError, match="must not be kept"),
        store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit,
    ):
        unit.require(Act.SET_UP)
        changes.record(unit, Act.SET_UP, "person", the("Sok"), "set a password", {}, kept_words)


def test_set_up_needs_a_clearance_too(store: Store) -> None:
    with (
        pytest.raises(AssertionError, match="Nobody was cleared for set_up"),
        store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit,
    ):
        changes.record(unit, Act.SET_UP, "site", the("s"), "added a site", {}, {})


def test_what_concerns_the_programme_is_announced(store: Store) -> None:
    with store.writing(now=NOW, actor=ENGINE, programme_id=PROGRAMME) as unit:
        unit.require(Act.RUN_ENGINE)
        changes.announce(unit, Act.RUN_ENGINE, BrakeSet(60, 100, "backlog"), "brake", the("brake"))
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as look:
        [notice] = look.session.scalars(select(NoticeRow).where(NoticeRow.kind == BrakeSet.kind)).all()
        assert (notice.role, notice.finding_id) == ("coordinator", None)


def _rules(store: Store) -> Rules:
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        return unit.rules


def _entered(store: Store, case: Case) -> list[Told]:
    [owed] = case.live()
    assert owed.next_step_at is not None
    rules = _rules(store)
    step = escalation.climb(owed, rules.ladders[owed.ladder_id], owed.next_step_at)
    assert isinstance(step, escalation.Enter)
    return escalation.enter(owed, step, rules, obligations.where(case), owed.next_step_at)


def _carry_out(
    store: Store, case: Case, told: Sequence[Told], act: Act = Act.RUN_ENGINE, actor: Actor = ENGINE
) -> None:
    with store.writing(now=NOW, actor=actor, programme_id=PROGRAMME) as unit:
        unit.require(act, case)
        changes.apply(unit, act, case, told)


def test_the_engine_alone_is_cleared_for_all(store: Store) -> None:
    with store.writing(now=NOW, actor=ENGINE, programme_id=PROGRAMME) as unit:
        unit.require(Act.RUN_ENGINE)
        any_finding: UUID = the("any")
        assert unit.is_cleared(Act.RUN_ENGINE, any_finding)
    with store.writing(now=NOW, actor=CHAN, programme_id=PROGRAMME) as unit:
        unit.require(Act.LOG_FINDING)
        assert not unit.is_cleared(Act.LOG_FINDING, any_finding)
