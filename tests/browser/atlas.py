"""Which pages does the program have, and at which address of the demonstration does who see each?

The list of doors comes from the program and the acts from what each person could do now, so a new page is visited the
day it is made. A door with a new parameter says what to add to `THINGS`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi.routing import iter_route_contexts
from sqlalchemy import func, select

from clm_tracker.commands import actions, invitations, views, webhooks
from clm_tracker.commands.intake import previews
from clm_tracker.commands.intake.previews import File
from clm_tracker.db import load, tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.delivery.sealed import WEBHOOKS, Seal
from clm_tracker.domain import policy
from clm_tracker.domain.possible import UNDECIDED
from clm_tracker.domain.words import FindingStatus
from clm_tracker.intake.records import Import
from clm_tracker.queries import desk, terms
from clm_tracker.queries.acts import acts_for
from clm_tracker.web import pages
from clm_tracker.web.access import Access, rule_of
from clm_tracker.web.pages.acts import forms
from tests.browser.served import CAST, Served

# Doors that hand out files or a part of a page, not pages; a mail as it is sent runs nothing, not even what looks at it.
FILES = frozenset(
    {
        "/wordings/{wording}/mail",
        "/calendar/{word}.ics",
        "/evidence/{evidence_id}",
        "/evidence/{evidence_id}/picture",
        "/evidence/{evidence_id}/small",
        "/findings/counts",
        "/findings/export.csv",
        "/findings/export.xlsx",
        "/findings/{ref}/letters/{notice_id}/docx",
        "/findings/{ref}/letters/{notice_id}/pdf",
        "/letters/{letter_id}/pdf",
    }
)
# Doors that are open only while there is no programme: `test_the_first_page_of_all` visits them.
BEFORE = frozenset({"/begin"})
# What a parameter of a path names: any row of this table that the person's programme has.
THINGS: dict[str, Any] = {
    "import_id": tables.ImportRow.id,
    "person_id": tables.PersonRow.id,
    "post_id": tables.DutyBearerRow.id,
    "theme_id": tables.ThemeRow.id,
    "area_id": tables.AreaRow.id,
    "site_id": tables.SiteRow.id,
    "ladder_id": tables.LadderRow.id,
    "round_id": tables.RoundRow.id,
    "forum_id": tables.ForumRow.id,
    "day_id": tables.ClosedDayRow.id,
    "action_id": tables.ActionRow.id,
    "obligation_id": tables.ObligationRow.id,
    "evidence_id": tables.EvidenceRow.id,
    "view_id": tables.ViewRow.id,
    "letter_id": tables.LetterRow.id,
    "webhook_id": tables.WebhookRow.id,
}
# Pages of which everybody has some of their own: whoever looks after all of them visits any.
LOOKED_AFTER = {"/letters/{letter_id}": "coordinator"}
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_ACTS = {
    f"/{one.target}s/{{{'ref' if one.target == 'finding' else 'part'}}}/{one.slug}": key
    for key, one in forms.DOINGS.items()
}


@dataclass(frozen=True)
class Visit:
    """One look at one page. `kind` chooses which finding is meant where the path names one."""

    path: str
    role: str | None = None
    kind: str = "rich"
    status: int = 200

    def __str__(self) -> str:
        return " ".join(
            filter(
                None, (self.path, self.role and f"as {self.role}", self.kind if self.kind != "rich" else "")
            )
        )


# Pages that look different for whom they are shown to, or in which state their finding is.
MORE = (
    *(Visit("/", role) for role in CAST if role != "coordinator"),
    Visit("/sign-in", "coordinator"),
    Visit("/findings", "duty_bearer"),
    Visit("/findings?q=nothing+has+this+in+it", "advocate"),
    Visit("/findings?status=resolved", "committee"),
    Visit("/findings?status=draft&overdue=yes", "coordinator"),
    Visit("/findings/bulk?deed=pause&all=yes&status=open", "coordinator"),
    Visit("/findings/bulk?deed=merge&all=yes&sort=due", "advocate"),
    Visit("/findings/{ref}", "duty_bearer"),
    Visit("/findings/{ref}", "committee", kind="proposed"),
    Visit("/findings/{ref}", "advocate", kind="resolved"),
    Visit("/findings/{ref}", "coordinator", kind="draft"),
    Visit("/findings/{ref}/acknowledge", "coordinator", kind="resolved"),
    Visit("/findings/new", "observer", status=403),
    Visit("/nothing/is/here", "advocate", status=404),
    Visit("/tour", "coordinator"),
    Visit("/decisions/{proposal_id}", "committee"),
    Visit("/decisions/{proposal_id}", "committee", kind="decided"),
    Visit("/ledger", "committee"),
    Visit("/next?theme=none", "advocate"),
    Visit("/duty-bearers", "duty_bearer"),
    Visit("/duty-bearers/{post_id}", "advocate"),
    Visit("/account", "duty_bearer"),
    Visit("/account/calendars", "duty_bearer"),
    Visit("/places?q=nothing+has+this+in+it", "coordinator"),
)


def every_page() -> Iterator[tuple[str, Access]]:
    """The path and rule of each page of the program."""
    for router in pages.routers():
        for found in iter_route_contexts(router.routes):
            if "GET" in (found.methods or ()) and found.path not in FILES | BEFORE:
                rule = rule_of(found)
                assert rule is not None
                assert found.path is not None
                if not rule.by_link:  # `test_by_link` comes by a letter
                    yield found.path, rule


# What is not there when it is asked for like this: a change of findings that nobody chose.
ELSEWHERE = frozenset({"/findings/bulk"})


def visits() -> list[Visit]:
    """Every page once, and some more looks."""
    return [*(Visit(path, status=404 if path in ELSEWHERE else 200) for path, _rule in every_page()), *MORE]


@dataclass
class Atlas:
    """The addresses of one served demonstration."""

    served: Served
    _acts: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    _invitation: str | None = None

    def __post_init__(self) -> None:
        self._ask_for_more_time()
        self._look_at_a_file()
        self._save_a_view()
        self._tell_another_system()
        missing = set(forms.DOINGS)
        for role in CAST:
            with self._look(role) as look:
                for case in self._cases(look):
                    for act in acts_for(look, case):
                        key = (act.target, act.verb)
                        if act.why_not is None and key in missing:
                            missing.remove(key)
                            to = case.finding.ref if act.target == "finding" else str(act.target_id)
                            self._acts[key] = (role, to)
                    if not missing:
                        return
        assert not missing, f"In the demonstration nobody can do {missing} at present."

    def find(self, visit: Visit) -> tuple[str | None, str]:
        """Who pays this visit, and at which address."""
        role = visit.role or LOOKED_AFTER.get(visit.path)
        if visit.path in _ACTS and role is None:
            role, to = self._acts[_ACTS[visit.path]]
            return role, _PARAMETER.sub(to, visit.path)
        if role is None:
            rule = dict(every_page())[visit.path]
            if not rule.signed_in:
                return None, _PARAMETER.sub(lambda found: self._word(found[1]), visit.path)
            kind = "draft" if visit.path.endswith("/edit") else visit.kind
            role = next(one for one in reversed(CAST) if self._may(one, rule))
        else:
            kind = visit.kind
        with self._look(role) as look:
            address = _PARAMETER.sub(lambda found: self._thing(look, found[1], visit, kind), visit.path)
            if visit.path == "/terms/change":
                language, key = terms.listed(look)[0].term.key
                address += f"?{urlencode({'language': language, 'key': key})}"
            return role, address

    def _thing(self, look: Reading, parameter: str, visit: Visit, kind: str) -> str:
        if parameter == "ref":
            return self._ref(look, kind)
        if parameter == "key" and visit.path.startswith("/ladders/"):
            return "high"
        if parameter == "key":
            return next(group.key for group in desk.my_desk(look).groups if group.items)
        if parameter == "proposal_id":
            p = tables.ProposalRow
            waits = p.state.in_(UNDECIDED)
            if kind == "decided":
                waits = ~waits
            return str(look.session.scalars(select(p.id).where(waits).order_by(p.id).limit(1)).one())
        if parameter == "wording":
            return "stage_entered.3"
        if parameter in THINGS:
            column = THINGS[parameter]
            return str(look.session.scalars(select(column).order_by(column).limit(1)).one())
        raise AssertionError(
            f"Say in THINGS of tests/browser/atlas.py what {{{parameter}}} of {visit.path} names."
        )

    def _word(self, parameter: str) -> str:
        """The word of a link that somebody without an account got."""
        assert parameter == "word", f"Say in tests/browser/atlas.py what {{{parameter}}} names for anyone."
        if self._invitation is None:
            now, actor = self.served.demo.now(), self.served.actor("coordinator")
            with self.served.store.writing(now=now, actor=actor, programme_id=actor.programme_id) as unit:
                invited = unit.session.scalars(select(tables.InvitationRow.person_id).limit(1)).one()
                made = invitations.renew(unit, invited)
            self._invitation = made.word
        assert self._invitation is not None
        return self._invitation

    def _ref(self, look: Reading, kind: str) -> str:
        """A finding that this person sees: the richest of its kind."""
        f, o, e, p = tables.FindingRow, tables.ObligationRow, tables.EvidenceRow, tables.ProposalRow
        owed, given, acts = (
            select(func.count()).where(row.finding_id == f.id).scalar_subquery()
            for row in (o, e, tables.ActionRow)
        )
        parts = owed + given + acts
        query = (
            visible.visible(look)
            .with_only_columns(f.ref)
            .order_by(f.status != FindingStatus.OPEN, parts.desc(), f.ref)
        )
        if kind in set(FindingStatus):
            query = query.where(f.status == FindingStatus(kind))
        if kind == "proposed":
            query = query.where(select(p.id).where(p.finding_id == f.id, p.state.in_(UNDECIDED)).exists())
        return str(look.session.scalars(query.limit(1)).one())

    def _may(self, role: str, rule: Access) -> bool:
        actor = self.served.actor(role)
        return not rule.acts or None in [policy.why_not(actor, act, None, {}) for act in rule.acts]

    def _look(self, role: str) -> Any:  # noqa: ANN401 - the store's own context
        actor = self.served.actor(role)
        return self.served.store.reading(
            now=self.served.demo.now(), actor=actor, programme_id=actor.programme_id
        )

    def _cases(self, look: Reading) -> Iterator[Any]:
        for ref in look.session.scalars(visible.visible(look).with_only_columns(tables.FindingRow.ref)):
            yield load.case(look, ref, lock=False)

    def _look_at_a_file(self) -> None:
        """Somebody looks at a file with a row that is right and one that is not, and takes nothing in."""
        now, actor = self.served.demo.now(), self.served.actor("coordinator")
        rows = b"source_id,level,name\n1,district,Moung\n2,,\n"
        file = File(kind=Import.AREAS, name="areas.csv", content=rows)
        seen = previews.try_(self.served.store, file, now, actor)
        with self.served.store.writing(now=now, actor=actor, programme_id=actor.programme_id) as unit:
            previews.keep(unit, file, seen)

    def _save_a_view(self) -> None:
        """A coordinator puts a view up for everybody; the story has none."""
        actor = self.served.actor("coordinator")
        now = self.served.demo.now()
        with self.served.store.writing(now=now, actor=actor, programme_id=actor.programme_id) as unit:
            views.save(unit, name="Critical, due first", query="severity=critical&sort=due", shared=True)

    def _tell_another_system(self) -> None:
        """A coordinator sets a webhook up; the story has none."""
        actor = self.served.actor("coordinator")
        now = self.served.demo.now()
        with self.served.store.writing(now=now, actor=actor, programme_id=actor.programme_id) as unit:
            webhooks.add(
                unit, Seal(WEBHOOKS, b"k" * 32), name="Dashboard", url="https://dashboard.example.org/clm"
            )

    def _ask_for_more_time(self) -> None:
        """A duty bearer who has promised something asks for a later day; the story has no such moment today."""
        now = self.served.demo.now()
        for role in CAST:
            with self._look(role) as look:
                found = [
                    (act.target_id, case.actions[act.target_id].due_on)
                    for case in self._cases(look)
                    for act in acts_for(look, case)
                    if (act.target, act.verb, act.why_not) == ("action", "ask_extension", None)
                ]
            if found:
                action, due_on = found[0]
                actor = self.served.actor(role)
                with self.served.store.writing(now=now, actor=actor, programme_id=actor.programme_id) as unit:
                    actions.ask_extension(
                        unit, action, due_on=due_on + timedelta(days=14), reason="The parts come by ship."
                    )
                return
