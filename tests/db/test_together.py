"""Do questions that are put together get the answers that each would get alone?"""

from typing import Any

from sqlalchemy import Select, bindparam, literal, select

from clm_tracker.db.tables import AreaRow, HolderRow, LadderRow, ObligationRow, ProgrammeRow
from clm_tracker.db.together import Together
from clm_tracker.db.units import Store
from clm_tracker.domain.words import Kind, Party
from tests.db.kept import DARA
from tests.domain.world import NOW, PROGRAMME

# Identifiers, words of an enum, moments, days, numbers and JSON of several kinds; one with a single column and one without an answer.
QUESTIONS: dict[str, Select[*tuple[Any, ...]]] = {
    "programmes": select(ProgrammeRow.__table__),
    "ladders": select(LadderRow.__table__).where(LadderRow.programme_id == bindparam("of")),
    "words": select(
        AreaRow.id,
        literal(Kind.VERIFY, ObligationRow.kind.type).label("kind"),
        literal(Party.ADVOCATES, ObligationRow.owed_by.type).label("owed_by"),
    ),
    "holders": select(HolderRow.__table__),
    "first": select(select(AreaRow.name).order_by(AreaRow.name.desc()).limit(2).subquery()),
    "none": select(AreaRow.name, AreaRow.id).where(AreaRow.name == "nowhere"),
    "areas": select(AreaRow.id, AreaRow.path, AreaRow.names),
}


def test_questions_asked_together_are_answered_as_each_alone(store: Store) -> None:
    given = {"of": PROGRAMME}
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as look:
        together = Together.of(kept=False, **QUESTIONS).ask(look, given)
        alone = {name: look.session.execute(question, given).all() for name, question in QUESTIONS.items()}
    assert {name: len(rows) for name, rows in together.items()} == {n: len(rows) for n, rows in alone.items()}
    for name, rows in alone.items():
        assert sorted((r._asdict() for r in together[name]), key=str) == sorted(
            (r._asdict() for r in rows), key=str
        )
    assert len(together["areas"]) > 2
    assert together["none"] == []
    assert together["words"][0].kind is Kind.VERIFY
