"""Does the query show exactly the findings that the policy says this actor may know of? (R38, R39)"""

from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from clm_tracker.db import actors, load, subjects
from clm_tracker.db.tables import FindingRow, NoticeRow, ObligationRow, ThemeRow
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.units import Memory, Reading, Store
from clm_tracker.db.visible import _condition, condition, visible
from clm_tracker.domain import policy
from clm_tracker.domain.cases import Case, Finding, Obligation
from clm_tracker.domain.policy import Act, Actor, Membership
from clm_tracker.domain.words import FindingStatus, Kind, NoticeState, Party, Role, Severity
from clm_tracker.kernel.refusals import NotFound
from tests.db import kept
from tests.db.kept import CHAN, CHIEF, DARA
from tests.domain import world
from tests.domain.world import NOW, PROGRAMME, the

OTHER = the("another programme")
AREAS = st.sampled_from([the("Battambang"), the("Sangkae"), the("Pailin")])
THEMES = st.sampled_from([world.THEME, the("prevention")])
POSTS = st.sampled_from([the("Chief"), the("District director"), the("Provincial director")])
PEOPLE = st.sampled_from([the("Chan"), the("Dara"), the("Sok")])

# Drawn more often: those whose sight is limited, and who see differently from each other.
LIMITED = (Role.DUTY_BEARER, Role.DUTY_BEARER, Role.ADVOCATE, Role.COMMITTEE, Role.COORDINATOR)
MEMBERSHIPS = st.builds(
    Membership,
    role=st.sampled_from([*Role, *LIMITED, *LIMITED]),
    areas=st.frozensets(AREAS, max_size=2),
    themes=st.frozensets(THEMES, max_size=1),
)
ACTORS = st.builds(
    Actor,
    id=PEOPLE,
    name=st.just("Somebody"),
    programme_id=st.sampled_from([PROGRAMME] * 9 + [OTHER]),
    memberships=st.lists(MEMBERSHIPS, min_size=1, max_size=2).map(tuple),
    posts=st.frozensets(POSTS, max_size=2),
    only=st.sampled_from([None] * 4 + [the(f"finding {n}") for n in range(4)]),
)
# A finding, the post that owed something about it, and the post that was told of it.
FINDINGS = st.lists(
    st.tuples(
        st.fixed_dictionaries(
            {
                "status": st.sampled_from(FindingStatus),
                "theme_id": st.none() | THEMES,
                "area_id": st.none() | AREAS,
                "logged_by": st.none() | PEOPLE,
                "duty_bearer_id": st.none() | POSTS,
            }
        ),
        st.sampled_from([False] * 9 + [True]),
        st.none() | POSTS,
        st.none() | POSTS,
    ),
    min_size=4,
    max_size=12,
)


@pytest.fixture
def two_programmes(store: Store) -> Store:
    kept.seed(store, programme_id=OTHER, key="other")
    with Session(store.engine) as session:
        session.add(ThemeRow(id=the("prevention"), programme_id=PROGRAMME, code="p", name="Prevention"))
        session.commit()
    return store


@given(actor=ACTORS, found=FINDINGS)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_query_and_the_policy_agree(two_programmes: Store, actor: Actor, found: list[Any]) -> None:
    with Session(two_programmes.engine, autoflush=False) as session:
        cases = [_case(session, n, *one) for n, one in enumerate(found)]
        reading = Reading(
            session, now=NOW, actor=actor, programme_id=PROGRAMME, request=None, memory=Memory()
        )
        expected = {
            case.finding.id
            for case in cases
            if case.finding.programme_id == PROGRAMME
            and policy.sees(actor, reading.subject(case), reading.rules.areas)
        }
        shown = session.scalars(visible(reading).with_only_columns(FindingRow.id)).all()
        assert set(shown) == expected
        assert len(shown) == len(expected), "each of them once"
        session.rollback()


def _case(
    session: Session, n: int, values: dict[str, Any], elsewhere: bool, owing: UUID | None, told: UUID | None
) -> Case:
    """One finding, written past the ledger: rolled back before anybody asks for its line."""
    if elsewhere:
        values = {"status": values["status"]}
    draft: dict[str, Any] = {
        "id": the(f"finding {n}"),
        "programme_id": OTHER if elsewhere else PROGRAMME,
        "ref": f"KH-2026-{n:04}",
    }
    finding = Finding(title="Stock-out", severity=Severity.HIGH, logged_at=NOW, **draft, **values)
    session.execute(insert(TABLES["finding"]).values(**asdict(finding)))
    obligations = {}
    if owing and not elsewhere:
        owed = Obligation(
            id=the(f"obligation {n}"),
            programme_id=PROGRAMME,
            finding_id=finding.id,
            kind=Kind.ACT,
            owed_by=Party.DUTY_BEARER,
            duty_bearer_id=owing,
            ladder_id=the("ladder high"),
            window="5wd",
            start_at=NOW,
            due_at=NOW,
            due_on=NOW.date(),
            first_due_at=NOW,
            first_due_on=NOW.date(),
        )
        session.execute(insert(TABLES["obligation"]).values(**asdict(owed)))
        obligations = {owed.id: owed}
    if told:
        session.add(
            NoticeRow(
                id=the(f"notice {n}"),
                programme_id=finding.programme_id,
                finding_id=finding.id,
                kind="stage_entered",
                duty_bearer_id=told,
                created_at=NOW,
                unit=the("unit"),
                state=NoticeState.SENT,
            )
        )
        session.flush()
    return Case(finding, obligations)


def test_outsiders_get_the_same_answer_as_for_nothing(store: Store) -> None:
    finding = kept.opened(store)
    stranger = Actor(
        id=the("x"), name="X", programme_id=PROGRAMME, memberships=(Membership(role=Role.OBSERVER),)
    )
    for actor in (stranger, actors.NOBODY, actors.within(DARA, OTHER)):
        with store.reading(now=NOW, actor=actor, programme_id=PROGRAMME) as unit:
            for asked in (finding.id, finding.ref, "KH-2026-9999", "not a reference"):
                with pytest.raises(NotFound, match="There is no such finding"):
                    load.case(unit, asked)


@pytest.mark.parametrize("written", ["KH-2026-0001", "kh-2026-1", str(the("finding"))])
def test_a_finding_is_found_by_what_people_write(store: Store, written: str) -> None:
    finding = kept.opened(store)
    with store.reading(now=NOW, actor=CHIEF, programme_id=PROGRAMME) as unit:
        assert load.case(unit, written).finding.id == finding.id


def test_a_draft_is_its_authors_own(store: Store) -> None:
    finding = kept.draft(store)
    with store.reading(now=NOW, actor=CHAN, programme_id=PROGRAMME) as unit:
        assert load.case(unit, finding.ref).finding == finding
    with (
        store.reading(now=NOW, actor=CHIEF, programme_id=PROGRAMME) as unit,
        pytest.raises(NotFound),
    ):
        load.case(unit, finding.ref)


def test_those_who_see_alike_ask_one_question(store: Store) -> None:
    """Ten coordinators of ten organisations, and two who came by links to one finding."""
    finding = kept.opened(store)
    ten = [
        replace(
            DARA,
            id=the(f"coordinator {n}"),
            name=f"Coordinator {n}",
            memberships=(Membership(role=Role.COORDINATOR, organisation=f"Organisation {n}"),),
        )
        for n in range(10)
    ]
    two = [replace(CHIEF, id=the(name), link_id=the(name), only=finding.id) for name in ("first", "second")]
    for alike in (ten, two):
        _condition.cache_clear()
        for actor in alike:
            assert _seen(store, actor) == {finding.id}
        assert _condition.cache_info().misses == 1


def test_two_advocates_see_each_their_own_drafts(store: Store) -> None:
    other = replace(DARA, memberships=CHAN.memberships)
    drafts = {
        by.id: kept.draft(store, by=by, id=the(f"draft {n}"), ref=f"KH-2026-{n:04}", logged_by=by.id).id
        for n, by in enumerate((CHAN, other), 1)
    }
    for actor in (CHAN, other, CHAN):
        assert _seen(store, actor) == {drafts[actor.id]}
    assert _seen(store, DARA) == set(drafts.values())


def test_whose_role_was_taken_away_sees_nothing_in_the_next_look(store: Store) -> None:
    finding = kept.opened(store)
    observer = Membership(role=Role.OBSERVER)
    assert _seen(store, replace(DARA, memberships=(observer, *DARA.memberships))) == {finding.id}
    assert _seen(store, replace(DARA, memberships=(observer,))) == set()
    assert _seen(store, replace(DARA, memberships=())) == set()
    assert _seen(store, actors.within(DARA, OTHER)) == set()


def _seen(store: Store, actor: Actor) -> set[UUID]:
    with store.reading(now=NOW, actor=actor, programme_id=PROGRAMME) as unit:
        return set(unit.session.scalars(visible(unit).with_only_columns(FindingRow.id)))


def test_the_condition_serves_other_queries(store: Store) -> None:
    finding = kept.opened(store)
    with store.reading(now=NOW, actor=CHIEF, programme_id=PROGRAMME) as unit:
        query = select(ObligationRow.finding_id).join(FindingRow, FindingRow.id == ObligationRow.finding_id)
        assert unit.session.scalars(query.where(condition(unit))).all() == [finding.id]


def test_who_is_told_sees(store: Store) -> None:
    finding = kept.opened(store)
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        assert subjects.told_posts(unit.session, finding.id) == {the("Chief")}
        subject = unit.subject(load.case(unit, finding.id))
        assert (set(subject.posts), subject.institution) == ({the("Chief")}, "")
        assert unit.why_not(Act.VERIFY, subject) is None
        assert unit.why_not(Act.RUN_ENGINE, None) == "This is done by the program itself."
    with store.reading(now=NOW, actor=DARA, programme_id=OTHER) as unit:
        assert unit.why_not(Act.SET_UP, None) == "You have no role in this programme."
