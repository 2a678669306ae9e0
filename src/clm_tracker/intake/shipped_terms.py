"""Which terms does the program itself point out, before a programme has said anything? (R44)"""

import tomllib
from functools import cache
from importlib import resources

from clm_tracker.domain.terms import Term, Weight


@cache
def shipped_terms() -> tuple[Term, ...]:
    """The lists that come with the program, by language; each term with its source and year."""
    found: list[Term] = []
    for file in sorted((resources.files("clm_tracker.intake") / "terms").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            language = file.name.removesuffix(".toml")
            found += [_term(language, row) for row in tomllib.loads(file.read_text("utf-8"))["term"]]
    return tuple(found)


def _term(language: str, row: dict[str, object]) -> Term:
    def texts(name: str) -> tuple[str, ...]:
        value = row.get(name, [])
        assert isinstance(value, list)
        return tuple(str(text) for text in value)

    return Term(
        language=language,
        avoid=texts("avoid"),
        prefer=texts("prefer"),
        source=str(row["source"]),
        year=int(str(row["year"])),
        weight=Weight(str(row.get("weight", Weight.REPLACE))),
        unless=texts("unless"),
    )
