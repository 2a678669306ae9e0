"""How are the parts of a finding's page filled: docket, sentence, ladder, promises, what is owed, evidence?"""

from collections.abc import Mapping
from dataclasses import replace

from clm_tracker.domain.words import (
    ActionState,
    FindingStatus,
    NoticeState,
    ObligationState,
    Side,
)
from clm_tracker.queries import wording
from clm_tracker.queries.findings import FindingDetail
from clm_tracker.queries.findings.detail import Owed
from clm_tracker.queries.notices import ToldOf
from clm_tracker.queries.promises import PromiseLine
from clm_tracker.queries.staircase import Gate, Reach, Staircase, Step
from clm_tracker.queries.timeline import Entry
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.pages import labels, owing
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import N_, Labels, _

GATES = Labels(
    {
        c.Gate.OPEN: N_("These begin by themselves when their day comes"),
        c.Gate.APPROVAL: N_("One approval by the committee"),
        c.Gate.PUBLIC: N_("Public: two approvers, a risk check, a right of reply"),
    }
)
_GATE = {Gate.OPEN: c.Gate.OPEN, Gate.APPROVAL: c.Gate.APPROVAL, Gate.PUBLIC: c.Gate.PUBLIC}
_REACH = {
    Reach.CLIMBED: c.Reach.CLIMBED,
    Reach.NOW: c.Reach.NOW,
    Reach.NEXT: c.Reach.NEXT,
    Reach.LATER: c.Reach.LATER,
}


def docket(d: FindingDetail, voice: Voice) -> c.Docket:
    """What this is, in one line."""
    facts: list[c.Words] = [c.plain(labels.STATUS[d.status])] if d.status is not FindingStatus.OPEN else []
    facts.append(
        c.plain(
            _("{track}, {severity}").format(
                track=labels.TRACK[d.track],
                severity=wording.lower(labels.severity(d)),
            )
        )
    )
    if d.theme:
        facts.append(c.plain(d.theme.name))
    if place := d.site or d.area:
        which = "site" if d.site else "area"
        facts.append((c.link(place.name, f"/findings?{which}={place.id}"),))
    if d.opened_at:
        ago = voice.ago(d.opened_at)
        facts.append(c.words(_("Opened {day}, {ago}"), day=voice.day(voice.local(d.opened_at)), ago=ago))
    else:
        facts.append(c.words(_("Logged {day}"), day=voice.day(voice.local(d.logged_at))))
    return c.Docket(d.ref, tuple(facts))


def owes(d: FindingDetail, voice: Voice, *, explained: bool = True) -> c.Owes:
    """Who owes what by when, and what happens if nothing is done (R2); `explained` with the way to why it is that day."""
    jump = c.Button(_("What you can do"), c.Look.MAIN, href="#acts") if d.acts else None
    if d.next is None:
        return c.Owes(owing.nobody(d, voice), jump=jump)
    return owing.of(d.next, voice, jump, why=owing.why(d.next.obligation_id) if explained else None)


def ladder(stairs: Staircase, voice: Voice, letters: Mapping[int, str] | None = None) -> c.Ladder:
    """The large ladder, with the way to the `letters` of each stage that has some."""
    ways = letters or {}
    steps = tuple(_step(s, stairs, voice, ways.get(s.number)) for s in stairs.steps)
    return c.Ladder(steps, tuple(GATES.items()))


def ladder_note(d: FindingDetail, stairs: Staircase, voice: Voice, aside: c.Words = ()) -> c.Words:
    """Whose ladder it is and where that stands on it, what is to be said beside that, and the way to what comes."""
    own = next(o for o in d.obligations if o.id == stairs.obligation_id)
    at = (
        _("Stage {n} of {all}").format(n=stairs.stage, all=len(stairs.steps))
        if stairs.stage
        else _("Not on the ladder yet")
    )
    note = c.words(
        _("{who}, {what}: {at}, {name}, {version}.{still}"),
        who=wording.upper(own.who),
        what=c.link(own.what, f"/obligations/{own.id}"),
        at=wording.lower(at),
        name=wording.lower(stairs.name),
        version=_("version {n}").format(n=words.number(stairs.version, voice.lang)),
        still=_(" The clock stands still.") if stairs.paused else "",
    )
    way = c.link(_("If nobody does anything for 90 days"), f"/findings/{d.ref}/simulate")
    return (*note, *c.plain(" "), *aside, way)


def promises(d: FindingDetail, voice: Voice) -> tuple[c.Promise, ...]:
    """The corrective actions as lines on one axis."""
    drawn = [(p, _promised(p)) for p in d.promises]
    if not drawn:
        return ()
    axis = c.axis([line for _p, line in drawn], voice.today)
    return tuple(_promise(n, p, line, axis, voice) for n, (p, line) in enumerate(drawn, 1))


def promise(p: PromiseLine, voice: Voice) -> c.Promise:
    """One corrective action on an axis of its own."""
    line = _promised(p)
    return replace(_promise(1, p, line, c.axis([line], voice.today), voice), href=None)


def promises_note(d: FindingDetail) -> c.Words:
    """How many were kept, and by which date that is judged."""
    if not d.promises:
        return ()
    judged = [p for p in d.promises if p.kept is not None]
    if not judged:
        return c.plain(_("Judged by the first day promised."))
    of = words.of(sum(p.kept is True for p in judged), len(judged))
    return c.plain(_("{of} kept. Judged by the first day promised.").format(of=of))


def proposed(d: FindingDetail, voice: Voice) -> c.Table | None:
    """Actions that nobody agreed on yet, or that were dropped before."""
    shown = {p.action_id for p in d.promises}
    lines = tuple(
        c.Line(
            (c.link(a.what, f"/actions/{a.id}"),),
            (
                c.words(_("by {day}"), day=voice.day(a.due_on)),
                c.plain(
                    _("{state}; by {who}").format(
                        state=labels.ACTION[a.state],
                        who=_("the duty bearer")
                        if a.proposed_side is Side.DUTY_BEARER
                        else _("the community"),
                    )
                ),
            ),
        )
        for a in d.actions
        if a.id not in shown
    )
    heads = (_("What"), _("By when"), _("Where it stands"))
    return c.Table(_("Actions not agreed yet"), heads, lines) if lines else None


def obligations(d: FindingDetail, voice: Voice) -> c.Obligations:
    """What is owed about the finding, running and over."""
    return c.Obligations(
        _("What is owed about {ref}").format(ref=d.ref), tuple(_owed(o, voice) for o in d.obligations)
    )


def beside(d: FindingDetail, voice: Voice) -> c.Beside | None:
    """The claim and the reply, in equal type (R27)."""
    if d.status is FindingStatus.DRAFT:
        return None
    if d.replies:
        last = d.replies[-1]
        answer = c.Side(
            _("Reply of {who}").format(who=last.by),
            words.quoted(last.text),
            c.words(
                _("Received {day}, shown wherever the finding is shown"), day=voice.day(voice.local(last.at))
            ),
            quoted=True,
        )
    else:
        who = d.duty_bearer.name if d.duty_bearer else _("the duty bearer")
        answer = c.Side(
            _("Reply of {who}").format(who=who),
            _("None on record yet."),
            c.plain(_("A reply stands here, wherever the finding is shown.")),
        )
    return c.Beside(claim(d, voice), answer)


def claim(d: FindingDetail, voice: Voice) -> c.Side:
    """What was found."""
    text = "\n\n".join(t for t in (d.description, _affected(d)) if t) or d.title
    who = d.organisation or _("the community")
    return c.Side(
        _("What was found"),
        text,
        c.words(_("Logged by {who}, {day}"), who=who, day=voice.day(voice.local(d.logged_at))),
        lang=d.language if d.language != voice.lang else None,
    )


def told(lines: tuple[ToldOf, ...], voice: Voice) -> c.Table | None:
    """What was told, newest first."""
    heads = (_("What"), _("To whom"), _("When"), _("Where it stands"))
    rows = tuple(
        c.Line(
            c.plain(wording.upper(n.about)),
            (
                c.plain(wording.upper(words.listed(n.to, voice.lang))),
                c.words("{day}", day=voice.moment(n.at)),
                c.plain(labels.NOTICE[n.state]),
            ),
        )
        for n in lines
    )
    return c.Table(_("Who was told"), heads, rows) if rows else None


def told_note(lines: tuple[ToldOf, ...], *, links: str | None = None, letters: str | None = None) -> c.Words:
    """How many, how many have not left yet, and the ways to the `letters` and to the `links` that they brought."""
    all_ = words.counted(len(lines), "{n} notice", "{n} notices")
    waiting = sum(n.state is NoticeState.WAITING for n in lines)
    if links is None:
        return c.plain(
            _("{all}, {waiting} waiting to be sent").format(all=all_, waiting=words.number(waiting))
        )
    way = c.link(_("links without an account"), links)
    if letters is None:
        said = _("{all}, {waiting} waiting to be sent; {links}")
        return c.words(said, all=all_, waiting=words.number(waiting), links=way)
    said = _("{all}, {waiting} waiting to be sent; {letters}; {links}")
    log = c.link(_("the letters"), letters)
    return c.words(said, all=all_, waiting=words.number(waiting), letters=log, links=way)


def entry(e: Entry, voice: Voice, stages: int) -> c.Entry:
    """One line of the record."""
    # What follows from an act (something is owed, met, moved) is set as small as what the engine does.
    follows = e.engine or e.subject is None
    subject = wording.upper(e.subject or "")
    said = c.words(wording.upper(e.pattern), who=c.strong(subject) if not follows or e.stage else subject)
    said += c.plain("".join(f" {wording.ended(detail)}" for detail in e.details)) if e.details else ()
    heat = c.heat(min(e.stage, stages), stages) if e.stage and stages else None
    return c.Entry(voice.moment(e.at), said, follows, heat if follows else None)


def _step(s: Step, stairs: Staircase, voice: Voice, letter: str | None) -> c.Step:
    lines: list[c.Words] = []
    count: c.Words = ()
    if s.reach in {Reach.CLIMBED, Reach.NOW} and s.on:
        said = _("Since {day}") if s.reach is Reach.NOW else _("Entered {day}")
        lines.append(c.words(said, day=voice.day(s.on)))
    if s.told:
        who = words.listed(s.told, voice.lang)
        lines.append(
            c.words(_("Told: {who}. {letter}"), who=who, letter=c.link(_("Letter"), letter))
            if letter
            else c.plain(_("Told: {who}").format(who=who))
        )
    if s.fell_through:
        lines.append(c.plain(s.fell_through))
    if s.reach is Reach.NEXT and s.on:
        verb = _("{day}, {left}, if nothing is done")
        count = c.words(verb, day=voice.day(s.on), left=voice.left(s.on))
    if s.reach is Reach.NEXT and stairs.asked:
        count = c.plain(_("waits for the committee's decision"))
    if s.reach is Reach.LATER and s.not_before:
        lines.append(c.words(_("not before {day}"), day=voice.day(s.not_before)))
    gate = _GATE[s.gate]
    says = GATES[gate] if gate is not c.Gate.OPEN else None
    return c.Step(s.number, s.name, _REACH[s.reach], tuple(lines), count, gate, says)


def _promised(p: PromiseLine) -> c.Promised:
    return c.Promised(p.agreed_on, p.first_due_on, p.moved, p.reported_on, p.verified_on)


def _promise(n: int, p: PromiseLine, line: c.Promised, axis: c.Axis, voice: Voice) -> c.Promise:
    verdict = _verdict(p, voice)
    dates = [
        c.PromiseDate(_("Agreed"), voice.day(p.agreed_on, words.Style.MARK)),
        c.PromiseDate(
            _("First promised") if p.moved else _("Promised"),
            voice.day(p.first_due_on, words.Style.MARK),
            c.Mark.FIRST,
        ),
    ]
    dates += [c.PromiseDate(_("Moved to"), voice.day(d, words.Style.MARK), c.Mark.MOVED) for d in p.moved]
    if p.reported_on:
        dates.append(
            c.PromiseDate(_("Reported done"), voice.day(p.reported_on, words.Style.MARK), c.Mark.REPORTED)
        )
    if p.verified_on:
        dates.append(
            c.PromiseDate(_("Verified"), voice.day(p.verified_on, words.Style.MARK), c.Mark.VERIFIED)
        )
    says = words.listed([_("{what} {day}").format(what=d.label, day=d.day.text) for d in dates])
    return c.Promise(
        f"promise-{n}",
        p.what,
        verdict,
        _("{dates}. {verdict}.").format(dates=says, verdict=verdict),
        *c.drawing(line, axis, voice.today),
        axis.at(voice.today),
        tuple(dates),
        href=f"/actions/{p.action_id}",
    )


def _verdict(p: PromiseLine, voice: Voice) -> str:
    moved = words.counted(len(p.moved), "moved once", "moved {n} times", voice.lang) if p.moved else ""
    if p.state is ActionState.DROPPED:
        said = labels.ACTION[p.state]
    elif p.kept is True:
        said = _("Kept")
    elif p.kept is False:
        said = _("Not kept by its first day")
    elif p.reported_on:
        said = _("Reported in time, not verified yet")
    else:
        said = _("Open")
    return _("{verdict}, {moved}").format(verdict=said, moved=moved) if moved else said


def _owed(o: Owed, voice: Voice) -> c.Obligation:
    live = o.state not in {ObligationState.MET, ObligationState.VOID}
    if live:
        count = (
            voice.left(o.due_on, late=o.overdue) if o.state is ObligationState.RUNNING or o.overdue else ""
        )
    else:
        ended = voice.day(voice.local(o.ended_at)).text if o.ended_at else ""
        count = _("ended {day}").format(day=ended) if ended else ""
    return c.Obligation(
        (c.link(wording.upper(o.what), f"/obligations/{o.id}"),),
        wording.upper(o.who),
        voice.day(o.due_on),
        count,
        labels.OBLIGATION[o.state],
        over=not live,
        late=live and o.overdue,
    )


def _affected(d: FindingDetail) -> str:
    return _("Affected: {who}").format(who=d.affected) if d.affected else ""
