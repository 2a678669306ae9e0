"""How do the filters of the committee's lists stand in their addresses, and which are offered?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import QueryParams

from clm_tracker.db.units import Reading
from clm_tracker.queries.decisions import Filters, State
from clm_tracker.queries.overdue import Aside
from clm_tracker.web import components as c
from clm_tracker.web.pages.findings import filters as shared
from clm_tracker.web.pages.offered import Offered, called
from clm_tracker.web.words import _

LIST, LATE, PRINT = "/decisions", "/decisions/overdue", "/decisions/print"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. What cannot be read is left out: an old or mistyped link still shows a list."""

    filters: Filters
    after: str | None = None

    @classmethod
    def read(cls, query: QueryParams) -> "Asked":
        """The filters in an address."""
        state = query.get("state", "")
        filters = Filters(
            state=State(state) if state in set(State) else None,
            stage=shared.read_number(query.get("stage")),
            area=shared.read_id(query.get("area")),
            theme=shared.read_id(query.get("theme")),
        )
        return cls(filters, query.get("after") or None)

    @property
    def narrow(self) -> tuple[tuple[str, str], ...]:
        """Stage, area and theme as they stand in an address."""
        f = self.filters
        return tuple(
            (name, str(value))
            for name in ("stage", "area", "theme")
            if (value := getattr(f, name)) is not None
        )

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """All of it, without the place in the list."""
        state = (("state", str(self.filters.state)),) if self.filters.state else ()
        return (*state, *self.narrow)


def address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The page with these filters."""
    query = urlencode(list(pairs))
    return f"{path}?{query}" if query else path


def on(path: str, pairs: tuple[tuple[str, str], ...], look: Reading) -> tuple[c.Link, ...]:
    """Each filter that is on, as a link to the list without it."""
    return tuple(
        c.Link(_said(name, value, look), address(path, [other for other in pairs if other != (name, value)]))
        for name, value in pairs
        if name in {"stage", "area", "theme", "age"}
    )


def states() -> Mapping[State | None, str]:
    """Where decisions stand, in words; None is all that is undecided."""
    return {
        None: _("All undecided"),
        State.LATE: _("Late"),
        State.WAITING: _("Proposed"),
        State.DEFERRED: _("Deferred"),
        State.LONG: _("Undecided too long"),
        State.DECIDED: _("Decided"),
    }


def aside(query: QueryParams) -> Aside | None:
    """What an address asks for that is set aside from what is overdue."""
    word = query.get("aside", "")
    return Aside(word) if word in set(Aside) else None


def asides() -> Mapping[Aside, str]:
    """What is not counted as overdue, and why."""
    return {
        Aside.PAUSED: _("Paused: the clock stands still, so nothing becomes late."),
        Aside.CHECKED: _("Reported done: the clock stands still while the community checks."),
        Aside.PARKED: _(
            "Could not be decided: the engine tries again within the hour; until then the stage is not certain."
        ),
        Aside.UNTOLD: _(
            "Not yet reported back to the community: this is owed by the community side, not by a duty bearer."
        ),
    }


def rail(
    path: str,
    asked: Asked,
    look: Reading,
    *,
    stage: str,
    first: tuple[c.Field, ...] = (),
    keep: tuple[tuple[str, str], ...] = (),
) -> c.Filters:
    """The rail of filters after `first`; `stage` is what a stage means in this list."""
    f, offered = asked.filters, Offered.of(look)
    return c.Filters(
        path,
        (),
        (
            *first,
            shared.choice("stage", stage, f.stage, offered.stages),
            shared.choice("area", _("Area"), f.area, offered.areas),
            shared.choice("theme", _("Thematic area"), f.theme, offered.themes),
        ),
        c.Link(_("Clear"), address(path, keep)),
        keep,
    )


def button(pairs: tuple[tuple[str, str], ...]) -> c.Button:
    """The way to the filters on a phone."""
    n = len(pairs)
    return c.Button(_("Filters, {n} on").format(n=n) if n else _("Filters"), href="#filters")


def _said(name: str, value: str, look: Reading) -> str:
    if name == "area":
        return look.rules.directory.told(UUID(value)) or _("unknown")
    if name == "theme":
        return called(Offered.of(look).themes, value)
    return _("Stage {n}").format(n=value)
