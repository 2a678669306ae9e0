"""Does every text that people see pass through the catalogues, and is nothing that is kept translated?

In a language of the tests each text of the program stands in ⟦ ⟧. What is seen outside of them must be what people wrote,
or a day, number or list as CLDR writes it.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Client
from sqlalchemy import select, update

from clm_tracker import languages
from clm_tracker.db import actors
from clm_tracker.db.base import Base
from clm_tracker.db.tables import PersonRow, ProgrammeRow
from tests.browser import served
from tests.browser.atlas import Atlas, Visit, visits
from tests.browser.served import Served
from tests.pseudo import TAG, Pseudo
from tests.web.seen import Seen, folded, is_data, written


@pytest.fixture(scope="module")
def abroad(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demonstration, in which everybody reads the language of the tests."""
    with (
        languages.with_one_more(TAG, Pseudo()),
        served.serving(demonstration, tmp_path_factory.mktemp("abroad") / "data") as one,
    ):
        with one.store.engine.begin() as connection:
            connection.execute(update(ProgrammeRow).values(languages=("en", TAG)))
            connection.execute(update(PersonRow).values(language=TAG))
        yield one


@pytest.fixture(scope="module")
def pages_abroad(abroad: Served) -> Atlas:
    return Atlas(abroad)


@pytest.fixture(scope="module")
def data(abroad: Served) -> set[str]:
    known = [part for one in abroad.demo.people() for part in one.name.split(", ", 1)]
    with abroad.store.reading(
        now=abroad.demo.now(), actor=actors.ENGINE, programme_id=abroad.person("coordinator")[1]
    ) as look:
        return written(look) | set(map(folded, known))


@pytest.mark.parametrize("visit", visits(), ids=str)
def test_no_visible_text_escapes_translation(
    abroad: Served, pages_abroad: Atlas, data: set[str], visit: Visit
) -> None:
    role, address = pages_abroad.find(visit)
    with Client(base_url=abroad.url, headers={"Accept-Language": TAG}) as client:
        if role is not None:
            client.cookies.set(*abroad.cookie(role))
        else:
            client.cookies.set("clm-language", TAG)
        answer = client.get(address)
    assert answer.status_code == visit.status
    assert f'<html lang="{TAG}"' in answer.text
    asked = {folded(value) for values in parse_qs(urlsplit(address).query).values() for value in values}
    assert [text for text in Seen(answer.text).outside if not is_data(text, data | asked)] == []


def test_what_is_seen_outside_is_found() -> None:
    html = '<p title="Plain">⟦Told: <b>Sokha</b> of ⟦one⟧.⟧ And more.</p><input aria-label="⟦Name⟧">'
    assert Seen(html).outside == ["Plain", "And more."]
    assert is_data("Sokha, 3 Wed October", {"sokha"})
    assert not is_data("And more.", {"sokha"})


def test_nothing_that_is_kept_is_translated(abroad: Served, pages_abroad: Atlas) -> None:
    """Everything that was done in the language of the tests, with the engine's own days after it."""
    assert pages_abroad is not None
    abroad.demo.advance(10)
    with abroad.store.engine.connect() as connection:
        kept = [
            f"{table.name}: {row}"
            for table in Base.metadata.sorted_tables
            for row in connection.execute(select(table))
            if "⟦" in str(row)
        ]
    assert kept == []
