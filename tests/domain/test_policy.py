"""Who may do what, in which words is the answer no, and who is told."""

from dataclasses import replace

import pytest

from clm_tracker.domain import events, notices, policy
from clm_tracker.domain.policy import Act, Actor, Membership, Subject
from clm_tracker.domain.words import FindingStatus, Role, Side
from tests.domain import world

CHIEF = world.the("Chief")


def person(role: Role, *, posts: frozenset[object] = frozenset(), **scope: object) -> Actor:
    return Actor(
        id=world.the(f"a person, {role}"),
        name="A person",
        programme_id=world.PROGRAMME,
        memberships=(Membership(role=role, **scope),),  # type: ignore[arg-type]
        posts=posts,  # type: ignore[arg-type]
    )


SUBJECT = Subject(
    programme_id=world.PROGRAMME,
    status=FindingStatus.OPEN,
    theme_id=world.THEME,
    area_id=world.the("Sangkae"),
    organisation="Network of people living with HIV",
    duty_bearer_id=CHIEF,
    institution="Sangkae Health Centre",
    posts=frozenset({CHIEF}),
)


def test_r38_every_act_is_granted_to_somebody_and_refused_in_a_sentence() -> None:
    """R38: the same sentence greys out the button and answers the API."""
    for act in Act:
        roles = {role for role, acts in policy.GRANTS.items() if act in acts}
        assert roles, act
        for role in set(Role) - roles:
            sentence = policy.why_not(person(role), act, None, world.AREAS)
            assert sentence is not None
            assert sentence.endswith(".")


def test_r39_a_duty_bearer_sees_what_is_addressed_to_the_post() -> None:
    """R39: and nothing else; drafts never."""
    chief = person(Role.DUTY_BEARER, posts=frozenset({CHIEF}))
    other = person(Role.DUTY_BEARER, posts=frozenset({world.the("Inspector")}))
    assert policy.sees(chief, SUBJECT, world.AREAS)
    assert not policy.sees(other, SUBJECT, world.AREAS)
    draft = Subject(programme_id=world.PROGRAMME, status=FindingStatus.DRAFT, posts=frozenset({CHIEF}))
    assert not policy.sees(chief, draft, world.AREAS)
    assert policy.why_not(chief, Act.VERIFY, SUBJECT, world.AREAS)


@pytest.mark.parametrize(("area", "seen"), [("Battambang", True), ("Sangkae", True), ("Pailin", False)])
def test_r39_a_role_may_be_limited_to_areas(area: str, seen: bool) -> None:
    """R39: with everything inside them."""
    advocate = person(Role.ADVOCATE, areas=frozenset({world.the(area)}))
    assert policy.sees(advocate, SUBJECT, world.AREAS) is seen
    assert (policy.why_not(advocate, Act.VERIFY, SUBJECT, world.AREAS) is None) is seen


def test_r39_a_committee_member_is_recused_from_their_own_organisation() -> None:
    """R39: the organisation that reported, or the institution that owes."""
    for own in ("network of people living with hiv", "Sangkae Health Centre"):
        member = person(Role.COMMITTEE, organisation=own)
        assert "recused" in str(policy.why_not(member, Act.DECIDE_STAGE, SUBJECT, world.AREAS))
        assert policy.sees(member, SUBJECT, world.AREAS)
    assert policy.why_not(person(Role.COMMITTEE), Act.DECIDE_STAGE, SUBJECT, world.AREAS) is None


def test_r39_an_own_organisation_recuses_in_whichever_role_it_was_put_down() -> None:
    """R39: a second role without an organisation is no way around it."""
    own = Membership(role=Role.ADVOCATE, organisation="Sangkae Health Centre")
    member = replace(
        person(Role.COMMITTEE), memberships=(Membership(role=Role.COMMITTEE), own), posts=frozenset()
    )
    assert "recused" in str(policy.why_not(member, Act.DECIDE_STAGE, SUBJECT, world.AREAS))
    assert policy.why_not(member, Act.VERIFY, SUBJECT, world.AREAS) is None


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.ADVOCATE, Role.COORDINATOR])
def test_r17_whoever_holds_the_post_does_not_judge_it(role: Role) -> None:
    """R17, R39: in no other role either; what they say about this finding is the duty bearer's."""
    both = person(role)
    held = replace(SUBJECT, held_by=frozenset({both.id}))
    assert policy.side(both, SUBJECT) is Side.COMMUNITY
    assert policy.side(both, held) is Side.DUTY_BEARER
    for act in (Act.VERIFY, Act.RESOLVE):
        assert policy.why_not(both, act, SUBJECT, world.AREAS) is None
        assert "somebody else" in str(policy.why_not(both, act, held, world.AREAS))
    if role is Role.COMMITTEE:
        assert "somebody else" in str(policy.why_not(both, Act.DECIDE_STAGE, held, world.AREAS))


def test_r39_observers_read_totals_only() -> None:
    """R39: not a single finding."""
    assert not policy.sees(person(Role.OBSERVER), SUBJECT, world.AREAS)
    assert policy.why_not(person(Role.OBSERVER), Act.SEE_TOTALS, None, world.AREAS) is None


def test_r39_the_engine_is_an_actor_with_its_own_grants() -> None:
    """R39: there is no "if system: allow"."""
    engine = person(Role.ENGINE)
    assert policy.why_not(engine, Act.RUN_ENGINE, SUBJECT, world.AREAS) is None
    assert policy.why_not(engine, Act.DECIDE_STAGE, SUBJECT, world.AREAS)


def test_another_programme_sees_nothing() -> None:
    outsider = Actor(
        id=world.the("outsider"),
        name="Outsider",
        programme_id=world.the("another programme"),
        memberships=(Membership(role=Role.COORDINATOR),),
    )
    assert not policy.sees(outsider, SUBJECT, world.AREAS)


def test_r45_every_event_tells_somebody_or_says_why_not() -> None:
    """R45: notices go to posts and roles; an event without a decision fails here."""
    decided = set(notices.TELLS) | set(notices.QUIET)
    assert decided == set(events.KINDS.values())
    assert not set(notices.TELLS) & set(notices.QUIET)


def test_r4_r39_only_the_post_that_owes_or_one_above_it_answers() -> None:
    """R4, R39: a post that was told, or owed it before a transfer, sees the finding and answers no more for it."""
    above = frozenset({world.the("District director")})
    moved = replace(SUBJECT, posts=frozenset({CHIEF, world.the("Inspector"), *above}), above=above)
    for post, allowed in (("Chief", True), ("District director", True), ("Inspector", False)):
        holder = person(Role.DUTY_BEARER, posts=frozenset({world.the(post)}))
        assert policy.sees(holder, moved, world.AREAS)
        for act in (Act.ACKNOWLEDGE, Act.REFUSE, Act.REPORT_DONE, Act.ASK_EXTENSION, Act.PROPOSE_ACTION):
            assert (policy.why_not(holder, act, moved, world.AREAS) is None) is allowed, (post, act)
        assert policy.why_not(holder, Act.REPLY, moved, world.AREAS) is None


def test_r40_a_link_opens_one_finding_and_none_of_the_rest_of_the_role() -> None:
    """R40: whatever else is addressed to the post, and also where the holder has other roles with their account."""
    one, other = world.the("finding"), world.the("another finding")
    reader = replace(
        person(Role.DUTY_BEARER, posts=frozenset({CHIEF})), only=one, link_id=world.the("a link")
    )
    mine, another = replace(SUBJECT, id=one), replace(SUBJECT, id=other)
    assert policy.sees(reader, mine, world.AREAS)
    assert policy.why_not(reader, Act.ACKNOWLEDGE, mine, world.AREAS) is None
    assert not policy.sees(reader, another, world.AREAS)
    assert policy.why_not(reader, Act.ACKNOWLEDGE, another, world.AREAS)
    assert not policy.sees(reader, SUBJECT, world.AREAS), "nor one that nobody named"
    assert "one thing" in str(policy.why_not(reader, Act.OWN_ACCOUNT, None, world.AREAS))
    more = replace(reader, memberships=(*reader.memberships, Membership(role=Role.COORDINATOR)))
    for act in set(Act) - policy.BY_LINK:
        assert "one thing" in str(policy.why_not(more, act, mine, world.AREAS)), act
