"""How do the filters of a list stand in its address, and which are offered?"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import QueryParams

from clm_tracker.db.units import Reading
from clm_tracker.domain.words import Dimension, FindingStatus, Kind, Party, Severity, Track
from clm_tracker.queries.findings import Filters, Sort
from clm_tracker.web import components as c
from clm_tracker.web.components import Field, FieldKind, Option
from clm_tracker.web.forms import DAY
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.offered import Offered, called
from clm_tracker.web.words import N_, Labels, _, quoted

LIST = "/findings"
SORTS: Mapping[Sort, str] = Labels(
    {
        Sort.NEWEST: N_("Newest first"),
        Sort.OLDEST: N_("Oldest first"),
        Sort.DUE: N_("Due first"),
        Sort.STAGE: N_("Highest stage first"),
        Sort.SEVERITY: N_("Most severe first"),
    }
)
# Filters that are one word of the glossary, by their names in the address.
_WORDS = {"waits": "kind", "owed_by": "owed_by", "track": "track", "dimension": "dimension"}
_SAID: Mapping[str, tuple[Callable[[str], Any], Mapping[Any, str]]] = {
    "status": (FindingStatus, labels.STATUS),
    "severity": (Severity, labels.SEVERITY),
    "waits": (Kind, labels.KIND),
    "track": (Track, labels.TRACK),
    "dimension": (Dimension, labels.DIMENSION),
}
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Asked:
    """What the address asks for. What cannot be read is left out: an old or mistyped link still shows a list."""

    filters: Filters
    after: str | None = None
    mine: bool = False

    @classmethod
    def read(cls, query: QueryParams, me: UUID) -> "Asked":
        """The filters in an address; `mine` in it means whoever reads it."""
        sort = query.get("sort", "")
        mine = query.get("mine") == "yes"
        filters = Filters(
            kind=_one(Kind, query.get("waits")),
            owed_by=_one(Party, query.get("owed_by")),
            track=_one(Track, query.get("track")),
            dimension=_one(Dimension, query.get("dimension")),
            logged_by=me if mine else None,
            status=_known(FindingStatus, query.getlist("status")),
            severity=_known(Severity, query.getlist("severity")),
            theme=read_id(query.get("theme")),
            area=read_id(query.get("area")),
            site=read_id(query.get("site")),
            duty_bearer=read_id(query.get("duty_bearer")),
            stage=read_number(query.get("stage")),
            overdue=True if query.get("overdue") == "yes" else None,
            round=read_id(query.get("round")),
            q=query.get("q", "").replace("\0", " ").strip()[:200],
            sort=Sort(sort) if sort in set(Sort) else Sort.NEWEST,
        )
        return cls(filters, query.get("after") or None, mine)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]], me: UUID) -> "Asked":
        """The filters of a view."""
        return cls.read(QueryParams(list(pairs)), me)

    def without(self, pair: tuple[str, str], me: UUID) -> "Asked":
        """The same list with one filter less."""
        return Asked.of([other for other in self.pairs if other != pair], me)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The filters as they stand in an address, without the place in the list."""
        f = self.filters
        pairs: list[tuple[str, str]] = [("status", str(s)) for s in f.status]
        pairs += [("severity", str(s)) for s in f.severity]
        for name in ("theme", "area", "site", "duty_bearer", "round"):
            if value := getattr(f, name):
                pairs.append((name, str(value)))
        for name, field in _WORDS.items():
            if value := getattr(f, field):
                pairs.append((name, str(value)))
        if self.mine:
            pairs.append(("mine", "yes"))
        if f.stage is not None:
            pairs.append(("stage", str(f.stage)))
        if f.overdue:
            pairs.append(("overdue", "yes"))
        if f.q:
            pairs.append(("q", f.q))
        if f.sort is not Sort.NEWEST:
            pairs.append(("sort", str(f.sort)))
        return tuple(pairs)

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the order is asked for."""
        return any(name != "sort" for name, _value in self.pairs)


def address(pairs: Iterable[tuple[str, str]]) -> str:
    """The list with these filters."""
    query = in_address(tuple(pairs))
    return f"{LIST}?{query}" if query else LIST


@lru_cache(maxsize=1_024)
def in_address(pairs: tuple[tuple[str, str], ...]) -> str:
    """The filters as they are written after the question mark: a page of a list leads to itself a dozen times."""
    return urlencode(pairs)


def on(asked: Asked, look: Reading, offered: Offered) -> tuple[c.Link, ...]:
    """Each filter that is on, as a link to the list without it."""
    found = []
    for pair in asked.pairs:
        if pair[0] == "sort":
            continue
        rest = [other for other in asked.pairs if other != pair]
        found.append(c.Link(said(pair, look, offered), address(rest)))
    return tuple(found)


def said(pair: tuple[str, str], look: Reading, offered: Offered, *, alone: bool = True) -> str:
    """What one filter of an address is called; the words searched for stand in quotation marks where it stands `alone`."""
    name, value = pair
    gone = _("unknown")
    plain = {"mine": _("Logged by me"), "overdue": _("Overdue"), "site": _("One site")}
    if name in plain:
        return plain[name]
    if name == "owed_by":
        return _("Owed by: {who}").format(who=labels.PARTY[Party(value)])
    if name in _SAID:
        kind, words = _SAID[name]
        return words[kind(value)]
    match name:
        case "theme":
            return called(offered.themes, value)
        case "round":
            return called(offered.rounds, value)
        case "area":
            return look.rules.directory.told(UUID(value)) or gone
        case "duty_bearer":
            post = look.rules.posts.get(UUID(value))
            return post.said if post else gone
        case "stage":
            return _("Stage {n}").format(n=value)
        case _:
            return quoted(value) if alone else value


def rail(asked: Asked, offered: Offered, *, may_log: bool) -> c.Filters:
    """The rail of filters."""
    f = asked.filters
    orders = tuple(Option(str(s), text) for s, text in SORTS.items())
    fields = (
        choice("theme", _("Thematic area"), f.theme, offered.themes),
        choice("area", _("Area"), f.area, offered.areas),
        choice("round", _("Round"), f.round, offered.rounds),
        choice("owed_by", _("Who owes"), f.owed_by, offered.parties),
        choice("waits", _("What is owed"), f.kind, offered.kinds),
        choice("stage", _("Stage reached"), f.stage, offered.stages),
        choice("track", _("Kind of finding"), f.track, offered.tracks),
        choice("dimension", _("Dimension"), f.dimension, offered.dimensions),
        choice("sort", _("Order"), f.sort, orders),
    )
    own = (c.Choices(_("Whose"), "mine", (Option("yes", _("Logged by me"), chosen=asked.mine),)),)
    keep = [("q", f.q)] if f.q else []
    keep += [(n, str(getattr(f, n))) for n in ("site", "duty_bearer") if getattr(f, n)]
    return c.Filters(
        LIST,
        (
            c.Choices(
                _("Where it stands"),
                "status",
                tuple(Option(str(s), text, chosen=s in f.status) for s, text in labels.STATUS.items()),
            ),
            c.Choices(_("Time"), "overdue", (Option("yes", _("Overdue"), chosen=bool(f.overdue)),)),
            *(own if may_log or asked.mine else ()),
            c.Choices(
                _("Severity"),
                "severity",
                tuple(Option(str(s), text, chosen=s in f.severity) for s, text in labels.SEVERITY.items()),
            ),
        ),
        fields,
        c.Link(_("Clear"), LIST),
        tuple(keep),
    )


def choice(name: str, label: str, value: object, options: tuple[Option, ...]) -> Field:
    """One filter with its values."""
    shown = "" if value is None else str(value)
    return Field(name, label, FieldKind.SELECT, shown, required=False, options=options, scope="by")


def read_id(text: str | None) -> UUID | None:
    """An identifier in an address; None for anything else."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def read_day(text: str | None) -> date | None:
    """A day in an address that calendars reach; None for anything else."""
    try:
        day = date.fromisoformat(text) if text and DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and 1900 <= day.year < 9999 else None


def read_number(text: str | None) -> int | None:
    """A number of at most two digits in an address; None for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 2 else None


def _one(kind: type[E], given: str | None) -> E | None:
    return kind(given) if given in set(kind) else None


def _known(kind: type[E], given: list[str]) -> tuple[E, ...]:
    return tuple(one for one in kind if str(one) in given)
