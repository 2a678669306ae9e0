"""How does an act look: as a panel on a finding's page, and as a page of its own?"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Action, Case, Obligation, Proposal
from clm_tracker.domain.policy import Act
from clm_tracker.domain.possible import UNDECIDED
from clm_tracker.domain.words import ObligationState
from clm_tracker.queries import timeline, wording
from clm_tracker.queries.acts import PossibleAct
from clm_tracker.web import components as c
from clm_tracker.web.desk import Desk
from clm_tracker.web.pages import owing
from clm_tracker.web.pages.acts import between
from clm_tracker.web.pages.acts.about import About
from clm_tracker.web.pages.acts.doing import ACTION, FINDING, OBLIGATION, Doing
from clm_tracker.web.pages.acts.of_findings import OF_FINDINGS
from clm_tracker.web.pages.acts.of_parts import OF_PARTS
from clm_tracker.web.pages.acts.questions import nothing
from clm_tracker.web.pages.answering import FRESH, Back
from clm_tracker.web.words import _

DOINGS: dict[tuple[str, str], Doing] = {(one.target, one.verb): one for one in (*OF_FINDINGS, *OF_PARTS)}


def path(doing: Doing, ref: str, part: object) -> str:
    """The address of an act."""
    if doing.target == FINDING:
        return f"/findings/{ref}/{doing.slug}"
    return f"/{doing.target}s/{part}/{doing.slug}"


def name(act: PossibleAct, case: Case) -> str:
    """The act in words, with what it is about where a finding has several of it."""
    part = None if act.target == FINDING else case.get(act.target, act.target_id)
    if isinstance(part, Action) and len(case.actions) > 1:
        return _("{act}: {what}").format(act=act.label, what=short(part.what))
    if isinstance(part, Obligation) and len(case.live()) > 1:
        return _("{act}: {what}").format(act=act.label, what=wording.what(part.kind))
    if isinstance(part, Proposal):
        return (
            _("{act} stage {n}").format(act=act.label, n=part.stage)
            if act.verb != "check_risk"
            else act.label
        )
    return act.label


def form(
    doing: Doing,
    about: About,
    once: str,
    *,
    back: str = "",
    scope: str = "",
    seen: int | None = None,
    came: Back = FRESH,
) -> c.Form:
    """The act's form; what was typed is kept when it came back with errors or a refusal."""
    fields = tuple(replace(field, scope=scope) for field in doing.ask(about))
    row = about.row
    hidden = [("back", back)] if back else []
    if seen is not None:
        hidden.append((between.SEEN, str(seen)))
    if doing.target == OBLIGATION and doing.verb == "escalate" and isinstance(row, Obligation):
        hidden.append(("from_stage", str(row.stage)))
    asked = c.Form(
        path(doing, about.case.finding.ref, about.id),
        c.Button(_(doing.submit), c.Look.MAIN),
        fields,
        once=once,
        version=row.version if doing.fresh else None,
        hidden=tuple(hidden),
    )
    if came.typed is None:
        return asked
    return c.came_back(asked, came.typed, came.errors, came.refused, counts=came.counts)


def refused(look: Reading, case: Case, act: PossibleAct) -> c.Button | None:
    """The greyed-out button of an act that is not possible: pressing it gets the same sentence from the server.

    None for an act that is possible or has no form.
    """
    if not act.why_not:
        return None
    version = None
    if act.verb == "edit":
        to = f"/findings/{case.finding.ref}/edit"
    else:
        doing = DOINGS.get((act.target, act.verb))
        if doing is None:
            return None
        to = path(doing, case.finding.ref, act.target_id)
        if doing.fresh:
            version = str(About(look, case, act.target_id).row.version)
    return c.Button(
        name(act, case),
        action=to,
        name=None if version is None else "version",
        value=version,
        why_not=act.why_not,
        id=f"no-{_scope(act)}",
    )


def panel(
    desk: Desk,
    look: Reading,
    case: Case,
    act: PossibleAct,
    *,
    back: str = "",
    apart: bool = True,
    seen: int | None = None,
) -> c.Act | None:
    """The act among others; a refused one as a button that says why. Afterwards the person goes `back`.

    One that asks something is the way to its own page, unless it is not set `apart`. What is not too long opens in place
    where there is a script, and answers for what was seen here, in whatever moment it is opened.
    """
    scope, label, ref = _scope(act), name(act, case), case.finding.ref
    if grey := refused(look, case, act):
        return c.Act(scope, label, c.Form(grey.action or "", grey, once=desk.once()))
    if act.verb == "edit":
        return c.Act(scope, label, c.Form("", c.Button(label, href=f"/findings/{ref}/edit")))
    doing = DOINGS.get((act.target, act.verb))
    if doing is None:
        return None
    about = About(look, case, act.target_id)
    if apart and (doing.ask is not nothing):
        way, then = path(doing, ref, act.target_id), urlencode({"back": back}) if back else ""
        as_seen = f"version={about.row.version}&{between.SEEN}={seen or 0}"
        here = None if doing.apart else f"{way}?{as_seen}{then and '&'}{then}"
        href = f"{way}?{then}" if then else way
        return c.Act(scope, label, c.Form("", c.Button(label, href=href)), here=here)
    asked = form(doing, about, desk.once(), back=back, scope=scope, seen=seen)
    if not asked.fields:
        asked = replace(asked, submit=c.Button(label))
    return c.Act(scope, label, asked)


def opened(
    doing: Doing, about: About, act: PossibleAct, once: str, *, back: str, asked: Mapping[str, str]
) -> c.Act:
    """The act as it opens in place on the page that `asked` for it, and said what it shows."""
    scope, label = _scope(act), name(act, about.case)
    if grey := refused(about.look, about.case, act):
        return c.Act(scope, label, c.Form(grey.action or "", grey, once=once))
    seen = between.known(asked.get(between.SEEN, ""))
    put = form(
        doing, about, once, back=back, scope=scope, seen=timeline.latest(about.look) if seen is None else seen
    )
    version = between.known(asked.get("version", ""))
    if put.version is not None and version is not None:
        put = replace(put, version=version)
    return c.Act(scope, label, put, part_says(doing, about), open=True)


def part_says(doing: Doing, about: About) -> str | None:
    """What the act is about, in a sentence, on a page of its own."""
    row = about.row
    if doing.target == ACTION and isinstance(row, Action):
        day = wording.day(row.due_on, about.today)
        if doing.act is Act.ANSWER_EXTENSION and row.extension_asked_on:
            return _("{what} By {day}. Asked for instead: {asked}. The reason: {reason}").format(
                what=wording.ended(row.what),
                day=day,
                asked=wording.day(row.extension_asked_on, about.today),
                reason=wording.ended(row.extension_reason or ""),
            )
        return _("{what} By {day}.").format(what=wording.ended(row.what), day=day)
    if isinstance(row, Obligation):
        day = wording.day(row.due_on, about.today)
        who = wording.upper(wording.who(row, about.look.rules))
        if row.ended_at is not None:
            ended_on = about.look.rules.calendar.local_date(row.ended_at)
            by = who if row.state is ObligationState.MET else wording.who(row, about.look.rules)
            return owing.ended(row).format(who=by, day=wording.day(ended_on, about.today))
        return _("{who}: {what}, due {day}.").format(who=who, what=wording.owed(row.kind), day=day)
    if isinstance(row, Proposal):
        if row.state not in UNDECIDED:
            return None
        ladder = about.look.rules.ladders[about.case.obligations[row.obligation_id].ladder_id]
        stage = ladder.stage(row.stage)
        return _("Stage {n}, {name}, waits for the committee.").format(
            n=row.stage, name=stage.said if stage else ""
        )
    f, posts = about.case.finding, about.look.rules.posts
    if doing.act is Act.ANSWER_TRANSFER and f.transfer_to and f.duty_bearer_id:
        now = posts[f.duty_bearer_id].said
        return _("Addressed to {now}; said to belong to {to}. The reason: {reason}").format(
            now=now, to=posts[f.transfer_to].said, reason=wording.ended(f.transfer_reason or "")
        )
    return None


def _scope(act: PossibleAct) -> str:
    return f"{act.verb.replace('_', '-')}-{act.target_id.hex[-6:]}"


def short(text: str) -> str:
    """The first line of it, as a label has room for."""
    first = text.strip().splitlines()[0] if text.strip() else ""
    return first if len(first) <= 60 else first[:57].rstrip() + "…"
