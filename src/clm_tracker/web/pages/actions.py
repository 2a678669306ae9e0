"""What is known about one corrective action: what was agreed, its promise, more time, reports and checks? (R14 to R17)"""

from uuid import UUID

from starlette.responses import Response

from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ActionState, Agreement, Kind, Side, Verdict
from clm_tracker.queries import actions, wording
from clm_tracker.queries.actions import ActionDetail, Extension, Report
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages import labels, owing
from clm_tracker.web.pages.acts import panels
from clm_tracker.web.pages.findings import dates, parts, shown
from clm_tracker.web.pages.part import Part, PartPage, crumbs, docket, record
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


@router.get("/actions/{action_id}", access=may(Act.SEE_FINDINGS))
def one(desk: AtDesk, action_id: UUID) -> Response:
    """One corrective action, whole."""
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        d = actions.one(look, action_id)
        page = PartPage(
            purpose=c.plain(_("One promise: what was agreed, by which day, and whether it was kept.")),
            crumbs=crumbs(d.case),
            docket=docket(d.case, _("Corrective action"), voice, c.plain(labels.ACTION[d.action.state])),
            heading=d.action.what,
            heading_lang=voice.script(d.action.what),
            owes=_owes(d, voice),
            due=_due(d, voice),
            wide=_promise(d, voice),
            parts=tuple(_parts(d, voice)),
            acts=panels.of(desk, look, d.case, d.acts, back=f"/actions/{action_id}"),
            record=record(d.case, d.lines, voice),
        )
    return desk.show(page)


def _owes(d: ActionDetail, voice: Voice) -> c.Owes:
    """Where it stands, in one sentence."""
    a = d.action
    jump = c.Button(_("What you can do"), c.Look.MAIN, href="#acts") if d.acts else None
    post = c.strong(_post(d, voice))
    why = {o.kind: owing.why(o.id) for o in d.owed}
    day = c.strong(voice.long(a.due_on), why.get(Kind.ACT))
    match a.state:
        case ActionState.PROPOSED:
            side = (
                _("The community accepts it, or answers with another text, day, result or check.")
                if a.proposed_side is Side.DUTY_BEARER
                else _("The duty bearer accepts it, or answers with another text, day, result or check.")
            )
            return c.Owes(
                c.words(_("{who} would do this by {day}. Nobody agreed on it yet."), who=post, day=day),
                c.plain(side),
                jump,
            )
        case ActionState.AGREED:
            late = a.due_on < voice.today
            said = (
                _("{who} owes this. It was due {day}, {left}.")
                if late
                else _("{who} owes this by {day} ({left}).")
            )
            return c.Owes(c.words(said, who=post, day=day, left=voice.left(a.due_on, late=late)), (), jump)
        case ActionState.REPORTED if a.reported_at:
            check = next((o for o in d.owed if o.kind is Kind.VERIFY), None)
            then = (
                c.words(
                    _("The community checks by {day} ({left}). Until then it is unverified."),
                    day=c.strong(voice.long(check.due_on), why[Kind.VERIFY]),
                    left=voice.left(check.due_on, late=check.due_at <= voice.now),
                )
                if check
                else c.plain(_("It is unverified until the community has checked."))
            )
            on = c.strong(voice.long(voice.local(a.reported_at)))
            return c.Owes(c.words(_("{who} reported this done on {day}."), who=post, day=on), then, jump)
        case ActionState.VERIFIED if a.verified_at:
            on = c.strong(voice.long(voice.local(a.verified_at)))
            return c.Owes(c.words(_("The community checked on {day}: it is fixed."), day=on), (), jump)
    return c.Owes(c.words(_("Dropped. {reason}"), reason=wording.ended(a.drop_reason or "")), (), jump)


def _due(d: ActionDetail, voice: Voice) -> c.Due | None:
    pressing = next((o for o in d.owed if o.kind is Kind.VERIFY), next(iter(d.owed), None))
    if pressing is None:
        return None
    return dates.card(d.case, pressing, voice, late=pressing.due_at <= voice.now)


def _promise(d: ActionDetail, voice: Voice) -> tuple[Part, ...]:
    if d.promise is None:
        return ()
    note = c.plain(_("Judged by the first day promised."))
    return (Part("promise", _("The promise"), note, promise=parts.promise(d.promise, voice)),)


def _parts(d: ActionDetail, voice: Voice) -> list[Part]:
    found = [
        Part(
            "agreed",
            _("What was agreed") if d.action.first_due_on else _("What is proposed"),
            told=tuple(_agreed(d, voice)),
        )
    ]
    if d.extensions:
        found.append(Part("more-time", _("More time"), table=_more_time(d, voice)))
    if d.reports:
        found.append(Part("reports", _("Reports and checks"), table=_reports(d.reports, voice)))
    if d.evidence:
        pieces = tuple(shown.piece(e, d.people, voice) for e in reversed(d.evidence))
        found.append(Part("evidence", _("Evidence"), evidence=pieces))
    return found


def _agreed(d: ActionDetail, voice: Voice) -> list[c.Told]:
    a = d.action
    post = c.link(_post(d, voice), f"/duty-bearers/{a.duty_bearer_id}")
    rows = [
        c.Told(_("Who does it"), (post,)),
        c.Told(_("What will be different"), c.plain(a.expected or _("Not said."))),
        c.Told(_("How it is checked"), c.plain(a.how_checked or _("Not said."))),
        c.Told(_("How it was agreed"), _how(d, voice)),
    ]
    if a.agreement is Agreement.IMPOSED and d.imposed_because:
        rows.append(c.Told(_("Why there was no agreement"), c.plain(d.imposed_because)))
    if a.first_due_on:
        rows.append(c.Told(_("First day promised"), c.words("{day}", day=voice.long(a.first_due_on))))
        rows.append(c.Told(_("Day agreed"), c.words("{day}", day=voice.long(a.due_on))))
        moved = words.counted(d.slips, "Once", "{n} times") if d.slips else _("Never")
        rows.append(c.Told(_("How often it slipped"), c.plain(moved)))
    else:
        rows.append(c.Told(_("Day proposed"), c.words("{day}", day=voice.long(a.due_on))))
    rows.append(c.Told(_("Proposed"), _proposed(d, voice)))
    return rows


def _how(d: ActionDetail, voice: Voice) -> c.Words:
    a = d.action
    if a.agreement is Agreement.PROPOSED_ONLY or a.agreed_on is None:
        return c.plain(labels.AGREEMENT[a.agreement])
    where = labels.WHERE[a.agreed_where] if a.agreed_where and a.agreement is Agreement.AGREED else ""
    said = _("{how}, {where}, on {day}") if where else _("{how}, on {day}")
    return c.words(
        said, how=labels.AGREEMENT[a.agreement], where=wording.lower(where), day=voice.long(a.agreed_on)
    )


def _proposed(d: ActionDetail, voice: Voice) -> c.Words:
    a = d.action
    by = d.people.get(a.proposed_by, "")
    for_side = _("for the duty bearer") if a.proposed_side is Side.DUTY_BEARER else _("for the community")
    on = voice.day(voice.local(a.proposed_at))
    return c.words(_("{day}, by {who}, {side}"), day=on, who=by, side=for_side)


def _post(d: ActionDetail, voice: Voice) -> str:
    post = voice.rules.posts.get(d.action.duty_bearer_id)
    return post.said if post else _("The duty bearer")


def _more_time(d: ActionDetail, voice: Voice) -> c.Table:
    heads = (_("Asked"), _("From and to"), _("Reason"), _("Answer"))
    return c.Table(_("More time"), heads, tuple(_extension(e, d, voice) for e in d.extensions))


def _extension(e: Extension, d: ActionDetail, voice: Voice) -> c.Line:
    asked = c.words(_("{day}, by {who}"), day=voice.day(voice.local(e.asked_at)), who=e.asked_by)
    moved = c.words(_("{day} to {new}"), day=voice.day(e.was), new=voice.day(e.until))
    if e.granted is None or e.answered_at is None:
        waits = d.action.extension_asked_on is not None
        answer = c.plain(_("Waits for an answer") if waits else _("Was not answered"))
    else:
        said = _("Granted {day}, by {who}") if e.granted else _("Refused {day}, by {who}. {why}")
        on = voice.day(voice.local(e.answered_at))
        answer = c.words(said, day=on, who=e.answered_by or "", why=wording.ended(e.why or ""))
    return c.Line(asked, (moved, c.plain(e.reason), answer))


def _reports(reports: tuple[Report, ...], voice: Voice) -> c.Table:
    heads = (_("Reported done"), _("What was said"), _("The community's own check"))
    return c.Table(_("Reports and checks"), heads, tuple(_report(r, voice) for r in reports))


def _report(r: Report, voice: Voice) -> c.Line:
    head = c.words(_("{day}, by {who}"), day=voice.day(voice.local(r.at)), who=r.by)
    if r.verdict is None or r.checked_at is None:
        return c.Line(head, (c.plain(r.note), c.plain(_("Unverified"))))
    verdict = labels.VERDICT[Verdict(r.verdict)] if r.verdict in set(Verdict) else r.verdict
    checked = c.words(
        _("{verdict}, {day}, by {who}. {saw}"),
        verdict=c.strong(verdict),
        day=voice.day(voice.local(r.checked_at)),
        who=r.checked_by or "",
        saw=r.saw or "",
    )
    return c.Line(head, (c.plain(r.note), checked))
