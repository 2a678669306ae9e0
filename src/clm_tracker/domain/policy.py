"""Who may do what, to which finding, and in what words is the answer no? (R38, R39)

`GRANTS` is the whole table. `why_not` gives None or the sentence that greys out the button, answers the API and is
asserted by the tests: one voice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from clm_tracker.domain.names import folded
from clm_tracker.domain.places import Area, lies_in
from clm_tracker.domain.words import COMMUNITY_ROLES, FindingStatus, Role, Side
from clm_tracker.kernel.speech import N_, Labels, _


class Act(StrEnum):
    """One thing a person or the system can do."""

    SEE_FINDINGS = "see_findings"
    SEE_TOTALS = "see_totals"
    LOG_FINDING = "log_finding"
    EDIT_FINDING = "edit_finding"
    OPEN_FINDING = "open_finding"
    ROUTE_FINDING = "route_finding"
    ACKNOWLEDGE = "acknowledge"
    REFUSE = "refuse"
    PROPOSE_TRANSFER = "propose_transfer"
    ANSWER_TRANSFER = "answer_transfer"
    PROPOSE_ACTION = "propose_action"
    ACCEPT_ACTION = "accept_action"
    IMPOSE_ACTION = "impose_action"
    DROP_ACTION = "drop_action"
    REPORT_DONE = "report_done"
    ASK_EXTENSION = "ask_extension"
    ANSWER_EXTENSION = "answer_extension"
    ATTACH_EVIDENCE = "attach_evidence"
    REPLY = "reply"
    VERIFY = "verify"
    RESOLVE = "resolve"
    CLOSE = "close"
    CLOSE_UNRESOLVABLE = "close_unresolvable"
    REOPEN = "reopen"
    TELL_COMMUNITY = "tell_community"
    CHECK_SUSTAINED = "check_sustained"
    PAUSE = "pause"
    RESUME = "resume"
    ESCALATE = "escalate"
    DECIDE_STAGE = "decide_stage"
    CHECK_RISK = "check_risk"
    REVIEW = "review"
    RELEASE_BRAKE = "release_brake"
    SET_UP = "set_up"
    SEE_SET_UP = "see_set_up"
    IMPORT = "import"
    SEE_LEDGER = "see_ledger"
    USE_LINK = "use_link"  # give back the link one came by, or ask for another
    REVOKE_LINK = "revoke_link"
    LOOK_AFTER_LETTERS = "look_after_letters"
    SEE_REPORTER = "see_reporter"
    KEEP_REPORTER = "keep_reporter"
    OWN_ACCOUNT = "own_account"  # one's own password and tokens
    RUN_ENGINE = "run_engine"


_WORK = frozenset(
    {
        Act.OWN_ACCOUNT,
        Act.SEE_FINDINGS,
        Act.SEE_TOTALS,
        Act.SEE_SET_UP,
        Act.LOG_FINDING,
        Act.EDIT_FINDING,
        Act.OPEN_FINDING,
        Act.ACKNOWLEDGE,
        Act.REFUSE,
        Act.PROPOSE_TRANSFER,
        Act.ANSWER_TRANSFER,
        Act.PROPOSE_ACTION,
        Act.ACCEPT_ACTION,
        Act.IMPOSE_ACTION,
        Act.DROP_ACTION,
        Act.REPORT_DONE,
        Act.ASK_EXTENSION,
        Act.ANSWER_EXTENSION,
        Act.ATTACH_EVIDENCE,
        Act.REPLY,
        Act.VERIFY,
        Act.RESOLVE,
        Act.CLOSE,
        Act.REOPEN,
        Act.TELL_COMMUNITY,
        Act.CHECK_SUSTAINED,
        Act.PAUSE,
        Act.RESUME,
        Act.ESCALATE,
        Act.REVOKE_LINK,
        Act.SEE_REPORTER,
        Act.KEEP_REPORTER,
    }
)
# What a post answers for itself: who was only told of a finding, or owed it once, sees it and may reply.
_FOR_THE_POST = frozenset(
    {
        Act.ACKNOWLEDGE,
        Act.REFUSE,
        Act.PROPOSE_TRANSFER,
        Act.PROPOSE_ACTION,
        Act.ACCEPT_ACTION,
        Act.REPORT_DONE,
        Act.ASK_EXTENSION,
    }
)
GRANTS: Mapping[Role, frozenset[Act]] = {
    Role.ADVOCATE: _WORK,
    Role.DUTY_BEARER: _FOR_THE_POST
    | {Act.OWN_ACCOUNT, Act.SEE_FINDINGS, Act.SEE_SET_UP, Act.ATTACH_EVIDENCE, Act.REPLY, Act.USE_LINK},
    Role.COMMITTEE: frozenset(
        {
            Act.OWN_ACCOUNT,
            Act.SEE_FINDINGS,
            Act.SEE_TOTALS,
            Act.SEE_SET_UP,
            Act.SEE_LEDGER,
            Act.ATTACH_EVIDENCE,
            Act.VERIFY,
            Act.RESOLVE,
            Act.ESCALATE,
            Act.DECIDE_STAGE,
            Act.CHECK_RISK,
            Act.REVIEW,
            Act.CLOSE_UNRESOLVABLE,
            Act.RESUME,
        }
    ),
    Role.COORDINATOR: _WORK
    | {
        Act.ROUTE_FINDING,
        Act.CHECK_RISK,
        Act.RELEASE_BRAKE,
        Act.SET_UP,
        Act.IMPORT,
        Act.SEE_LEDGER,
        Act.LOOK_AFTER_LETTERS,
    },
    Role.OBSERVER: frozenset({Act.OWN_ACCOUNT, Act.SEE_TOTALS, Act.SEE_SET_UP}),
    Role.ENGINE: frozenset({Act.RUN_ENGINE, Act.SEE_FINDINGS}),
}

_NEEDS = Labels(
    {
        Act.ROUTE_FINDING: N_("Only a coordinator routes findings."),
        Act.DECIDE_STAGE: N_("Only a member of the steering committee decides this."),
        Act.REVIEW: N_("Only a member of the steering committee reviews findings."),
        Act.CLOSE_UNRESOLVABLE: N_(
            "Closing a finding as unresolvable is a decision of the steering committee."
        ),
        Act.CHECK_RISK: N_("The risk check is done by the steering committee or a coordinator."),
        Act.RELEASE_BRAKE: N_("Only a coordinator releases held stages."),
        Act.SET_UP: N_("Only a coordinator changes the set-up of the programme."),
        Act.IMPORT: N_("Only a coordinator imports data."),
        Act.LOOK_AFTER_LETTERS: N_("Only a coordinator looks after letters."),
        Act.SEE_LEDGER: N_("The whole ledger is open to coordinators and the steering committee."),
        Act.SEE_FINDINGS: N_("Observers see totals, not single findings."),
        Act.VERIFY: N_("Only the community side verifies: the one who owes the action does not check it."),
        Act.RESOLVE: N_("Only the community side resolves a finding."),
        Act.PAUSE: N_("Only an advocate or a coordinator pauses a clock."),
        Act.RESUME: N_("Only the community side lifts a pause."),
        Act.ESCALATE: N_("Only an advocate, a coordinator or the committee escalates."),
        Act.ANSWER_EXTENSION: N_("Only the community side grants or refuses more time."),
        Act.ANSWER_TRANSFER: N_("Only the community side accepts or declines a transfer."),
        Act.RUN_ENGINE: N_("This is done by the program itself."),
        Act.USE_LINK: N_("Only whoever was sent a link uses it."),
        Act.REVOKE_LINK: N_("Only an advocate or a coordinator revokes a link."),
        Act.SEE_REPORTER: N_(
            "Who reported it is known only to whoever logged the finding and to coordinators."
        ),
        Act.KEEP_REPORTER: N_(
            "Who reported it is known only to whoever logged the finding and to coordinators."
        ),
    }
)

# What the community side says about the duty bearer is not said by whoever holds that post (R17, R39).
_ABOUT_THE_POST = frozenset(
    {
        Act.VERIFY,
        Act.RESOLVE,
        Act.CHECK_SUSTAINED,
        Act.IMPOSE_ACTION,
        Act.DROP_ACTION,
        Act.ANSWER_EXTENSION,
        Act.ANSWER_TRANSFER,
        Act.PAUSE,
        Act.CLOSE,
        Act.CLOSE_UNRESOLVABLE,
        Act.DECIDE_STAGE,
        Act.CHECK_RISK,
        Act.REVIEW,
        Act.SEE_REPORTER,
        Act.KEEP_REPORTER,
    }
)


# Between whoever logged the finding and the person who told them; a coordinator steps in (R41).
_OF_THE_REPORTER = frozenset({Act.SEE_REPORTER, Act.KEEP_REPORTER})

# What a link without an account is good for (R40); the rest of a duty bearer's role needs an account.
BY_LINK = frozenset(
    {Act.SEE_FINDINGS, Act.ATTACH_EVIDENCE, Act.REPLY, Act.USE_LINK, *_FOR_THE_POST},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One role in one programme; no areas or themes means all of them."""

    role: Role
    areas: frozenset[UUID] = frozenset()
    themes: frozenset[UUID] = frozenset()
    organisation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is asking: a person with roles in one programme and the posts held today, or the program itself.

    Who came by a link (`link_id`) knows of the finding `only`, and of no other (R40).
    """

    id: UUID
    name: str
    programme_id: UUID | None
    memberships: tuple[Membership, ...] = ()
    posts: frozenset[UUID] = field(default_factory=frozenset)
    only: UUID | None = None
    link_id: UUID | None = None

    def roles(self) -> frozenset[Role]:
        """Every role held in this programme."""
        return frozenset(m.role for m in self.memberships)

    @property
    def side(self) -> Side:
        """On which side this person speaks: people of the community side always speak for it."""
        return Side.COMMUNITY if self.roles() & COMMUNITY_ROLES else Side.DUTY_BEARER

    @property
    def role_names(self) -> str:
        """The roles as the ledger keeps them: "advocate, committee"."""
        return ", ".join(sorted(self.roles()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What of a finding decides who may see and touch it.

    `posts`: owing, addressed or told posts; `above`: those above the duty bearer; `held_by`: who holds its post today.
    """

    programme_id: UUID
    status: FindingStatus
    id: UUID | None = None
    theme_id: UUID | None = None
    area_id: UUID | None = None
    logged_by: UUID | None = None
    organisation: str = ""
    duty_bearer_id: UUID | None = None
    institution: str = ""
    posts: frozenset[UUID] = frozenset()
    above: frozenset[UUID] = frozenset()
    held_by: frozenset[UUID] = frozenset()


def side(actor: Actor, subject: Subject) -> Side:
    """On which side this person speaks about this finding: whoever holds the post that owes speaks for the post."""
    return Side.DUTY_BEARER if actor.id in subject.held_by else actor.side


def sees(actor: Actor, subject: Subject, areas: Mapping[UUID, Area]) -> bool:
    """May this actor know that the finding exists? The pure twin of `db/visible.py`."""
    return any(
        _reaches(m, actor, subject, areas) for m in actor.memberships if Act.SEE_FINDINGS in GRANTS[m.role]
    )


def why_not(actor: Actor, act: Act, subject: Subject | None, areas: Mapping[UUID, Area]) -> str | None:
    """Why this actor may not do this (to this finding): one sentence, or None when they may."""
    if actor.only is not None and act not in BY_LINK:
        return _("A link opens the one thing that it was sent about, and nothing else.")
    holding = [m for m in actor.memberships if act in GRANTS[m.role]]
    if not holding:
        return _NEEDS.get(act, _("Your role in this programme does not include this."))
    if subject is None:
        return None
    reaching = [m for m in holding if _reaches(m, actor, subject, areas)]
    if not reaching:
        return _("This finding is outside the areas, themes or posts you work for.")
    if (
        act in _FOR_THE_POST
        and not actor.posts & (subject.above | {subject.duty_bearer_id})
        and all(m.role is Role.DUTY_BEARER for m in reaching)
    ):
        return _("This is addressed to another post; that post, or one above it, answers.")
    if (
        act in _OF_THE_REPORTER
        and actor.id != subject.logged_by
        and all(m.role is not Role.COORDINATOR for m in reaching)
    ):
        return _NEEDS[act]
    if act in _ABOUT_THE_POST and actor.id in subject.held_by:
        return _("You hold the post that this is addressed to, so somebody else does this.")
    # One's own organisation stays one's own in whichever role it was put down.
    if all(m.role is Role.COMMITTEE for m in reaching) and any(
        recused(m, subject) for m in actor.memberships
    ):
        return _("You are recused: this concerns your own organisation.")
    return None


def recused(membership: Membership, subject: Subject) -> bool:
    """Does the item concern the committee member's own organisation? (R39)"""
    own = folded(membership.organisation)
    return bool(own) and own in (folded(subject.organisation), folded(subject.institution))


def _reaches(m: Membership, actor: Actor, subject: Subject, areas: Mapping[UUID, Area]) -> bool:
    if subject.programme_id != actor.programme_id:
        return False
    if actor.only is not None and subject.id != actor.only:
        return False
    if m.role is Role.ENGINE:
        return True
    if m.role is Role.DUTY_BEARER:
        return subject.status is not FindingStatus.DRAFT and bool(actor.posts & subject.posts)
    if subject.status is FindingStatus.DRAFT and m.role is not Role.COORDINATOR:
        return subject.logged_by == actor.id and m.role is Role.ADVOCATE
    in_theme = not m.themes or subject.theme_id in m.themes
    return in_theme and (not m.areas or lies_in(subject.area_id, m.areas, areas))
