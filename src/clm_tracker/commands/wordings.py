"""How does a programme write its letters in words of its own? (R29)

Nothing is overwritten: each change is the next version, and the newest one holds.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from clm_tracker import languages
from clm_tracker.commands import set_up
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import WordingRow
from clm_tracker.db.units import Writing
from clm_tracker.delivery.letters import wordings
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotFound, NotNow, Stale, invalid
from clm_tracker.kernel.sayings import Text, saying
from clm_tracker.kernel.speech import _


def put(unit: Writing, *, key: str, language: str, parts: Mapping[str, str], version: int) -> UUID:
    """Write the letters of this key in these words; `version` is the one that was looked at, 0 where there was none.

    Raises Invalid for a place that does not exist, Stale when somebody else changed the words in between.
    """
    unit.require(Act.SET_UP)
    last = _last(unit, key, language)
    _check_language(unit, language)
    given = {name: clean(text) for name, text in parts.items()}
    wordings.check(key, given)
    with languages.speaking(language):
        shipped = wordings.parts(wordings.said(key))
    words = {**shipped, **given}
    if words == {**shipped, **(last.parts if last else {})}:
        raise NotNow("same", _("These are the words that hold already."))
    what = saying("changed the words of letters: {key} ({language})", key=key, language=language)
    return _next(unit, key, language, last, version, words, what)


def ship(unit: Writing, *, key: str, language: str, version: int) -> UUID:
    """Write the letters of this key in the shipped words again."""
    unit.require(Act.SET_UP)
    last = _last(unit, key, language)
    if last is None or not last.parts:
        raise NotNow("shipped", _("The shipped words hold already."))
    what = saying("took the shipped words of letters again: {key} ({language})", key=key, language=language)
    return _next(unit, key, language, last, version, {}, what)


def _last(unit: Writing, key: str, language: str) -> WordingRow | None:
    if key not in wordings.SHIPPED:
        raise NotFound("letter")
    w = WordingRow
    query = select(w).where(w.programme_id == unit.programme_id, w.key == key, w.language == language)
    return unit.session.scalar(query.order_by(w.version.desc()).limit(1))


def _check_language(unit: Writing, language: str) -> None:
    if language not in languages.spoken(unit.programme.languages):
        raise invalid("language", _("Choose one of the languages of the programme."))


def _next(
    unit: Writing,
    key: str,
    language: str,
    last: WordingRow | None,
    seen: int,
    words: Mapping[str, str],
    what: Text,
) -> UUID:
    newest = last.version if last else 0
    if newest != seen:
        raise Stale(_("Somebody changed these words in the meantime. Look at them again."), version=newest)
    row = WordingRow(
        id=new_id(),
        programme_id=unit.programme_id,
        key=key,
        language=language,
        version=newest + 1,
        parts=dict(words),
        created_at=unit.now,
    )
    unit.session.add(row)
    set_up.put(
        unit,
        "wording",
        row.id,
        what,
        before=last.parts if last else {},
        after={"version": row.version, **words},
    )
    return row.id


def clean(text: str) -> str:
    """Without space at the ends, and with the ends of lines that every program writes."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
