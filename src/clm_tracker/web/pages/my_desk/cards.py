"""How does one thing that waits look, and how is it answered with one tap?"""

from dataclasses import dataclass
from datetime import date

from clm_tracker.domain import possible
from clm_tracker.domain.words import ActionState, Kind, ObligationState, Side
from clm_tracker.queries import wording
from clm_tracker.queries.desk import Group, Item
from clm_tracker.web import components as c
from clm_tracker.web.desk import Desk
from clm_tracker.web.pages import labels, owing
from clm_tracker.web.pages.acts import stands
from clm_tracker.web.pages.acts.between import SEEN
from clm_tracker.web.pages.decisions.answers import answers
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import N_, BigDay, _


@dataclass(frozen=True, slots=True)
class Answering:
    """From where it is answered: whose desk, what of the record it shows, and where the person goes on."""

    desk: Desk
    seen: int
    back: str

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """What travels with a tap unseen."""
        return ("back", self.back), (SEEN, str(self.seen))


def card(g: Group, n: int, i: Item, at: Answering, voice: Voice) -> c.Card:
    """One thing that waits, with its answers."""
    severity, place = labels.severity(i), i.site or i.area
    facts = wording.ended(
        _("{severity}, {place}").format(severity=severity, place=place) if place else severity
    )
    note = (c.Part(wording.ended(i.note), lang=voice.script(i.note)), c.Part(" ")) if i.note else ()
    rung = None
    if i.obligation_id and i.stages:
        stage = c.plain(i.stage_name or _("Not on the ladder yet"))
        rung = c.Rung(i.stage, i.stages, stage, i.then)
    return c.Card(
        f"{g.key}-{n}",
        _day(i, voice),
        _left(i, voice),
        _asked(i) if g.key in _IN_OTHER_WORDS or not i.kind else labels.KIND[i.kind],
        c.Link(i.title, f"/findings/{i.ref}", lang=voice.script(i.title)),
        (*_stands(i, voice), *_since(g, i, voice), *note, *c.plain(f"{facts} "), c.whole(i.ref)),
        i.overdue,
        rung,
        _answers(g, i, at, voice),
        _("Propose what, by") if g.key == "mine" and i.kind is Kind.AGREE and not _any_stands(i) else None,
        owing.why(i.obligation_id) if i.obligation_id and i.due_on else None,
    )


def _any_stands(i: Item) -> bool:
    return stands.anything(i.stand, handed_over=i.handed_to is not None)


def _stands(i: Item, voice: Voice) -> c.Words:
    """What is on the table already, and whose turn it is."""
    if i.kind is not Kind.AGREE:
        return ()
    said = [
        c.words(stands.pattern(a), what=a.what.strip().rstrip("."), day=voice.long(a.due_on))
        for a in i.stand
        if a.state in stands.LIVE
    ]
    if i.handed_to:
        said.append(c.words(stands.elsewhere(), post=i.handed_to))
    return tuple(part for words in said for part in (*words, *c.plain(" ")))


def _since(g: Group, i: Item, voice: Voice) -> c.Words:
    """Since when it waits, and for what: why it stands where it does."""
    if g.key not in _SINCE:
        return ()
    said = c.words(_(_SINCE[g.key]), day=voice.long(voice.local(i.since)), post=i.handed_to or "")
    return *said, *c.plain(" ")


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


_IN_OTHER_WORDS = frozenset({"mine", "confirm"})  # not by the name of what is owed


def _asked(i: Item) -> str:
    return labels.KIND[i.kind] if i.kind else wording.upper(i.what)


def _answers(g: Group, i: Item, at: Answering, voice: Voice) -> c.Form | None:
    """One-tap answers. What needs more than a tap is a link to its own page, which leads back here."""
    finding, action = f"/findings/{i.ref}", f"/actions/{i.action_id}"
    if g.key == "mine":
        return _of_duty_bearer(i, at, voice)
    if g.key == "decide":
        return _of_committee(i, at)
    if g.key in _PAGES:
        of_action = g.key == "verify" and i.action_id is not None
        slug, label = _CHECK if of_action else _PAGES[g.key]
        path = f"{action if of_action else finding}/{slug}"
        if i.recused:
            return _refused(g, i, at, path, _(label))
        return c.Form(finding, _to(at, path, _(label), c.Look.MAIN))
    if g.key in _TAPS:
        slug, label, other, other_label = _TAPS[g.key]
        to = action if i.action_id else finding
        if i.recused:
            return _refused(g, i, at, f"{to}/{slug}", _(label))
        others = _to(at, f"{to}/{other}", _(other_label))
        if slug in {"accept"} & i.cannot:
            return c.Form(to, _to(at, f"{to}/{other}", _(other_label), c.Look.MAIN))
        return _tap(at, f"{to}/{slug}", _(label), others, version=i.version)
    return None


_SINCE = {
    "transfers": N_("On {day} it was said to belong to {post}."),
    "confirm": N_("It was called resolved on {day}."),
    "proposed": N_("Proposed on {day}."),
    "asked": N_("Proposed on {day}."),
    "extensions": N_("More time was asked for on {day}."),
    "drafts": N_("Begun on {day}."),
}
# What each group asks, where it has a page of its own; and a check of one action.
_CHECK = ("verify", N_("Put the check on record"))
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
    "proposed": ("accept", N_("Accept"), "change", N_("Change what is proposed")),
    "asked": ("accept", N_("Accept"), "change", N_("Change what is proposed")),
    "extensions": ("grant-extension", N_("Grant more time"), "refuse-extension", N_("Refuse")),
    "transfers": ("accept-transfer", N_("Accept the transfer"), "decline-transfer", N_("Decline")),
}


def _to(
    at: Answering, path: str, label: str, look: c.Look = c.Look.SECOND, on: date | None = None
) -> c.Button:
    """A button that leads to an act's own page, with a day filled in when one is meant, and back here."""
    day = f"&due_on={on.isoformat()}" if on else ""
    return c.Button(label, look, href=f"{path}?back={at.back}{day}")


def _refused(g: Group, i: Item, at: Answering, path: str, label: str) -> c.Form:
    """What somebody has no say about: the button with its reason, which the server would answer with."""
    id = f"no-{g.key}-{str(i.action_id or i.obligation_id or i.finding_id)[-6:]}"
    button = c.Button(label, why_not=i.recused, id=id)
    return c.Form(path, button, once=at.desk.once(), version=i.version, hidden=at.hidden)


def _tap(at: Answering, path: str, label: str, *others: c.Button, version: int | None = None) -> c.Form:
    """A form that is one button, beside the other answers; `version` is what it answers."""
    button = c.Button(label, c.Look.MAIN)
    return c.Form(path, button, once=at.desk.once(), version=version, hidden=at.hidden, also=others)


def _days(voice: Voice, i: Item) -> tuple[date, date]:
    """Two days that are near at hand: half of what the severity allows for putting it right, and all of it (R5)."""
    calendar, today = voice.rules.calendar, voice.today
    whole = voice.rules.due(voice.now, voice.rules.windows[i.severity].fix).on
    n = max(calendar.count_working_days(today, whole), 2)
    return calendar.add_working_days(today, (n + 1) // 2), max(whole, calendar.add_working_days(today, 2))


def _of_committee(i: Item, at: Answering) -> c.Form | None:
    if i.proposal_id is None:
        return None
    return answers(at.desk, i.proposal_id, i.version, recused=i.recused, why_not=i.why_not, back=at.back)


def _of_duty_bearer(i: Item, at: Answering, voice: Voice) -> c.Form | None:
    """The answers that are possible now; words are always one."""
    finding = f"/findings/{i.ref}"
    in_words = _to(at, f"{finding}/reply", _("Answer in words"))
    not_ours = (
        ()
        if "propose_transfer" in i.cannot
        else (_to(at, f"{finding}/propose-transfer", _("Not ours"), c.Look.PLAIN),)
    )
    if i.kind is Kind.ACKNOWLEDGE:
        propose = _to(at, f"{finding}/propose", _("Say what will be done"))
        return _tap(at, f"{finding}/acknowledge", _("Received"), propose, *not_ours)
    if i.kind is Kind.AGREE and _any_stands(i):
        return _of_what_stands(i, at, in_words, voice.today)
    if i.kind is Kind.AGREE:
        days = _days(voice, i)
        by_day = tuple(_to(at, f"{finding}/propose", voice.day(on).text, on=on) for on in days)
        another = _to(at, f"{finding}/propose", _("Another day"))
        last = not_ours[0] if not_ours else in_words
        return c.Form(finding, last, also=(*by_day, another))
    if i.kind is Kind.ACT and i.action_id:
        action = f"/actions/{i.action_id}"
        if "report_done" in i.cannot:
            return c.Form(finding, in_words)
        done = c.Button(
            _("Report it done"), c.Look.MAIN, href=f"{action}/report-done?back={at.back}", icon=c.Icon.CAMERA
        )
        more = (
            ()
            if "ask_extension" in i.cannot
            else (_to(at, f"{action}/ask-extension", _("Ask for more time")),)
        )
        return c.Form(finding, done, also=(*more, in_words))
    return None


def _of_what_stands(i: Item, at: Answering, in_words: c.Button, today: date) -> c.Form:
    """What is proposed is accepted, or changed; something else is proposed beside it, but is not asked."""
    finding = f"/findings/{i.ref}"
    waits = next((a for a in reversed(i.stand) if a.state is ActionState.PROPOSED), None)
    if waits is None:
        return c.Form(finding, in_words, also=(_to(at, f"{finding}/propose", _("Say what will be done")),))
    another = _to(at, f"/actions/{waits.id}/change", _("Change what is proposed"))
    if waits.proposed_side is Side.DUTY_BEARER or possible.why_not_keep(waits, today):
        return c.Form(finding, another, also=(in_words,))
    return _tap(at, f"/actions/{waits.id}/accept", _("Accept"), another, in_words, version=waits.version)
