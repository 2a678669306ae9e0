"""What can this person do about this finding, and when something is not possible now, why not? The source of all buttons.

`policy.why_not` says whether the person may, the domain whether this is the moment; both in the sentence that the refusal
would have. An act that is no business of this person's role is left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from clm_tracker.db.units import Reading
from clm_tracker.domain import actions, findings, obligations, possible, proposals
from clm_tracker.domain.cases import Action, Case, Obligation, Proposal
from clm_tracker.domain.policy import GRANTS, Act
from clm_tracker.domain.words import LIVE, ActionState, AgreedWhere, FindingStatus, Kind, PauseReason
from clm_tracker.kernel.speech import N_, _


class Form(StrEnum):
    """Which fields the act needs; `FIELDS` names them."""

    NONE = "none"
    NOTE = "note"
    REASON = "reason"
    TEXT = "text"
    FINDING = "finding"
    OPEN = "open"
    DUTY_BEARER = "duty_bearer"
    TRANSFER = "transfer"
    REFUSAL = "refusal"
    ACTION = "action"
    CHANGE = "change"
    AGREEMENT = "agreement"
    EXTENSION = "extension"
    VERDICT = "verdict"
    EVIDENCE = "evidence"
    PAUSE = "pause"
    ESCALATE = "escalate"
    CLOSE = "close"
    STILL_FIXED = "still_fixed"
    DEFER = "defer"
    RISK = "risk"


FIELDS: dict[Form, tuple[str, ...]] = {
    Form.NONE: (),
    Form.NOTE: ("note",),
    Form.REASON: ("reason",),
    Form.TEXT: ("text",),
    Form.FINDING: ("title", "description", "affected", "language", "dimension", "round"),
    Form.OPEN: ("duty_bearer", "reason"),
    Form.DUTY_BEARER: ("duty_bearer", "reason"),
    Form.TRANSFER: ("to", "reason"),
    Form.REFUSAL: ("reason", "outside_power"),
    Form.ACTION: ("what", "due_on", "expected", "how_checked"),
    Form.CHANGE: ("what", "due_on"),
    Form.AGREEMENT: ("where", "agreed_on"),
    Form.EXTENSION: ("due_on", "reason"),
    Form.VERDICT: ("verdict", "note", "statement"),
    Form.EVIDENCE: ("purpose", "caption", "captured_on", "text", "url", "file"),
    Form.PAUSE: ("reason", "until", "note"),
    Form.ESCALATE: ("from_stage", "reason"),
    Form.CLOSE: ("closed_as", "reason", "merged_into"),
    Form.STILL_FIXED: ("still_fixed", "note"),
    Form.DEFER: ("until", "reason"),
    Form.RISK: ("who", "how", "last_word"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleAct:
    """One button. `verb` is the command, `target_id` what it is done to, `why_not` the sentence when it is grey."""

    act: Act
    verb: str
    label: str
    target: str
    target_id: UUID
    form: Form
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class _About:
    """Everything that the answers rest on."""

    look: Reading
    case: Case
    today: date
    asked: UUID | None = None

    @property
    def person(self) -> UUID:
        return self.look.actor.id


_Ask = Callable[[_About], str | None]


def acts_for(look: Reading, case: Case, *, asked: UUID | None = None) -> tuple[PossibleAct, ...]:
    """Every act of the finding's life that concerns this person's role, in the order of that life.

    The part that somebody `asked` for has all of its acts, also those whose time is over, each with its reason.
    """
    about = _About(look, case, look.rules.calendar.local_date(look.now), asked)
    subject = look.subject(case)
    refused: dict[Act, str | None] = {}
    granted = {act for role in look.actor.roles() for act in GRANTS[role]}
    found = []
    for act, verb, label, target, target_id, form, ask in _all(about):
        if act not in granted:
            continue
        if act not in refused:
            refused[act] = look.why_not(act, subject)
        found.append(
            PossibleAct(
                act=act,
                verb=verb,
                label=label,
                target=target,
                target_id=target_id,
                form=form,
                why_not=refused[act] or ask(about),
            )
        )
    return tuple(found)


_Entry = tuple[Act, str, str, str, UUID, Form, _Ask]


def _all(about: _About) -> Iterator[_Entry]:
    case = about.case
    for act, verb, label, form, ask in _FINDING:
        yield act, verb, _(label), "finding", case.finding.id, form, ask
    for action in sorted(case.actions.values(), key=lambda a: (a.proposed_at, a.id)):
        yield from _of_action(about, action)
    for o in sorted(case.obligations.values(), key=lambda o: (o.due_at, o.id)):
        if o.state in LIVE or o.id == about.asked:
            yield from _of_obligation(about, o)
    for p in sorted(case.proposals.values(), key=lambda p: (p.proposed_at, p.id)):
        if p.state in possible.UNDECIDED or p.id == about.asked:
            yield from _of_proposal(p)


def _open(ask: _Ask | None = None) -> _Ask:
    """Possible while the finding is open, when `ask` agrees."""
    return lambda a: possible.why_not_work(a.case) or (ask(a) if ask else None)


def _owed(kind: Kind) -> _Ask:
    return lambda a: possible.why_not_owed(a.case, kind)


def _why_not_open(a: _About) -> str | None:
    if why := possible.why_not_open(a.case):
        return why
    missing = findings.missing(a.case.finding, a.look.now, a.look.rules)
    return missing[0].message if missing else None


def _resolve(a: _About) -> str | None:
    return findings.why_not_resolve(a.case, a.person, a.look.rules)


_FINDING: tuple[tuple[Act, str, str, Form, _Ask], ...] = (
    (Act.EDIT_FINDING, "edit", N_("Edit"), Form.FINDING, lambda a: possible.why_not_edit(a.case)),
    (Act.OPEN_FINDING, "open", N_("Open the finding"), Form.OPEN, _why_not_open),
    (
        Act.ROUTE_FINDING,
        "name_duty_bearer",
        N_("Name the duty bearer"),
        Form.DUTY_BEARER,
        _open(lambda a: possible.why_not_name_duty_bearer(a.case)),
    ),
    (Act.ACKNOWLEDGE, "acknowledge", N_("Acknowledge"), Form.NOTE, _open(_owed(Kind.ACKNOWLEDGE))),
    (
        Act.PROPOSE_ACTION,
        "propose",
        N_("Propose a corrective action"),
        Form.ACTION,
        _open(lambda a: possible.why_not_propose(a.case)),
    ),
    (
        Act.PROPOSE_TRANSFER,
        "propose_transfer",
        N_("Not ours: say whose it is"),
        Form.TRANSFER,
        _open(lambda a: possible.why_not_transfer(a.case)),
    ),
    (
        Act.REFUSE,
        "refuse",
        N_("Refuse, or say it is outside our power"),
        Form.REFUSAL,
        _open(lambda a: possible.why_not_refuse(a.case)),
    ),
    (Act.REPLY, "reply", N_("Reply"), Form.TEXT, lambda _: None),
    (
        Act.ANSWER_TRANSFER,
        "accept_transfer",
        N_("Accept the transfer"),
        Form.NONE,
        _open(lambda a: possible.why_not_answer_transfer(a.case)),
    ),
    (
        Act.ANSWER_TRANSFER,
        "decline_transfer",
        N_("Decline the transfer"),
        Form.REASON,
        lambda a: possible.why_not_answer_transfer(a.case),
    ),
    (
        Act.ATTACH_EVIDENCE,
        "attach",
        N_("Add evidence"),
        Form.EVIDENCE,
        lambda a: possible.why_not_attach(a.case),
    ),
    (Act.RESOLVE, "resolve", N_("Call it resolved"), Form.NOTE, _resolve),
    (
        Act.TELL_COMMUNITY,
        "tell_community",
        N_("The community was told"),
        Form.NOTE,
        _owed(Kind.TELL_COMMUNITY),
    ),
    (Act.CHECK_SUSTAINED, "check_sustained", N_("Is it still fixed?"), Form.STILL_FIXED, _owed(Kind.SUSTAIN)),
    (Act.REOPEN, "reopen", N_("Reopen"), Form.REASON, lambda a: possible.why_not_reopen(a.case)),
    (Act.REVIEW, "review", N_("Record the review"), Form.NOTE, _owed(Kind.REVIEW)),
    (Act.CLOSE, "close", N_("Withdraw or merge"), Form.CLOSE, lambda a: possible.why_not_close(a.case)),
    (
        Act.CLOSE_UNRESOLVABLE,
        "close_unresolvable",
        N_("Close as unresolvable"),
        Form.REASON,
        lambda a: possible.why_not_close(a.case),
    ),
)


def _of_action(about: _About, action: Action) -> Iterator[_Entry]:
    def entry(act: Act, verb: str, label: str, form: Form, ask: _Ask) -> _Entry:
        return act, verb, label, "action", action.id, form, _open(ask)

    asked = action.id == about.asked
    if asked or action.state is ActionState.PROPOSED:
        side = about.look.side(about.case)

        def accept(where: AgreedWhere) -> _Ask:
            return lambda a: (
                possible.why_not_accept(action, side, where) or possible.why_not_keep(action, a.today)
            )

        yield entry(Act.ACCEPT_ACTION, "accept", _("Accept"), Form.NONE, accept(AgreedWhere.HERE))
        yield entry(
            Act.ACCEPT_ACTION,
            "record_agreement",
            _("Record an agreement made elsewhere"),
            Form.AGREEMENT,
            accept(AgreedWhere.MEETING),
        )
        yield entry(
            Act.PROPOSE_ACTION,
            "change",
            _("Propose another text, day, result or check"),
            Form.CHANGE,
            lambda _: possible.why_not_change(action),
        )
        yield entry(
            Act.IMPOSE_ACTION,
            "impose",
            _("Set it without agreement"),
            Form.REASON,
            lambda _: possible.why_not_impose(action),
        )
    if asked or action.state in {ActionState.AGREED, ActionState.REPORTED}:
        yield entry(
            Act.REPORT_DONE,
            "report_done",
            _("Report done"),
            Form.NOTE,
            lambda _: possible.why_not_report_done(action),
        )
        yield entry(
            Act.VERIFY,
            "verify",
            _("Verify"),
            Form.VERDICT,
            # A statement typed into the form is evidence of the check, so its want is no reason beforehand.
            lambda a: actions.why_not_check(action, a.person),
        )
        yield entry(
            Act.ASK_EXTENSION,
            "ask_extension",
            _("Ask for more time"),
            Form.EXTENSION,
            lambda a: actions.why_not_extend(
                action, a.look.rules, a.look.now, actions.owed_on(a.case, action)
            ),
        )
        for verb, label, form in (
            ("grant_extension", _("Grant more time"), Form.NONE),
            ("refuse_extension", _("Refuse more time"), Form.REASON),
        ):
            yield entry(
                Act.ANSWER_EXTENSION, verb, label, form, lambda _: possible.why_not_answer_extension(action)
            )
    if asked or action.state not in {ActionState.VERIFIED, ActionState.DROPPED}:
        yield entry(
            Act.DROP_ACTION,
            "drop",
            _("Drop the action"),
            Form.REASON,
            lambda _: possible.why_not_drop(action),
        )


def _of_obligation(about: _About, o: Obligation) -> Iterator[_Entry]:
    if about.case.finding.status is FindingStatus.DRAFT:
        return
    last = about.look.rules.ladders[o.ladder_id].last

    def pause(a: _About) -> str | None:
        # Asked for safety, the one reason without a limit: the others are checked with their dates.
        return obligations.why_not_pause(o, PauseReason.SAFETY, None, a.look.rules, a.look.now)

    for act, verb, label, form, ask in (
        (
            Act.ESCALATE,
            "escalate",
            _("Escalate now"),
            Form.ESCALATE,
            lambda _: possible.why_not_escalate(o, last),
        ),
        (Act.PAUSE, "pause", _("Pause the clock"), Form.PAUSE, pause),
        (Act.RESUME, "resume", _("Let the clock run"), Form.NONE, lambda _: possible.why_not_resume(o)),
    ):
        yield act, verb, label, "obligation", o.id, form, ask


def _of_proposal(p: Proposal) -> Iterator[_Entry]:
    def decide(_: _About) -> str | None:
        return possible.why_not_decide(p)

    def approve(a: _About) -> str | None:
        return proposals.why_not_approve(p, a.person, a.look.rules, a.look.now)

    if p.public:
        yield Act.CHECK_RISK, "check_risk", _("Do the risk check"), "proposal", p.id, Form.RISK, decide
    yield Act.DECIDE_STAGE, "approve", _("Approve"), "proposal", p.id, Form.NONE, approve
    yield Act.DECIDE_STAGE, "defer", _("Defer"), "proposal", p.id, Form.DEFER, decide
    yield Act.DECIDE_STAGE, "refuse", _("Refuse"), "proposal", p.id, Form.REASON, decide
