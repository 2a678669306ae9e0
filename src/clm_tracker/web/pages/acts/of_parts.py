"""What can be done to a corrective action, a clock or a proposal of a stage? One row an act."""

from clm_tracker.commands import actions, escalation, evidence, obligations
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ObligationState, Purpose
from clm_tracker.web.pages.acts import answers as a
from clm_tracker.web.pages.acts import questions as q
from clm_tracker.web.pages.acts.doing import ACTION, OBLIGATION, PROPOSAL, Doing, To
from clm_tracker.web.words import N_, _


def _report(unit: Writing, to: To, given: a.Reporting) -> None:
    _attach_file(unit, to, Purpose.COMPLETION, given.note)
    actions.report_done(unit, to.id, note=given.note)


def _verify(unit: Writing, to: To, given: a.Verdicts) -> None:
    _attach_file(unit, to, Purpose.VERIFICATION, given.note)
    actions.verify(unit, to.id, verdict=given.verdict, note=given.note, statement=given.statement)


def _attach_file(unit: Writing, to: To, purpose: Purpose, caption: str) -> None:
    if to.file is not None:
        evidence.attach(
            unit,
            to.ref,
            purpose=purpose,
            store=to.evidence,
            caption=caption[:120],
            action_id=to.id,
            file=to.file,
        )


def _pause(unit: Writing, to: To, given: a.Pausing) -> None:
    until = unit.rules.calendar.start_of(given.until) if given.until else None
    obligations.pause(unit, to.id, reason=given.reason, until=until, note=given.note)


def _escalate(unit: Writing, to: To, given: a.Escalating) -> str | None:
    """What is said where the stage does not begin by itself."""
    owed = obligations.escalate(unit, to.id, from_stage=given.from_stage, reason=given.reason)
    stage = unit.rules.ladders[owed.ladder_id].stage(owed.stage + 1)
    if owed.state is not ObligationState.AWAITING_DECISION or stage is None:
        return None
    return _(
        "Stage {n}, {name}, is proposed to the steering committee, which decides whether it begins."
    ).format(n=stage.number, name=stage.said)


OF_PARTS: tuple[Doing, ...] = (
    Doing(
        Act.ACCEPT_ACTION,
        ACTION,
        "accept",
        a.Answers,
        q.nothing,
        lambda u, to, _given: actions.accept(u, to.id),
        N_("Accept"),
        N_("Agreed. The day is a promise now."),
        purpose=N_("Accept this text and this day. Both sides then hold to them."),
    ),
    Doing(
        Act.ACCEPT_ACTION,
        ACTION,
        "record_agreement",
        a.Agreeing,
        q.agreeing,
        lambda u, to, given: actions.accept(u, to.id, where=given.where, agreed_on=given.agreed_on),
        N_("Put the agreement on record"),
        N_("Agreed. The day is a promise now."),
        purpose=N_("Put on record what both sides agreed in a meeting, a letter or a call."),
    ),
    Doing(
        Act.PROPOSE_ACTION,
        ACTION,
        "change",
        a.Changing,
        q.changing,
        lambda u, to, given: actions.change(
            u,
            to.id,
            what=given.what,
            due_on=given.due_on,
            expected=given.expected,
            how_checked=given.how_checked,
        ),
        N_("Propose this instead"),
        N_("Proposed. Now the other side accepts it or answers."),
        edits=True,
        purpose=N_("Propose another text, day, result or check. The other side then accepts it or answers."),
    ),
    Doing(
        Act.IMPOSE_ACTION,
        ACTION,
        "impose",
        a.Reasoned,
        q.reason(N_("Why there was no agreement")),
        lambda u, to, given: actions.impose(u, to.id, reason=given.reason),
        N_("Set it without agreement"),
        N_("Set. That there was no agreement is kept."),
        purpose=N_("Set the action and its day without an agreement. That there was none is kept."),
    ),
    Doing(
        Act.REPORT_DONE,
        ACTION,
        "report_done",
        a.Reporting,
        q.reporting,
        _report,
        N_("Report it done"),
        N_("Reported. The clock stops and the community checks."),
        upload=True,
        purpose=N_("Say that it is done. The clock stops while the community checks."),
    ),
    Doing(
        Act.VERIFY,
        ACTION,
        "verify",
        a.Verdicts,
        q.verdict,
        _verify,
        N_("Put the check on record"),
        N_("The check is on record."),
        upload=True,
        purpose=N_("Say what you saw with your own eyes: is it fixed?"),
    ),
    Doing(
        Act.ASK_EXTENSION,
        ACTION,
        "ask_extension",
        a.MoreTime,
        q.more_time,
        lambda u, to, given: actions.ask_extension(u, to.id, due_on=given.due_on, reason=given.reason),
        N_("Ask for more time"),
        N_("Asked. The community side grants or refuses it."),
        purpose=N_("Ask for a later day before the promised one has passed."),
    ),
    Doing(
        Act.ANSWER_EXTENSION,
        ACTION,
        "grant_extension",
        a.Answers,
        q.nothing,
        lambda u, to, _given: actions.answer_extension(u, to.id, grant=True),
        N_("Grant more time"),
        N_("Granted. The first promised day stays on record."),
        purpose=N_("Give more time. The first day promised stays on record."),
    ),
    Doing(
        Act.ANSWER_EXTENSION,
        ACTION,
        "refuse_extension",
        a.Reasoned,
        q.reason(N_("Why not")),
        lambda u, to, given: actions.answer_extension(u, to.id, grant=False, reason=given.reason),
        N_("Refuse more time"),
        N_("Refused. The day stays."),
        purpose=N_("Let the promised day stand, and say why."),
    ),
    Doing(
        Act.DROP_ACTION,
        ACTION,
        "drop",
        a.Reasoned,
        q.reason(N_("Why it is dropped")),
        lambda u, to, given: actions.drop(u, to.id, reason=given.reason),
        N_("Drop the action"),
        N_("Dropped, with the reason on record."),
        purpose=N_("Ask no longer for this action, and say why."),
    ),
    Doing(
        Act.ESCALATE,
        OBLIGATION,
        "escalate",
        a.Escalating,
        q.escalating,
        _escalate,
        N_("Escalate now"),
        N_("Escalated. Whom the stage addresses is told today."),
        fresh=False,
        purpose=N_("Go to the next stage before its day, because people cannot wait."),
    ),
    Doing(
        Act.PAUSE,
        OBLIGATION,
        "pause",
        a.Pausing,
        q.pausing,
        _pause,
        N_("Stop the clock"),
        N_("The clock stands still. The working time left is kept."),
        purpose=N_("Stop the clock for a reason. The working time left is kept."),
    ),
    Doing(
        Act.RESUME,
        OBLIGATION,
        "resume",
        a.Answers,
        q.nothing,
        lambda u, to, _given: obligations.resume(u, to.id),
        N_("Let the clock run"),
        N_("The clock runs again."),
        purpose=N_("Let the clock run again, with the working time that was left."),
    ),
    Doing(
        Act.CHECK_RISK,
        PROPOSAL,
        "check_risk",
        a.Checking,
        q.risk,
        lambda u, to, given: escalation.check_risk(
            u, to.id, who=given.who, how=given.how, last_word=given.last_word
        ),
        N_("Complete the risk check"),
        N_("The risk check is on record."),
        apart=True,
        purpose=N_("Think of the people first: could somebody be harmed if this becomes public?"),
    ),
    Doing(
        Act.DECIDE_STAGE,
        PROPOSAL,
        "approve",
        a.Answers,
        q.nothing,
        lambda u, to, _given: escalation.approve(u, to.id),
        N_("Approve"),
        N_("Approved. With the last approval the stage begins."),
        purpose=N_("Say yes to this stage. A public one needs two people who say so."),
    ),
    Doing(
        Act.DECIDE_STAGE,
        PROPOSAL,
        "defer",
        a.Deferring,
        q.deferring,
        lambda u, to, given: escalation.defer(u, to.id, until=given.until, reason=given.reason),
        N_("Defer"),
        N_("Deferred to the day you chose."),
        purpose=N_("Decide on a later day. It comes back to the committee by itself."),
    ),
    Doing(
        Act.DECIDE_STAGE,
        PROPOSAL,
        "refuse",
        a.Reasoned,
        q.reason(N_("Why the stage is refused")),
        lambda u, to, given: escalation.refuse(u, to.id, reason=given.reason),
        N_("Refuse the stage"),
        N_("Refused. It is proposed again after its wait."),
        purpose=N_("Say no to this stage for now, and why. It is proposed again after its wait."),
    ),
)
