"""What may happen to a finding, from the first draft to the community being told? (R1 to R8, R18, R19)"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from clm_tracker.domain import duty_bearers, events, obligations, possible
from clm_tracker.domain.cases import Case, Finding, Story, Told, difference
from clm_tracker.domain.names import is_seen, must_say
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import (
    ActionState,
    ClosedAs,
    FindingStatus,
    Kind,
    Party,
    Purpose,
    Side,
)
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import FieldError, Invalid, NotNow, each, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import N_, Labels, _

EDITABLE = frozenset(
    {
        "title",
        "description",
        "severity",
        "track",
        "theme_id",
        "dimension",
        "area_id",
        "site_id",
        "round_id",
        "observed_on",
        "affected",
        "language",
        "recurrence_of",
    }
)
# Once a finding is open its severity, theme and place decided windows, ladder and duty bearer; those stay.
EDITABLE_OPEN = frozenset({"title", "description", "affected", "language", "dimension", "round_id"})
_NEEDED = Labels(
    {
        "title": N_("Give the finding a title of a few words."),
        "severity_is_said": N_("Choose how serious it is."),
        "theme_id": N_("Choose the thematic area."),
        "dimension": N_("Choose what kind of problem it is."),
        "observed_on": N_("Say on which day it was seen."),
    }
)
# A draft holds at least one of these: what somebody would have to say again.
_SAID = (
    "title",
    "description",
    "severity_is_said",
    "theme_id",
    "dimension",
    "area_id",
    "site_id",
    "observed_on",
    "affected",
)
LONGEST = {"title": 200, "description": 20_000, "affected": 1_000}


def draft(finding: Finding, *, with_more: bool = False) -> list[Told]:
    """A finding that only its author and the coordinator see: something is said, or comes `with_more`, such as a photo."""
    if not with_more and not any(getattr(finding, name) for name in _SAID):
        raise invalid("title", _NEEDED["title"])
    _check_lengths({name: getattr(finding, name) for name in LONGEST})
    change = difference(None, finding)
    event = events.FindingDrafted(finding.title) if finding.title else events.FindingBegun()
    return [Told(event, () if change is None else (change,))]


def edit(case: Case, changes: Mapping[str, Any], now: datetime) -> Story:
    """Change what the finding says; an open one keeps what its windows, ladder and duty bearer rest on."""
    f = case.finding
    if why := possible.why_not_edit(case):
        raise NotNow("not_editable", why)
    allowed = EDITABLE if f.status is FindingStatus.DRAFT else EDITABLE_OPEN
    fixed = sorted(name for name in set(changes) - allowed if changes[name] != getattr(f, name, None))
    if fixed:
        raise Invalid(
            tuple(
                FieldError(
                    n, _("This cannot change once the finding is open: dates and duty bearer rest on it.")
                )
                for n in fixed
            )
        )
    _check_lengths(changes)
    if f.status is not FindingStatus.DRAFT and "title" in changes and not is_seen(str(changes["title"])):
        raise invalid("title", _NEEDED["title"])
    changed = {n: v for n, v in changes.items() if n in allowed and v != getattr(f, n)}
    what = sorted(
        changed.keys() | ({"severity"} if "severity" in changes and not f.severity_is_said else set())
    )
    if "severity" in what:
        changed["severity_is_said"] = True
    story = Story(case, now)
    if changed:
        named = ", ".join(what).replace("_id", "").replace("recurrence_of", "recurrence")
        story.tell(events.FindingEdited(named), replace(f, **changed))
    return story


def _check_lengths(values: Mapping[str, Any]) -> None:
    long = [n for n, most in LONGEST.items() if n in values and len(str(values[n] or "")) > most]
    if long:
        raise Invalid(tuple(FieldError(n, _at_most(LONGEST[n])) for n in long))


def _at_most(n: int) -> str:
    return _("Shorten this to at most {n} characters.").format(n=cldr.number(n))


def missing(finding: Finding, now: datetime, rules: Rules) -> tuple[FieldError, ...]:
    """What still has to be said before the finding can be opened."""
    errors = [
        FieldError(name.removesuffix("_is_said"), text)
        for name, text in _NEEDED.items()
        if not is_seen(str(getattr(finding, name) or ""))
    ]
    if finding.site_id is None and finding.area_id is None:
        errors.append(FieldError("site_id", _("Choose the site, or the area when it is not about one site.")))
    if why := rules.why_not_into(finding.area_id):
        errors.append(FieldError("site_id", why))
    if finding.observed_on and finding.observed_on > rules.calendar.local_date(now):
        errors.append(FieldError("observed_on", _("The day it was seen cannot lie in the future.")))
    return tuple(errors)


def open_(
    case: Case, rules: Rules, now: datetime, *, duty_bearer_id: UUID | None = None, reason: str = ""
) -> Story:
    """Open the finding: the duty bearer comes from routing, or from `duty_bearer_id` by hand with a reason (R3)."""
    f = case.finding
    if why := possible.why_not_open(case):
        raise NotNow("already_open", why)
    if errors := missing(f, now, rules):
        raise Invalid(errors, _("The finding cannot be opened yet."))
    routed = duty_bearers.route(
        theme_id=f.theme_id,
        site_id=f.site_id,
        area_id=f.area_id,
        posts=rules.posts,
        areas=rules.areas,
        day=rules.calendar.local_date(now),
    )
    post, how = routed, "routing"
    if duty_bearer_id is not None and duty_bearer_id != routed:
        why = _("Say why this duty bearer is named instead of the one that routing finds.")
        each(lambda: rules.directory.must_exist(duty_bearer_id), lambda: must_say("reason", reason, why))
        post, how = duty_bearer_id, "by_hand"
    story = Story(case, now)
    name = rules.posts[post].name if post else None
    opened = replace(f, status=FindingStatus.OPEN, opened_at=now, duty_bearer_id=post)
    story.tell(events.FindingOpened(name, how if post else "unmatched", reason or None), opened)
    obligations.open_(story, Kind.ACKNOWLEDGE if post else Kind.ROUTE, rules)
    return story


def name_duty_bearer(case: Case, post: UUID, reason: str, rules: Rules, now: datetime) -> Story:
    """The coordinator routes a finding that nobody matched (R3)."""
    must_be_open(case)
    if why := possible.why_not_name_duty_bearer(case):
        raise NotNow("has_duty_bearer", why)
    each(
        lambda: rules.directory.must_exist(post),
        lambda: must_say("reason", reason, _("Say why this duty bearer is the right one.")),
    )
    story = Story(case, now)
    named = replace(case.finding, duty_bearer_id=post)
    story.tell(events.DutyBearerNamed(rules.posts[post].name, reason), named)
    obligations.meet(story, Kind.ROUTE)
    obligations.open_(story, Kind.ACKNOWLEDGE, rules)
    return story


def acknowledge(
    case: Case, rules: Rules, now: datetime, *, note: str = "", on_behalf_of: str | None = None
) -> Story:
    """The duty bearer has received it. It stops this clock only: an answer is owed next (R9)."""
    must_be_open(case)
    story = Story(case, now)
    acknowledge_within(story, rules, note=note, on_behalf_of=on_behalf_of)
    return story


def acknowledge_within(
    story: Story, rules: Rules, *, note: str = "", on_behalf_of: str | None = None
) -> None:
    """Acknowledge as part of a larger answer."""
    received = obligations.the(story.case, Kind.ACKNOWLEDGE)
    story.tell(events.Acknowledged(note or None, on_behalf_of), about=received.id)
    obligations.meet(story, Kind.ACKNOWLEDGE)
    windows = rules.windows[story.case.finding.severity]
    due = max(
        rules.due(received.start_at, windows.agree),
        rules.due(story.now, windows.acknowledge),
        key=lambda d: d.at,
    )
    obligations.open_(story, Kind.AGREE, rules, due=due)


def refuse(
    case: Case,
    reason: str,
    outside_power: bool,
    now: datetime,
    *,
    on_behalf_of: str | None = None,
) -> Story:
    """The duty bearer refuses, or says it is outside their power: the next stage is due now (R19)."""
    must_be_open(case)
    must_say("reason", reason, _("Say why, so that the next level can act on it."))
    if why := possible.why_not_refuse(case):
        raise NotNow("nothing_owed", why)
    pressing = possible.refusable(case)
    story = Story(case, now)
    due_now = [
        replace(o, next_step_at=now) for o in pressing if o.next_step_at is not None and o.next_step_at > now
    ]
    story.tell(events.Refused(reason, outside_power, on_behalf_of), *due_now, about=pressing[0].id)
    return story


def why_not_resolve(case: Case, person: UUID, rules: Rules) -> str | None:
    """Why this person may not call the finding resolved now (R18), or None."""
    f = case.finding
    if f.status is not FindingStatus.OPEN:
        return possible.IS[f.status]
    waiting = [a for a in case.actions.values() if a.state not in (ActionState.VERIFIED, ActionState.DROPPED)]
    if waiting:
        return _("A corrective action is neither verified nor dropped yet: {what}").format(
            what=waiting[0].what
        )
    since = f.reopened_at or f.logged_at
    if any(a.reported_by == person for a in case.actions.values()):
        return _("You reported the completion, so somebody else has to call it resolved.")
    if not any(
        e.purpose in (Purpose.RESOLUTION, Purpose.VERIFICATION)
        and e.side is Side.COMMUNITY
        and e.attached_at >= since
        for e in case.pieces
    ):
        return _("Add at least one piece of evidence of the resolution that comes from the community.")
    if rules.four_eyes and f.resolve_proposed_by == person:
        return _("You proposed this; a second person from the community side confirms it.")
    return None


def resolve(case: Case, person: UUID, note: str, rules: Rules, now: datetime) -> Story:
    """Call the finding resolved; with four eyes the first call proposes and the second, by another person, confirms."""
    if why := why_not_resolve(case, person, rules):
        raise NotNow("cannot_resolve", why)
    story = Story(case, now)
    f = case.finding
    if rules.four_eyes and f.resolve_proposed_by is None:
        proposed = replace(f, resolve_proposed_by=person, resolve_proposed_at=now)
        story.tell(events.ResolutionProposed(note), proposed)
        if not case.live(Kind.VERIFY):
            obligations.open_(story, Kind.VERIFY, rules)
        return story
    reached = reached_stage(case)
    resolved = replace(f, status=FindingStatus.RESOLVED, resolved_at=now, reached_stage=reached)
    story.tell(events.FindingResolved(note), resolved)
    obligations.meet(story, Kind.VERIFY)
    obligations.void(story, saying("the finding is resolved"))
    obligations.open_(story, Kind.TELL_COMMUNITY, rules)
    obligations.open_(story, Kind.SUSTAIN, rules)
    return story


def unproposed(f: Finding) -> Finding:
    """The finding without a resolution that waits for its second person: what it rested on is another (R18)."""
    return replace(f, resolve_proposed_by=None, resolve_proposed_at=None)


def reached_stage(case: Case) -> int:
    """The highest stage that the duty bearer's obligations ever reached."""
    return max((o.stage for o in case.obligations.values() if o.owed_by is Party.DUTY_BEARER), default=0)


def close(
    case: Case, closed_as: ClosedAs, reason: str, now: datetime, *, merged_into: Finding | None = None
) -> Story:
    """Withdraw, merge into an earlier finding, or call unresolvable, with a reason (R7). Nothing is deleted."""
    f = case.finding
    if why := possible.why_not_close(case):
        raise NotNow("not_closable", why)
    each(
        lambda: must_say("reason", reason, _("Say why the finding is closed.")),
        lambda: _check_merger(f, closed_as, merged_into),
    )
    story = Story(case, now)
    closed = replace(
        f,
        status=FindingStatus.CLOSED,
        closed_at=now,
        closed_as=closed_as,
        merged_into=merged_into.id if merged_into else None,
        reached_stage=reached_stage(case),
    )
    story.tell(events.FindingClosed(str(closed_as), reason, merged_into.ref if merged_into else None), closed)
    if closed_as is ClosedAs.WITHDRAWN:
        ended = saying("the finding was withdrawn")
    elif merged_into is not None:
        ended = saying("the finding was merged into {ref}", ref=merged_into.ref)
    else:
        ended = saying("the committee called the finding unresolvable")
    obligations.void(story, ended)
    return story


def _check_merger(f: Finding, closed_as: ClosedAs, merged_into: Finding | None) -> None:
    if (closed_as is ClosedAs.MERGED) != (merged_into is not None):
        raise invalid("merged_into", _("Name the finding it is merged into; other closings have none."))
    if merged_into is not None:
        if merged_into.id == f.id:
            raise invalid("merged_into", _("A finding cannot be merged into itself."))
        if merged_into.status is not FindingStatus.OPEN or merged_into.logged_at > f.logged_at:
            raise invalid("merged_into", _("Merge into an earlier finding that is still open."))


def reopen(case: Case, reason: str, rules: Rules, now: datetime) -> Story:
    """It is not fixed after all: the ladder resumes at the stage it had reached, with a new date (R8)."""
    story = Story(case, now)
    reopen_within(story, reason, rules)
    return story


def reopen_within(story: Story, reason: str, rules: Rules) -> None:
    """Reopen as part of a larger act."""
    f = story.case.finding
    if why := possible.why_not_reopen(story.case):
        raise NotNow("not_resolved", why)
    must_say("reason", reason, _("Say what was seen."))
    again = replace(
        unproposed(f),
        status=FindingStatus.OPEN,
        resolved_at=None,
        reopened=f.reopened + 1,
        reopened_at=story.now,
    )
    story.tell(events.FindingReopened(f.reached_stage, reason), again)
    obligations.void(story, saying("the finding was reopened"))
    kind = Kind.AGREE if f.duty_bearer_id else Kind.ROUTE
    obligations.open_(story, kind, rules, stage=f.reached_stage if kind is Kind.AGREE else 0)


def tell_community(case: Case, note: str, now: datetime) -> Story:
    """The people who asked have been told what came of it."""
    owed = obligations.the(case, Kind.TELL_COMMUNITY)
    must_say("note", note, _("Say how the community was told."))
    story = Story(case, now)
    story.tell(events.CommunityTold(note), about=owed.id)
    obligations.meet(story, Kind.TELL_COMMUNITY)
    return story


def check_sustained(case: Case, still_fixed: bool, note: str, rules: Rules, now: datetime) -> Story:
    """Is it still fixed one round later? When it is not, the finding is reopened."""
    owed = obligations.the(case, Kind.SUSTAIN)
    must_say("note", note, _("Say what was seen."))
    story = Story(case, now)
    story.tell(events.SustainChecked(still_fixed, note), about=owed.id)
    obligations.meet(story, Kind.SUSTAIN)
    if not still_fixed:
        reopen_within(story, note, rules)
    return story


def review(case: Case, note: str, rules: Rules, now: datetime) -> Story:
    """The committee looked at a finding that stands at its last stage; the next review follows, until it is closed."""
    obligations.the(case, Kind.REVIEW)
    must_say("note", note, _("Say what the committee decided to do next."))
    story = Story(case, now)
    story.touch(events.ReviewDone(note))
    obligations.meet(story, Kind.REVIEW)
    obligations.open_(story, Kind.REVIEW, rules)
    return story


def must_be_open(case: Case) -> None:
    """Raise NotNow unless the finding is open."""
    if why := possible.why_not_work(case):
        raise NotNow("not_open", why)
