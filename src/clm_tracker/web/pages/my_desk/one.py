"""What waits for me today, soonest first, and how is it answered with one tap?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from starlette.responses import Response

from clm_tracker.db.units import Reading
from clm_tracker.domain.duty_bearers import Post
from clm_tracker.domain.words import Role
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries import decisions, overdue, timeline, wording
from clm_tracker.queries import desk as waiting
from clm_tracker.queries.decisions import Filters, State
from clm_tracker.queries.desk import Group
from clm_tracker.queries.letters.log import Waiting
from clm_tracker.queries.post_records import PostRecord
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import SIGNED_IN, Router
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages.decisions.asked import LATE, LIST, Asked, address
from clm_tracker.web.pages.decisions.listing import late, wait_for_others
from clm_tracker.web.pages.duty_bearers.parts import about_records, record_facts
from clm_tracker.web.pages.my_desk import cards, moved
from clm_tracker.web.pages.my_desk.cards import Answering
from clm_tracker.web.pages.set_up.beginning import left_to_do
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
# What others owe, what waits for something else first, and what nobody is asked for.
_LAST = frozenset({"overdue", "held", "parked", "drafts", "checked"})
# What waits for others altogether.
_ELSEWHERE = frozenset({"checked", "overdue"})


@dataclass(frozen=True)
class GroupPage(Page):
    """One group of a desk."""

    template: ClassVar[str] = "pages/my_group.html"

    heading: str
    says: str
    cards: tuple[c.Card, ...]
    next: c.Link | None


@dataclass(frozen=True, slots=True)
class Record:
    """How the post of whoever looks kept its promises so far, and the way to all about it."""

    title: str
    facts: tuple[c.Fact, ...]
    about: c.Words


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
    records: tuple[Record, ...]
    empty: c.Empty
    news: moved.News | None
    ages: c.Ages | None
    ages_note: c.Words
    first: c.FirstSteps | None = None


@router.get("/", access=SIGNED_IN)
def my_desk(desk: AtDesk) -> Response:
    """What waits for the person who looks."""
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = waiting.my_desk(look)
        at = Answering(desk, found.latest, "/")
        visit = moved.Visit.of(desk, at.seen)
        news = moved.since(look, visit, voice) if desk.actor.roles() & moved.FOR else None
        posts = [look.rules.posts[p] for p in sorted(desk.actor.posts) if p in look.rules.posts]
        undecided, overdue_now = _of_committee(desk, look)
        others = decisions.for_others(look) if Role.COMMITTEE in desk.actor.roles() else {}
    groups = sorted((g for g in found.groups if g.items), key=lambda g: _soonest(g, voice))
    first = left_to_do(found.steps)
    notes = (
        _letters(found.letters)
        + undecided
        + (
            (
                c.Message(
                    c.words(
                        _("{n} wait since {day}: {reason} {link}"),
                        n=words.counted(found.brake.held, "One stage", "{n} stages"),
                        day=voice.moment(found.brake.since),
                        reason=wording.ended(found.brake.reason),
                        link=c.link(_("Look and release"), "/engine"),
                    ),
                    c.Tone.NOTE,
                ),
            )
            if found.brake
            else ()
        )
    )
    as_whom = posts[0].said if posts else desk.guest.role
    page = DeskPage(
        c.Docket(None, (c.plain(voice.day(voice.today, words.Style.LONG).text), c.plain(as_whom))),
        _heading(groups, others) if groups or not first else _("A new programme"),
        _says(groups, others, voice),
        notes,
        tuple(_group(g, at, voice) for g in groups),
        # Of one group its heading says the same.
        tuple(c.Fact(g.title, str(g.count), f"/desk/{g.key}") for g in groups if len(groups) > 1),
        tuple(_record(p, found.records[p.id], alone=len(posts) == 1) for p in posts),
        _empty(desk),
        news,
        overdue_now,
        (c.link(_("All of them"), LATE),) if overdue_now and overdue_now.rows else (),
        first,
        purpose=c.plain(_purpose(desk)),
    )
    answer = desk.show(page)
    visit.keep(answer, secure=desk.house.secure)
    return answer


def _of_committee(desk: Desk, look: Reading) -> tuple[tuple[c.Message, ...], c.Ages | None]:
    """What a committee reviews beside its decisions: those undecided too long, and what is overdue."""
    if Role.COMMITTEE not in desk.actor.roles():
        return (), None
    table = overdue.table(look, overdue.Filters())
    notes: tuple[c.Message, ...] = ()
    if (long := decisions.undecided_long(look)).n:
        n = words.counted(long.n, "One decision waits", "{n} decisions wait")
        link = c.link(_("Look at what waits too long"), address(LIST, Asked(Filters(state=State.LONG)).pairs))
        said = c.words(
            _("{n} for more than {days} working days. {link}"), n=n, days=str(decisions.LONG), link=link
        )
        notes = (c.Message(said, c.Tone.NOTE),)
    return notes, late(look, Asked(Filters()), table)


def _letters(found: Waiting | None) -> tuple[c.Message, ...]:
    """What whoever looks after letters has to do about them."""
    if found is None:
        return ()
    notes = []
    if found.undelivered.n:
        n = words.counted(found.undelivered.n, "One letter", "{n} letters")
        link = c.link(_("Look and send again"), "/letters?state=dead")
        notes.append(c.words(_("{n} could not be delivered. {link}"), n=n, link=link))
    if found.to_print.n:
        n = words.counted(found.to_print.n, "One letter", "{n} letters")
        link = c.link(_("Print"), "/letters?channel=print&state=waiting")
        notes.append(
            c.words(_("{n} for people without an address: print and hand over. {link}"), n=n, link=link)
        )
    return tuple(c.Message(note, c.Tone.NOTE) for note in notes)


@router.get("/desk/moved", access=SIGNED_IN)
def what_moved(desk: AtDesk) -> Response:
    """Everything that moved since the last visit."""
    with desk.reading() as look:
        if not desk.actor.roles() & moved.FOR:
            raise NotFound("group")
        voice = Voice.of(look, desk.guest.language)
        visit = moved.Visit.of(desk, timeline.latest(look))
        page = moved.page(look, visit, voice)
    return desk.show(page)


@router.get("/desk/{key}", access=SIGNED_IN)
def my_group(desk: AtDesk, key: str) -> Response:
    """One group of a desk, whole."""
    typed = desk.request.query_params.get("from", "0")
    start = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 0
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = waiting.group(look, key, start)
        at = Answering(desk, timeline.latest(look), f"/desk/{key}")
    end = start + len(found.items)
    page = GroupPage(
        found.title,
        _("{first} to {last} of {all}").format(first=start + 1, last=end, all=found.count)
        if found.items
        else _("Nothing more waits here."),
        tuple(cards.card(found, n, i, at, voice) for n, i in enumerate(found.items, start + 1)),
        c.Link(_("Next"), f"/desk/{key}?from={end}") if found.items and _goes_on(found, end) else None,
        purpose=c.plain(_("Everything of one sort that waits for you, soonest first.")),
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


def _heading(groups: list[Group], others: Mapping[UUID, bool]) -> str:
    n = sum(g.count.n for g in groups if g.key not in _ELSEWHERE) - len(others)
    if n <= 0:
        return _("Nothing waits for you")
    return words.counted(n, "One thing waits for you", "{n} things wait for you")


def _says(groups: list[Group], others: Mapping[UUID, bool], voice: Voice) -> str:
    mine = [g for g in groups if g.key not in _ELSEWHERE]
    items = [i for g in mine for i in g.items if i.obligation_id not in others]
    late = sum(g.late.n for g in mine) - sum(others.values())
    days = sorted(i.due_on for i in items if i.due_on and not i.overdue and i.due_on >= voice.today)
    said = [words.counted(late, "One is late.", "{n} are late.")] if late > 0 else []
    if today := days.count(voice.today):
        said.append(words.counted(today, "One is due today.", "{n} are due today."))
    elif days:
        said.append(
            _("The next is due {day}, {left}.").format(day=voice.long(days[0]).text, left=voice.left(days[0]))
        )
    said.extend(wait_for_others(others.values()))
    if theirs := next((g.count for g in groups if g.key == "overdue"), None):
        said.append(
            words.counted(
                theirs.n,
                "Duty bearers are late with one obligation.",
                "Duty bearers are late with {n} obligations.",
            )
            if not theirs.more
            else _("Duty bearers are late with more than {n} obligations.").format(n=words.number(theirs.n))
        )
    return " ".join(said)


def _group(g: Group, at: Answering, voice: Voice) -> c.Group:
    shown = tuple(cards.card(g, n, i, at, voice) for n, i in enumerate(g.items, 1))
    more = c.Link(_("All {n}").format(n=g.count), f"/desk/{g.key}") if _goes_on(g, len(shown)) else None
    return c.Group(g.key, g.title, shown, c.Link(str(g.count), f"/desk/{g.key}"), more)


def _purpose(desk: Desk) -> str:
    """What this page is for, in a sentence, by what the person does here."""
    roles = desk.actor.roles()
    if desk.actor.posts:
        return _("What your post owes, soonest first. Most of it is answered with one tap.")
    if Role.COORDINATOR in roles:
        return _("What waits for the community side and for you as coordinator, soonest first.")
    if Role.ADVOCATE in roles:
        return _("What has to be checked, answered or finished, soonest first.")
    if Role.COMMITTEE in roles:
        return _("What the committee decides and reviews, and what is late, highest stage first.")
    return _("Here stands what waits for you.")


def _record(post: Post, found: PostRecord, *, alone: bool) -> Record:
    link = c.link(_("All about this post"), f"/duty-bearers/{post.id}")
    return Record(
        _("The record of your post") if alone else post.said,
        record_facts(post.id, found, links=True),
        (*c.plain(f"{about_records()} "), link),
    )


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
        return c.Empty(
            _("Observers see totals"),
            _("Single findings are not shown to observers."),
            c.Button(_("Duty bearers"), c.Look.MAIN, href="/duty-bearers"),
        )
    return c.Empty(
        _("No decision waits"),
        _("Stages that need an approval appear here with their day."),
        c.Button(_("Look at the findings"), href="/findings"),
    )
