"""How does a programme change the words that are pointed out to its people? (R44)"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import set_up
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import TermRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.names import is_seen
from clm_tracker.domain.policy import Act
from clm_tracker.domain.terms import LONGEST, Term, Weight, known_as
from clm_tracker.intake.shipped_terms import shipped_terms
from clm_tracker.kernel.refusals import NotNow, Stale, each, invalid
from clm_tracker.kernel.sayings import Text, saying
from clm_tracker.kernel.speech import _

MOST_FORMS, FIRST_YEAR = 20, 1980


def put(
    unit: Writing,
    *,
    language: str,
    avoid: Iterable[str],
    prefer: Iterable[str],
    source: str,
    year: int,
    weight: Weight = Weight.REPLACE,
    unless: Iterable[str] = (),
    version: int = 0,
) -> UUID:
    """Add a term of the programme's own, or change it; one with a shipped term's first form takes its place.

    `version` is that of the term that was looked at, 0 for a new one. Raises Stale when somebody else changed it.
    """
    unit.require(Act.SET_UP)
    forms, better, allowed, source, year = each(
        lambda: _phrases("avoid", avoid, none=_("Write the words that should be pointed out.")),
        lambda: _phrases("prefer", prefer, none=_("Write what says it better.")),
        lambda: _phrases("unless", unless),
        lambda: set_up.named("source", source),
        lambda: _year(year, unit.today.year),
    )
    values = {
        "avoid": forms,
        "prefer": better,
        "unless": allowed,
        "source": source,
        "year": year,
        "weight": weight,
        "hidden": False,
    }
    return _keep(
        unit,
        language,
        known_as(forms),
        values,
        version,
        saying("put down the term {term}", term=forms[0]),
    )


def hide(unit: Writing, *, language: str, key: str, version: int = 0) -> UUID:
    """Point a term out no more; it stays on the list and can be shown again."""
    unit.require(Act.SET_UP)
    shipped, row = _shipped(language, key), _row(unit, language, key)
    if row is None and shipped is None:
        raise invalid("language", _("There is no such term in this language."))
    if row is not None and row.hidden:
        raise NotNow("hidden", _("This term is hidden already."))
    values: dict[str, object] = {"hidden": True}
    if row is None and shipped is not None:
        values |= {n: getattr(shipped, n) for n in ("avoid", "prefer", "unless", "source", "year", "weight")}
    return _keep(unit, language, key, values, version, saying("hid the term {term}", term=key))


def show(unit: Writing, *, language: str, key: str, version: int) -> UUID:
    """Point a hidden term out again."""
    unit.require(Act.SET_UP)
    row = _row(unit, language, key)
    if row is None:
        raise invalid("language", _("There is no such term in this language."))
    if not row.hidden:
        raise NotNow("shown", _("This term is pointed out already."))
    return _keep(
        unit, language, key, {"hidden": False}, version, saying("showed the term {term} again", term=key)
    )


def _keep(
    unit: Writing, language: str, key: str, values: Mapping[str, object], version: int, what: Text
) -> UUID:
    row = _row(unit, language, key)
    if row is not None:
        if row.version != version:
            raise Stale(
                _("Somebody changed this term in the meantime. Look at it again."), version=row.version
            )
        changed = any(getattr(row, name) != value for name, value in values.items())
        if changed:
            set_up.change(unit, row, "term", what, {**values, "version": row.version + 1})
        return row.id
    if version:
        raise invalid("avoid", _("The first line names the term; leave it, or add another term."))
    row = TermRow(id=new_id(), programme_id=unit.programme_id, language=language, key=key, **values)
    unit.session.add(row)
    set_up.put(unit, "term", row.id, what, after={"language": language, **values})
    return row.id


def _row(unit: Writing, language: str, key: str) -> TermRow | None:
    query = select(TermRow).where(TermRow.programme_id == unit.programme_id, TermRow.key == key)
    return unit.session.scalar(query.where(TermRow.language == language))


def _shipped(language: str, key: str) -> Term | None:
    return next((t for t in shipped_terms() if t.key == (language, key)), None)


def _year(given: int, last: int) -> int:
    if not FIRST_YEAR <= given <= last:
        raise invalid(
            "year",
            _("Write the year of the source, from {first} to {last}.").format(first=FIRST_YEAR, last=last),
        )
    return given


def _phrases(field: str, given: Iterable[str], *, none: str = "") -> tuple[str, ...]:
    """Each phrase once, without space around it. Raises Invalid with `none` where there has to be one."""
    phrases = tuple(dict.fromkeys(" ".join(p.split()) for p in given if is_seen(p)))
    if none and not phrases:
        raise invalid(field, none)
    if len(phrases) > MOST_FORMS:
        raise invalid(field, _("Write at most {n} of them.").format(n=MOST_FORMS))
    if any(len(p) > LONGEST for p in phrases):
        raise invalid(field, _("Shorten each to at most {n} characters.").format(n=LONGEST))
    return phrases
