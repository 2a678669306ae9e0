"""Are findings found by their words, their places and posts, as these are called today, together with every filter?"""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import Connection, Select, func, select, text

from clm_tracker.commands import duty_bearers, places
from clm_tracker.commands import findings as commands
from clm_tracker.db import migrate, names, search, visible
from clm_tracker.db.mint import new_id
from clm_tracker.db.search import COMMON, Common, Sought
from clm_tracker.db.tables import FindingRow, FindingTermsRow, SiteRow
from clm_tracker.domain.words import FindingStatus, Severity
from clm_tracker.kernel import grams
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.queries import findings, paging
from clm_tracker.queries.findings import Filters, Sort
from tests.cast import Cast
from tests.queries.conftest import Statements

LONG = "ក្នុងមណ្ឌលសុខភាពនេះគ្មានថ្នាំប្រឆាំងមេរោគទេ"


@pytest.fixture
def three(cast: Cast, clock: FixedClock) -> tuple[str, str, str]:
    """In English at the health centre, in Khmer at the hospital, in French at the health centre and still a draft."""
    english = cast.open_finding(clock.now(), title="No medicines for a week", severity=Severity.CRITICAL).ref
    clock.advance(days=1)
    khmer = cast.open_finding(clock.now(), title=LONG, site="hospital", severity=Severity.HIGH).ref
    clock.advance(days=1)
    return english, khmer, cast.draft(clock.now(), title="Référé à l'hôpital sans raison").ref


def found(cast: Cast, clock: FixedClock, q: str, by: str = "Dara", **filters: object) -> list[str]:
    with cast.reading(by, clock.now()) as look:
        asked = Filters(q=q, **filters)  # type: ignore[arg-type]  # fields of Filters
        page = findings.page(look, asked)
        assert page.count.n == len(page.items)
        assert findings.counts(look, [asked]) == (page.count,)
        return [row.ref for row in page.items]


def test_words_beginnings_and_pieces(cast: Cast, clock: FixedClock, three: tuple[str, str, str]) -> None:
    english, khmer, french = three
    for q in ("MEDICINES", "week medic", "no medicines for a week", "medicines'\"*:&|()\\ \0"):
        assert found(cast, clock, q) == [english], q
    for q in ("referé", "hôpital REFERE", "l'hopital", "raison"):
        assert found(cast, clock, q) == [french], q
    for q in ("ថ្នាំ", "គ្មានថ្នាំ", "មេរោគ", "សុខភាពនេះ", LONG, "ថ្នាំ\u200bប្រឆាំង"):
        assert found(cast, clock, q) == [khmer], q
    for q in ("icines", "medic week", "ថ្នាំគ្មាន", "medicines referé", "%", "_", "???"):
        assert found(cast, clock, q) == [], q
    assert found(cast, clock, english.lower()) == [english]
    assert found(cast, clock, f"week {english.rpartition('-')[2]}") == [english]


def test_with_filters_orders_and_what_may_be_seen(
    cast: Cast, clock: FixedClock, three: tuple[str, str, str]
) -> None:
    english, khmer, french = three
    assert found(cast, clock, "20", status=(FindingStatus.OPEN,)) == [khmer, english]
    assert found(cast, clock, "20", severity=(Severity.CRITICAL,)) == [english]
    assert found(cast, clock, "20", area=cast.areas["district"]) == [french, english]
    for sort in (Sort.SEVERITY, Sort.OLDEST, Sort.DUE):
        assert found(cast, clock, "20", sort=sort, status=(FindingStatus.OPEN,)) == [english, khmer]
    assert found(cast, clock, "refere", by="Maly") == [], "somebody of another programme"
    clock.advance(days=60)
    assert found(cast, clock, "20", overdue=True) == [khmer, english]
    assert found(cast, clock, english, overdue=True) == [english]


def test_pages_of_what_was_found_follow_each_other(
    cast: Cast, clock: FixedClock, three: tuple[str, str, str]
) -> None:
    after, seen = None, []
    with cast.reading("Dara", clock.now()) as look:
        for _ in three:
            page = findings.page(look, Filters(q="20"), after=after, limit=1)
            assert page.count.n == 3
            seen += [row.ref for row in page.items]
            after = page.next
    assert seen == list(reversed(three))


@pytest.mark.parametrize("q", ["medicines", "medic", "គ្មានថ្នាំ", "week medicines", "referred"])
def test_what_very_many_have_is_found_without_the_index(cast: Cast, clock: FixedClock, q: str) -> None:
    cast.open_finding(clock.now(), title="Patients were referred")
    for n in range(5):
        cast.open_finding(clock.now(), title=f"No medicines in week {n}: {LONG}")
    with cast.reading("Dara", clock.now()) as look:
        terms = grams.asked(q)
        sought = Sought.of(look.dialect, [(term, ()) for term in terms])
        query = visible.visible(look)
        right = set(
            look.session.scalars(
                query.with_only_columns(FindingRow.id).where(FindingRow.id.in_(sought.ids()))
            )
        )
        ids = query.with_only_columns(FindingRow.id)
        on_postgresql = look.session.get_bind().dialect.name == "postgresql"
        small = Common(many=5, first=5, newest=5, often=2)
        seldom = (replace(small, many=1_000), replace(small, newest=2), replace(small, first=0), COMMON)
        for most, common in ((100, small), *((100, one) for one in seldom), (1, COMMON)):
            found = sought.terms.found(ids, most, common=common)
            each = [set(look.session.scalars(way, sought.given)) for way in found.ways]
            many = look.session.scalar(select(found.many), sought.given)
            is_often = common is small and on_postgresql and len(right) > small.often
            assert many == (-1 if is_often else min(len(right), most + 1))
            assert [one for one in each if one] == ([right] if right and many <= most else [])
        assert set(look.session.scalars(sought.all_of(ids), sought.given)) == right


def test_a_page_of_more_than_are_counted_is_asked_for_once_more(
    cast: Cast,
    clock: FixedClock,
    three: tuple[str, str, str],
    statements: Statements,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paging, "MOST", 1)
    with cast.reading("Dara", clock.now()) as look:
        _ = look.rules, look.known_names
        with statements() as made:
            page = findings.page(look, Filters(q="2026"), limit=2)
            behind = findings.page(look, Filters(q="2026"), after=page.next)
    assert [row.ref for row in (*page.items, *behind.items)] == list(reversed(three))
    assert page.count == behind.count == paging.Count(1, more=True)
    assert len(made) == 4


def test_places_and_posts_are_found_by_the_names_they_have_today(
    cast: Cast, clock: FixedClock, three: tuple[str, str, str]
) -> None:
    english, khmer, french = three
    assert found(cast, clock, "ta pung") == [french, english]
    assert found(cast, clock, "referral hospital") == [khmer]
    assert found(cast, clock, "thma koul medicines") == [english], "a place and a word"
    assert found(cast, clock, "battambang") == [french, khmer, english], "and what lies inside"
    with cast.writing("Sokha", clock.now()) as unit:
        duty_bearers.change(unit, cast.posts["health_centre"], {"title": "អ្នកទទួលខុសត្រូវ"})
        places.add_site(
            unit,
            name="Prek Health Post",
            area_id=cast.areas["district"],
            names={"km": "ប៉ុស្តិ៍សុខភាពព្រែក"},
        )
    assert found(cast, clock, "ទទួលខុស") == [english]
    assert found(cast, clock, "ប៉ុស្តិ៍") == [], "nothing happened there yet"


def test_what_is_written_otherwise_is_found_otherwise(
    cast: Cast, clock: FixedClock, three: tuple[str, str, str]
) -> None:
    french = three[2]
    with cast.writing("Sokha", clock.now()) as unit:
        commands.edit(unit, french, {"title": "Sent home", "description": "ត្រូវបានបញ្ជូនទៅផ្ទះវិញ"})
    assert found(cast, clock, "refere") == []
    assert found(cast, clock, "sent home") == found(cast, clock, "បញ្ជូនទៅផ្ទះ") == [french]


def test_a_word_that_very_many_places_share(cast: Cast, clock: FixedClock) -> None:
    def add(first: int, last: int) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            for n in range(first, last):
                row = SiteRow(programme_id=cast.programme_id, id=new_id(), name=f"Phum {n}")
                unit.session.add(row)
            places.add_site(unit, name=f"Phum {last}", area_id=cast.areas["province"])

    with cast.writing("Sokha", clock.now()) as unit:
        village = places.add_site(unit, name="Phum", area_id=cast.areas["district"])
    there = (
        replace(cast, sites={**cast.sites, "village": village}).open_finding(clock.now(), site="village").ref
    )
    add(0, names.MOST - 3)  # with the last one and the village: as many as count
    assert found(cast, clock, "phum") == [there], "a hundred names in one question"
    add(names.MOST, names.MOST + 1)
    assert found(cast, clock, "phum") == [], "too common to name a place"
    assert found(cast, clock, "phum 7") == []


def test_existing_findings_get_their_terms_and_lose_them(
    cast: Cast, clock: FixedClock, three: tuple[str, str, str]
) -> None:
    engine = cast.store.engine
    with engine.connect() as connection:
        before, words = connection.execute(_terms()).all(), _words(connection)
    migrate.downgrade(engine, "0002")
    with engine.connect() as connection:
        kept = connection.scalars(text("SELECT search FROM findings ORDER BY ref")).all()
    assert len(kept) == 3
    assert "no medicines for a week" in kept[0]
    migrate.upgrade(engine)
    migrate.compare(engine)
    with engine.connect() as connection:
        assert connection.execute(_terms()).all() == before
        assert _words(connection) == words
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))
            plan = connection.scalars(
                text("EXPLAIN SELECT 1 FROM finding_terms WHERE terms @@ 'medicines'\\:\\:tsquery")
            )
            assert search.LOOKED_UP_BY in "".join(plan)
    assert found(cast, clock, "គ្មានថ្នាំ") == [three[1]]


@pytest.mark.usefixtures("three")
def test_every_finding_has_its_terms(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Dara", clock.now()) as look:
        without = select(func.count()).where(
            ~select(FindingTermsRow.number).where(FindingTermsRow.finding_id == FindingRow.id).exists()
        )
        assert look.session.scalar(without.select_from(FindingRow)) == 0


def _terms() -> Select[UUID, str]:
    return select(FindingTermsRow.finding_id, FindingTermsRow.terms).order_by(FindingTermsRow.finding_id)


def _words(connection: Connection) -> list[str]:
    """What PostgreSQL knows of the words of all terms."""
    if connection.dialect.name == "sqlite":
        return []
    words = connection.scalars(text("SELECT word FROM finding_search_words ORDER BY word")).all()
    assert {"medicines", "kh", "refere", "ទេ"} <= set(words), "of texts and references"
    assert not [word for word in words if word.isdigit() or word.startswith("§")]
    return list(words)
