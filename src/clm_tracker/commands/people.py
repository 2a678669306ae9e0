"""How do people come into a programme, with which roles, and how do they leave it? (R39)"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from clm_tracker.commands import passwords, set_up
from clm_tracker.db import actors, changes
from clm_tracker.db.held import hold
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import (
    FeedRow,
    InvitationRow,
    MembershipRow,
    PersonRow,
    SessionRow,
    ThemeRow,
    TokenRow,
)
from clm_tracker.db.units import BUSY, Writing
from clm_tracker.domain.names import is_seen
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ROLE_NAMES, Role
from clm_tracker.kernel.refusals import NotAllowed, NotFound, NotNow, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _


def address(email: str) -> str:
    """The address as it is, when it can be one. Raises Invalid."""
    if "@" not in email.strip().strip("@"):
        raise invalid("email", _("Write an address like name@example.org."))
    return email


def add(
    unit: Writing,
    *,
    name: str,
    role: Role,
    email: str | None = None,
    language: str = "en",
    organisation: str = "",
    areas: Iterable[UUID] = (),
    themes: Iterable[UUID] = (),
    password: str | None = None,
    kept: str | None = None,
) -> UUID:
    """Add a person with a role, limited to areas and themes when some are given.

    `password` is for the operator of the machine alone: whoever sets somebody's password could act as them, and reach
    both approvals of a public stage (R27). Everybody else invites (`invitations`). `kept` is the hash of a password for
    whoever has one already; no door hands it on. Somebody who already has an account, in another programme perhaps, keeps name and password and gets the role here.
    """
    unit.require(Act.SET_UP)
    if password is not None and unit.actor.id != actors.OPERATOR.id:
        raise NotAllowed(_("Nobody sets the password of somebody else. Invite them; they choose their own."))
    if email is not None:
        _hold_account(unit, address(email))
    known = email and unit.session.scalar(select(PersonRow).where(PersonRow.email == email))
    if known:
        if known.disabled_at is not None:
            raise NotNow("disabled", _("The account with this address is disabled."))
        _grant(unit, known, role, organisation, areas, themes)
        return known.id
    person = PersonRow(
        id=new_id(),
        name=set_up.named("name", name),
        email=email,
        password_hash=passwords.keep(password) if password is not None else kept,
        language=language,
        created_at=unit.now,
    )
    _grant(unit, person, role, organisation, areas, themes)
    return person.id


def grant(
    unit: Writing,
    person_id: UUID,
    *,
    role: Role,
    organisation: str = "",
    areas: Iterable[UUID] = (),
    themes: Iterable[UUID] = (),
) -> UUID:
    """Give somebody of this programme a further role; the membership's identifier."""
    unit.require(Act.SET_UP)
    return _grant(unit, of_programme(unit, person_id), role, organisation, areas, themes)


def end_membership(unit: Writing, membership_id: UUID, *, of: UUID | None = None) -> None:
    """The person no longer has this role. A programme keeps at least one coordinator.

    `of` is whose role was looked at. Raises Invalid when it is somebody else's.
    """
    unit.require(Act.SET_UP)
    theirs = select(MembershipRow.id).where(MembershipRow.person_id == of, MembershipRow.id == membership_id)
    if of is not None and unit.session.scalar(theirs) is None:
        raise invalid("membership", _("Choose one of the roles of this person."))
    membership = set_up.own(unit, MembershipRow, membership_id, "membership")
    if membership.ended_at is not None and membership.ended_at <= unit.now:
        raise NotNow("ended", _("This role has ended already."))
    if membership.role is Role.COORDINATOR:
        _keep_a_coordinator(unit, MembershipRow.id != membership_id)
    name = unit.session.scalar(select(PersonRow.name).where(PersonRow.id == membership.person_id))
    what = saying("ended the role of {person}: {role}", person=name, role=saying(ROLE_NAMES[membership.role]))
    set_up.change(unit, membership, "membership", what, {"ended_at": unit.now})


def take_own_turn(unit: Writing, person_id: UUID | None = None) -> PersonRow:
    """Do something about one's own account (the operator: about anybody's): first the turn, then the person, then what is theirs.

    A coordinator who ends it holds them in this order: in opposite ones each would wait for the other, and one be ended.
    Raises NotNow when it is closed, or has another password since the unit first looked at it: whoever was let in before
    that asks anew.
    """
    unit.require(Act.OWN_ACCOUNT)
    person = of_programme(unit, person_id or unit.actor.id)
    seen = person.password_hash
    unit.take_turn()
    _hold(unit, person)
    if person.disabled_at is not None:
        raise NotNow("disabled", _("The account with this address is disabled."))
    if person.password_hash != seen:
        raise NotNow("busy", _(BUSY))
    return person


def change_own_password(unit: Writing, *, old: str, new: str, keep: str | None = None) -> None:
    """Change one's own password; every session ends but the one with the digest `keep`, and so does a link that waits."""
    unit.require(Act.OWN_ACCOUNT)
    person = of_programme(unit, unit.actor.id)
    if not passwords.check(old, person.password_hash):
        raise invalid("old", _("The old password is not right."))
    kept = passwords.keep(new)  # nobody waits for their turn meanwhile: it takes long on purpose
    person = take_own_turn(unit)  # with the password that was checked, or not at all
    person.password_hash = kept
    end_links(unit, person.id)
    ended = delete(SessionRow).where(SessionRow.person_id == person.id)
    unit.session.execute(ended.where(SessionRow.id != keep) if keep else ended)
    changes.record(unit, Act.OWN_ACCOUNT, "person", person.id, saying("changed their own password"), {}, {})


def choose_language(unit: Writing, language: str) -> None:
    """Read in another language from now on."""
    person = take_own_turn(unit)
    if person.language == language:
        return
    before, person.language = person.language, language
    changes.record(
        unit,
        Act.OWN_ACCOUNT,
        "person",
        person.id,
        saying("chose another language to read in"),
        {"language": before},
        {"language": language},
    )


def change_own_name(unit: Writing, *, name: str) -> None:
    """Be called otherwise from now on; what was written before keeps the name of then."""
    person = take_own_turn(unit)
    new = set_up.named("name", name)
    if person.name == new:
        return
    before, person.name = person.name, new
    what = saying("changed their own name")
    changes.record(unit, Act.OWN_ACCOUNT, "person", person.id, what, {"name": before}, {"name": new})


def end_other_sessions(unit: Writing, *, keep: str) -> int:
    """Sign oneself out everywhere but in the session with the digest `keep`; how many ended."""
    take_own_turn(unit)
    others = delete(SessionRow).where(SessionRow.person_id == unit.actor.id, SessionRow.id != keep)
    ended: int = unit.session.connection().execute(others).rowcount
    if ended:
        what = saying("signed out everywhere else")
        changes.record(unit, Act.OWN_ACCOUNT, "person", unit.actor.id, what, {}, {"sessions": ended})
    return ended


def enable(unit: Writing, person_id: UUID) -> None:
    """Open a disabled account again, with the roles it had; tokens and calendars that were revoked stay so."""
    unit.require(Act.SET_UP)
    person = only_here(unit, person_id)
    if person.disabled_at is None:
        raise NotNow("enabled", _("This account is open."))
    before, person.disabled_at = person.disabled_at, None
    what = saying("opened the account of {person} again", person=person.name)
    set_up.put(unit, "person", person_id, what, before={"disabled_at": before}, after={"disabled_at": None})


def disable(unit: Writing, person_id: UUID) -> None:
    """Close an account: sessions end, tokens and calendars are revoked, a link that waits works no more, roles stay on record."""
    unit.require(Act.SET_UP)
    person = only_here(unit, person_id)
    if person.disabled_at is not None:
        raise NotNow("disabled", _("This account is disabled already."))
    _keep_a_coordinator(unit, MembershipRow.person_id != person_id)
    person.disabled_at = unit.now
    end_links(unit, person_id)
    unit.session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))
    revoke_all(unit, person_id)
    after = {"disabled_at": unit.now}
    set_up.put(
        unit, "person", person_id, saying("disabled the account of {person}", person=person.name), after=after
    )


def revoke_all(unit: Writing, person_id: UUID) -> None:
    """No program looks or acts as this person any more: their tokens and the addresses of their calendars open nothing."""
    for row in (TokenRow, FeedRow):
        theirs = update(row).where(row.person_id == person_id, row.revoked_at.is_(None))
        unit.session.execute(theirs.values(revoked_at=unit.now))


def end_links(unit: Writing, person_id: UUID) -> int:
    """Withdraw the link by which this person would choose a password here; how many there were."""
    ended = unit.session.connection().execute(
        update(InvitationRow)
        .where(
            InvitationRow.person_id == person_id,
            InvitationRow.programme_id == unit.programme_id,
            InvitationRow.used_at.is_(None),
            InvitationRow.withdrawn_at.is_(None),
            InvitationRow.expires_at > unit.now,
        )
        .values(withdrawn_at=unit.now)
    )
    return int(ended.rowcount)


def _grant(
    unit: Writing,
    person: PersonRow,
    role: Role,
    organisation: str,
    areas: Iterable[UUID],
    themes: Iterable[UUID],
) -> UUID:
    if role is Role.ENGINE:
        raise invalid("role", _("This role belongs to the program itself."))
    if role is Role.COMMITTEE and not is_seen(organisation):
        _ask_organisation(unit, person)
    areas, themes = frozenset(areas), frozenset(themes)
    for area in areas:
        set_up.taking(unit, area, "areas")
    for theme in themes:
        set_up.own(unit, ThemeRow, theme, "theme")
    # A new person is written only now: the rules looked at above are shared with every other unit of this process.
    unit.session.add(person)
    unit.session.flush()
    row = MembershipRow(
        id=new_id(),
        programme_id=unit.programme_id,
        person_id=person.id,
        role=role,
        organisation=set_up.named("organisation", organisation) if is_seen(organisation) else "",
        area_ids=areas,
        theme_ids=themes,
    )
    unit.session.add(row)
    after = {
        "person_id": person.id,
        "role": role,
        "organisation": row.organisation,
        "area_ids": areas,
        "theme_ids": themes,
    }
    set_up.put(
        unit,
        "membership",
        row.id,
        saying("gave {person} a role: {role}", person=person.name, role=saying(ROLE_NAMES[role])),
        after=after,
    )
    return row.id


def _ask_organisation(unit: Writing, person: PersonRow) -> None:
    """Raises Invalid for whoever had a role for an organisation: left out now, nothing would recuse them from it (R39)."""
    before = unit.session.scalar(
        select(MembershipRow.organisation)
        .where(
            MembershipRow.person_id == person.id,
            MembershipRow.programme_id == unit.programme_id,
            MembershipRow.organisation != "",
        )
        .order_by(MembershipRow.id.desc())
        .limit(1)
    )
    if before:
        raise invalid(
            "organisation",
            _(
                "{person} had a role here for {organisation}. Write which organisation they belong to now."
            ).format(person=person.name, organisation=before),
        )


def of_programme(unit: Writing, person_id: UUID) -> PersonRow:
    """Somebody who has, or had, a role here. Raises NotFound."""
    here = select(MembershipRow.id).where(
        MembershipRow.person_id == person_id, MembershipRow.programme_id == unit.programme_id
    )
    person = unit.session.get(PersonRow, person_id)
    if person is None or unit.session.scalar(here.limit(1)) is None:
        raise NotFound("person")
    return person


def only_here(unit: Writing, person_id: UUID) -> PersonRow:
    """A person whose account belongs to this programme alone: a coordinator must not reach into another one.

    Until the unit ends no other programme takes them in either.
    """
    person = of_programme(unit, person_id)
    if person.email is not None:
        _hold_account(unit, person.email)
    _hold(unit, person)
    elsewhere = select(MembershipRow.id).where(
        MembershipRow.person_id == person_id, MembershipRow.programme_id != unit.programme_id
    )
    if unit.session.scalar(elsewhere.limit(1)) is not None:
        raise NotNow(
            "shared_account",
            _(
                "This person also belongs to another programme. Only they can change their account; end their role here instead."
            ),
        )
    return person


def _hold_account(unit: Writing, email: str) -> None:
    """An account is one for all programmes, each of which has a turn of its own: one at a time makes it, takes it in or ends it."""
    hold(unit, f"account {email.strip().lower()}")


def _hold(unit: Writing, person: PersonRow) -> None:
    """The person as they are now, and nobody signs in or changes them before the unit ends, in another programme either."""
    unit.session.refresh(person, with_for_update={"key_share": True})


def _keep_a_coordinator(unit: Writing, others: ColumnElement[bool]) -> None:
    left = unit.session.scalar(
        select(func.count())
        .select_from(MembershipRow)
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(
            others,
            MembershipRow.programme_id == unit.programme_id,
            MembershipRow.role == Role.COORDINATOR,
            or_(MembershipRow.ended_at.is_(None), MembershipRow.ended_at > unit.now),
            PersonRow.disabled_at.is_(None),
        )
    )
    if not left:
        raise NotNow("last_coordinator", _("A programme needs a coordinator. Name another one first."))
