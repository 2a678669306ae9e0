"""Is what a journey leaves on record the same, whatever language its people and the engine speak? (decision 0008)

The journeys are told again in the language of the tests, in which each text of the program stands in ⟦ ⟧: none of these may
be found in any row.
"""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from clm_tracker import languages
from clm_tracker.db.base import Base
from clm_tracker.db.tables import LedgerRow
from clm_tracker.db.units import Store
from clm_tracker.kernel.speech import _
from tests.journeys import test_fixed_and_broken_again, test_nobody_answers
from tests.journeys.journal import Journal
from tests.pseudo import TAG, Pseudo

JOURNEYS = (
    test_nobody_answers.test_from_the_draft_to_the_national_programme,
    test_fixed_and_broken_again.test_reported_refused_fixed_resolved_and_reopened_at_its_stage,
)


@pytest.fixture
def spoken() -> Iterator[None]:
    with languages.with_one_more(TAG, Pseudo()), languages.speaking(TAG):
        yield


def translated(store: Store) -> list[str]:
    """Every row of every table in which a translated text is kept."""
    with store.engine.connect() as connection:
        return [
            f"{table.name}: {row}"
            for table in Base.metadata.sorted_tables
            for row in connection.execute(select(table))
            if "⟦" in str(row)
        ]


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda one: one.__module__.rpartition(".test_")[2])
def test_no_row_is_in_the_language_of_the_moment(
    journey: Callable[[Journal], None], journal: Journal
) -> None:
    assert _("Findings") == "⟦Findings⟧"
    journey(journal)
    store = journal.cast.store
    with store.engine.connect() as connection:
        kinds = set(connection.scalars(select(LedgerRow.kind)))
    assert {"finding_opened", "stage_entered"} <= kinds
    assert translated(store) == []
