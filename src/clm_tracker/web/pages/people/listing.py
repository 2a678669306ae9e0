"""Who takes part in the programme, with which roles, and can they sign in?"""

from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from clm_tracker.db.units import Reading
from clm_tracker.domain.names import folded
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.queries import paging, people, themes, wording
from clm_tracker.queries.people import AccountState, Membership, Person
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages.duty_bearers.listing import PostsListPage
from clm_tracker.web.pages.set_up import frame
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.sessions import ROLES
from clm_tracker.web.words import N_, Labels, _

router = Router(include_in_schema=False)
LIST = "/people"
SHOWN = 25
STATES = Labels(
    {
        AccountState.NAMED: N_("not invited"),
        AccountState.INVITED: N_("invited"),
        AccountState.ACTIVE: N_("active"),
        AccountState.DISABLED: N_("disabled"),
    }
)


# Names and addresses of people who monitor are not for duty bearers and observers to collect.
@router.get(LIST, access=may(Act.SET_UP, Act.SEE_LEDGER))
def listing(desk: AtDesk) -> Response:
    """The people of the programme, by name."""
    given = desk.request.query_params
    q, ended = given.get("q", "").strip()[:100], given.get("show") == "ended"
    with desk.reading() as look:
        coordinates = look.why_not(Act.SET_UP, None) is None
        voice = Voice.of(look, desk.guest.language)
        found = _narrowed(look, q, ended=ended)
        shown, more, begins = _page(found, given.get("after") or None)
        names = {t.id: t.said for t in themes.themes(look, retired=True)}
        lines = tuple(_line(p, look, names, voice) for p in shown)
    here = {"q": q, "show": "ended" if ended else ""}
    page = PostsListPage(
        frame.crumbs() if coordinates else (),
        _("People"),
        c.Views(
            _("Which people"),
            (
                c.Link(_("With a role now"), _address(q=q), current=not ended),
                c.Link(_("Whose roles have ended"), _address(q=q, show="ended"), current=ended),
            ),
            c.Link(_("Invite a person"), f"{LIST}/invite") if coordinates else None,
        ),
        c.Search(
            LIST,
            _("Search people by name, address or organisation"),
            q,
            _("Name, address or organisation"),
            (("show", "ended"),) if ended else (),
        ),
        c.Table(_("People"), _heads(), lines) if lines else None,
        None
        if lines
        else c.Empty(
            _("Nobody fits"),
            _("Look for other words, or at everybody."),
            c.Button(_("Show everybody"), href=LIST),
        ),
        c.Pagination(
            _("{shown} of {all}").format(shown=words.number(len(shown)), all=words.number(len(found))),
            c.Link(_("Next"), _address(**here, after=more)) if more else None,
            None if begins else c.Link(_("Back to the first"), _address(**here)),
        ),
        purpose=c.plain(_("Who takes part, in which role, and whether they can sign in.")),
    )
    return desk.show(page)


def _narrowed(look: Reading, q: str, *, ended: bool) -> list[Person]:
    """Those with a role now, or those without; whose name, address or organisation holds the word."""
    wanted = folded(q)
    return [
        p
        for p in people.everyone(look, ended=ended)
        if (not ended or all(m.ended_at is not None and m.ended_at <= look.now for m in p.memberships))
        and (
            not wanted
            or any(
                wanted in folded(text)
                for text in (p.name, p.email or "", *(m.organisation for m in p.memberships))
            )
        )
    ]


def _page(found: list[Person], after: str | None) -> tuple[list[Person], str | None, bool]:
    """One page of them, the cursor of the next, and whether it is the first."""
    try:
        key = paging.place("people", after, (str, UUID))
    except Invalid:  # a place in a list that was narrowed since
        key = None
    rest = found if key is None else [p for p in found if (p.name, str(p.id)) > (key[0], str(key[1]))]
    shown = rest[:SHOWN]
    more = paging.cursor("people", (shown[-1].name, shown[-1].id)) if len(rest) > SHOWN else None
    return shown, more, key is None


def _address(**pairs: str) -> str:
    query = urlencode({name: value for name, value in pairs.items() if value})
    return f"{LIST}?{query}" if query else LIST


def _heads() -> tuple[str, ...]:
    return (_("Name"), _("Role"), _("Organisation"), _("Account"), _("Last here"))


def _line(p: Person, look: Reading, names: dict[UUID, str], voice: Voice) -> c.Line:
    now = [m for m in p.memberships if m.ended_at is None or m.ended_at > look.now]
    roles = "; ".join(role(m, look, names) for m in now) or _("every role has ended")
    organisations = words.listed(sorted({m.organisation for m in now if m.organisation}))
    state = STATES[p.state]
    seen = c.words("{at}", at=voice.ago(p.last_seen_at)) if p.last_seen_at else c.plain(_("never"))
    return c.Line(
        (c.link(p.name, f"{LIST}/{p.id}"),),
        (
            c.plain(wording.upper(roles)),
            c.plain(organisations or "–"),
            c.plain(state) if p.state is AccountState.ACTIVE else (c.strong(state),),
            seen,
        ),
    )


def role(m: Membership, look: Reading, names: dict[UUID, str]) -> str:
    """A role with what it is limited to: "advocate (Battambang; Care and treatment)"."""
    areas = words.listed(sorted(look.rules.areas[a].said for a in m.areas if a in look.rules.areas))
    limits = [text for text in (areas, words.listed(sorted(names.get(t, "") for t in m.themes))) if text]
    said = ROLES[m.role]
    return _("{role} ({limits})").format(role=said, limits="; ".join(limits)) if limits else said
