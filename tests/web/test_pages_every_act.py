"""Can every act of the rules be done on pages, by each role that may, with each refusal in its sentence? (R1 to R9, R14 to R19, R26 to R28, R38)"""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from clm_tracker.commands import places
from clm_tracker.db import load
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import FindingStatus, Kind, ObligationState
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries.acts import PossibleAct, acts_for
from clm_tracker.web.pages.acts import forms
from tests.cast import DISTRICT_DIRECTOR, SOPHEA
from tests.web import pages
from tests.web.program import Program

PEOPLE = ("Dara", "Chan", SOPHEA, DISTRICT_DIRECTOR, "Bopha", "Rith", "Sokha")


@dataclass
class Journey:
    """People at work on pages: what was offered to anybody, and what was done."""

    program: Program
    offered: set[tuple[str, str]] = field(default_factory=set)
    done: set[tuple[str, str]] = field(default_factory=set)

    def case(self, ref: str) -> Case:
        with self.program.cast.reading("Sokha", self.program.clock.now()) as look:
            return load.case(look, ref, lock=False)

    def acts(self, who: str, ref: str) -> tuple[PossibleAct, ...]:
        with self.program.cast.reading(who, self.program.clock.now()) as look:
            try:
                return acts_for(look, load.case(look, ref, lock=False))
            except NotFound:
                return ()

    def does(
        self,
        person: str,
        verb: str,
        ref: str,
        /,
        *,
        to: UUID | None = None,
        target: str = "finding",
        **answers: str,
    ) -> None:
        """Open the act's own page, fill it in, press its button; and take down what everybody was offered before."""
        for name in ("Dara", SOPHEA, "Bopha", "Sokha"):
            self.offered |= {(act.target, act.verb) for act in self.acts(name, ref)}
        doing = forms.DOINGS[target, verb]
        browser = self.program.browser(person)
        page = browser.get(forms.path(doing, ref, to))
        assert page.status_code == 200, (person, verb, pages.text(page.text))
        answer = pages.send(browser, page.text, doing.submit, **answers)
        assert answer.status_code == 303, (person, verb, pages.text(answer.text))
        self.done.add((target, verb))

    def newest(self, ref: str) -> UUID:
        """The action proposed last."""
        return max(self.case(ref).actions.values(), key=lambda a: (a.proposed_at, a.version == 1)).id

    def leads_there(self, ref: str) -> None:
        """Each person finds each possible act on the finding's page, and each refused one with its reason."""
        for name in PEOPLE:
            page = self.program.browser(name).get(f"/findings/{ref}")
            if page.status_code == 404:
                continue
            said = pages.text(page.text)
            for act in self.acts(name, ref):
                if act.why_not:
                    assert act.why_not in said, (name, act.verb, act.why_not)
                    continue
                doing = forms.DOINGS.get((act.target, act.verb))
                way = forms.path(doing, ref, act.target_id) if doing else f"/findings/{ref}/edit"
                assert f'"{way}"' in page.text, (name, act.verb)


def test_every_act_is_done_on_pages_by_those_who_may(program: Program) -> None:
    """Four findings are lived through with nothing but pages, and no act of the law is left out."""
    journey = Journey(program)
    _agreed_and_fixed(journey)
    _climbs_to_the_last_stage(journey)
    _goes_to_others(journey)
    _ends_otherwise(journey)
    assert set(forms.DOINGS) - journey.done == set()
    assert journey.offered - journey.done == {("finding", "edit")}
    drafted = program.cast.draft(program.clock.now(), title="Still a draft")
    assert program.browser("Dara").get(f"/findings/{drafted.ref}/edit").status_code == 200


def _day(journey: Journey, days: int) -> str:
    with journey.program.cast.reading("Sokha", journey.program.clock.now()) as look:
        return (look.today + timedelta(days=days)).isoformat()


def _opened(journey: Journey, title: str) -> str:
    ref = journey.program.cast.draft(journey.program.clock.now(), title=title).ref
    journey.does("Dara", "open", ref)
    return ref


def _agreed_and_fixed(j: Journey) -> None:
    """From opening to "is it still fixed?", and open again."""
    ref = _opened(j, "No results for three months")
    j.does(SOPHEA, "acknowledge", ref, note="Seen")
    j.does(SOPHEA, "propose", ref, what="Send samples", due_on=_day(j, 10), expected="Results in a week")
    first = j.newest(ref)
    check = "We count the slips"
    j.does("Dara", "change", ref, to=first, target="action", what="Send samples weekly", how_checked=check)
    changed = j.case(ref).actions[first]
    assert (changed.expected, changed.how_checked) == ("Results in a week", check), (
        "all of it can be changed, and what is not stays"
    )
    j.does(SOPHEA, "accept", ref, to=first, target="action")
    j.does("Dara", "propose", ref, what="Call people back", due_on=_day(j, 12))
    second = next(id for id in j.case(ref).actions if id != first)
    j.does("Dara", "record_agreement", ref, to=second, target="action", where="letter")
    j.does("Dara", "propose", ref, what="Open on Sundays", due_on=_day(j, 12))
    third = next(id for id in j.case(ref).actions if id not in {first, second})
    j.does("Dara", "impose", ref, to=third, target="action", reason="No answer came")
    j.leads_there(ref)
    j.does("Dara", "drop", ref, to=third, target="action", reason="Not needed any more")
    j.does(SOPHEA, "ask_extension", ref, to=first, target="action", due_on=_day(j, 20), reason="Flood")
    j.does("Chan", "grant_extension", ref, to=first, target="action")
    j.does(SOPHEA, "ask_extension", ref, to=first, target="action", due_on=_day(j, 30), reason="Fuel")
    j.does("Chan", "refuse_extension", ref, to=first, target="action", reason="Enough time was given")
    for action in (first, second):
        j.does(SOPHEA, "report_done", ref, to=action, target="action", note="Done")
        j.does(
            "Chan",
            "verify",
            ref,
            to=action,
            target="action",
            verdict="fixed",
            note="Seen",
            statement="The register shows it",
        )
    j.does("Dara", "attach", ref, purpose="resolution", text="Results come within a week")
    j.does("Dara", "resolve", ref, note="Results come")
    assert j.case(ref).finding.status is FindingStatus.OPEN  # four eyes: a second person confirms
    j.does("Chan", "resolve", ref, note="Results come")
    assert j.case(ref).finding.status is FindingStatus.RESOLVED
    j.leads_there(ref)
    j.does("Dara", "tell_community", ref, note="At the meeting of the patients' group")
    j.does("Dara", "check_sustained", ref, still_fixed="yes", note="Still so")
    j.does("Dara", "reopen", ref, reason="It is the same again")
    assert j.case(ref).finding.status is FindingStatus.OPEN


def _climbs_to_the_last_stage(j: Journey) -> None:
    """Nobody answers: a freeze and its end, every stage by hand, each way to decide, and the review."""
    ref = _opened(j, "The clinic stays shut")
    owed = j.case(ref).live(Kind.ACKNOWLEDGE)[0].id
    j.does("Dara", "pause", ref, to=owed, target="obligation", reason="safety")
    assert j.case(ref).obligations[owed].state is ObligationState.PAUSED
    j.does("Bopha", "resume", ref, to=owed, target="obligation")
    for _stage in range(4):
        j.does("Dara", "escalate", ref, to=owed, target="obligation", reason="People are waiting")
    _asked_for(j, ref, owed)
    j.does(
        "Bopha",
        "defer",
        ref,
        to=_before_committee(j, ref),
        target="proposal",
        until=_day(j, 3),
        reason="Absent",
    )
    j.leads_there(ref)
    j.does("Bopha", "approve", ref, to=_before_committee(j, ref), target="proposal")
    _asked_for(j, ref, owed)
    j.does(
        "Bopha", "refuse", ref, to=_before_committee(j, ref), target="proposal", reason="First the province"
    )
    _asked_for(j, ref, owed)
    j.does("Bopha", "approve", ref, to=_before_committee(j, ref), target="proposal")
    for _public in range(2):
        _asked_for(j, ref, owed)
        asked = _before_committee(j, ref)
        j.does(
            "Sokha",
            "check_risk",
            ref,
            to=asked,
            target="proposal",
            who="Nobody",
            how="Totals",
            last_word="The group",
        )
        j.does(SOPHEA, "reply", ref, text="The roof is being mended")
        j.program.clock.advance(days=12)
        for member in ("Bopha", "Rith"):
            j.does(member, "approve", ref, to=asked, target="proposal")
    assert j.case(ref).obligations[owed].stage == 8
    j.leads_there(ref)
    _reviewed_by_two_at_once(j, ref)


def _reviewed_by_two_at_once(j: Journey, ref: str) -> None:
    """One is recorded; the other reads it, keeps every word, and may then add the next (decision 0020)."""
    seen = j.program.api("Rith").get(f"/api/v1/findings/{ref}").headers["etag"]
    other = j.program.browser("Rith")
    page = other.get(f"/findings/{ref}/review").text
    j.does("Bopha", "review", ref, note="A letter to the ministry")
    answer = pages.send(other, page, "Put the review on record", note="We visit the governor")
    assert answer.status_code == 409
    said = pages.text(answer.text)
    assert "This changed while you were writing" in said
    assert "Bopha reviewed the finding: A letter to the ministry" in said
    assert "We visit the governor" in said
    late = j.program.api("Rith").post(
        f"/api/v1/findings/{ref}/review", json={"note": "We visit"}, headers={"If-Match": seen}
    )
    assert late.status_code == 412
    assert late.json()["detail"].startswith("Bopha changed this on")
    assert pages.send(other, answer.text, "Put the review on record").status_code == 303


def _asked_for(j: Journey, ref: str, owed: UUID) -> None:
    j.does("Dara", "escalate", ref, to=owed, target="obligation", reason="People are waiting")


def _before_committee(j: Journey, ref: str) -> UUID:
    return max(
        j.case(ref).proposals.values(), key=lambda p: (p.proposed_at, p.stage, str(p.state) == "waiting")
    ).id


def _goes_to_others(j: Journey) -> None:
    """A wrong address, twice; nobody named; and a refusal."""
    posts = j.program.cast.posts
    ref = _opened(j, "Condoms cannot be had")
    j.does(SOPHEA, "propose_transfer", ref, duty_bearer=str(posts["district"]), reason="Theirs")
    j.does("Dara", "decline_transfer", ref, reason="It is the health centre's")
    j.does(
        SOPHEA, "propose_transfer", ref, duty_bearer=str(posts["district"]), reason="Theirs, see the order"
    )
    j.leads_there(ref)
    j.does("Dara", "accept_transfer", ref)
    assert j.case(ref).finding.duty_bearer_id == posts["district"]
    j.does(
        DISTRICT_DIRECTOR,
        "propose_transfer",
        ref,
        duty_bearer=str(posts["hospital"]),
        reason="The hospital's",
    )
    j.does("Dara", "accept_transfer", ref)
    assert (
        j.case(ref).finding.duty_bearer_id == posts["province"]
    )  # R4: the second goes to the common superior
    nowhere = _opened_nowhere(j)
    j.does("Sokha", "name_duty_bearer", nowhere, duty_bearer=str(posts["national"]), reason="Nearest post")
    refused = _opened(j, "Fees are taken")
    j.does(SOPHEA, "refuse", refused, reason="The law says so", outside_power="yes")


def _opened_nowhere(j: Journey) -> str:
    now, cast = j.program.clock.now(), j.program.cast
    with cast.writing("Sokha", now) as unit:
        area = places.add_area(unit, name="Elsewhere", level="country")
    areas = {**cast.areas, "elsewhere": area}
    object.__setattr__(cast, "areas", areas)
    ref = cast.draft(now, title="Far away", site=None, area="elsewhere").ref
    j.does("Dara", "open", ref)
    return ref


def _ends_otherwise(j: Journey) -> None:
    """Merged, withdrawn, and called unresolvable; the records stay readable (R7)."""
    kept, twin, lost, hopeless = (_opened(j, title) for title in ("One", "The same", "A mistake", "No way"))
    j.does("Dara", "close", twin, closed_as="merged", merged_into=kept, reason="The same queue")
    j.does("Dara", "close", lost, closed_as="withdrawn", reason="It was another place")
    j.does("Bopha", "close_unresolvable", hopeless, reason="The building is gone")
    for ref in (twin, lost, hopeless):
        assert j.case(ref).finding.status is FindingStatus.CLOSED
        j.leads_there(ref)
    assert kept in pages.text(j.program.browser("Dara").get(f"/findings/{twin}").text)
