"""In which words does this programme write its letters, and in which did it write them before? (R29)"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from clm_tracker import languages
from clm_tracker.db.tables import LedgerRow, WordingRow
from clm_tracker.db.units import Reading
from clm_tracker.delivery.letters import Wording, wordings
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.kernel.speech import _
from clm_tracker.queries import wording
from clm_tracker.queries.notices import ABOUT

_W = WordingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a programme's own words; with no parts it says that the shipped words hold again."""

    id: UUID
    version: int
    parts: Mapping[str, str]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One kind of letter: what it is called, whether its words are the programme's own, and their version (0: never changed)."""

    key: str
    title: str
    own: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """The words of one kind of letter in one language: those that hold, and every version, the newest first."""

    key: str
    title: str
    language: str
    words: Wording
    own: bool
    version: int
    versions: tuple[Version, ...]


def own(look: Reading) -> dict[tuple[str, str], Mapping[str, str]]:
    """What the programme says in words of its own, by key and language; what is not there is said in the shipped ones."""
    return {at: row.parts for at, row in _newest(look).items() if row.parts}


def listed(look: Reading, language: str) -> tuple[Listed, ...]:
    """Every kind of letter, in the order in which the shipped words stand."""
    newest = _newest(look)
    found = []
    for key in wordings.SHIPPED:
        row = newest.get((key, language))
        found.append(
            Listed(
                key=key,
                title=title(key),
                own=bool(row and row.parts),
                version=row.version if row else 0,
            )
        )
    return tuple(found)


def one(look: Reading, key: str, language: str) -> One:
    """Raises NotFound for a key or a language that no letter has here."""
    if key not in wordings.SHIPPED or language not in languages.spoken(look.programme.languages):
        raise NotFound("letter")
    where = (_W.programme_id == look.programme_id, _W.key == key, _W.language == language)
    by = (
        select(LedgerRow.actor_name)
        .where(LedgerRow.subject == "wording", LedgerRow.subject_id == _W.id)
        .scalar_subquery()
    )
    rows = look.session.execute(select(_W, by).where(*where).order_by(_W.version.desc())).all()
    versions = tuple(
        Version(id=row.id, version=row.version, parts=row.parts, at=row.created_at, by=name or "")
        for row, name in rows
    )
    newest = versions[0] if versions else None
    with languages.speaking(language):
        words = wordings.said(key, newest.parts if newest else None)
    return One(
        key=key,
        title=title(key),
        language=language,
        words=words,
        own=bool(newest and newest.parts),
        version=newest.version if newest else 0,
        versions=versions,
    )


def title(key: str) -> str:
    """What a kind of letter is called in the language of the moment."""
    if key == wordings.DIGEST:
        return _("The letter of the week")
    kind, _dot, last = key.partition(".")
    if kind == wordings.BUNDLE:
        about = _("Several things in one letter")
    else:
        about = wording.upper(ABOUT.get(kind, wording.spaced(kind)))
    if last == wordings.COMMUNITY:
        return _("{about}: to the community side").format(about=about)
    return _("{about}: stage {n}").format(about=about, n=last) if last else about


def _newest(look: Reading) -> dict[tuple[str, str], WordingRow]:
    last = (
        select(_W.key, _W.language, func.max(_W.version).label("version"))
        .where(_W.programme_id == look.programme_id)
        .group_by(_W.key, _W.language)
        .subquery()
    )
    query = select(_W).join(
        last,
        (_W.key == last.c.key) & (_W.language == last.c.language) & (_W.version == last.c.version),
    )
    rows = look.session.scalars(query.where(_W.programme_id == look.programme_id))
    return {(row.key, row.language): row for row in rows}
