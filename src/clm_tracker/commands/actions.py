"""What can people do with a corrective action, from the proposal to the community's own check? (R14, R15, R17)"""

from datetime import date
from uuid import UUID

from clm_tracker.commands import holding
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain import actions as law
from clm_tracker.domain import evidence
from clm_tracker.domain.cases import Action, Case, Story
from clm_tracker.domain.names import is_seen
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import AgreedWhere, EvidenceKind, Purpose, Side, Verdict


def propose(
    unit: Writing,
    ref: str,
    *,
    what: str,
    due_on: date,
    expected: str = "",
    how_checked: str = "",
    for_duty_bearer: bool = False,
) -> Action:
    """Propose what will be done and by when. `for_duty_bearer`: the community records what the duty bearer proposed."""
    case = holding.take(unit, Act.PROPOSE_ACTION, ref)
    side = Side.DUTY_BEARER if for_duty_bearer else unit.side(case)
    story = law.propose(
        case,
        unit.actor.id,
        side,
        unit.rules,
        unit.now,
        what=what,
        due_on=due_on,
        expected=expected,
        how_checked=how_checked,
        on_behalf_of=holding.on_behalf_of(unit, case) if side is Side.DUTY_BEARER else None,
    )
    made = next(one for one in story.case.actions if one not in case.actions)
    return holding.put(unit, Act.PROPOSE_ACTION, case, story).actions[made]


def change(
    unit: Writing,
    action_id: UUID,
    *,
    what: str,
    due_on: date,
    expected: str | None = None,
    how_checked: str | None = None,
    version: int | None = None,
) -> Action:
    """Answer a proposal with another text or date, result or check; now the other side has to accept (R14)."""
    case, action = _take(unit, Act.PROPOSE_ACTION, action_id, version)
    story = law.change(
        case,
        action,
        unit.actor.id,
        unit.side(case),
        unit.rules,
        unit.now,
        what=what,
        due_on=due_on,
        expected=expected,
        how_checked=how_checked,
    )
    return _put(unit, Act.PROPOSE_ACTION, case, story, action)


def accept(
    unit: Writing,
    action_id: UUID,
    *,
    where: AgreedWhere = AgreedWhere.HERE,
    agreed_on: date | None = None,
    version: int | None = None,
) -> Action:
    """Accept the other side's text and date, or record where and when both sides agreed (R14)."""
    case, action = _take(unit, Act.ACCEPT_ACTION, action_id, version)
    side = unit.side(case)
    answers = Side.DUTY_BEARER not in {side, action.proposed_side}
    behalf = holding.on_behalf_of(unit, case) if answers else None
    story = law.accept(
        case, action, side, unit.rules, unit.now, where=where, agreed_on=agreed_on, on_behalf_of=behalf
    )
    return _put(unit, Act.ACCEPT_ACTION, case, story, action)


def impose(unit: Writing, action_id: UUID, *, reason: str) -> Action:
    """Set the action and its date without agreement; that there was none is kept (R14)."""
    case, action = _take(unit, Act.IMPOSE_ACTION, action_id)
    story = law.impose(case, action, reason, unit.rules, unit.now)
    return _put(unit, Act.IMPOSE_ACTION, case, story, action)


def drop(unit: Writing, action_id: UUID, *, reason: str) -> Action:
    """The community no longer asks for this action."""
    case, action = _take(unit, Act.DROP_ACTION, action_id)
    story = law.drop(case, action, reason, unit.rules, unit.now)
    return _put(unit, Act.DROP_ACTION, case, story, action)


def ask_extension(unit: Writing, action_id: UUID, *, due_on: date, reason: str) -> Action:
    """Ask for a later date, before the due date (R15)."""
    case, action = _take(unit, Act.ASK_EXTENSION, action_id)
    behalf = holding.on_behalf_of(unit, case)
    story = law.ask_extension(case, action, due_on, reason, unit.rules, unit.now, on_behalf_of=behalf)
    return _put(unit, Act.ASK_EXTENSION, case, story, action)


def answer_extension(unit: Writing, action_id: UUID, *, grant: bool, reason: str = "") -> Action:
    """Grant or refuse more time; the first promised date stays on record (R15)."""
    case, action = _take(unit, Act.ANSWER_EXTENSION, action_id)
    story = law.answer_extension(case, action, grant, reason, unit.rules, unit.now)
    return _put(unit, Act.ANSWER_EXTENSION, case, story, action)


def report_done(unit: Writing, action_id: UUID, *, note: str, version: int | None = None) -> Action:
    """Say that it is done: the clock stops and the community checks (R17)."""
    case, action = _take(unit, Act.REPORT_DONE, action_id, version)
    behalf = holding.on_behalf_of(unit, case)
    story = law.report_done(case, action, unit.actor.id, note, unit.rules, unit.now, on_behalf_of=behalf)
    return _put(unit, Act.REPORT_DONE, case, story, action)


def verify(
    unit: Writing,
    action_id: UUID,
    *,
    verdict: Verdict,
    note: str,
    statement: str = "",
    version: int | None = None,
) -> Action:
    """The community's own check of a report; `statement`, what was seen, becomes evidence of the check (R17)."""
    case, action = _take(unit, Act.VERIFY, action_id, version)
    stories = []
    if is_seen(statement):
        stated = evidence.attach(
            case,
            unit.now,
            kind=EvidenceKind.STATEMENT,
            purpose=Purpose.VERIFICATION,
            side=unit.side(case),
            given_by=unit.actor.id,
            action_id=action_id,
            captured_on=unit.today,
            text=statement,
        )
        stories.append(stated)
    seen = stories[-1].case if stories else case
    stories.append(law.verify(seen, action, unit.actor.id, verdict, note, unit.rules, unit.now))
    return holding.put(unit, Act.VERIFY, case, *stories).actions[action_id]


def _take(unit: Writing, act: Act, action_id: UUID, version: int | None = None) -> tuple[Case, Action]:
    case = load.case_of(unit, "action", action_id)
    unit.require(act, case)
    action = law.get(case, action_id)
    holding.check_fresh(unit, case, action, version)
    return case, action


def _put(unit: Writing, act: Act, case: Case, story: Story, action: Action) -> Action:
    return holding.put(unit, act, case, story).actions[action.id]
