"""What does a post owe, what is its record, who held it, and who stands above it? With the acts of a coordinator."""

from datetime import date
from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.commands import duty_bearers as commands
from clm_tracker.db.units import Reading
from clm_tracker.domain.names import LONGEST
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Role
from clm_tracker.queries import duty_bearers, people, themes
from clm_tracker.queries.duty_bearers import Held, PostDetail
from clm_tracker.queries.post_records import sees_findings
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Day, Line, NotValid, Plain, Seen, Valid, read, seen
from clm_tracker.web.pages import pick
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.duty_bearers import parts
from clm_tracker.web.pages.duty_bearers.listing import LIST
from clm_tracker.web.pages.set_up import frame
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = f"{LIST}/{{post_id}}"


# Each act on a post rests on the version that was seen: another may hold it by now.


class Appointed(Seen):
    """Who holds the post from which day on, how to reach them, and their account."""

    name: Line = ""
    from_on: Day | None = None
    email: Line | None = None
    phone: Line | None = None
    language: Plain | None = None
    person: Line = ""


class Reached(Seen):
    """Which holder, and how they are written to from now on."""

    holder: UUID
    email: Line = ""
    phone: Line = ""
    language: Plain = ""


class Relieved(Seen):
    """The last day on which the post was held."""

    last_on: Day | None = None


class Closed(Seen):
    """The first day on which the post exists no more."""

    closed_on: Day | None = None


@router.get(PAGE, access=may(Act.SEE_SET_UP))
def post(desk: AtDesk, post_id: UUID) -> Response:
    """The post."""
    return _show(desk, post_id)


@router.post(f"{PAGE}/appoint", access=may(Act.SET_UP))
def appoint(
    desk: AtDesk, post_id: UUID, sent: Annotated[Valid[Appointed] | NotValid[Appointed], read(Appointed)]
) -> Response:
    """Somebody holds the post from a day on."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.appoint(
            unit,
            post_id,
            name=given.name,
            from_on=given.from_on,
            email=given.email,
            phone=given.phone,
            language=given.language or None,
            person_id=pick.understood("person", given.person, _accounts(unit)),
            version=seen(given.version),
        ),
        lambda back: _show(desk, post_id, "appoint", back),
        to=f"{LIST}/{post_id}",
        said=_("The post has a new holder. What it owes stays with it."),
    )


@router.post(f"{PAGE}/reach", access=may(Act.SET_UP))
def reach(
    desk: AtDesk, post_id: UUID, sent: Annotated[Valid[Reached] | NotValid[Reached], read(Reached)]
) -> Response:
    """A holder of the post is written to otherwise."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.reach(
            unit,
            post_id,
            given.model_dump(exclude={"holder", "version"}),
            holder_id=given.holder,
            version=seen(given.version),
        ),
        lambda back: _show(desk, post_id, f"reach-{(back.typed or {}).get('holder')}", back),
        to=f"{LIST}/{post_id}",
        said=_("This is kept. What waits for them goes there."),
    )


@router.post(f"{PAGE}/relieve", access=may(Act.SET_UP))
def relieve(
    desk: AtDesk, post_id: UUID, sent: Annotated[Valid[Relieved] | NotValid[Relieved], read(Relieved)]
) -> Response:
    """The post is vacant after a day."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.relieve(
            unit, post_id, last_on=given.last_on, version=seen(given.version)
        ),
        lambda back: _show(desk, post_id, "relieve", back),
        to=f"{LIST}/{post_id}",
        said=_(
            "The last day in the post is put down. While it is vacant, a stage goes to the nearest post above it that is held."
        ),
    )


@router.post(f"{PAGE}/close", access=may(Act.SET_UP))
def close(
    desk: AtDesk, post_id: UUID, sent: Annotated[Valid[Closed] | NotValid[Closed], read(Closed)]
) -> Response:
    """The post exists no more from a day on."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.close(
            unit, post_id, from_on=given.closed_on, version=seen(given.version)
        ),
        lambda back: _show(desk, post_id, "close", back),
        to=f"{LIST}/{post_id}",
        said=_("The post is closed from that day on. New findings go to the next post above."),
    )


def _show(desk: Desk, post_id: UUID, form: str = "", back: Back = FRESH) -> Response:
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        d = duty_bearers.one(look, post_id)
        coordinates = look.why_not(Act.SET_UP, None) is None
        acts, changed = _acts(desk, look, d, form, back, voice) if coordinates else ({}, None)
        links = sees_findings(look.actor, post_id)
        known = {t.id: t.said for t in themes.themes(look, retired=True)}
        shown = (
            parts.owes(d, voice, links=links),
            parts.record(d),
            parts.answers_for(d, known, voice),
            parts.above(d),
            parts.below(d),
            parts.holders(d, voice, acts.get("holders", ()), with_contacts=coordinates),
            parts.replies(d, voice) if links else None,
            parts.ending(d, acts.get("ending", ())) if coordinates else None,
        )
    links_back = (c.Link(_("Duty bearers"), LIST),)
    page = frame.PartsPage(
        frame.crumbs(*links_back) if coordinates else links_back,
        d.post.said,
        None,
        tuple(p for p in shown if p is not None),
        conflict=changed,
        says=parts.says(d, voice),
        purpose=c.plain(_("What this post answers for, what it owes, and how it has kept its promises.")),
    )
    return desk.show(page, status=back.status)


def _acts(
    desk: Desk, look: Reading, d: PostDetail, form: str, back: Back, voice: Voice
) -> tuple[dict[str, tuple[c.Act, ...]], c.Conflict | None]:
    """The acts of a coordinator by the part of the page that they stand in; the refused one is open.

    One that is possible no more comes back with what was typed. Besides, what stands now when somebody was first.
    """
    today = look.today
    holds = tuple(h for h in d.holders if h.to_on is None or h.to_on >= today)
    held = tuple(h for h in d.holders if h in holds or form == f"reach-{h.id}")
    made = {
        "appoint": _appoint(desk, look, d, today),
        **{f"reach-{h.id}": _reach(desk, look, d, h) for h in held},
        "relieve": _relieve(desk, d, today),
        "close": _close(desk, d, today),
    }
    shown = {
        name: c.Act(
            name,
            label,
            back.on(asked) if name == form else asked,
            about=about,
            open=name == form and back.typed is not None,
        )
        for name, (label, about, asked) in made.items()
    }
    reached = tuple(shown[f"reach-{h.id}"] for h in held)
    is_over = d.post.to_on is not None and d.post.to_on < today
    stands = () if form.startswith("reach-") else parts.stands(d, holds, voice)
    return {
        "holders": (shown["appoint"], *reached, *((shown["relieve"],) if holds or form == "relieve" else ())),
        "ending": (shown["close"],) if not is_over or form == "close" else (),
    }, conflict(made[form][2].version, made[form][2].fields, back, stands) if form in made else None


def _appoint(desk: Desk, look: Reading, d: PostDetail, today: date) -> tuple[str, str, c.Form]:
    fields = (
        c.Field("name", _("Name"), longest=LONGEST, scope="appoint"),
        c.Field("from_on", _("First day in the post"), c.FieldKind.DATE, today.isoformat(), scope="appoint"),
        *_ways(look, "appoint"),
        pick.field(
            "person",
            _("Their account here"),
            _accounts(look),
            chosen=None,
            none=_("No account"),
            how=_("Their name or address. Left empty: no account; letters hold a link to answer by."),
            hint=_(
                "With an account they answer on the pages. Without one, letters hold a link to answer by."
            ),
            scope="appoint",
        ),
    )
    about = _("Whoever holds the post now does so until the day before.") if d.post.holder else ""
    form = c.Form(
        f"{LIST}/{d.post.id}/appoint",
        c.Button(_("Put down the holder"), c.Look.MAIN),
        fields,
        once=desk.once(),
        version=d.post.version,
    )
    return _("Appoint a holder"), about, form


def _ways(look: Reading, scope: str, h: Held | None = None) -> tuple[c.Field, ...]:
    """How somebody is written to; the names of `Appointed` and `Reached`."""
    email, phone = (h.email or "", h.phone or "") if h else ("", "")
    spoken = look.programme.languages
    chosen = h.language if h and h.language in spoken else spoken[0]
    return (
        c.Field(
            "email", _("Email address for letters"), c.FieldKind.EMAIL, email, required=False, scope=scope
        ),
        c.Field("phone", _("Telephone"), value=phone, required=False, longest=40, scope=scope),
        c.Field(
            "language",
            _("Language of their letters"),
            c.FieldKind.SELECT,
            chosen,
            hint=_("Somebody with an account chooses it themselves."),
            required=False,
            options=tuple(c.Option(tag, languages.name_of(tag)) for tag in spoken),
            scope=scope,
        ),
    )


def _reach(desk: Desk, look: Reading, d: PostDetail, h: Held) -> tuple[str, str, c.Form]:
    form = c.Form(
        f"{LIST}/{d.post.id}/reach",
        c.Button(_("Keep this"), c.Look.MAIN),
        _ways(look, f"reach-{h.id}", h),
        hidden=(("holder", str(h.id)),),
        once=desk.once(),
        version=d.post.version,
    )
    about = _("An address that a letter came back from is tried again once it is kept here.")
    if h.has_account:
        about = _("{name} has an account, and is written to as it says there.").format(name=h.name)
    return _("How {name} is written to").format(name=h.name), about, form


def _relieve(desk: Desk, d: PostDetail, today: date) -> tuple[str, str, c.Form]:
    field = c.Field(
        "last_on", _("Last day in the post"), c.FieldKind.DATE, today.isoformat(), scope="relieve"
    )
    form = c.Form(
        f"{LIST}/{d.post.id}/relieve",
        c.Button(_("Put down the last day"), c.Look.MAIN),
        (field,),
        once=desk.once(),
        version=d.post.version,
    )
    return (
        _("The holder leaves"),
        _("While a post is vacant, a stage goes to the nearest post above it that is held."),
        form,
    )


def _close(desk: Desk, d: PostDetail, today: date) -> tuple[str, str, c.Form]:
    field = c.Field("closed_on", _("Closed from"), c.FieldKind.DATE, today.isoformat(), scope="close")
    form = c.Form(
        f"{LIST}/{d.post.id}/close",
        c.Button(_("Close the post"), c.Look.MAIN),
        (field,),
        once=desk.once(),
        version=d.post.version,
    )
    about = _(
        "What it still owes stays with it and climbs to the post above. New findings no longer come here."
    )
    return _("Close the post"), about, form


def _accounts(look: Reading) -> tuple[pick.Choice, ...]:
    """Whoever may answer for a post: people with the role of a duty bearer."""
    return tuple(
        pick.Choice(p.id, p.name, p.email or "")
        for p in people.everyone(look)
        if any(m.role is Role.DUTY_BEARER for m in p.memberships)
    )
