"""Does every text that people see pass through the catalogues, and is nothing that is kept translated?

In a language of the tests each text of the program stands in ⟦ ⟧. What is seen outside of them must be what people wrote,
or a day, number or list as CLDR writes it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Client
from sqlalchemy import select, update

from clm_tracker import languages
from clm_tracker.commands import webhooks
from clm_tracker.db import actors
from clm_tracker.db.base import Base
from clm_tracker.db.tables import PersonRow, ProgrammeRow
from clm_tracker.db.typed import plain
from clm_tracker.delivery.letters import wordings
from clm_tracker.intake import mapping_files
from clm_tracker.kernel.cldr import locale
from clm_tracker.queries import terms
from tests.browser import served
from tests.browser.atlas import Atlas, Visit, visits
from tests.browser.served import Served
from tests.pseudo import TAG, Pseudo
from tests.web.seen import Seen

# Columns in which people write, and those with names that people gave to things of their programme.
WRITTEN = {
    "name", "names", "title", "titles", "institutions", "description", "affected", "institution", "organisation", "what", "expected", "how_checked",
    "note", "text", "caption", "reason", "ref", "email", "phone", "stages", "drop_reason", "extension_reason",
    "transfer_reason", "actor_name", "timezone", "facts", "code", "sha256", "url", "term", "better", "why", "subject", "source", "level", "report", "reply", "filename",
    "risk_who", "risk_how", "risk_last_word",
}  # fmt: skip


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
    known = [*everything(abroad), "clm-tracker"]
    known += [*mapping_files.shipped(), *webhooks.KINDS, *(f"{{{place}}}" for place in wordings.PLACES)]
    known += [part for one in abroad.demo.people() for part in one.name.split(", ", 1)]
    with abroad.store.reading(
        now=abroad.demo.now(), actor=actors.ENGINE, programme_id=abroad.person("coordinator")[1]
    ) as look:
        known += [word for one in terms.listed(look) for word in texts_in(plain(one))]
        known += map(languages.name_of, terms.languages(look))
    return {folded(line) for text in known for line in [text, *text.splitlines()]}


def everything(place: Served) -> Iterator[str]:
    """Every text in the columns in which people write."""
    with place.store.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            wanted = [c for c in table.columns if c.name in WRITTEN or str(c) == "sites.kind"]
            if wanted:
                for row in connection.execute(select(*wanted)):
                    yield from texts_in(list(row))


def texts_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON, or what a column holds
    if isinstance(value, str):
        yield value
        yield value.replace("_", " ")
        if "/" in value:
            yield value.rpartition("/")[2].replace("_", " ")
        if value.startswith("https://"):
            yield urlsplit(value).netloc
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from texts_in(one)


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("(", ", ").replace(")", "").strip(" .,:;“”\"'…·→-–").casefold()


def of_cldr() -> set[str]:
    english = locale("en")
    return (
        {
            folded(str(name))
            for kind in (english.days, english.months)
            for context in kind.values()
            for width in context.values()
            for name in width.values()
        }
        | {folded(str(name)) for name in english.languages.values()}
        | {folded(languages.name_of(tag)) for tag in (*languages.shipped(), "en", "km", "fr", TAG)}
        | {folded(TAG)}
    )


CLDR = of_cldr()


def is_data(text: str, data: set[str]) -> bool:
    said = re.sub(r"^and |\band$", "", folded(text)).strip()  # of a list that CLDR joined
    if not said or said in data:
        return True
    if said.startswith("https://example.org/"):  # no text: what stands in an example for an address
        return True
    if re.fullmatch(r"[0-9a-f]{8}", said) and any(one.startswith(said) for one in data):
        return True
    if "…" in text and any(one.startswith(said) for one in data):
        return True
    if all(word in CLDR or not re.search(r"[^\W\d_]{2}", word) for word in map(folded, said.split(" "))):
        return True
    for sign in (", ", " and ", ": ", "; "):
        parts = said.split(sign)
        if len(parts) > 1:
            for cut in range(1, len(parts)):
                if is_data(sign.join(parts[:cut]), data) and is_data(sign.join(parts[cut:]), data):
                    return True
    return False


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
