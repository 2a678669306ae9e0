"""Does PostgreSQL find by the words that begin so just what it finds by the beginning, whoever writes them meanwhile?"""

from collections.abc import Iterator
from dataclasses import replace
from string import ascii_lowercase
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection, and_, select, text

from clm_tracker.db import bulk, search
from clm_tracker.db.base import table_of
from clm_tracker.db.mint import new_id
from clm_tracker.db.search import Sought
from clm_tracker.db.tables import FindingTermsRow
from clm_tracker.db.units import Store
from clm_tracker.kernel import grams
from tests.copies import engine_at
from tests.db import kept
from tests.domain.world import the

TERMS = table_of(FindingTermsRow)
MANY = " ".join(f"vi{a}{b}" for a in "ab" for b in ascii_lowercase)  # more than are asked one by one
PIECES = st.sampled_from(
    [
        "viral", "vira", "virus", "Viràl", "vi'ral", "vi\\ral", "28th", "2026", "KH-2026-0000028", "០២៨", "co-op", MANY,
        "គ្មានថ្នាំ", "ថ្នាំ", "ថ្នាំនៅ", "ថ្ម", "ខភា", "ភា", "ន", "ยา", "薬がない", "x" * 70, "x" * 64 + "y",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=12), min_size=1, max_size=5).map(" ".join)
PLACES = [UUID(int=n, version=4) for n in range(3)]
ASKED = st.tuples(
    st.builds(
        lambda before, last, n: before + last[:n],
        st.just("") | PIECES.map("{} ".format),
        PIECES | st.text(),
        st.integers(1, 70),
    ),
    st.lists(st.sampled_from(PLACES), max_size=2).map(tuple),
)
EACH = [(q, ()) for q in ("vir", "viru", "vi", "via", "20", "28", "គ្មានថ្", "គ្មានថ្នាំ", "ថ្ន", "x" * 64)] + [
    ("zz", (PLACES[1],))
]


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    with engine_at(postgres_url) as engine:
        store = Store(engine)
        kept.seed(store)
        yield store


def sought(q: str, about: tuple[UUID, ...] = ()) -> Sought:
    return Sought.of("postgresql", [(term, about) for term in grams.asked(q)])


def both_ways(connection: Connection, of: Sought) -> tuple[set[UUID], set[UUID]]:
    """By its beginnings, and by the words that begin so."""
    by_words = select(TERMS.c.finding_id).where(
        and_(*(TERMS.c.terms.op("@@")(term) for term in of.terms.looked_up))
    )
    return set(connection.scalars(of.ids())), set(connection.scalars(by_words, of.given))


def asked_of_the_index(connection: Connection, q: str) -> str:
    of = sought(q)
    return str(connection.scalar(select(of.terms.looked_up[-1]), of.given))


def test_whole_words_find_what_their_beginning_finds(store: Store) -> None:
    with store.engine.connect() as connection:  # rolled back: terms alone are enough, without findings
        connection.execute(text("ALTER TABLE finding_terms DROP CONSTRAINT fk_finding_terms_finding_id"))

        @given(texts=st.lists(TEXTS, min_size=1, max_size=4), asked=st.lists(ASKED, min_size=1, max_size=4))
        @example(texts=["viral 2026", "281", "28th", "virus", MANY, "គ្មានថ្នាំ", "x" * 70], asked=EACH)
        def agree(texts: list[str], asked: list[tuple[str, tuple[UUID, ...]]]) -> None:
            with connection.begin_nested() as so_far:
                kept = [f"{grams.kept(one)} §{PLACES[n % 3].hex}" for n, one in enumerate(texts)]
                bulk.insert(connection, TERMS, ("finding_id", "terms"), [(new_id(), one) for one in kept])
                for q, about in asked:
                    if grams.asked(q):
                        by_beginning, by_words = both_ways(connection, sought(q, about))
                        assert by_words == by_beginning, q
                        assert by_words or asked != EACH, q
                so_far.rollback()

        agree()


def test_new_words_are_known_at_once_and_nobody_waits_for_them(store: Store) -> None:
    one, other = kept.opened(store), kept.opened(store, id=the("another finding"), ref="KH-2026-0002")
    engine = store.engine
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            connection.execute(text("SET LOCAL lock_timeout = '1s'"))
        search.put(first, [replace(one, title="Zebra crossings")])
        search.put(second, [replace(other, title="An aardvark")])
        search.put(first, [replace(one, title="Zebra and aardvarks", description=MANY)])
        search.put(second, [replace(other, title="Aardvark and zebras")])
        assert asked_of_the_index(first, "zebr") == "'zebra'"
        assert asked_of_the_index(second, "aardv") == "'aardvark'"
        assert both_ways(first, sought("and zebr")) == ({one.id}, {one.id})
        first.commit()
        second.commit()
        assert asked_of_the_index(first, "and aardv") == "'aardvark' | 'aardvarks'"
        assert both_ways(second, sought("and zebr")) == ({one.id, other.id},) * 2
        assert both_ways(second, sought("and aardva")) == ({one.id, other.id},) * 2
        assert both_ways(second, sought("crossi"))[1] == set(), "a word that nothing has any more"
    with engine.connect() as connection:
        assert asked_of_the_index(connection, "and zebr") == "'zebra' | 'zebras'"
        assert asked_of_the_index(connection, "via") == "'via':*", "too many"
        assert asked_of_the_index(connection, "zz") == "'zz':*", "none"
        assert asked_of_the_index(connection, "20") == "'20':*", "a number"
