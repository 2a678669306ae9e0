"""What happened in the whole programme, line by line, for those who may read it all? (R35)"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from clm_tracker.domain.policy import Act
from clm_tracker.queries import ledger, people
from clm_tracker.queries.ledger import Line
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.components import FieldKind
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages.findings import parts
from clm_tracker.web.pages.findings.filters import read_day, read_id
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PATH = "/ledger"
LINES, STAGES = 50, 8


@dataclass(frozen=True)
class LedgerPage(Page):
    """A stretch of the record."""

    template: ClassVar[str] = "pages/ledger.html"

    heading: str
    filters: c.Filters
    filters_on: tuple[c.Link, ...]
    record: c.Timeline | None
    empty: c.Empty


@dataclass(frozen=True, slots=True)
class _Asked:
    """How the address narrows the record; what cannot be read narrows nothing."""

    actor: UUID | None
    about: str
    until: date | None

    @classmethod
    def of(cls, desk: Desk) -> "_Asked":
        query = desk.request.query_params
        about = query.get("about", "")
        return cls(
            read_id(query.get("actor")), about if about in _ABOUT else "", read_day(query.get("until"))
        )

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The filters that are on, as they stand in the address."""
        given = (("actor", self.actor), ("about", self.about), ("until", self.until))
        return tuple((name, str(value)) for name, value in given if value)


_ABOUT = {"findings": False, "set-up": True}


@router.get(PATH, access=may(Act.SEE_LEDGER))
def all_lines(desk: AtDesk) -> Response:
    """The lines, newest first, 50 at a time."""
    asked = _Asked.of(desk)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = ledger.page(
            look,
            actor_id=asked.actor,
            set_up=_ABOUT.get(asked.about),
            until=asked.until,
            after=desk.request.query_params.get("after"),
            limit=LINES,
        )
        who = {p.id: p.name for p in people.everyone(look, ended=True)}
    entries = tuple(_entry(line, voice) for line in found.items)
    more: tuple[c.Button, ...] = ()
    if found.next:
        href = _address((*asked.pairs, ("after", found.next)))
        more = (c.Button(_("Earlier lines"), c.Look.PLAIN, href=href),)
    page = LedgerPage(
        _("Ledger"),
        _filters(asked, who),
        tuple(_on(asked, pair, who, voice) for pair in asked.pairs),
        c.Timeline(entries, more) if entries else None,
        c.Empty(_("No line fits these filters"), act=c.Button(_("Show all lines"), href=PATH)),
        purpose=c.plain(
            _(
                "Every act and every step of the engine, in the order in which they happened. Nobody can change or remove a line."
            )
        ),
    )
    return desk.show(page)


def _entry(line: Line, voice: Voice) -> c.Entry:
    entry = parts.entry(line.entry, voice, STAGES)
    return replace(entry, links=(c.Link(line.ref, f"/findings/{line.ref}"),)) if line.ref else entry


def _filters(asked: _Asked, who: Mapping[UUID, str]) -> c.Filters:
    people_ = (c.Option("", _("All")), *(c.Option(str(k), name) for k, name in who.items()))
    about = (
        c.Option("", _("All")),
        c.Option("findings", _("Findings")),
        c.Option("set-up", _("The set-up of the programme")),
    )
    fields = (
        c.Field(
            "actor", _("By whom"), FieldKind.SELECT, str(asked.actor or ""), required=False, options=people_
        ),
        c.Field("about", _("About what"), FieldKind.SELECT, asked.about, required=False, options=about),
        c.Field("until", _("Until the end of"), FieldKind.DATE, str(asked.until or ""), required=False),
    )
    return c.Filters(PATH, (), fields, c.Link(_("Clear"), PATH))


def _on(asked: _Asked, pair: tuple[str, str], who: Mapping[UUID, str], voice: Voice) -> c.Link:
    name, value = pair
    match name:
        case "actor":
            text = who.get(UUID(value), _("unknown"))
        case "about":
            text = _("Findings") if value == "findings" else _("The set-up of the programme")
        case _:
            text = _("Until {day}").format(day=voice.day(date.fromisoformat(value)).text)
    return c.Link(text, _address(tuple(other for other in asked.pairs if other != pair)))


def _address(pairs: tuple[tuple[str, str], ...]) -> str:
    return f"{PATH}?{urlencode(pairs)}" if pairs else PATH
