"""Which findings does a list show, in which order, and in how few statements?"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clm_tracker.commands import actions, obligations, rounds
from clm_tracker.domain.words import Dimension, FindingStatus, Kind, Party, Severity, Track, Verdict
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotFound, NotNow
from clm_tracker.queries import at_places, findings, paging
from clm_tracker.queries.findings import Filters, Sort, files, listing, orders
from clm_tracker.queries.staircase import Gate, Reach
from tests.cast import Cast
from tests.queries.conftest import Statements
from tests.queries.stories import agree, resolve


def refs(cast: Cast, clock: FixedClock, filters: Filters, *, by: str = "Dara") -> list[str]:
    with cast.reading(by, clock.now()) as look:
        return [row.ref for row in findings.page(look, filters).items]


@pytest.fixture
def three(cast: Cast, clock: FixedClock) -> list[str]:
    """A critical one, a standard one a day later, a high one at the hospital another day later."""
    found = []
    for severity, site in (
        (Severity.CRITICAL, "health_centre"),
        (Severity.STANDARD, "health_centre"),
        (Severity.HIGH, "hospital"),
    ):
        found.append(
            cast.open_finding(clock.now(), severity=severity, site=site, title=f"A {severity} one").ref
        )
        clock.advance(days=1)
    return found


def test_the_words_of_severity_stand_in_the_order_of_their_weight() -> None:
    assert sorted(Severity) == list(Severity)


def test_each_order_lists_all_of_them(cast: Cast, clock: FixedClock, three: list[str]) -> None:
    critical, standard, high = three
    assert refs(cast, clock, Filters()) == [high, standard, critical]
    assert refs(cast, clock, Filters(sort=Sort.OLDEST)) == [critical, standard, high]
    assert refs(cast, clock, Filters(sort=Sort.SEVERITY)) == [critical, high, standard]
    assert refs(cast, clock, Filters(sort=Sort.DUE)) == [critical, high, standard]
    assert sorted(refs(cast, clock, Filters(sort=Sort.STAGE))) == sorted(three)


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_follow_each_other_without_gap_or_repeat(
    cast: Cast, clock: FixedClock, three: list[str], sort: Sort
) -> None:
    whole = refs(cast, clock, Filters(sort=sort))
    found: list[str] = []
    after = None
    with cast.reading("Dara", clock.now()) as look:
        for _ in three:
            page = findings.page(look, Filters(sort=sort), after=after, limit=1)
            found += [row.ref for row in page.items]
            after = page.next
    assert found == whole
    assert after is None


@pytest.mark.parametrize(
    "after", ["", "x", "WyJuZXdlc3QiXQ", "é", paging.cursor("due", (1, 2)), paging.cursor("newest", (1, 2))]
)
def test_a_cursor_that_was_not_given_is_refused(cast: Cast, clock: FixedClock, after: str) -> None:
    with cast.reading("Dara", clock.now()) as look, pytest.raises(Invalid) as no:
        findings.page(look, Filters(), after=after)
    assert [e.field for e in no.value.errors] == ["after"]


def test_filters_narrow_the_list(cast: Cast, clock: FixedClock, three: list[str]) -> None:
    critical, standard, high = three
    draft = cast.draft(clock.now(), title="ការរង់ចាំយូរ").ref
    assert refs(cast, clock, Filters(status=(FindingStatus.DRAFT,))) == [draft]
    assert refs(cast, clock, Filters(severity=(Severity.STANDARD, Severity.CRITICAL))) == [standard, critical]
    assert refs(cast, clock, Filters(area=cast.areas["district"])) == [draft, standard, critical]
    assert refs(cast, clock, Filters(area=cast.areas["province"])) == [draft, high, standard, critical]
    assert refs(cast, clock, Filters(site=cast.sites["hospital"])) == [high]
    assert refs(cast, clock, Filters(duty_bearer=cast.posts["health_centre"])) == [standard, critical]
    assert refs(cast, clock, Filters(theme=cast.themes["stigma"])) == []
    assert refs(cast, clock, Filters(round=cast.round_id)) == [draft, high, standard, critical]
    assert refs(cast, clock, Filters(q="STANDARD one")) == [standard]
    assert refs(cast, clock, Filters(q="រង់ចាំ")) == [draft]
    assert refs(cast, clock, Filters(q="100%")) == []
    assert refs(cast, clock, Filters(q=critical.lower())) == [critical]
    assert refs(cast, clock, Filters(stage=0)) == [draft, high, standard, critical]
    assert refs(cast, clock, Filters(stage=1)) == []


def test_stage_and_lateness_come_from_what_is_owed(cast: Cast, clock: FixedClock, three: list[str]) -> None:
    critical, standard, high = three
    clock.advance(days=3)  # the critical one's two working days are over
    assert refs(cast, clock, Filters(overdue=True)) == [critical]
    assert refs(cast, clock, Filters(overdue=False)) == [high, standard]
    with cast.writing("Dara", clock.now()) as unit:
        owed = findings.one(unit, standard).next
        assert owed is not None
        obligations.escalate(unit, owed.obligation_id, from_stage=0, reason="People go without")
    assert refs(cast, clock, Filters(stage=1)) == [standard]
    assert refs(cast, clock, Filters(sort=Sort.STAGE))[0] == standard
    with cast.reading("Dara", clock.now()) as look:
        row = findings.page(look, Filters(stage=1)).items[0]
    assert (row.stage, row.stage_name, row.overdue) == (1, "Reminder and dialogue", False)
    assert row.next is not None
    assert row.next.what == "an acknowledgement"
    assert row.next.who == "Chief, Ta Pung Health Centre"
    assert row.next.then.startswith("Stage 2, Formal letter, begins on ")


@pytest.mark.parametrize(
    ("name", "counted", "offered"),
    [
        pytest.param(
            "Dara",
            {"health_centre": 2, "hospital": 1},
            [("A standard one", 1, 8), ("A critical one", 0, 8)],
            id="an advocate",
        ),
        pytest.param(
            "Sophea",
            {"health_centre": 2},
            [("A standard one", 1, 8), ("A critical one", 0, 8)],
            id="a duty bearer: what is put to the post",
        ),
        pytest.param("Phal", {}, [], id="an observer"),
    ],
)
def test_whoever_logs_is_told_of_open_findings_at_a_site_as_far_as_they_see_them(
    cast: Cast,
    clock: FixedClock,
    three: list[str],
    statements: Statements,
    name: str,
    counted: dict[str, int],
    offered: list[tuple[str, int, int]],
) -> None:
    """Where each stands on its ladder comes with it."""
    here = cast.sites["health_centre"]
    cast.draft(clock.now(), site="hospital")
    with cast.writing("Dara", clock.now()) as unit:
        held = findings.one(unit, three[1]).next
        assert held is not None
        obligations.escalate(unit, held.obligation_id, from_stage=0, reason="People go without")
    with cast.reading(name, clock.now()) as look:
        assert look.rules.ladders  # read once for a page, and not counted
        with statements() as asked:
            found = at_places.open_findings(look, list(cast.sites.values()))
        assert len(asked) == 1
        with statements() as asked:
            same = findings.similar(look, site=here, area=None, theme=None, title="")
        assert len(asked) == (2 if offered else 1)
    assert found == {cast.sites[site]: n for site, n in counted.items()}
    assert [(one.title, one.stage, one.stages) for one in same] == offered


@pytest.mark.parametrize(
    ("most", "read"),
    [
        pytest.param(10, 20, id="all that is late is read"),
        pytest.param(1, 3, id="the first that is late are about findings enough"),
        pytest.param(10, 2, id="the first that is late are all about one finding"),
    ],
)
def test_what_is_late_is_counted_once_a_finding_whichever_way(
    cast: Cast, clock: FixedClock, three: list[str], most: int, read: int
) -> None:
    for _n in range(2):
        agree(cast, clock, three[0], days=3)
    clock.advance(days=60)
    with cast.reading("Dara", clock.now()) as look:
        ids = {row.id for row in findings.page(look, Filters()).items}
        counted = orders.all_late(look.programme_id, most=most, read=read)
        found = look.session.scalars(counted, listing.given(look)).all()
    assert len(found) == len(set(found))
    assert set(found) == ids if most > len(three) else most < len(found) < len(three)


def test_what_is_owed_and_who_logged_it_narrow_the_list(
    cast: Cast, clock: FixedClock, three: list[str]
) -> None:
    critical, standard, high = three
    later = cast.draft(clock.advance(minutes=1), by="Sokha").ref
    assert refs(cast, clock, Filters(logged_by=cast.people["Dara"])) == [high, standard, critical]
    assert refs(cast, clock, Filters(kind=Kind.ACKNOWLEDGE)) == [high, standard, critical]
    assert refs(cast, clock, Filters(kind=Kind.VERIFY)) == []
    assert refs(cast, clock, Filters(owed_by=Party.DUTY_BEARER, kind=Kind.ACKNOWLEDGE)) == three[::-1]
    assert refs(cast, clock, Filters(owed_by=Party.COMMITTEE)) == []
    assert refs(cast, clock, Filters(dimension=Dimension.AVAILABILITY), by="Sokha")[0] == later
    assert refs(cast, clock, Filters(track=Track.SYSTEMIC)) == []


def test_a_list_is_put_together_once_whatever_the_moment_and_the_page(
    cast: Cast, clock: FixedClock, three: list[str]
) -> None:
    """What is late at one moment is not taken for what is late at another, nor one page for the next."""
    critical, standard, _high = three
    listing._narrowed.cache_clear()
    listing._page.cache_clear()
    late = Filters(overdue=True, sort=Sort.OLDEST)
    assert refs(cast, clock, late) == [critical]
    clock.advance(days=60)
    assert refs(cast, clock, late) == three
    with cast.reading("Dara", clock.now()) as look:
        assert [f.row.ref for f in files.exported(look, late)] == three
        assert findings.refs(look, late, 2) == (critical, standard)
        assert [r.ref for r in findings.page(look, replace(late, q="standard one")).items] == [standard]
        pages: list[tuple[str, int]] = []
        after = None
        while len(pages) < len(three):
            page = findings.page(look, late, after=after, limit=1)
            pages.append((page.items[0].ref, page.count.n))
            after = page.next
        behind = paging.cursor(late.sort, [clock.now(), look.actor.id])
        assert findings.page(look, late, after=behind).count.n == len(three)
    assert pages == [(ref, len(three)) for ref in three]
    assert listing._narrowed.cache_info().misses == 2, "as it is read, and as it is counted"
    # The first page of 25, one of what is looked for, the first of one, and those that go on: of one, and of 25.
    assert listing._page.cache_info().misses == 5


def test_many_lists_are_counted_in_one_statement(
    cast: Cast, clock: FixedClock, three: list[str], statements: Statements
) -> None:
    asked = [
        Filters(),
        Filters(overdue=True, sort=Sort.DUE),
        Filters(area=cast.programme_id),
        Filters(severity=(Severity.HIGH,), sort=Sort.STAGE),
    ]
    with cast.reading("Dara", clock.now()) as look:
        _ = look.rules
        with statements() as made:
            found = findings.counts(look, asked)
        assert findings.counts(look, asked[2:3]) == (None,)
    assert found == (paging.Count(len(three)), paging.Count(1), None, paging.Count(1))
    assert len(made) == 1


@pytest.mark.parametrize("sort", list(Sort))
def test_a_file_has_the_rows_of_every_page_in_their_order(
    cast: Cast, clock: FixedClock, three: list[str], sort: Sort, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_BATCH", 2)
    filters = Filters(sort=sort)
    with cast.reading("Dara", clock.now()) as look:
        rows = list(findings.exported(look, filters))
        assert [r.row for r in rows] == list(findings.page(look, filters).items)
        assert [r.row.ref for r in findings.exported(look, filters, (three[1],))] == [three[1]]
    assert {r.round for r in rows} == {"This quarter"}
    monkeypatch.setattr(files, "MOST_EXPORTED", 2)
    with cast.reading("Dara", clock.now()) as look, pytest.raises(NotNow, match="more than 2 findings"):
        findings.exported(look, filters)


def test_a_duty_bearer_sees_what_is_addressed_to_the_post(
    cast: Cast, clock: FixedClock, three: list[str]
) -> None:
    critical, standard, _ = three
    assert refs(cast, clock, Filters(), by="Sophea") == [standard, critical]
    assert refs(cast, clock, Filters(sort=Sort.DUE), by="Phal") == []


def test_a_list_takes_one_statement_however_it_is_narrowed(
    cast: Cast, clock: FixedClock, three: list[str], statements: Statements
) -> None:
    assert refs(cast, clock, Filters(q="one")) == three[::-1]
    for by in ("Dara", "Sophea", "Bopha"):
        with cast.reading(by, clock.now()) as look:
            _ = look.rules  # kept in the process, under the programme's version
            for sort in Sort:
                with statements() as made:
                    findings.page(look, Filters(sort=sort, overdue=False, stage=0, q="one"))
                assert len(made) == 1, made


def test_a_count_stops_where_nobody_reads_on() -> None:
    assert str(paging.counted(1_000)) == "1,000"
    assert str(paging.counted(1_001)) == "more than 1,000"


def test_limits_and_unknown_areas_are_refused(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Dara", clock.now()) as look:
        for limit in (0, 201):
            with pytest.raises(Invalid):
                findings.page(look, Filters(), limit=limit)
        with pytest.raises(Invalid):
            findings.page(look, Filters(area=cast.programme_id))
        with pytest.raises(Invalid):
            findings.page(look, Filters(q="x" * 201))


def test_the_page_of_a_finding_says_who_owes_what(
    cast: Cast, clock: FixedClock, statements: Statements
) -> None:
    ref = cast.open_finding(clock.now()).ref
    with cast.reading("Dara", clock.now()) as look:
        _ = look.rules
        with statements() as made:
            one = findings.one(look, ref)
    assert len(made) == 2, made
    assert one.next is not None
    assert one.next.kind is Kind.ACKNOWLEDGE
    assert one.next.sentence == "Chief, Ta Pung Health Centre owes an acknowledgement by Mon 9 March."
    assert one.next.then == "Stage 1, Reminder and dialogue, begins on Tue 10 March."
    assert one.ladder is not None
    assert [s.reach for s in one.ladder.steps[:3]] == [Reach.NEXT, Reach.LATER, Reach.LATER]
    assert [s.gate for s in one.ladder.steps[4:]] == [Gate.APPROVAL, Gate.APPROVAL, Gate.PUBLIC, Gate.PUBLIC]
    assert one.ladder.steps[1].not_before is not None
    assert one.site is not None
    assert one.site.name == "Ta Pung Health Centre"
    assert one.people[cast.people["Dara"]] == "Dara"


def test_a_promise_keeps_its_first_date(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    today = clock.now().date()
    first, later = today + timedelta(days=10), today + timedelta(days=20)
    with cast.writing("Sophea", clock.now()) as unit:
        action = actions.propose(unit, ref, what="Order reagents", due_on=first)
    with cast.writing("Dara", clock.now()) as unit:
        actions.accept(unit, action.id)
    with cast.writing("Sophea", clock.now()) as unit:
        actions.ask_extension(unit, action.id, due_on=later, reason="The supplier is late")
    with cast.reading("Dara", clock.now()) as look:
        assert [p.kind for p in findings.one(look, ref).pending] == ["extension"]
    with cast.writing("Dara", clock.now()) as unit:
        actions.answer_extension(unit, action.id, grant=True)
    clock.advance(days=15)
    with cast.writing("Sophea", clock.now()) as unit:
        actions.report_done(unit, action.id, note="They came")
    with cast.writing("Dara", clock.now()) as unit:
        actions.verify(
            unit, action.id, verdict=Verdict.FIXED, note="Seen", statement="Results are handed out again"
        )
    with cast.reading("Dara", clock.now()) as look:
        one = findings.one(look, ref)
    [promise] = one.promises
    assert (promise.first_due_on, promise.moved, promise.due_on) == (first, (later,), later)
    assert promise.kept is False
    assert one.history.extensions == 1


def test_a_resolution_not_long_ago_is_offered_for_reopening(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    resolve(cast, clock, ref)
    with cast.reading("Dara", clock.now()) as look:
        [again] = findings.recurrences(look, cast.sites["health_centre"], cast.themes["care"])
        assert (again.ref, again.reached_stage) == (ref, 0)
        assert "was resolved on Mon 2 March" in again.sentence
        assert findings.recurrences(look, cast.sites["hospital"], cast.themes["care"]) == ()
    clock.advance(days=200)
    with cast.reading("Dara", clock.now()) as look:
        assert len(findings.recurrences(look, cast.sites["health_centre"], cast.themes["care"])) == 1
    for n, month in enumerate((4, 7)):
        with cast.writing("Sokha", clock.now()) as unit:
            rounds.plan_round(
                unit, name=f"Round {n}", first_on=date(2026, month, 1), last_on=date(2026, month + 2, 28)
            )
    with cast.reading("Dara", clock.now()) as look:
        assert findings.recurrences(look, cast.sites["health_centre"], cast.themes["care"]) == ()


def test_outsiders_find_nothing(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    with cast.reading("Phal", clock.now()) as look, pytest.raises(NotFound):
        findings.one(look, ref)
