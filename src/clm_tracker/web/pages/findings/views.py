"""Which views of the list are offered to this person? A view is only an address, shared by copying it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.commands import views as commands
from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import COMMUNITY_ROLES
from clm_tracker.kernel.refusals import NotAllowed
from clm_tracker.queries import views
from clm_tracker.queries.findings import Sort
from clm_tracker.queries.views import Saved
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Line, NotValid, Pressed, PressedAsSeen, Seen, Story, Valid, read, seen
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.findings import filters
from clm_tracker.web.pages.findings.filters import Asked
from clm_tracker.web.pages.offered import Offered
from clm_tracker.web.pages.set_up import naming
from clm_tracker.web.pages.set_up.frame import FormPage, Part, PartsPage
from clm_tracker.web.pages.set_up.naming import Named
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PATH = "/findings/views"
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class View:
    """A name and the filters of an address."""

    name: str
    pairs: Pairs


class NewView(Named):
    """A name for these filters, and for whom."""

    name: Line = ""
    query: Story = ""
    whose: Literal["me", "all"] = "me"


class Renamed(Seen, Named):
    """Another name for a view as it was seen."""

    name: Line = ""


def shipped(desk: Desk) -> tuple[View, ...]:
    """The views that come with the program, for what this person's roles do."""
    ours, theirs = _by_role()
    for_role = (
        tuple(view for act, view in ours if desk.may(act)) if desk.actor.roles() & COMMUNITY_ROLES else theirs
    )
    return _in_order(for_role)


def _called() -> tuple[str, ...]:
    """What a view that comes with the program is called for anybody, in any language that somebody reads it in."""
    every = []
    for tag in languages.spoken():
        with languages.speaking(tag):
            ours, theirs = _by_role()
            every += [view.name for view in _in_order((*(view for _act, view in ours), *theirs))]
    return tuple(every)


def _by_role() -> tuple[tuple[tuple[Act, View], ...], tuple[View, ...]]:
    """Those for acts of the community's side, and those of duty bearers."""
    due = ("sort", "due")
    ours = (
        (Act.VERIFY, View(_("To verify"), (("waits", "verify"), due))),
        (Act.DECIDE_STAGE, View(_("To decide"), (("waits", "decide"), due))),
        (Act.ROUTE_FINDING, View(_("To route"), (("waits", "route"), due))),
        (Act.LOG_FINDING, View(_("Logged by me"), (("mine", "yes"),))),
    )
    theirs = (
        View(_("To acknowledge"), (("waits", "acknowledge"), due)),
        View(_("To agree"), (("waits", "agree"), due)),
        View(_("To put right"), (("waits", "act"), due)),
    )
    return ours, theirs


def _in_order(for_role: Iterable[View]) -> tuple[View, ...]:
    due = ("sort", "due")
    return (
        View(_("All open"), (("status", "open"),)),
        View(_("Overdue"), (("overdue", "yes"), due)),
        *for_role,
        View(_("Highest stage"), (("status", "open"), ("sort", "stage"))),
        View(_("Resolved"), (("status", "resolved"),)),
        View(_("Everything"), ()),
    )


def offered(desk: Desk, look: Reading, found: Iterable[Any] | None = None) -> tuple[View, ...]:
    """The shipped views, then those for everybody, then this person's own; `found` as in `queries.views.saved`."""
    known = tuple(View(v.said, pairs_of(v.query, desk.actor.id)) for v in views.saved(look, found))
    return (*shipped(desk), *known)


def pairs_of(query: str, me: UUID) -> Pairs:
    """The filters of a saved view, as far as they can still be read."""
    return Asked.read(QueryParams(query), me).pairs


def links(desk: Desk, look: Reading, asked: Asked, found: Iterable[Any]) -> c.Views:
    """The row of views above the list, each with the place for its count, which comes a moment later."""
    here = set(asked.pairs)
    seen = offered(desk, look, found)
    found = tuple(
        c.Link(view.name, filters.address(view.pairs), current=set(view.pairs) == here) for view in seen
    )
    keep = None
    if asked.pairs and not any(link.current for link in found):
        keep = c.Link(_("Save this view"), f"{PATH}/new?{filters.in_address(asked.pairs)}")
    return c.Views(_("Views"), found, keep, c.Link(_("All views"), PATH), live=True)


@router.get(PATH, access=may(Act.SEE_FINDINGS))
def listing(desk: AtDesk) -> Response:
    """Every view: one's own, those for everybody, and those that come with the program."""
    with desk.reading() as look:
        known = views.saved(look)
        offered = Offered.of(look)
        parts = (
            _part(desk, look, offered, "own", _("Your own"), [v for v in known if not v.shared]),
            _part(desk, look, offered, "shared", _("For everybody"), [v for v in known if v.shared]),
            Part(
                "shipped", _("Always there"), table=_table(_shipped_lines(desk, look, offered), changes=False)
            ),
        )
    page = PartsPage(
        (c.Link(_("Findings"), filters.LIST),),
        _("Views"),
        None,
        parts,
        purpose=c.plain(
            _("A view is an address with a name. To show it to somebody, copy the address of its list.")
        ),
    )
    return desk.show(page)


def _part(desk: Desk, look: Reading, offered: Offered, id: str, title: str, known: list[Saved]) -> Part:
    if not known:
        empty = c.Empty(
            _("None yet"),
            _("Choose filters in the list, then press “Save this view” above it."),
            c.Button(_("To the list"), href=filters.LIST),
        )
        return Part(id, title, empty=empty)
    changes = id == "own" or desk.may(Act.SET_UP)
    lines = []
    for v in known:
        pairs = pairs_of(v.query, desk.actor.id)
        cells = [_in_words(pairs, look, offered)]
        if changes:
            cells.append((c.link(_("Change “{name}”").format(name=v.said), f"{PATH}/{v.id}"),))
        lines.append(c.Line((c.link(v.said, filters.address(pairs)),), tuple(cells)))
    return Part(id, title, table=_table(tuple(lines), changes=changes))


def _shipped_lines(desk: Desk, look: Reading, offered: Offered) -> tuple[c.Line, ...]:
    return tuple(
        c.Line((c.link(v.name, filters.address(v.pairs)),), (_in_words(v.pairs, look, offered),))
        for v in shipped(desk)
    )


def _table(lines: tuple[c.Line, ...], *, changes: bool) -> c.Table:
    heads = (_("View"), _("What it shows"), *((_("Change"),) if changes else ()))
    return c.Table(_("Views"), heads, lines)


def _in_words(pairs: Pairs, look: Reading, offered: Offered) -> c.Words:
    said = [
        filters.SORTS[Sort(pair[1])] if pair[0] == "sort" else filters.said(pair, look, offered)
        for pair in pairs
    ]
    return c.plain(", ".join(said) or _("Everything"))


@router.get(f"{PATH}/new", access=may(Act.SEE_FINDINGS))
def new(desk: AtDesk) -> Response:
    """The filters of an address, to be given a name."""
    return _new(desk, filters.in_address(Asked.read(desk.request.query_params, desk.actor.id).pairs))


@router.post(f"{PATH}/new", access=may(Act.SEE_FINDINGS))
def save(desk: AtDesk, sent: Annotated[Valid[NewView] | NotValid[NewView], read(NewView)]) -> Response:
    """Keep them under the name."""
    query = filters.in_address(pairs_of(str(sent.typed.get("query", "")), desk.actor.id))
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.save(
            unit,
            name=given.name,
            names=given.names,
            query=query,
            shared=given.whose == "all",
            taken=_called(),
        ),
        lambda back: _new(desk, query, back),
        to=f"{filters.LIST}?{query}" if query else filters.LIST,
        said=_("The view is kept."),
    )


def _name_fields(look: Reading, view: Saved | None = None, *, shared: bool) -> tuple[c.Field, ...]:
    """What the view is called; one that others read also in each language of the programme."""
    known = view.names if view else {}
    tags = naming.others(look.programme.languages, known) if shared else tuple(known)
    fields = naming.name_fields(
        "", _("What the view is called"), tags, value=view.name if view else "", names=known
    )
    return tuple(replace(field, longest=commands.LONGEST_NAME) for field in fields)


def _new(desk: Desk, query: str, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        says = _in_words(pairs_of(query, desk.actor.id), look, Offered.of(look))
        names = _name_fields(look, shared=desk.may(Act.SET_UP))
    whose = (
        c.Field(
            "whose",
            _("For whom"),
            c.FieldKind.RADIO,
            "me",
            options=(c.Option("me", _("For me")), c.Option("all", _("For everybody in the programme"))),
        ),
    )
    form = c.Form(
        f"{PATH}/new",
        c.Button(_("Save this view"), c.Look.MAIN),
        (
            *names,
            *(whose if desk.may(Act.SET_UP) else ()),
        ),
        once=desk.once(),
        hidden=(("query", query),),
    )
    list_ = f"{filters.LIST}?{query}" if query else filters.LIST
    page = FormPage(
        (c.Link(_("Findings"), filters.LIST), c.Link(_("Views"), PATH)),
        _("Save this view"),
        (),
        None,
        back.on(form),
        c.Button(_("Back to the list"), c.Look.PLAIN, href=list_),
        says=says,
        purpose=c.plain(_("Keep the filters of this list under a name, to come back to it.")),
    )
    return desk.show(page, status=back.status)


@router.get(f"{PATH}/{{view_id}}", access=may(Act.SEE_FINDINGS))
def one(desk: AtDesk, view_id: UUID) -> Response:
    """One view to be renamed, moved or removed."""
    return _one(desk, view_id)


@router.post(f"{PATH}/{{view_id}}/rename", access=may(Act.SEE_FINDINGS))
def rename(
    desk: AtDesk, view_id: UUID, sent: Annotated[Valid[Renamed] | NotValid[Renamed], read(Renamed)]
) -> Response:
    """Another name."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.rename(
            unit,
            view_id,
            name=given.name,
            names=given.names,
            version=seen(given.version),
            taken=_called(),
        ),
        lambda back: _one(desk, view_id, back),
        to=PATH,
        said=_("The view has its new name."),
    )


@router.post(f"{PATH}/{{view_id}}/up", access=may(Act.SEE_FINDINGS))
def move_up(desk: AtDesk, view_id: UUID, sent: Pressed) -> Response:
    """One place further to the front."""
    return carry_out(
        desk,
        sent,
        lambda unit, _given: commands.move_up(unit, view_id),
        lambda back: _one(desk, view_id, back),
        to=PATH,
        said=_("The view is one place further to the front."),
    )


@router.post(f"{PATH}/{{view_id}}/remove", access=may(Act.SEE_FINDINGS))
def remove(desk: AtDesk, view_id: UUID, sent: PressedAsSeen) -> Response:
    """Away with it."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.remove(unit, view_id, version=seen(given.version)),
        lambda back: _one(desk, view_id, back),
        to=PATH,
        said=_("The view is removed. What it showed is not."),
    )


def _one(desk: Desk, view_id: UUID, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        view = views.one(look, view_id)
        if view.shared and (why := look.why_not(Act.SET_UP, None)):
            raise NotAllowed(why)
        says = _in_words(pairs_of(view.query, desk.actor.id), look, Offered.of(look))
        fields = _name_fields(look, view, shared=view.shared)
    here, named = f"{PATH}/{view_id}", "name" in (back.typed or {})
    renaming = c.Form(
        f"{here}/rename",
        c.Button(_("Rename"), c.Look.MAIN),
        fields,
        once=desk.once(),
        version=view.version,
    )
    # Moving it to the front rests on nothing that was seen.
    changed = (
        conflict(renaming.version, renaming.fields, back, () if named else fields)
        if "version" in (back.typed or {})
        else None
    )
    plain = (
        c.Act(
            "up",
            _("Move to the front"),
            c.Form(f"{here}/up", c.Button(_("One place to the front")), once=desk.once()),
        ),
        c.Act(
            "remove",
            _("Remove"),
            c.Form(f"{here}/remove", c.Button(_("Remove this view")), once=desk.once(), version=view.version),
        ),
    )
    page = PartsPage(
        (c.Link(_("Findings"), filters.LIST), c.Link(_("Views"), PATH)),
        view.said,
        c.Problem(back.refused) if back.refused and not named and not changed else None,
        (Part("change", _("Change it"), form=back.on(renaming) if named else renaming, acts=plain),),
        conflict=changed,
        says=says,
        purpose=c.plain(_("A list that was kept under a name: rename it, move it or remove it.")),
    )
    return desk.show(page, status=back.status)
