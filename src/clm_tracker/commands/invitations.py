"""How does a person get to choose their own password: by a link that works once, for a week, and can be withdrawn? (R39)

Nobody sets the password of somebody else. Whoever has lost theirs gets a new link, and the line of it in the ledger is
open to the committee: a link that a coordinator used in somebody's place would be seen there (R27).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from clm_tracker.commands import passwords, people, set_up, sign_in
from clm_tracker.commands.sign_in import SignedIn, digest
from clm_tracker.db import actors, changes
from clm_tracker.db.mint import new_id, new_token
from clm_tracker.db.tables import InvitationRow, MembershipRow, PersonRow, SessionRow
from clm_tracker.db.units import Reading, Store, Writing
from clm_tracker.domain.policy import Act, Actor
from clm_tracker.domain.words import Role
from clm_tracker.kernel.refusals import Gone, NotAllowed, NotFound, NotNow
from clm_tracker.kernel.sayings import Text, saying
from clm_tracker.kernel.speech import _

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited. `word` is shown this once; None for somebody who signs in already."""

    person_id: UUID
    word: str | None = field(repr=False)


def invite(
    unit: Writing,
    *,
    name: str,
    email: str,
    role: Role,
    language: str = "en",
    organisation: str = "",
    areas: Iterable[UUID] = (),
    themes: Iterable[UUID] = (),
) -> Invited:
    """Add a person with a role, and make the link by which they choose a password.

    Somebody with an account, here or in another programme, gets the role and no link: they sign in as they do.
    """
    person_id = people.add(
        unit,
        name=name,
        role=role,
        email=email,
        language=language,
        organisation=organisation,
        areas=areas,
        themes=themes,
    )
    person = unit.session.get_one(PersonRow, person_id)
    if person.password_hash is not None or _is_elsewhere(unit, person_id):
        return Invited(person_id, None)
    return Invited(person_id, _make(unit, person, saying("invited {person}", person=person.name)))


def renew(unit: Writing, person_id: UUID) -> Invited:
    """A new link for somebody who did not use theirs, or lost their password; an earlier one works no more."""
    unit.require(Act.SET_UP)
    person = people.only_here(unit, person_id)
    if person_id == unit.actor.id:
        raise NotAllowed(_("Change your own password on the page of your account."))
    if person.disabled_at is not None:
        raise NotNow("disabled", _("This account is disabled. Open it again first."))
    if person.email is None:
        raise NotNow("no_address", _("This person has no address to sign in with."))
    lost = person.password_hash is not None
    what = (
        saying("made a link with which {person} chooses a new password", person=person.name)
        if lost
        else saying("invited {person} again", person=person.name)
    )
    return Invited(person_id, _make(unit, person, what))


def withdraw(unit: Writing, person_id: UUID) -> None:
    """The link that waits for this person works no more."""
    unit.require(Act.SET_UP)
    person = people.of_programme(unit, person_id)
    ended = people.end_links(unit, person_id)
    if not ended:
        raise NotNow("no_invitation", _("No link waits for this person."))
    after = {"withdrawn_at": unit.now}
    set_up.put(
        unit, "person", person_id, saying("withdrew the link of {name}", name=person.name), after=after
    )


def waiting(look: Reading, word: str) -> tuple[InvitationRow, PersonRow]:
    """The invitation with this word, which is still good. Raises NotFound, or Gone with what to do instead."""
    row = look.session.scalar(select(InvitationRow).where(InvitationRow.hash == digest(word)))
    if row is None:
        raise NotFound("invitation")
    person = look.session.get_one(PersonRow, row.person_id)
    if row.used_at is not None:
        raise Gone(
            "used",
            _(
                "This link was used already. Sign in with your address and password. If you do not know the password any"
                " more, ask the coordinator of your programme for a new link."
            ),
        )
    if row.withdrawn_at is not None or person.disabled_at is not None:
        raise Gone(
            "withdrawn",
            _(
                "This link was withdrawn, or a newer one was made. Use the newest, or ask the coordinator for another."
            ),
        )
    if row.expires_at <= look.now:
        raise Gone(
            "expired",
            _("This link was good for a week. Ask the coordinator of your programme for a new one."),
        )
    return row, person


def accept(store: Store, *, word: str, name: str, language: str, password: str, now: datetime) -> SignedIn:
    """Take the invitation up: name, language and password are one's own, one is signed in. Earlier sessions end, and with a password that was lost the tokens and calendars too.

    Raises NotFound, Gone, or Invalid for a password that is easy to try.
    """
    with store.reading(now=now, actor=actors.NOBODY, programme_id=None) as look:
        row, person = waiting(look, word)
        programme_id, person_id = row.programme_id, row.person_id
        actor = _actor(look, person_id, programme_id, now)
    named = set_up.named("name", name)
    kept = passwords.keep(password)  # no transaction waits meanwhile: it takes long on purpose
    with store.writing(now=now, actor=actor, programme_id=programme_id) as unit:
        unit.require(Act.OWN_ACCOUNT)
        unit.take_turn()
        row, person = waiting(unit, word)
        people.only_here(unit, person_id)  # since the link was made they may have come to another programme
        # Two at once, or a coordinator who withdraws it: the database lets one of them be first.
        used = unit.session.connection().execute(
            update(InvitationRow)
            .where(
                InvitationRow.id == row.id,
                InvitationRow.used_at.is_(None),
                InvitationRow.withdrawn_at.is_(None),
            )
            .values(used_at=now)
        )
        if used.rowcount != 1:
            unit.session.refresh(row)
            waiting(unit, word)
            raise Gone("used", _("This link was used already."))
        before = {"name": person.name, "language": person.language}
        is_back = person.password_hash is not None
        person.name, person.language, person.password_hash = named, language, kept
        unit.session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))
        if is_back:
            # Whoever was in the account meanwhile may have left a token: nobody acts, or looks, beside its owner (R27).
            people.revoke_all(unit, person_id)
        after = {"name": named, "language": language}
        what = saying("chose a password by the link they were given")
        changes.record(unit, Act.OWN_ACCOUNT, "person", person_id, what, before, after)
        return sign_in.open_session(unit.session, person_id, programme_id, now, sign_in.STAYS)


def _make(unit: Writing, person: PersonRow, what: Text) -> str:
    """A new link, in the place of any that waits."""
    people.end_links(unit, person.id)
    word = new_token()
    row = InvitationRow(
        id=new_id(),
        programme_id=unit.programme_id,
        person_id=person.id,
        hash=digest(word),
        created_by=unit.actor.id,
        created_at=unit.now,
        expires_at=unit.now + LASTS,
    )
    unit.session.add(row)
    set_up.put(unit, "person", person.id, what, after={"invitation": row.id, "expires_at": row.expires_at})
    return word


def _is_elsewhere(unit: Writing, person_id: UUID) -> bool:
    other = select(MembershipRow.id).where(
        MembershipRow.person_id == person_id, MembershipRow.programme_id != unit.programme_id
    )
    return unit.session.scalar(other.limit(1)) is not None


def _actor(look: Reading, person_id: UUID, programme_id: UUID, now: datetime) -> Actor:
    """The invited person in their programme. Raises Gone when every role of theirs there has ended."""
    found = actors.load(look.session, person_id, programme_id, now=now, day=now.date())
    if found is None:
        raise Gone("withdrawn", _("You have no role in this programme any more. Ask its coordinator."))
    return found
