"""Does the JSON interface keep to its own document, whatever a client sends?

Each operation is asked with right and wrong data: no 500, no status and no shape that the document does not name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import APIOperation, Case, GenerationMode, HookContext
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.schemas import OpenApiSchema

from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import FixedClock
from tests.cast import MONDAY, Kept
from tests.copies import laid
from tests.web import program as programs
from tests.web import things

EXAMPLES = {GenerationMode.POSITIVE: 3, GenerationMode.NEGATIVE: 2}
SEED = 2026
load_all_checks()
# What the document cannot say: a day in the future, a reference that does not exist, a name that is only spaces.
# And `ignored_auth` takes our own token for one it made up; tests/web/test_doors.py knows who may come in.
LEFT_OUT: list[Any] = CHECKS.get_by_names(["positive_data_acceptance", "ignored_auth"])


@dataclass(frozen=True, slots=True)
class Document:
    """The program's document; `named` are the things that examples name instead of inventing them."""

    schema: OpenApiSchema
    named: dict[str, str]
    real: Mapping[str, str]


@pytest.fixture(scope="module")
def document(
    app: FastAPI, cast_on_sqlite: Kept, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Document]:
    """The document of the program, which is served on a database that all examples share, as a coordinator."""
    copy = tmp_path_factory.mktemp("examples") / "clm.sqlite3"
    engine = make_engine(laid(Path(cast_on_sqlite.place), copy))
    program = programs.put(app, replace(cast_on_sqlite.cast, store=Store(engine)), FixedClock(MONDAY))
    real = things.make(program)
    named = dict(real)
    config = SchemathesisConfig(
        projects=ProjectsConfig(
            default=ProjectConfig(
                headers={"Authorization": f"Bearer {program.token('Sokha')}"},
                generation=GenerationConfig(database="none", with_security_parameters=False),
            )
        )
    )
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, config=config)

    @schema.hook
    def map_path_parameters(
        _context: HookContext, path_parameters: dict[str, Any] | None
    ) -> dict[str, Any] | None:
        # Two of three examples are about something that is there; otherwise all would be "not found".
        if path_parameters is None or crc32(repr(path_parameters).encode("utf-8", "replace")) % 3 == 0:
            return path_parameters
        return {name: named.get(name, value) for name, value in path_parameters.items()}

    yield Document(schema, named, real)
    engine.dispose()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_nothing_happens_that_the_document_does_not_name(
    document: Document, subtests: pytest.Subtests, mode: GenerationMode
) -> None:
    document.named.clear()
    if mode is GenerationMode.POSITIVE:
        document.named.update(document.real)
    tried = 0
    for found in document.schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation):
            continue
        with subtests.test(operation.label):
            _ask(operation.as_strategy(generation_mode=mode), EXAMPLES[mode])
        tried += 1
    assert tried >= 55, f"Only {tried} operations were tried."


def _ask(cases: SearchStrategy[Case[Any]], examples: int) -> None:
    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def ask(case: Case[Any]) -> None:
        case.call_and_validate(excluded_checks=LEFT_OUT)

    ask()


def _can_be_wrong(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    """Is there anything to send that cannot be right? A reference may be any text."""
    named = [p for p in operation.path_parameters if p.name != "ref"]
    return any((*named, *operation.query, *operation.headers, *operation.body))
