"""How do the findings of a file become cases: told from their beginning, or changed as their source changed?"""

import itertools
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clm_tracker.commands.intake import history
from clm_tracker.commands.intake.duty_bearers import post_references, site_areas, site_references
from clm_tracker.commands.intake.places import area_references
from clm_tracker.commands.intake.work import Work
from clm_tracker.db import changes, load, numbers, subjects
from clm_tracker.db.base import table_of
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import ThemeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import duty_bearers, findings
from clm_tracker.domain.cases import Case, Finding, Story
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ActionState, FindingStatus, Kind
from clm_tracker.intake.records import FindingRecord
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound, NotNow, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _

FINDING, THEME = "finding", "theme"
_CHUNK = 200  # findings in one set of statements
THEMES = table_of(ThemeRow)
_TEXTS = ("title", "description", "severity", "track", "dimension", "observed_on")
_PLACES = {"theme": "theme_id", "area": "area_id", "site": "site_id"}


def themes(unit: Writing) -> dict[str, UUID]:
    """What a file may call the themes of this programme: a name in any language, or the code; those in use first."""
    rows = unit.session.execute(
        select(ThemeRow.id, ThemeRow.code, ThemeRow.name, ThemeRow.names)
        .where(ThemeRow.programme_id == unit.programme_id)
        .order_by(ThemeRow.valid_to.is_(None), ThemeRow.version)
    ).all()
    return {text: row.id for row in rows for text in (row.code, *row.names.values(), row.name)}


def take_themes(work: Work) -> None:
    """The themes that findings name and the programme does not have."""
    known = themes(work.unit)
    used = set(
        work.unit.session.scalars(
            select(ThemeRow.code).where(ThemeRow.programme_id == work.unit.programme_id)
        )
    )
    new, lines = [], []
    for name in work.batch.themes:
        if name in known:
            continue
        code = _free(re.sub(r"\W+", "_", name.casefold()).strip("_")[:40] or THEME, used)
        used.add(code)
        id = new_id()
        what = saying("imported the theme {name} from {source}", name=name, source=work.batch.source)
        lines.append(changes.SetUp(THEME, id, what, {}, {"code": code, "name": name}))
        row = {"id": id, "programme_id": work.unit.programme_id, "code": code, "name": name}
        new.append({**row, "names": {}, "version": 1})
    work.insert(THEME, THEMES, new)
    if new:
        work.count(THEME).imported += len(new)
    changes.record_many(work.unit, Act.IMPORT, lines)


def take_findings(work: Work, zone: ZoneInfo) -> None:
    """New findings with their history; changes of those that were taken in before. `zone` is the file's."""
    if work.batch.findings:
        _Taking(work, zone).take()


@dataclass(frozen=True, slots=True)
class _New:
    record: FindingRecord
    draft: Finding
    post: UUID | None


class _Taking:
    """The findings of one file, with what their words mean here."""

    def __init__(self, work: Work, zone: ZoneInfo) -> None:
        self.work, self.unit = work, work.unit
        self.themes, self.areas = themes(work.unit), area_references(work.unit, work.batch.source)
        self.sites, self.posts = (
            site_references(work.unit, work.batch.source),
            post_references(work.unit, work.batch.source),
        )
        self.lying = site_areas(work.unit)
        self.telling = history.Telling(
            by=work.unit.actor.id,
            source=work.batch.source,
            zone=zone,
            rules=work.unit.rules,
            now=work.unit.now,
        )

    def take(self) -> None:
        known, new = self.work.known(FINDING), []
        taken: list[tuple[FindingRecord, UUID]] = []
        for record in self.work.batch.findings:
            seen, changed = known.get(record.source_id), self.work.changed(FINDING, record)
            if seen and not changed:
                self.work.count(FINDING).unchanged += 1
                continue
            try:
                if seen:
                    differs = self.change(seen[0], record, changed)
                    count = self.work.count(FINDING)
                    count.changed += differs
                    count.unchanged += not differs
                    if differs:
                        self.work.came[FINDING, record.source_id] = "changed"
                    taken.append((record, seen[0]))
                else:
                    new.append(self.drafted(record))
            except Invalid as no:
                for error in no.errors:
                    self.work.refuse(record, error.field, error.message)
            except (NotFound, NotAllowed, NotNow) as no:
                self.work.refuse(record, "", no.sentence)
        self.begin(new)
        taken += [(one.record, one.draft.id) for one in new]
        self.work.remember(FINDING, taken)

    def drafted(self, record: FindingRecord) -> _New:
        """The finding before it was opened, and who answers for it. Raises Invalid or NotAllowed."""
        values = self.values(record)
        draft = Finding(
            id=new_id(),
            programme_id=self.unit.programme_id,
            ref="",
            round_id=self.round(record),
            language=(self.unit.programme.languages or ("en",))[0],
            logged_at=record.opened_at,
            **values,
        )
        if draft.area_id is None and draft.site_id is None:
            raise invalid("area", _("Say where this was found: an area or a site."))
        if not record.resolved_at and (why := self.unit.rules.why_not_into(draft.area_id)):
            raise invalid("site" if draft.site_id else "area", why)
        findings.draft(draft)
        if no := self.unit.why_not(Act.IMPORT, subjects.subject(Case(draft), self.unit.rules)):
            raise NotAllowed(no)
        post = self.posts[record.duty_bearer] if record.duty_bearer else self.routed(draft)
        if post is None and record.due_at:
            raise invalid(
                "due_at", _("A target needs a duty bearer, and none is named or found for this place.")
            )
        return _New(record, draft, post)

    def begin(self, new: list[_New]) -> None:
        """Tell the new findings in the order they were opened. Nobody is sent a notice of what happened elsewhere."""
        new = sorted(new, key=lambda one: one.record.opened_at)
        refs = numbers.next_references(self.unit, len(new)) if new else []
        for start in range(0, len(new), _CHUNK):
            some = zip(new[start : start + _CHUNK], refs[start : start + _CHUNK], strict=True)
            told = [(None, self.life(replace(one.draft, ref=ref), one).told) for one, ref in some]
            changes.apply_many(self.unit, Act.IMPORT, told, telling=False)
            self.work.progress(FINDING, min(start + _CHUNK, len(new)), len(new))
        self.work.count(FINDING).imported += len(new)
        self.work.came |= {(FINDING, one.record.source_id): "imported" for one in new}

    def life(self, draft: Finding, one: _New) -> Story:
        record, telling = one.record, self.telling
        named = record.duty_bearer is not None
        story = history.opened(draft, record.opened_at, one.post, named=named, telling=telling)
        if record.due_at:
            history.promised(story, record.due_at, telling)
        else:
            history.asked(story, telling)
        if record.resolved_at:
            return history.resolved(story, record.resolved_at, record.resolution_note, telling)
        history.taken_up(story, telling)
        return story

    def change(self, finding_id: UUID, record: FindingRecord, changed: frozenset[str]) -> bool:
        """Carry over what changed at the source; whether anything differs here. Raises Refusal."""
        case = load.case(self.unit, finding_id)
        self.unit.require(Act.IMPORT, case)
        before = self.work.said(FINDING, record)
        if case.finding.status is not FindingStatus.OPEN:
            both = changed <= {"resolved_at", "resolution_note"} and "resolved_at" not in before
            if both and case.finding.status is FindingStatus.RESOLVED:
                return False
            reason = (
                _("This finding is resolved here, so what changed in the file was left out.")
                if case.finding.status is FindingStatus.RESOLVED
                else _("This finding is closed here, so what changed in the file was left out.")
            )
            raise invalid("", reason)
        self.check_fixed(case, record, changed)
        values = self.values(record)
        columns = {_PLACES.get(name, name) for name in changed} & values.keys()
        told = findings.edit(case, {name: values[name] for name in columns}, self.unit.now)
        if "due_at" in changed and record.due_at:
            self.retarget(told, record.due_at, promised="due_at" in before)
        if "resolved_at" in changed and record.resolved_at:
            check_resolvable(told.case, record.resolved_at, promised="due_at" in before | changed)
            told = history.resolved(told, record.resolved_at, record.resolution_note, self.telling)
        elif "due_at" in changed:
            history.taken_up(told, self.telling)
        changes.apply(self.unit, Act.IMPORT, case, told.told)
        return bool(told.told)

    def check_fixed(self, case: Case, record: FindingRecord, changed: frozenset[str]) -> None:
        """What an open finding keeps. Raises Invalid."""
        post = self.posts[record.duty_bearer] if record.duty_bearer else None
        if "opened_at" in changed:
            raise invalid("opened_at", _("The moment it was opened cannot change: dates rest on it."))
        if "duty_bearer" in changed and post != case.finding.duty_bearer_id:
            raise invalid(
                "duty_bearer", _("An open finding changes its duty bearer by a transfer. Propose one.")
            )
        if "due_at" in changed and record.due_at is None:
            raise invalid(
                "due_at", _("A target is not taken back. Drop the corrective action, with a reason.")
            )

    def retarget(self, story: Story, target: datetime, *, promised: bool) -> None:
        """A new target, or one that became later (R11). `promised`: the source gave one before. Raises Invalid."""
        case = story.case
        action_id = history.imported_action(case.finding.id)
        owed = next((o for o in case.live(Kind.ACT) if o.action_id == action_id), None) if promised else None
        if owed is not None:
            when = history.due(target, self.telling)
            if when.at < owed.due_at:
                raise invalid(
                    "due_at", _("A target only moves later; this one is earlier than the present one.")
                )
            if when.at > owed.due_at:
                history.moved(story, target, self.telling)
        elif case.actions:
            raise invalid("due_at", _("Corrective actions were changed here, so the target was left out."))
        elif case.finding.duty_bearer_id is None:
            raise invalid("due_at", _("A target needs a duty bearer; name one first."))
        else:
            history.promised(story, target, self.telling)

    def values(self, record: FindingRecord) -> dict[str, Any]:
        """The columns that say what was found, and where."""
        if record.area in self.work.left_out:
            raise invalid("area", self.work.left_out[record.area])
        site = self.sites[record.site] if record.site else None
        area = self.areas[record.area] if record.area else self.lying.get(site) if site else None
        places = {
            "theme_id": self.themes[record.theme] if record.theme else None,
            "area_id": area,
            "site_id": site,
        }
        return {name: getattr(record, name) for name in _TEXTS} | places

    def round(self, record: FindingRecord) -> UUID | None:
        rounds = self.unit.rules.rounds
        return next((r.id for r in rounds if r.first_on <= record.observed_on <= r.last_on), None)

    def routed(self, draft: Finding) -> UUID | None:
        """The post that answers for it today (R3)."""
        rules = self.unit.rules
        return duty_bearers.route(
            theme_id=draft.theme_id,
            site_id=draft.site_id,
            area_id=draft.area_id,
            posts=rules.posts,
            areas=rules.areas,
            day=self.unit.today,
        )


def check_resolvable(case: Case, at: datetime, *, promised: bool) -> None:
    """Whether the source's resolution leaves nothing open that was agreed here. Raises Invalid."""
    own = history.imported_action(case.finding.id) if promised else None
    settled = {ActionState.VERIFIED, ActionState.DROPPED}
    if any(action.state not in settled and action.id != own for action in case.actions.values()):
        reason = _("Corrective actions agreed here are still open, so the resolution was left out.")
        raise invalid("resolved_at", reason)
    if case.finding.reopened_at and at < case.finding.reopened_at:
        raise invalid("resolved_at", _("The finding was reopened here after that, so it was left out."))


def _free(code: str, used: set[str]) -> str:
    """The code, or the first with a number behind it that nothing has."""
    numbered = (f"{code}_{n}" for n in itertools.count(2))
    return code if code not in used else next(one for one in numbered if one not in used)
