"""How does somebody come in by address and password, and go out again?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Insert, case, delete, or_, select, update
from sqlalchemy.orm import Session

from clm_tracker.commands import passwords
from clm_tracker.db import actors
from clm_tracker.db.base import inserting
from clm_tracker.db.mint import new_token
from clm_tracker.db.tables import MembershipRow, PersonRow, SessionRow, SignInFailureRow
from clm_tracker.db.units import Store
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import NotAllowed, NotFound, NotNow, NotSignedIn
from clm_tracker.kernel.speech import N_, _

STAYS = timedelta(days=14)
WINDOW = timedelta(minutes=15)
# Failures within the window: from one place with one address, from one place, with one address. The last is high, so
# that nobody can shut somebody else out by trying wrong passwords.
MOST = {"both": 10, "host": 50, "email": 100}
WRONG = N_("The address or the password is not right.")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`word` is for the browser's cookie alone; the database keeps its digest."""

    word: str
    person_id: UUID
    programme_id: UUID
    expires_at: datetime


def digest(word: str) -> str:
    """What is kept of a secret word: its SHA-256 in hex."""
    return sha256(word.encode()).hexdigest()


def sign_in(
    store: Store, *, email: str, password: str, now: datetime, host: str = "", stays: timedelta = STAYS
) -> SignedIn:
    """Sign in to the programme the person joined first. `host` is where the request came from.

    Raises NotSignedIn for a wrong address or password, NotNow after too many, NotAllowed without any role.
    """
    email = email.strip().lower()
    keys = {
        "both": digest(f"both:{email}:{host}"),
        "host": digest(f"host:{host}"),
        "email": digest(f"email:{email}"),
    }
    # Counted before the password is tried, in a unit of its own: many attempts at once count as many.
    with store.writing(now=now, actor=actors.NOBODY, programme_id=None) as unit:
        failures = {name: _count(unit.session, key, now) for name, key in keys.items()}
    if any(failures[name] > most for name, most in MOST.items()):
        minutes = int(WINDOW.total_seconds() // 60)
        raise NotNow(
            "too_many_attempts",
            cldr.counted(
                minutes,
                "That was wrong too often. Try again in {n} minute.",
                "That was wrong too often. Try again in {n} minutes.",
            ),
        )
    with store.reading(now=now, actor=actors.NOBODY, programme_id=None) as look:
        person = look.session.scalar(
            select(PersonRow).where(PersonRow.email == email, PersonRow.disabled_at.is_(None))
        )
    # No transaction waits while the hash is computed, which takes long on purpose.
    if not passwords.check(password, person.password_hash if person else None) or person is None:
        raise NotSignedIn(_(WRONG))
    with store.writing(now=now, actor=actors.NOBODY, programme_id=None) as unit:
        # Meanwhile the password may have been changed, or the account closed: that ends every session, and this one too.
        same = select(PersonRow.id).where(
            PersonRow.id == person.id,
            PersonRow.password_hash == person.password_hash,
            PersonRow.disabled_at.is_(None),
        )
        if unit.session.scalar(same.with_for_update(key_share=True)) is None:
            raise NotSignedIn(_(WRONG))
        _forget(unit.session, keys, now)
        found = _programmes(unit.session, person.id, now)
        signed_in = open_session(unit.session, person.id, found[0], now, stays) if found else None
    if signed_in is None:
        raise NotAllowed(_("You have no role in a programme any more. Ask the coordinator of yours."))
    return signed_in


def sign_in_as_demo(
    store: Store, *, person_id: UUID, programme_id: UUID, now: datetime, stays: timedelta = STAYS
) -> SignedIn:
    """Be somebody of the demonstration by one click, without a password. Only a demonstration's door calls this."""
    with store.writing(now=now, actor=actors.NOBODY, programme_id=None) as unit:
        if programme_id not in _programmes(unit.session, person_id, now):
            raise NotFound("person")
        return open_session(unit.session, person_id, programme_id, now, stays)


def sign_out(store: Store, word: str, *, now: datetime) -> None:
    """End this browser's session; nothing happens when it has ended."""
    with store.writing(now=now, actor=actors.NOBODY, programme_id=None) as unit:
        unit.session.execute(
            delete(SessionRow).where(or_(SessionRow.id == digest(word), SessionRow.expires_at <= now))
        )


def switch_programme(store: Store, word: str, programme_id: UUID, *, now: datetime) -> None:
    """Go on in another programme of one's own. Raises NotFound for one without a role there."""
    with store.writing(now=now, actor=actors.NOBODY, programme_id=None) as unit:
        row = unit.session.get(SessionRow, digest(word))
        if row is None or row.expires_at <= now:
            raise NotSignedIn
        if programme_id not in _programmes(unit.session, row.person_id, now):
            raise NotFound("programme")
        row.programme_id = programme_id


def open_session(
    session: Session, person_id: UUID, programme_id: UUID, now: datetime, stays: timedelta
) -> SignedIn:
    """A new session; the word of its cookie is known to nobody else."""
    word = new_token()
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(last_seen_at=now))
    session.add(
        SessionRow(
            id=digest(word),
            person_id=person_id,
            programme_id=programme_id,
            created_at=now,
            expires_at=now + stays,
            last_seen_at=now,
        )
    )
    return SignedIn(word, person_id, programme_id, now + stays)


def _programmes(session: Session, person_id: UUID, now: datetime) -> list[UUID]:
    """Where the person has a role and the account is open, the one joined first in front."""
    found = session.scalars(
        select(MembershipRow.programme_id)
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(MembershipRow.person_id == person_id, PersonRow.disabled_at.is_(None))
        .where(or_(MembershipRow.ended_at.is_(None), MembershipRow.ended_at > now))
        .order_by(MembershipRow.id)
    )
    return list(dict.fromkeys(found))


def _count(session: Session, key: str, now: datetime) -> int:
    """One more attempt under this key; how many there are now in the window."""
    row = SignInFailureRow
    over = row.since <= now - WINDOW
    counted: Insert = (
        inserting(session)(row)
        .values(key=key, since=now, failures=1)
        .on_conflict_do_update(
            index_elements=[row.key],
            set_={
                "failures": case((over, 1), else_=row.failures + 1),
                "since": case((over, now), else_=row.since),
            },
        )
    )
    failures: int = session.execute(counted.returning(row.failures)).scalar_one()
    return failures


def _forget(session: Session, keys: dict[str, str], now: datetime) -> None:
    """It was the right person after all: nothing of this attempt counts as a failure; old windows go too."""
    mine = SignInFailureRow.key == keys["both"]
    session.execute(delete(SignInFailureRow).where(or_(mine, SignInFailureRow.since <= now - WINDOW)))
    session.execute(
        update(SignInFailureRow)
        .where(SignInFailureRow.key.in_([keys["host"], keys["email"]]), SignInFailureRow.failures > 0)
        .values(failures=SignInFailureRow.failures - 1)
    )
