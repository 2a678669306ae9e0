"""What waits for me today, soonest first, and how is it answered with one tap?"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.domain.words import Kind, ObligationState, Role
from clm_tracker.queries import desk as waiting
from clm_tracker.queries import wording
from clm_tracker.queries.desk import Group, Item
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import SIGNED_IN, Router
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.decisions.answers import answers
from clm_tracker.web.pages.set_up.beginning import left_to_do
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import N_, BigDay, _

router = Router(include_in_schema=False)
# What others owe, what waits for something else first, and what nobody is asked for.
_LAST = frozenset({"overdue", "held", "parked", "drafts"})


@dataclass(frozen=True)
class GroupPage(Page):
    """One group of a desk."""

    template: ClassVar[str] = "pages/my_group.html"

    heading: str
    says: str
    cards: tuple[c.Card, ...]
    next: c.Link | None


@dataclass(frozen=True)
class DeskPage(Page):
    """What waits for one person."""

    template: ClassVar[str] = "pages/my_desk.html"

    day: c.Docket
    heading: str
    says: str
    notes: tuple[c.Message, ...]
    groups: tuple[c.Group, ...]
    facts: tuple[c.Fact, ...]
    empty: c.Empty
    first: c.FirstSteps | None = None


@router.get("/", access=SIGNED_IN)
def my_desk(desk: AtDesk) -> Response:
    """What waits for the person who looks."""
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = waiting.my_desk(look)
        first = left_to_do(look)
        posts = [look.rules.posts[p].name for p in sorted(desk.actor.posts) if p in look.rules.posts]
    groups = sorted((g for g in found.groups if g.items), key=lambda g: _soonest(g, voice))
    notes = (
        (
            c.Message(
                c.words(
                    _("{n} wait since {day}: {reason} {link}"),
                    n=words.counted(found.brake.held, "One stage", "{n} stages"),
                    day=voice.moment(found.brake.since),
                    reason=found.brake.reason,
                    link=c.link(_("Look and release"), "/engine"),
                ),
                c.Tone.NOTE,
            ),
        )
        if found.brake
        else ()
    )
    as_whom = posts[0] if posts else desk.guest.role
    page = DeskPage(
        c.Docket(None, (c.plain(voice.day(voice.today, words.Style.LONG).text), c.plain(as_whom))),
        _heading(groups) if groups or not first else _("A new programme"),
        _says(groups, voice),
        notes,
        tuple(_group(g, desk, voice) for g in groups),
        _facts(groups),
        _empty(desk),
        first,
    )
    return desk.show(page)


@router.get("/desk/{key}", access=SIGNED_IN)
def my_group(desk: AtDesk, key: str) -> Response:
    """One group of a desk, whole."""
    typed = desk.request.query_params.get("from", "0")
    start = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = waiting.group(look, key, start)
    end = start + len(found.items)
    page = GroupPage(
        found.title,
        _("{first} to {last} of {all}").format(first=start + 1, last=end, all=found.count)
        if found.items
        else _("Nothing more waits here."),
        tuple(_card(found, n, i, desk, voice) for n, i in enumerate(found.items, start + 1)),
        c.Link(_("Next"), f"/desk/{key}?from={end}") if found.items and _goes_on(found, end) else None,
    )
    return desk.show(page)


def _goes_on(g: Group, end: int) -> bool:
    return g.count.more or g.count.n > end


def _soonest(g: Group, voice: Voice) -> tuple[int, date]:
    """What is late comes first, then what is due or was asked first; what others owe and drafts come last."""
    first = min(i.due_on or voice.local(i.since) for i in g.items)
    if g.key in _LAST:
        return 2, voice.today
    return (0 if g.late.n else 1), first


def _heading(groups: list[Group]) -> str:
    n = sum(g.count.n for g in groups)
    if not n:
        return _("Nothing waits for you")
    return words.counted(n, "One thing waits for you", "{n} things wait for you")


def _says(groups: list[Group], voice: Voice) -> str:
    items = [i for g in groups for i in g.items]
    late = sum(g.late.n for g in groups)
    days = sorted(i.due_on for i in items if i.due_on and not i.overdue and i.due_on >= voice.today)
    said = [words.counted(late, "One is late.", "{n} are late.")] if late else []
    if today := days.count(voice.today):
        said.append(words.counted(today, "One is due today.", "{n} are due today."))
    elif days:
        said.append(
            _("The next is due {day}, {left}.").format(day=voice.long(days[0]).text, left=voice.left(days[0]))
        )
    return " ".join(said)


def _group(g: Group, desk: Desk, voice: Voice) -> c.Group:
    cards = tuple(_card(g, n, i, desk, voice) for n, i in enumerate(g.items, 1))
    more = c.Link(_("All {n}").format(n=g.count), f"/desk/{g.key}") if _goes_on(g, len(cards)) else None
    return c.Group(g.key, g.title, cards, str(g.count), more)


def _card(g: Group, n: int, i: Item, desk: Desk, voice: Voice) -> c.Card:
    place = i.site or i.area
    facts = ", ".join(t for t in (labels.SEVERITY[i.severity], place) if t)
    about = f"{i.note}. " if i.note and not i.note.endswith(".") else f"{i.note} " if i.note else ""
    rung = None
    if i.obligation_id and i.stages:
        stage = c.plain(i.stage_name or _("Not on the ladder yet"))
        rung = c.Rung(i.stage, i.stages, stage, i.then)
    return c.Card(
        f"{g.key}-{n}",
        _day(i, voice),
        _left(i, voice),
        labels.KIND[i.kind] if i.kind and g.key != "mine" else _asked(i),
        c.Link(i.title, f"/findings/{i.ref}", lang=voice.script(i.title)),
        (*c.plain(f"{about}{facts}. "), c.whole(i.ref)),
        i.overdue,
        rung,
        _answers(g, i, desk),
    )


def _day(i: Item, voice: Voice) -> BigDay:
    return voice.big(i.due_on or voice.local(i.since))


def _left(i: Item, voice: Voice) -> str:
    if i.due_on is None:
        return voice.ago(i.since)
    if i.state is ObligationState.SUSPENDED:
        return _("reported done")
    if i.state is ObligationState.PAUSED:
        return _("paused")
    return voice.left(i.due_on, late=i.overdue)


def _asked(i: Item) -> str:
    return labels.KIND[i.kind] if i.kind else wording.upper(i.what)


def _answers(g: Group, i: Item, desk: Desk) -> c.Form | None:
    """One-tap answers. What needs more than a tap is a link to its own page, which leads back here."""
    finding, action = f"/findings/{i.ref}", f"/actions/{i.action_id}"
    if g.key == "mine":
        return _of_duty_bearer(i, desk)
    if g.key == "decide":
        return _of_committee(i, desk)
    if g.key == "verify" and i.action_id:
        return c.Form(finding, _to(f"{action}/verify", _("Put the check on record"), c.Look.MAIN))
    if g.key in _PAGES:
        slug, label = _PAGES[g.key]
        return c.Form(finding, _to(f"{finding}/{slug}", _(label), c.Look.MAIN))
    if g.key in _TAPS:
        slug, label, other, other_label = _TAPS[g.key]
        at = action if i.action_id else finding
        others = _to(f"{at}/{other}", _(other_label))
        if slug in {"accept"} & i.cannot:
            return c.Form(at, _to(f"{at}/{other}", _(other_label), c.Look.MAIN))
        return _tap(desk, f"{at}/{slug}", _(label), others)
    return None


# What each group asks, where it has a page of its own.
_PAGES = {
    "verify": ("resolve", N_("Call it resolved")),
    "confirm": ("resolve", N_("Confirm that it is resolved")),
    "tell": ("tell-community", N_("Put on record that they were told")),
    "sustain": ("check-sustained", N_("Say what you saw")),
    "drafts": ("edit", N_("Go on writing")),
    "route": ("name-duty-bearer", N_("Name the duty bearer")),
    "review": ("review", N_("Put the review on record")),
}
# What is answered yes with one tap, and where the other answer is given.
_TAPS = {
    "proposed": ("accept", N_("Accept"), "change", N_("Another text or day")),
    "asked": ("accept", N_("Accept"), "change", N_("Another text or day")),
    "extensions": ("grant-extension", N_("Grant more time"), "refuse-extension", N_("Refuse")),
    "transfers": ("accept-transfer", N_("Accept the transfer"), "decline-transfer", N_("Decline")),
}


def _to(path: str, label: str, look: c.Look = c.Look.SECOND) -> c.Button:
    """A button that leads to an act's own page and back here."""
    return c.Button(label, look, href=f"{path}?back=/")


def _tap(desk: Desk, path: str, label: str, *others: c.Button) -> c.Form:
    """A form that is one button, beside the other answers."""
    return c.Form(path, c.Button(label, c.Look.MAIN), once=desk.once(), hidden=(("back", "/"),), also=others)


def _of_committee(i: Item, desk: Desk) -> c.Form | None:
    if i.proposal_id is None:
        return None
    recused = i.why_not if "decide" in i.cannot else None
    return answers(desk, i.proposal_id, recused=recused, why_not=i.why_not)


def _of_duty_bearer(i: Item, desk: Desk) -> c.Form | None:
    """The answers that are possible now; words are always one."""
    finding = f"/findings/{i.ref}"
    in_words = _to(f"{finding}/reply", _("Answer in words"))
    not_ours = (
        ()
        if "propose_transfer" in i.cannot
        else (_to(f"{finding}/propose-transfer", _("Not ours"), c.Look.PLAIN),)
    )
    if i.kind is Kind.ACKNOWLEDGE:
        propose = _to(f"{finding}/propose", _("Say what will be done"))
        return _tap(desk, f"{finding}/acknowledge", _("Received"), propose, *not_ours)
    if i.kind is Kind.AGREE:
        propose = _to(f"{finding}/propose", _("Propose what, and by when"), c.Look.MAIN)
        return c.Form(finding, propose, also=(in_words, *not_ours))
    if i.kind is Kind.ACT and i.action_id:
        action = f"/actions/{i.action_id}"
        if "report_done" in i.cannot:
            return c.Form(finding, in_words)
        done = c.Button(
            _("Report it done"), c.Look.MAIN, href=f"{action}/report-done?back=/", icon=c.Icon.CAMERA
        )
        more = (
            () if "ask_extension" in i.cannot else (_to(f"{action}/ask-extension", _("Ask for more time")),)
        )
        return c.Form(finding, done, also=(*more, in_words))
    return None


def _facts(groups: list[Group]) -> tuple[c.Fact, ...]:
    return tuple(c.Fact(g.title, str(g.count), f"#{g.key}") for g in groups)


def _empty(desk: Desk) -> c.Empty:
    roles = desk.actor.roles()
    if roles & {Role.ADVOCATE, Role.COORDINATOR}:
        return c.Empty(
            _("Your desk is clear"),
            _("What has to be checked, answered or finished appears here by itself."),
            c.Button(_("Log a finding"), c.Look.MAIN, href="/findings/new"),
        )
    if roles & {Role.DUTY_BEARER}:
        return c.Empty(
            _("Your post owes nothing at present"),
            _("When a finding is addressed to your post, it appears here with its day."),
            c.Button(_("Look at the findings"), href="/findings"),
        )
    if roles == {Role.OBSERVER}:
        return c.Empty(_("Observers see totals"), _("Single findings are not shown to observers."))
    return c.Empty(
        _("No decision waits"),
        _("Stages that need an approval appear here with their day."),
        c.Button(_("Look at the findings"), href="/findings"),
    )
