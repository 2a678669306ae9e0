"""Which words does this programme point out, and which of them does a text use? (R44)"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db.tables import TermRow
from clm_tracker.db.units import Reading
from clm_tracker.domain.terms import Hint, Term, hints, merged
from clm_tracker.intake.shipped_terms import shipped_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A term as a programme has it: shipped, its own (`id`), in the place of a shipped one, or hidden."""

    term: Term
    id: UUID | None
    version: int
    shipped: bool
    hidden: bool


def listed(look: Reading) -> tuple[Listed, ...]:
    """Every term of the programme by language and first form, those that are hidden too."""
    own = {(r.language, r.key): r for r in _rows(look)}
    known = {t.key: t for t in shipped_terms()}
    found = []
    for key in sorted(own.keys() | known.keys()):
        row = own.get(key)
        term = known[key] if row is None or (row.hidden and key in known) else _term(row)
        found.append(
            Listed(
                term=term,
                id=row.id if row else None,
                version=row.version if row else 0,
                shipped=key in known,
                hidden=bool(row and row.hidden),
            )
        )
    return tuple(found)


def used(look: Reading) -> tuple[Term, ...]:
    """What texts of this programme are checked by."""
    rows = _rows(look)
    own = [_term(r) for r in rows if not r.hidden]
    return merged(shipped_terms(), own, [(r.language, r.key) for r in rows if r.hidden])


def languages(look: Reading) -> tuple[str, ...]:
    """The languages in which words are pointed out."""
    return tuple(dict.fromkeys(t.language for t in used(look)))


def in_text(look: Reading, text: str, language: str) -> tuple[Hint, ...]:
    """The places of a text that use a term of its language, or of English, which people mix in."""
    return hints(text, [t for t in used(look) if t.language in {language, "en"}])


def _rows(look: Reading) -> tuple[TermRow, ...]:
    query = select(TermRow).where(TermRow.programme_id == look.programme_id)
    return tuple(look.session.scalars(query))


def _term(row: TermRow) -> Term:
    return Term(
        language=row.language,
        avoid=row.avoid,
        prefer=row.prefer,
        source=row.source,
        year=row.year,
        weight=row.weight,
        unless=row.unless,
    )
