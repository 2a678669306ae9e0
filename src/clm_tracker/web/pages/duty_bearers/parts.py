"""What does each part of a post's page say?"""

from collections.abc import Mapping
from uuid import UUID

from clm_tracker.domain.names import word
from clm_tracker.domain.words import Track
from clm_tracker.queries import wording
from clm_tracker.queries.duty_bearers import Held, PostDetail, PostRow
from clm_tracker.queries.post_records import PostRecord
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.glossary import glossary
from clm_tracker.web.pages import owing
from clm_tracker.web.pages.duty_bearers.listing import LIST, counts
from clm_tracker.web.pages.set_up.frame import Part
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import N_, _

MOST_BELOW = 25


def says(d: PostDetail, voice: Voice) -> c.Words:
    """Who holds it, in one sentence; or that it is vacant, or no longer there."""
    if d.post.to_on is not None and d.post.to_on < voice.today:
        return c.words(_("This post existed until {day}."), day=voice.long(d.post.to_on))
    if d.post.from_on is not None and d.post.from_on > voice.today:
        return c.words(_("This post exists from {day} on."), day=voice.long(d.post.from_on))
    now = next((h for h in d.holders if h.name == d.post.holder), None)
    if d.post.holder is None or now is None:
        told = (
            _(
                "This post is {vacant}. A stage goes to the nearest post above it that is held; what is written to this one waits to be printed."
            )
            if any(above.holder for above in d.above)
            else _(
                "This post is {vacant}, and no post above it is held: the coordinator is told of each stage. What is written to it waits to be printed."
            )
        )
        return c.words(told, vacant=c.strong(_("vacant")))
    return c.words(
        _("Held by {name} since {day}."), name=c.strong(d.post.holder), day=voice.long(now.from_on)
    )


def owes(d: PostDetail, voice: Voice, *, links: bool) -> Part | None:
    """The open findings it answers for, how many are late, and what is due first."""
    if d.load is None:
        return None
    open_, late = counts(d.post.id, d.load, links=links)
    facts = (
        c.Fact(_("Open findings that it answers for"), words.number(d.load.open), _href(open_)),
        c.Fact(_("Of these, with something late"), words.number(d.load.late), _href(late)),
    )
    lines = tuple(
        c.Line(
            (c.link(title, f"/findings/{ref}"),),
            (
                c.plain(wording.upper(owed.what)),
                (c.dated(voice.day(owed.due_on), owing.why(owed.id) if links else None),),
                (c.strong(said),) if owed.overdue else c.plain(said),
            ),
        )
        for ref, title, owed in d.owes
        if (said := voice.left(owed.due_on, late=owed.overdue))
    )
    heads = (_("Finding"), _("What is owed"), _("Due"), _("Time left"))
    table = c.Table(_("What this post owes now, soonest first"), heads, lines) if lines else None
    note: c.Words = ()
    if len(d.owes) < d.owes_count.n or d.owes_count.more:
        note = c.plain(_("The {n} that are due first").format(n=len(d.owes)))
    if links:
        calendar = c.link(_("A calendar of what it owes"), f"/account/calendars?post={d.post.id}")
        note = (*note, *(c.plain(" ") if note else ()), calendar)
    return Part("owes", _("What it owes now"), note, facts, table, explain=glossary().obligation)


def record(d: PostDetail) -> Part | None:
    """Its record on its own page; which findings are behind a number is linked where they all are the reader's to see."""
    if d.record is None:
        return None
    facts = record_facts(d.post.id, d.record, links=d.all_seen)
    return Part("record", _("Its record"), c.plain(about_records()), facts, explain=glossary().promise)


def about_records() -> str:
    """What is said beside a record."""
    return _("The record is about the post, whoever held it. Below five, nothing is said.")


def record_facts(post_id: UUID, found: PostRecord, *, links: bool) -> tuple[c.Fact, ...]:
    """Promises kept, days to answer and findings resolved, each with how many it rests on; never a number on too few."""
    kept, answering = found.promises, found.answering
    too_few = _("not enough data")
    median = words.number(answering.median)
    return (
        c.Fact(
            _("Promises kept by their first date"),
            words.of(kept.kept, kept.due) if kept.enough else too_few,
            None,
            words.counted(kept.due, "{n} promise has passed its date", "{n} promises have passed their date"),
            in_words=not kept.enough,
        ),
        c.Fact(
            _("Working days until it answered, median"),
            median if answering.enough else too_few,
            None,
            _answered(answering.asked, answering.waiting),
            in_words=not answering.enough,
        ),
        *(
            c.Fact(
                _(_RESOLVED[r.track]),
                words.of(r.resolved, r.of) if r.enough else too_few,
                f"/findings?status=resolved&track={r.track}&duty_bearer={post_id}"
                if links and r.enough and r.resolved
                else None,
                words.counted(r.of, "{n} finding is addressed to it", "{n} findings are addressed to it"),
                in_words=not r.enough,
            )
            for r in found.resolved
        ),
    )


# Two tracks, never mixed (R6).
_RESOLVED = {
    Track.INDIVIDUAL: N_("Individual cases resolved"),
    Track.SYSTEMIC: N_("Systemic findings resolved"),
}


def _answered(asked: int, waiting: int) -> str:
    said = words.counted(asked, "{n} finding was put to it", "{n} findings were put to it")
    if not waiting:
        return said
    still = words.counted(waiting, "{n} of them still waits", "{n} of them still wait")
    return _("{asked}; {waiting}, with its days so far").format(asked=said, waiting=still)


def answers_for(d: PostDetail, known: Mapping[UUID, str], voice: Voice) -> Part:
    """Its level, place and themes, and from when to when it exists."""
    p = d.post
    every = _("All themes")
    themes = words.listed(sorted(known.get(t, _("unknown")) for t in p.themes)) if p.themes else every
    facts = [
        c.Fact(_("Level"), word(p.level), in_words=True),
        *([c.Fact(_("Site"), d.site, in_words=True)] if d.site else []),
        c.Fact(_("Area"), p.area or _("Whole programme"), in_words=True),
        c.Fact(_("Themes"), themes, in_words=True),
    ]
    if p.from_on is not None:
        facts.append(c.Fact(_("Exists from"), voice.long(p.from_on).text, in_words=True))
    if p.to_on is not None:
        facts.append(c.Fact(_("Exists until"), voice.long(p.to_on).text, in_words=True))
    return Part("for", _("What it answers for"), facts=tuple(facts))


def above(d: PostDetail) -> Part:
    """The post and those above it, up to the highest."""
    steps = ((d.post, True), *((p, False) for p in d.above))
    chain = tuple(
        c.Way(c.Link(p.said, f"{LIST}/{p.id}", current=here), p.holder or _("vacant")) for p, here in steps
    )
    if not d.above:
        note = c.plain(_("No post stands above this one."))
    else:
        note = c.plain(_("What is not answered climbs this way; a vacant post is passed over."))
    return Part("above", _("Who stands above it"), note, chain=chain)


def below(d: PostDetail) -> Part | None:
    """The posts directly below it."""
    if not d.below:
        return None
    lines = tuple(_below(p) for p in d.below[:MOST_BELOW])
    said: c.Words = ()
    if len(d.below) > MOST_BELOW:
        said = c.plain(_("The first {n} of {all}").format(n=MOST_BELOW, all=words.number(len(d.below))))
    heads = (_("Post"), _("Where"), _("Held by"))
    return Part("below", _("Posts below it"), said, table=c.Table(_("Posts below it"), heads, lines))


def _below(p: PostRow) -> c.Line:
    holder = c.plain(p.holder) if p.holder else (c.strong(_("vacant")),)
    return c.Line((c.link(p.said, f"{LIST}/{p.id}"),), (c.plain(p.area or _("Whole programme")), holder))


def stands(d: PostDetail, holds: tuple[Held, ...], voice: Voice) -> tuple[c.Field, ...]:
    """What an act on the post rests on, as it stands now: who holds it from when to when, and whether it is closed."""

    def said(h: Held) -> str:
        first = voice.long(h.from_on).text
        if h.to_on is None:
            return _("{person}, from {day}").format(person=h.name, day=first)
        return _("{person}, from {first} to {last}").format(
            person=h.name, first=first, last=voice.long(h.to_on).text
        )

    by = words.listed([said(h) for h in reversed(holds)]) or _("vacant")
    until = voice.long(d.post.to_on).text if d.post.to_on else ""
    return (c.Field("holder", _("Held by"), value=by), c.Field("to_on", _("Exists until"), value=until))


def holders(d: PostDetail, voice: Voice, acts: tuple[c.Act, ...], *, with_contacts: bool) -> Part:
    """Who held the post from when to when, the newest first."""
    heads = [_("Name"), _("From"), _("Until")]
    if with_contacts:
        heads += [_("How to reach them"), _("Account")]
    lines = []
    for h in d.holders:
        until = c.words("{day}", day=voice.long(h.to_on)) if h.to_on else c.plain(_("still"))
        cells = [c.words("{day}", day=voice.long(h.from_on)), until]
        if with_contacts:
            reach = words.listed([text for text in (h.email, h.phone) if text])
            account = _("has an account") if h.has_account else _("no account")
            said = c.plain(reach or _("no address"))
            if h.email_failed_at:
                came_back = _("{reach} (a letter to the address came back on {day})")
                day = voice.long(voice.local(h.email_failed_at))
                said = c.words(came_back, reach=c.strong(reach), day=day)
            cells += [said, c.plain(account)]
        lines.append(c.Line(c.plain(h.name), tuple(cells)))
    table = (
        c.Table(_("Holders of this post, the newest first"), tuple(heads), tuple(lines)) if lines else None
    )
    empty = None if lines else c.Empty(_("Nobody has held this post yet"))
    return Part("holders", _("Holders"), table=table, acts=acts, empty=empty)


def replies(d: PostDetail, voice: Voice) -> Part | None:
    """What was said in its name, which stands beside the claim wherever that is shown (R27)."""
    if not d.replies:
        return None
    lines = tuple(
        c.Line(
            (c.link(r.title, f"/findings/{r.ref}"),),
            (
                c.plain(words.quoted(r.text)),
                c.words("{day}", day=voice.day(voice.local(r.at))),
                c.plain(r.by),
            ),
        )
        for r in d.replies
    )
    heads = (_("Finding"), _("Reply"), _("Received"), _("By"))
    return Part("replies", _("Its replies"), table=c.Table(_("Replies, the newest first"), heads, lines))


def ending(d: PostDetail, acts: tuple[c.Act, ...]) -> Part:
    """Changing and closing the post."""
    change = c.link(_("Change title, place, themes or superior"), f"{LIST}/{d.post.id}/change")
    return Part("set-up", _("Set-up of this post"), (change,), acts=acts)


def _href(said: c.Words) -> str | None:
    return said[0].href
